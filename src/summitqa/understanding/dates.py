"""Find the dates and periods that a text names, with their offsets.

A small grammar over `datetime`: days, ranges of days, months, seasons, quarters,
halves, years and ranges of years, in British, American and ISO order. A date without a
year is not a period here, because nothing says which year is meant.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sept sep",
            "october oct",
            "november nov",
            "december dec",
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH = rf"(?:{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\.?"
_DAY = r"(?:0?[1-9]|[12]\d|3[0-9])(?:st|nd|rd|th)?"
_YEAR = r"(?:1[5-9]|20|21)\d\d"
_TO = r"\s*(?:-|–|—|/|to|until|and|&|,)\s*"
_SEASONS = {"spring": (3, 5), "summer": (6, 8), "autumn": (9, 11), "fall": (9, 11)}
_PARTS = {"early": (1, 4), "mid": (5, 8), "late": (9, 12)}


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of days, both ends included, and where the text names it.

    Attributes:
        first: The first day.
        last: The last day.
        start: Offset of the words in the text.
        end: Offset after the words.
    """

    first: date
    last: date
    start: int
    end: int

    def overlaps(self, other: Period) -> bool:
        """Tell whether both share a day."""
        return self.first <= other.last and other.first <= self.last

    @property
    def days(self) -> int:
        """Length in days."""
        return (self.last - self.first).days + 1


class _NoSuchDateError(ValueError):
    """A day that the calendar does not have."""


def _day(text: str) -> int:
    return int(re.sub(r"\D", "", text))


def _month(text: str) -> int:
    return _MONTHS[text.lower().rstrip(".")]


def _make(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise _NoSuchDateError from None


def _whole_months(year: int, first: int, last: int) -> tuple[date, date]:
    return date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1])


def _iso(match: re.Match[str]) -> tuple[date, date]:
    day = _make(int(match["y"]), int(match["m"]), int(match["d"]))
    return day, day


def _days(match: re.Match[str]) -> tuple[date, date]:
    year, month = int(match["y"]), _month(match["m"])
    last = _make(year, month, _day(match["d2"] or match["d"]))
    first_month = _month(match["m1"]) if match.groupdict().get("m1") else month
    first = _make(year, first_month, _day(match["d"]))
    return (first, last) if first <= last else (last, first)


def _month_only(match: re.Match[str]) -> tuple[date, date]:
    return _whole_months(int(match["y"]), _month(match["m"]), _month(match["m"]))


def _month_range(match: re.Match[str]) -> tuple[date, date]:
    last_year = int(match["y"])
    first_year = int(match["y1"]) if match["y1"] else last_year
    first, last = date(first_year, _month(match["m1"]), 1), _month(match["m"])
    return first, date(last_year, last, calendar.monthrange(last_year, last)[1])


def _season(match: re.Match[str]) -> tuple[date, date]:
    return _whole_months(int(match["y"]), *_SEASONS[match["s"].lower()])


def _part(match: re.Match[str]) -> tuple[date, date]:
    return _whole_months(int(match["y"]), *_PARTS[match["s"].lower()])


def _quarter(match: re.Match[str]) -> tuple[date, date]:
    number = int(match["q"])
    return _whole_months(int(match["y"]), 3 * number - 2, 3 * number)


def _half(match: re.Match[str]) -> tuple[date, date]:
    first = match["h"].lower() in {"first", "1st"}
    return _whole_months(int(match["y"]), 1 if first else 7, 6 if first else 12)


def _years(match: re.Match[str]) -> tuple[date, date]:
    first, last = int(match["y"]), int(match["y2"])
    return date(min(first, last), 1, 1), date(max(first, last), 12, 31)


def _year(match: re.Match[str]) -> tuple[date, date]:
    return _whole_months(int(match["y"]), 1, 12)


_Reader = Callable[[re.Match[str]], tuple[date, date]]


def _rule(pattern: str, reader: _Reader) -> tuple[re.Pattern[str], _Reader]:
    return re.compile(rf"(?<![\w.,$£€-])(?:{pattern})(?!\w)(?![.,]\d)(?!\s?%)", re.I), reader


