"""Save what is sound of the vectors of a damaged index."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

import numpy as np

from summitqa.store import layout as place
from summitqa.store.catalogue import read_meta
from summitqa.store.layout import Layout
from summitqa.store.schema import open_reading
from summitqa.store.vectors import StagedVectors, Vectors, has_sum, map_vectors, read_sums

_BATCH = 500


def salvage_vectors(layout: Layout, embedder_fingerprint: str) -> int:
    """Put every sound vector of every generation into the staging store.

    A vector is sound when its bytes have the checksum they were written with; one that is
    not is looked for in Chroma, which holds a second copy.

    Args:
        layout: The index folder.
        embedder_fingerprint: Vectors of other embedders are left alone.

    Returns:
        The number of texts whose vectors were saved.
    """
    with closing(StagedVectors(layout.staging, embedder_fingerprint)) as store:
        for name in reversed(place.generation_names(layout)):
            folder = layout.generations / name
            if _fingerprint(folder) != embedder_fingerprint:
                continue
            missing = store.hashes()
            found = {hashed: vector for hashed, vector in _sound(folder) if hashed not in missing}
            hashes = list(found)
            for start in range(0, len(hashes), _BATCH):
                some = hashes[start : start + _BATCH]
                store.put(some, np.stack([found[hashed] for hashed in some]))
        return len(store.hashes())


def _fingerprint(folder: Path) -> str | None:
    try:
        manifest = json.loads((folder / place.MANIFEST).read_text(encoding="utf-8"))
        return str(manifest["embedding_fingerprint"])
    except (OSError, ValueError, KeyError, TypeError):
        pass
    try:
        with closing(open_reading(folder / place.CATALOGUE)) as connection:
            return read_meta(connection)["embedding_fingerprint"]
    except (sqlite3.DatabaseError, KeyError):
        return None


def _sound(folder: Path) -> Iterator[tuple[bytes, Vectors]]:
    try:
        sums = read_sums(folder / place.SUMS)
    except OSError:
        return
    try:
        vectors = map_vectors(folder / place.VECTORS)
    except (OSError, ValueError):
        vectors = np.zeros((0, 0), dtype=np.float32)
    broken = []
    for row, (hashed, expected) in enumerate(sums):
        if row < len(vectors) and has_sum(vectors[row], expected):
            yield hashed, vectors[row]
        else:
            broken.append(row)
    if broken:
        second = _copies(folder)
        for row in broken:
            hashed, expected = sums[row]
            if row in second and has_sum(second[row], expected):
                yield hashed, second[row]


def _copies(folder: Path) -> Mapping[int, Vectors]:
    """Return the vectors in Chroma by passage; none when it or the catalogue is unreadable."""
    from summitqa.store.chroma import ChromaSearch

    try:
        with closing(open_reading(folder / place.CATALOGUE)) as connection:
            rows = dict(connection.execute("SELECT key, id FROM passages"))
        with closing(ChromaSearch(folder / place.CHROMA)) as chroma:
            held = chroma.vectors()
    except Exception:  # whatever breaks here, embedding again is the way out
        return {}
    return {
        rows[key]: np.asarray(vector, dtype=np.float32)
        for key, vector in held.items()
        if key in rows
    }
