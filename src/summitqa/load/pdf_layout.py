"""From the characters of a PDF page to lines in reading order.

PDFium gives characters with their boxes. Its own text glues words whose space is only a
gap, and follows the order in which a page was drawn. Here a gap wide enough is a space, and
a page set in columns is read column by column.
"""

from __future__ import annotations

import ctypes
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from summitqa.load.superscript import raised_digits

# In units of the font size (em). A space is about 0.25 em and never under 0.14; kerning and
# rounding stay below a tenth.
_SPACE_GAP = 0.14
_SEGMENT_GAP = 1.0
_BACK_STEP = 0.7
# Where a font's size is unknown: its box reaches from descent to ascent, about 1.17 em.
_EM_OF_BOX = 0.85
_LEAST_COLUMN_LINES = 5
_BOLD = re.compile(r"bold|black|heavy|demi", re.IGNORECASE)
_CONTROL = re.compile("[\x00\x01\x03-\x08\x0b-\x1f\x7f\ufffe\uffff]")
_LEADERS = re.compile(r"(?:\. ?){5,}")
_LIGATURES = str.maketrans(
    {
        "\ufb00": "ff",
        "\ufb01": "fi",
        "\ufb02": "fl",
        "\ufb03": "ffi",
        "\ufb04": "ffl",
        "\ufb05": "st",
        "\ufb06": "st",
        "\xa0": " ",
    }
)


@dataclass(slots=True)
class Line:
    """A line, or a piece of one, of a page.

    Attributes:
        text: Its words.
        left, right, bottom, top: Its box in points; the origin is at the bottom left.
        size: Font size in points, 0 when unknown.
        bold: Whether its first character is set in bold.
        turned: Whether it is not horizontal.
        column: Number of the column on the page; lines of another column start anew.
    """

    text: str
    left: float = 0.0
    right: float = 0.0
    bottom: float = 0.0
    top: float = 0.0
    size: float = 0.0
    bold: bool = False
    turned: bool = False
    column: int = 0

    @property
    def middle(self) -> float:
        """Height of its middle on the page."""
        return (self.bottom + self.top) / 2


def page_lines(text_page: Any) -> list[Line]:
    """Read the lines of a page in reading order.

    Args:
        text_page: A ``pypdfium2.PdfTextPage``.
    """
    pieces = _read_pieces(text_page)
    if pieces is None:
        raw: str = text_page.get_text_bounded()
        lines = [Line(clean(line)) for line in raw.replace("\r", "\n").split("\n")]
        return [line for line in lines if line.text]
    return [line for line in _join_rows(_reading_order(pieces)) if line.text]


def clean(text: str) -> str:
    """Drop what is no character, spell ligatures out, shorten dot leaders."""
    cleaned = _LEADERS.sub(" … ", _CONTROL.sub("", text).translate(_LIGATURES))
    return " ".join(cleaned.split(" ")).strip() if "  " not in cleaned else cleaned.strip()


def _read_pieces(text_page: Any) -> list[Line] | None:
    """Gather characters into pieces of lines; None where a page is not written left to right."""
    import pypdfium2.raw as pdfium

    handle = text_page.raw
    count = text_page.count_chars()
    if _is_unusual(pdfium, handle, count):
        return None
    box = pdfium.FS_RECTF()
    unicode_of, box_of = pdfium.FPDFText_GetUnicode, pdfium.FPDFText_GetLooseCharBox
    pieces: list[Line] = []
    letters: list[str] = []
    piece: Line | None = None
    raised: list[str] = []
    spaced, last_wide, last_left = False, False, math.nan
    for place in range(count):
        code = unicode_of(handle, place)
        letter = chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"
        if letter in "\r\n":
            continue
        if letter.isspace():
            spaced = True
            continue
        if not box_of(handle, place, box):
            letters.append(letter)
            continue
        left, right, bottom, top = box.left, box.right, box.bottom, box.top
        # The letters that a ligature stands for share its box.
        same_box = left == last_left and piece is not None and bottom <= piece.bottom
        last_left = left
        if same_box:
            letters.append(letter)
            continue
        if piece is not None and _continues(piece, left, bottom, top):
            gap = left - piece.right
            if _is_raised(piece, letter, bottom, top):
                raised.append(letter)
                piece.right = max(piece.right, right)
                continue
            _lower(letters, raised)
            wide = code >= 0x2E80
            if spaced or (gap > _SPACE_GAP * piece.size and not (wide and last_wide)):
                letters.append(" ")
            piece.right = max(piece.right, right)
            if top - bottom > 1.2 * (piece.top - piece.bottom):
                piece.bottom, piece.top = bottom, top
                piece.size = max(piece.size, _size(pdfium, handle, place, top - bottom))
        else:
            if piece is not None:
                _lower(letters, raised)
                piece.text = clean("".join(letters))
            letters = []
            size = _size(pdfium, handle, place, top - bottom)
            bold = _is_bold(pdfium, handle, place)
            turned = _is_turned(pdfium, handle, place)
            piece = Line("", left, right, bottom, top, size, bold, turned)
            pieces.append(piece)
        letters.append(letter)
        spaced, last_wide = False, code >= 0x2E80
    if piece is not None:
        _lower(letters, raised)
        piece.text = clean("".join(letters))
    return pieces


