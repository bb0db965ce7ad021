"""What a question asks for, read from its words alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from summitqa.conversation.phrases import is_plural
from summitqa.conversation.words import COMMON_VERBS, FUNCTION_WORDS, words_of
from summitqa.understanding.dates import Period, find_impossible_dates, find_periods

Kind = Literal["factoid", "number", "date", "list", "comparison", "yes-no", "open"]

_NOW = re.compile(
    r"(?!(?-i:Current [A-Z]))\b(?:current(?:ly)?|now(?!here)|nowadays|today|at present"
    r"|at the moment|these days|so far|to date|by now|latest|newest|most recent(?:ly)?"
    r"|up[- ]to[- ]date|as of (?:now|today)"
    r"|still|any ?more|yet|is it called)\b",
    re.IGNORECASE,
)
_AS_OF = re.compile(
    r"\b(?:as of|as at|as known (?:on|in|by)|from what was known (?:on|in|by)|knowing only what"
    r" was known (?:on|in|by)|what was known (?:on|in|by))\s+(?:the\s+)?(?:end of\s+)?$",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    r"\b(?:before|prior to|until|up to|earlier than)\s+(?:the\s+)?$", re.IGNORECASE
)
_AFTER = re.compile(r"\b(?:after|since|later than|from)\s+(?:the\s+)?$", re.IGNORECASE)
_EXPECTATION = re.compile(
    r"\b(?:expect(?:ed|s|ation)?|preview|forecast|foresee|predict(?:ed|s)?|anticipat\w+|plan(?:ned|s)?"
    r"|going to|ahead of|beforehand|hoped?|originally|was to be|were to be|will)\b",
    re.IGNORECASE,
)
_COMPARISON = re.compile(
    r"\b(?:compar(?:e|es|ed|ing|ison)|contrast|versus|vs\.?|differences? between"
    r"|(?:differ|different|differs) from|how do(?:es)? .{3,80} differ|side by side)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"\b(?:how (?:many|much)|number of"
    r"|(?:what|which) (?:number|total|figure|share|percentage|amount|sum)"
    r"|^what (?:did|do|does|will|would) [^?]{1,80} cost|what [^?]{0,40}\bcost of)\b",
    re.I,
)
_DATE = re.compile(
    r"^(?:and\s+)?(?:(?:by|since|until|till|from|up to|before|after) )?"
    r"(?:when\b|(?:(?:on|in|as of) )?(?:what|which) (?:dates?|days?|years?|months?|deadline)\b)"
    r"|^what (?:is|was|are|were) the (?:deadline|(?:exact |closing |opening )?dates?)\b",
    re.I,
)
_LIST = re.compile(
    r"^\s*(?:and\s+)?(?:list\b|name\s|enumerate\b"
    r"|what (?:do|did|does|must|may) [^?]{1,80}?\b(?:commit\w*|undertake|pledge)\b"
    r"|who (?:are|were|signed|joined|attended|endorsed|adopted|agreed|took part|participated))",
    re.IGNORECASE,
)
_WHICH_THINGS = re.compile(
    r"^\s*(?:and\s+)?(?:what (?:are|were) (?:the|its|their)|which|what)\s+(?P<rest>[^,?]*)",
    re.IGNORECASE,
)
_WORD = re.compile(r"[\w'’-]+")
_AFTER_VERBS = words_of("the a an its their his her to if when")
_IRREGULAR = words_of("criteria phenomena media")
_COUNTING = words_of("other many more several few own same most first")
_THINGS_IN = 4
"""Words after "which" among which the plural noun must stand: "Which two African countries"."""
_NOT_A_LIST = re.compile(
    r"^\s*(?:which|what) (?:is|was|does|has|years?|status|basis|process|address|business|progress"
    r"|its|this|class|analysis|consensus|names?)\b",
    re.IGNORECASE,
)
_YES_NO = re.compile(
    r"^(?:is|are|was|were|do|does|did|has|have|had|will|would|can|could|should|may|might)\b", re.I
)
_OPEN = re.compile(
    r"^\s*(?:why|how(?!\s+(?:many|much|long|old|far|often|big|large|high|tall|deep|wide|thick|heavy|fast"
    r"|small|hot|cold|warm|late|early|soon))|describe|explain|summari[sz]e"
    r"|tell me|what (?:were|are|do|did|does|happened))\b",
    re.IGNORECASE,
)


_INTERROGATIVE = re.compile(
    r"\?|^\s*(?:and |so |but )?(?:who|whom|whose|what|which|when|where|why|how|is|are|was|were|do"
    r"|does|did|has|have|had|will|would|can|could|should|may|might|list|name|give|tell|describe"
    r"|explain|summari[sz]e|compare|contrast|outline|show|find|in (?:what|which)|on (?:what|which)"
    r"|by (?:whom|how)|to (?:whom|what|which)|for (?:whom|what|which)|at (?:what|which))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question asks for.

    Attributes:
        kind: The form of the answer.
        interrogative: It is worded as a question or a request, not as a statement or as words.
        now: It asks for the present state.
        expectation: It asks what was expected, not what happened.
        as_of: The last day of what may be known, if the words say so.
        period: The period that the answer must be about.
        before: The answer must lie before this day.
        after: The answer must lie after this day.
        impossible: Dates in it that the calendar does not have.
    """

    text: str
    kind: Kind
    interrogative: bool = True
    now: bool = False
    expectation: bool = False
    as_of: date | None = None
    period: Period | None = None
    before: date | None = None
    after: date | None = None
    impossible: tuple[str, ...] = ()


def read_question(text: str) -> Asked:
    """Read a question that stands alone."""
    as_of = before = after = None
    period: Period | None = None
    for each in find_periods(text):
        lead = text[: each.start]
        if _AS_OF.search(lead):
            as_of = each.last
        elif _BEFORE.search(lead):
            before = each.first
        elif _AFTER.search(lead):
            after = each.last
        else:
            period = each
    return Asked(
        text=text,
        kind=_kind(text),
        interrogative=bool(_INTERROGATIVE.search(text)),
        now=bool(_NOW.search(text)),
        expectation=bool(_EXPECTATION.search(text)),
        as_of=as_of,
        period=period,
        before=before,
        after=after,
        impossible=find_impossible_dates(text),
    )


def _kind(text: str) -> Kind:
    if _COMPARISON.search(text):
        return "comparison"
    if _NUMBER.search(text):
        return "number"
    if _DATE.search(text):
        return "date"
    if _YES_NO.search(text):
        return "yes-no"
    if (_LIST.search(text) or _asks_which_things(text)) and not _NOT_A_LIST.search(text):
        return "list"
    return "open" if _OPEN.search(text) else "factoid"


def _asks_which_things(text: str) -> bool:
    """Tell whether a plural noun follows "which" or "what", and not "which city was" or "hosts".

    What stands before an article is a verb, of whatever meaning: "which office enforces the act".
    """
    match = _WHICH_THINGS.match(text)
    words = _WORD.findall(match["rest"].lower()) if match else []
    for place, word in enumerate(words[:_THINGS_IN]):
        if words[place + 1 : place + 2] and words[place + 1] in _AFTER_VERBS:
            return False
        if word in FUNCTION_WORDS - _COUNTING:
            return False
        plural = word in _IRREGULAR or (is_plural(word) and not word.endswith(("'s", "’s")))
        if plural and not (place and word in COMMON_VERBS):
            return True
    return False
