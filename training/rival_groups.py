"""Draw a group from a question and its rivals."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from training.pairs import REWORDED_WRITTEN, SENTENCES, Group, Pair
from training.synonyms import reword

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

    from training.rivals import Block, Told

NONE_ANSWERS = 0.15
"""Share of the blocks that are met without the sentence that answers."""
IN_A_ROW = 0.25
"""Share of the blocks whose sentences are met as one passage, not one by one."""


def draw_block(block: Block, asked: str, rng: random.Random) -> Group:
    """A question with a sentence that answers and its rivals, one by one or in one passage.

    Now and then the one that answers is left out. What says the same and what tells another
    value answers as well, so only one of them is there.
    """
    if rng.random() < REWORDED_WRITTEN:
        asked = reword(asked, rng)
    titled, kind = rng.random() < 0.85, rng.random()
    rivals = rng.sample(block.rivals, len(block.rivals))
    meant, *others = (*block.right, *block.other)
    right = rng.choice(others) if others and rng.random() < 0.4 else meant
    if kind < NONE_ANSWERS:
        return show_told(asked, rivals[:SENTENCES], titled)
    if kind < NONE_ANSWERS + IN_A_ROW:
        row = rivals[: rng.choice((1, 2, 3))]
        passage = join_told([right, *row], right, rng)
        title = right.title if titled else None
        rest = rivals[len(row) : len(row) + 2]
        return (
            replace(passage, question=asked, title=title),
            *(Pair(asked, title and told.title, told.text) for told in rest),
        )
    return show_told(asked, [right, *rivals[: SENTENCES - 1]], titled)


def show_told(asked: str, shown: Sequence[Told], titled: bool) -> Group:
    """A group of single sentences."""
    return tuple(
        Pair(asked, told.title if titled else None, told.text, (told.span,) if told.span else ())
        for told in shown
    )


def join_told(row: list[Told], right: Told, rng: random.Random) -> Pair:
    """One passage of sentences in any order, with the words of the right one that answer."""
    passage, spans = "", tuple[tuple[int, int], ...]()
    for told in rng.sample(row, len(row)):
        passage += " " if passage else ""
        if told is right and told.span:
            spans = ((len(passage) + told.span[0], len(passage) + told.span[1]),)
        passage += told.text
    return Pair("", None, passage, spans)
