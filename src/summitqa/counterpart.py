"""Look for what other documents tell of the very thing that the best sentence tells.

What another document says of it is often in other words than the question, and stands too far
down among the hits to be read. With the words of the sentence that answers, the question finds
it: relevance feedback (Rocchio 1971, "Relevance feedback in information retrieval") with one
sentence for the relevant texts.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from summitqa.retrieve import fuse, search
from summitqa.types import Evidence, Hit, Passage, Sentence

if TYPE_CHECKING:
    from summitqa.embed import Embedder
    from summitqa.store.snapshot import Snapshot

MOST = 4
"""Passages that are read beyond those of the question."""
CANDIDATES = 80
"""Passages taken from each of the dense and the lexical search."""
LEXICAL_WEIGHT = 0.35
"""Weight of a passage's BM25, as a share of the best one, beside its cosine."""
AHEAD = 24
"""Passages beyond those read among which they are looked for: some are of the same document."""
LOOKED_AT = 4
"""Sentences of these passages that are looked at closely."""


def find_counterparts(
    question: str,
    told: Sentence,
    hits: Sequence[Hit],
    read: int,
    snapshot: Snapshot,
    embedder: Embedder,
    documents: Collection[str] | None,
) -> tuple[Hit, ...]:
    """Find unread passages of other documents near to the question and the sentence that answers.

    Args:
        question: The question, standing alone.
        told: The sentence that answers.
        hits: The hits of the question, best first.
        read: How many of them were read.
        snapshot: The state of the index to search.
        embedder: The model the index was made with.
        documents: What may be searched; everything if None.

    Returns:
        At most ``MOST`` hits, best first, with the scores that they have among those of the
        question, or the lowest of these.
    """
    vector = embedder.embed_question(question) + embedder.embed([told.text])[0]
    vector /= np.linalg.norm(vector)
    cosines, bm25 = search(vector, f"{question} {told.text}", snapshot, CANDIDATES, documents)
    ranked = [number for number, _ in fuse(cosines, bm25, LEXICAL_WEIGHT)]
    scores = {(hit.passage.document, hit.passage.start): hit.score for hit in hits}
    lowest = min(scores.values(), default=0.0)
    known = [hit.passage for hit in hits[:read]]
    found = [
        Hit(passage, scores.get((passage.document, passage.start), lowest), "fused")
        for passage in snapshot.passages(ranked[: read + AHEAD])
        if passage.document != told.document and not any(_holds(passage, each) for each in known)
    ]
    return tuple(found[:MOST])


def _holds(passage: Passage, read: Passage) -> bool:
    """Whether what was read is the passage, or what is left of it on an earlier day."""
    return passage.document == read.document and passage.start <= read.start < passage.end


def add_evidence(evidence: Sequence[Evidence], more: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """Put further evidence in its place by score, behind the best and each sentence once.

    Args:
        evidence: Evidence, best first; not empty.
        more: Further evidence, best first.
    """
    merged = list(evidence)
    known = {(each.sentence.document, each.sentence.start) for each in evidence}
    for each in more:
        if (each.sentence.document, each.sentence.start) in known:
            continue
        new = replace(each, score=min(each.score, evidence[0].score))
        place = next(
            (at for at, held in enumerate(merged) if at and held.score < new.score), len(merged)
        )
        merged.insert(place, new)
    return tuple(merged)
