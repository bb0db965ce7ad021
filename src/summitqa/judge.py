"""Let the reader judge the best hits: what each passage answers, and each sentence of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from summitqa.types import DocumentSummary, Hit, Judgement, Passage, Sentence


class Span(Protocol):
    """A possible short answer; offsets are relative to the passage."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def score(self) -> float: ...


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
    @property
    def within(self) -> Sequence[Span | None]: ...


class ReadsPassages(Protocol):
    """The reader, as far as judging needs it."""

    def read(
        self,
        question: str,
        passages: Sequence[str],
        titles: Sequence[str] | None = None,
        stretches: Sequence[Sequence[tuple[int, int]]] | None = None,
    ) -> Sequence[Reading]:
        """Judge each passage by itself, and the stretches of it."""
        ...


def judge(
    question: str,
    hits: Sequence[Hit],
    reader: ReadsPassages,
    summaries: Mapping[str, DocumentSummary],
    depth: int,
    sentences_of: Callable[[Passage], Sequence[Sentence]],
) -> tuple[Judgement, ...]:
    """Read the first ``depth`` hits.

    Args:
        question: The question, standing alone.
        hits: Fused hits, best first.
        reader: The reader.
        summaries: Metadata of the documents, by id.
        depth: How many hits to read.
        sentences_of: Gives the whole sentences of a passage, headings left out.

    Returns:
        One judgement a hit that was read, in the order of the hits.
    """
    chosen = hits[:depth]
    if not chosen:
        return ()
    sentences = [tuple(sentences_of(hit.passage)) for hit in chosen]
    readings = reader.read(
        question,
        [hit.passage.text for hit in chosen],
        [reader_title(hit.passage, summaries) for hit in chosen],
        [
            [(each.start - hit.passage.start, each.end - hit.passage.start) for each in own]
            for hit, own in zip(chosen, sentences, strict=True)
        ],
    )
    return tuple(
        _judgement(hit, reading, own)
        for hit, reading, own in zip(chosen, readings, sentences, strict=True)
    )


def reader_title(place: Passage | Sentence, summaries: Mapping[str, DocumentSummary]) -> str:
    """Name where a text stands: the document's title and the nearest heading."""
    title = summaries[place.document].title
    heading = place.headings[-1] if place.headings else ""
    return title if not heading or heading == title else f"{title}. {heading}"


def _judgement(hit: Hit, reading: Reading, sentences: tuple[Sentence, ...]) -> Judgement:
    begin = hit.passage.start
    return Judgement(
        hit=hit,
        span=(begin + reading.start, begin + reading.end) if reading.end > reading.start else None,
        span_score=reading.score,
        answerable=reading.answerable,
        sentences=sentences,
        spans=tuple(
            None if each is None else (begin + each.start, begin + each.end, each.score)
            for each in reading.within
        ),
    )
