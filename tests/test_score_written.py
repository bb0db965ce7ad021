"""Scores of the shipped reader on what was written for training."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.test_near_sentences import TEXT

from summitqa.read import load_reader
from training.data import Question
from training.rivals import read_blocks
from training.score_written import score_blocks, score_written
from training.written import read_written

BLOCK = """? Who heads the office of the Selby pact?
? Who is at the head of the office?
= Who runs the office of the Selby pact?
+ Selby Pact, 2031 | [Marta Lind] runs the office of the Selby pact.
! News of the pact, 2033 | [Osric Dale] runs the office of the Selby pact.
- Selby Pact, 2031 | Nine towns joined the Selby pact.
- Selby Pact, 2031 | The office of the Selby pact opened in Brusk in May.
- Selby Pact, 2031 | Arden did not join the Selby pact.
"""


@pytest.fixture
def questions(tmp_path: Path) -> list[Question]:
    path = tmp_path / "pact.txt"
    path.write_text(TEXT, encoding="utf-8")
    return read_written(path)


def test_a_right_answer_counts_where_its_sentence_comes_first(questions: list[Question]) -> None:
    reader = load_reader()
    scores = score_written(reader, questions)
    assert scores["questions"] == len(questions)
    assert scores["answerable"] == sum(bool(each.answers) for each in questions)
    assert scores["right_sentence_first"] == 1.0
    # An answer that stands in another sentence than the reader's best is none.
    moved = [replace(each, answers=((0, 4),)) if each.answers else each for each in questions]
    assert score_written(reader, moved)["right_sentence_first"] == 0.0


def test_the_sentence_meant_is_counted_in_each_wording(tmp_path: Path) -> None:
    path = tmp_path / "rivals-t.txt"
    path.write_text(BLOCK, encoding="utf-8")
    scores = score_blocks(load_reader(), read_blocks(path))
    assert scores["blocks"] == 1
    assert scores["questions"] == 2
    assert scores["right_sentence_first"] == 1.0
    assert scores["right_sentence_first_asked_plainly"] == 1.0
    assert scores["other_value_first"] == 1.0
    assert scores["auroc"] == 1.0
