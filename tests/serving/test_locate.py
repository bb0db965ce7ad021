"""A linked quote is found where it stands, wherever it moved, or said to be gone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from summitqa.api.locate import Located, locate_quote

TEXT = "One sentence. Another sentence. One sentence."


def test_a_quote_at_its_offsets_is_exact() -> None:
    assert locate_quote(TEXT, 14, 31, "Another sentence.") == Located("exact", 14, 31)


def test_a_quote_that_moved_is_found_nearest_to_where_it_was() -> None:
    assert locate_quote(TEXT, 30, 43, "One sentence.") == Located("moved", 32, 45)


def test_a_quote_whose_white_space_changed_is_found() -> None:
    assert locate_quote("Another\n  sentence.", 3, 9, "Another sentence.") == Located(
        "moved", 0, 19
    )


def test_a_quote_that_left_the_document_is_gone() -> None:
    assert locate_quote(TEXT, 0, 5, "A third sentence.") == Located("gone")


def test_a_link_without_a_quote_is_not_called_checked() -> None:
    assert locate_quote(TEXT, 0, 3, None) == Located("unchecked", 0, 3)


def test_offsets_outside_the_text_mark_nothing() -> None:
    assert locate_quote(TEXT, 10, 4000, None) == Located("none")
    assert locate_quote(TEXT, None, None, None) == Located("none")


@given(st.text(max_size=60), st.text(min_size=1, max_size=20), st.text(max_size=60))
def test_a_quote_that_is_there_is_never_gone(before: str, quote: str, after: str) -> None:
    text = before + quote + after
    located = locate_quote(text, len(before), len(before) + len(quote), quote)
    assert located == Located("exact", len(before), len(before) + len(quote))
    if quote.split():
        assert locate_quote("x" + text, 0, 1, quote).state in {"moved", "exact"}
