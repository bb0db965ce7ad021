"""Suites in files: what is read, and how a mistake is reported."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from summitqa.errors import SuiteError
from summitqa.evaluation.suite_file import read_suite

HEAD = "suite: lakes\ndescription: Lakes.\nsplit: dev\n"


def write(folder: Path, text: str, name: str = "lakes.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def problems_of(folder: Path, text: str, name: str = "lakes.yaml") -> list[str]:
    path = write(folder, text, name)
    with pytest.raises(SuiteError) as caught:
        read_suite(path)
    return [line.removeprefix(f"{path}:") for line in str(caught.value).splitlines()]


def test_every_key_is_read(tmp_path: Path) -> None:
    file = read_suite(
        write(
            tmp_path,
            HEAD + "floors: {recall@5: 0.5}\n"
            "gate: [correct]\n"
            "cases:\n"
            "- id: one\n"
            "  turns: ['How deep is it?', 'And now?']\n"
            "  rewrite: How deep is it now?\n"
            "  gold:\n"
            "  - {document: a.md, quote: It is deep., alternatives: [{document: b.md, quote: x}]}\n"
            "  gold_mode: any\n"
            "  answers: [no, 12, 010]\n"
            "  must_contain: [deep, [lake, mere]]\n"
            "  must_not_contain: [shallow]\n"
            "  tags: [follow-up, number]\n"
            "  as_of: 2024-05-21\n"
            "  scope: {summits: [seoul-2024], years: [2024]}\n"
            "  expects_disagreement: true\n"
            "- id: two\n"
            "  question: Who?\n"
            "  answerable: false\n",
        )
    )
    one, two = file.suite.cases
    assert file.lines == (7, 20)
    assert file.suite.floors == {"recall@5": 0.5}
    assert one.answers == ("no", "12", "010")
    assert one.must_contain == ("deep", ("lake", "mere"))
    assert one.as_of == date(2024, 5, 21)
    assert one.search_scope.years == (2024,)
    assert one.search_scope.as_of == one.as_of
    assert one.final_question == "And now?"
    assert one.earlier_turns == ("How deep is it?",)
    assert [place.document for place in one.needs()[0]] == ["a.md", "b.md"]
    assert not two.answerable and two.needs() == ()


def test_jsonl_is_read_like_yaml(tmp_path: Path) -> None:
    file = read_suite(
        write(
            tmp_path,
            '{"suite": "lakes", "description": "Lakes.", "split": "test"}\n\n'
            '{"id": "one", "question": "How deep?", "gold": [{"document": "a.md"}], '
            '"answers": [12]}\n',
            "lakes.jsonl",
        )
    )
    assert file.lines == (3,)
    assert file.suite.cases[0].answers == ("12",)


@pytest.mark.parametrize(
    ("cases", "problem"),
    [
        ("- {id: a, question: Q}", "5: a is answerable but has no gold."),
        ("- {id: a, question: Q, golds: []}", "5: in a, a key: unknown key 'golds'."),
        ("- {id: a b, question: Q}", "5: in a b, cases.id: String should match pattern"),
        ("- {id: a, question: Q, tags: [new]}", "5: in a, cases.tags: Input should be 'factoid'"),
        ("- {id: a, turns: [Q]}", "5: in a, cases: a conversation has at least two turns"),
        ("- {id: a}", "5: in a, cases: a case has either a question or turns."),
        ("- {id: a, id: b, question: Q}", "5: the key 'id' is given twice."),
        ("- {id: a, question: Q, as_of: 2024-02-30}", "5: in a, cases.as_of: Input should be"),
        (
            "- {id: a, question: Q, answerable: false, answers: [x]}",
            "5: in a, cases: a case with answerable: false has no gold and no expected answer.",
        ),
        ("- id: a\n  question: What: this?", "6: not valid YAML: mapping values are not allowed"),
        (
            "- {id: a, turns: [How?, Why?]}",
            "5: not valid YAML: expected ',' or ']', but got '?'; a value with special signs",
        ),
        ("", "4: cases: Input should be a valid tuple."),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, cases: str, problem: str) -> None:
    found = problems_of(tmp_path, f"{HEAD}cases:\n{cases}\n")
    assert len(found) == 1
    assert found[0].startswith(problem)


def test_a_corpus_lies_beside_the_suite(tmp_path: Path) -> None:
    cases = "cases:\n- {id: a, question: Q, answerable: false}\n"
    found = problems_of(tmp_path, HEAD + "corpus: texts\n" + cases)
    assert found == ["4: there is no folder 'texts' beside the suite."]
    (tmp_path / "texts").mkdir()
    file = read_suite(write(tmp_path, HEAD + "corpus: texts\n" + cases))
    assert file.corpus == (tmp_path / "texts").resolve()
    assert read_suite(write(tmp_path, HEAD + cases)).corpus is None


def test_several_mistakes_are_named_at_once(tmp_path: Path) -> None:
    found = problems_of(
        tmp_path,
        HEAD + "gate: [corect]\ncases:\n"
        "- {id: a, question: Q, answerable: false}\n"
        "- {id: a, question: Q}\n",
        "other.yaml",
    )
    assert found[0] == "1: suite is 'lakes' but the file is named other.yaml."
    assert found[1].startswith("1: there is no metric 'corect'; the metrics are recall@1,")
    assert found[2] == "7: the id 'a' is already used on line 6."
    assert found[3] == "7: a is answerable but has no gold."


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("lakes.yaml", "- one\n", "1: a suite is a mapping"),
        ("lakes.jsonl", '{"id": "a"}\n', "1: the first line holds suite"),
        ("lakes.jsonl", '{"suite": "lakes"}\n{"id":\n', "2: not valid JSON"),
        ("lakes.jsonl", '{"suite": "lakes"}\n[]\n', "2: each line is a JSON object."),
    ],
)
def test_what_is_no_suite_is_said_to_be_none(
    tmp_path: Path, name: str, text: str, problem: str
) -> None:
    assert problems_of(tmp_path, text, name)[0].startswith(problem)


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "lakes.yaml"
    path.write_bytes(b"\xff\xfe\x00\xd8")
    with pytest.raises(SuiteError, match="cannot be read"):
        read_suite(path)
