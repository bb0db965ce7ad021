"""Rows of tables in words."""

from __future__ import annotations

import pytest

from summitqa.table_rows import find_cell, table_head, write_row, write_rows
from summitqa.types import Draft, DraftSentence, Sentence

LINES = (
    "What was paid.",
    "| Member | Paid | Due |",
    "| Chile | 60 | |",
    "| Peru | 5 | 9 |",
    "End.",
)
SENTENCES = tuple(
    Sentence("a.md", 100 * place, 100 * place + len(line), line) for place, line in enumerate(LINES)
)


@pytest.mark.parametrize(
    ("head", "row", "words"),
    [
        ("| Member | Paid |", "| Chile | 60 |", "Member: Chile; Paid: 60"),
        ("| Member | Paid | Due |", "| Chile | | 9 |", "Member: Chile; Due: 9"),
        ("| Member |", "| Chile | 60 |", "Member: Chile; 60"),
        ("| Member | Sign |", "| Chile | a \\| b |", "Member: Chile; Sign: a | b"),
    ],
)
def test_a_row_names_its_columns(head: str, row: str, words: str) -> None:
    assert write_row(head, row) == words


def test_the_first_row_belongs_to_all_rows_below_it_and_to_no_other_sentence() -> None:
    heads = [table_head(SENTENCES, place) for place in range(len(SENTENCES))]
    assert heads == [None, None, SENTENCES[1], SENTENCES[1], None]


def test_a_quoted_row_rests_on_itself_and_on_the_first_row() -> None:
    rows = (SENTENCES[3], SENTENCES[1], SENTENCES[0])
    draft = Draft(tuple(DraftSentence(each.text, (each,)) for each in rows))
    written = write_rows(draft, lambda _: SENTENCES).sentences
    assert [each.text for each in written] == ["Member: Peru; Paid: 5; Due: 9", *LINES[1::-1]]
    assert written[0].sources == (SENTENCES[3], SENTENCES[1])
    assert written[1:] == draft.sentences[1:]


def test_a_row_that_is_not_known_stays_as_it_is() -> None:
    draft = Draft((DraftSentence(SENTENCES[3].text, (SENTENCES[3],)),))
    assert write_rows(draft, lambda _: SENTENCES[:2]) == draft


def test_the_cell_at_a_place_of_the_words_is_found() -> None:
    head, row = "| Member | Paid | Due |", "| Chile | | 9 \\| 2 |"
    words = write_row(head, row)
    assert words == "Member: Chile; Due: 9 | 2"
    for part, cell in (("Chile", "Chile"), ("Due", "9 \\| 2"), ("9", "9 \\| 2")):
        found = find_cell(head, row, words.index(part))
        assert found is not None
        assert row[slice(*found)] == cell
    assert find_cell(head, row, 99) is None
