"""Split a document into passages and sentences with exact offsets.

A document's canonical text is cut into blocks (headings, list items, table rows,
paragraphs), each block into sentences (`summitqa.sentence_ends`; a table row is one), and
the sentences are gathered into passages. Nothing is searched for afterwards: every offset
is carried along from the first cut, so ``document.text[start:end] == text`` holds by
construction and every non-space character lies in a passage.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from summitqa.sentence_ends import sentence_ends
from summitqa.settings import Settings
from summitqa.types import Document, Passage, Sentence

SPLITTER_VERSION = 2

_TOKEN = re.compile(r"\w+|[^\w\s]")
_HEADING = re.compile(r"(#{1,6})[ \t]+")
# A line longer than this is running text, whatever stands before it.
_MAX_HEADING_CHARACTERS = 1000
_LIST_MARKER = re.compile(r"[ \t]*(?:[-*+•‣◦▪●○■]|\(?(?:\d{1,3}|[a-z]|[ivx]{1,5})[.)])[ \t]+")
_QUOTE_MARKER = re.compile(r"[ \t]*(?:>[ \t]?)+")
_SENTENCE_END = re.compile(r"[.!?…:;]['\"”’)\]]*$")
# A line that only separates: a rule, or the dashes below the head of a Markdown table.
_RULE = re.compile(r"(?:[-*_=|:+][ \t]*){3,}")
_MAX_SENTENCE_CHARACTERS = 1200
# A passage of words or marks without end is cut by its length.
_MAX_CHARACTERS_A_TOKEN = 40


@dataclass(frozen=True, slots=True)
class _Block:
    """A stretch of text that no sentence crosses."""

    start: int
    end: int
    headings: tuple[str, ...]
    is_heading: bool = False
    is_row: bool = False


def splitting_fingerprint(settings: Settings) -> str:
    """Name everything that decides where the cuts fall."""
    return (
        f"split-{SPLITTER_VERSION}-{settings.passage_tokens}-{settings.passage_overlap_sentences}"
    )


def count_tokens(text: str) -> int:
    """Count words and punctuation marks, the unit of ``settings.passage_tokens``."""
    return sum(1 for _ in _TOKEN.finditer(text))


def split_document(
    document: Document, settings: Settings
) -> tuple[tuple[Passage, ...], tuple[Sentence, ...]]:
    """Split a document.

    Args:
        document: The document; its ``text`` is what offsets count in.
        settings: ``passage_tokens`` and ``passage_overlap_sentences`` are used.

    Returns:
        Passages and sentences in reading order. A heading is a sentence of its own and
        stands at the head of the passage that follows it.
    """
    blocks = list(_blocks(document.text))
    sentences: list[Sentence] = []
    heads: set[int] = set()
    for block in blocks:
        for start, end in _sentence_spans(document.text, block):
            if block.is_heading:
                heads.add(len(sentences))
            sentences.append(_sentence(document, start, end, block.headings))
    passages = tuple(_gather(document, sentences, heads, settings))
    return passages, tuple(sentences)


def is_heading(sentence: Sentence) -> bool:
    """Tell whether a sentence is a heading line: it is the last of its own headings."""
    return sentence.headings[-1:] == (sentence.text,)


def _page_of(document: Document, offset: int) -> int | None:
    if not document.page_starts:
        return None
    return max(1, bisect_right(document.page_starts, offset))


def _sentence(document: Document, start: int, end: int, headings: tuple[str, ...]) -> Sentence:
    return Sentence(
        document=document.id,
        start=start,
        end=end,
        text=document.text[start:end],
        headings=headings,
        page=_page_of(document, start),
    )


def _lines(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        yield start, end
        start = end + 1


def _blocks(text: str) -> Iterator[_Block]:
    """Cut the text into blocks; hard-wrapped lines of one paragraph stay together."""
    path: list[tuple[int, str]] = []
    open_start = open_end = last_start = -1
    fenced = in_table = False
    longest = 0

    def titles() -> tuple[str, ...]:
        return tuple(title for _, title in path)

    for start, end in _lines(text):
        line = text[start:end]
        stripped = line.strip()
        if stripped.startswith(("```", "~~~")):
            fenced = not fenced
        heading = None if fenced or len(line) > _MAX_HEADING_CHARACTERS else _HEADING.match(line)
        is_rule = _RULE.fullmatch(stripped) is not None
        in_table = "|" in stripped and (
            in_table or is_rule or _is_table_rule(text, end + 1) or stripped.startswith("|")
        )
        closes = (
            not stripped
            or heading is not None
            or is_rule
            or in_table
            or _LIST_MARKER.match(line) is not None
            or (open_start >= 0 and _breaks_after(text[last_start:open_end], stripped, longest))
        )
        if closes and open_start >= 0:
            yield _Block(open_start, open_end, titles())
            open_start, longest = -1, 0
        if not stripped or is_rule:
            continue
        if heading:
            level, title = len(heading.group(1)), line[heading.end() :].rstrip(" \t#").strip()
            path = [(other, name) for other, name in path if other < level]
            path.append((level, title))
            yield _Block(start, end, titles(), is_heading=True)
            continue
        if in_table:
            yield _Block(start, end, titles(), is_row=True)
            continue
        if open_start < 0:
            open_start = start
        last_start, open_end = start, end
        longest = max(longest, len(stripped))
    if open_start >= 0:
        yield _Block(open_start, open_end, titles())


def _is_table_rule(text: str, start: int) -> bool:
    """Tell whether the line at an offset is the rule below the head of a Markdown table."""
    stop = text.find("\n", start)
    line = text[start : len(text) if stop < 0 else stop].strip()
    return "|" in line and "-" in line and _RULE.fullmatch(line) is not None


def _breaks_after(line: str, following: str, longest: int) -> bool:
    """Tell whether a short line ends a block, as a title above running text does."""
    last = line.strip()
    return (
        len(last) < 0.6 * max(longest, len(following), 60)
        and len(last) < 60
        and not _SENTENCE_END.search(last)
        and last[-1:] not in ",-–—"
        and (following[:1].isupper() or following[:1].isdigit())
        and (not last.split()[-1].islower() or len(last.split()) <= 4)
    )


def _sentence_spans(text: str, block: _Block) -> Iterator[tuple[int, int]]:
    """Give the spans of a block's sentences, without the mark of a heading or list item."""
    start, end = block.start, block.end
    if block.is_heading:
        match = _HEADING.match(text, start, end)
        title = text[match.end() : end].rstrip(" \t#") if match else ""
        if match and title.strip():
            yield _trim(text, match.end(), match.end() + len(title))
        return
    if block.is_row and end - start <= _MAX_SENTENCE_CHARACTERS:
        yield _trim(text, start, end)
        return
    for pattern in (_QUOTE_MARKER, _LIST_MARKER):
        marker = pattern.match(text, start, end)
        if marker:
            start = marker.end()
    for left, right in sentence_ends(text, start, end):
        yield from _bounded(text, *_trim(text, left, right))


