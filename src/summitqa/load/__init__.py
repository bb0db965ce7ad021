"""Load one file into a `Document` with its canonical text.

The suffix decides the format. Metadata comes from front matter or from a sidecar
(``report.pdf.toml`` beside ``report.pdf``); what neither gives is taken from the
document where it states it. Markdown and text are read in this process; the formats whose
parsers are a risk are read in another that can be killed (`LoadingWorker`).
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

from summitqa.load.content import Content, Limits, check_length, limits_from, refuse
from summitqa.load.files import read_bytes
from summitqa.load.formats import FORMATS, SAFE_FORMATS, reader_of
from summitqa.load.metadata import describe, read_sidecar, sound
from summitqa.load.worker import LoadingWorker, shared_worker
from summitqa.settings import Settings
from summitqa.types import Document

__all__ = ["LOADER_VERSION", "SUPPORTED_SUFFIXES", "LoadingWorker", "load_document"]

LOADER_VERSION = 3
SUPPORTED_SUFFIXES = frozenset(FORMATS)


def load_document(
    path: Path, document_id: str, settings: Settings, worker: LoadingWorker | None = None
) -> Document:
    """Load a file.

    Args:
        path: The file.
        document_id: The id the document is known by.
        settings: The limits on size, pages, text, time and memory.
        worker: The process that reads the risky formats; the one that all calls of this
            process share if none is given.

    Raises:
        DocumentError: The file cannot be read as a document; the message says why.
    """
    suffix = path.suffix.lower()
    if suffix not in FORMATS:
        raise refuse(
            document_id,
            f"has the suffix {suffix or '(none)'}, which is not supported; "
            f"supported are {', '.join(sorted(SUPPORTED_SUFFIXES))}.",
        )
    try:
        data = read_bytes(path, document_id, settings)
    except FileNotFoundError:
        raise refuse(document_id, "is not there any more; run the command again.") from None
    if not data.strip():
        raise refuse(document_id, "is empty; nothing was indexed from it.")
    sidecar = read_sidecar(path, document_id, settings)
    limits = replace(limits_from(settings), text_columns=_text_columns(sidecar))
    content = _read(FORMATS[suffix], data, document_id, limits, worker)
    content = _checked(content, document_id, limits)
    digest = hashlib.sha256(data)
    if sidecar:
        digest.update(repr(sorted(sidecar.items(), key=lambda item: item[0])).encode())
    return describe(content, sidecar, document_id, digest.hexdigest())


def _read(
    name: str, data: bytes, document_id: str, limits: Limits, worker: LoadingWorker | None
) -> Content:
    if name in SAFE_FORMATS:
        return reader_of(name)(data, document_id, limits)
    return (worker or shared_worker()).read(name, data, document_id, limits)


def _checked(content: Content, document_id: str, limits: Limits) -> Content:
    """Hold content to what every document promises, whatever process it came from."""
    text = sound(content.text)
    if text != content.text and content.page_starts:
        raise refuse(document_id, "holds text that is not valid Unicode; save it anew.")
    if not text.strip():
        raise refuse(document_id, "holds no text; nothing was indexed from it.")
    check_length(len(text), document_id, limits)
    return replace(content, text=text)


def _text_columns(sidecar: dict[str, Any]) -> tuple[str, ...]:
    named = sidecar.get("text_columns", ())
    return tuple(str(name) for name in named) if isinstance(named, list) else ()
