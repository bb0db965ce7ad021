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


def test_what_was_found_is_kept_for_the_same_questions_and_reader(
    questions: list[Question], tmp_path: Path
) -> None:
    cache = tmp_path / "hard.json"
    found = find_hard_sentences(questions, embed_words, MODELS, 1, cache)
    assert set(found) == set(range(len(questions)))
    for number, hard in found.items():
        assert 0 < len(hard.places) <= MOST
        assert not any(answers(each, questions[number]) for each in hard.places)
    kept = json.loads(cache.read_text("utf-8"))
    kept["found"]["0"][1] = 99.0
    cache.write_text(json.dumps(kept))
    assert find_hard_sentences(questions, embed_words, MODELS, 1, cache)[0].lead == 99.0
    fewer = find_hard_sentences(questions[:2], embed_words, MODELS, 1, cache)
    assert fewer[0].lead != 99.0, "of other questions, it is found anew"


def test_a_doubtful_question_is_drawn_more_often(questions: list[Question]) -> None:
    leads = dict.fromkeys(range(len(questions)), DOUBTFUL_LEAD + 1) | {1: 0.0}
    contexts = list({each.context: each for each in questions}.values())
    near = find_near_sentences(questions, embed_words)
    stream = GroupStream(questions, (), {}, contexts, {}, 0, 1.0, near, leads=leads)
    size = len(questions) - 1 + DOUBTFUL_TIMES
    asked = [group[0].question for group in stream.pool(0, size)]
    doubted = questions[1].text.split()[-1]
    assert sum(each.endswith(doubted) for each in asked) == DOUBTFUL_TIMES
