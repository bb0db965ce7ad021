"""A question that asks for several things is taken apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summitqa.understanding.parts import MOST_PARTS, split_parts


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        (
            "When and where was the Oslo summit held?",
            ("When was the Oslo summit held?", "Where was the Oslo summit held?"),
        ),
        (
            "When is the next summit and who hosts it?",
            ("When is the next summit?", "Who hosts it?"),
        ),
        (
            "Who chaired the talks, and how many states came?",
            ("Who chaired the talks?", "How many states came?"),
        ),
        (
            "When was the Lima Pact adopted, and by whom?",
            ("When was the Lima Pact adopted?", "By whom was the Lima Pact adopted?"),
        ),
        (
            "Who hosted the Lima summit? And when?",
            ("Who hosted the Lima summit?", "When was the Lima summit hosted?"),
        ),
        ("What is the fund and who pays for it?", ("What is the fund?", "Who pays for it?")),
        (
            "Which states joined and which ones refused, and why?",
            ("Which states joined?", "Which ones refused?", "Why?"),
        ),
        (
            "Did Chile sign the pact, and in which year did it leave?",
            ("Did Chile sign the pact?", "In which year did it leave?"),
        ),
    ],
)
def test_what_is_asked_by_itself_is_a_part(question: str, parts: tuple[str, ...]) -> None:
    assert split_parts(question) == parts


@pytest.mark.parametrize(
    "question",
    [
        "When was the Lima Pact adopted?",
        "What was agreed on safety and security?",
        "What does the law say about how models are tested and what limits are set?",
        "Who signed, and who did not sign, the Lima Pact?",
        "Where did France and India meet?",
        "Who was there and who else came?",
        "I am writing a brief. Who hosted the summit?",
        "",
        "Who? When? Where? Why?",
    ],
)
def test_one_thing_stays_whole(question: str) -> None:
    assert split_parts(question) == ()


@given(st.text(max_size=200))
def test_any_text_gives_no_part_or_a_few_questions(text: str) -> None:
    parts = split_parts(text)
    assert len(parts) in {0, *range(2, MOST_PARTS + 1)}
    assert all(part.endswith("?") for part in parts)
