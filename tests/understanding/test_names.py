"""Names of states, written in one way."""

from __future__ import annotations

import pytest

from summitqa.understanding.names import find_states, is_state, name_terms, unify_names


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Did the Kuwaitis and Kenyans sign?", "Did the kuwait and kenya sign?"),
        ("Polish ministers polish the text", "poland ministers polish the text"),
        ("the US told us", "the united states told us"),
        ("South Korean and Korean firms", "south korea and Korean firms"),
        ("Thai, Iraqi and Dutch delegates", "thailand, iraq and netherlands delegates"),
        ("Iranian and Romanian", "iran and romania"),
    ],
)
def test_a_state_and_its_people_are_written_in_one_way(text: str, expected: str) -> None:
    assert unify_names(text) == expected


def test_a_name_in_a_question_meets_either_form() -> None:
    assert name_terms("What did the Egyptians say?") == name_terms("What did Egypt say?")


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("the US", True),
        ("Republic of Korea", True),
        ("Korea", True),
        ("Bolivia", True),
        ("European Union", True),
        ("India-France Declaration", False),
        ("New Delhi", False),
        ("Naver", False),
    ],
)
def test_a_state_is_told_from_other_names(name: str, state: bool) -> None:
    assert is_state(name) is state


@pytest.mark.parametrize(
    ("text", "states"),
    [
        ("the Korean institute and South Korea", {"korea"}),
        ("the Korean fund of US$7 billion", {"korea"}),
        ("Bosnia and Herzegovina, Papua New Guinea and the Swiss", None),
        ("a turkey in the chad of a georgia", set()),
    ],
)
def test_states_are_found_by_name_and_people(text: str, states: set[str] | None) -> None:
    wanted = {"bosnia and herzegovina", "papua new guinea", "switzerland"}
    assert find_states(text) == (wanted if states is None else states)
