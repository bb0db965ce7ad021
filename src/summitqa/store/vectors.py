"""The vectors of a generation, and the staging store that keeps them across interruptions."""

from __future__ import annotations

import mmap
import sqlite3
import struct
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from summitqa.store.faults import reach

Vectors = NDArray[np.float32]

_SUM = struct.Struct("<32sI")


def create_vectors(path: Path, rows: int, dimension: int) -> Vectors:
    """Create a vector file and map it for writing, shape ``(rows, dimension)``."""
    if rows == 0 or dimension == 0:
        np.save(path, np.zeros((rows, dimension), dtype=np.float32))
        return np.zeros((rows, dimension), dtype=np.float32)
    return np.lib.format.open_memmap(path, mode="w+", dtype=np.float32, shape=(rows, dimension))


def map_vectors(path: Path) -> Vectors:
    """Map a finished vector file for reading.

    Raises:
        ValueError: The file is not a float32 matrix or is cut off.
        OSError: The file cannot be read.
    """
    with path.open("rb") as stream:
        return view_vectors(mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ))


def view_vectors(file: mmap.mmap) -> Vectors:
    """See a mapped vector file as a read-only matrix, shape ``(passages, dimension)``.

    Raises:
        ValueError: The file is not a float32 matrix or is cut off.
    """
    file.seek(0)
    major, _ = np.lib.format.read_magic(file)
    if major != 1:
        raise ValueError(f"has version {major} of the format")
    shape, by_column, kind = np.lib.format.read_array_header_1_0(file)
    if by_column or kind != np.dtype(np.float32) or len(shape) != 2:
        raise ValueError(f"holds {kind} of shape {shape}")
    return np.frombuffer(file, np.float32, shape[0] * shape[1], file.tell()).reshape(shape)


def write_sums(path: Path, hashes: Sequence[bytes], vectors: Vectors) -> None:
    """Write, for each row, the hash of its text and a checksum of its bytes.

    With these the sound rows of a damaged index are told from the others, so that only
    the others need embedding again.
    """
    with path.open("wb") as stream:
        for hashed, vector in zip(hashes, vectors, strict=True):
            stream.write(_SUM.pack(hashed, zlib.crc32(vector.tobytes())))


def read_sums(path: Path) -> list[tuple[bytes, int]]:
    """Read text hash and checksum of each row; what is left of them if the file is cut off."""
    data = path.read_bytes()
    return list(_SUM.iter_unpack(data[: len(data) - len(data) % _SUM.size]))


def has_sum(vector: Vectors, expected: int) -> bool:
    """Say whether a vector's bytes have the checksum they were written with."""
    return zlib.crc32(vector.tobytes()) == expected


class StagedVectors:
    """Vectors by the hash of their text, committed in batches while a run is under way.

    A run that dies leaves what it had embedded; the next one finds it here.
    """

    def __init__(self, folder: Path, embedder_fingerprint: str) -> None:
        """Open the staging store; one of another embedder, or a broken one, is emptied."""
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / "embeddings.sqlite"
        try:
            self._connection = self._open(embedder_fingerprint)
        except sqlite3.DatabaseError:
            self.delete()
            self._connection = self._open(embedder_fingerprint)

    def _open(self, fingerprint: str) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("CREATE TABLE IF NOT EXISTS embedder (fingerprint TEXT)")
            connection.execute(
                "CREATE TABLE IF NOT EXISTS vectors (hash BLOB PRIMARY KEY, vector BLOB) "
                "WITHOUT ROWID"
            )
            held = connection.execute("SELECT fingerprint FROM embedder").fetchone()
            if held != (fingerprint,):
                connection.execute("DELETE FROM vectors")
                connection.execute("DELETE FROM embedder")
                connection.execute("INSERT INTO embedder VALUES (?)", (fingerprint,))
            connection.execute("PRAGMA quick_check")
            connection.commit()
        except sqlite3.DatabaseError:
            connection.close()
            raise
        return connection

    def hashes(self) -> set[bytes]:
        """Return the hashes that are here."""
        return {row[0] for row in self._connection.execute("SELECT hash FROM vectors")}

    def put(self, hashes: Sequence[bytes], vectors: Vectors) -> None:
        """Keep a batch; it is on the disk when this returns."""
        rows = zip(hashes, (vector.tobytes() for vector in vectors), strict=True)
        self._connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)
        reach("staging")
        self._connection.commit()
        reach("staged")

    def get(self, hashes: Iterable[bytes]) -> dict[bytes, Vectors]:
        """Return the vectors of those hashes that are here."""
        found: dict[bytes, Vectors] = {}
        for hashed in hashes:
            row = self._connection.execute(
                "SELECT vector FROM vectors WHERE hash = ?", (hashed,)
            ).fetchone()
            if row:
                found[hashed] = np.frombuffer(row[0], dtype=np.float32)
        return found

    def close(self) -> None:
        """Close the store and keep what is in it."""
        self._connection.close()

    def delete(self) -> None:
        """Delete the store's files."""
        for suffix in ("", "-wal", "-shm"):
            self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)
