"""The sentence of a passage that is nearest to a question, for a person to look at.

It is chosen by words alone and claims nothing: after an abstention it shows where to look.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from summitqa.lexical import analyse
from summitqa.types import Sentence


def nearest_sentences(
    question: str,
    passages: Sequence[Sequence[Sentence]],
    weigh: Callable[[Collection[str]], Mapping[str, float]],
) -> list[Sentence | None]:
    """Choose the nearest sentence of each passage.

    Args:
        question: The question.
        passages: The sentences of each passage, headings left out.
        weigh: Gives the weights of analysed terms, the rarer the greater.

    Returns:
        For each passage the sentence whose terms hold the greatest weight of the question's
        terms, the first of equals; None where a passage has no sentence.
    """
    weights = weigh(set(analyse(question)))

    def held(sentence: Sentence) -> float:
        return sum(weights.get(term, 0.0) for term in set(analyse(sentence.text)))

    return [max(sentences, key=held) if sentences else None for sentences in passages]
