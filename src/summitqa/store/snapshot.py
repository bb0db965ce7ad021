"""Read one whole state of the index."""

from __future__ import annotations

import hashlib
import json
import math
import mmap
import sqlite3
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from summitqa.errors import IndexStateError, UsageError
from summitqa.settings import Settings
from summitqa.store import layout as place
from summitqa.store.catalogue import read_meta
from summitqa.store.layout import Layout
from summitqa.store.schema import open_reading
from summitqa.types import (
    Document,
    DocumentSummary,
    IndexStatus,
    Passage,
    Sentence,
    Source,
    Tier,
)

if TYPE_CHECKING:
    from summitqa.store.chroma import ChromaSearch
    from summitqa.store.vectors import Vectors

_TIERS: tuple[Tier, ...] = ("official", "press", "secondary")
_VARIABLES = 500


def open_snapshot(index_dir: Path, settings: Settings) -> Snapshot:
    """Open the current state of an index; needs no lock and writes nothing.

    Raises:
        IndexStateError: There is no index, or it is not ours, damaged or of another
            version; the message names the command to run.
    """
    layout = Layout(index_dir)
    for _ in range(20):  # a writer may sweep a generation between our reading its name and opening
        if not place.check_ours(layout) or (name := place.current_name(layout)) is None:
            raise IndexStateError(f"There is no index in {index_dir} yet; run: summitqa index")
        try:
            return Snapshot(layout, name, settings)
        except FileNotFoundError as error:
            missing = error
            if place.current_name(layout) == name:
                break
    raise damaged(layout, f"{Path(missing.filename or '').name or name} is missing")


def damaged(layout: Layout, what: str) -> IndexStateError:
    """Say in one sentence what is broken and how to mend it."""
    return IndexStateError(
        f"The index in {layout.root} is damaged ({what}); run: summitqa doctor --repair"
    )


