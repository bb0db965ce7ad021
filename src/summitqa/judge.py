"""Let the reader judge the best hits, and order them by reader and retrieval together."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from summitqa.types import DocumentSummary, Hit, Judgement

# Weight of the fused retrieval score (0 to 1 within a question) beside the reader's span
# score and answerable logit, which are differences of logits. Chosen on the dev suites and
# on SQuAD 2.0's development half together.
RETRIEVAL_WEIGHT = 8.0


class Reading(Protocol):
    """What the reader says of one passage; offsets are relative to the passage."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def score(self) -> float: ...
    @property
    def answerable(self) -> float: ...


class ReadsPassages(Protocol):
    """The reader, as far as judging needs it."""

    def read(
        self, question: str, passages: Sequence[str], titles: Sequence[str] | None = None
    ) -> Sequence[Reading]:
        """Judge each passage by itself."""
        ...


def judge(
    question: str,
    hits: Sequence[Hit],
    reader: ReadsPassages,
    summaries: Mapping[str, DocumentSummary],
    depth: int,
) -> tuple[Judgement, ...]:
    """Read the first ``depth`` hits and re-rank them; the others keep their order behind.

    Args:
        question: The question, standing alone.
        hits: Fused hits, best first.
        reader: The reader.
        summaries: Metadata of the documents, by id.
        depth: How many hits to read.

    Returns:
        One judgement a hit that was read, best first, with stage ``reranked``.
    """
    chosen = hits[:depth]
    if not chosen:
        return ()
    titles = [reader_title(hit, summaries) for hit in chosen]
    readings = reader.read(question, [hit.passage.text for hit in chosen], titles)
    highest = max(hit.score for hit in chosen) or 1.0
    judged = [
        _judgement(hit, reading, hit.score / highest)
        for hit, reading in zip(chosen, readings, strict=True)
    ]
    judged.sort(key=lambda each: -each.hit.score)
    return tuple(judged)


def reader_title(hit: Hit, summaries: Mapping[str, DocumentSummary]) -> str:
    """Name where a passage stands: the document's title and the nearest heading."""
    title = summaries[hit.passage.document].title
    heading = hit.passage.headings[-1] if hit.passage.headings else ""
    return title if not heading or heading == title else f"{title}. {heading}"


def _judgement(hit: Hit, reading: Reading, fused: float) -> Judgement:
    start = hit.passage.start + reading.start
    end = hit.passage.start + reading.end
    probability = min(max(reading.answerable, 1e-6), 1 - 1e-6)
    answerable = math.log(probability / (1 - probability))
    score = reading.score + answerable + RETRIEVAL_WEIGHT * fused
    return Judgement(
        hit=replace(hit, score=score, stage="reranked"),
        span=(start, end) if reading.end > reading.start else None,
        span_score=reading.score,
        answerable=reading.answerable,
    )
