"""Lists: the sentence that gives them whole, and the items that stand in lines of their own."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace

from summitqa.premise import asks_denial, denies
from summitqa.types import Draft, DraftSentence, Evidence, Sentence
from summitqa.understanding.names import name_terms, unified_terms
from summitqa.understanding.question import Asked
from summitqa.understanding.values import find_quantities

KIND_WEIGHT = 6.0
"""What a sentence gains that speaks of the kind of members asked for, and not of all."""
COUNTED = 2.0
"""What a list of as many items as the question says counts, beside a logarithm of others."""
MOST_DOUBLINGS = 5.0
"""A list of more than 32 names counts like one of 32."""
ONE_VALUE = frozenset({"number", "date", "yes-no"})
"""Kinds of questions that a list in lines of its own does not answer."""
FEWEST_LINES = 3
"""Lines without marks that make a list, at least."""
LONGEST_LINE = 10
"""Words of such a line, at most."""
MOST_ITEMS = 40
"""Items quoted from a list in lines, at most."""

_ITEM = re.compile(r"(?:^|\n)[ \t]*(?:[-*+•‣◦▪●○■]|\(?(?:\d{1,3}|[a-z])[.)])[ \t]+$")
_SEPARATOR = re.compile(r",\s+(?:and\s+|or\s+)?|;\s+(?:and\s+)?|\s+and\s+|\s+or\s+")
_NAMED_ITEM = re.compile(r"(?:[Tt]he\s+)?[^\W_a-z]")
_CLAUSE_END = re.compile(r":\s|\s[–—]\s|\.\s")
# "Which African countries", "what Korean companies": a capitalised word narrows the noun.
_NARROWED = re.compile(r"\b[Ww](?:hich|hat) (?P<kind>(?:[A-Z][\w-]+ ){1,3})(?:[\w-]+ )?[a-z]+s\b")
_COUNT_ASKED = re.compile(
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b", re.IGNORECASE
)


def count_items(text: str) -> int:
    """Count the items of the longest enumeration in a sentence: "A, B and C" has three."""
    longest = 0
    for clause in _CLAUSE_END.split(text):
        pieces = _SEPARATOR.split(clause)
        short = [piece for piece in pieces[1:] if 0 < len(piece.split()) <= 8]
        if short:
            longest = max(longest, len(short) + 1)
    return longest


def count_named(text: str) -> int:
    """Count the items of an enumeration that are names or figures, the first one included."""
    most = 0
    for clause in _CLAUSE_END.split(text):
        further = [
            piece
            for piece in _SEPARATOR.split(clause)[1:]
            if len(piece.split()) <= 8 and _NAMED_ITEM.match(piece)
        ]
        most = max(most, len(further) + 1 if further else 0)
    return most


def is_cut_short(asked: Asked, text: str, words: str) -> bool:
    """Tell whether words from an enumeration leave out members that the question asks for.

    Where it asks for members of a kind ("which African countries") some may be all of them.
    """
    whole, part = count_named(text), count_named(words)
    return whole > 2 and (part < 2 or (part < whole and not _NARROWED.search(asked.text)))


def rate_items(asked: Asked, text: str) -> float:
    """Say how long a list of names a sentence holds, where the question asks for one.

    "Ten countries and the European Union" counts signatories, and does not name them.

    Returns:
        The binary logarithm of the items that are names or figures, at most 5; where the
        question says how many there are ("which two"), ``COUNTED`` for as many and else 0.
    """
    if asked.kind != "list":
        return 0.0
    counted = _COUNT_ASKED.search(asked.text)
    number = find_quantities(counted.group(0)) if counted else ()
    named = count_named(text)
    if number:
        return COUNTED if int(number[0].number) in {named, count_items(text)} else 0.0
    return min(math.log2(max(1, named)), MOST_DOUBLINGS)


def denies_members(asked: Asked, text: str) -> bool:
    """Tell whether a sentence says who is not on the list that a question asks for."""
    return asked.kind == "list" and denies(text) and not asks_denial(asked.text)


def prefer_lists(asked: Asked, evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """Raise the sentences about the kind of members asked for, where the question narrows a list.

    Args:
        asked: The question as read.
        evidence: Evidence, best first.
    """
    narrowed = _NARROWED.search(asked.text)
    if asked.kind != "list" or narrowed is None:
        return tuple(evidence)
    kind = unified_terms(narrowed["kind"])
    names = [name - kind for name in name_terms(asked.text)]
    raised = [
        replace(each, score=each.score + KIND_WEIGHT * _is_of_kind(kind, names, each.sentence.text))
        for each in evidence
    ]
    return tuple(sorted(raised, key=lambda each: -each.score))


def _is_of_kind(kind: set[str], names: Sequence[set[str]], text: str) -> bool:
    """Whether a sentence speaks of the kind of members asked for: "which African countries"."""
    held = unified_terms(text)
    if not kind <= held or denies(text):
        return False
    return all(len(name & held) >= len(name) / 2 for name in names)


def keep_fitting(asked: Asked, evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """Leave out what a list does not ask for, where the best sentence enumerates.

    "Which African countries signed?" is answered by the sentence that names them; the
    sentences about other countries hold fewer of the question's terms, and those about another
    text not its name. Who did not sign is not told by the sentence that lists who did.

    Args:
        asked: The question as read.
        evidence: Evidence, best first.
    """
    if evidence and asks_denial(asked.text) and denies(evidence[0].sentence.text):
        return tuple(each for each in evidence if denies(each.sentence.text))
    if asked.kind != "list" or not evidence or count_items(evidence[0].sentence.text) < 2:
        return tuple(evidence)
    terms, first = unified_terms(asked.text), unified_terms(evidence[0].sentence.text)
    names = [name for name in name_terms(asked.text) if name <= first]

    def fits(each: Evidence) -> bool:
        told = unified_terms(each.sentence.text)
        if each is not evidence[0] and denies_members(asked, each.sentence.text):
            return False
        return len(terms & told) >= len(terms & first) and all(name <= told for name in names)

    return tuple(each for each in evidence if fits(each))


def announces(sentence: Sentence) -> bool:
    """Tell whether a sentence leaves to the lines below it what it speaks of."""
    return sentence.text.rstrip().endswith(":")


def announced_items(
    sentences: Sequence[Sentence], place: int, text: str, begin: int = 0
) -> list[Sentence]:
    """Give the items in lines of their own that a sentence announces.

    Args:
        sentences: Sentences of a document, in order.
        place: Which of them announces.
        text: The document's canonical text, or a part of it.
        begin: Where in the document ``text`` begins.

    Returns:
        Two items or more; none where the sentence announces nothing.
    """
    if not announces(sentences[place]):
        return []
    items = _items_from(sentences, place + 1, text, begin)
    if len(items) >= 2:
        return items
    lines = _lines_from(sentences, place + 1, text, begin)
    return lines if len(lines) >= FEWEST_LINES else []


def announcement(
    sentences: Sequence[Sentence], place: int, text: str, begin: int = 0
) -> Sentence | None:
    """Give the sentence that announces the list of which a sentence is an item, if it is one.

    Args:
        sentences: Sentences of a document, in order.
        place: Which of them is the item.
        text: The document's canonical text, or a part of it.
        begin: Where in the document ``text`` begins.
    """
    for at in range(place - 1, max(-1, place - MOST_ITEMS - 1), -1):
        if announces(sentences[at]):
            items = announced_items(sentences, at, text, begin)
            return sentences[at] if sentences[place] in items else None
    return None


def complete_list(asked: Asked, draft: Draft, sentences: Sequence[Sentence], text: str) -> Draft:
    """Add the items that stand in lines of their own, where several things may be asked for.

    What announces a list is never left without it.

    Args:
        asked: The question as read.
        draft: The draft; its first sentence is an item, or announces a list.
        sentences: The sentences of that sentence's document, in order.
        text: The document's canonical text.

    Returns:
        The draft with all items of that list, one source each; the draft as it was when
        there is no such list.
    """
    if not draft.sentences:
        return draft
    first = draft.sentences[0].sources[0]
    if asked.kind != "list" and (asked.kind in ONE_VALUE or not announces(first)):
        return draft
    place = next((at for at, each in enumerate(sentences) if each.start == first.start), None)
    if place is None:
        return draft
    if _is_item(text, first) and not _is_full_sentence(first):
        begin = place
        while begin > 0 and _is_item(text, sentences[begin - 1]):
            begin -= 1
        members = _items_from(sentences, begin, text)
    elif announces(first):
        members = [first, *announced_items(sentences, place, text)]
    elif head := announcement(sentences, place, text):
        members = [head, *announced_items(sentences, sentences.index(head), text)]
    else:
        return draft
    if len(members) < 2:
        return draft
    listed = tuple(DraftSentence(text=each.text, sources=(each,)) for each in members)
    # One member, or a part of one, is no short answer to what asks for all.
    short = None if asked.kind == "list" else draft.short_answer
    return replace(draft, sentences=listed, short_answer=short)


def say_announced(asked: Asked, draft: Draft, sentences: Sequence[Sentence], text: str) -> Draft:
    """Write a single item after what announces its list: "China" alone tells nothing.

    Args:
        asked: The question as read.
        draft: The draft.
        sentences: The sentences of its first sentence's document, in order.
        text: The document's canonical text.
    """
    if asked.kind == "list" or not draft.sentences:
        return draft
    quoted = draft.sentences[0]
    first = quoted.sources[0]
    if quoted.text != first.text or _is_full_sentence(first):
        return draft
    place = next((at for at, each in enumerate(sentences) if each.start == first.start), None)
    head = None if place is None else announcement(sentences, place, text)
    if head is None:
        return draft
    said = replace(quoted, text=f"{head.text} {first.text}", sources=(*quoted.sources, head))
    return replace(draft, sentences=(said, *draft.sentences[1:]))


def _is_full_sentence(sentence: Sentence) -> bool:
    """An item that says it all by itself is not a part of a list."""
    return sentence.text.rstrip().endswith(".") and len(sentence.text.split()) > 5


def _items_from(
    sentences: Sequence[Sentence], first: int, text: str, begin: int = 0
) -> list[Sentence]:
    items: list[Sentence] = []
    for sentence in sentences[first:]:
        if not _is_item(text, sentence, begin) or len(items) == MOST_ITEMS:
            break
        items.append(sentence)
    return items


def _lines_from(
    sentences: Sequence[Sentence], first: int, text: str, begin: int = 0
) -> list[Sentence]:
    """The short lines from a sentence on: what a page lists without any marks."""
    lines: list[Sentence] = []
    for sentence in sentences[first:]:
        start, end = sentence.start - begin, sentence.end - begin
        alone = text[:start].endswith("\n") and text[end : end + 1] in {"", "\n"}
        said = sentence.text.rstrip()
        short = len(said.split()) <= LONGEST_LINE and not said.endswith((".", "!", "?", ":"))
        if not (alone and short) or len(lines) == MOST_ITEMS:
            break
        lines.append(sentence)
    return lines


def _is_item(text: str, sentence: Sentence, begin: int = 0) -> bool:
    start = sentence.start - begin
    line = text[max(0, text.rfind("\n", 0, start)) : start]
    inside = _MARKER_INSIDE.match(sentence.text)
    return bool(_ITEM.search(line)) or bool(inside)


_MARKER_INSIDE = re.compile(r"[ \t]*(?:[-*+•‣◦▪●○■]|\(?(?:\d{1,3}|[a-z])[.)])[ \t]+\S")
