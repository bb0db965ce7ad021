"""The questions written for training: their layout, and what is drawn from them."""

from __future__ import annotations

import importlib.util
import random
from collections import Counter
from pathlib import Path

import pytest

from summitqa.types import Sentence
from training.data import Question, is_kept_out
from training.fit_disagreement import answers_any
from training.written import FOLDER, as_articles, main, read_all_written, read_written

PACT = """# The Selby Pact, 2031

Nine towns joined the pact. It runs until 2040. Dorrel refused. Nine towns pay for it.

? Who stayed away?
= Dorrel
? How many pay?
= Nine towns @ Nine towns pay
- What does it cost?

Its office opened in Brusk in May. Marta Lind runs it.

? Who heads the office?
= Marta Lind
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "pact.txt"
    path.write_text(text, encoding="utf-8")
    return path


def test_answers_are_exact_words_of_the_paragraph_above(tmp_path: Path) -> None:
    questions = read_written(write(tmp_path, PACT))
    answers = [[each.context[a:b] for a, b in each.answers] for each in questions]
    assert answers == [["Dorrel"], ["Nine towns"], [], ["Marta Lind"]]
    assert questions[1].answers[0][0] == questions[1].context.rindex("Nine towns")
    assert {each.title for each in questions} == {"The Selby Pact, 2031"}
    assert len({each.context for each in questions}) == 2


def test_a_question_that_two_documents_answer_otherwise_is_marked(tmp_path: Path) -> None:
    other = "\n# Letters\n\nElse. Ten towns pay.\n\n! How many pay?\n= Ten towns\n"
    questions = read_written(write(tmp_path, PACT.replace("? How many", "! How many") + other))
    disputed = [each for each in questions if each.disputed]
    assert [each.text for each in disputed] == ["How many pay?"] * 2
    said = [each.context[slice(*each.answers[0])] for each in disputed]
    assert said == ["Nine towns", "Ten towns"]

    def sentence(text: str) -> Sentence:
        return Sentence("a.md", 0, len(text), text)

    assert answers_any(disputed, sentence("Ten towns pay."))
    assert answers_any(disputed, sentence("Nine towns pay for it."))
    assert not answers_any(disputed, sentence("Nine towns joined the pact."))
    assert not answers_any(disputed, sentence("Else."))


def test_files_are_chosen_by_patterns_and_each_is_read_once(tmp_path: Path) -> None:
    for name in ("a-1", "a-2", "b-1"):
        (tmp_path / f"{name}.txt").write_text(PACT, encoding="utf-8")

    def read(*patterns: str) -> set[str]:
        questions = read_all_written(tmp_path, patterns)
        assert len({(each.article, each.context, each.text) for each in questions}) == len(
            questions
        )
        return {each.article.split()[1] for each in questions}

    assert read("a-*.txt", "*-1.txt") == {"a-1:", "a-2:", "b-1:"}
    assert read("b-*.txt") == {"b-1:"}
    assert read("c-*.txt") == set()


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("? Who?\n= I\n", "pact.txt:1: A question needs a title and a paragraph above it."),
        ("# A\n\nB.\n\n= B\n", "pact.txt:5: An answer needs a question above it."),
        ("# A\n\nB.\n\n? Who?\n- Why?\n", "pact.txt:6: The question before has no answer line"),
        ("# A\n\nB.\n\n? Who?\n", "The last question has no answer line"),
        ("# A\n\nB.\n\n? Who?\n= C\n", "pact.txt:6: The paragraph does not contain 'C'."),
        ("# A\n\nB. B.\n\n? Who?\n= B\n", "pact.txt:6: 'B' occurs twice"),
        ("# A\n\nB. B.\n\n? Who?\n= B @ X\n", "pact.txt:6: The paragraph has no sentence that"),
    ],
)
def test_a_faulty_line_is_named(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(ValueError) as caught:
        read_written(write(tmp_path, text))
    assert complaint in str(caught.value)


def test_the_shipped_files_are_whole_and_ask_of_many_documents() -> None:
    questions = read_all_written()
    assert len(questions) > 2_500
    assert len({each.article for each in questions}) > 150
    assert 0.25 < sum(not each.answers for each in questions) / len(questions) < 0.5
    assert max(Counter((each.article, each.text) for each in questions).values()) == 1
    held = [each for each in questions if is_kept_out(each)]
    assert 0.05 < len(held) / len(questions) < 0.35
    assert all(path.suffix == ".txt" for path in FOLDER.iterdir())


def test_articles_hold_every_question_where_it_belongs(tmp_path: Path) -> None:
    (article,) = as_articles(read_written(write(tmp_path, PACT)))
    assert article["title"] == "The Selby Pact, 2031"
    assert [len(each["qas"]) for each in article["paragraphs"]] == [3, 1]
    for paragraph in article["paragraphs"]:
        for item in paragraph["qas"]:
            assert item["is_impossible"] == (not item["answers"])
            for answer in item["answers"]:
                start = answer["answer_start"]
                assert paragraph["context"][start:].startswith(answer["text"])


@pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="torch is not installed")
def test_a_drawn_group_answers_only_what_the_paragraph_answers(tmp_path: Path) -> None:
    from training.groups import GroupStream
    from training.hard_passages import find_hard_passages

    questions = read_written(write(tmp_path, PACT))
    contexts: list[Question] = list({each.context: each for each in questions}.values())
    stream = GroupStream(questions, [], find_hard_passages(questions, contexts), contexts, {}, 0)
    answerless = {each.text for each in questions if not each.answers}
    groups = [g for place in range(len(questions)) for g in stream._draw_written(place, rng(place))]
    assert len(groups) >= len(questions)
    for group in groups:
        assert sum(bool(pair.spans) for pair in group) <= 1
        for pair in group:
            assert pair.passage and any(pair.passage.split(". ")[0] in c.context for c in contexts)
            if pair.question in answerless:
                assert not pair.spans
    assert stream.pool(1, 40) == stream.pool(1, 40)


def rng(seed: int) -> random.Random:
    return random.Random(seed)


def test_held_out_documents_are_asked_in_collections_of_the_usual_size() -> None:
    from training.indexes import TOGETHER, held_out_collections

    collections = held_out_collections()
    held = {each.article for each in read_all_written() if is_kept_out(each) and not each.disputed}
    assert sum(len(each) for each in collections) == len(held)
    assert max(len(each) for each in collections) == TOGETHER


def test_checking_files_says_how_many_share_no_word(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "one.txt"
    file.write_text(
        "# The pact\n\nNorway pays nine. Peru signed the pact in Oslo.\n"
        "? Who signed the pact?\n= Peru\n? How much does Oslo's neighbour spend?\n= nine\n"
    )
    monkeypatch.setattr("sys.argv", ["written", str(file)])
    assert main() == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0].endswith("2 answerable, 0 not.")
    assert said[1] == "0.50 of the answerable share no word with the sentence that answers."
