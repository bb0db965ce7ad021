"""Draft cases from feedback, as the page stores it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from summitqa.errors import SuiteError
from summitqa.evaluation.from_feedback import draft_suite
from summitqa.evaluation.suite_file import read_suite
from summitqa.feedback import FEEDBACK_FILE, store_feedback


def answer(question: str, *quotes: str, **more: Any) -> dict[str, Any]:
    citations = [
        {"marker": marker, "document": "a.md", "quote": quote}
        for marker, quote in enumerate(quotes, 1)
    ]
    return {
        "question": question,
        "rewritten_question": None,
        "status": "answered" if quotes else "abstained",
        "text": " ".join(quotes) or "The documents do not say.",
        "short_answer": "120 metres" if quotes else None,
        "citations": citations,
        "index_digest": "x",
    } | more


def test_praise_becomes_a_case_that_can_be_read(tmp_path: Path) -> None:
    store_feedback(tmp_path, "up", answer("How deep\nis it?", "It is\n120 metres: deep."))
    store_feedback(tmp_path, "up", answer("Who owns it?"))
    path = tmp_path / "from-feedback.yaml"
    path.write_text(draft_suite([tmp_path / FEEDBACK_FILE]), encoding="utf-8")
    deep, owner = read_suite(path).suite.cases
    assert deep.question == "How deep is it?"
    assert deep.gold[0].quote == "It is 120 metres: deep."
    assert deep.answers == ("120 metres",)
    assert not owner.answerable


def test_a_complaint_asks_a_person_for_the_gold(tmp_path: Path) -> None:
    store_feedback(tmp_path, "down", answer("How deep?", "It is blue."), note="No depth.")
    path = tmp_path / "from-feedback.yaml"
    path.write_text(draft_suite([tmp_path / FEEDBACK_FILE]), encoding="utf-8")
    with pytest.raises(SuiteError, match="is answerable but has no gold"):
        read_suite(path)
    assert "No depth. Judged down; answered: It is blue." in path.read_text(encoding="utf-8")


def test_a_citation_called_wrong_is_left_out_and_the_last_verdict_counts(tmp_path: Path) -> None:
    both = answer("And now?", "One.", "Two.", rewritten_question="How deep is it now?")
    store_feedback(tmp_path, "down", both)
    store_feedback(tmp_path, "wrong-citation", both, markers=(1,))
    path = tmp_path / "from-feedback.yaml"
    path.write_text(draft_suite([tmp_path / FEEDBACK_FILE]), encoding="utf-8")
    (case,) = read_suite(path).suite.cases
    assert case.question == "How deep is it now?"
    assert [gold.quote for gold in case.gold] == ["Two."]


@pytest.mark.parametrize("line", ["{", "[]", '{"verdict": "up"}', "3"])
def test_a_line_that_is_no_feedback_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "feedback.jsonl"
    path.write_text(f"\n{line}\n", encoding="utf-8")
    with pytest.raises(SuiteError, match=r"feedback\.jsonl:2: not feedback"):
        draft_suite([path])


def test_no_feedback_is_said(tmp_path: Path) -> None:
    path = tmp_path / "feedback.jsonl"
    path.write_text("\n", encoding="utf-8")
    with pytest.raises(SuiteError, match="no feedback"):
        draft_suite([path])
