"""What came after, and what came before: the order that a sentence states.

"Which summit came after Seoul?" shares every word with "the Seoul summit came after the one at
Bletchley", which says what came before. Only the side of "after" on which a name stands tells
the two apart.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from summitqa.conversation.phrases import find_names
from summitqa.types import Evidence
from summitqa.understanding.names import unified_terms
from summitqa.understanding.question import Asked

_ASKS = re.compile(
    r"^(?:and\s+)?(?:which|what)\s+(?P<noun>(?:[\w-]+\s+){0,3}?)"
    r"(?:(?:came|comes?|was|were|is|took place|(?:was|were|is) held)\s+(?:next\s+|right\s+)?"
    r"(?P<word>after|before)|(?P<verb>followed|follows|preceded|precedes))\s+(?P<known>[^?]+)",
    re.IGNORECASE,
)
_STATES = re.compile(r"\b(?P<after>after|follow(?:s|ed|ing))\b|\b(?:before|preced(?:es|ed|ing))\b")


def asked_order(question: str) -> tuple[bool, set[str], set[str]] | None:
    """Read what a question wants to know the order of.

    Returns:
        Whether it asks for what came after, the terms of what it names, and the terms of what
        it asks for ("summit"); None where it asks for no order or names nothing.
    """
    match = _ASKS.match(question.strip())
    if match is None:
        return None
    later = (match["word"] or match["verb"]).lower().startswith(("after", "follow"))
    known = set().union(*(unified_terms(each.text) for each in find_names(match["known"])))
    noun = unified_terms(match["noun"])
    return (later, known - noun, noun) if known - noun else None


def prefer_order(asked: Asked, evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """Put the sentence first that states the order asked for, with what it names as answer.

    Args:
        asked: The question as read, standing alone.
        evidence: Evidence, best first.
    """
    order = asked_order(asked.text)
    if order is None:
        return tuple(evidence)
    later, known, noun = order
    for each in evidence:
        span = _other_side(each.sentence.text, later, known, noun)
        if span is not None:
            begin = each.sentence.start
            highest = max(evidence[0].score, each.score)
            first = replace(each, score=highest, span=(begin + span[0], begin + span[1]))
            return (first, *(rest for rest in evidence if rest is not each))
    return tuple(evidence)


def _other_side(text: str, later: bool, known: set[str], noun: set[str]) -> tuple[int, int] | None:
    """Find what stands after, or before, the known thing; None where that is not stated."""
    match = _STATES.search(text)
    if match is None:
        return None
    before, after = text[: match.start()], text[match.end() :]
    # "A after B" says of B what comes later, and of A what came earlier; "A before B" the reverse.
    known_follows = later == bool(match["after"])
    holder, other, offset = (after, before, 0) if known_follows else (before, after, match.end())
    found = unified_terms(other)
    if not known <= unified_terms(holder) or known <= found or not noun <= found:
        return None
    names = [each for each in find_names(other) if unified_terms(each.text) - known]
    if not names:
        return None
    return offset + names[0].start, offset + names[0].end
