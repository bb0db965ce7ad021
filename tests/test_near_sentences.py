"""The sentences that a question written for training is most easily mistaken with."""

from __future__ import annotations

import importlib.util
import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from training.data import Question
from training.near_sentences import (
    Place,
    answers,
    file_of,
    find_near_sentences,
    sentence_text,
)
from training.written import read_written

TEXT = """# The Selby Pact, 2031

Nine towns joined the Selby pact. Its office opened in Brusk in May. Marta Lind runs the office.

? Who heads the office of the Selby pact?
= Marta Lind
- Who paid for the office in Brusk?

# News of the Selby pact, 2033

Marta Lind left the office in June. Osric Dale paid for the new office in Arden.

? Who bore the price of the office in Arden?
= Osric Dale
"""


def embed_words(texts: Sequence[str]) -> NDArray[np.float32]:
    """Vectors of the words in a text: an embedding that sees shared words only."""
    vectors = np.zeros((len(texts), 512), dtype=np.float32)
    for row, text in enumerate(texts):
        for word in text.lower().replace(".", "").replace("?", "").split():
            vectors[row, sum(map(ord, word)) % 512] += 1
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors


@pytest.fixture
def questions(tmp_path: Path) -> list[Question]:
    for name in ("pact", "other"):
        (tmp_path / f"{name}.txt").write_text(TEXT, encoding="utf-8")
    return [each for name in ("pact", "other") for each in read_written(tmp_path / f"{name}.txt")]


def test_near_sentences_are_of_the_same_file_and_hold_no_answer(questions: list[Question]) -> None:
    found = find_near_sentences(questions, embed_words)
    assert set(found) == set(range(len(questions)))
    for number, places in found.items():
        asked = questions[number]
        assert places
        assert {file_of(each.context) for each in places} == {file_of(asked)}
        assert not any(answers(each, asked) for each in places)
    heads, paid = found[0], found[1]
    assert all("Marta Lind" not in sentence_text(each) for each in heads)
    assert len(paid) == 5, "nothing answers it, so every sentence of the file may tempt"
    assert sentence_text(paid[0]).startswith("Its office opened in Brusk")


def test_no_more_are_kept_than_asked_for(questions: list[Question]) -> None:
    assert {len(each) for each in find_near_sentences(questions, embed_words, 2).values()} == {2}


def test_a_sentence_is_given_with_the_one_before_it_where_there_is_one(
    questions: list[Question],
) -> None:
    assert sentence_text(Place(questions[0], 1)) == "Its office opened in Brusk in May."
    assert sentence_text(Place(questions[0], 1), before=True).startswith("Nine towns joined")
    assert sentence_text(Place(questions[0], 0), before=True).endswith("pact.")


@pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="torch is not installed")
def test_a_group_of_single_sentences_has_one_that_answers_or_none(
    questions: list[Question],
) -> None:
    from training.encode import MOST_MEMBERS
    from training.groups import GroupStream
    from training.hard_passages import find_hard_passages

    questions = [each for each in questions if "pact" in file_of(each)]
    contexts = list({each.context: each for each in questions}.values())
    stream = GroupStream(
        questions,
        [],
        find_hard_passages(questions, contexts),
        contexts,
        {},
        0,
        near_sentences=find_near_sentences(questions, embed_words),
    )
    sizes = set()
    for place, asked in enumerate(questions):
        for seed in range(12):
            (group,) = stream._draw_sentences(place, asked.text, random.Random(seed))
            assert sum(bool(pair.spans) for pair in group) == bool(asked.answers)
            assert all(pair.question == asked.text for pair in group)
            for pair in group:
                for start, end in pair.spans:
                    assert pair.passage[start:end] in ("Marta Lind", "Osric Dale")
            sizes.add(len(group))
    assert max(sizes) == MOST_MEMBERS
    drawn = [
        g for seed in range(40) for g in stream._draw_written(0, random.Random(seed)) if len(g) > 2
    ]
    assert drawn, "some questions written for training meet single sentences"
