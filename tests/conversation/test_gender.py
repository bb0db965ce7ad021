"""Whether documents say "he" or "she" of a person."""

from __future__ import annotations

import pytest

from summitqa.conversation.gender import gender_of_pronoun, told_gender
from summitqa.conversation.rewrite import rewrite_follow_up
from summitqa.types import DocumentSummary, Turn

LETTER = (
    "Rasmus Tveit told the Board that he would leave. Corazon Lualhati, who led the office in"
    " Cebu, follows him. Her term is four years. Lualhati said that she was ready."
)


def test_the_pronoun_after_a_name_tells() -> None:
    assert told_gender("Rasmus Tveit", [LETTER]) == "he"


def test_a_title_tells_and_the_pronoun_of_somebody_else_does_not() -> None:
    assert told_gender("Ana Prit", ["Ms Ana Prit met Ole Berg, and he left."]) == "she"
    assert told_gender("Ana Prit", ["Ana Prit met Ole Berg, and he left."]) is None


def test_what_is_said_of_both_kinds_tells_nothing() -> None:
    assert told_gender("Kim", ["Kim said that he came.", "Kim said that she came."]) is None
    assert told_gender("Kim", []) is None


@pytest.mark.parametrize(
    ("word", "gender"), [("His", "he"), ("herself", "she"), ("they", None), ("there", None)]
)
def test_a_pronoun_is_of_one_of_two_kinds_or_neither(word: str, gender: str | None) -> None:
    assert gender_of_pronoun(word) == gender


@pytest.mark.parametrize(
    ("question", "person"),
    [("What did he leave for?", "Rasmus Tveit"), ("How long is her term?", "Corazon Lualhati")],
)
def test_a_follow_up_is_about_the_person_of_its_pronoun(question: str, person: str) -> None:
    summary = DocumentSummary("letter.md", "Letter")
    answer = "Rasmus Tveit was followed by Corazon Lualhati. [1]"
    turn = Turn("Who was followed by whom?", answer, documents=("letter.md",))
    rewritten = rewrite_follow_up(question, [turn], {"letter.md": summary}, lambda _: LETTER)
    assert rewritten is not None
    assert person in rewritten
