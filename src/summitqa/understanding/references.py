"""Say outright what a question refers to: a government by its capital, a summit by its number.

"How much did Ottawa set aside?" shares no word with a text about Canada, nor "the first summit"
with one about Bletchley. Which capital stands for which government is common knowledge; the
order of the summits, and where each was held, is read from the documents' metadata.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from summitqa.types import DocumentSummary
from summitqa.understanding.names import names_state

_CAPITALS = {
    "Abuja": "Nigeria",
    "Ankara": "Türkiye",
    "Athens": "Greece",
    "Beijing": "China",
    "Berlin": "Germany",
    "Bern": "Switzerland",
    "Brasília": "Brazil",
    "Brussels": "the European Union",
    "Cairo": "Egypt",
    "Canberra": "Australia",
    "Copenhagen": "Denmark",
    "Delhi": "India",
    "Dublin": "Ireland",
    "Hanoi": "Viet Nam",
    "Helsinki": "Finland",
    "Islamabad": "Pakistan",
    "Jakarta": "Indonesia",
    "Kigali": "Rwanda",
    "Kyiv": "Ukraine",
    "Lisbon": "Portugal",
    "London": "the United Kingdom",
    "Madrid": "Spain",
    "Manila": "the Philippines",
    "Moscow": "Russia",
    "Nairobi": "Kenya",
    "New Delhi": "India",
    "Oslo": "Norway",
    "Ottawa": "Canada",
    "Paris": "France",
    "Pretoria": "South Africa",
    "Riyadh": "Saudi Arabia",
    "Rome": "Italy",
    "Santiago": "Chile",
    "Seoul": "South Korea",
    "Stockholm": "Sweden",
    "The Hague": "the Netherlands",
    "Tokyo": "Japan",
    "Vienna": "Austria",
    "Warsaw": "Poland",
    "Washington": "the United States",
    "Wellington": "New Zealand",
}
_GOVERNMENTS = {city.lower(): government for city, government in _CAPITALS.items()}
_NAMED_AFTER = (
    "accord|agreement|airport|charter|communique|conference|congress|convention|declaration|forum"
    "|framework|group|list|meeting|pact|pledge|process|protocol|session|statement|statute|summit"
    "|talks|text|treaty"
)
"""What is named after the city where it was made: "the rules of Berlin process"."""
_PLACE_BEFORE = (
    r"(?<!\bin )(?<!\bat )(?<!\bto )(?<!\bof )(?<!\bon )(?<!\bfor )(?<!\bfrom )(?<!\bnear )"
    r"(?<!\binto )(?<!\baround )(?<!\bthe )(?<!\bits )(?<!\btheir )(?<!\ba )(?<!\bcity )(?<!\bNew )"
    r"(?<![\w-])"
)
"""What stands before a city that is meant as a place; "the Paris statement" too."""
_SUMMIT = re.compile(r".+-(?P<year>\d{4})")
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")
_NUMBERED = re.compile(
    rf"\bthe (?P<which>{'|'.join(_ORDINALS)}|inaugural|opening) (?:AI )?"
    r"(?P<noun>summit|congress|conference|assembly|forum|gathering|meeting)\b"
    r"(?! (?:of|on|for|between|about)\b)",
    re.IGNORECASE,
)
_NEIGHBOUR = re.compile(
    r"\bthe (?:(?:AI )?(?P<noun>summit|conference|congress|assembly|gathering)"
    r"(?: (?:that |which )?(?:came|comes|will come|held|was held|is held|took place|takes place))?"
    r"(?: (?:right|directly|immediately|just))?"
    r"|(?P<next>next|following|previous|preceding)(?: (?:AI )?(?P<another>summit|conference"
    r"|congress|assembly|gathering|one))?) (?P<side>after|before|following|preceding) (?P<known>"
    r"(?:the )?(?:one (?:in|at|of) )?(?-i:[A-Z])[\w'’-]*(?: (?-i:[A-Z])[\w'’-]*)*(?: summit)?)",
    re.IGNORECASE,
)
"""\"The next summit after New Delhi\", \"the one before\" a summit that the metadata knows."""
_HOST = re.compile(r"\bthe host (?:country|nation|state|government)\b", re.IGNORECASE)


