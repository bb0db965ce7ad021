"""The tables of a generation's catalogue, and the two ways of opening it."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from urllib.parse import quote

TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE documents (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    source_hash TEXT NOT NULL,
    spans_hash TEXT NOT NULL,
    text_hash TEXT NOT NULL,
    metadata TEXT NOT NULL,
    characters INTEGER NOT NULL,
    first_passage INTEGER NOT NULL,
    passages INTEGER NOT NULL,
    first_sentence INTEGER NOT NULL,
    sentences INTEGER NOT NULL
);
CREATE TABLE texts (number INTEGER PRIMARY KEY, text TEXT NOT NULL);
CREATE TABLE passages (
    id INTEGER PRIMARY KEY,
    document INTEGER NOT NULL,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    text TEXT NOT NULL,
    headings TEXT NOT NULL,
    page INTEGER,
    text_hash BLOB NOT NULL,
    key TEXT NOT NULL
);
CREATE TABLE sentences (
    id INTEGER PRIMARY KEY,
    document INTEGER NOT NULL,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    text TEXT NOT NULL,
    headings TEXT NOT NULL,
    page INTEGER
);
CREATE TABLE failures (
    id TEXT PRIMARY KEY, source_hash TEXT NOT NULL, loading TEXT NOT NULL, reason TEXT NOT NULL
) WITHOUT ROWID;
CREATE VIRTUAL TABLE lexical USING fts5(title, headings, text, tokenize='unicode61');
"""
INDEXES = """
CREATE UNIQUE INDEX passages_by_key ON passages (key);
CREATE INDEX sentences_by_document ON sentences (document, start);
"""


def immutable_uri(path: Path) -> str:
    """Name a finished database so that SQLite neither locks it nor writes beside it."""
    return f"file:{quote(str(path.absolute()))}?mode=ro&immutable=1"


def open_reading(path: Path) -> sqlite3.Connection:
    """Open a finished catalogue; the connection may be used from any thread, one at a time."""
    return sqlite3.connect(immutable_uri(path), uri=True, check_same_thread=False)


def open_writing(path: Path) -> sqlite3.Connection:
    """Create a catalogue under a temporary name.

    It is not journalled: a run that dies leaves a folder that nobody has named.
    """
    connection = sqlite3.connect(
        f"file:{quote(str(path.absolute()))}", uri=True, isolation_level=None
    )
    connection.execute("PRAGMA journal_mode = OFF")
    connection.execute("PRAGMA synchronous = OFF")
    connection.executescript(TABLES)
    connection.execute("BEGIN")
    return connection
