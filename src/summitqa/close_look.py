"""Look at sentences one by one, apart from the passage that they were read in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from summitqa.enumeration import announced_items, announcement
from summitqa.judge import ReadsPassages, reader_title
from summitqa.ranking import NO_SPAN, CloseLook, log_odds, scale_span
from summitqa.table_rows import find_cell, is_row, table_head, write_row
from summitqa.types import Sentence

if TYPE_CHECKING:
    from summitqa.embed import Embedder
    from summitqa.store.snapshot import Snapshot

NEARBY = 400
"""Characters before a sentence in which the one before it is looked for."""
LIST_BEFORE = 2000
"""Characters before an item in which what announces its list is looked for."""
LIST_AFTER = 900
"""Characters of a list that are read with the sentence that announces it."""


@dataclass(frozen=True, slots=True)
class InContext:
    """A sentence with what it is understood by.

    Attributes:
        text: Both, as they are read; a row of a table is written in words with its columns.
        start: Where in ``text`` begins what answers if the sentence does.
        columns: The first row of its table, where it is a row.
    """

    text: str
    start: int
    columns: str | None = None


def look_closely(
    question: str,
    sentences: Sequence[Sentence],
    snapshot: Snapshot,
    embedder: Embedder,
    reader: ReadsPassages,
) -> list[CloseLook]:
    """Compare each sentence with the question, and read it after the one before it.

    Args:
        question: The question, standing alone.
        sentences: Sentences of indexed documents.
        snapshot: The state of the index that holds them.
        embedder: The embedding model.
        reader: The reader.

    Returns:
        One look a sentence, in their order.
    """
    texts = [each.text for each in sentences]
    whole = {name: snapshot.document(name).text for name in {s.document for s in sentences}}
    joined = [in_context(snapshot, each, whole[each.document]) for each in sentences]
    asked = embedder.embed_question(question)
    # Row by row: the last bits of a product of matrices depend on how many rows there are.
    cosines: list[float] = (
        (embedder.embed([*texts, *(each.text for each in joined)]) * asked).sum(axis=1).tolist()
    )
    summaries = snapshot.summaries()
    titles = [reader_title(each, summaries) for each in sentences]
    # With the one before it, a sentence keeps what its pronouns stand for.
    readings = reader.read(
        question,
        [each.text for each in joined],
        titles,
        [[(each.start, len(each.text))] for each in joined],
    )
    size = len(sentences)
    return [
        CloseLook(
            similarity=single,
            continued=after,
            reread=log_odds(reading.answerable),
            reread_span=scale_span(NO_SPAN if span is None else span.score),
            # In the row alone, without the names of its columns, one number is as good as another.
            cell=None if columns is None else find_cell(columns, sentence, reading.start),
        )
        for sentence, columns, single, after, reading in zip(
            texts,
            (each.columns for each in joined),
            cosines[:size],
            cosines[size:],
            readings,
            strict=True,
        )
        for span in reading.within
    ]


def in_context(snapshot: Snapshot, sentence: Sentence, text: str) -> InContext:
    """Give a sentence with what it is understood by.

    That is the sentence before it, where one is near; what announces the list that it is an
    item of; the first row of its table; or, where it announces a list itself, the items.

    Args:
        snapshot: The state of the index that holds it.
        sentence: The sentence.
        text: The canonical text of its document.
    """
    stretch, place = _neighbours(snapshot, sentence)
    items = announced_items(stretch, place, text)
    if items:
        return InContext(text[sentence.start : items[-1].end], 0)
    columns = table_head(stretch, place) if is_row(sentence.text) else None
    if columns is not None:
        return InContext(write_row(columns.text, sentence.text), 0, columns.text)
    head = announcement(stretch, place, text)
    if head is not None:
        return InContext(f"{head.text} {sentence.text}", len(head.text) + 1)
    before = stretch[place - 1] if place else None
    if before is None or before.end < sentence.start - NEARBY:
        return InContext(sentence.text, 0)
    return InContext(text[before.start : sentence.end], sentence.start - before.start)


def _neighbours(snapshot: Snapshot, sentence: Sentence) -> tuple[Sequence[Sentence], int]:
    """Give the sentences around one, and its place among them."""
    begin = max(0, sentence.start - LIST_BEFORE)
    stretch = snapshot.sentences(sentence.document, begin, sentence.end + LIST_AFTER)
    place = next((at for at, each in enumerate(stretch) if each.start == sentence.start), None)
    return ([sentence], 0) if place is None else (stretch, place)


def compare_texts(embedder: Embedder, one: str, other: str) -> float:
    """Give the cosine of two sentences; those looked at closely are embedded already."""
    left, right = embedder.embed([one, other])
    return float(left @ right)
