"""Find the numbers with their nouns that a sentence states."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass

from summitqa.lexical import analyse
from summitqa.understanding.dates import find_periods

_WORDS = {
    word: number
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
        " fifteen sixteen seventeen eighteen nineteen twenty".split()
    )
}
_TENS = dict(
    zip("thirty forty fifty sixty seventy eighty ninety".split(), range(30, 100, 10), strict=True)
)
_SCALES = {
    "thousand": 1e3,
    "million": 1e6,
    "mn": 1e6,
    "m": 1e6,
    "billion": 1e9,
    "bn": 1e9,
    "trillion": 1e12,
    "tn": 1e12,
}
_VAGUE = {
    "more than": "above",
    "over": "above",
    "at least": "above",
    "above": "above",
    "exceeding": "above",
    "fewer than": "below",
    "less than": "below",
    "under": "below",
    "up to": "below",
    "nearly": "about",
    "almost": "about",
    "about": "about",
    "around": "about",
    "roughly": "about",
    "some": "about",
    "approximately": "about",
}
# The name of a currency after the number.
_MONEY = {
    "dollar": "usd",
    "euro": "eur",
    "pound": "gbp",
    "rupee": "inr",
    "yen": "jpy",
    "won": "krw",
    "franc": "chf",
    "yuan": "cny",
    "renminbi": "cny",
    "krone": "krone",
    "krona": "krona",
    "rand": "zar",
    "shilling": "shilling",
    "dirham": "dirham",
    "peso": "peso",
    "real": "brl",
    "lira": "try",
}
_PLURALS = {"reais": "real", "kroner": "krone", "kronor": "krona"}
_OTHERWISE = frozenset({"won", "rand", "pound", "real"})
"""Currencies whose names mean something else too: only after "million" and the like."""
_CODES = frozenset("usd eur gbp krw inr jpy chf cny cad aud sgd nok sek dkk zar brl aed".split())
_DOLLARS = {
    "$": "usd",
    "us$": "usd",
    "c$": "cad",
    "ca$": "cad",
    "a$": "aud",
    "au$": "aud",
    "s$": "sgd",
    "hk$": "hkd",
    "nz$": "nzd",
}
_HOME = {"us": "usd", "american": "usd", "british": "gbp", "swiss": "chf", "indian": "inr"}
_NUMBER_WORD = "|".join([*_WORDS, *_TENS])
_NUMBER = re.compile(
    rf"(?:\b(?P<vague>{'|'.join(_VAGUE)})\s+)?"
    rf"(?P<currency>(?:\b(?:US|CA?|AU?|S|HK|NZ))?\$|[€£₹¥₩]|(?:{'|'.join(sorted(_CODES))})\s?)?"
    rf"(?<![\w.,/:-])(?P<number>\d+(?:,\d{{3}})*(?:\.\d+)?|(?:{_NUMBER_WORD})(?:-(?:{_NUMBER_WORD}))?)"
    r"(?:\s?(?P<scale>thousand|million|billion|trillion|bn|mn|tn|m)\b)?"
    r"(?P<percent>\s?(?:%|per ?cent))?(?![\w/]|[-–]\d|\.\d)"
    r"(?=(?P<tail>(?:[\s-]+[A-Za-z][\w'’-]*){0,4}))",
    re.IGNORECASE,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with what it counts.

    Attributes:
        number: The value.
        unit: A currency, ``%``, or an empty string for a count.
        vague: ``above``, ``below``, ``about`` or empty for an exact number.
        nouns: Stemmed words after it.
        text: Its words, with the first noun.
        start: Offset of the number.
        end: Offset after the number and its scale or per cent sign.
    """

    number: float
    unit: str
    vague: str
    nouns: tuple[str, ...]
    text: str
    start: int
    end: int

    def agrees(self, other: Quantity) -> bool:
        """Tell whether both can be true of one thing."""
        if self.unit != other.unit:
            return False
        one, two = sorted((self, other), key=lambda each: bool(each.vague))
        if two.vague == "above":
            return one.number >= two.number * 0.98
        if two.vague == "below":
            return one.number <= two.number * 1.02
        tolerance = 0.05 if two.vague else 0.001
        return abs(one.number - two.number) <= tolerance * max(one.number, two.number)


def find_quantities(text: str) -> tuple[Quantity, ...]:
    """Find the numbers of a sentence that are not dates, in reading order."""
    dates = [(each.start, each.end) for each in find_periods(text)]
    found = []
    for match in _NUMBER.finditer(text):
        start = match.start("number")
        if any(first <= start < last for first, last in dates) or _is_day(text, match):
            continue
        number = _value(match["number"].lower())
        if number is None:
            continue
        number *= _SCALES.get((match["scale"] or "").lower(), 1.0)
        tail = match["tail"].split()
        unit = "%" if match["percent"] else _currency(match["currency"])
        found.append(
            Quantity(
                number=number,
                unit=unit or _money_named(tail, bool(match["scale"]))[0],
                vague=_VAGUE.get((match["vague"] or "").lower(), ""),
                nouns=tuple(analyse(" ".join(tail))),
                text=" ".join(text[match.start() : match.end("tail")].split()[: _shown(match)]),
                start=start,
                end=match.start("tail"),
            )
        )
    return tuple(found)


def _shown(match: re.Match[str]) -> int:
    """How many words of the match name the value: the number and the noun right after it."""
    tail = match["tail"].split()
    named = _money_named(tail, bool(match["scale"]))[1]
    return len(match.group(0).split()) + max(named, bool(tail and analyse(tail[0])))


def _money_named(tail: list[str], scaled: bool) -> tuple[str, int]:
    """Give the currency that the words after a number name, and how many words name it."""
    words = [word.lower() for word in tail[:3]]
    nation = ""
    if len(words) > 1 and (tail[0][:1].isupper() or words[0] in _HOME):
        if tail[0].upper() == tail[0] and words[0] in _CODES:
            return words[0], 1
        nation, words = words[0], words[1:]
    elif words and tail[0].isupper() and words[0] in _CODES:
        return words[0], 1
    name = _PLURALS.get(words[0], words[0].removesuffix("s")) if words else ""
    if name not in _MONEY or (name in _OTHERWISE and not scaled):
        return "", 0
    return (_HOME.get(nation) or f"{nation} {name}" if nation else _MONEY[name]), 1 + bool(nation)


def _is_day(text: str, match: re.Match[str]) -> bool:
    following = text[match.end("number") : match.end("number") + 14].lower()
    return bool(re.match(r"(?:st|nd|rd|th)\b", following)) or bool(
        re.match(rf"\s+(?:{'|'.join(calendar.month_name[1:])})\b", following, re.IGNORECASE)
    )


def _value(word: str) -> float | None:
    if word[0].isdigit():
        return float(word.replace(",", ""))
    parts = word.split("-")
    if len(parts) == 2 and parts[0] in _TENS | {"twenty": 20} and parts[1] in _WORDS:
        return float((_TENS | {"twenty": 20})[parts[0]] + _WORDS[parts[1]])
    if len(parts) == 1:
        return float(_WORDS[word] if word in _WORDS else _TENS[word])
    return None


def _currency(text: str | None) -> str:
    names = {**_DOLLARS, "€": "eur", "£": "gbp", "₹": "inr", "¥": "jpy", "₩": "krw"}
    folded = (text or "").strip().lower()
    return names.get(folded, folded)
