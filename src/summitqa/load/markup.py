"""Turn an element tree (HTML, or what DOCX and EPUB become) into Markdown-like text.

Headings become ``#`` lines, list items ``- `` lines, and each row of a table one line that
names its columns (``- Country: Kenya; Region: Africa``), so that a row quoted alone can be
understood. Emphasis and links keep only their words: what is quoted must read cleanly.

Our own, since the converters there are (markdownify, html2text, trafilatura's Markdown) all
write tables as pipes, whose rows quote badly, and walk the tree by recursion, which a deeply
nested page breaks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from summitqa.load.superscript import raised_digits

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_SKIPPED = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "head",
        "svg",
        "math",
        "iframe",
        "object",
        "embed",
        "canvas",
        "button",
        "select",
        "textarea",
        "input",
        "audio",
        "video",
        "map",
        "nav",
        "dialog",
    ]
)
_BLOCKS = frozenset(
    [
        "p",
        "div",
        "section",
        "article",
        "main",
        "header",
        "footer",
        "aside",
        "blockquote",
        "figure",
        "figcaption",
        "address",
        "details",
        "summary",
        "dl",
        "dt",
        "dd",
        "hr",
        "form",
        "fieldset",
        "ul",
        "ol",
        "body",
        "html",
        "center",
    ]
)
_SPACE = re.compile(r"[ \t\r\n\f\v\xa0\u2000-\u200a\u202f\u205f\u3000]+")
_DROPPED = re.compile("[\u00ad\u200b\u2060\ufeff\x00-\x08\x0e-\x1f\x7f]")
_MAX_SPAN = 100
_MAX_INDENT = 6
_LONG_CELL = 300


@dataclass(slots=True)
class _Frame:
    """Where text is gathered: the document, or one cell of a table."""

    blocks: list[tuple[str, str]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    prefix: str = ""
    verbatim: int = 0
    raised: list[int] = field(default_factory=list)

    def flush(self, kind: str = "block") -> None:
        """End the block in hand."""
        text = clean_inline("".join(self.words)) if not self.verbatim else "".join(self.words)
        self.words.clear()
        text = text.strip()
        if text:
            if self.prefix and kind == "block":
                kind = "item"
            self.blocks.append((kind, self.prefix + text))
            self.prefix = ""


@dataclass(slots=True)
class _Table:
    rows: list[list[str]] = field(default_factory=list)
    heads: list[bool] = field(default_factory=list)
    row: dict[int, str] = field(default_factory=dict)
    carried: dict[int, tuple[int, str]] = field(default_factory=dict)
    all_heads: bool = True

    def end_row(self) -> None:
        for column, (rows_left, text) in list(self.carried.items()):
            self.row.setdefault(column, text)
            if rows_left > 1:
                self.carried[column] = (rows_left - 1, text)
            else:
                del self.carried[column]
        if self.row:
            width = max(self.row) + 1
            self.rows.append([self.row.get(column, "") for column in range(width)])
            self.heads.append(self.all_heads)
        self.row, self.all_heads = {}, True

    def add_cell(self, text: str, element: Any) -> None:
        column = 0
        while column in self.row or column in self.carried:
            column += 1
        self.row[column] = text
        for extra in range(1, _span(element, "colspan")):
            self.row[column + extra] = ""
        down = _span(element, "rowspan")
        if down > 1:
            # Counted down at the end of this row as well.
            self.carried[column] = (down, text)
        self.all_heads = self.all_heads and tag_of(element) == "th"


def clean_inline(text: str) -> str:
    """Collapse white space but for the line breaks marked by U+2028, and drop what is unseen."""
    lines = (_SPACE.sub(" ", line).strip() for line in _DROPPED.sub("", text).split("\u2028"))
    return "\n".join(line for line in lines if line)


def tag_of(element: Any) -> str:
    """Give an element's name without its namespace; empty for comments."""
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def markdown_from_tree(root: Any) -> str:
    """Write an lxml element tree as text.

    The tree is walked without recursion, so depth costs nothing.
    """
    from lxml import etree

    walk = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    writer = _Writer()
    for event, element in walk:
        if event == "start":
            if _is_skipped(element):
                walk.skip_subtree()
                continue
            writer.start(tag_of(element), element)
            writer.add(element.text)
            continue
        if event == "end" and not _is_skipped(element):
            writer.end(tag_of(element), element)
        if element is not root:
            writer.add(element.tail)
    return writer.text()


