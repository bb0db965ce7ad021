"""Check every citation of an answer against the stored text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from summitqa.types import Answer, Document


def verify(answer: Answer, find_document: Callable[[str], Document]) -> Answer:
    """Mark each citation by whether ``text[start:end] == quote`` holds now.

    A citation that fails stays in the answer, marked as failed.

    Args:
        answer: The answer.
        find_document: Gives the stored document of an id; may raise LookupError or a
            `SummitQAError` for a document that is gone.
    """
    from summitqa.errors import SummitQAError

    texts: dict[str, str | None] = {}
    checked = []
    for citation in answer.citations:
        if citation.document not in texts:
            try:
                texts[citation.document] = find_document(citation.document).text
            except (LookupError, SummitQAError):
                texts[citation.document] = None
        text = texts[citation.document]
        holds = (
            text is not None
            and 0 <= citation.start < citation.end <= len(text)
            and text[citation.start : citation.end] == citation.quote
        )
        checked.append(replace(citation, verified=holds))
    return replace(answer, citations=tuple(checked))
