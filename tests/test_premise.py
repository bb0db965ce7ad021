"""False premises are met by the record's denial."""

from __future__ import annotations

import pytest

from summitqa.premise import find_denial, prefer_denial
from summitqa.types import Evidence, Sentence
from summitqa.understanding.names import unify_names
from summitqa.understanding.question import read_question


def evidence(*texts: str) -> list[Evidence]:
    return [
        Evidence(Sentence("a.md", 0, len(text), text), 5.0 - rank, (0, 3))
        for rank, text in enumerate(texts)
    ]


DATED = "France and India signed the Paris Statement on 11 February 2025."


@pytest.mark.parametrize(
    ("question", "denial"),
    [
        (
            "When did the US sign the Paris Statement?",
            "The United States and the United Kingdom did not sign the Paris Statement.",
        ),
        ("Which companies signed the Paris Statement?", "No company signed the Paris Statement."),
        (
            "Which French firms signed the Paris Statement?",
            "No French company signed the Paris Statement.",
        ),
        (
            "Why did Norway join the Paris Statement?",
            "Norway and Chile are not on the list of the Paris Statement.",
        ),
        (
            "When did Norway endorse the Paris Statement?",
            "Norway, Chile and Peru are not on the Paris list of 2025.",
        ),
        (
            "Which penalties does the Paris Statement foresee?",
            "The Paris Statement contains no penalties.",
        ),
        (
            "To what date did the Paris Statement postpone the fees of the Act?",
            "The fees of the Act were not moved by the Paris Statement.",
        ),
        (
            "Who was the second chair of the Paris Statement?",
            "The name of a second chair of the Paris Statement was not found in any source.",
        ),
    ],
)
def test_the_denial_goes_first_and_gives_no_short_answer(question: str, denial: str) -> None:
    asked = read_question(question)
    found = evidence(DATED, denial)
    first = prefer_denial(asked, found, find_denial(asked, found))[0]
    assert first.sentence.text == denial
    assert first.span is None


@pytest.mark.parametrize(
    ("question", "text"),
    [
        # About somebody else.
        ("When did India sign the Paris Statement?", "The US did not sign the Paris Statement."),
        # About something else that it did.
        (
            "Who leads the US Safety Board?",
            "The US Safety Board did not exist before 2024.",
        ),
        # About another's lack of it.
        (
            "How long does Peru hold back fines under its Safety Act?",
            "Chile's Machine Act sets no fines, while the Safety Act of Peru does.",
        ),
        # About another matter of the same body.
        (
            "With which ministry does the Paris Statement office on fees work?",
            "The work of the Paris Statement office would not change, said the ministry for fees.",
        ),
        # About the second, and the third is asked for.
        (
            "Who was the third chair of the Paris Statement?",
            "The name of a second chair of the Paris Statement was not found in any source.",
        ),
        # About who, and a sum is asked for.
        (
            "How much money did the companies of the Paris Statement promise?",
            "No French company is among the companies of the Paris Statement.",
        ),
        # About a page that was not read.
        (
            "When did the Norwegian parliament pass the Machine Act?",
            "No official Norwegian page on the Machine Act was read by the parliament.",
        ),
        # About part of what is counted.
        (
            "How many countries signed the Paris Statement?",
            "No company signed the Paris Statement.",
        ),
        # The question itself denies.
        (
            "Why did the US not sign the Paris Statement?",
            "The US did not sign the Paris Statement.",
        ),
        # An aside.
        (
            "When did Chile sign the Paris Statement?",
            "Chile signed the Paris Statement late, although it did not attend.",
        ),
    ],
)
def test_other_denials_are_left_where_they_are(question: str, text: str) -> None:
    assert find_denial(read_question(question), evidence(DATED, text)) is None


def test_an_affirmation_with_a_date_stands_against_a_denial() -> None:
    found = evidence(
        "New Zealand did not sign the Harbour Treaty at first.",
        "New Zealand signed the Harbour Treaty on 23 October 2024.",
    )
    asked = read_question("When did New Zealand sign the Harbour Treaty?")
    assert find_denial(asked, found) is None


def test_names_of_states_meet_in_their_forms() -> None:
    assert unify_names("the U.S. and us") == "the united states and us"


@pytest.mark.parametrize(
    "question",
    [
        "Which countries did not sign the Paris Statement?",
        "Who refused to sign the Paris Statement?",
    ],
)
def test_who_did_not_is_answered_by_a_denial(question: str) -> None:
    denial = "The United States did not sign the Paris Statement."
    other = "The United States did not join the Rome League."
    asked = read_question(question)
    assert prefer_denial(asked, evidence(DATED, other, denial), None)[0].sentence.text == denial
    assert prefer_denial(asked, evidence(DATED, other), None)[0].sentence.text == DATED