class _Writer:
    def __init__(self) -> None:
        self.frames = [_Frame()]
        self.tables: list[_Table] = []
        self.lists: list[int | None] = []  # next number of each open list; None: bullets

    def add(self, text: str | None) -> None:
        if text:
            self.frames[-1].words.append(text)

    def start(self, tag: str, element: Any) -> None:
        frame = self.frames[-1]
        if tag in _HEADINGS or tag in _BLOCKS or tag == "pre":
            frame.flush()
        if tag in ("ul", "ol"):
            self.lists.append(_first_number(element) if tag == "ol" else None)
        elif tag == "li":
            frame.flush()
            frame.prefix = self._marker()
        elif tag == "br":
            frame.words.append("\n" if frame.verbatim else "\u2028")
        elif tag == "sup":
            frame.raised.append(len(frame.words))
        elif tag == "pre":
            frame.verbatim += 1
        elif tag == "table":
            frame.flush()
            self.tables.append(_Table())
        elif tag in ("td", "th") and self.tables:
            self.frames.append(_Frame())

    def end(self, tag: str, element: Any) -> None:
        frame = self.frames[-1]
        if tag in _HEADINGS:
            words = " ".join(clean_inline("".join(frame.words)).split("\n"))
            frame.words[:] = [f"{'#' * _HEADINGS[tag]} {words}"] if words else []
            frame.prefix = ""
            frame.flush("heading")
        elif tag == "pre":
            frame.flush()
            frame.verbatim = max(0, frame.verbatim - 1)
        elif tag in _BLOCKS or tag == "li":
            frame.flush()
            frame.prefix = "" if tag == "li" else frame.prefix
        elif tag in ("td", "th") and self.tables and len(self.frames) > 1:
            frame.flush()
            self.frames.pop()
            self.tables[-1].add_cell(_cell_text(frame), element)
        elif tag == "tr" and self.tables:
            self.tables[-1].end_row()
        elif tag == "table" and self.tables:
            table = self.tables.pop()
            table.end_row()
            frame.flush()
            frame.blocks.extend(_render(table))
        elif tag == "sup" and frame.raised:
            _raise(frame)
        if tag in ("ul", "ol") and self.lists:
            self.lists.pop()

    def _marker(self) -> str:
        indent = "  " * min(max(0, len(self.lists) - 1), _MAX_INDENT)
        if not self.lists or self.lists[-1] is None:
            return f"{indent}- "
        number = self.lists[-1]
        self.lists[-1] = number + 1
        return f"{indent}{number}. "

    def text(self) -> str:
        """Join the blocks: items of one list on lines of their own, the rest apart."""
        while len(self.frames) > 1:
            frame = self.frames.pop()
            frame.flush()
            self.frames[-1].blocks.extend(frame.blocks)
        self.frames[0].flush()
        parts: list[str] = []
        before = ""
        for kind, text in self.frames[0].blocks:
            if parts:
                parts.append("\n" if kind == before == "item" else "\n\n")
            parts.append(text)
            before = kind
        return "".join(parts)


def _raise(frame: _Frame) -> None:
    start = frame.raised.pop()
    before = "".join(frame.words[max(0, start - 3) : start])
    raised = raised_digits(before, "".join(frame.words[start:]))
    if raised is not None:
        frame.words[start:] = [raised]


def _is_skipped(element: Any) -> bool:
    if tag_of(element) in _SKIPPED:
        return True
    style = (element.get("style") or "")[:500].replace(" ", "").lower()
    return element.get("hidden") is not None or "display:none" in style


def _span(element: Any, name: str) -> int:
    value = (element.get(name) or "1").strip()
    return min(_MAX_SPAN, int(value)) if value.isascii() and value[:4].isdigit() else 1


def _first_number(element: Any) -> int:
    value = (element.get("start") or "1").strip()
    return int(value) if value.isascii() and value.isdigit() and len(value) < 6 else 1


def _cell_text(frame: _Frame) -> str:
    texts = (text.removeprefix("- ").lstrip("# ") for _, text in frame.blocks)
    return "; ".join(" ".join(text.split()) for text in texts)


def _render(table: _Table) -> list[tuple[str, str]]:
    """Write each row as a line that names its columns, where the table names them."""
    rows = [row for row in table.rows if any(row)]
    width = max((len(row) for row in rows), default=0)
    if width <= 1 or any(len(cell) > _LONG_CELL for row in rows for cell in row):
        return [("block", cell) for row in rows for cell in row if cell]  # only layout
    header = _header(table, rows)
    if header is not None:
        rows = rows[1:]
    lines = (render_row(row, header) for row in rows)
    return [("item", f"- {line}") for line in lines if line]


def render_row(row: list[str], header: list[str] | None) -> str:
    """Write one row: ``Country: Kenya; Region: Africa``."""
    if header is None:
        cells = [cell for cell in row if cell]
        if len(row) == 2 and len(cells) == 2:
            return f"{row[0].rstrip(': ')}: {row[1]}"
        return "; ".join(cells)
    named = []
    for column, cell in enumerate(row):
        name = header[column].rstrip(": ") if column < len(header) else ""
        if cell:
            named.append(f"{name}: {cell}" if name else cell)
    return "; ".join(named)


def _header(table: _Table, rows: list[list[str]]) -> list[str] | None:
    """Tell whether the first row names the columns: marked so, or looking like it."""
    if len(rows) < 2:
        return None
    first = rows[0]
    if table.rows and table.rows[0] is first and table.heads[0]:
        return first
    looks = (
        len(first) >= 3
        and len(set(first)) == len(first)
        and all(cell and len(cell) < 60 and not cell[:1].isdigit() for cell in first)
    )
    return first if looks else None