# Longest readings first: a stretch of text is read once.
_RULES = (
    _rule(rf"(?P<y>{_YEAR})-(?P<m>\d\d)-(?P<d>\d\d)", _iso),
    _rule(
        rf"(?P<d>{_DAY})\s+(?:of\s+)?(?P<m1>{_MONTH}){_TO}(?P<d2>{_DAY})\s+(?:of\s+)?"
        rf"(?P<m>{_MONTH}),?\s+(?P<y>{_YEAR})",
        _days,
    ),
    _rule(
        rf"(?P<d>{_DAY})(?:{_TO}(?P<d2>{_DAY}))?\s+(?:of\s+)?(?P<m>{_MONTH}),?\s+(?P<y>{_YEAR})",
        _days,
    ),
    _rule(rf"(?P<m>{_MONTH})\s+(?P<d>{_DAY})(?:{_TO}(?P<d2>{_DAY}))?,?\s+(?P<y>{_YEAR})", _days),
    _rule(
        rf"(?P<m1>{_MONTH})(?:\s+(?P<y1>{_YEAR}))?{_TO}(?P<m>{_MONTH})\s+(?P<y>{_YEAR})",
        _month_range,
    ),
    _rule(rf"(?:(?:early|mid|late)[\s-]+)?(?P<m>{_MONTH})\s+(?:of\s+)?(?P<y>{_YEAR})", _month_only),
    _rule(rf"(?P<s>spring|summer|autumn|fall)\s+(?:of\s+)?(?P<y>{_YEAR})", _season),
    _rule(rf"(?P<s>early|mid|late)(?:\s+|-)(?P<y>{_YEAR})", _part),
    _rule(rf"Q(?P<q>[1-4])\s+(?:of\s+)?(?P<y>{_YEAR})", _quarter),
    _rule(rf"(?P<h>first|second|1st|2nd)\s+half\s+of\s+(?P<y>{_YEAR})", _half),
    _rule(rf"(?P<y>{_YEAR})\s*(?:-|–|—|to|until)\s*(?P<y2>{_YEAR})", _years),
    _rule(rf"(?P<y>{_YEAR})", _year),
)


def _readings(text: str) -> Iterator[tuple[re.Match[str], _Reader]]:
    taken: list[tuple[int, int]] = []
    for pattern, reader in _RULES:
        for match in pattern.finditer(text):
            if all(match.end() <= start or end <= match.start() for start, end in taken):
                taken.append(match.span())
                yield match, reader


@lru_cache(maxsize=4096)
def find_periods(text: str) -> tuple[Period, ...]:
    """Find the periods a text names, in reading order; impossible dates are left out."""
    found = []
    for match, reader in _readings(text):
        try:
            first, last = reader(match)
        except _NoSuchDateError:
            continue
        found.append(Period(first, last, match.start(), match.end()))
    return tuple(sorted(found, key=lambda each: each.start))


def find_impossible_dates(text: str) -> tuple[str, ...]:
    """Find dates that are written out but that the calendar does not have."""
    impossible = []
    for match, reader in _readings(text):
        try:
            reader(match)
        except _NoSuchDateError:
            impossible.append(match.group(0))
    return tuple(impossible)


def read_iso(text: str | None) -> Period | None:
    """Read a document's date: ``2024``, ``2024-05`` or ``2024-05-21``."""
    if not text:
        return None
    parts = [int(part) for part in text.split("-") if part.isdigit()]
    try:
        if len(parts) == 1:
            return Period(date(parts[0], 1, 1), date(parts[0], 12, 31), 0, len(text))
        if len(parts) == 2:
            first, last = _whole_months(parts[0], parts[1], parts[1])
            return Period(first, last, 0, len(text))
        day = date(parts[0], parts[1], parts[2])
    except (ValueError, IndexError, calendar.IllegalMonthError):
        return None
    return Period(day, day, 0, len(text))


def write_period(period: Period) -> str:
    """Write a period in words, as precisely as it is known."""
    first, last = period.first, period.last
    if first == last:
        return write_day(first)
    if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31):
        return str(first.year) if first.year == last.year else f"{first.year} to {last.year}"
    if (first.year, first.month, first.day) == (last.year, last.month, 1):
        return f"{calendar.month_name[first.month]} {first.year}"
    return f"{write_day(first)} to {write_day(last)}"


def write_day(day: date) -> str:
    """Write a day in words: ``14 February 2025``."""
    return f"{day.day} {calendar.month_name[day.month]} {day.year}"
