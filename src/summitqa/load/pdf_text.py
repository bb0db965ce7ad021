"""From the lines of a PDF's pages to canonical text: paragraphs, headings, whole words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from summitqa.load.pdf_layout import Line

_WORD = re.compile(r"\w+(?:-\w+)*")
# PDFium gives U+0002 for a hyphen that it takes to be one of a broken word.
_BROKEN = re.compile(r"(?P<left>\S*\w)(?P<mark>[-\x02\xad\u2010])$")
_ENDS_SENTENCE = re.compile(r"[.!?:;…]['\"”’)\]]*$")
# After these a sentence goes on, whatever the next word begins with.
_OPEN_WORDS = frozenset(
    "a an the of to in on at by for from with into between under over as and or nor but that"
    " which who whose than is are was were be been has have had will would shall should may"
    " must can our its their his her this these those said".split()
)
# A last line of this share of the usual width, and of some length, is full.
_FULL_LINE = 0.8
_SHORTEST_FULL_LINE = 40
_OPENS_SENTENCE = re.compile(r"[“\"‘'(\[]?[^\W\d_a-z]")
# Where a document breaks words at all, about a line in ten ends in a hyphen; where it does not,
# only a compound that happens to stand there does.
_BREAKS_A_LINE = 0.03
# What follows a hyphen in compounds and ends no word that is written as one.
_SECOND_PARTS = frozenset(
    "based driven level making oriented party related scale sharing specific term".split()
)
_HEADING_SIZE = 1.12
_SAME_SIZE = 0.06
_MAX_HEADING = 200
_MAX_BOLD_HEADING = 100
_MOST_IN_HEADINGS = 0.3
_MAX_LEVELS = 4
_MAX_HEADING_LINES = 6
_PARAGRAPH_GAP = 1.3
_NOTE_SIZE = 0.93
_NOTE_MARK = re.compile(r"\s?(?:[\d⁰¹²³⁴⁵⁶⁷⁸⁹]|[*†‡])")


@dataclass(frozen=True, slots=True)
class _Style:
    """What sizes mean in one document.

    Attributes:
        body: Font size of the running text.
        levels: Font sizes of headings, largest first.
        bold_headings: Whether a short bold line is a heading.
        pitch: Usual distance of the running text's lines.
        width: Characters of a usual full line of the running text.
    """

    body: float
    levels: tuple[float, ...]
    bold_headings: bool
    pitch: float
    width: int


@dataclass(frozen=True, slots=True)
class _Words:
    """What is known of the words of one document.

    Attributes:
        counts: How often each word occurs, in small letters; a hyphenated one is one word.
        are_broken: Whether the document breaks words at the ends of its lines.
    """

    counts: Counter[str]
    are_broken: bool


def join_lines(pages: Sequence[Sequence[Line]]) -> tuple[str, tuple[int, ...]]:
    """Join the lines of all pages.

    Returns:
        The text, and the offset at which each page starts in it. A sentence that runs on
        over a page break stays one sentence.
    """
    style = _find_style(pages)
    words = _find_words(pages)
    parts: list[str] = []
    starts: list[int] = []
    length = 0
    last = ""
    for lines in pages:
        blocks = _page_text(lines, style, words)
        if last and blocks:
            separator = "\n\n"
            if _goes_over(last, blocks, style):
                separator = "\n"
                parts[-1], blocks = _mend_over(last, blocks, words)
                length += len(parts[-1]) - len(last)
                last = parts[-1]
            if blocks:
                parts.append(separator)
                length += len(separator)
        starts.append(length)
        if blocks:
            parts.append(blocks)
            length += len(blocks)
            last = blocks
    return "".join(parts), tuple(starts)


def _goes_over(text: str, following: str, style: _Style) -> bool:
    """Tell whether a page's last sentence goes on at the head of the next page."""
    block, _, last = text.rpartition("\n\n")[2].rpartition("\n")
    if (block or last).startswith("#"):
        return False
    first = following.partition("\n")[0]
    is_note = _NOTE_MARK.match(block or last) is not None
    return _runs_on(last, first, 0 if is_note else style.width)


def _mend_over(text: str, following: str, words: _Words) -> tuple[str, str]:
    """Put a word together that is broken between two pages."""
    broken = _BROKEN.search(text)
    line, end, below = following.partition("\n")
    if broken is None or (rest := _taken_over(broken, line, words)) is None:
        return text, following
    return text[: broken.start()] + rest[0], rest[1] + end * bool(rest[1]) + below


def _is_finished(text: str) -> bool:
    return _ENDS_SENTENCE.search(text[-5:]) is not None