def name_references(question: str, summaries: Mapping[str, DocumentSummary]) -> str:
    """Write a question with the names of what it refers to in other ways.

    A city that the title of a document names stays a city: "What did Paris say about energy?"
    is about a summit there. So does one that stands where a place stands ("in Ottawa").

    Args:
        question: The question, standing alone.
        summaries: Metadata of the documents, by id.
    """
    patterns = (_NUMBERED, _NEIGHBOUR, _HOST, _capitals(frozenset(_CAPITALS)))
    if not any(each.search(question) for each in patterns):
        return question  # of many documents, none needs to be looked at
    summits = order_summits(summaries)
    named = _NUMBERED.sub(lambda match: _name_summit(match, summits, summaries), question)
    named = _NEIGHBOUR.sub(lambda match: _name_neighbour(match, summits), named)
    host = _host_of(named, summits, summaries) if _HOST.search(named) else None
    if host is not None:
        named = _HOST.sub(lambda _: host, named)
    titles = " ".join(each.title for each in summaries.values())
    places = {name for name in _CAPITALS if name in titles or name in summits.values()}
    others = frozenset(_CAPITALS) - places
    return _capitals(others).sub(_name_government, named) if others else named


def is_capital(name: str) -> bool:
    """Tell whether a name, in whatever case, is a known capital's, or the last word of one."""
    folded = name.lower()
    return any(folded in {city, city.split()[-1]} for city in _GOVERNMENTS)


def order_summits(summaries: Mapping[str, DocumentSummary]) -> dict[str, str]:
    """Give the place of each summit ("New Delhi" of ``new-delhi-2026``), the earliest first.

    Those of one year are in the order of their first documents.
    """
    first: dict[str, tuple[str, str]] = {}
    for each in summaries.values():
        match = _SUMMIT.fullmatch(each.summit or "")
        if match is not None:
            key = (match["year"], each.date or "9999")
            first[match.string] = min(key, first.get(match.string, key))
    ordered = sorted(first, key=lambda name: (first[name], name))
    return {name: name[:-5].replace("-", " ").title() for name in ordered}


def _name_summit(
    match: re.Match[str], summits: Mapping[str, str], summaries: Mapping[str, DocumentSummary]
) -> str:
    which, noun = match["which"].lower(), match["noun"].lower()
    number = _ORDINALS.index(which) if which in _ORDINALS else 0
    if not 1 < len(summits) > number:
        return match.group(0)
    name, place = list(summits.items())[number]
    titles = " ".join(each.title for each in summaries.values() if each.summit == name).lower()
    if noun not in titles or list(summits.values()).count(place) > 1:
        return match.group(0)
    return f"the {place} {match['noun']}"


def _name_neighbour(match: re.Match[str], summits: Mapping[str, str]) -> str:
    """Name the summit next to the one that is known; the words as they are where none is."""
    noun = match["noun"] or match["another"]
    known = [
        number
        for number, place in enumerate(summits.values())
        if re.search(rf"\b{re.escape(place)}\b", match["known"], re.IGNORECASE)
    ]
    later = match["side"].lower() in {"after", "following"}
    places = list(summits.values())
    number = known[0] + (1 if later else -1) if len(known) == 1 else -1
    if not 0 <= number < len(places) or places.count(places[number]) > 1:
        return match.group(0)
    return f"the {places[number]} {noun if noun and noun != 'one' else 'summit'}"


def _host_of(
    question: str, summits: Mapping[str, str], summaries: Mapping[str, DocumentSummary]
) -> str | None:
    """Give the state in which the one summit that a question names was held."""
    named = [name for name, place in summits.items() if re.search(rf"\b{place}\b", question)]
    if len(named) != 1:
        return None
    states = [
        place
        for each in summaries.values()
        if each.summit == named[0] and summits[named[0]] in each.places
        for place in each.places
        if place != summits[named[0]] and names_state(place)
    ]
    return max(sorted(set(states)), key=states.count) if states else None


@lru_cache(maxsize=32)
def _capitals(names: frozenset[str]) -> re.Pattern[str]:
    listed = "|".join(sorted(map(re.escape, names), key=lambda name: (-len(name), name)))
    return re.compile(
        rf"{_PLACE_BEFORE}(?P<capital>{listed})(?!\w|-| (?:(?-i:[A-Z])|(?:{_NAMED_AFTER})\b))",
        re.IGNORECASE,
    )


def _name_government(match: re.Match[str]) -> str:
    return _GOVERNMENTS[match["capital"].lower()]
