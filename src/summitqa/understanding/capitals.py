"""Capitals for a question typed without any, from the way the documents write its words.

Names are told by their capitals, and many people type none: "did russia sign the seoul
declaration". What the documents write large wherever it does not open a sentence is a name
("Russia"), and so are words that they write large side by side ("Seoul Declaration").
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TypeVar

from summitqa.conversation.words import FUNCTION_WORDS
from summitqa.understanding.names import is_state

MOSTLY = 0.8
"""Share of its places at which a word by itself must be written large."""
NEEDED = 2
"""Such places, at least."""
OFTEN = 0.5
"""Share of their places at which two words side by side must be."""
# Of these one form is a name and the other an everyday word: "tell us", "who", "may".
_EVERYDAY = FUNCTION_WORDS | {"us", "who", "may", "march", "will", "s", "turkey", "chad", "polish"}
_Form = TypeVar("_Form", str, tuple[str, str])
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_HEADING = re.compile(r"^#.*$", re.MULTILINE)
_OPENS = re.compile(r"(?:^|[.!?:;•|]\s+|[\n\"“(]\s*|[-–—]\s)$")


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
    alone, inside, beside = _count(texts, set(small))
    written: dict[int, str] = {}
    for place in range(len(words) - 1):
        if not _touch(question, words[place], words[place + 1]):
            continue
        pair = _choose(beside.get((small[place], small[place + 1])), 1, OFTEN)
        if pair is not None and all(form[:1].isupper() for form in pair):
            for at, form in zip((place, place + 1), pair, strict=True):
                if _may_be_name(small, at):
                    written[at] = form
    for place, word in enumerate(small):
        if place in written or not _may_be_name(small, place):
            continue
        usual = _choose(alone.get(word) or inside.get(word), NEEDED, MOSTLY)
        if usual in {None, word}:
            usual = next((form for form in (word.title(), word.upper()) if is_state(form)), word)
        if usual is not None and usual != word:
            written[place] = usual
    out, at = [], 0
    for place, match in enumerate(words):
        out += [question[at : match.start()], written.get(place, match.group(0))]
        at = match.end()
    whole = "".join([*out, question[at:]])
    first = whole[:1].upper()
    return first + whole[1:] if first.lower() == whole[:1] else whole


def _may_be_name(small: Sequence[str], place: int) -> bool:
    """Tell an everyday word from a name: "tell us" from "the us"."""
    word = small[place]
    named_by_article = word == "us" and place > 0 and small[place - 1] == "the"
    return word not in _EVERYDAY or named_by_article


def _choose(forms: Counter[_Form] | None, needed: int, share: float) -> _Form | None:
    """Take the commonest form where it is common enough."""
    if not forms:
        return None
    form = max(sorted(forms, key=str), key=lambda each: forms[each])
    return form if forms[form] >= max(needed, share * sum(forms.values())) else None


def _touch(text: str, one: re.Match[str], other: re.Match[str]) -> bool:
    return text[one.end() : other.start()].isspace()


_Forms = dict[str, Counter[str]]


def _count(
    texts: Iterable[str], wanted: set[str]
) -> tuple[_Forms, _Forms, dict[tuple[str, str], Counter[tuple[str, str]]]]:
    """Count how words are written by themselves, behind one written large, and two side by side.

    A word behind one written large is a part of its name: "United States" says nothing of states.
    """
    alone: _Forms = {}
    inside: _Forms = {}
    beside: dict[tuple[str, str], Counter[tuple[str, str]]] = {}
    for text in texts:
        plain = _HEADING.sub("", text)
        last: re.Match[str] | None = None
        for match in _WORD.finditer(plain):
            form, small = match.group(0), match.group(0).lower()
            if small in wanted:
                touching = last is not None and _touch(plain, last, match)
                before = last.group(0) if last is not None and touching else ""
                if before.lower() in wanted:
                    pair = (before.lower(), small)
                    beside.setdefault(pair, Counter())[before, form] += 1
                opens = _OPENS.search(plain[max(0, match.start() - 4) : match.start()])
                if not (opens and form[1:] == small[1:]):
                    forms = inside if before[:1].isupper() else alone
                    forms.setdefault(small, Counter())[form] += 1
            last = match
    return alone, inside, beside
