"""The same words give the same terms, however they are written."""

from __future__ import annotations

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summitqa.lexical import STOP_WORDS, analyse


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("AI-safety", "AI safety"),
        ("Türkiye", "turkiye"),
        ("commitments", "commitment"),
        ("10²⁶", "10^26"),
        ("U.S.", "US"),
        ("the summit’s", "the summit's"),
        ("1,000,000", "1000000"),
        ("€109 billion", "€109bn"),
        ("$1.5 million", "$1.5m"),
        ("ﬁnance", "finance"),
    ],
)
def test_two_spellings_give_the_same_terms(one: str, other: str) -> None:
    assert analyse(one) == analyse(other) != []


@pytest.mark.parametrize("number", ["14110", "2024", "7", "10^26", "1.5"])
def test_a_number_is_one_term_and_only_that_number(number: str) -> None:
    assert len(analyse(number)) == 1
    assert analyse(number) != analyse(number + "1")


def test_an_amount_is_found_with_and_without_its_scale() -> None:
    terms = analyse("€109 billion")
    assert set(analyse("109")) <= set(terms)
    assert set(analyse("109bn")) <= set(terms)


def test_stop_words_are_left_out() -> None:
    assert analyse(" ".join(sorted(STOP_WORDS))) == []


def test_names_that_look_like_stop_words_stay() -> None:
    assert analyse("the US") == ["us"]


@given(st.text())
def test_any_text_gives_terms_of_letters_and_digits(text: str) -> None:
    assert all(term and term.isalnum() for term in analyse(text))


@given(st.text(), st.text())
def test_terms_of_a_text_are_those_of_its_lines(one: str, other: str) -> None:
    assert analyse(f"{one}\n\n{other}") == analyse(one) + analyse(other)


@given(st.text(min_size=1))
def test_fts5_keeps_every_term_whole(text: str) -> None:
    terms = analyse(text)
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE words USING fts5(text, tokenize='unicode61')")
    connection.execute("INSERT INTO words VALUES (?)", (" ".join(terms),))
    for term in set(terms):
        found = connection.execute("SELECT 1 FROM words WHERE words MATCH ?", (f'"{term}"',))
        assert found.fetchone()
    connection.close()
