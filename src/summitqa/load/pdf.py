"""Read PDF with PDFium, page by page, so that a citation keeps its page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from summitqa.load.content import Content, Limits, check_length, refuse
from summitqa.load.pdf_layout import Line, page_lines
from summitqa.load.pdf_text import join_lines

_PDF_DATE = re.compile(r"D:(\d{4})(\d{2})(\d{2})")
_NOT_A_TITLE = re.compile(
    r"\.(?:docx?|indd|pdf|pptx?|tex|dvi|html?)$|^(?:microsoft (?:word|powerpoint)|untitled"
    r"|document\d*$|slide \d)",
    re.IGNORECASE,
)
_PAGE_NUMBER = re.compile(
    r"(?:[-–—]\s*)?(?:(?:page|p\.)\s*)?(?:\d{1,4}|[ivxlc]{1,7})(?:\s*(?:/|of|\|)\s*\d{1,4})?"
    r"(?:\s*[-–—])?",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?<!\d)[0-9]{1,4}(?!\d)")
# Share of a page's height, at the top and at the bottom, where headers and footers stand.
_MARGIN = 0.13
# A line that repeats on so many pages, and on such a share of them (left and right pages may
# differ), is a header or footer.
_REPEATS = 3
_REPEAT_SHARE = 0.3
_UNREADABLE = re.compile("[\ufffd\ue000-\uf8ff]")
_MOST_UNREADABLE = 0.3
# A scanned page may carry a stamp or a number as text, but no more.
_SCANNED_LETTERS = 20


def read_pdf(data: bytes, document_id: str, limits: Limits) -> Content:
    """Read a PDF.

    Repeated headers, footers and page numbers are dropped, words broken at the end of a
    line are joined, and lines set larger than the running text become headings. No script
    in the file is run.

    Raises:
        DocumentError: The file is encrypted, damaged, too long or holds no text.
    """
    import pypdfium2

    try:
        pdf = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "assword" in str(error) or "ecurity" in str(error):
            reason = "is encrypted; open it with its password and save an open copy."
        else:
            reason = "is damaged or not a PDF; save it anew."
        raise refuse(document_id, reason) from None
    try:
        count = len(pdf)
        if count > limits.max_pages:
            raise refuse(
                document_id,
                f"has {count:,} pages, more than the {limits.max_pages:,} allowed; "
                "raise max_pages or split it.",
            )
        pages = _pages(pdf, document_id, limits)
        metadata = _metadata(pdf)
    finally:
        pdf.close()
    _check_readable(pages, document_id)
    text, starts = join_lines(pages)
    if not text.strip():
        raise _scanned(document_id, len(pages))
    return Content(
        text=text,
        media_type="application/pdf",
        metadata=metadata,
        page_starts=starts,
    )


def _scanned(document_id: str, pages: int) -> Exception:
    return refuse(
        document_id,
        f"is a PDF of {pages:,} page{'s' if pages != 1 else ''} without text, probably scanned; "
        "run it through character recognition first.",
    )


def _pages(pdf: Any, document_id: str, limits: Limits) -> list[list[Line]]:
    import pypdfium2

    pages: list[list[Line]] = []
    heights: list[tuple[float, float]] = []
    length = 0
    for number in range(len(pdf)):
        try:
            page = pdf[number]
            text_page = page.get_textpage()
            length += text_page.count_chars()
            check_length(length, document_id, limits)
            pages.append(page_lines(text_page))
            _, bottom, _, top = page.get_cropbox()
            heights.append((bottom, top))
            text_page.close()
            page.close()
        except pypdfium2.PdfiumError:
            raise refuse(
                document_id,
                f"has a damaged page {number + 1}; repair the file and add it again.",
            ) from None
    return _without_furniture(pages, heights)


def _without_furniture(
    pages: Sequence[list[Line]], heights: Sequence[tuple[float, float]]
) -> list[list[Line]]:
    """Drop page numbers and what repeats in the same place of many pages."""
    marginal = [
        [line for line in lines if _in_margin(line, height)]
        for lines, height in zip(pages, heights, strict=True)
    ]
    seen = Counter(
        key
        for number, lines in enumerate(marginal)
        for key in {key for line in lines for key in _furniture_keys(line, number)}
    )
    least = max(_REPEATS, _REPEAT_SHARE * len(pages))
    kept: list[list[Line]] = []
    for number, (lines, candidates) in enumerate(zip(pages, marginal, strict=True)):
        doomed = [
            line
            for line in candidates
            if _PAGE_NUMBER.fullmatch(line.text.strip())
            or any(seen[key] >= least for key in _furniture_keys(line, number))
        ]
        kept.append([line for line in lines if not any(line is each for each in doomed)])
    return kept


def _furniture_keys(line: Line, number: int) -> list[tuple[str, int]]:
    """Name a line by its words and place, once for each of its numbers as if it were the page's."""
    text, place = line.text.strip().lower(), round(line.middle / 8)
    keys = [(text, place)]
    for match in _NUMBER.finditer(text):
        offset = int(match.group(0)) - number
        keys.append((f"{text[: match.start()]}<{offset}>{text[match.end() :]}", place))
    return keys


def _in_margin(line: Line, height: tuple[float, float]) -> bool:
    bottom, top = height
    if line.top <= line.bottom or top <= bottom:
        return False
    place = (line.middle - bottom) / (top - bottom)
    return place < _MARGIN or place > 1 - _MARGIN


def _check_readable(pages: Sequence[list[Line]], document_id: str) -> None:
    letters = [sum(len(line.text) for line in lines) for lines in pages]
    if sum(letters) <= min(_SCANNED_LETTERS, sum(letters)) * len(pages) // 4:
        raise _scanned(document_id, len(pages))
    unreadable = sum(len(_UNREADABLE.findall(line.text)) for lines in pages for line in lines)
    if unreadable > _MOST_UNREADABLE * sum(letters):
        raise refuse(
            document_id,
            "is a PDF whose fonts do not say which letters they show; run it through "
            "character recognition first.",
        )


def _metadata(pdf: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    information = pdf.get_metadata_dict()
    title = " ".join((information.get("Title") or "").split())
    if len(title) > 3 and not _NOT_A_TITLE.search(title):
        found["title"] = title
    # When the file was made, which may be years after the text.
    created = _PDF_DATE.match(information.get("CreationDate") or "")
    if created:
        found["weak_date"] = "-".join(created.groups())
    author = (information.get("Author") or "").strip()
    if author:
        found["issuer"] = author
    return found
