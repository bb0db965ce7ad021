"""Retrieval: a dense and a lexical search, fused into one ranking."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from summitqa.embed import Embedder
from summitqa.judge import reader_title
from summitqa.lexical import analyse, share_of
from summitqa.settings import Settings
from summitqa.types import DocumentSummary, Hit, Passage, Scope
from summitqa.understanding.names import unified_terms, unify_names
from summitqa.understanding.question import read_question

if TYPE_CHECKING:
    from summitqa.store.snapshot import Snapshot

LEXICAL_WEIGHT = 0.5
"""Weight of a passage's BM25, as a share of the best one, beside its cosine."""
DOCUMENT_WEIGHT = 0.4
"""Weight of the score of its document's best passage, beside a passage's own."""
LEXICAL_WEIGHT_OF_A_QUESTION = 0.1
"""``LEXICAL_WEIGHT`` beside the two that follow."""
COVERAGE_WEIGHT = 0.2
"""Weight of the share of a question's terms that a passage holds, beside its cosine."""
CONTEXT_WEIGHT = 0.4
"""The same, where the passage's title and heading count too."""
DOCUMENT_WEIGHT_OF_A_QUESTION = 0.2
"""``DOCUMENT_WEIGHT`` beside these."""
REMEMBERED = 2048
"""Passages whose terms are kept."""


def retrieve(
    question: str,
    snapshot: Snapshot,
    embedder: Embedder,
    settings: Settings,
    scope: Scope | None = None,
) -> tuple[Hit, ...]:
    """Find the passages that bear on a question.

    Args:
        question: The question, standing alone.
        snapshot: The state of the index to search.
        embedder: The model the index was made with.
        settings: ``candidates`` hits are taken from each search and returned at most.
        scope: What may be searched; everything by default.

    Returns:
        Hits of stage ``fused``, best first, ties in the order of the passages. Those of a
        question are ordered by cosine and by the terms that they hold; those of a statement,
        such as a claim to check, stay in the order of the fusion, which was chosen on claims.
    """
    documents = documents_in_scope(scope or Scope(), snapshot.summaries())
    if documents is not None and not documents:
        return ()
    vector = embedder.embed_question(question)
    cosines, bm25 = search(vector, question, snapshot, settings.candidates, documents)
    statement = not read_question(question).interrogative
    if statement:
        bm25 = complete_lexical(question, cosines, bm25, snapshot)
    ranked = fuse(cosines, bm25)
    best = ranked[: settings.candidates]
    passages = snapshot.passages([number for number, _ in best])
    if statement:
        return add_document_scores(
            [
                Hit(passage, score, "fused")
                for passage, (_, score) in zip(passages, best, strict=True)
            ]
        )
    light = dict(fuse(cosines, bm25, LEXICAL_WEIGHT_OF_A_QUESTION))
    weights = snapshot.term_weights(dict.fromkeys(analyse(unify_names(question))))
    summaries = snapshot.summaries()
    shares = [share_terms(weights, passage, summaries) for passage in passages]
    return add_document_scores(
        [
            Hit(passage, light[number] + share, "fused")
            for passage, (number, _), share in zip(passages, best, shares, strict=True)
        ],
        DOCUMENT_WEIGHT_OF_A_QUESTION,
    )


def search(
    vector: NDArray[np.float32],
    text: str,
    snapshot: Snapshot,
    candidates: int,
    documents: Collection[str] | None,
) -> tuple[dict[int, float], dict[int, float]]:
    """Search by a vector and by the words of a text.

    Args:
        vector: What cosines are with, a unit vector.
        text: Its terms are searched, with names as written and written in one way.
        snapshot: The state of the index to search.
        candidates: How many passages each search gives.
        documents: What may be searched; everything if None.

    Returns:
        By passage id, the cosine of every candidate, computed for those that only the words
        found too, and the BM25 of those that share terms.
    """
    cosines = dict(snapshot.search_dense(vector, candidates, documents))
    bm25 = dict(snapshot.search_lexical(searched_terms(text), candidates, documents))
    missing = [number for number in bm25 if number not in cosines]
    if missing:
        values = np.asarray(snapshot.vectors()[missing]) @ vector
        cosines.update(zip(missing, values.tolist(), strict=True))
    return cosines, bm25


def searched_terms(text: str) -> list[str]:
    """Give the terms of a text, with names as written and written in one way."""
    return list(dict.fromkeys([*analyse(text), *analyse(unify_names(text))]))


