"""The values that answers give, and when two of them cannot both be true."""

from __future__ import annotations

import re
from collections.abc import Sequence

from summitqa.lexical import analyse
from summitqa.types import Sentence
from summitqa.understanding.dates import Period, find_periods
from summitqa.understanding.question import Asked
from summitqa.understanding.values import Quantity, find_quantities

# "12 of the 16", "57 other nations": a part of another count, no answer beside it.
_BASE = re.compile(r"\b(?:of|out of|among)\s+(?:the\s+|all\s+|its\s+|their\s+)?$", re.IGNORECASE)
_OTHERS = re.compile(r"\s*(?:other|others|further|additional|more)\b", re.IGNORECASE)
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
_TIME_UNITS = frozenset(analyse("day days week month year years hour minute century decade"))
Value = Quantity | Period


def find_values(asked: Asked, sentence: Sentence) -> list[Value]:
    """The values in a sentence that have the form of an answer."""
    if asked.kind == "date":
        return [
            each
            for each in find_periods(sentence.text)
            if not _ATTRIBUTION.search(sentence.text[: each.start])
        ]
    if asked.kind != "number":
        return []
    heads = _asked_nouns(asked)
    quantities = counts_of(asked, sentence)
    named = [each for each in quantities if heads & set(each.nouns[:3])]
    return list(named or (quantities if not heads else ()))


def _asked_nouns(asked: Asked) -> set[str]:
    """The noun that is counted: the first plural of the words after "how many"."""
    match = re.search(
        r"\b(?:how many|number of|(?:what|which) (?:number|total|figure|share) of)\s+"
        r"((?:[\w'-]+\s+){0,3}[\w'-]+)",
        asked.text,
        re.IGNORECASE,
    )
    if match is None:
        return set()
    words = match.group(1).split()
    plural = next((word for word in words if re.search(r"[^s]s$|^people$", word)), words[0])
    return set() if plural.endswith("ed") else set(analyse(plural))


def counts_of(asked: Asked, sentence: Sentence) -> list[Quantity]:
    """The quantities of a sentence; lengths of time only where they are asked for."""
    heads = _asked_nouns(asked)
    return [
        each
        for each in plain_counts(sentence)
        if not (set(each.nouns[:1]) & _TIME_UNITS and not heads & _TIME_UNITS)
    ]


def plain_counts(sentence: Sentence) -> list[Quantity]:
    """The quantities that count a whole: not "of the 16", not "57 other nations"."""
    text = sentence.text
    found = find_quantities(text)
    return [
        each
        for each in found
        if not (
            (each is not found[0] and _BASE.search(text[: each.start]))
            or _OTHERS.match(text[each.end :])
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


def exact(value: Value) -> tuple[object, object]:
    """Give what tells an exact value from others."""
    if isinstance(value, Quantity):
        return value.number, value.unit
    return value.first, value.last


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
