"""The grammar of citation markers that a language model writes, and its one parser.

    marker   = open item { sep item } close
    open     = "[" | "【" | "(" before a word such as "source"
    item     = [ "^" | word ] number [ dash number ]
    sep      = "," | ";" | "/" | "|" | "and" | "&" | a space
    dash     = "-" | "–" | "to" | "…"
    word     = "source" | "evidence" | "ref" | "citation" | "passage" | "no." | "#" | ...

``[1,2]``, ``[1][2]``, ``[1-3]``, ``[1] to [3]``, ``【1】``, ``[^1]``, ``[source 1]`` and
``(sources 1 and 2)`` are all read. What is read but wrong is reported, never dropped in
silence: a number that no evidence has, a range turned round, brackets that look like a marker
and are none (``[1a]``, ``[p. 1]``), a list of sources at the end.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

LONGEST_RANGE = 20
"""Numbers a range may name; a longer one is a mistake of the model."""

_WORD = (
    r"(?:sources?|evidence|refs?\.?|references?|citations?|cites?|passages?|quotes?|quotations?|"
    r"documents?|docs?\.?|items?|notes?|nos?\.|n\.|№|#)"
)
_DASH = r"(?:[-‐‑‒–—―−]|\bto\b|\.{2,3}|…)"
_ITEM = rf"(?:\^|(?:see\s+)?{_WORD}\s*:?\s*(?:{_WORD}\s*)?)?\d{{1,4}}(?:\s*{_DASH}\s*\d{{1,4}})?"
_AND = r"(?:\s*(?:[,;/|&]|\band\b)\s*(?:and\s+)?|\s+)"
_LIST = rf"{_ITEM}(?:{_AND}{_ITEM})*"
_MARKER_PATTERN = (
    rf"(?:\[\s*{_LIST}\s*\]"
    rf"|【\s*{_LIST}(?:†[^】]{{0,40}})?\s*】"
    rf"|\(\s*(?:see\s+)?{_WORD}\s*:?\s*{_LIST}\s*\))"
)
_MARKER = re.compile(_MARKER_PATTERN, re.IGNORECASE)
# Brackets that begin like a marker and do not read as one, and such as name no number.
_NO_MARKER = re.compile(
    rf"\[\s*(?:see\s+)?(?:[-+^]|{_WORD}\s*:?|pp?\.|§)?\s*[-+]?\d[^\]\[]{{0,30}}\]"
    rf"|【[^】]{{0,60}}】|\[\s*(?:{_WORD}|citation needed|\?)?\s*\]",
    re.IGNORECASE,
)
# A marker after the full stop belongs to the sentence before it: "It began. [1]".
_AFTER_STOP = re.compile(rf"([.!?])((?:\s*{_MARKER_PATTERN})+)", re.IGNORECASE)
_RANGE = re.compile(rf"(\d{{1,4}})(?:\s*{_DASH}\s*(\d{{1,4}}))?", re.IGNORECASE)
_SPACE_BEFORE_STOP = re.compile(r"\s+([.,;:!?])")

# Other ways to write the same, put into one before anything is read.
_BRACKETS = str.maketrans("［］〔〕⟦⟧", "[][][]")
_ONE = r"\[\s*\^?\d{1,4}\s*\]"
_SPELLINGS = (
    (re.compile(r"\\([\[\]])"), r"\1"),
    (re.compile(r"<sup>\s*\[?([\d,;\s–-]{1,20})\]?\s*</sup>", re.IGNORECASE), r"[\1]"),
    (re.compile(rf"\[\s*(?:{_WORD}\s*)?({_ONE})\s*\]", re.IGNORECASE), r"\1"),
    (re.compile(rf"[`*_]+({_ONE})[`*_]+"), r"\1"),
    (re.compile(rf"\[(\d{{1,4}})\]\s*{_DASH}\s*\[(\d{{1,4}})\]", re.IGNORECASE), r"[\1-\2]"),
    (re.compile(rf"({_ONE})\s*(?:,\s*and\b|[,;&]|\band\b)\s*(?={_ONE})"), r"\1"),
    (re.compile(rf"\(\s*(?:see\s+|cf\.\s*)?({_ONE})\s*\)", re.IGNORECASE), r"\1"),
)
_SOURCES_HEADING = re.compile(
    r"\W*(?:sources?|references?|citations?|evidence|footnotes|notes|bibliography)\W*",
    re.IGNORECASE,
)
_SOURCE_LINE = re.compile(rf"\s*(?:[-*•]\s*)?(?:{_ONE}|\d{{1,3}}[.)])")
_FOOTNOTE_LINE = re.compile(r"\s*\[\s*\^?\d{1,4}\s*\]\s*:")
LIST_OF_SOURCES = "a list of sources is no answer"


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
        a line of its own belongs to the sentence before it. A line of a list of sources
        has no numbers either, and says what it is.
    """
    found: list[MarkedSentence] = []
    listing = False
    for line in text.splitlines():
        if not line.strip():
            continue
        if _SOURCES_HEADING.fullmatch(line):
            listing = True
            continue
        listing = listing and bool(_SOURCE_LINE.match(line))
        if listing or _FOOTNOTE_LINE.match(line):
            if bare := _bare(_MARKER.sub("", line)):
                found.append(MarkedSentence(bare, (), (LIST_OF_SOURCES,)))
            continue
        for piece in _pieces(_in_one_spelling(line)):
            _read(piece, count, found)
    return tuple(found)


def _read(piece: str, count: int, found: list[MarkedSentence]) -> None:
    """Read one sentence, or add the markers that stand alone to the sentence before."""
    markers = list(_MARKER.finditer(piece))
    numbers, problems = _resolve(markers, count)
    rest = _MARKER.sub("", piece)
    problems = (*problems, *(f"{each[0]} is no marker" for each in _NO_MARKER.finditer(rest)))
    bare = _bare(_NO_MARKER.sub("", rest))
    if bare:
        found.append(MarkedSentence(bare, numbers, problems))
    elif (markers or problems) and found:
        last = found[-1]
        found[-1] = MarkedSentence(
            last.text,
            tuple(dict.fromkeys((*last.numbers, *numbers))),
            (*last.problems, *problems),
        )


def _bare(text: str) -> str:
    """Tidy what is left of a sentence; empty where nothing can be read in it."""
    bare = " ".join(_SPACE_BEFORE_STOP.sub(r"\1", text).split()).strip("-*•# ").lstrip(":;, ")
    return bare if any(letter.isalnum() for letter in bare) else ""


def _in_one_spelling(line: str) -> str:
    line = line.translate(_BRACKETS)
    for pattern, replacement in _SPELLINGS:
        line = pattern.sub(replacement, line)
    return line


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


def _pieces(line: str) -> list[str]:
    """Cut a line into sentences; markers after the full stop stay with their sentence."""
    from sentencex import segment

    joined = _AFTER_STOP.sub(r"\2\1", line)
    return [piece for piece in segment("en", joined) if piece.strip()]