def _runs_on(text: str, following: str, width: int = 0) -> bool:
    """Tell whether a sentence goes on over a gap.

    Args:
        text: The line before the gap.
        following: The line after it.
        width: Characters of a full line. If given, a sentence also goes on with a capital
            letter, where the line before it is full or ends in a word such as "the".
    """
    if _is_finished(text):
        return False
    if following[:1].islower():
        return True
    # Words set apart by a gap are a running head or a table.
    if not width or not _OPENS_SENTENCE.match(following) or "  " in following:
        return False
    last = text.split()[-1] if text.split() else ""
    if last.endswith(",") or last.lower() in _OPEN_WORDS:
        return True
    is_full = len(text) >= max(_SHORTEST_FULL_LINE, _FULL_LINE * width) and "/" not in last
    return is_full and (len(following) >= width / 2 or _is_finished(following))


def _find_words(pages: Sequence[Sequence[Line]]) -> _Words:
    counts = Counter(
        word.lower() for lines in pages for line in lines for word in _WORD.findall(line.text)
    )
    long = ends = broken = compounds = 0
    for lines in pages:
        for line, following in pairwise(lines):
            long += len(line.text) >= _SHORTEST_FULL_LINE / 2
            end = _BROKEN.search(line.text)
            right = _WORD.match(following.text)
            if end is None or right is None or not following.text[:1].islower():
                continue
            left = _WORD.findall(end.group("left"))[-1].lower()
            if "/" in end.group("left"):
                continue
            ends += 1
            whole, apart = counts[left + right.group(0)], counts[f"{left}-{right.group(0)}"]
            broken += whole > apart
            compounds += apart > whole
    return _Words(counts, broken > compounds or ends > _BREAKS_A_LINE * long)


def _find_style(pages: Sequence[Sequence[Line]]) -> _Style:
    sizes: Counter[float] = Counter()
    bold = total = 0
    pitches: list[float] = []
    for lines in pages:
        for before, line in zip([None, *lines], lines, strict=False):
            if not line.size or line.turned:
                continue
            sizes[_rounded(line.size)] += len(line.text)
            total += len(line.text)
            bold += len(line.text) if line.bold else 0
            if before is not None and before.column == line.column:
                pitch = before.bottom - line.bottom
                if 0 < pitch < 4 * line.size:
                    pitches.append(pitch)
    body = sizes.most_common(1)[0][0] if sizes else 0.0
    larger = sorted((size for size in sizes if size > _HEADING_SIZE * body), reverse=True)
    levels: list[float] = []
    for size in larger:
        if not levels or size < levels[-1] * (1 - _SAME_SIZE):
            levels.append(size)
    in_headings = sum(sizes[size] for size in larger)
    if not body or in_headings > _MOST_IN_HEADINGS * total:
        levels = []
    return _Style(
        body=body,
        levels=tuple(levels),
        bold_headings=0 < bold < _MOST_IN_HEADINGS * total,
        pitch=median(pitches) if pitches else 0.0,
        width=_usual_width(pages, body),
    )


