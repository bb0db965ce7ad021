"""Finds a quote again in a document that may have changed since the link was made."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

State = Literal["exact", "moved", "gone", "unchecked", "none"]


@dataclass(frozen=True, slots=True)
class Located:
    """Where a linked quote stands now.

    Attributes:
        state: ``exact`` (still at its offsets), ``moved`` (elsewhere in the document),
            ``gone`` (not in the document any more), ``unchecked`` (the link carries no
            quote, so only its offsets are known) or ``none`` (nothing was linked).
        start: Offset in the document's canonical text, None when ``gone`` or ``none``.
        end: Offset past the last character, likewise.
    """

    state: State
    start: int | None = None
    end: int | None = None


def locate_quote(text: str, start: int | None, end: int | None, quote: str | None) -> Located:
    """Find the words that a link points at.

    The occurrence nearest to the old offset is taken. Differences of white space alone
    do not make a quote lost.

    Args:
        text: The document's canonical text.
        start: Offset that the link carries, if any.
        end: Offset past the last character, if any.
        quote: The words that the link carries, if any.
    """
    inside = start is not None and end is not None and 0 <= start < end <= len(text)
    if not quote:
        return Located("unchecked", start, end) if inside else Located("none")
    if inside and text[start:end] == quote:
        return Located("exact", start, end)
    words = quote.split()
    if not words:
        return Located("none")
    pattern = re.compile(r"\s+".join(re.escape(word) for word in words))
    found = [match.span() for match in pattern.finditer(text)]
    if not found:
        return Located("gone")
    best = min(found, key=lambda span: abs(span[0] - (start or 0)))
    return Located("moved", *best)
