"""The grammar of citation markers that a language model writes, and its one parser.

    marker   = open item { sep item } close
    open     = "[" | "【" | "(" before a word such as "source"
    item     = [ "^" | word ] number [ dash number ]
    sep      = "," | ";" | "and" | "&"
    word     = "source" | "sources" | "evidence" | "ref" | "citation" | "no." | "#"

``[1,2]``, ``[1][2]``, ``[1-3]``, ``【1】``, ``[^1]``, ``[source 1]`` and ``(sources 1 and 2)`` are
all read. What is read but wrong is reported, never dropped in silence: a number that no
evidence has, a range turned round.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

LONGEST_RANGE = 20
"""Numbers a range may name; a longer one is a mistake of the model."""

_WORD = r"(?:sources?|evidence|refs?\.?|references?|citations?|cites?|nos?\.|#)"
_ITEM = rf"(?:\^|{_WORD}\s*:?\s*)?\d{{1,4}}(?:\s*[-–—]\s*\d{{1,4}})?"
_LIST = rf"{_ITEM}(?:\s*(?:,|;|&|\band\b)\s*(?:and\s+)?{_ITEM})*"
_MARKER_PATTERN = (
    rf"(?:\[\s*{_LIST}\s*\]"
    rf"|【\s*{_LIST}(?:†[^】]{{0,40}})?\s*】"
    rf"|\(\s*{_WORD}\s*:?\s*{_LIST}\s*\))"
)
_MARKER = re.compile(_MARKER_PATTERN, re.IGNORECASE)
# A marker after the full stop belongs to the sentence before it: "It began. [1]".
_AFTER_STOP = re.compile(rf"([.!?])((?:\s*{_MARKER_PATTERN})+)", re.IGNORECASE)
_RANGE = re.compile(r"(\d{1,4})(?:\s*[-–—]\s*(\d{1,4}))?")
_SPACE_BEFORE_STOP = re.compile(r"\s+([.,;:!?])")


@dataclass(frozen=True, slots=True)
class MarkedSentence:
    """A sentence of a model's text with the markers taken out.

    Attributes:
        text: The sentence without markers.
        numbers: Evidence numbers it cites, in order of first mention, all in range.
        problems: What was wrong with its markers, one phrase each.
    """

    text: str
    numbers: tuple[int, ...]
    problems: tuple[str, ...] = ()


def parse_marked_text(text: str, count: int) -> tuple[MarkedSentence, ...]:
    """Read a model's text as sentences with evidence numbers.

    Args:
        text: What the model wrote.
        count: How many pieces of evidence it was given, numbered from 1.

    Returns:
        The sentences in order. A sentence without any marker has no numbers; a marker on
        a line of its own belongs to the sentence before it.
    """
    found: list[MarkedSentence] = []
    for piece in _pieces(text):
        markers = list(_MARKER.finditer(piece))
        numbers, problems = _resolve(markers, count)
        bare = _SPACE_BEFORE_STOP.sub(r"\1", _MARKER.sub("", piece))
        bare = " ".join(bare.split()).strip("-*•# ")
        if not any(letter.isalnum() for letter in bare):
            if markers and found:
                last = found[-1]
                found[-1] = MarkedSentence(
                    last.text,
                    tuple(dict.fromkeys((*last.numbers, *numbers))),
                    (*last.problems, *problems),
                )
            continue
        found.append(MarkedSentence(bare, numbers, problems))
    return tuple(found)


def _resolve(markers: list[re.Match[str]], count: int) -> tuple[tuple[int, ...], tuple[str, ...]]:
    numbers: dict[int, None] = {}
    problems: list[str] = []
    for marker in markers:
        for match in _RANGE.finditer(marker[0].partition("†")[0]):
            first = int(match[1])
            last = int(match[2]) if match[2] else first
            if last < first or last - first > LONGEST_RANGE:
                problems.append(f"{match[0]} is not a range")
                continue
            for number in range(first, last + 1):
                if 1 <= number <= count:
                    numbers[number] = None
                else:
                    problems.append(f"{number} is no evidence")
    return tuple(numbers), tuple(problems)


def _pieces(text: str) -> list[str]:
    """Cut a text into sentences; markers after the full stop stay with their sentence."""
    from sentencex import segment

    pieces: list[str] = []
    for line in text.splitlines():
        if not line.strip():
            continue
        joined = _AFTER_STOP.sub(r"\2\1", line)
        pieces.extend(piece for piece in segment("en", joined) if piece.strip())
    return pieces
