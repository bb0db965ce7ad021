"""What passes between a format's reader and `load_document`: limits in, content out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from summitqa.errors import DocumentError
from summitqa.settings import Settings

_UNSHOWABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069\ud800-\udfff]"
)
_MAX_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost; plain values, so that they can be sent to another process.

    Attributes:
        max_file_bytes: Size of a file, and of the largest file inside an archive.
        max_pages: Pages of a PDF, slides of a presentation, chapters of a book.
        max_text_characters: Code points of canonical text.
        max_unpacked_bytes: Size of an archive's content once unpacked.
        max_load_seconds: Wall-clock time for reading one file.
        max_load_memory_bytes: Address space of the process that reads the risky formats.
        text_columns: Columns of a CSV or JSON file that hold the text, as its sidecar names
            them; found by their names and their content when empty.
    """

    max_file_bytes: int
    max_pages: int
    max_text_characters: int
    max_unpacked_bytes: int
    max_load_seconds: float
    max_load_memory_bytes: int
    text_columns: tuple[str, ...] = ()


def limits_from(settings: Settings) -> Limits:
    """Take the limits out of the settings."""
    return Limits(
        max_file_bytes=settings.max_file_bytes,
        max_pages=settings.max_pages,
        max_text_characters=settings.max_text_characters,
        max_unpacked_bytes=settings.max_unpacked_bytes,
        max_load_seconds=settings.max_load_seconds,
        max_load_memory_bytes=settings.max_load_memory_bytes,
    )


@dataclass(frozen=True, slots=True)
class Content:
    """The text of a file before it becomes a `Document`.

    Attributes:
        text: Canonical text.
        media_type: The format.
        metadata: Keys of the front matter, or what the format states (title, date).
            ``weak_date`` is a date to use only when the text states none.
        page_starts: Offset of each page in ``text``; empty without pages.
    """

    text: str
    media_type: str
    metadata: Mapping[str, Any] = field(default_factory=dict)
    page_starts: tuple[int, ...] = ()


def showable(name: str) -> str:
    """Write a name so that it stays on one line and shows as it is: controls escaped."""
    shown = _UNSHOWABLE.sub(lambda match: ascii(match.group(0))[1:-1], name)
    return shown if len(shown) <= _MAX_SHOWN else shown[: _MAX_SHOWN - 1] + "…"


def refuse(document_id: str, reason: str) -> DocumentError:
    """Make the error for a file that cannot be read: its name and one reason."""
    return DocumentError(f"{showable(document_id)} {reason}")


def check_length(length: int, document_id: str, limits: Limits) -> None:
    """Refuse text that is too long.

    Raises:
        DocumentError: There are more characters than ``max_text_characters``.
    """
    if length > limits.max_text_characters:
        raise refuse(
            document_id,
            f"holds more than the {limits.max_text_characters:,} characters of text allowed; "
            "raise max_text_characters or split it.",
        )
