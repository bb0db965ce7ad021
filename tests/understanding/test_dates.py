"""Dates and periods in words."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summitqa.understanding.dates import (
    find_impossible_dates,
    find_periods,
    read_iso,
    write_day,
    write_period,
)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("held on 21 and 22 May 2024 in", date(2024, 5, 21), date(2024, 5, 22)),
        ("held on 21–22 May 2024.", date(2024, 5, 21), date(2024, 5, 22)),
        ("from 30 April to 2 May 2024", date(2024, 4, 30), date(2024, 5, 2)),
        ("on May 21, 2024", date(2024, 5, 21), date(2024, 5, 21)),
        ("on the 1st of November 2023", date(2023, 11, 1), date(2023, 11, 1)),
        ("as of 2025-02-14", date(2025, 2, 14), date(2025, 2, 14)),
        ("in Feb. 2024", date(2024, 2, 1), date(2024, 2, 29)),
        ("in early December 2025", date(2025, 12, 1), date(2025, 12, 31)),
        ("in early 2026", date(2026, 1, 1), date(2026, 4, 30)),
        ("in summer 2024", date(2024, 6, 1), date(2024, 8, 31)),
        ("in Q2 2025", date(2025, 4, 1), date(2025, 6, 30)),
        ("in the second half of 2025", date(2025, 7, 1), date(2025, 12, 31)),
        ("from 2023 to 2026", date(2023, 1, 1), date(2026, 12, 31)),
        ("the 2024 edition", date(2024, 1, 1), date(2024, 12, 31)),
        ("May to July 2025", date(2025, 5, 1), date(2025, 7, 31)),
    ],
)
def test_a_period_is_read_from_its_words(text: str, first: date, last: date) -> None:
    periods = find_periods(text)
    assert [(each.first, each.last) for each in periods] == [(first, last)]


@pytest.mark.parametrize(
    "text",
    [
        "$2024",
        "£2,024",
        "2024.5 points",
        "EO 14110",
        "2050%",
        "model-2024",
        "in May",
        "may 20 come",
    ],
)
def test_a_number_that_is_no_date_is_left_alone(text: str) -> None:
    assert find_periods(text) == ()


def test_several_periods_come_in_reading_order_and_once_each() -> None:
    text = "Announced on 14 February 2025, in force since 2024, reviewed in May 2026."
    words = [text[each.start : each.end] for each in find_periods(text)]
    assert words == ["14 February 2025", "2024", "May 2026"]


def test_a_date_that_does_not_exist_is_named_and_not_read() -> None:
    assert find_impossible_dates("What happened on 31 February 2025?") == ("31 February 2025",)
    assert find_impossible_dates("as of 2025-13-01") == ("2025-13-01",)
    assert find_periods("on 31 February 2025") == ()
    assert find_impossible_dates("on 29 February 2024") == ()


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_a_day_written_in_words_is_read_back(day: date) -> None:
    period = find_periods(f"It was signed on {write_day(day)}, in the morning.")[0]
    assert (period.first, period.last) == (day, day)


@given(st.dates(date(1900, 1, 1), date(2190, 12, 31)), st.integers(0, 800))
def test_a_written_period_overlaps_the_one_it_came_from(first: date, length: int) -> None:
    from summitqa.understanding.dates import Period

    period = Period(first, first + timedelta(days=length), 0, 0)
    assert any(each.overlaps(period) for each in find_periods(write_period(period)))


def test_a_document_date_may_be_a_year_or_a_month() -> None:
    assert read_iso("2026") is not None
    assert read_iso("2026-13") is None
    assert read_iso(None) is None
