"""Follow-ups become questions that stand alone."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summitqa.conversation import rewrite_follow_up
from summitqa.types import DocumentSummary, Turn

SUMMARIES = {
    summary.id: summary
    for summary in (
        DocumentSummary("seoul", "AI Seoul Summit 2024", places=("Seoul",), summit="seoul-2024"),
        DocumentSummary("bletchley", "The Bletchley Declaration", places=("Bletchley Park",)),
        DocumentSummary(
            "delhi", "New Delhi Declaration", places=("New Delhi",), summit="new-delhi-2026"
        ),
        DocumentSummary("paris", "AI Action Summit, Paris", places=("Paris",), summit="paris-2025"),
    )
}


def converse(*turns: tuple[str, str]) -> list[str | None]:
    """Rewrite each question after the turns before it."""
    history: list[Turn] = []
    rewritten = []
    for question, answer in turns:
        found = rewrite_follow_up(question, history, SUMMARIES)
        rewritten.append(found)
        history.append(Turn(question, answer, found))
    return rewritten


@pytest.mark.parametrize(
    ("before", "answer", "question", "expected"),
    [
        (
            "Which summit came after Bletchley?",
            "The second summit, on 21 and 22 May 2024, was the AI Seoul Summit. [1]",
            "Who hosted it?",
            "Who hosted the AI Seoul Summit?",
        ),
        (
            "Who hosted the AI Seoul Summit?",
            "The Republic of Korea and the United Kingdom hosted it. [1]",
            "And the companies, how many signed there?",
            "How many companies signed at the AI Seoul Summit?",
        ),
        (
            "How many companies signed at the AI Seoul Summit?",
            "Sixteen companies signed. [1]",
            "Has that number changed?",
            "Has the number of companies that signed at the AI Seoul Summit changed?",
        ),
        (
            "How many countries signed the Bletchley Declaration?",
            "28 countries and the European Union. [1]",
            "And in Paris?",
            "How many countries signed in Paris?",
        ),
        (
            "How many countries signed the Seoul Declaration?",
            "Ten countries. [1]",
            "No, I meant the ministerial statement",
            "How many countries signed the Seoul ministerial statement?",
        ),
        ("Who signed in 2023?", "28 countries. [1]", "And in 2025?", "Who signed in 2025?"),
        (
            "Who signed the Paris statement?",
            "58.",
            "Did India?",
            "Did India sign the Paris statement?",
        ),
        ("Did India sign the pledge?", "Yes.", "And Japan?", "Did Japan sign the pledge?"),
        (
            "Who leads the marketing department?",
            "Anna Schmidt leads it. [1]",
            "When was she appointed?",
            "When was Anna Schmidt appointed?",
        ),
        (
            "Which firms signed the pledge?",
            "Alpha and Beta. [1]",
            "Which of them are Korean?",
            "Which of the firms that signed the pledge are Korean?",
        ),
        (
            "Did Singapore sign the Paris statement?",
            "Yes. [1]",
            "Which other countries did?",
            "Which other countries did sign the Paris statement?",
        ),
        (
            "Did Britain sign the Paris statement?",
            "No. [1]",
            "Did it sign anything else there?",
            "Did Britain sign anything else in Paris?",
        ),
        (
            "Who was China's nominee on the panel?",
            "Somebody. [1]",
            "And India's?",
            "Who was India's nominee on the panel?",
        ),
        (
            "Where was the first harbour meeting?",
            "In Rome. [1]",
            "And the third?",
            "Where was the third harbour meeting?",
        ),
        (
            "How many signed the Harbour Charter on 2 May 2024?",
            "Twelve. [1]",
            "Who came after that?",
            "Who came after 2 May 2024 regarding the Harbour Charter?",
        ),
        (
            "What is the UK AI Safety Institute?",
            "A state body. [1]",
            "Is it still called that?",
            "Is the UK AI Safety Institute still called that?",
        ),
        (
            "When was the Korea AI Safety Institute opened?",
            "On 27 November 2024. [1]",
            "What else happened in that year?",
            "What else happened in 2024?",
        ),
        (
            "Did the UK sign the Paris statement?",
            "No. [1]",
            "Why?",
            "Why did the UK sign the Paris statement?",
        ),
    ],
)
def test_a_follow_up_is_rewritten(before: str, answer: str, question: str, expected: str) -> None:
    assert converse((before, answer), (question, ""))[1] == expected


@pytest.mark.parametrize(
    "question",
    [
        "What is the capital of France?",
        "How many experts wrote the International AI Safety Report?",
        "Is there a convention of the Council of Europe on artificial intelligence?",
        "How long does it take to renew a passport in Canada?",
        "Which countries that signed the Hiroshima code are in Africa?",
    ],
)
def test_a_change_of_subject_carries_nothing_over(question: str) -> None:
    turns = ("Who hosted the AI Seoul Summit?", "The Republic of Korea hosted it. [1]")
    assert converse(turns, (question, ""))[1] is None


def test_pleasantries_are_set_aside() -> None:
    rewritten = converse(("Who wrote the report?", "Ada King."), ("Great, thanks! And when?", ""))
    assert rewritten[1] == "Who wrote the report, and when?"


def test_a_follow_up_with_nothing_before_it_is_left_as_it_is() -> None:
    for question in ("And there?", "What about it?", "Why?", "no, the other one"):
        assert rewrite_follow_up(question, (), SUMMARIES) is None
        assert rewrite_follow_up(question, (Turn(" "),), SUMMARIES) is None


def test_only_the_last_turns_count_in_a_conversation_of_500() -> None:
    old = [Turn(f"Who wrote the Treaty of Town {number}?", "Nobody.") for number in range(499)]
    history = [*old, Turn("Who wrote the Bletchley Declaration?", "28 countries.")]
    started = time.perf_counter()
    assert rewrite_follow_up("When was it signed?", history, SUMMARIES) == (
        "When was the Bletchley Declaration signed?"
    )
    assert time.perf_counter() - started < 5  # does not grow with the length


@given(st.lists(st.tuples(st.text(max_size=60), st.text(max_size=60)), max_size=4), st.text())
def test_any_words_are_survived_and_never_become_empty(
    turns: list[tuple[str, str]], question: str
) -> None:
    history = [Turn(asked, answer) for asked, answer in turns]
    rewritten = rewrite_follow_up(question, history, SUMMARIES)
    assert rewritten is None or rewritten.strip()
