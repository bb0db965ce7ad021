"""Put a language model's answer in the place of the extractive one, where it stands.

Whatever goes wrong, the person keeps the extractive answer with a note that says what
happened.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from summitqa.cite import cite
from summitqa.errors import LanguageModelError
from summitqa.language_model.client import Writes
from summitqa.language_model.instructions import leave_out_orders
from summitqa.language_model.write import Written, write_answer
from summitqa.support import carried_addresses, hidden_characters
from summitqa.types import (
    Answer,
    Citation,
    Disagreement,
    DocumentSummary,
    Draft,
    DraftSentence,
    Evidence,
    ModelUse,
    Sentence,
)

REFUSED_NOTE = (
    "The language model found no answer in the evidence; the quoted sentences are shown instead."
)
ORDERS_NOTE = (
    "The evidence stands beside orders to a machine, so the language model was not asked; "
    "the quoted sentences are shown instead."
)
UNSUPPORTED_NOTE = (
    "Nothing the language model wrote was supported by its citations; "
    "the quoted sentences are shown instead."
)
WHOLE_NOTE = "Lists and comparisons are quoted whole, so the language model was not asked."
MARKERS_NOTE = "Citations of the language model that name no evidence were left out"


def answer_with_model(
    answer: Answer,
    evidence: Sequence[Evidence],
    summaries: Mapping[str, DocumentSummary],
    model: Writes,
    score: Callable[[str, Sequence[str]], Sequence[float]] | None,
    *,
    limit: int,
    depth: int,
    mark: bool = False,
    on_text: Callable[[str], None] | None = None,
    cancelled: threading.Event | None = None,
) -> Answer:
    """Let the model answer from the evidence of an extractive answer.

    Args:
        answer: The extractive answer, status ``answered``.
        evidence: Its evidence, best first.
        summaries: Metadata of the documents, by id.
        model: The chat model.
        score: The support head.
        limit: The largest number of sentences.
        depth: How many sentences of evidence the model is shown.
        mark: Keep unsupported sentences in the text, marked as such, instead of removing.
        on_text: Gets the raw text as it comes.
        cancelled: Set by the person to stop.

    Returns:
        An answer of mode ``language-model``; or the extractive answer with a note.
    """
    shown = _shown(answer.citations, evidence, depth)
    if not shown:
        return _keep(answer, ORDERS_NOTE, None)
    question = answer.rewritten_question or answer.question
    try:
        written = write_answer(
            question, shown, summaries, model, score, limit, on_text=on_text, cancelled=cancelled
        )
    except LanguageModelError as error:
        return _keep(answer, f"{error} The quoted sentences are shown instead.", None)
    use = ModelUse(model.name, written.tokens_in, written.tokens_out, written.struck)
    if written.refused:
        return _keep(answer, REFUSED_NOTE, use)
    if not written.draft.sentences:
        return _keep(answer, UNSUPPORTED_NOTE, use)
    text, citations = cite(_with_sides(written.draft, answer), summaries)
    if mark:
        text = _marked(text, written)
    if written.problems:
        answer = _keep(answer, f"{MARKERS_NOTE}: {'; '.join(written.problems)}.", use)
    return replace(
        answer,
        mode="language-model",
        text=text,
        citations=citations,
        short_answer=_still_cited(answer.short_answer, citations),
        disagreements=_renumbered(answer, citations),
        model=use,
    )


def _shown(
    citations: Sequence[Citation], evidence: Sequence[Evidence], depth: int
) -> list[Sentence]:
    """Order the evidence: what the extractive answer quotes first, then the next best."""
    quoted = {(each.document, each.start, each.end) for each in citations}
    trusted = leave_out_orders([each.sentence for each in evidence])
    first = [each for each in trusted if (each.document, each.start, each.end) in quoted]
    rest = [each for each in trusted if each not in first]
    return [*first, *rest][: max(depth, len(first))]


def _with_sides(draft: Draft, answer: Answer) -> Draft:
    """Add the quotes of a disagreement that the model left out: both sides stay cited."""
    needed = {marker for each in answer.disagreements for marker in each.citations}
    cited = {
        (source.document, source.start, source.end)
        for sentence in draft.sentences
        for source in sentence.sources
    }
    missing = tuple(
        DraftSentence(text=sentence.text, sources=(sentence,))
        for citation in answer.citations
        if citation.marker in needed
        and (citation.document, citation.start, citation.end) not in cited
        for sentence in (
            Sentence(
                citation.document,
                citation.start,
                citation.end,
                citation.quote,
                (citation.heading,) if citation.heading else (),
                citation.page,
            ),
        )
    )
    return replace(draft, sentences=(*draft.sentences, *missing))


def _renumbered(answer: Answer, citations: Sequence[Citation]) -> tuple[Disagreement, ...]:
    """Point the disagreements at the new markers."""
    new = {(each.document, each.start, each.end): each.marker for each in citations}
    old = {each.marker: (each.document, each.start, each.end) for each in answer.citations}
    return tuple(
        replace(each, citations=tuple(new[old[marker]] for marker in each.citations))
        for each in answer.disagreements
    )


def _still_cited(short: str | None, citations: Sequence[Citation]) -> str | None:
    """Keep the short answer only where a quote that is cited now holds it."""
    if short is None or not any(short in " ".join(each.quote.split()) for each in citations):
        return None
    return short


def _marked(text: str, written: Written) -> str:
    """Add what was struck, but never an address or characters that cannot be seen."""
    struck = " ".join(
        f"{each.text} [not supported]"
        for each in written.struck
        if not carried_addresses(each.text) and not hidden_characters(each.text)
    )
    return f"{text} {struck}".strip()


def _keep(answer: Answer, note: str, use: ModelUse | None) -> Answer:
    return replace(answer, notes=(*answer.notes, note), model=use)