class Snapshot:
    """One whole state: open, immutable, safe to use from several threads.

    Attributes:
        digest: The digest of the state.
        name: The name of the generation.
        folder: The folder of the generation.
    """

    def __init__(self, layout: Layout, name: str, settings: Settings) -> None:
        """Open a generation; use `open_snapshot`.

        Raises:
            FileNotFoundError: A file of the generation is missing.
            IndexStateError: The generation is damaged or of another version.
        """
        self._layout, self._settings = layout, settings
        self.name = name
        self.folder = layout.generations / name
        self._check_manifest()
        self._guard = threading.RLock()
        self._connection = open_reading(self.folder / place.CATALOGUE)
        with self._reading():
            self._meta = read_meta(self._connection)
        self.digest = self._meta["digest"]
        self._summaries: Mapping[str, DocumentSummary] | None = None
        self._numbers: dict[str, tuple[int, int, int]] = {}
        self._vectors: Vectors | None = None
        # Mapped now, so that the state outlives its files; read when numpy is needed.
        with (self.folder / place.VECTORS).open("rb") as stream:
            self._vector_file = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
        self._chroma: ChromaSearch | None = None
        self._chroma_usable = True

    def _check_manifest(self) -> None:
        path = self.folder / place.MANIFEST
        try:
            manifest = json.loads(path.read_text(encoding="utf-8"))
            place.check_schema(self._layout, int(manifest["schema"]))
            sizes = {name: int(entry["bytes"]) for name, entry in manifest["files"].items()}
        except (ValueError, KeyError, TypeError, AttributeError):
            raise damaged(self._layout, f"{path.name} cannot be read") from None
        for name, size in sizes.items():
            if (self.folder / name).stat().st_size != size:
                raise damaged(self._layout, f"{name} has the wrong size")

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._guard:
            try:
                yield self._connection
            except sqlite3.ProgrammingError:
                raise
            except (sqlite3.DatabaseError, json.JSONDecodeError, UnicodeDecodeError) as error:
                raise damaged(self._layout, f"{place.CATALOGUE}: {error}") from None

    def _rows(self, query: str, values: Sequence[object] = ()) -> list[Any]:
        with self._reading() as connection:
            return connection.execute(query, values).fetchall()

    @property
    def meta(self) -> Mapping[str, str]:
        """The facts recorded about the state."""
        return self._meta

    def status(self) -> IndexStatus:
        """Say what is indexed."""
        meta = self._meta
        failed = self._rows("SELECT count(*) FROM failures")[0][0]
        return IndexStatus(
            digest=self.digest,
            documents=int(meta["documents"]),
            passages=int(meta["passages"]),
            embedding_model=meta["embedding_model"],
            updated=meta["updated"],
            schema=int(meta["schema"]),
            corpus_dir=meta["corpus_dir"],
            failed=failed,
        )

    def failures(self) -> tuple[tuple[str, str], ...]:
        """Return the documents that could not be read, with the reasons."""
        return tuple(self._rows("SELECT id, reason FROM failures ORDER BY id"))

    def summaries(self) -> Mapping[str, DocumentSummary]:
        """Return every document without its text, by id, in the order of the ids."""
        with self._guard:
            if self._summaries is None:
                rows = self._rows(
                    "SELECT metadata, characters, passages FROM documents ORDER BY number"
                )
                with self._reading():
                    found = (_summary(*row) for row in rows)
                    self._summaries = {summary.id: summary for summary in found}
            return self._summaries

    def document(self, document_id: str) -> Document:
        """Return a document with its text.

        Raises:
            UsageError: No document has this id; the message names near ones.
            IndexStateError: The stored text is not the one that was indexed.
        """
        rows = self._rows(
            "SELECT metadata, text, text_hash FROM documents JOIN texts USING (number) "
            "WHERE id = ?",
            (document_id,),
        )
        if not rows:
            self.check_known(document_id)
            raise damaged(self._layout, f"the text of {document_id} in {place.CATALOGUE}")
        metadata, text, text_hash = rows[0]
        if hashlib.sha256(text.encode()).hexdigest() != text_hash:
            raise damaged(self._layout, f"the text of {document_id} in {place.CATALOGUE}")
        with self._reading():
            return _document(metadata, text)

    def check_known(self, document_id: str) -> None:
        """Refuse an id that no document has.

        Raises:
            UsageError: No document has this id; the message names near ones.
        """
        from difflib import get_close_matches

        ids = self.summaries()
        if document_id in ids:
            return
        part = document_id.casefold().strip("/")
        within = [each for each in ids if part and part in each.casefold()]
        near = (within or get_close_matches(document_id, ids, n=3, cutoff=0.5))[:3]
        such = f" such as {' or '.join(near)}," if near else ""
        raise UsageError(
            f"No document is called {document_id!r}; give the id of one,{such} as "
            "summitqa status --documents lists them."
        )

    def passage_count(self) -> int:
        """Return the number of passages; their ids are 0 to this, exclusive."""
        return int(self._meta["passages"])

    def passages(self, ids: Sequence[int]) -> list[Passage]:
        """Return passages in the order of the ids.

        Raises:
            IndexError: No passage has one of the ids.
        """
        found: dict[int, Passage] = {}
        for start in range(0, len(ids), _VARIABLES):
            some = ids[start : start + _VARIABLES]
            rows = self._rows(
                'SELECT p.id, d.id, p.start, p."end", p.text, p.headings, p.page '
                "FROM passages p JOIN documents d ON d.number = p.document "
                f"WHERE p.id IN ({','.join('?' * len(some))})",
                [int(number) for number in some],
            )
            with self._reading():
                found.update((row[0], Passage(*_span(row[1:]))) for row in rows)
        missing = [number for number in ids if number not in found]
        if missing:
            raise IndexError(f"There is no passage {missing[0]} among {self.passage_count()}")
        return [found[number] for number in ids]

    def sentences(self, document: str, start: int, end: int) -> tuple[Sentence, ...]:
        """Return the sentences of a document that overlap ``[start, end)``, in order."""
        rows = self._rows(
            'SELECT d.id, s.start, s."end", s.text, s.headings, s.page FROM sentences s '
            "JOIN documents d ON d.number = s.document WHERE d.id = ? AND s.start < ? "
            'AND s."end" > ? ORDER BY s.start',
            (document, end, start),
        )
        with self._reading():
            return tuple(Sentence(*_span(row)) for row in rows)

    def search_dense(
        self, vector: Vectors, k: int, documents: Collection[str] | None = None
    ) -> list[tuple[int, float]]:
        """Find the passages nearest to a vector.

        Args:
            vector: Unit vector, shape ``(dimension,)``.
            k: How many to return at most.
            documents: Search only in these.

        Returns:
            Passage ids with their cosine, best first, ties in the order of the ids. Exact up
            to ``settings.exact_search_below`` passages, and within given documents;
            approximate (HNSW) beyond.
        """
        from summitqa.store.dense import search_exact

        rows = self._vector_rows()
        if vector.shape != (rows.shape[1],):
            raise IndexStateError(
                f"The question's vector has {vector.shape[-1]} numbers, the index {rows.shape[1]}; "
                "the embedding model has changed, run: summitqa index"
            )
        spans = None if documents is None else self._passage_spans(documents)
        if spans is None and rows.shape[0] > self._settings.exact_search_below:
            found = self._search_chroma(vector, k)
            if found is not None:
                return found
        return search_exact(rows, vector, k, spans)

    def _vector_rows(self) -> Vectors:
        from summitqa.store.vectors import view_vectors

        with self._guard:
            if self._vectors is None:
                try:
                    self._vectors = view_vectors(self._vector_file)
                except ValueError as error:
                    raise damaged(self._layout, f"{place.VECTORS}: {error}") from None
                if self._vectors.shape[0] != self.passage_count():
                    raise damaged(self._layout, f"{place.VECTORS} does not fit the catalogue")
            return self._vectors

    def _passage_spans(self, documents: Collection[str]) -> list[tuple[int, int]]:
        with self._guard:
            if not self._numbers:
                rows = self._rows("SELECT id, number, first_passage, passages FROM documents")
                self._numbers = {row[0]: (row[1], row[2], row[2] + row[3]) for row in rows}
            spans = (self._numbers[name][1:] for name in set(documents) if name in self._numbers)
            return sorted(spans)

    def _search_chroma(self, vector: Vectors, k: int) -> list[tuple[int, float]] | None:
        """Search with HNSW; None when Chroma cannot be opened, as in a read-only folder."""
        with self._guard:
            if self._chroma is None and self._chroma_usable:
                from summitqa.store.chroma import ChromaSearch

                try:
                    self._chroma = ChromaSearch(self.folder / place.CHROMA)
                except Exception:
                    # Chroma raises many kinds; the exact search gives the same answers, slower.
                    self._chroma_usable = False
            if self._chroma is None:
                return None
            try:
                pairs = self._chroma.search(vector, k)
            except Exception:
                self._chroma_usable, self._chroma = False, None
                return None
        keys = [key for key, _ in pairs]
        numbers: dict[str, int] = {}
        for start in range(0, len(keys), _VARIABLES):
            some = keys[start : start + _VARIABLES]
            marks = ",".join("?" * len(some))
            numbers.update(self._rows(f"SELECT key, id FROM passages WHERE key IN ({marks})", some))
        found = [(numbers[key], score) for key, score in pairs if key in numbers]
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))

    def search_lexical(
        self, terms: Sequence[str], k: int, documents: Collection[str] | None = None
    ) -> list[tuple[int, float]]:
        """Find the passages that share terms with a question.

        Args:
            terms: Analysed terms; a passage needs at least one of them.
            k: How many to return at most.
            documents: Search only in these.

        Returns:
            Passage ids with their BM25, positive and higher is better, best first.
        """
        from summitqa.lexical import COLUMN_WEIGHTS

        match = _match_any(terms)
        if not match or k <= 0:
            return []
        values: list[object] = [*COLUMN_WEIGHTS, match]
        within = ""
        if documents is not None:
            spans = self._passage_spans(documents)
            within = (
                "AND (SELECT document FROM passages WHERE id = lexical.rowid) "
                "IN (SELECT value FROM json_each(?)) "
            )
            with self._guard:
                numbers = [self._numbers[name][0] for name in documents if name in self._numbers]
            if not spans:
                return []
            values.append(json.dumps(numbers))
        rows = self._rows(
            "SELECT rowid, -bm25(lexical, ?, ?, ?) AS score FROM lexical WHERE lexical MATCH ? "
            f"{within}ORDER BY score DESC, rowid LIMIT ?",
            [*values, k],
        )
        return [(number, score) for number, score in rows]

    def score_lexical(self, terms: Sequence[str], ids: Sequence[int]) -> dict[int, float]:
        """Give the BM25 of given passages, as a search would give it.

        Args:
            terms: Analysed terms.
            ids: Passage ids.

        Returns:
            BM25 by passage id, of those that share a term.
        """
        from summitqa.lexical import COLUMN_WEIGHTS

        match = _match_any(terms)
        if not match or not ids:
            return {}
        rows = self._rows(
            "SELECT rowid, -bm25(lexical, ?, ?, ?) FROM lexical WHERE lexical MATCH ? "
            "AND rowid IN (SELECT value FROM json_each(?))",
            [*COLUMN_WEIGHTS, match, json.dumps([int(number) for number in ids])],
        )
        return dict(rows)

    def term_weights(self, terms: Collection[str]) -> dict[str, float]:
        """Say how much each term tells: the rarer among the passages, the more.

        Args:
            terms: Analysed terms.

        Returns:
            The inverse document frequency of BM25 (Robertson and Zaragoza 2009), counted in
            passages, by term; the greatest value for a term that occurs nowhere.
        """
        total = self.passage_count()
        with self._reading() as connection:
            # Of this connection alone: nothing is written to the catalogue.
            connection.execute(
                "CREATE VIRTUAL TABLE IF NOT EXISTS temp.terms USING fts5vocab(main, lexical, row)"
            )
            counts = {
                term: connection.execute(
                    "SELECT doc FROM temp.terms WHERE term = ?", (term,)
                ).fetchone()
                for term in terms
            }
        return {
            term: math.log(1 + (total - found + 0.5) / (found + 0.5))
            for term, count in counts.items()
            for found in (count[0] if count else 0,)
        }

    def sources(self) -> dict[str, str]:
        """Return the source hash of every document by its id."""
        return dict(self._rows("SELECT id, source_hash FROM documents"))

    def known_failures(self, fingerprint: str) -> dict[str, tuple[str, str]]:
        """Return source hash and reason by id, of the failures under these loading settings."""
        rows = self._rows(
            "SELECT id, source_hash, reason FROM failures WHERE loading = ? AND source_hash != ''",
            (fingerprint,),
        )
        return {name: (hashed, reason) for name, hashed, reason in rows}

    def rows_by_text_hash(self) -> dict[bytes, int]:
        """Return a row of the vectors for each hash of an embedded text."""
        return dict(self._rows("SELECT text_hash, id FROM passages"))

    def passage_keys(self) -> list[str]:
        """Return the passages' keys in Chroma, in the order of the ids."""
        return [row[0] for row in self._rows("SELECT key FROM passages ORDER BY id")]

    def vectors(self) -> Vectors:
        """Return the passages' vectors, mapped, shape ``(passages, dimension)``."""
        return self._vector_rows()

    def is_current(self) -> bool:
        """Say whether no newer state has been written; True also when that cannot be told."""
        try:
            return place.current_name(self._layout) == self.name
        except IndexStateError:
            return True

    def close(self) -> None:
        """Close the files; the snapshot cannot be used afterwards."""
        with self._guard:
            if self._chroma is not None:
                self._chroma.close()
                self._chroma = None
            self._connection.close()
            self._vectors = None


