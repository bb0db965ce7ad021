"""Find the sentences that a question written for training is most easily mistaken with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from training.data import WRITTEN, Question

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Embed = Callable[[Sequence[str]], "NDArray[np.float32]"]
"""Maps texts to unit vectors, ``(texts, dimensions)``."""

NEAREST = 10


@dataclass(frozen=True, slots=True)
class Place:
    """A sentence of a paragraph.

    Attributes:
        context: Any question of the paragraph.
        sentence: The sentence's number in it.
    """

    context: Question
    sentence: int


def file_of(question: Question) -> str:
    """Name the file that a question written for training stands in."""
    return question.article.partition(":")[0]


def find_near_sentences(
    questions: Sequence[Question], embed: Embed, most: int = NEAREST
) -> Mapping[int, tuple[Place, ...]]:
    """Find sentences of the same file near to each question that do not hold its answer.

    The documents of a file speak of the same events, so these sentences tell of the same
    things and mostly of another relation, actor or year.

    Args:
        questions: All questions; those from elsewhere are passed over.
        embed: The embedding model.
        most: How many a question.

    Returns:
        The sentences by the question's place in ``questions``, nearest first.
    """
    files: dict[str, list[int]] = {}
    for number, question in enumerate(questions):
        if question.source == WRITTEN:
            files.setdefault(file_of(question), []).append(number)
    found: dict[int, tuple[Place, ...]] = {}
    for numbers in files.values():
        contexts = {questions[n].context: questions[n] for n in numbers}.values()
        places = [Place(c, s) for c in contexts for s in range(len(c.sentences))]
        texts = [sentence_text(each) for each in places]
        cosines = embed([questions[n].text for n in numbers]) @ embed(texts).T
        for row, number in enumerate(numbers):
            asked = questions[number]
            nearest = (int(column) for column in (-cosines[row]).argsort(kind="stable"))
            apart = (places[column] for column in nearest if not answers(places[column], asked))
            found[number] = tuple(place for place, _ in zip(apart, range(most), strict=False))
    return found


def sentence_text(place: Place, before: bool = False) -> str:
    """Give a sentence, or it and the one before it in its paragraph."""
    first = place.sentence - 1 if before and place.sentence else place.sentence
    spans = place.context.sentences
    return place.context.context[spans[first][0] : spans[place.sentence][1]]


def answers(place: Place, asked: Question) -> bool:
    """Say whether a sentence holds the words that answer a question, wherever it stands."""
    text = sentence_text(place).lower()
    return any(asked.context[a:b].strip(" .").lower() in text for a, b in asked.answers)
