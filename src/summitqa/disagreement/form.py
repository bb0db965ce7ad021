"""What a question asks for, as far as two answers to it could differ."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from summitqa.answer_kind import asks_money
from summitqa.lexical import analyse
from summitqa.understanding.names import name_terms
from summitqa.understanding.question import Asked
from summitqa.understanding.signing import SIGNERS, STATES
from summitqa.understanding.values import find_quantities

TIME_UNITS = frozenset(analyse("day days week month year years hour minute century decade"))

_ASKS_DIFFERENCE = re.compile(
    r"\b(?:agree|disagree|differ\w*|different ones|say otherwise|all sources|various|conflicting"
    r"|consistent|do (?:sources|reports|accounts)|some (?:\w+ )?(?:say|give|write|claim|report)\b"
    r".{1,80}\bothers?)\b",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r"\b(?:how many|number of|(?:what|which) (?:number|total|figure|share) of)\s+"
    r"((?:[\w'-]+\s+){0,3}[\w'-]+)",
    re.IGNORECASE,
)
_SHARE = re.compile(r"\b(?:share|percentage|proportion|per ?cent)\b", re.IGNORECASE)
_HOW_LONG = re.compile(r"\bhow long\b", re.IGNORECASE)
_COMPANIES = "companies firms labs developers businesses"
_WRITERS = "experts specialists scientists researchers authors contributors writers"
_PERSONS = "people persons employees staff workers experts participants delegates"
# Without words whose stem is another's too: developing countries, participating states.
_FIRMS = "companies firms labs businesses"
_PEOPLE_TOO = f"{_WRITERS} people persons employees staff workers"
# Nouns that sources use for one another where they count the same thing.
_ALIKE = tuple(
    frozenset(analyse(words))
    for words in (
        f"{STATES} {SIGNERS}",
        f"{_COMPANIES} {SIGNERS}",
        _WRITERS,
        f"{_PERSONS} members",
    )
)
KINDS = tuple(frozenset(analyse(words)) for words in (STATES, _FIRMS, _PEOPLE_TOO))
"""Kinds of things of which none is counted for another."""
# "How many people ...?" is answered by employees, "how many employees" not by delegates.
_PEOPLE = frozenset(analyse("people persons"))


@dataclass(frozen=True, slots=True)
class Form:
    """The form of the answer that a question asks for.

    Attributes:
        asked: The question as read.
        kind: What values answer it; empty when none do.
        nouns: Stems of the noun that is counted; empty for any.
        alike: Stems of nouns that count much the same; they stand in for the noun where
            a text says itself that figures differ.
        about_difference: The question is about sources and whether they agree.
        either: It asks for the difference itself: "28 or 29?".
        unit: What the number must be in; None for anything.
        money: It must be an amount of money.
    """

    asked: Asked
    kind: Literal["number", "date", "duration", ""]
    nouns: frozenset[str] = frozenset()
    alike: frozenset[str] = frozenset()
    about_difference: bool = False
    either: bool = False
    unit: str | None = None
    money: bool = False

    @property
    def is_named(self) -> bool:
        """Values are asked for, and of something with a name."""
        return bool(self.kind) and bool(name_terms(self.asked.text))


def read_form(asked: Asked) -> Form:
    """Read the form of the answers from a question."""
    about = _ASKS_DIFFERENCE.search(asked.text) is not None
    quantities = find_quantities(asked.text)
    choice = len(quantities) >= 2 and re.search(r"\bor\b", asked.text, re.IGNORECASE) is not None
    either = about or choice
    if asked.kind == "date":
        return Form(asked, "date", about_difference=about, either=either)
    if asked.kind == "number":
        nouns = counted_nouns(asked.text)
    elif _HOW_LONG.search(asked.text):
        return Form(asked, "duration", TIME_UNITS, TIME_UNITS, about, either)
    elif either and quantities and asked.kind in {"yes-no", "factoid"}:
        nouns = frozenset(quantities[-1].nouns[:1])
    else:
        return Form(asked, "", about_difference=about, either=either)
    unit = "%" if _SHARE.search(asked.text) else "" if nouns else None
    money = not nouns and asks_money(asked)
    return Form(asked, "number", nouns, _alike(nouns), about, either, unit, money)


def counted_nouns(text: str) -> frozenset[str]:
    """Give the noun that a text counts: the first plural after "how many" or "number of"."""
    match = _COUNTED.search(text)
    if match is None:
        return frozenset()
    words = match.group(1).split()
    plural = next((word for word in words if re.search(r"[^s]s$|^people$", word)), words[0])
    return frozenset() if plural.endswith("ed") else frozenset(analyse(plural))


def _alike(nouns: frozenset[str]) -> frozenset[str]:
    groups = [each for each in _ALIKE if nouns & each and (nouns & _PEOPLE or not each & _PEOPLE)]
    return nouns.union(*groups)
