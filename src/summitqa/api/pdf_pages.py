"""Pages of PDF documents as images, and where on a page the quoted words stand."""

from __future__ import annotations

import io
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from summitqa.errors import DocumentError

WIDTH_PIXELS = 1100
# PDFium is not safe to call from two threads.
_pdfium = threading.Lock()


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page, as fractions of its width and height from the top left."""

    left: float
    top: float
    width: float
    height: float


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    import pypdfium2

    with _pdfium:
        try:
            pdf = pypdfium2.PdfDocument(path)
        except (pypdfium2.PdfiumError, OSError):
            raise DocumentError("The original PDF cannot be opened any more.") from None
        try:
            yield pdf
        finally:
            pdf.close()


def draw_page(path: Path, number: int) -> bytes:
    """Return a page as PNG.

    Args:
        path: The PDF.
        number: Page number, from 1.

    Raises:
        DocumentError: The PDF cannot be opened or has no such page.
    """
    with _opened(path) as pdf:
        page = _page(pdf, number)
        scale = WIDTH_PIXELS / max(page.get_width(), 1)
        image = page.render(scale=min(scale, 4)).to_pil().convert("RGB")
        page.close()
    written = io.BytesIO()
    image.save(written, "PNG")
    return written.getvalue()


def find_boxes(path: Path, number: int, quote: str) -> tuple[Box, ...]:
    """Find where a quote stands on a page, letter by letter, one box a line.

    The canonical text has other white space, hyphens and ligatures than the page, so only
    letters and digits are compared. A quote that begins on this page and goes on on the
    next, or began on the one before, is found as far as it stands here.

    Args:
        path: The PDF.
        number: Page number, from 1.
        quote: Words of the canonical text.

    Raises:
        DocumentError: The PDF cannot be opened or has no such page.
    """
    with _opened(path) as pdf:
        page = _page(pdf, number)
        text_page = page.get_textpage()
        letters, origins = _fold(text_page.get_text_range())
        wanted, _ = _fold(quote)
        span = _find(letters, wanted)
        boxes: tuple[Box, ...] = ()
        if span is not None:
            first, last = origins[span[0]], origins[span[1] - 1]
            # Where width and height are swapped by rotation, PDFium's boxes still count in
            # the unrotated page, whose crop box gives the origin.
            boxes = tuple(_rectangles(page, text_page, first, last - first + 1))
        text_page.close()
        page.close()
    return boxes


def _page(pdf: Any, number: int) -> Any:
    if not 1 <= number <= len(pdf):
        raise DocumentError(f"The document has no page {number}.")
    return pdf[number - 1]


def _fold(text: str) -> tuple[str, list[int]]:
    """Return the letters and digits of a text, folded, and where each came from."""
    letters: list[str] = []
    origins: list[int] = []
    for index, character in enumerate(text):
        for folded in unicodedata.normalize("NFKC", character).casefold():
            if folded.isalnum():
                letters.append(folded)
                origins.append(index)
    return "".join(letters), origins


def _find(letters: str, wanted: str, least: int = 12) -> tuple[int, int] | None:
    if not wanted:
        return None
    at = letters.find(wanted)
    if at >= 0:
        return at, at + len(wanted)
    for length in range(len(wanted) - 1, least - 1, -1):
        if letters.endswith(wanted[:length]):
            return len(letters) - length, len(letters)
        if letters.startswith(wanted[-length:]):
            return 0, length
    return None


def _rectangles(page: Any, text_page: Any, first: int, count: int) -> Iterator[Box]:
    left_edge, bottom_edge, right_edge, top_edge = page.get_cropbox()
    width, height = right_edge - left_edge, top_edge - bottom_edge
    if width <= 0 or height <= 0:
        return
    for number in range(text_page.count_rects(first, count)):
        left, bottom, right, top = text_page.get_rect(number)
        yield Box(
            left=(left - left_edge) / width,
            top=(top_edge - top) / height,
            width=(right - left) / width,
            height=(top - bottom) / height,
        )
