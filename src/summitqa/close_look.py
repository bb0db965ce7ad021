"""Look at sentences one by one, apart from the passage that they were read in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from summitqa.judge import ReadsPassages, reader_title
from summitqa.ranking import CloseLook, log_odds
from summitqa.types import Sentence

if TYPE_CHECKING:
    from summitqa.embed import Embedder
    from summitqa.store.snapshot import Snapshot

NEARBY = 400
"""Characters before a sentence in which the one before it is looked for."""


def look_closely(
    question: str,
    sentences: Sequence[Sentence],
    snapshot: Snapshot,
    embedder: Embedder,
    reader: ReadsPassages,
) -> list[CloseLook]:
    """Compare each sentence with the question, alone and after the one before it, and read it.

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
    joined = [with_sentence_before(snapshot, each) for each in sentences]
    asked = embedder.embed_question(question)
    # Row by row: the last bits of a product of matrices depend on how many rows there are.
    cosines: list[float] = (embedder.embed([*texts, *joined]) * asked).sum(axis=1).tolist()
    summaries = snapshot.summaries()
    titles = [reader_title(each, summaries) for each in sentences]
    readings = reader.read(question, texts, titles)
    size = len(sentences)
    return [
        CloseLook(similarity=single, continued=after, alone=log_odds(reading.answerable))
        for single, after, reading in zip(cosines[:size], cosines[size:], readings, strict=True)
    ]


def with_sentence_before(snapshot: Snapshot, sentence: Sentence) -> str:
    """Give the text of a sentence with that of the sentence before it, where one is near."""
    nearby = snapshot.sentences(sentence.document, max(0, sentence.start - NEARBY), sentence.start)
    before = [each for each in nearby if each.end <= sentence.start]
    start = before[-1].start if before else sentence.start
    return snapshot.document(sentence.document).text[start : sentence.end]


def compare_texts(embedder: Embedder, one: str, other: str) -> float:
    """Give the cosine of two sentences; those looked at closely are embedded already."""
    left, right = embedder.embed([one, other])
    return float(left @ right)