def _is_raised(piece: Line, letter: str, bottom: float, top: float) -> bool:
    """Tell whether a character is a digit set small and high, as notes and powers are."""
    height = piece.top - piece.bottom
    return (
        (letter.isdigit() or letter in "+-−")
        and not piece.turned
        and top - bottom < 0.8 * height
        and bottom > piece.bottom + 0.15 * height
    )


def _lower(letters: list[str], raised: list[str]) -> None:
    """Append the raised digits that were gathered."""
    if raised:
        digits = "".join(raised)
        letters.append(raised_digits("".join(letters[-4:]), digits) or digits)
        raised.clear()


def _continues(piece: Line, left: float, bottom: float, top: float) -> bool:
    """Tell whether a character goes on the piece: same height, a little to the right."""
    if piece.turned:
        return abs(left - piece.left) < 2 * piece.size
    shared = min(top, piece.top) - max(bottom, piece.bottom)
    if shared < 0.4 * min(top - bottom, piece.top - piece.bottom):
        return False
    return -_BACK_STEP * piece.size < left - piece.right < _SEGMENT_GAP * piece.size


def _size(pdfium: Any, handle: Any, place: int, height: float) -> float:
    """Give the size in which a character is set, with the scale of the page's drawing."""
    matrix = pdfium.FS_MATRIX()
    size: float = pdfium.FPDFText_GetFontSize(handle, place)
    if size > 0 and pdfium.FPDFText_GetMatrix(handle, place, matrix):
        size *= math.hypot(matrix.c, matrix.d)
        if 0.3 * height < size < 3 * height:
            return size
    return height * _EM_OF_BOX


def _is_turned(pdfium: Any, handle: Any, place: int) -> bool:
    angle: float = pdfium.FPDFText_GetCharAngle(handle, place)
    turn = angle % (2 * math.pi)
    return angle >= 0 and min(turn, 2 * math.pi - turn) > 0.2


def _is_bold(pdfium: Any, handle: Any, place: int) -> bool:
    if pdfium.FPDFText_GetFontWeight(handle, place) >= 600:
        return True
    name = ctypes.create_string_buffer(128)
    flags = ctypes.c_int()
    length = pdfium.FPDFText_GetFontInfo(handle, place, name, 128, flags)
    return 0 < length <= 128 and bool(_BOLD.search(name.value.decode("utf-8", "replace")))


