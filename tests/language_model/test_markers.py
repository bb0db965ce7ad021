"""Every form of citation that models write, well formed or not, is read or reported."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summitqa.language_model.markers import LIST_OF_SOURCES, parse_marked_text

FORMS: list[tuple[str, tuple[int, ...], tuple[str, ...]]] = [
    ("Twelve signed [1].", (1,), ()),
    ("Twelve signed. [1]", (1,), ()),
    ("Twelve signed.[1]", (1,), ()),
    ("Twelve signed [1,2].", (1, 2), ()),
    ("Twelve signed [1, 2 and 3].", (1, 2, 3), ()),
    ("Twelve signed [1; 3].", (1, 3), ()),
    ("Twelve signed [1][2].", (1, 2), ()),
    ("Twelve signed [1] [2].", (1, 2), ()),
    ("Twelve signed [1-3].", (1, 2, 3), ()),
    ("Twelve signed [1–3].", (1, 2, 3), ()),
    ("Twelve signed 【1】.", (1,), ()),
    ("Twelve signed 【2†source】.", (2,), ()),
    ("Twelve signed [^1].", (1,), ()),
    ("Twelve signed [source 1].", (1,), ()),
    ("Twelve signed [Sources: 1, 2].", (1, 2), ()),
    ("Twelve signed (source 2).", (2,), ()),
    ("Twelve signed (sources 1 and 2).", (1, 2), ()),
    ("Twelve signed [#2].", (2,), ()),
    ("Twelve signed [ 1 ].", (1,), ()),
    ("Twelve [1] signed [1].", (1,), ()),
    ("Twel[1]ve signed.", (1,), ()),
    ("Twelve signed [9].", (), ("9 is no evidence",)),
    ("Twelve signed [0].", (), ("0 is no evidence",)),
    ("Twelve signed [1][9].", (1,), ("9 is no evidence",)),
    ("Twelve signed [3-1].", (), ("3-1 is not a range",)),
    ("Twelve signed [1-900].", (), ("1-900 is not a range",)),
    ("Twelve signed [1],[2].", (1, 2), ()),
    ("Twelve signed [1], [2] and [3].", (1, 2, 3), ()),
    ("Twelve signed [1]-[3].", (1, 2, 3), ()),
    ("Twelve signed [1] to [3].", (1, 2, 3), ()),
    ("Twelve signed [1 to 3].", (1, 2, 3), ()),
    ("Twelve signed [1...3].", (1, 2, 3), ()),
    ("Twelve signed [1−3].", (1, 2, 3), ()),
    ("Twelve signed [1/2].", (1, 2), ()),
    ("Twelve signed [1 2].", (1, 2), ()),
    ("Twelve signed [1|2].", (1, 2), ()),
    ("Twelve signed [[1]].", (1,), ()),
    ("Twelve signed [Evidence [1]].", (1,), ()),
    (r"Twelve signed \[1\].", (1,), ()),
    ("Twelve signed <sup>1</sup>.", (1,), ()),
    ("Twelve signed <sup>[1,2]</sup>.", (1, 2), ()),
    ("Twelve signed ［1］.", (1,), ()),
    ("Twelve signed [１].", (1,), ()),
    ("Twelve signed 〔1〕.", (1,), ()),
    ("Twelve signed **[1]**.", (1,), ()),
    ("Twelve signed `[1]`.", (1,), ()),
    ("Twelve signed [document 1].", (1,), ()),
    ("Twelve signed [Doc1].", (1,), ()),
    ("Twelve signed [passage 1].", (1,), ()),
    ("Twelve signed [Source #1].", (1,), ()),
    ("Twelve signed [1] (see [2]).", (1, 2), ()),
    ("Twelve signed (see source 1).", (1,), ()),
    ("[1] Twelve signed.", (1,), ()),
    ("Twelve signed.", (), ()),
    ("Twelve signed [a].", (), ()),
    ("Twelve signed (1).", (), ()),
    ("Twelve signed ¹.", (), ()),
    ("Twelve signed [].", (), ("[] is no marker",)),
    ("Twelve signed [?].", (), ("[?] is no marker",)),
    ("Twelve signed [citation needed].", (), ("[citation needed] is no marker",)),
    ("Twelve signed [99999].", (), ("[99999] is no marker",)),
    ("Twelve signed [1a].", (), ("[1a] is no marker",)),
    ("Twelve signed [-1].", (), ("[-1] is no marker",)),
    ("Twelve signed [1.5].", (), ("[1.5] is no marker",)),
    ("Twelve signed [p. 1].", (), ("[p. 1] is no marker",)),
    ("Twelve signed 【1:0†source】.", (), ("【1:0†source】 is no marker",)),
    ("Twelve signed [1][2b].", (1,), ("[2b] is no marker",)),
]


@pytest.mark.parametrize(("written", "numbers", "problems"), FORMS)
def test_each_form_is_read_or_reported(
    written: str, numbers: tuple[int, ...], problems: tuple[str, ...]
) -> None:
    (sentence,) = parse_marked_text(written, 3)
    assert sentence.numbers == numbers
    assert sentence.problems == problems


def test_a_marker_inside_a_word_is_taken_out_of_it() -> None:
    (sentence,) = parse_marked_text("Twel[1]ve signed.", 3)
    assert sentence.text == "Twelve signed."


@pytest.mark.parametrize(("written", "numbers", "problems"), FORMS)
def test_nothing_of_a_marker_stays_in_the_sentence(
    written: str, numbers: tuple[int, ...], problems: tuple[str, ...]
) -> None:
    (sentence,) = parse_marked_text(written, 3)
    if numbers or problems:
        assert sentence.text == "Twelve signed."


@pytest.mark.parametrize(
    "written",
    [
        "Twelve signed. [1]\n\nSources:\n[1] The Lakeside Meeting\n[2] Another text",
        "Twelve signed. [1]\n**References**\n1. The Lakeside Meeting\n2. Another text",
        "Twelve signed. [1]\n[^1]: The Lakeside Meeting\n[^2]: Another text",
    ],
)
def test_a_list_of_sources_is_no_part_of_the_answer(written: str) -> None:
    first, *listed = parse_marked_text(written, 3)
    assert (first.text, first.numbers) == ("Twelve signed.", (1,))
    assert len(listed) == 2
    assert {(each.numbers, each.problems) for each in listed} == {((), (LIST_OF_SOURCES,))}


def test_words_in_brackets_stay() -> None:
    (sentence,) = parse_marked_text("The [G7] leaders signed [1].", 3)
    assert sentence.text == "The [G7] leaders signed."


def test_a_marker_on_a_line_of_its_own_belongs_to_the_sentence_before() -> None:
    (sentence,) = parse_marked_text("Twelve signed.\n[2]", 3)
    assert sentence.numbers == (2,)


def test_each_sentence_keeps_its_own_markers() -> None:
    found = parse_marked_text("Twelve signed. [1] Quill led it. [2][3] Nobody knows.", 3)
    assert [each.numbers for each in found] == [(1,), (2, 3), ()]


def test_lists_lose_their_bullets() -> None:
    found = parse_marked_text("- Twelve signed [1].\n* Quill led it [2].", 3)
    assert [each.text for each in found] == ["Twelve signed.", "Quill led it."]


@given(st.text(max_size=300), st.integers(0, 30))
def test_any_text_is_read_without_numbers_out_of_range(text: str, count: int) -> None:
    for sentence in parse_marked_text(text, count):
        assert all(1 <= number <= count for number in sentence.numbers)
        assert sentence.text.strip()


@given(st.lists(st.integers(1, 9), min_size=1, max_size=4, unique=True))
def test_numbers_written_are_numbers_read(numbers: list[int]) -> None:
    marks = "".join(f"[{number}]" for number in numbers)
    (sentence,) = parse_marked_text(f"Twelve countries signed {marks}.", 9)
    assert sentence.numbers == tuple(numbers)
