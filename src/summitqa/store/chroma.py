"""Chroma's room: the HNSW index of a generation. Nothing else imports chromadb."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from summitqa.errors import IndexStateError
from summitqa.store.faults import reach

if TYPE_CHECKING:
    from summitqa.store.vectors import Vectors

_COLLECTION = "passages"
_BATCH = 2000
# Of unit vectors the inner product is the cosine; Chroma's own cosine space would round the
# vectors anew, and they could no longer be told from broken ones by their checksums.
_HNSW = {"space": "ip", "ef_construction": 100, "max_neighbors": 16, "ef_search": 100}
# Deleted entries stay in an HNSW graph as stumbling blocks, so past this share of them the
# graph is built anew.
_REBUILD_ABOVE = 0.3
_DELETED = "deleted_since_built"


@contextmanager
def _open_client(folder: Path) -> Iterator[Any]:
    os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")
    import chromadb
    from chromadb.config import Settings as ChromaSettings

    client: Any = chromadb.PersistentClient(
        path=str(folder), settings=ChromaSettings(anonymized_telemetry=False)
    )
    try:
        yield client
    finally:
        client.close()


def write_chroma(
    folder: Path,
    keys: Sequence[str],
    vectors: Vectors,
    previous: Path | None = None,
    previous_keys: Sequence[str] = (),
) -> None:
    """Write a collection with one entry a passage.

    Where little differs, the previous collection is copied and changed by the
    difference; otherwise the collection is built from the vectors.

    Args:
        folder: The new Chroma folder; must not exist.
        keys: The passages' keys, in the order of ``vectors``.
        vectors: Unit vectors, shape ``(n, dimension)``.
        previous: A Chroma folder made with the same embedder, if there is one.
        previous_keys: The keys in it.

    Raises:
        IndexStateError: Chroma cannot write there.
    """
    wanted = dict.fromkeys(keys)
    gone = [key for key in previous_keys if key not in wanted]
    held = set(previous_keys)
    new = [row for row, key in enumerate(keys) if key not in held]
    if previous is not None and len(new) + len(gone) <= _REBUILD_ABOVE * len(keys):
        try:
            if _change_copy(previous, folder, keys, vectors, new, gone):
                return
        except Exception:  # a broken predecessor must not stop a run; Chroma raises many kinds
            pass
        shutil.rmtree(folder, ignore_errors=True)
    try:
        _build(folder, keys, vectors)
    except OSError:
        raise
    except Exception as error:  # Chroma raises many kinds, also for a full disk
        raise IndexStateError(
            f"Chroma could not write {folder.parent.parent} ({error}); the index is as whole as "
            "before: free space or allow writing there, and run the command again."
        ) from error


def _build(folder: Path, keys: Sequence[str], vectors: Vectors) -> None:
    with _open_client(folder) as client:
        collection = client.create_collection(
            _COLLECTION,
            configuration={"hnsw": _HNSW},
            embedding_function=None,
            metadata={_DELETED: 0},
        )
        _upsert(collection, keys, vectors, range(len(keys)))


def _change_copy(
    previous: Path,
    folder: Path,
    keys: Sequence[str],
    vectors: Vectors,
    new: Sequence[int],
    gone: Sequence[str],
) -> bool:
    """Copy a collection and change it by the difference; False if it had better be built anew."""
    shutil.copytree(previous, folder)
    with _open_client(folder) as client:
        collection = client.get_collection(_COLLECTION, embedding_function=None)
        deleted = int(collection.metadata[_DELETED]) + len(gone)
        if deleted > _REBUILD_ABOVE * len(keys):
            return False
        for start in range(0, len(gone), _BATCH):
            collection.delete(ids=list(gone[start : start + _BATCH]))
        _upsert(collection, keys, vectors, new)
        if gone:
            collection.modify(metadata={_DELETED: deleted})
        return bool(collection.count() == len(keys))


def _upsert(collection: Any, keys: Sequence[str], vectors: Vectors, rows: Sequence[int]) -> None:
    for start in range(0, len(rows), _BATCH):
        some = list(rows[start : start + _BATCH])
        collection.upsert(ids=[keys[row] for row in some], embeddings=vectors[some])
        reach("chroma-batch")


class ChromaSearch:
    """A collection opened for searching."""

    def __init__(self, folder: Path) -> None:
        """Open the collection; raises whatever Chroma raises when it cannot."""
        self._context = _open_client(folder)
        self._client = self._context.__enter__()
        self._collection = self._client.get_collection(_COLLECTION, embedding_function=None)

    def search(self, vector: Vectors, k: int) -> list[tuple[str, float]]:
        """Return up to ``k`` keys with their cosine, best first."""
        found = self._collection.query(
            query_embeddings=[vector], n_results=k, include=["distances"]
        )
        pairs = zip(found["ids"][0], found["distances"][0], strict=True)
        return [(key, 1.0 - distance) for key, distance in pairs]

    def vectors(self) -> Mapping[str, Vectors]:
        """Return every vector by its key."""
        held: dict[str, Vectors] = {}
        total = self._collection.count()
        for start in range(0, total, _BATCH):
            page = self._collection.get(limit=_BATCH, offset=start, include=["embeddings"])
            held.update(zip(page["ids"], page["embeddings"], strict=True))
        return held

    def close(self) -> None:
        """Close the client."""
        self._context.__exit__(None, None, None)
