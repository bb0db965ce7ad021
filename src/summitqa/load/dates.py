"""Find the dates that a text states of itself, and read dates as people write them."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

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
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DATE = (
    rf"(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[ ](?P<month>{_MONTH})\.?,?[ ](?P<year>\d{{4}})"
    rf"|(?P<month_first>{_MONTH})\.?[ ](?P<day_second>\d{{1,2}})(?:st|nd|rd|th)?,?[ ]"
    rf"(?P<year_last>\d{{4}})"
    r"|(?P<iso>\d{4}-\d{2}-\d{2}))(?!\d)"
)
_WRITTEN = re.compile(_DATE, re.IGNORECASE)
_LABELLED = re.compile(
    r"^[ \t*_#>|-]{0,8}(?P<label>first published|published|publication date|date of publication"
    r"|issued|adopted|released|posted|dated|date|last updated|last modified|updated|modified"
    r"|revised)(?:[ ]on)?[ ]?[:*|]{0,3}[ ]{0,3}(?:on[ ])?" + _DATE,
    re.IGNORECASE | re.MULTILINE,
)
_ISO = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?(?!\d)")
_UPDATES = ("updated", "modified", "revised")
_HEAD_CHARACTERS = 4000


def read_date(value: Any) -> str | None:
    """Read a date from metadata: ISO, a year, year and month, or in words.

    Returns:
        ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``; None for what is no date that exists.
    """
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, (bool, list, dict)):
        return None
    text = " ".join(str(value)[:100].split())
    match = _ISO.match(text)
    if match and text[match.end() : match.end() + 1] != "-":
        parts = [int(part) for part in match.group(0).split("-")]
        return match.group(0) if _iso(*parts, *(1, 1)[len(parts) - 1 :]) else None
    written = _WRITTEN.match(text)
    return _from_match(written) if written else None


def stated_dates(text: str) -> dict[str, str]:
    """Find the lines by which a text dates itself, such as ``Published 2 November 2023``.

    Only the head of the text is looked at, and only lines that start with such a label.

    Returns:
        ``date`` and ``updated``, as far as stated; a text that only says when it was updated
        is dated by that.
    """
    found: dict[str, str] = {}
    for match in _LABELLED.finditer(text[:_HEAD_CHARACTERS]):
        stated = _from_match(match)
        label = match.group("label").lower()
        key = "updated" if label.endswith(_UPDATES) else "date"
        if stated:
            found.setdefault(key, stated)
    if "updated" in found:
        found.setdefault("date", found["updated"])
    return found


def _from_match(match: re.Match[str]) -> str | None:
    groups = match.groupdict()
    if groups["iso"]:
        year, month, day = (int(part) for part in groups["iso"].split("-"))
        return _iso(year, month, day)
    year = int(groups["year"] or groups["year_last"])
    month = _MONTHS[(groups["month"] or groups["month_first"]).lower()]
    return _iso(year, month, int(groups["day"] or groups["day_second"]))


def _iso(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None
