"""Do the cited words hold up: citations against gold places and against the text."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from summitqa.evaluation.place import Span, covered, shared_characters
from summitqa.evaluation.retrieval import Need
from summitqa.types import Answer, Citation

_MARKERS = re.compile(r"((?:\s*\[\d+\])+)")


def evidence_measures(needs: Sequence[Need], citations: Sequence[Citation]) -> dict[str, float]:
    """Compare the cited sentences with the gold, for an answerable case.

    sentence_hit@k: 1 when one of the first k citations meets a need (success@k). Span
    precision and recall count characters, as in token-level retrieval evaluation (Smith and
    Troynikov 2024, "Evaluating chunking strategies for retrieval"): precision is the share
    of the cited characters that are gold, absent when nothing is cited; recall is the share
    of a need's best covered place that is cited, averaged over the needs.

    Returns:
        Measures; none where gold is whole documents.
    """
    if any(target.is_whole for need in needs for target in need.targets):
        return {}
    hits = [any(need.is_met_by(*_place(each)) for need in needs) for each in citations]
    cited = _by_document(citations)
    recalls = [
        max(
            shared_characters(cited.get(target.document, []), [target.span])
            / (target.span[1] - target.span[0])
            for target in need.targets
        )
        for need in needs
    ]
    measures = {
        "sentence_hit@1": float(any(hits[:1])),
        "sentence_hit@3": float(any(hits[:3])),
        "span_recall": sum(recalls) / len(recalls),
    }
    if citations:
        gold: dict[str, list[Span]] = {}
        for target in (target for need in needs for target in need.targets):
            gold.setdefault(target.document, []).append(target.span)
        shared = sum(
            shared_characters(spans, gold.get(document, [])) for document, spans in cited.items()
        )
        total = sum(end - start for spans in cited.values() for start, end in covered(spans))
        measures["span_precision"] = shared / total
    return measures


def citation_measures(
    answer: Answer, needs: Sequence[Need], text_of: Callable[[str], str | None]
) -> dict[str, float]:
    """Judge the citations of an answer.

    Citation recall and precision against gold in the sense of ALCE (Gao et al. 2023,
    https://arxiv.org/abs/2305.14627), with gold places instead of a model as the judge:
    precision is the share of citations that meet a need, recall the share of needs that a
    citation meets. Validity does not trust ``Citation.verified``: it looks at the text.

    Args:
        answer: The answer.
        needs: What a full answer rests on; empty for an unanswerable case.
        text_of: Gives a document's canonical text, or None for an unknown one.
    """
    measures: dict[str, float] = {}
    citations = answer.citations
    if needs:
        met = [any(need.is_met_by(*_place(each)) for each in citations) for need in needs]
        measures["citation_recall"] = sum(met) / len(needs)
    if answer.status != "answered":
        return measures
    measures["sentences_cited"] = share_cited(answer)
    if citations:
        valid = [is_valid(each, text_of(each.document)) for each in citations]
        measures["citation_validity"] = sum(valid) / len(valid)
        if needs:
            right = [any(need.is_met_by(*_place(each)) for need in needs) for each in citations]
            measures["citation_precision"] = sum(right) / len(right)
    return measures


def is_valid(citation: Citation, text: str | None) -> bool:
    """Tell whether a citation quotes its document exactly, and is marked as verified."""
    return (
        text is not None
        and citation.verified
        and 0 <= citation.start < citation.end <= len(text)
        and text[citation.start : citation.end] == citation.quote
    )


def share_cited(answer: Answer) -> float:
    """Share of the sentences of an answer's text that carry a marker of a citation.

    A marker stands after the sentence it belongs to. A stretch before a marker that is the
    cited quote word for word counts as one sentence, however it is punctuated. A cell of a
    table that says that nothing was found, or a row of such cells, rests on nothing.
    """
    from summitqa.comparison import EMPTY_CELL

    quotes = {each.marker: " ".join(each.quote.split()) for each in answer.citations}
    empty_row = rf"^\|[^|\n]*\|(?:\s*{EMPTY_CELL}\s*\|)+$"
    told = re.sub(empty_row, "", answer.text, flags=re.MULTILINE).replace(EMPTY_CELL, "")
    pieces = _MARKERS.split(told)
    cited = total = 0
    for position in range(0, len(pieces), 2):
        stretch = pieces[position].strip()
        marks = pieces[position + 1] if position + 1 < len(pieces) else ""
        known = [quotes[int(mark)] for mark in re.findall(r"\d+", marks) if int(mark) in quotes]
        if not any(letter.isalnum() for letter in stretch):
            continue
        count = 1 if stretch in known else _count_sentences(stretch)
        total += count
        cited += 1 if known else 0
    return cited / total if total else 0.0


def _count_sentences(text: str) -> int:
    from sentencex import segment

    found = [each for each in segment("en", text) if any(letter.isalnum() for letter in each)]
    return max(1, len(found))


def _place(citation: Citation) -> tuple[str, Span]:
    return citation.document, (citation.start, citation.end)


def _by_document(citations: Sequence[Citation]) -> dict[str, list[Span]]:
    spans: dict[str, list[Span]] = {}
    for each in citations:
        spans.setdefault(each.document, []).append((each.start, each.end))
    return spans
