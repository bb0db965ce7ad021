"""Whether a sentence, or a short answer in it, holds a value of the kind that is asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from summitqa.conversation.phrases import find_names
from summitqa.enumeration import is_cut_short
from summitqa.lexical import analyse
from summitqa.types import Evidence
from summitqa.understanding.dates import find_periods
from summitqa.understanding.names import unify_names
from summitqa.understanding.question import Asked
from summitqa.understanding.values import Quantity, find_quantities

_COUNTED = re.compile(r"\bhow (?:many|much)\s+([\w\s-]{1,40})", re.IGNORECASE)
_MONEY = re.compile(
    r"\bhow much (?:money|fund\w*|invest\w*|did|was|were|is|has|does|will)\b"
    r"|\b(?:budgets?|funding|costs?)\b",
    re.IGNORECASE,
)
_NAME_ASKED = re.compile(
    r"^\s*(?:and\s+)?(?:who|whose|whom|by whom|where)\b"
    r"|\b(?:which|what) (?:company|country|city|town|place|person|minister|organi[sz]ation|body"
    r"|state|government|institute|agency)\b",
    re.IGNORECASE,
)
_DEFINITION_ASKED = re.compile(
    r"^\s*what (?:is|are|was|were) (?P<thing>[^?]+)\??\s*$", re.IGNORECASE
)
_VERB_OF_BEING = re.compile(r"\b(?:is|are|was|were|means)\b")
_ASIDE = re.compile(r"\s*\([^)]*\)")
_CALLED_WRONG = re.compile(
    r"\b(?:wrong|wrongly|incorrect\w*|mistaken\w*|erroneous\w*|in error)\b", re.IGNORECASE
)
_SETS_RIGHT = re.compile(
    r"\b(?:not|no|never|none|neither|nor|nobody|nothing|without|withheld|declin\w+|refus\w+|fail\w+"
    r"|still|dropped|cancel\w+|abandon\w+|absent|instead)\b|n['’]t\b",
    re.IGNORECASE,
)
"""In what the reader points at: it did not happen, or not so."""
NEAR = 2.0
"""How far behind the best a sentence may lie to go before it, in units of the ranking's score."""
SAME_SUBJECT = 0.75
"""Share of common terms from which a sentence's subject is the thing asked about (Jaccard)."""
_DIGIT = re.compile(r"\d")
_YEAR = re.compile(r"\b[12]\d{3}\b")


def rate_fit(asked: Asked, text: str) -> float:
    """Say how well the values in a sentence fit what is asked for.

    Returns:
        0 where there is no value of that kind, or where any sentence will do; 1 for a number,
        a date or a name that the question does not hold itself, and for "X is ..." where
        the question is what X is; 2 for a number of the very thing counted ("how many
        countries": "57 countries") or an amount of money.
    """
    if asked.kind == "number":
        found = find_quantities(text)
        return 2.0 if _counting(asked, found) else float(bool(found))
    if asked.kind == "date":
        return float(bool(find_periods(text)))
    definition = _DEFINITION_ASKED.match(asked.text)
    if definition is not None:
        return float(_is_subject(definition["thing"], text))
    if _NAME_ASKED.search(asked.text):
        known = set(analyse(asked.text))
        return float(any(not set(analyse(each.text)) <= known for each in find_names(text)))
    return 0.0


def prefer_fitting(asked: Asked, evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """Put a sentence that holds a value of the kind asked for before one that holds none.

    Only for a day or a name: what "under which number" asks for may be written in any way.
    Evidence is best first; one that lies further behind than ``NEAR`` stays where it is.
    """
    if not evidence or not _asks_day_or_name(asked) or _fits(evidence[0]):
        return tuple(evidence)
    best = evidence[0].score
    first = next((each for each in evidence if _fits(each) and each.score >= best - NEAR), None)
    if first is None:
        return tuple(evidence)
    return (replace(first, score=best), *(each for each in evidence if each is not first))


def _asks_day_or_name(asked: Asked) -> bool:
    return asked.kind == "date" or asks_name(asked)


def asks_money(asked: Asked) -> bool:
    """Tell whether a number that is asked for is an amount of money."""
    return bool(_MONEY.search(asked.text))


def asks_name(asked: Asked) -> bool:
    """Tell whether a question asks for the name of a person, a body or a place."""
    return asked.kind == "factoid" and _NAME_ASKED.search(asked.text) is not None


def _fits(evidence: Evidence) -> bool:
    return evidence.signals is not None and evidence.signals.fits > 0


def fit_span(asked: Asked, text: str, span: tuple[int, int] | None) -> tuple[int, int] | None:
    """Make a short answer one of the kind that is asked for.

    Args:
        asked: The question as read.
        text: The sentence.
        span: The reader's short answer, as offsets in ``text``.

    Returns:
        The span where it fits, else that of the only value in the sentence that does, else
        None: no short answer is better than a country for a number, than words of the
        question, than a value that the sentence calls wrong, or than some date where the reader
        points at what did not happen.
    """
    words = "" if span is None else text[span[0] : span[1]]
    if asked.kind == "yes-no" or _CALLED_WRONG.search(text):
        return None
    if asked.kind == "list" and is_cut_short(asked, text, words):
        return None  # Some of the members are no answer to "which".
    if asked.kind == "number":
        found = find_quantities(text)
        if _DIGIT.search(words) or find_quantities(words):
            return span
        if _SETS_RIGHT.search(words):
            return None
        fitting = _counting(asked, found) or found
        return (fitting[0].start, fitting[0].end) if len(fitting) == 1 else None
    if asked.kind == "date":
        periods = find_periods(text)
        if span is not None and (find_periods(words) or _YEAR.search(words)):
            # "January 2025" of "20 January 2025" is made whole.
            whole = [each for each in periods if each.start < span[1] and span[0] < each.end]
            return _cover(span, (whole[0].start, whole[0].end)) if len(whole) == 1 else span
        if _SETS_RIGHT.search(words):
            return None
        return (periods[0].start, periods[0].end) if len(periods) == 1 else None
    return None if _echoes(asked.text, words) else span


def _cover(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    return min(one[0], other[0]), max(one[1], other[1])


def _echoes(question: str, words: str) -> bool:
    """Tell whether a short answer only repeats the question; a choice may be repeated."""
    terms = set(analyse(words))
    return bool(terms) and " or " not in question and terms <= set(analyse(question))


def _is_subject(thing: str, text: str) -> bool:
    """Tell whether a sentence says of the thing, and not of a part of it, what it is."""
    plain = _ASIDE.sub("", text)
    verb = _VERB_OF_BEING.search(plain)
    subject = set(analyse(unify_names(plain[: verb.start()]))) if verb else set()
    wanted = set(analyse(unify_names(_ASIDE.sub("", thing))))
    return bool(subject) and len(subject & wanted) >= SAME_SUBJECT * len(subject | wanted)


def _counting(asked: Asked, found: tuple[Quantity, ...]) -> tuple[Quantity, ...]:
    """Keep the numbers of the thing that the question counts, or of money if it asks for it."""
    match = _COUNTED.search(asked.text)
    nouns = analyse(match.group(1))[:1] if match else []
    money = asks_money(asked)
    return tuple(
        each
        for each in found
        if (nouns and nouns[0] in each.nouns) or (money and each.unit not in {"", "%"})
    )
