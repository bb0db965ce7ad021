"""One question with one passage, and the windows that passages are cut to."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

    from training.data import Question

SENTENCES = 5
"""Passages of a group that are single sentences."""
REWORDED_WRITTEN = 0.25
"""Share of the questions written for training some of whose words are exchanged for synonyms."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One sequence for the network."""

    question: str
    title: str | None
    passage: str
    spans: tuple[tuple[int, int], ...] = ()
    """Reference spans in ``passage``; empty where it does not answer."""
    exact: bool = True
    """False: the answer lies somewhere inside the one span."""
    support: bool | None = None
    """For claims: whether the passage supports it; then the span heads learn nothing."""


Group = tuple[Pair, ...]


def _grow(
    sentences: Sequence[tuple[int, int]],
    first: int,
    last: int,
    words: Sequence[int],
    limit: int,
    rng: random.Random,
) -> tuple[int, int]:
    total = sum(words[first : last + 1])
    while True:
        choices = []
        if first > 0 and total + words[first - 1] <= limit:
            choices.append(-1)
        if last + 1 < len(sentences) and total + words[last + 1] <= limit:
            choices.append(1)
        if not choices:
            return first, last
        if rng.choice(choices) < 0:
            first -= 1
            total += words[first]
        else:
            last += 1
            total += words[last]


def draw_limit(rng: random.Random) -> int:
    """Words in a window: mostly short, because a step costs by length; up to inference's size."""
    return rng.choice((30, 40, 50, 60, 70, 80, 95, 120))


def cut_window(question: Question, rng: random.Random, limit: int) -> Pair | None:
    """Whole sentences round a reference answer."""
    anchor = rng.choice(question.answers)
    touched = [n for n, (a, b) in enumerate(question.sentences) if a < anchor[1] and anchor[0] < b]
    if not touched:
        return None
    words = [question.context[a:b].count(" ") + 1 for a, b in question.sentences]
    first, last = _grow(question.sentences, touched[0], touched[-1], words, limit, rng)
    start, end = question.sentences[first][0], question.sentences[last][1]
    spans = tuple((a - start, b - start) for a, b in question.answers if start <= a and b <= end)
    title = question.title if question.title and rng.random() < 0.6 else None
    return Pair(question.text, title, question.context[start:end], spans[:4], question.exact)


def drop_answer(question: Question, right: Pair, rng: random.Random, limit: int) -> Pair | None:
    """The neighbourhood of the answer without the sentences that hold it."""
    answers = {question.context[a:b].strip(" .").lower() for a, b in question.answers}
    kept = [
        (a, b)
        for a, b in question.sentences
        if not any(s < b and a < e for s, e in question.answers)
        and not any(answer in question.context[a:b].lower() for answer in answers if question.exact)
    ]
    if not kept:
        return None
    words = [question.context[a:b].count(" ") + 1 for a, b in kept]
    middle = question.answers[0][0]
    seed = min(range(len(kept)), key=lambda n: abs(kept[n][0] - middle))
    first, last = _grow(kept, seed, seed, words, limit, rng)
    text = " ".join(question.context[a:b] for a, b in kept[first : last + 1])
    return replace(right, passage=text, spans=()) if len(text) > 20 else None


def cut_around(near: Question, asked: str, rng: random.Random, limit: int) -> str:
    """The window of another paragraph that shares most words with the question."""
    terms = set(re.findall(r"\w{4,}", asked.lower()))
    shared = [
        len(terms & set(re.findall(r"\w{4,}", near.context[a:b].lower())))
        for a, b in near.sentences
    ]
    seed = max(range(len(shared)), key=lambda n: shared[n] + rng.random() * 0.5)
    words = [near.context[a:b].count(" ") + 1 for a, b in near.sentences]
    first, last = _grow(near.sentences, seed, seed, words, limit, rng)
    return near.context[near.sentences[first][0] : near.sentences[last][1]]