def _is_unusual(pdfium: Any, handle: Any, count: int) -> bool:
    """Look at a sample of characters: turned pages and right-to-left scripts."""
    turned = backward = seen = 0
    for place in range(0, count, max(1, count // 40)):
        code = pdfium.FPDFText_GetUnicode(handle, place)
        if code <= 0x20:
            continue
        seen += 1
        turned += _is_turned(pdfium, handle, place)
        backward += 0x590 <= code < 0x900 or 0xFB1D <= code < 0xFE00 or 0xFE70 <= code < 0xFF00
    return turned > seen / 2 or backward > seen / 5


def _reading_order(pieces: Sequence[Line], column: int = 0) -> list[Line]:
    """Order pieces: column by column where there are columns, else as they were drawn."""
    gutter = _find_gutter(pieces)
    if gutter is None:
        for piece in pieces:
            piece.column = column
        return list(pieces)
    left = [piece for piece in pieces if piece.right <= gutter]
    right = [piece for piece in pieces if piece.left >= gutter]
    across = sorted(
        (piece for piece in pieces if piece.left < gutter < piece.right),
        key=lambda piece: -piece.middle,
    )
    # A line across the columns, such as a title, ends what stands above it.
    bands = [across[place].middle for place in range(len(across))]
    ordered: list[Line] = []
    above = math.inf
    for place, below in enumerate([*bands, -math.inf]):
        for side in (left, right):
            band = [piece for piece in side if below < piece.middle <= above]
            if band:
                ordered += _reading_order(band, column)
                column = ordered[-1].column + 1
        if place < len(across):
            across[place].column = column
            ordered.append(across[place])
            column += 0 if place + 1 < len(across) and _touch(across, place) else 1
        above = below
    return ordered


def _touch(across: Sequence[Line], place: int) -> bool:
    """Tell whether the next line across follows directly, as the lines of a title do."""
    return across[place].bottom - across[place + 1].top < across[place].size


def _find_gutter(pieces: Sequence[Line]) -> float | None:
    """Find the white strip between two columns of running text, if there is one."""
    whole = [piece for piece in pieces if piece.text and not piece.turned]
    if len(whole) < 2 * _LEAST_COLUMN_LINES:
        return None
    first, last = min(each.left for each in whole), max(each.right for each in whole)
    edges: dict[int, int] = {}
    for piece in whole:
        edges[round(piece.left / 3)] = edges.get(round(piece.left / 3), 0) + 1
    best: tuple[float, float] | None = None
    for edge, count in edges.items():
        start = edge * 3 - 2.0
        if count < _LEAST_COLUMN_LINES - 1 or not 0.2 < (start - first) / (last - first) < 0.85:
            continue
        score = _gutter_score(whole, start, last - first)
        if score > 0 and (best is None or score > best[0]):
            best = (score, start)
    return best[1] if best else None


def _gutter_score(pieces: Sequence[Line], gutter: float, width: float) -> float:
    """Score a strip left of ``gutter``: lines on both sides, less those that cross it."""
    left = [piece for piece in pieces if piece.right <= gutter]
    right = [piece for piece in pieces if piece.left >= gutter]
    fewer = min(len(left), len(right))
    crossing = len(pieces) - len(left) - len(right)
    if fewer < _LEAST_COLUMN_LINES or crossing > fewer / 2:
        return 0.0
    for side in (left, right):
        extent = max(each.right for each in side) - min(each.left for each in side)
        usual = median(each.right - each.left for each in side)
        letters = median(len(each.text) for each in side)
        if extent < 0.15 * width or usual < 0.55 * extent or letters < 12:
            return 0.0  # short cells of a table, not running text
    shared = min(_top(left), _top(right)) - max(_bottom(left), _bottom(right))
    shorter = min(_top(left) - _bottom(left), _top(right) - _bottom(right))
    return fewer - crossing if shared > 0.5 * shorter else 0.0


def _top(pieces: Sequence[Line]) -> float:
    return max(piece.top for piece in pieces)


def _bottom(pieces: Sequence[Line]) -> float:
    return min(piece.bottom for piece in pieces)


def _join_rows(pieces: Sequence[Line]) -> list[Line]:
    """Join pieces of one row that follow one another, such as a bullet and its text."""
    lines: list[Line] = []
    for piece in pieces:
        before = lines[-1] if lines else None
        if before is not None and _same_row(before, piece):
            gap = piece.left - before.right
            # A wide gap is kept visible, since it parts the cells of a table.
            before.text += ("  " if gap > 2 * before.size else " ") + piece.text
            before.right = max(before.right, piece.right)
            before.bottom = min(before.bottom, piece.bottom)
            before.top = max(before.top, piece.top)
            before.size = max(before.size, piece.size)
            before.bold = before.bold and piece.bold
        else:
            lines.append(piece)
    return lines


def _same_row(before: Line, piece: Line) -> bool:
    if before.turned or piece.turned or before.column != piece.column:
        return False
    shared = min(before.top, piece.top) - max(before.bottom, piece.bottom)
    height = min(before.top - before.bottom, piece.top - piece.bottom)
    return shared > 0.5 * height and piece.left >= before.right - 0.5 * before.size
