"""Rows of tables in words: what a row says is not understood without the first row.

A table stands in a document's text as Markdown writes it, each row a sentence. "| Chile | 60 |"
becomes "Member: Chile; Paid: 60", which rests on the row and on the first one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from summitqa.types import Draft, DraftSentence, Sentence

_CELL = re.compile(r"(?<!\\)\|(?P<cell>(?:\\.|[^|\\])*)(?=\||$)")


def is_row(text: str) -> bool:
    """Tell whether a sentence is a row of a table."""
    return text.startswith("|")


def table_head(sentences: Sequence[Sentence], place: int) -> Sentence | None:
    """Give the first row of the table that a sentence is a row of, unless it is the first itself.

    Args:
        sentences: Sentences of a document, in order.
        place: Which of them is the row.
    """
    at = place
    while at >= 0 and is_row(sentences[at].text):
        at -= 1
    return sentences[at + 1] if at + 1 < place else None


def write_row(head: str, row: str) -> str:
    """Write a row with the name of its column before each cell; an empty cell is left out."""
    return "; ".join(words for words, _ in _pairs(head, row))


def find_cell(head: str, row: str, place: int) -> tuple[int, int] | None:
    """Find the cell that stands at a place of the row in words.

    Args:
        head: The first row.
        row: The row.
        place: A character of ``write_row(head, row)``.

    Returns:
        Offsets of the cell in ``row``, or None where the place is outside.
    """
    end = 0
    for words, offsets in _pairs(head, row):
        end += len(words) + 2
        if place < end:
            return offsets
    return None


def _pairs(head: str, row: str) -> list[tuple[str, tuple[int, int]]]:
    """The cells that are not empty, in words with their columns, and where they stand."""
    names = [match["cell"].strip() for match in _CELL.finditer(head)]
    pairs = []
    for number, match in enumerate(_CELL.finditer(row)):
        cell = match["cell"].strip()
        if not cell:
            continue
        begin = match.start("cell") + match["cell"].index(cell)
        name = names[number] if number < len(names) else ""
        words = f"{name}: {cell}" if name else cell
        pairs.append((words.replace("\\|", "|"), (begin, begin + len(cell))))
    return pairs


def write_rows(draft: Draft, sentences_of: Callable[[str], Sequence[Sentence]]) -> Draft:
    """Write the rows that a draft quotes in words, each resting on the first row as well.

    Args:
        draft: The draft.
        sentences_of: Gives the sentences of a document, in order.
    """

    def in_words(quoted: DraftSentence) -> DraftSentence:
        row = quoted.sources[0] if quoted.sources else None
        if row is None or quoted.text != row.text or not is_row(row.text):
            return quoted
        known = sentences_of(row.document)
        place = next((at for at, each in enumerate(known) if each.start == row.start), 0)
        head = table_head(known, place)
        if head is None:
            return quoted
        return replace(quoted, text=write_row(head.text, row.text), sources=(*quoted.sources, head))

    return replace(draft, sentences=tuple(in_words(each) for each in draft.sentences))
