"""The values that answers give, and when two of them cannot both be true."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from summitqa.conversation.words import FUNCTION_WORDS
from summitqa.disagreement.form import KINDS, TIME_UNITS, Form, counted_nouns
from summitqa.lexical import analyse
from summitqa.types import Sentence
from summitqa.understanding.dates import Period, find_periods
from summitqa.understanding.values import Quantity, find_quantities

# "12 of the 16", "57 other nations": a part of another count, no answer beside it.
_BASE = re.compile(
    r"(?<!\bwrote )(?<!\bspoke )(?<!\bspeak )(?<!\bwrite )(?<!\bwrites )(?<!\bspeaks )(?<!\btotal )"
    r"\b(?:of|out of|among)\s+(?:the\s+|all\s+|its\s+|their\s+)?$",
    re.IGNORECASE,
)
_OTHERS = re.compile(r"\s*(?:other|others|further|additional|more)\b", re.IGNORECASE)
_PART = re.compile(
    r"\s+(?:out )?of (?:the |its |these |all )?(?:\d|two|three|four|five|six|seven|eight"
    r"|nine|ten|eleven|twelve)"
)
# "85 countries and three bodies, which makes 88": the same count once more.
_SUM = re.compile(r"\b(?:makes?|making)\s+$", re.IGNORECASE)
# "28 countries and the European Union" is 28 or 29, as one counts.
_AND_ONE = re.compile(r"^(?:[\s-]+[\w-]+){1,2}?\s+(?:and|plus)\s+the\s+[A-Z]")
# A date that says when a source spoke, not when the thing happened.
_ATTRIBUTION = re.compile(
    r"\b(?:(?:release|reports?|articles?|statement|page|texts?|files?|notes?|news|update)"
    r" (?:of|from|dated)|(?:wrote|said|says|reported|announced|repeated) (?:on|in)|as of"
    r"|written (?:in|on|after|before))"
    r"\s+(?:\w+\s+)?$",
    re.IGNORECASE,
)
# "A review of 31 October 2023 speaks of six": the same, where a source speaks behind it.
_SOURCE_BEFORE = re.compile(r"\b(?:of|from|dated)\s+$", re.IGNORECASE)
_SPEAKS_AFTER = re.compile(
    r"\s+(?:speaks?|says?|writes?|gives?|counts?|lists?|describes?|reports?|calls?|names?|contains?)\b"
)
# The same, in brackets after what it says: "The paper wrote of a first law (22 January 2026)".
_IN_BRACKETS = re.compile(r"\([^()]*$")
_REPORTS = re.compile(
    r"\b(?:wrote|writes?|says?|said|calls|called|reports|reported|counts|counted|speaks?|spoke)\b"
)
# "The Safety Report 2026": the year is a part of the name.
_NAME_BEFORE = re.compile(r"\b[A-Z][\w-]*\s+$")
_DAYS = {
    stem: days
    for word, days in (("day", 1), ("week", 7), ("month", 30.4), ("year", 365), ("decade", 3650))
    for stem in analyse(word)
}
Value = Quantity | Period


def find_values(form: Form, sentence: Sentence) -> list[Value]:
    """Find the values in a sentence that have the form of an answer."""
    if form.kind == "date":
        return [
            each
            for each in find_periods(sentence.text)
            if not _dates_a_source(sentence.text[: each.start], sentence.text[each.end :])
            and not (each.days > 31 and _NAME_BEFORE.search(sentence.text[: each.start]))
        ]
    if form.kind == "duration":
        return [*_durations(sentence)]
    if form.kind != "number":
        return []
    quantities = _counts(form, sentence)
    named = [each for each in quantities if form.nouns & set(each.nouns[:3])]
    return list(named or (quantities if not form.nouns else ()))


def _dates_a_source(before: str, after: str) -> bool:
    """Tell whether a date says when a source spoke, from the words around it."""
    bracket = _IN_BRACKETS.search(before)
    told_so = bracket is not None and _REPORTS.search(before[: bracket.start()]) is not None
    speaks = _SOURCE_BEFORE.search(before) and _SPEAKS_AFTER.match(after)
    return told_so or bool(speaks) or _ATTRIBUTION.search(before) is not None


def find_reported(form: Form, sentence: Sentence) -> list[Value]:
    """Find the same where a text tells of differences, and so may leave the noun out.

    "About 60 countries, while later counts give 61": a number without a noun counts, and
    so does one with a noun that is used for the same thing.
    """
    values = find_values(form, sentence)
    if form.kind != "number" or not form.nouns:
        return values
    counted = counted_nouns(sentence.text)
    if counted and not counted & (form.nouns | form.alike):
        return values
    return [
        each
        for each in _counts(form, sentence)
        if not _SUM.search(sentence.text[: each.start])
        and (form.alike & set(each.nouns[:2]) or _has_no_noun(each, sentence))
    ]


def _has_no_noun(quantity: Quantity, sentence: Sentence) -> bool:
    after = re.match(r"\s+([A-Za-z]+)", sentence.text[quantity.end :])
    return after is None or after.group(1).lower() in FUNCTION_WORDS


def _durations(sentence: Sentence) -> list[Quantity]:
    """The lengths of time in a sentence, in days."""
    found = []
    for each in find_quantities(sentence.text):
        days = next((_DAYS[noun] for noun in each.nouns[:1] if noun in _DAYS), None)
        if days is not None and not each.unit:
            found.append(replace(each, number=each.number * days, unit="days"))
    return found


def _counts(form: Form, sentence: Sentence) -> list[Quantity]:
    """The quantities of a sentence; lengths of time only where they are asked for."""
    return [
        each
        for each in plain_counts(sentence)
        if not (set(each.nouns[:1]) & TIME_UNITS and not form.nouns & TIME_UNITS)
        and form.unit in {None, each.unit}
        and (not form.money or each.unit not in {"", "%"})
    ]


def plain_counts(sentence: Sentence) -> list[Quantity]:
    """Find the quantities that count a whole: not "10 of the 16", not "57 other nations"."""
    text = sentence.text
    found = find_quantities(text)
    return [
        each
        for each in found
        if not (
            (each is not found[0] and _BASE.search(text[: each.start]))
            or _OTHERS.match(text[each.end :])
            or _PART.match(text[each.end :])
        )
    ]


def clash(values: Sequence[Value]) -> bool:
    """Tell whether any two of the values cannot both be true."""
    return any(
        not agree(one, other) for place, one in enumerate(values) for other in values[place + 1 :]
    )


def agree(one: Value, other: Value) -> bool:
    """Tell whether two values can both be true of one thing."""
    if isinstance(one, Period) and isinstance(other, Period):
        return one.overlaps(other)
    if isinstance(one, Quantity) and isinstance(other, Quantity):
        return one.agrees(other)
    return True


def count_apart(one: Value, other: Value) -> bool:
    """Tell whether two numbers count things of known different kinds, as states and people are."""
    if not (isinstance(one, Quantity) and isinstance(other, Quantity)):
        return False
    kinds = [
        next((kind for noun in each.nouns[:2] for kind in KINDS if noun in kind), None)
        for each in (one, other)
    ]
    return None not in kinds and kinds[0] is not kinds[1]


def differ(values: Sequence[Value]) -> bool:
    """Tell whether any two of the values are not the same, even if both could be true.

    "About 60" and "61" are not the same, nor are a month and a day in it; "more than 40"
    and "49" are no contradiction, nor are a year and a day in it.
    """
    return any(
        not _same(one, other) for place, one in enumerate(values) for other in values[place + 1 :]
    )


def _same(one: Value, other: Value) -> bool:
    if isinstance(one, Period) and isinstance(other, Period):
        longer, shorter = sorted((one, other), key=lambda each: -each.days)
        holds = longer.first <= shorter.first and shorter.last <= longer.last
        return exact(one) == exact(other) or (holds and longer.days > 31)
    if not isinstance(one, Quantity) or not isinstance(other, Quantity):
        return False
    bounds = [each for each in (one, other) if each.vague in {"above", "below"}]
    near = abs(one.number - other.number) <= 0.02 * max(one.number, other.number)
    if len(bounds) == 1 and not near:
        return one.agrees(other)
    return exact(one) == exact(other)


def exact(value: Value) -> tuple[object, ...]:
    """Give what tells a value from others."""
    if isinstance(value, Quantity):
        return value.number, value.unit, value.vague
    return value.first, value.last


def is_vague(value: Value) -> bool:
    """Tell whether a value is about right or a bound, not exact."""
    return isinstance(value, Quantity) and bool(value.vague)


def count_alike(values: Sequence[Value], sentence: Sentence) -> bool:
    """Tell whether counts differ only by one member that some count apart.

    "Nine countries and the European Union" and "ten countries" say the same.
    """
    counts = [each for each in values if isinstance(each, Quantity) and not each.unit]
    numbers = {each.number for each in counts}
    return len(numbers) == 2 and any(
        _AND_ONE.match(sentence.text[each.end :]) and numbers <= {each.number, each.number + 1}
        for each in counts
    )


def write_value(value: Value, sentence: Sentence) -> str:
    """Write a value in the words of its sentence."""
    if isinstance(value, Quantity):
        return value.text
    return sentence.text[value.start : value.end]
