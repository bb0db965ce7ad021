"""Resolve the sources of a draft into numbered citations and write the markers."""

from __future__ import annotations

from collections.abc import Mapping

from summitqa.types import Citation, DocumentSummary, Draft, Sentence


def flatten(text: str) -> str:
    """Put a quote on one line: runs of white space become one space."""
    return " ".join(text.split())


def cite(
    draft: Draft, summaries: Mapping[str, DocumentSummary]
) -> tuple[str, tuple[Citation, ...]]:
    """Number the sources in order of first use.

    Args:
        draft: Sentences with the source sentences they rest on.
        summaries: Metadata of the documents, by id.

    Returns:
        The answer's text, each sentence followed by its markers (``... [1][2]``), and
        the citations in marker order, not yet verified. One source sentence has one
        marker however often it is used.
    """
    markers: dict[tuple[str, int, int], int] = {}
    citations: list[Citation] = []
    pieces: list[str] = []
    for sentence in draft.sentences:
        used: list[int] = []
        for source in sentence.sources:
            key = (source.document, source.start, source.end)
            if key not in markers:
                markers[key] = len(markers) + 1
                citations.append(_citation(source, markers[key], summaries[source.document]))
            if markers[key] not in used:
                used.append(markers[key])
        marks = "".join(f"[{marker}]" for marker in used)
        pieces.append(f"{flatten(sentence.text)} {marks}".strip())
    return " ".join(pieces), tuple(citations)


def _citation(source: Sentence, marker: int, summary: DocumentSummary) -> Citation:
    return Citation(
        marker=marker,
        document=source.document,
        title=summary.title,
        date=summary.date,
        page=source.page,
        heading=source.headings[-1] if source.headings else None,
        start=source.start,
        end=source.end,
        quote=source.text,
        verified=False,
    )
