"""Numbers with what they count."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summitqa.understanding.values import find_quantities


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("agreed on 1 November 2023 by 28 countries", [(28, "", "28 countries")]),
        ("2025 says that ten governments committed", [(10, "", "ten governments")]),
        ("Twenty-eight nations", [(28, "", "Twenty-eight nations")]),
        ("KRW 9.4 trillion (US$6.94 billion)", [(9.4e12, "krw", ""), (6.94e9, "usd", "")]),
        ("20% of 3,500 firms", [(20, "%", "20%"), (3500, "", "3,500 firms")]),
        ("on 21 and 22 May 2024, the 2nd time", []),
        ("document 14110/2 and model-4", []),
    ],
)
def test_numbers_are_read_with_their_nouns(
    text: str, expected: list[tuple[float, str, str]]
) -> None:
    found = find_quantities(text)
    assert [each.number for each in found] == pytest.approx([number for number, _, _ in expected])
    assert [each.unit for each in found] == [unit for _, unit, _ in expected]
    assert all(
        shown in ("", each.text) for each, (_, _, shown) in zip(found, expected, strict=True)
    )


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        ("28 countries", "twenty-eight states", True),
        ("28 countries", "29 countries", False),
        ("more than 80 states", "88 states", True),
        ("more than 100 partners", "91 partners", False),
        ("around 60 countries", "61 countries", True),
        ("up to 5 firms", "7 firms", False),
        ("$5 million", "€5 million", False),
    ],
)
def test_values_agree_when_both_can_be_true(one: str, other: str, agree: bool) -> None:
    left, right = find_quantities(one)[0], find_quantities(other)[0]
    assert left.agrees(right) is agree
    assert right.agrees(left) is agree


@given(st.text(max_size=120))
def test_offsets_lie_in_the_text(text: str) -> None:
    for each in find_quantities(text):
        assert 0 <= each.start < each.end <= len(text)


@pytest.mark.parametrize(
    ("text", "number", "unit", "shown"),
    [
        ("Chillers were hired for 85,000 euros.", 85_000, "eur", "85,000 euros"),
        ("The fund holds 310 million dollars in promises.", 310e6, "usd", "310 million dollars"),
        ("The fund holds US$310 million.", 310e6, "usd", "US$310 million."),
        ("Canada gave C$50 million.", 50e6, "cad", "C$50 million."),
        ("Bern gave CHF 20 million.", 20e6, "chf", "CHF 20 million."),
        ("Bern gave 20 million Swiss francs.", 20e6, "chf", "20 million Swiss francs."),
        ("Seoul paid 3 million won.", 3e6, "krw", "3 million won."),
        ("Of these, 12 won the prize.", 12, "", "12 won"),
        ("It weighed 40 pounds.", 40, "", "40 pounds"),
    ],
)
def test_money_is_known_by_its_sign_its_code_or_its_name(
    text: str, number: float, unit: str, shown: str
) -> None:
    (found,) = find_quantities(text)
    assert (found.number, found.unit, found.text) == (number, unit, shown.rstrip("."))
