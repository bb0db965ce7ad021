"""Find where sentences end in a stretch of running text.

`sentencex` proposes the ends; what it does not know is put right here: abbreviations of
official papers, marks that close what a sentence opened, and sentences within brackets.
Spans are half-open offsets in code points; together they cover the stretch without a gap.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_TAIL_CHARACTERS = 200
_LOOK_AHEAD = 40
# Sentences are sought in windows, which bounds the work on odd text.
_WINDOW_CHARACTERS = 200_000
# A piece longer than this is joined to no other.
_MAX_JOINED_CHARACTERS = 1200

_BEFORE = r"(?:^|[\s(\[“\"‘'/])"
# Words that stand before a name or the rest of the sentence, and never at its end.
_NEVER_LAST = re.compile(
    _BEFORE + r"(?:(?:Amb|Mr|Mrs|Ms|Mx|Dr|Prof|Sen|Rep|Gov|Gen|Col|Lt|Hon|H\.E|Msgr|Attn)"
    r"|(?i:eds?|approx|ca|cf|incl|resp|tel|fax|govt))\.\s*$"
)
# Words that may end a sentence, but not before a small letter, a figure or a sign: "6 bn."
_SELDOM_LAST = re.compile(
    _BEFORE + r"(?:[€$£¥]?\d[\d.,]*\s?)?(?:bn|mn|tn|mio|mrd|min|max|avg|intl|natl|univ|ext|docs?"
    r"|dept|est|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\.\s*$",
    re.IGNORECASE,
)
# Words that a number follows: "Art. 5", "para. IV", "No. B".
_NUMBERED = re.compile(
    _BEFORE + r"(?:paras?|arts?|secs?|nos?|figs?|pp?|vols?|chs?|annex|cl|reg)\.\s*$",
    re.IGNORECASE,
)
_GOES_ON = re.compile(r"\s*[a-z\d€$£¥+(\[§]")
_NUMBER = re.compile(
    r"\s*(?:(?:[IVXLCDM]{2,}|[B-HJ-Z]|[A-Z]\d+)(?!\.\w)\b|[AI](?:[.,;:)\]]|$)(?!\w))"
)
# A bare number such as "2.1." opens a clause; it is not a sentence of its own.
_BARE_NUMBER = re.compile(r"^[(\[]?(?:\d+(?:\.\d+)*|[ivxIVX]+|[a-zA-Z])[.)\]]*\s*$")
_LABEL = re.compile(
    r"^(?:objective|article|section|chapter|principle|part|annex|appendix|step|phase|table"
    r"|figure|paragraph|commitment|outcome|pillar)\s+[\divxIVX.]+\s*$",
    re.IGNORECASE,
)
# What closes a sentence and stands after its end: brackets, quotation marks, emphasis.
_CLOSERS = re.compile(r"(?:[)\]}”’»]|\*{1,3}|_{1,3})+(?=\s|$)")
# The end of a bracket that holds a sentence, before what can open the next one.
_BRACKET_END = re.compile(r"[.!?…][”’\"']?[)\]](?:[”’\"'*]{0,3})\s+(?=[“\"‘'(\[*]{0,3}[^\W_a-z])")
# "U.S.", "e.g.", "B.": no full stop of a sentence for certain.
_DOTTED = re.compile(r"(?:^|[\s(\[.])[^\W\d]\.$")
_NO_BRACKET_END = (_NEVER_LAST, _SELDOM_LAST, _NUMBERED, _DOTTED)
_FEWEST_WORDS = 3


def sentence_ends(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut ``text[start:end]`` into sentences, spaces included, in order and without gaps."""
    pending = start
    for left, right in _closed(text, start, end):
        if right < end and _is_unfinished(text, pending, right, end):
            continue
        for cut in _bracket_ends(text, max(left, pending), right):
            yield pending, cut
            pending = cut
        yield pending, right
        pending = right
    if pending < end:
        yield pending, end


def _closed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Give what closes a sentence to the sentence that it closes."""
    opened = start
    for _, boundary in _boundaries(text, start, end):
        last = boundary
        while last > opened and text[last - 1].isspace():
            last -= 1
        # Only right behind the mark: "he said. *The next*" opens something.
        closers = _CLOSERS.match(text, last, min(end, last + _LOOK_AHEAD))
        right = max(boundary, closers.end()) if closers else boundary
        if right > opened:
            yield opened, right
            opened = right
    if opened < end:
        yield opened, end


def _is_unfinished(text: str, start: int, end: int, limit: int) -> bool:
    """Tell whether a piece ends in an abbreviation or inside a word, or is a number or label."""
    if end - start > _MAX_JOINED_CHARACTERS:
        return False
    # "OECD.AI", "gov.uk": a full stop inside a word.
    if text[end - 1] == "." and text[end : end + 1].isalnum():
        return True
    tail = text[max(start, end - _TAIL_CHARACTERS) : end]
    if _NEVER_LAST.search(tail):
        return True
    ahead = text[end : min(limit, end + _LOOK_AHEAD)]
    if _NUMBERED.search(tail) and (_GOES_ON.match(ahead) or _NUMBER.match(ahead)):
        return True
    if _SELDOM_LAST.search(tail) and _GOES_ON.match(ahead):
        return True
    piece = text[start:end].strip()
    return bool(_BARE_NUMBER.match(piece) or _LABEL.match(piece))


def _bracket_ends(text: str, start: int, end: int) -> Iterator[int]:
    """Say where a sentence in brackets ends one that sentencex took to go on."""
    opened = start
    for match in _BRACKET_END.finditer(text, start, end):
        if match.end() < end and _holds_sentence(text, opened, match.start() + 1):
            yield match.end()
            opened = match.end()


def _holds_sentence(text: str, start: int, end: int) -> bool:
    """Tell whether the bracket that closes at ``end`` ends a sentence: "(See annex 2 above.)".

    One that opens the sentence does; one within it does if it holds some words and its last
    is no abbreviation, as in "(e.g. the U.S.) Department".
    """
    first = max(text.rfind(mark, start, end) for mark in "([")
    if first < 0:
        return False
    content = text[first + 1 : end]
    if not any(letter.isalnum() for letter in content):
        return False
    if not any(letter.isalnum() for letter in text[start:first]):
        return True
    if len(content.split()) < _FEWEST_WORDS:
        return False
    tail = content[-_TAIL_CHARACTERS:]
    return not any(each.search(tail) for each in _NO_BRACKET_END)


def _boundaries(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Find the boundaries of a block, window by window, cut at a space."""
    while end - start > _WINDOW_CHARACTERS:
        limit = start + _WINDOW_CHARACTERS
        cut = text.rfind(" ", start + 1, limit)
        cut = cut + 1 if cut > 0 else limit
        yield from _window_boundaries(text, start, cut)
        start = cut
    yield from _window_boundaries(text, start, end)


def _window_boundaries(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Ask sentencex for the boundaries; line breaks inside a block do not count."""
    from sentencex import get_sentence_boundaries

    block = re.sub(r"[\n\r\t\x0b\x0c\u2028\u2029]", " ", text[start:end])
    covered = 0
    for boundary in get_sentence_boundaries("en", block):
        left, right = boundary["start_index"], boundary["end_index"]
        if right <= covered:
            continue
        yield start + covered, start + max(right, left)
        covered = right
    if covered < end - start:
        yield start + covered, end
