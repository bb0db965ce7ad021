"""Finding gold quotes, and comparing stretches of text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summitqa.evaluation.cases import Place
from summitqa.evaluation.place import (
    contains,
    covered,
    find_quote,
    locate,
    meets,
    normalise,
    overlap_coefficient,
    shared_characters,
)

WORDS = st.lists(st.sampled_from(["lake", "deep.", "a+b", "(1911)", "Türkiye"]), min_size=1)
SPANS = st.tuples(st.integers(0, 40), st.integers(1, 20)).map(lambda each: (each[0], sum(each)))


@given(WORDS, st.sampled_from([" ", "\n", "  \n "]), WORDS)
def test_a_quote_is_found_however_its_lines_break(
    words: list[str], space: str, before: list[str]
) -> None:
    text = " ".join(before) + "|" + space.join(words)
    spans = find_quote(text, " ".join(words))
    assert any(text[start:end].split() == words for start, end in spans)
    assert spans == sorted(spans)


def test_a_quote_with_another_letter_is_not_found() -> None:
    assert find_quote("The lake is deep.", "The lake was deep.") == []
    assert find_quote("The lake is deep.", "  ") == []


def test_a_place_with_an_offset_is_the_occurrence_at_that_offset() -> None:
    text = "One lake. One lake."
    assert locate(text, Place(document="d", quote="One lake.")) == (0, 9)
    assert locate(text, Place(document="d", quote="One lake.", start=10)) == (10, 19)
    assert locate(text, Place(document="d", quote="One lake.", start=3)) is None
    assert locate(text, Place(document="d")) == (0, len(text))


def test_the_overlap_coefficient_is_the_share_of_the_shorter_span() -> None:
    assert overlap_coefficient((0, 10), (5, 25)) == 0.5
    assert overlap_coefficient((0, 100), (40, 50)) == 1.0
    assert overlap_coefficient((0, 10), (10, 20)) == 0.0
    assert overlap_coefficient((0, 10), (4, 4)) == 0.0
    assert meets((0, 10), (5, 25))
    assert not meets((0, 10), (6, 25))


@given(st.lists(SPANS, max_size=6), st.lists(SPANS, max_size=6))
def test_shared_characters_are_those_of_both_sets(
    ones: list[tuple[int, int]], others: list[tuple[int, int]]
) -> None:
    def characters(spans: list[tuple[int, int]]) -> set[int]:
        return {place for start, end in spans for place in range(start, end)}

    assert shared_characters(ones, others) == len(characters(ones) & characters(others))
    assert characters(covered(ones)) == characters(ones)


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("The 28 countries!", "28 countries"),
        ("1,400 crossings", "1400 crossings"),
        ("1.4 million", "1.4 million"),
        ("€200 billion", "€ 200 billion"),
        ("61 % [2]", "61 %"),
        ("risk-based", "risk based"),
        ("“No company” signed", "no company signed"),
    ],
)
def test_normalising_keeps_words_and_numbers(written: str, plain: str) -> None:
    assert normalise(written) == plain


def test_containing_is_by_whole_words() -> None:
    assert contains("It was Rollo's arrival in 1911.", "Rollo")
    assert contains("29 countries and the European Union", "the European Union")
    assert not contains("Founded in 1911.", "19")
    assert not contains("unsafe", "safe")
