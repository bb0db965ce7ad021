"""Capitals for a question typed without any, from the way the documents write its words.

Names are told by their capitals, and many people type none: "did russia sign the seoul
declaration". What the documents write large wherever it does not open a sentence is a name
("Russia"), and so are words that they write large side by side ("Seoul Declaration"). States
and their capitals are known without them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import TypeVar

from summitqa.conversation.words import FUNCTION_WORDS
from summitqa.understanding.names import is_state
from summitqa.understanding.references import is_capital

MOSTLY = 0.8
"""Share of its places at which a word by itself must be written large."""
OFTEN = 0.5
"""Share of their places at which two words side by side must be."""
NEEDED = 2
"""Such places, at least."""
LONGEST_STATE = 3
"""Words of a state's name, at most: "papua new guinea"."""
# Of these one form is a name and the other an everyday word: "tell us", "who", "may".
_EVERYDAY = FUNCTION_WORDS | {"us", "who", "may", "march", "will"}
_AMBIGUOUS = frozenset({"Chad", "Georgia", "Jordan", "Polish", "Turkey"})
_Form = TypeVar("_Form", str, tuple[str, str])
_Forms = dict[str, Counter[str]]
_Pairs = dict[tuple[str, str], Counter[tuple[str, str]]]
_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*?(?=['’]s\b|(?![-'’]?[^\W_]))")
# A line with no small letter, a heading and the row of a table tell nothing.
_TELLS = re.compile(r"^(?![#|]).*[^\W\d_A-Z].*$", re.MULTILINE)
_OPENS = re.compile(r"(?:^|[.!?:;•*)\]”…|]\**\s+|[\n\"“(*]\s*|[-–—]\s)$")


def is_typed_small(question: str) -> bool:
    """Tell whether a question has no capital, but for its first letter and "I"."""
    first = re.search(r"[^\W_]", question)
    rest = question[first.end() :] if first else ""
    return not any(map(str.isupper, re.sub(r"\bI\b", "", rest)))


def restore_capitals(question: str, texts: Iterable[str]) -> str:
    """Write the names in a question as texts about the same things write them.

    Args:
        question: A question without capitals.
        texts: Passages in which its words occur.

    Returns:
        The question, as long as before, with no other change than that of case.
    """
    words = list(_WORD.finditer(question))
    small = [match.group(0).lower() for match in words]
    alone, beside = _count(texts, set(small))
    written = dict(_write_states(question, words))
    for place in range(len(words) - 1):
        if not _touch(question, words[place], words[place + 1]):
            continue
        pair = _choose(beside.get((small[place], small[place + 1])), OFTEN)
        if pair is not None and all(form[:1].isupper() for form in pair):
            for at, form in zip((place, place + 1), pair, strict=True):
                if _may_be_name(small, at):
                    written[at] = form
    for place, word in enumerate(small):
        if place not in written and _may_be_name(small, place):
            usual = _choose(alone.get(word), MOSTLY)
            if usual is not None and usual != word:
                written[place] = usual
            elif is_capital(word):
                written[place] = word.title()
            elif word == "us":
                written[place] = "US"
    out, at = [], 0
    for place, match in enumerate(words):
        out += [question[at : match.start()], written.get(place, match.group(0))]
        at = match.end()
    whole = "".join([*out, question[at:]])
    first = whole[:1].upper()
    return first + whole[1:] if first.lower() == whole[:1] else whole


def _write_states(question: str, words: Sequence[re.Match[str]]) -> Iterator[tuple[int, str]]:
    """Write the states that are known without a text; the longest name first."""
    small = [match.group(0).lower() for match in words]
    done: set[int] = set()
    for length in range(LONGEST_STATE, 0, -1):
        for first in range(len(words) - length + 1):
            places = range(first, first + length)
            run = [words[place] for place in places]
            touching = all(_touch(question, *pair) for pair in pairwise(run))
            if done & set(places) or not touching:
                continue
            name = [
                word if word in FUNCTION_WORDS else word.title() for word in small[first:][:length]
            ]
            if name[0] != "the" and name[0] not in _AMBIGUOUS and is_state(" ".join(name)):
                done.update(places)
                yield from zip(places, name, strict=True)


def _may_be_name(small: Sequence[str], place: int) -> bool:
    """Tell an everyday word from a name: "tell us" from "the us"."""
    return small[place] not in _EVERYDAY or small[max(0, place - 1) : place + 1] == ["the", "us"]


def _choose(forms: Counter[_Form] | None, share: float) -> _Form | None:
    """Take the commonest form where it is common enough."""
    if not forms:
        return None
    form = max(sorted(forms, key=str), key=lambda each: forms[each])
    return form if forms[form] >= max(NEEDED, share * sum(forms.values())) else None


def _touch(text: str, one: re.Match[str], other: re.Match[str]) -> bool:
    return text[one.end() : other.start()].isspace()


def _count(texts: Iterable[str], wanted: set[str]) -> tuple[_Forms, _Pairs]:
    """Count how words are written by themselves, within sentences, and how two side by side.

    A word behind one written large is a part of its name: "United States" says nothing of states.
    """
    alone: _Forms = {}
    beside: _Pairs = {}
    for line in (match.group(0) for text in texts for match in _TELLS.finditer(text)):
        last: re.Match[str] | None = None
        last_opens = True
        for match in _WORD.finditer(line):
            form, small = match.group(0), match.group(0).lower()
            opens = bool(_OPENS.search(line[max(0, match.start() - 4) : match.start()]))
            if small in wanted:
                touching = last is not None and _touch(line, last, match)
                before = last.group(0) if last is not None and touching else ""
                if before.lower() in wanted and not last_opens:
                    beside.setdefault((before.lower(), small), Counter())[before, form] += 1
                if not before[:1].isupper() and not (opens and form[1:] == small[1:]):
                    alone.setdefault(small, Counter())[form] += 1
            last, last_opens = match, opens
    return alone, beside