def complete_lexical(
    text: str, cosines: Mapping[int, float], bm25: Mapping[int, float], snapshot: Snapshot
) -> dict[int, float]:
    """Add the BM25 of candidates that were found by their vectors alone.

    The search by words gives only so many; a passage that comes just below them shares the
    words none the less, and where it counted as sharing none, it fell behind them by a step.

    Args:
        text: What was searched.
        cosines: Cosine of every candidate by passage id.
        bm25: BM25 of those that the words found.
        snapshot: The state of the index that was searched.

    Returns:
        BM25 by passage id, of every candidate that shares a term.
    """
    missing = [number for number in cosines if number not in bm25]
    return {**bm25, **snapshot.score_lexical(searched_terms(text), missing)}


def fuse(
    cosines: Mapping[int, float], bm25: Mapping[int, float], weight: float = LEXICAL_WEIGHT
) -> list[tuple[int, float]]:
    """Rank passages by cosine plus weighted BM25, best first.

    Args:
        cosines: Cosine of every candidate by passage id.
        bm25: BM25 of those that share terms with the question, by passage id.
        weight: What the best BM25 adds, beside a cosine.

    Returns:
        Pairs of passage id and score, ties in the order of the ids.
    """
    top = max(bm25.values(), default=0.0)
    scores = {
        number: cosine + (weight * bm25.get(number, 0.0) / top if top > 0 else 0.0)
        for number, cosine in cosines.items()
    }
    return sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))


def share_terms(
    weights: Mapping[str, float], passage: Passage, summaries: Mapping[str, DocumentSummary]
) -> float:
    """Give what the terms of a question that a passage holds add to its cosine.

    BM25 finds the candidates; among them it also counts how often a term stands in a passage,
    which tells less of whether that answers than whether all terms of the question are there:
    in the passage, or in the title and heading above it.

    Args:
        weights: How much each term of the question tells.
        passage: The passage.
        summaries: Metadata of the documents, by id.
    """
    held = _terms_of(passage.text)
    above = _terms_of(reader_title(passage, summaries))
    own, context = share_of(weights, held), share_of(weights, held | above)
    return COVERAGE_WEIGHT * own + CONTEXT_WEIGHT * context


@lru_cache(maxsize=REMEMBERED)
def _terms_of(text: str) -> frozenset[str]:
    """The same passages are candidates for question after question."""
    return frozenset(unified_terms(text))


def add_document_scores(hits: Sequence[Hit], weight: float = DOCUMENT_WEIGHT) -> tuple[Hit, ...]:
    """Let a passage gain from the best passage of its document.

    A passage often leaves out the subject that its document is about. Scores of passage and
    document are interpolated, as by Bendersky and Kurland (2008, "Utilizing passage-based
    language models for document retrieval"); the best passage stands for the document, so
    that where each document is one passage the order stays as it is.

    Args:
        hits: Hits.
        weight: Weight of the document's best passage, beside a passage's own.

    Returns:
        The same hits with their scores raised, best first, ties in the order given.
    """
    best: dict[str, float] = {}
    for hit in hits:
        name = hit.passage.document
        best[name] = max(hit.score, best.get(name, hit.score))
    raised = [replace(hit, score=hit.score + weight * best[hit.passage.document]) for hit in hits]
    return tuple(sorted(raised, key=lambda hit: -hit.score))


def documents_in_scope(
    scope: Scope, summaries: Mapping[str, DocumentSummary]
) -> Collection[str] | None:
    """Return the ids of the documents a scope allows; None when it allows all."""
    if scope == Scope():
        return None
    return [name for name, summary in summaries.items() if _matches(scope, summary)]


def _matches(scope: Scope, summary: DocumentSummary) -> bool:
    """Say whether a document lies in a scope. A value the document lacks never matches."""
    wanted: list[tuple[tuple[str, ...], tuple[str, ...]]] = [
        (scope.summits, (summary.summit or "",)),
        (scope.kinds, (summary.kind or "",)),
        (scope.places, summary.places),
    ]
    for allowed, values in wanted:
        folded = {value.casefold() for value in values}
        if allowed and not any(value.casefold() in folded for value in allowed):
            return False
    if scope.documents and summary.id not in scope.documents:
        return False
    issuer = (summary.issuer or "").casefold()
    if scope.issuers and not any(value.casefold() in issuer for value in scope.issuers):
        return False
    stated = summary.date or ""
    if scope.years and stated[:4] not in {f"{year:04d}" for year in scope.years}:
        return False
    # A document without a date is kept: nothing says that it came later. ISO prefixes
    # (a year, a year and month) count from their first day.
    return not (scope.as_of and stated > scope.as_of.isoformat())
