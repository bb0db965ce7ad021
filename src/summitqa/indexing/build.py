"""Build the next generation from the current one and the files that changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from summitqa.errors import DocumentError, ModelError
from summitqa.indexing.fingerprints import (
    embedding_setting,
    embedding_text,
    failure_fingerprint,
    loading_fingerprint,
    structure_fingerprint,
)
from summitqa.indexing.plan import Plan
from summitqa.indexing.report import Progress, ReportProgress
from summitqa.indexing.scan import FoundFile, hash_source, look_at
from summitqa.settings import Settings
from summitqa.store import layout as place
from summitqa.store.catalogue import CatalogueWriter
from summitqa.store.faults import reach
from summitqa.types import Document, Passage, Sentence

if TYPE_CHECKING:
    from summitqa.store.snapshot import Snapshot
    from summitqa.store.vectors import Vectors

AGAIN = "run the command again."
"""How the reason ends of a failure that may pass by itself."""
_BATCH = 32


class Embeds(Protocol):
    """What a run needs of an embedder."""

    name: str
    fingerprint: str
    dimension: int

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Embed texts as unit vectors, shape ``(n, dimension)``."""


@dataclass(frozen=True, slots=True)
class Work:
    """Everything a build needs.

    Attributes:
        settings: The settings.
        plan: What to read, copy and drop.
        files: The files of the corpus by id.
        hashes: Source hash by id.
        failed: Reasons by id, of what is known to be unreadable.
        previous: The current state, if its schema is ours and it may be built upon.
        embedder_loader: Loads the embedder; called only when something must be embedded.
        report: Called with the progress.
    """

    settings: Settings
    plan: Plan
    files: Mapping[str, FoundFile]
    hashes: Mapping[str, str]
    failed: Mapping[str, str]
    previous: Snapshot | None
    embedder_loader: Callable[[], Embeds]
    report: ReportProgress


@dataclass(frozen=True, slots=True)
class Built:
    """What a build gave.

    Attributes:
        digest: The digest of the state.
        documents: Ids of the documents in it.
        failed: Reasons by id.
        embedded: Number of texts that were embedded.
    """

    digest: str
    documents: tuple[str, ...]
    failed: Mapping[str, str]
    embedded: int


@dataclass(frozen=True, slots=True)
class _Embedding:
    name: str
    fingerprint: str
    dimension: int


def build_generation(folder: Path, staging: Path, work: Work) -> Built:
    """Build a whole state in an empty folder.

    Args:
        folder: The folder of the new generation.
        staging: Where embeddings are kept in case the run is interrupted.
        work: What to do.
    """
    previous = work.previous
    writer = CatalogueWriter(
        folder / place.CATALOGUE,
        embedding_text,
        _analyse(),
        previous.folder / place.CATALOGUE if previous else None,
    )
    with closing(writer):
        documents, failed = _write_documents(writer, work)
        reach("catalogued")
        embedding, embedded = _write_vectors(folder / place.VECTORS, writer, staging, work)
        reach("vectors")
        keys = writer.keys()
        digest = writer.finish(
            {
                "embedding_model": embedding.name,
                "embedding_setting": embedding_setting(work.settings),
                "embedding_fingerprint": embedding.fingerprint,
                "dimension": str(embedding.dimension),
                "structure": structure_fingerprint(work.settings),
                "loading": loading_fingerprint(),
                "corpus_dir": str(work.settings.corpus_dir.resolve()),
                "updated": datetime.now(UTC).isoformat(timespec="seconds"),
            },
            (structure_fingerprint(work.settings), loading_fingerprint(), embedding.fingerprint),
        )
    _write_chroma(folder, keys, embedding, work)
    reach("chroma")
    _write_manifest(folder, digest, embedding)
    reach("built")
    return Built(digest, tuple(documents), failed, embedded)


def _analyse() -> Callable[[str], Sequence[str]]:
    from summitqa.lexical import analyse

    return analyse


def _write_documents(writer: CatalogueWriter, work: Work) -> tuple[list[str], dict[str, str]]:
    to_read = set(work.plan.to_read)
    previous = work.previous
    whole = previous is not None and previous.meta["structure"] == structure_fingerprint(
        work.settings
    )
    if previous is None or previous.meta["loading"] != loading_fingerprint():
        to_read.update(work.plan.unchanged)
    failed = dict(work.failed)
    documents = []
    names = sorted(to_read.union(work.plan.unchanged))
    done = 0
    for name in names:
        if name in to_read:
            work.report(Progress("read", done, len(to_read), name))
            done += 1
        try:
            if name not in to_read and whole:
                writer.copy(name)
            else:
                _add_document(writer, name, name in to_read, work)
        except DocumentError as error:
            failed[name] = str(error)
        else:
            documents.append(name)
        reach("document")
    fingerprint = failure_fingerprint(work.settings)
    # What may pass by itself is kept without its hash, so that the next run tries it again.
    hashes = {
        name: "" if why.endswith(AGAIN) else work.hashes.get(name, "")
        for name, why in failed.items()
    }
    writer.add_failures((name, hashes[name], fingerprint, failed[name]) for name in sorted(failed))
    return documents, failed


def _add_document(writer: CatalogueWriter, name: str, read: bool, work: Work) -> None:
    hashed = work.hashes[name]
    try:
        if read or work.previous is None:
            document = _load(work.files[name], hashed, work.settings)
        else:
            document = work.previous.document(name)
        passages, sentences = _split(document, work.settings)
        writer.add(replace(document, content_hash=hashed), hashed, passages, sentences)
    except UnicodeEncodeError:
        raise DocumentError(f"{name} holds text that is not valid Unicode; mend it.") from None