def _bounded(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut an over-long sentence at the last space before the limit."""
    while end - start > _MAX_SENTENCE_CHARACTERS:
        limit = start + _MAX_SENTENCE_CHARACTERS
        cut = max(text.rfind(mark, start + _MAX_SENTENCE_CHARACTERS // 2, limit) for mark in ";\n")
        if cut < 0:
            cut = text.rfind(" ", start + 1, limit)
        cut = limit if cut <= start else cut + 1
        yield _trim(text, start, cut)
        start, end = _trim(text, cut, end)
    if start < end:
        yield start, end


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _gather(
    document: Document, sentences: list[Sentence], heads: set[int], settings: Settings
) -> Iterator[Passage]:
    """Gather sentences into passages; a heading opens a new one."""
    sizes = [count_tokens(sentence.text) for sentence in sentences]
    first = 0
    covered = 0
    longest = settings.passage_tokens * _MAX_CHARACTERS_A_TOKEN
    if not sentences:
        yield from _marks(document, 0, len(document.text))
    while first < len(sentences):
        last, size = first, 0
        body = False
        while last < len(sentences):
            if last in heads and body:
                break
            if body and size + sizes[last] > settings.passage_tokens:
                break
            if last > first and sentences[last].end - sentences[first].start > longest:
                break
            size += sizes[last]
            body = body or last not in heads
            last += 1
        start = _passage_start(document.text, sentences[first].start, covered)
        if sentences[first].start - start > longest:
            yield from _marks(document, start, sentences[first].start)
            start = sentences[first].start
        end = sentences[last - 1].end
        after = len(document.text.rstrip()) if last == len(sentences) else end
        if after - end <= longest:
            end = max(end, after)
        opener = next((i for i in range(first, last) if i not in heads), first)
        yield _passage(document, start, end, sentences[opener].headings, sentences[opener].start)
        if after > end:
            yield from _marks(document, end, after)
        covered = end
        if last >= len(sentences):
            break
        first = _overlap_start(last, first, heads, sizes, settings)


def _marks(document: Document, start: int, end: int) -> Iterator[Passage]:
    """Put a stretch that holds no sentence, such as a thousand rules, into passages."""
    for left, right in _bounded(document.text, *_trim(document.text, start, end)):
        yield _passage(document, left, right, (), left)


def _passage(
    document: Document, start: int, end: int, headings: tuple[str, ...], anchor: int
) -> Passage:
    return Passage(
        document=document.id,
        start=start,
        end=end,
        text=document.text[start:end],
        headings=headings,
        page=_page_of(document, anchor),
    )


def _passage_start(text: str, start: int, covered: int) -> int:
    """Move back over marks ("# ", "- ") that belong to no sentence and no passage yet."""
    return _trim(text, covered, start)[0] if covered < start else start


def _overlap_start(
    last: int, first: int, heads: set[int], sizes: list[int], settings: Settings
) -> int:
    """Say where the next passage starts: a little before the end of this one."""
    if last in heads:
        return last
    start = last
    for _ in range(settings.passage_overlap_sentences):
        previous = start - 1
        if previous <= first or previous in heads or sizes[previous] > settings.passage_tokens // 3:
            break
        start = previous
    return start