def _usual_width(pages: Sequence[Sequence[Line]], body: float) -> int:
    """Give the length that a quarter of the running text's lines reach."""
    lengths = sorted(
        len(line.text)
        for lines in pages
        for line in lines
        if line.size and _rounded(line.size) == body and not line.turned
    )
    return lengths[len(lengths) * 3 // 4] if lengths else 0


def _rounded(size: float) -> float:
    return round(size * 2) / 2


def _level(line: Line, style: _Style) -> int:
    """Give the level of a heading set larger than the running text; 0 for other lines."""
    if not style.levels or line.turned or not 0 < len(line.text) <= _MAX_HEADING:
        return 0
    if not any(letter.isalnum() for letter in line.text):
        return 0
    size = _rounded(line.size)
    if size <= _HEADING_SIZE * style.body:
        return 0
    for place, known in enumerate(style.levels[:_MAX_LEVELS], start=1):
        if size >= known * (1 - _SAME_SIZE):
            return place
    return min(_MAX_LEVELS, len(style.levels))


def _is_bold_heading(lines: Sequence[Line], place: int, style: _Style) -> bool:
    """Tell whether a line of running size is a heading: bold, short, and on its own."""
    line = lines[place]
    if not style.bold_headings or not line.bold or len(line.text) > _MAX_BOLD_HEADING:
        return False
    if line.text[-1:] in ".,;:" or not line.text[:1].isalnum() or line.text[:1].islower():
        return False
    if line.size < 0.95 * style.body:
        return False
    parted = place == 0 or _gap(lines[place - 1], line, style) or lines[place - 1].bold
    following = lines[place + 1] if place + 1 < len(lines) else None
    return bool(parted) and following is not None and not following.bold


def _page_text(lines: Sequence[Line], style: _Style, words: _Words) -> str:
    blocks: list[str] = []
    paragraph: list[Line] = []
    notes: list[str] = []

    def close() -> None:
        if not paragraph:
            return
        text = _mend([line.text for line in paragraph], words)
        is_note = all(line.size < _NOTE_SIZE * style.body for line in paragraph)
        if is_note and _NOTE_MARK.match(text):
            notes.append(text)
        else:
            blocks.extend([*notes, text])
            notes.clear()
        paragraph.clear()

    place = 0
    while place < len(lines):
        line = lines[place]
        level = _level(line, style)
        if level:
            end = place + 1
            while end < len(lines) and _same_heading(lines, place, end, level, style):
                end += 1
            close()
            blocks.extend(notes)
            notes.clear()
            title = _mend([each.text for each in lines[place:end]], words)
            blocks.append(f"{'#' * level} {' '.join(title.split())}")
            place = end
            continue
        if _is_bold_heading(lines, place, style):
            close()
            blocks.extend(notes)
            notes.clear()
            depth = min(_MAX_LEVELS, len(style.levels)) + 1
            blocks.append(f"{'#' * depth} {' '.join(line.text.split())}")
            place += 1
            continue
        if paragraph and _starts_paragraph(lines[place - 1], line, style):
            close()
        paragraph.append(line)
        place += 1
    close()
    # Notes at the foot of a page come before a paragraph that goes on over the page, so that
    # its sentence stays whole.
    cut = len(blocks)
    if notes and blocks and not blocks[-1].startswith("#") and not _is_finished(blocks[-1]):
        cut -= 1
    return "\n\n".join([*blocks[:cut], *notes, *blocks[cut:]])


def _same_heading(lines: Sequence[Line], first: int, place: int, level: int, style: _Style) -> bool:
    before, line = lines[place - 1], lines[place]
    return (
        place - first < _MAX_HEADING_LINES
        and _level(line, style) == level
        and line.column == before.column
        and 0 < before.bottom - line.bottom < 1.9 * line.size
    )


def _gap(before: Line, line: Line, style: _Style) -> bool:
    """Tell whether there is more than the usual distance between two lines."""
    if before.column != line.column or line.bottom > before.bottom:
        return True
    return bool(style.pitch) and before.bottom - line.bottom > _PARAGRAPH_GAP * style.pitch


def _starts_paragraph(before: Line, line: Line, style: _Style) -> bool:
    if not line.size or not before.size:
        return False
    if abs(line.size - before.size) > 0.15 * before.size:
        return not _runs_on(before.text, line.text)
    is_next_column = before.column != line.column
    width = style.width if is_next_column else 0
    return _gap(before, line, style) and not _runs_on(before.text, line.text, width)


def _mend(lines: Sequence[str], words: _Words) -> str:
    """Join lines; a word broken at the end of a line becomes whole on that line."""
    mended: list[str] = []
    for line in lines:
        broken = _BROKEN.search(mended[-1]) if mended else None
        if broken and (rest := _taken_over(broken, line, words)) is not None:
            word, rest_of_line = rest
            mended[-1] = mended[-1][: broken.start()] + word
            if rest_of_line:
                mended.append(rest_of_line)
            continue
        mended.append(line)
    return "\n".join(mended).replace("\x02", "-")


def _taken_over(broken: re.Match[str], following: str, words: _Words) -> tuple[str, str] | None:
    """Put a broken word together; None when the mark is no hyphen of a broken word."""
    right, _, rest = following.partition(" ")
    left, mark = broken.group("left"), broken.group("mark")
    if not right[:1].isalnum():
        return None
    begin = _WORD.findall(left)[-1].lower()
    end = match.group(0).lower() if (match := _WORD.match(right)) else ""
    counts = words.counts
    whole, hyphenated = counts[begin + end], counts[f"{begin}-{end}"]
    if mark == "\xad":
        keeps = False
    elif "/" in left or "@" in left or "/" in right or not right[:1].islower():
        keeps = True
    elif whole or hyphenated:
        keeps = hyphenated > whole
    elif not words.are_broken or "-" in left.rpartition(" ")[2]:
        keeps = True
    else:
        # Two words that the document also has apart are a compound, not a broken word.
        apart = min(len(begin), len(end)) > 3 and counts[begin] > 1 and counts[end] > 1
        keeps = apart or (len(begin) > 3 and end in _SECOND_PARTS)
    return f"{left}{'-' if keeps else ''}{right}", rest.lstrip()
