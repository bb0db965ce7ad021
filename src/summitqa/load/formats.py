"""Which suffix is which format, and which module reads it."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import cast

from summitqa.load.content import Content, Limits

Reader = Callable[[bytes, str, Limits], Content]

FORMATS: dict[str, str] = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".txt": "text",
    ".text": "text",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".pdf": "pdf",
    ".docx": "docx",
    ".pptx": "pptx",
    ".epub": "epub",
    ".csv": "csv",
    ".tsv": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
}
# Read in this process; every other format is read in a process that can be killed.
SAFE_FORMATS = frozenset({"markdown", "text"})
_READERS: dict[str, str] = {
    "markdown": "summitqa.load.text:read_markdown",
    "text": "summitqa.load.text:read_text",
    "html": "summitqa.load.html:read_html",
    "pdf": "summitqa.load.pdf:read_pdf",
    "docx": "summitqa.load.word:read_docx",
    "pptx": "summitqa.load.slides:read_pptx",
    "epub": "summitqa.load.book:read_epub",
    "csv": "summitqa.load.records:read_csv",
    "jsonl": "summitqa.load.records:read_jsonl",
    "json": "summitqa.load.records:read_json",
}


def reader_of(name: str) -> Reader:
    """Import the reader of a format."""
    module, _, function = _READERS[name].partition(":")
    return cast(Reader, getattr(importlib.import_module(module), function))