def _match_any(terms: Sequence[str]) -> str:
    """Write terms as a query of FTS5 that any of them meets; empty where there are none."""
    wanted = dict.fromkeys(term for term in terms if any(map(str.isalnum, term)))
    return " OR ".join('"' + term.replace('"', '""') + '"' for term in wanted)


def _span(row: Sequence[Any]) -> tuple[Any, ...]:
    name, start, end, text, headings, page = row
    return name, start, end, text, tuple(json.loads(headings)), page


def _document(metadata: str, text: str) -> Document:
    values = json.loads(metadata)
    values["sources"] = tuple(Source(**source) for source in values["sources"])
    values["places"] = tuple(values["places"])
    values["page_starts"] = tuple(values["page_starts"])
    return Document(text=text, **values)


def _summary(metadata: str, characters: int, passages: int) -> DocumentSummary:
    values = json.loads(metadata)
    tiers = {source["tier"] for source in values["sources"]}
    return DocumentSummary(
        id=values["id"],
        title=values["title"],
        date=values["date"],
        updated=values["updated"],
        issuer=values["issuer"],
        summit=values["summit"],
        kind=values["kind"],
        places=tuple(values["places"]),
        source_url=values["source_url"],
        tier=next((tier for tier in _TIERS if tier in tiers), None),
        media_type=values["media_type"],
        characters=characters,
        passages=passages,
    )
