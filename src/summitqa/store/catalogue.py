"""Write the catalogue of a generation: documents, passages, sentences, terms, failures.

Documents are written in the order of their ids and passages in the order of the text, so
the numbers depend on nothing but the state: a catalogue brought up to date and one made
from nothing hold the same rows.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from summitqa.store.layout import SCHEMA_VERSION
from summitqa.store.schema import INDEXES, immutable_uri, open_writing
from summitqa.types import Document, Passage, Sentence

EmbeddingText = Callable[[Document, Passage], str]
Analyse = Callable[[str], Sequence[str]]


class CatalogueWriter:
    """Writes one catalogue, document by document."""

    def __init__(
        self,
        path: Path,
        embedding_text: EmbeddingText,
        analyse: Analyse,
        previous: Path | None = None,
    ) -> None:
        """Create the file.

        Args:
            path: The new catalogue.
            embedding_text: Gives the text that is embedded for a passage.
            analyse: Gives the terms of a text.
            previous: A catalogue of the same schema from which documents may be copied.
        """
        self._connection = open_writing(path)
        self._embedding_text = embedding_text
        self._analyse = analyse
        self._documents = self._passages = self._sentences = 0
        self._digest = hashlib.sha256()
        if previous is not None:
            self._connection.execute("COMMIT")
            self._connection.execute("ATTACH ? AS previous", (immutable_uri(previous),))
            self._connection.execute("BEGIN")

    def add(
        self,
        document: Document,
        source_hash: str,
        passages: Sequence[Passage],
        sentences: Sequence[Sentence],
    ) -> None:
        """Write a document; ids must come in ascending order.

        Raises:
            UnicodeEncodeError: The text or metadata holds lone surrogates; nothing is written.
        """
        metadata = {name: value for name, value in asdict(document).items() if name != "text"}
        encoded = json.dumps(metadata, ensure_ascii=False)
        encoded.encode()
        text_hash = hashlib.sha256(document.text.encode()).hexdigest()
        spans = _hash_spans(passages, sentences)
        passage_rows = list(self._passage_rows(document, passages))
        term_rows = list(self._term_rows(document, passages))
        sentence_rows = [
            (self._sentences + offset, self._documents, *_span_row(sentence))
            for offset, sentence in enumerate(sentences)
        ]
        execute = self._connection.execute
        execute(
            "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                self._documents,
                document.id,
                source_hash,
                spans,
                text_hash,
                encoded,
                len(document.text),
                self._passages,
                len(passages),
                self._sentences,
                len(sentences),
            ),
        )
        execute("INSERT INTO texts VALUES (?, ?)", (self._documents, document.text))
        many = self._connection.executemany
        many("INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", passage_rows)
        many("INSERT INTO sentences VALUES (?, ?, ?, ?, ?, ?, ?)", sentence_rows)
        many("INSERT INTO lexical (rowid, title, headings, text) VALUES (?, ?, ?, ?)", term_rows)
        self._count(document.id, source_hash, spans, len(passages), len(sentences))

    def copy(self, document_id: str) -> None:
        """Copy a document from the previous catalogue; ids must come in ascending order."""
        execute = self._connection.execute
        number, source_hash, spans, first_passage, passages, first_sentence, sentences = execute(
            "SELECT number, source_hash, spans_hash, first_passage, passages, first_sentence, "
            "sentences FROM previous.documents WHERE id = ?",
            (document_id,),
        ).fetchone()
        execute(
            "INSERT INTO main.documents SELECT ?, id, source_hash, spans_hash, text_hash, "
            "metadata, characters, ?, passages, ?, sentences FROM previous.documents "
            "WHERE number = ?",
            (self._documents, self._passages, self._sentences, number),
        )
        execute(
            "INSERT INTO main.texts SELECT ?, text FROM previous.texts WHERE number = ?",
            (self._documents, number),
        )
        shift = self._passages - first_passage
        span = (first_passage, first_passage + passages)
        execute(
            'INSERT INTO main.passages SELECT id + ?, ?, start, "end", text, headings, page, '
            "text_hash, key FROM previous.passages WHERE id >= ? AND id < ? ORDER BY id",
            (shift, self._documents, *span),
        )
        execute(
            "INSERT INTO main.lexical (rowid, title, headings, text) SELECT rowid + ?, title, "
            "headings, text FROM previous.lexical WHERE rowid >= ? AND rowid < ? ORDER BY rowid",
            (shift, *span),
        )
        execute(
            'INSERT INTO main.sentences SELECT id + ?, ?, start, "end", text, headings, page '
            "FROM previous.sentences WHERE id >= ? AND id < ? ORDER BY id",
            (
                self._sentences - first_sentence,
                self._documents,
                first_sentence,
                first_sentence + sentences,
            ),
        )
        self._count(document_id, source_hash, spans, passages, sentences)

    def add_failures(self, failures: Iterable[tuple[str, str, str, str]]) -> None:
        """Write documents that could not be read: id, source hash, loading fingerprint, reason."""
        self._connection.executemany("INSERT INTO failures VALUES (?, ?, ?, ?)", failures)

    def text_hashes(self) -> list[bytes]:
        """Return the hash of the text embedded for each passage, in the order of the ids."""
        rows = self._connection.execute("SELECT text_hash FROM main.passages ORDER BY id")
        return [row[0] for row in rows]

    def keys(self) -> list[str]:
        """Return the key of each passage in Chroma, in the order of the ids."""
        rows = self._connection.execute("SELECT key FROM main.passages ORDER BY id")
        return [row[0] for row in rows]

    def embedding_texts(self, hashes: Iterable[bytes]) -> dict[bytes, str]:
        """Return the texts to embed, by their hashes."""
        wanted = set(hashes)
        texts: dict[bytes, str] = {}
        if not wanted:
            return texts
        rows = self._connection.execute(
            'SELECT d.metadata, p.start, p."end", p.text, p.headings, p.page, p.text_hash '
            "FROM main.passages p JOIN main.documents d ON d.number = p.document ORDER BY p.id"
        )
        for metadata, start, end, text, headings, page, hashed in rows:
            if hashed in wanted and hashed not in texts:
                values = json.loads(metadata)
                document = Document(values["id"], values["title"], "")
                path = tuple(json.loads(headings))
                passage = Passage(values["id"], start, end, text, path, page)
                texts[hashed] = self._embedding_text(document, passage)
        return texts

    def finish(self, meta: Mapping[str, str], fingerprints: Sequence[str]) -> str:
        """Write the indexes and the facts about the state, and close the file.

        Args:
            meta: Facts to keep beside the counts and the digest.
            fingerprints: The settings that the state depends on; part of the digest.

        Returns:
            The digest of the state.
        """
        head = hashlib.sha256()
        for part in (str(SCHEMA_VERSION), *fingerprints):
            head.update(part.encode() + b"\0")
        head.update(self._digest.digest())
        digest = head.hexdigest()
        facts = {
            **meta,
            "schema": str(SCHEMA_VERSION),
            "digest": digest,
            "documents": str(self._documents),
            "passages": str(self._passages),
            "sentences": str(self._sentences),
        }
        self._connection.executemany("INSERT INTO meta VALUES (?, ?)", sorted(facts.items()))
        self._connection.execute("COMMIT")
        self._connection.executescript(INDEXES)
        self.close()
        return digest

    def close(self) -> None:
        """Close the file as it is."""
        self._connection.close()

    def _count(self, document_id: str, source: str, spans: str, passages: int, sents: int) -> None:
        for part in (document_id, source, spans):
            self._digest.update(part.encode() + b"\0")
        self._documents += 1
        self._passages += passages
        self._sentences += sents

    def _passage_rows(
        self, document: Document, passages: Sequence[Passage]
    ) -> Iterable[tuple[object, ...]]:
        for offset, passage in enumerate(passages):
            hashed = hash_text(self._embedding_text(document, passage))
            yield (
                self._passages + offset,
                self._documents,
                *_span_row(passage),
                hashed,
                _passage_key(document.id, offset, hashed),
            )

    def _term_rows(
        self, document: Document, passages: Sequence[Passage]
    ) -> Iterable[tuple[object, ...]]:
        title = " ".join(self._analyse(document.title))
        headings: dict[tuple[str, ...], str] = {}
        for offset, passage in enumerate(passages):
            if passage.headings not in headings:
                headings[passage.headings] = " ".join(self._analyse("\n".join(passage.headings)))
            text = " ".join(self._analyse(passage.text))
            yield self._passages + offset, title, headings[passage.headings], text


def hash_text(text: str) -> bytes:
    """Hash a text that is embedded; passages of equal hashes share one embedding."""
    return hashlib.sha256(text.encode()).digest()


def read_meta(connection: sqlite3.Connection) -> dict[str, str]:
    """Read the facts about a state."""
    return dict(connection.execute("SELECT key, value FROM meta"))


def _passage_key(document_id: str, place: int, hashed: bytes) -> str:
    """Name a passage in Chroma; the name changes whenever its vector may."""
    return hashlib.sha256(f"{document_id}\0{place}\0".encode() + hashed).hexdigest()[:32]


def _span_row(span: Passage | Sentence) -> tuple[object, ...]:
    headings = json.dumps(span.headings, ensure_ascii=False)
    return span.start, span.end, span.text, headings, span.page


def _hash_spans(passages: Sequence[Passage], sentences: Sequence[Sentence]) -> str:
    spans = [[(span.start, span.end) for span in group] for group in (passages, sentences)]
    return hashlib.sha256(json.dumps(spans).encode()).hexdigest()
