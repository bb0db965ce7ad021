"""Read PPTX with python-pptx: a slide is a page, its title a heading, its notes a paragraph."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from summitqa.load.archive import Archive
from summitqa.load.content import Content, Limits, check_length, refuse
from summitqa.load.markup import clean_inline, render_row
from summitqa.load.word import core_properties

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
# Placeholders that are the same on every slide: date, slide number, footer, header.
_FURNITURE = frozenset({13, 14, 15, 16})
_MAX_DEPTH = 20


def read_pptx(data: bytes, document_id: str, limits: Limits) -> Content:
    """Read a PPTX file.

    Raises:
        DocumentError: The file is damaged, encrypted, a bomb, too long, or holds no text.
    """
    from pptx import Presentation
    from pptx.exc import PackageNotFoundError

    archive = Archive(data, document_id, limits)
    archive.check_markup()
    try:
        slides = Presentation(io.BytesIO(data)).slides
        count = len(slides)
    except (PackageNotFoundError, KeyError, ValueError, AttributeError):
        raise refuse(document_id, "is damaged or not a presentation; save it anew.") from None
    if count > limits.max_pages:
        raise refuse(
            document_id,
            f"has {count:,} slides, more than the {limits.max_pages:,} allowed; "
            "raise max_pages or split it.",
        )
    text = ""
    starts: list[int] = []
    for slide in slides:
        blocks = "\n\n".join(_slide_blocks(slide))
        if text and blocks:
            text += "\n\n"
        starts.append(len(text))
        text += blocks
        check_length(len(text), document_id, limits)
    if not text.strip():
        raise refuse(
            document_id, "is a presentation without text, perhaps of pictures; nothing was indexed."
        )
    return Content(
        text=text,
        media_type=MEDIA_TYPE,
        metadata=core_properties(archive),
        page_starts=tuple(starts),
    )


def _slide_blocks(slide: Any) -> Iterator[str]:
    title = slide.shapes.title
    heading = _one_line(title.text_frame.text) if title is not None else ""
    if heading:
        yield f"## {heading}"
    for shape in _shapes(slide.shapes, 0):
        if title is not None and shape.shape_id == title.shape_id:
            continue
        if shape.is_placeholder and int(shape.placeholder_format.type or 0) in _FURNITURE:
            continue
        yield from _shape_blocks(shape)
    if slide.has_notes_slide:
        frame = slide.notes_slide.notes_text_frame
        notes = _paragraphs(frame) if frame is not None else []
        if notes:
            yield "\n\n".join(["Notes:", *notes])


def _shapes(shapes: Any, depth: int) -> Iterator[Any]:
    """Give the shapes of a slide, those in groups as well, in the order they are stacked."""
    for shape in shapes:
        if hasattr(shape, "shapes") and depth < _MAX_DEPTH:
            yield from _shapes(shape.shapes, depth + 1)
        else:
            yield shape


def _shape_blocks(shape: Any) -> Iterator[str]:
    if getattr(shape, "has_table", False) and shape.has_table:
        rows = [[_one_line(cell.text) for cell in row.cells] for row in shape.table.rows]
        header = rows[0] if shape.table.first_row and len(rows) > 1 else None
        lines = [render_row(row, header) for row in (rows[1:] if header else rows)]
        yield "\n".join(f"- {line}" for line in lines if line)
    elif getattr(shape, "has_text_frame", False) and shape.has_text_frame:
        paragraphs = _paragraphs(shape.text_frame)
        if len(paragraphs) > 1:
            yield "\n".join(f"- {paragraph}" for paragraph in paragraphs)
        else:
            yield from paragraphs


def _paragraphs(frame: Any) -> list[str]:
    return [line for paragraph in frame.paragraphs if (line := _one_line(paragraph.text))]


def _one_line(text: str) -> str:
    # U+000B is a line break within a paragraph.
    return " ".join(clean_inline(text.replace("\v", " ")).split())