def _load(file: FoundFile, hashed: str, settings: Settings) -> Document:
    from summitqa.load import load_document

    try:
        document = load_document(file.path, file.id, settings)
    except (DocumentError, UnicodeEncodeError):
        raise
    except Exception as error:  # a parser's own bug must not stop the other files
        raise DocumentError(
            f"{file.id} cannot be read ({type(error).__name__}: {str(error)[:200]}); "
            "check the file, or report it."
        ) from error
    try:
        same = look_at(file.path) == file.looks or hash_source(file.path) == hashed
    except OSError:
        same = False
    if not same:
        raise DocumentError(f"{file.id} changed while it was being read; {AGAIN}")
    return document


def _split(
    document: Document, settings: Settings
) -> tuple[tuple[Passage, ...], tuple[Sentence, ...]]:
    from summitqa.split import split_document

    try:
        return split_document(document, settings)
    except Exception as error:  # as above: one odd text must not stop the others
        raise DocumentError(
            f"{document.id} cannot be split ({type(error).__name__}: {str(error)[:200]}); "
            "report it."
        ) from error


def _write_vectors(
    path: Path, writer: CatalogueWriter, staging: Path, work: Work
) -> tuple[_Embedding, int]:
    """Fill the vector file from the previous state, the staging store and the embedder."""
    import numpy as np

    from summitqa.store.vectors import StagedVectors, create_vectors, write_sums

    hashes = writer.text_hashes()
    distinct = list(dict.fromkeys(hashes))
    embedding, certain = _known_embedding(work)
    held = work.previous.rows_by_text_hash() if work.previous else {}
    missing = [hashed for hashed in distinct if hashed not in held]
    embedded, staged = 0, {}
    if missing or not certain or embedding is None:
        embedder = work.embedder_loader()
        fresh = _Embedding(embedder.name, embedder.fingerprint, embedder.dimension)
        if embedding is None or fresh.fingerprint != embedding.fingerprint:
            held, missing = {}, distinct
        embedding = fresh
        with closing(StagedVectors(staging, embedder.fingerprint)) as store:
            here = store.hashes()
            wanted = [hashed for hashed in missing if hashed not in here]
            texts = writer.embedding_texts(wanted)
            for batch in _batches(wanted, texts, work.report):
                store.put(batch, _embed(embedder, [texts[hashed] for hashed in batch]))
            embedded = len(wanted)
            staged = store.get(missing)
    vectors = create_vectors(path, len(hashes), embedding.dimension)
    if held and work.previous is not None:
        rows = [row for row, hashed in enumerate(hashes) if hashed in held]
        vectors[rows] = work.previous.vectors()[[held[hashes[row]] for row in rows]]
    for row, hashed in enumerate(hashes):
        if hashed in staged:
            vectors[row] = staged[hashed]
    if isinstance(vectors, np.memmap):
        vectors.flush()
    write_sums(path.with_name(place.SUMS), hashes, vectors)
    return embedding, embedded


def _known_embedding(work: Work) -> tuple[_Embedding | None, bool]:
    """Return the embedding of the current state, and whether it is certainly still the one."""
    if work.previous is None:
        return None, False
    meta = work.previous.meta
    known = _Embedding(
        meta["embedding_model"], meta["embedding_fingerprint"], int(meta["dimension"])
    )
    return known, meta["embedding_setting"] == embedding_setting(work.settings)


def _batches(
    wanted: Sequence[bytes], texts: Mapping[bytes, str], report: ReportProgress
) -> Iterator[list[bytes]]:
    """Give batches of texts of like length, which embed fastest, longest first."""
    ordered = sorted(wanted, key=lambda hashed: (-len(texts[hashed]), hashed))
    for start in range(0, len(ordered), _BATCH):
        report(Progress("embed", start, len(ordered)))
        yield ordered[start : start + _BATCH]
    if ordered:
        report(Progress("embed", len(ordered), len(ordered)))


def _embed(embedder: Embeds, texts: Sequence[str]) -> Vectors:
    import numpy as np

    vectors = np.asarray(embedder.embed(texts), dtype=np.float32)
    if vectors.shape != (len(texts), embedder.dimension) or not np.isfinite(vectors).all():
        raise ModelError(
            f"The embedding model {embedder.name} gave {vectors.shape} for {len(texts)} texts of "
            f"{embedder.dimension} numbers, or numbers that are not finite; choose another model."
        )
    return vectors


def _write_chroma(folder: Path, keys: Sequence[str], embedding: _Embedding, work: Work) -> None:
    from summitqa.store.chroma import write_chroma
    from summitqa.store.vectors import map_vectors

    work.report(Progress("write", 0, 1))
    previous = work.previous
    same = previous and previous.meta["embedding_fingerprint"] == embedding.fingerprint
    write_chroma(
        folder / place.CHROMA,
        keys,
        map_vectors(folder / place.VECTORS),
        previous.folder / place.CHROMA if previous and same else None,
        previous.passage_keys() if previous and same else (),
    )
    work.report(Progress("write", 1, 1))


def _write_manifest(folder: Path, digest: str, embedding: _Embedding) -> None:
    files = {}
    for name in (place.CATALOGUE, place.VECTORS, place.SUMS):
        with (folder / name).open("rb") as stream:
            digested = hashlib.file_digest(stream, "sha256").hexdigest()
        files[name] = {"bytes": (folder / name).stat().st_size, "sha256": digested}
    manifest = {
        "schema": place.SCHEMA_VERSION,
        "digest": digest,
        "embedding_fingerprint": embedding.fingerprint,
        "files": files,
    }
    (folder / place.MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
