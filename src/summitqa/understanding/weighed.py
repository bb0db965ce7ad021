"""Questions that weigh things against each other, told apart into one question a side.

"Which employs more staff, the Agency or the Board?" has no sentence that answers it, but "How
many staff does the Agency employ?" has.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

LONGEST_SIDE = 8
"""Words of a side, at most: more is a clause."""

_PREPOSITION = r"(?:in|into|at|to|from|by|for|after|under|of|with|on|before|during)"
_AUXILIARY = r"(?:did|does|do|has|have|had|is|are|was|were|will|can)"
_NAME = r"(?:the\s+)?[A-Z][\w'’-]*(?:\s+(?:of\s+)?[A-Z0-9][\w'’-]*)*"
_LIST_OF_NAMES = rf"{_NAME}(?:,\s+{_NAME})*,?\s+and\s+{_NAME}"

_MORE = re.compile(r"\b(?:more|fewer|less)\b(?!\s+(?:than|or)\b)\s*(?P<rest>.*)$", re.IGNORECASE)
_SIZES = {
    "bigger": "big",
    "larger": "large",
    "smaller": "small",
    "higher": "high",
    "lower": "low",
    "longer": "long",
    "shorter": "short",
    "older": "old",
    "younger": "young",
    "heavier": "heavy",
    "cheaper": "expensive",
    "dearer": "expensive",
    "wider": "wide",
    "deeper": "deep",
    "taller": "tall",
    "faster": "fast",
    "slower": "slow",
    "costlier": "expensive",
}
_SIZE = re.compile(rf"\b(?P<size>{'|'.join(_SIZES)})\b\s*(?P<rest>.*)$", re.IGNORECASE)
_OR_AFTER_COMMA = re.compile(
    r"^(?P<main>.+?)\s*[,:]\s+(?P<one>[^,]+?)\s+or\s+(?P<other>[^,?]+?)\s*\?*$", re.IGNORECASE
)
_OR_AFTER_PREPOSITION = re.compile(
    rf"^(?P<main>.+\s(?P<how>{_PREPOSITION}))\s+(?P<one>[^,]+?)\s+or\s+(?:(?P=how)\s+)?"
    r"(?P<other>[^,?]+?)\s*\?*$",
    re.IGNORECASE,
)
_THAN = re.compile(
    rf"^(?P<main>(?i:which|who|whose|{_AUXILIARY})\b.+?)\s+than\s+(?:{_PREPOSITION}\s+)?"
    rf"(?P<other>{_NAME})(?:\s+(?:did|does|do))?(?:,.*)?\s*\?*$"
)
_WHICH = re.compile(
    r"^(?P<word>which|who|whose|what)\b(?:\s+of\s+the\s+two)?\s*(?P<said>.*)$", re.IGNORECASE
)
_DIFFER = re.compile(
    rf"^(?:how|in what(?: way| respect)?s?)\s+{_AUXILIARY}\s+(?P<what>.+?)\s+"
    r"(?:differ(?:ent)?|compared?|changed?|evolved?|develop(?:ed)?|vary|moved?)\b\s*(?P<rest>.*?)\s*\?*$",
    re.IGNORECASE,
)
_FROM_TO = re.compile(
    r"^(?:from|between|in)\s+(?P<one>.+?)(?:\s+(?:through|via)\s+(?P<middle>.+?))?"
    r"\s+(?:to|and)\s+(?P<other>.+)$",
    re.IGNORECASE,
)
_AGAINST = re.compile(
    r"^(?:from|with|to|and)\s+(?P<other>.+?)(?:\s+in (?:its|their|the) \w+)?$", re.IGNORECASE
)
_DIFFER_IN = re.compile(r"^(?:in|on|over|about|as to|regarding)\s+(?P<aspect>.+)$", re.IGNORECASE)
_AND = re.compile(rf"^(?P<one>{_NAME})\s+and\s+(?P<other>{_NAME})$")
_ENDS_IN_NAME = re.compile(rf"^(?P<main>.+\s(?:in|at|of|for|after|under))\s+(?P<one>{_NAME})$")
_EACH = re.compile(
    rf"^(?P<before>.*?\b)(?P<one>{_NAME})\s+and\s+(?P<other>{_NAME})\s+each\s+(?P<after>.+?)\?*$"
)
_COMPARE_WHO = re.compile(
    rf"^(?:[Cc]ompare|[Cc]ontrast)\s+(?P<main>(?:who|what|when|where|how|which)\b.+?\s(?:in|at|of|for|by))"
    rf"\s+(?P<sides>{_LIST_OF_NAMES})\s*\.?$"
)
_ASKED_TWICE = re.compile(
    rf"^(?P<main>(?:[Hh]ow|[Ww]ho|[Ww]hat|[Ww]hen|[Ww]here)\b.+?\s(?P<how>{_PREPOSITION}))\s+"
    rf"(?P<one>{_NAME}),?\s+and\s+(?:how\s+\w+|who|what|when|where)\s+(?P<else>{_PREPOSITION})\s+"
    rf"(?P<other>{_NAME})\s*\?*$"
)
_ORDINAL = re.compile(
    r"^(?:the\s+)?(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|last"
    r"|\d+(?:st|nd|rd|th))\b",
    re.IGNORECASE,
)
_SAME_NOUN = re.compile(r"\b(?:one|that)\b", re.IGNORECASE)
_SEPARATOR = re.compile(r",\s+(?:and\s+)?|\s+and\s+")


@dataclass(frozen=True, slots=True)
class Weighing:
    """Things weighed against each other.

    Attributes:
        sides: Each as the question says it.
        questions: The question of each side.
        counted: Whether a number is asked for.
    """

    sides: tuple[str, ...]
    questions: tuple[str, ...]
    counted: bool


def plan_weighing(question: str) -> Weighing | None:
    """Read from a question what it weighs against each other.

    Args:
        question: The question, standing alone.

    Returns:
        Two sides or more with a question each, or None where nothing is weighed.
    """
    asked = question.strip()
    plan = _weigh_sizes(asked) or _weigh_differences(asked) or _weigh_repeated(asked)
    if plan is None:
        return None
    fitting = all(0 < len(side.split()) <= LONGEST_SIDE for side in plan.sides)
    return plan if fitting and len(set(plan.sides)) == len(plan.sides) else None


def _weigh_sizes(question: str) -> Weighing | None:
    """ "Which is larger, A or B?", "Did more come to A than to B?"."""
    if match := _OR_AFTER_COMMA.match(question):
        main, one, other = match["main"], match["one"], match["other"]
        if _ask_size(main, "") is None:
            return None
        noun = _noun_asked(main)
        one, other = _complete(one, other, noun), _complete(other, one, noun)
        return _sides((one, other), lambda side: _ask_size(main, side) or "", counted=True)
    if match := _OR_AFTER_PREPOSITION.match(question):
        main, one, other = match["main"], match["one"], match["other"]
        if _ask_size(main, "") is None:
            return None
        one = _complete(one, other, "")
        return _sides(
            (one, other), lambda side: _ask_size(f"{main} {side}", "") or "", counted=True
        )
    if match := _THAN.match(question):
        main, other = match["main"], match["other"]
        names = [*re.compile(_NAME).finditer(main, main.index(" "))]
        if not names or _ask_size(main, "") is None:
            return None
        one = names[-1].group(0)
        before, after = main[: names[-1].start()], main[names[-1].end() :]
        return _sides(
            (one, other), lambda side: _ask_size(f"{before}{side}{after}", "") or "", counted=True
        )
    return None


def _ask_size(main: str, side: str) -> str | None:
    """Ask for the number, or the size, that is weighed; None where none is.

    Args:
        main: The question without the sides, or with one in its place.
        side: What takes the place of "which" or "who"; empty where the side stands in it.
    """
    more = _MORE.search(main)
    match = more or _SIZE.search(main)
    if match is None:
        return None
    before, rest = main[: match.start()].strip(), match["rest"].strip(" ?")
    if more and not rest:
        return None
    counts = more is not None and not re.match(rf"{_PREPOSITION}\b", rest)
    if more:
        word = "How many" if counts else "How much"
    else:
        word = f"How {_SIZES[match['size'].lower()]}"
    which = _WHICH.match(before)
    if which is None:
        if re.fullmatch(rf"{_AUXILIARY}(?:\s+there)?", before, re.IGNORECASE):
            return f"{word} {rest}?"
        return f"{word} {rest} {before[:1].lower()}{before[1:]}?".replace("  ", " ")
    said = which["said"].split()
    if which["word"].lower() in {"which", "what", "whose"}:
        while said and not re.fullmatch(_AUXILIARY, said[0], re.IGNORECASE) and len(said) > 1:
            said = said[1:]
    auxiliary = bool(said) and re.fullmatch(_AUXILIARY, said[0], re.IGNORECASE) is not None
    verb = said[0].lower() if auxiliary else "does"
    others = " ".join(said[1:] if auxiliary else said)
    ahead, behind = (rest, "") if counts else ("", rest)
    return " ".join(f"{word} {ahead} {verb} {side} {others} {behind}".split()) + "?"


def _noun_asked(main: str) -> str:
    """The noun after "which" or "whose", if there is one: "Which depot is larger"."""
    match = _WHICH.match(main)
    if match is None or match["word"].lower() == "who":
        return ""
    nouns: list[str] = []
    for word in match["said"].split():
        if re.fullmatch(_AUXILIARY, word, re.IGNORECASE):
            return " ".join(nouns)
        nouns.append(word)
    return ""


def _complete(side: str, other: str, noun: str) -> str:
    """ "the second or the third meeting", "the one in Rome", "that of Chile": with the noun."""
    if noun and _SAME_NOUN.search(side):
        said = f"the {noun}" if re.match(r"that\b", side, re.IGNORECASE) else noun
        return _SAME_NOUN.sub(said, side, count=1)
    own, others = _ORDINAL.match(side), _ORDINAL.match(other)
    if own is not None and others is not None and own.end() == len(side):
        return side + other[others.end() :]
    return side


def _weigh_differences(question: str) -> Weighing | None:
    """ "How do A and B differ in it?", "How did it change from A to B?"."""
    match = _DIFFER.match(question)
    if match is None:
        return None
    what, rest = match["what"], match["rest"]
    both = _AND.match(what)
    if both is not None:
        aspect = _DIFFER_IN.match(rest)
        if aspect is None:
            return None
        said = aspect["aspect"]
        if re.match(r"(?:who|what|when|where|how|which)\b", said, re.IGNORECASE):
            main = f"{said[:1].upper()}{said[1:]}"
            return _sides((both["one"], both["other"]), lambda side: f"{main} in {side}?")
        return _sides((both["one"], both["other"]), lambda side: f"What is {said} of {side}?")
    if span := _FROM_TO.match(rest):
        sides = tuple(each for each in (span["one"], span["middle"], span["other"]) if each)
        return _sides(sides, lambda side: _ask_state(what, side))
    if against := _AGAINST.match(rest):
        other = against["other"]
        named = _ENDS_IN_NAME.match(what)
        if named is not None and re.fullmatch(_NAME, other):
            main = named["main"]
            return _sides((named["one"], other), lambda side: f"What was {main} {side}?")
    return None


def _ask_state(what: str, side: str) -> str:
    if side.lower() in {"today", "now"}:
        return f"What is {what} {side}?"
    return f"What was {what} {'in' if re.match(_NAME, side) else 'at'} {side}?"


def _weigh_repeated(question: str) -> Weighing | None:
    """ "How did A and B each fare?", "Compare who chaired A and B", "How many at A, and at B?"."""
    if match := _EACH.match(question):
        before, after = match["before"], match["after"]
        return _sides((match["one"], match["other"]), lambda side: f"{before}{side} {after}?")
    if match := _COMPARE_WHO.match(question):
        main = f"{match['main'][:1].upper()}{match['main'][1:]}"
        return _sides(_SEPARATOR.split(match["sides"]), lambda side: f"{main} {side}?")
    if match := _ASKED_TWICE.match(question):
        main = match["main"]
        return _sides((match["one"], match["other"]), lambda side: f"{main} {side}?")
    return None


def _sides(sides: Sequence[str], ask: Callable[[str], str], *, counted: bool = False) -> Weighing:
    return Weighing(tuple(sides), tuple(ask(side) for side in sides), counted)
