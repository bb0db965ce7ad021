"""What a question asks for."""

from __future__ import annotations

from datetime import date

import pytest

from summitqa.understanding.question import Kind, read_question


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("How many countries signed?", "number"),
        ("When did the office open?", "date"),
        ("In which year was it founded?", "date"),
        ("By when must states appoint a contact?", "date"),
        ("From which date does the ban apply?", "date"),
        ("On what days does the council sit?", "date"),
        ("What was the deadline for signatures?", "date"),
        ("Which African countries signed the declaration?", "list"),
        ("Who signed the pledge?", "list"),
        ("List the companies.", "list"),
        ("Which two coastal towns joined?", "list"),
        ("What are the seven aims of the pact?", "list"),
        ("What do firms commit themselves to?", "list"),
        ("What criteria does the office use?", "list"),
        ("Which authority enforces the Act in Peru?", "factoid"),
        ("What happens to money left over?", "factoid"),
        ("Which city was the seat?", "factoid"),
        ("Which body publishes the reports?", "factoid"),
        ("Which city will delegates travel to?", "factoid"),
        ("What share of the ports does it cover?", "number"),
        ("Which came first, Chile's act or Peru's?", "factoid"),
        ("Which is the newest report?", "factoid"),
        ("What status does the text have?", "factoid"),
        ("Who chaired the meeting?", "factoid"),
        ("Compare the four summits by host and date.", "comparison"),
        ("What is the difference between the pledge and the commitments?", "comparison"),
        ("Did India sign?", "yes-no"),
        ("Why did India sign?", "open"),
        ("What does the text say about risk?", "open"),
    ],
)
def test_the_kind_of_answer_is_read(text: str, kind: Kind) -> None:
    assert read_question(text).kind == kind


@pytest.mark.parametrize(
    "text",
    [
        "Who currently leads the institute?",
        "What is the latest count?",
        "Is the order still in force?",
        "What is the institute now called?",
    ],
)
def test_questions_about_now_are_recognised(text: str) -> None:
    assert read_question(text).now


def test_questions_about_then_are_not_about_now() -> None:
    assert not read_question("How many countries signed in 2023?").now
    assert not read_question("What do we know about risk?").now
    assert not read_question("Who pays for Current AI?").now  # the name of a body


def test_dates_restrict_or_steer_by_the_words_before_them() -> None:
    asked = read_question("As of March 2026, how many had signed?")
    assert (asked.as_of, asked.period) == (date(2026, 3, 31), None)
    asked = read_question("How many signed in 2023?")
    assert asked.as_of is None
    assert asked.period is not None
    assert asked.period.last == date(2023, 12, 31)
    assert read_question("What was published before January 2025?").before == date(2025, 1, 1)
    assert read_question("What changed after 14 February 2025?").after == date(2025, 2, 14)
    assert read_question("What happened on 31 June 2025?").impossible == ("31 June 2025",)


def test_expectations_are_told_from_outcomes() -> None:
    assert read_question("What did the preview expect of the summit?").expectation
    assert not read_question("What did the summit adopt?").expectation


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Who signed the pact?", True),
        ("and which towns joined", True),
        ("List the signatories of the pact", True),
        ("in what year was the fair held", True),
        ("Ships of Selby carried tin in 1731.", False),
        ("harbour dues Selby", False),
    ],
)
def test_questions_are_told_from_statements_and_bare_words(text: str, expected: bool) -> None:
    assert read_question(text).interrogative is expected
