"""Answer what is weighed against each other: each side is asked about by itself.

The answer is a table with a row a side.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from summitqa.comparison import Cell, Comparison, Item
from summitqa.types import Evidence
from summitqa.understanding.names import unified_terms
from summitqa.understanding.values import find_quantities
from summitqa.understanding.weighed import Weighing

SEEN = 4
"""How many of the best sentences of a side are looked through for its value."""
_WHOLE = re.compile(r"(?:what (?:is|was|happens)|how (?:does|did|do)|why)\b", re.IGNORECASE)
"""A question that a sentence answers rather than a few words of it."""


def as_comparison(weighing: Weighing, question: str) -> Comparison:
    """Give the table's rows and its one column."""
    items = tuple(Item(re.sub(r"^the\s+", "", side)) for side in weighing.sides)
    return Comparison(items, (question.rstrip(" ?."),), stated=weighing.counted)


def ask_sides(
    weighing: Weighing, search: Callable[[str], Sequence[Evidence]]
) -> tuple[tuple[Cell | None, ...], ...]:
    """Ask for each side.

    Args:
        weighing: What is weighed.
        search: Gives the evidence for a question, best first; nothing when the documents do
            not say.
    """
    return tuple(
        (_fill(weighing, place, search(asked)),) for place, asked in enumerate(weighing.questions)
    )


def _fill(weighing: Weighing, place: int, evidence: Sequence[Evidence]) -> Cell | None:
    """Take the best sentence that does not speak of another side alone, and has a value.

    The side itself is often named by the passage or the document's title only.
    """
    terms = [unified_terms(side) for side in weighing.sides]
    own = terms[place] - set().union(*(terms[:place] + terms[place + 1 :]))
    for each in evidence[:SEEN]:
        held = unified_terms(each.sentence.text)
        others = [side - terms[place] for at, side in enumerate(terms) if at != place]
        if not own & held and any(side and side <= held for side in others):
            continue
        text = each.sentence.text
        if each.span is not None and not _WHOLE.match(weighing.questions[place]):
            start, end = (offset - each.sentence.start for offset in each.span)
            text = text[start:end]
        if not weighing.counted or find_quantities(text):
            return Cell(text, each.sentence)
    return None


def can_be_weighed(cells: Sequence[Sequence[Cell | None]]) -> bool:
    """Tell whether two sides or more are told, by sentences of their own.

    One side alone cannot be weighed, and one sentence for all has not told them apart.
    """
    told = [cell for row in cells for cell in row if cell is not None]
    values = {(cell.source.document, cell.source.start, cell.text) for cell in told}
    return len(told) >= 2 and len(values) == len(told)
