"""Noun phrases and names without a parser."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summitqa.conversation.phrases import (
    Names,
    find_names,
    find_phrases,
    is_generic,
    known_names,
    singular,
)
from summitqa.types import DocumentSummary


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Which summit came after Bletchley?", ["Bletchley"]),
        ("Who signed the Paris statement in May 2025?", ["Paris statement"]),
        ("The United Kingdom and the United States met.", ["United Kingdom", "United States"]),
        (
            "Is it the Ministry of Science and Technology?",
            ["Ministry of Science and Technology"],
        ),
        ('What is "frontier AI" in the text?', ['"frontier AI"']),
        ("What happened then?", []),
    ],
)
def test_names_are_runs_of_capitals_and_quotes(text: str, names: list[str]) -> None:
    assert [each.text for each in find_names(text)] == names


def test_a_known_name_is_found_in_lower_case() -> None:
    names = Names(places=frozenset({"new delhi"}))
    found = find_names("who went to new delhi?", names)
    assert [(each.text, each.proper, each.after) for each in found] == [("new delhi", True, "to")]


def test_common_nouns_are_phrases_and_generic_ones_are_told_apart() -> None:
    phrases = find_phrases("What are the reasons to replace a garage door opener?")
    assert [each.text for each in phrases] == ["reasons", "garage door opener"]
    assert [is_generic(each) for each in phrases] == [True, False]
    assert phrases[1].head == "opener"


def test_metadata_gives_places_and_names_in_titles() -> None:
    summary = DocumentSummary(
        "a", "The Seoul Declaration of 2024", places=("Seoul",), summit="new-delhi-2026"
    )
    names = known_names({"a": summary})
    assert names.places == {"seoul", "new delhi"}
    assert any(name.startswith("seoul declaration") for name in names.titles)


def test_plurals_become_singular() -> None:
    words = ["countries", "companies", "texts", "processes", "status", "Paris"]
    assert [singular(word) for word in words] == [
        "country", "company", "text", "process", "status", "paris",
    ]  # fmt: skip


@given(st.text(max_size=200))
def test_every_phrase_lies_where_it_says(text: str) -> None:
    for phrase in find_phrases(text):
        assert text[phrase.start : phrase.end] == phrase.text
