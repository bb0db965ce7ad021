"""The sentences that the reader itself takes for an answer, by the shipped reader."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from tests.test_near_sentences import TEXT, embed_words

from summitqa.read import MODELS, load_reader
from training.data import Question
from training.groups import DOUBTFUL_LEAD, DOUBTFUL_TIMES, GroupStream
from training.hard_sentences import MOST, find_hard_sentences, order_places, right_place
from training.near_sentences import answers, find_near_sentences, sentence_text
from training.written import read_written


@pytest.fixture(scope="module")
def questions(tmp_path_factory: pytest.TempPathFactory) -> list[Question]:
    path = tmp_path_factory.mktemp("written") / "pact.txt"
    path.write_text(TEXT, encoding="utf-8")
    return read_written(path)


def test_the_sentence_that_answers_leads(questions: list[Question]) -> None:
    reader = load_reader()
    near = find_near_sentences(questions, embed_words)
    order, lead = order_places(reader, questions[0], near[0])
    assert lead > 0, "the reader tells who heads the office from who paid for it"
    assert sorted(order) == list(range(len(near[0])))
    right = right_place(questions[0])
    assert right is not None
    assert sentence_text(right) == "Marta Lind runs the office."
    # Without the sentence that answers, the same words are no lead but a temptation.
    unasked = replace(questions[0], answers=())
    assert right_place(unasked) is None
    assert order_places(reader, unasked, (*near[0], right))[1] < lead


def test_what_was_found_is_kept_for_the_same_question_and_reader(
    questions: list[Question], tmp_path: Path
) -> None:
    cache = tmp_path / "hard.json"
    found = find_hard_sentences(questions, embed_words, MODELS, 1, cache)
    assert set(found) == set(range(len(questions)))
    for number, hard in found.items():
        assert 0 < len(hard.places) <= MOST
        assert not any(answers(each, questions[number]) for each in hard.places)
    kept = json.loads(cache.read_text("utf-8"))
    for each in kept["found"].values():
        each[1] = 99.0
    cache.write_text(json.dumps(kept))
    reworded = replace(questions[0], text=f"{questions[0].text.rstrip('?')} now?")
    again = find_hard_sentences([*questions, reworded], embed_words, MODELS, 1, cache)
    assert {again[n].lead for n in range(len(questions))} == {99.0}
    assert again[len(questions)].lead != 99.0, "only what was asked for the first time is read"
    assert find_hard_sentences([reworded, *questions], embed_words, MODELS, 1, cache)[1].lead == 99


def test_what_another_reader_made_of_a_question_does_not_count(
    questions: list[Question], tmp_path: Path
) -> None:
    cache = tmp_path / "hard.json"
    found = find_hard_sentences(questions[:2], embed_words, MODELS, 1, cache)
    kept = json.loads(cache.read_text("utf-8"))
    kept["reader"] = "of another file"
    kept["found"] = {key: [order, 99.0] for key, (order, _) in kept["found"].items()}
    cache.write_text(json.dumps(kept))
    assert find_hard_sentences(questions[:2], embed_words, MODELS, 1, cache) == found


def test_a_doubtful_question_is_drawn_more_often(questions: list[Question]) -> None:
    leads = dict.fromkeys(range(len(questions)), DOUBTFUL_LEAD + 1) | {1: 0.0}
    contexts = list({each.context: each for each in questions}.values())
    near = find_near_sentences(questions, embed_words)
    stream = GroupStream(questions, (), {}, contexts, {}, 0, 1.0, near, leads=leads)
    size = len(questions) - 1 + DOUBTFUL_TIMES
    asked = [group[0].question for group in stream.pool(0, size)]
    doubted = questions[1].text.split()[-1]
    assert sum(each.endswith(doubted) for each in asked) == DOUBTFUL_TIMES
