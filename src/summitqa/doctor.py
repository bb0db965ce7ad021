"""Compare the parts of the index with each other, and mend what is broken."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from summitqa.errors import IndexStateError, SummitQAError
from summitqa.index import update_index
from summitqa.indexing.report import IndexReport, Progress, ReportProgress
from summitqa.settings import Settings
from summitqa.store import layout as place
from summitqa.store.layout import Layout
from summitqa.store.lock import explain_failing_writes, hold_lock
from summitqa.store.schema import open_reading

if TYPE_CHECKING:
    from summitqa.indexing.build import Embeds

_COSINE_TOLERANCE = 1e-3


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that the examination found.

    Attributes:
        part: The file or part concerned.
        what: One sentence.
        is_damage: Whether it is broken; otherwise it is a remark.
    """

    part: str
    what: str
    is_damage: bool = True


def examine_index(settings: Settings) -> tuple[Finding, ...]:
    """Compare catalogue, vectors, Chroma and the files' checksums.

    Raises:
        IndexStateError: There is no index, or it is foreign or of another version.
    """
    layout = Layout(settings.index_dir)
    try:
        there = place.check_ours(layout)
    except IndexStateError as error:
        if layout.current.exists() and "damaged" in str(error):
            return (Finding(layout.marker.name, _tidy(error)),)
        raise
    if not there:
        raise IndexStateError(f"There is no index in {layout.root} yet; run: summitqa index")
    try:
        name = place.current_name(layout)
    except IndexStateError as error:
        return (Finding("CURRENT", _tidy(error)),)
    if name is None:
        if place.generation_names(layout):
            return (Finding("CURRENT", "CURRENT is missing although there are generations."),)
        raise IndexStateError(f"There is no index in {layout.root} yet; run: summitqa index")
    folder = layout.generations / name
    found = [*_check_files(layout, folder)]
    if not any(finding.part in (place.CATALOGUE, place.MANIFEST) for finding in found):
        found += _guard(place.CATALOGUE, lambda: _check_catalogue(folder))
    if not any(finding.is_damage for finding in found):
        found += _guard(place.VECTORS, lambda: _check_vectors(folder))
        found += _guard(place.CHROMA, lambda: _check_chroma(folder))
    return (*found, *_look_around(layout, name))


def repair_index(
    settings: Settings,
    embedder_loader: Callable[[], Embeds],
    report: ReportProgress | None = None,
) -> IndexReport:
    """Mend a damaged index: save the sound vectors, then build a new state from the corpus.

    Nothing whose vector is sound is embedded again. The damaged state stays in place until
    the new one is whole.

    Raises:
        CorpusError: The corpus, from which everything is read again, is missing or empty.
        IndexStateError: The index cannot be written.
    """
    from summitqa.store.salvage import salvage_vectors

    layout = Layout(settings.index_dir)
    embedder = embedder_loader()
    tell = report or (lambda _: None)
    with (
        hold_lock(
            layout, settings.lock_timeout_seconds, lambda text: tell(Progress("note", 0, 0, text))
        ),
        explain_failing_writes(layout),
    ):
        salvage_vectors(layout, embedder.fingerprint)
        place.write_marker(layout)
    return update_index(settings, lambda: embedder, report, rebuild=True)


def _tidy(error: Exception) -> str:
    return str(error).partition("; run:")[0] + "."


def _guard(part: str, check: Callable[[], Iterator[Finding]]) -> list[Finding]:
    try:
        return list(check())
    except (sqlite3.DatabaseError, SummitQAError, ValueError, KeyError, TypeError, OSError) as why:
        return [Finding(part, f"{part} cannot be read ({type(why).__name__}: {why}).")]


def _check_files(layout: Layout, folder: Path) -> Iterator[Finding]:
    try:
        manifest = json.loads((folder / place.MANIFEST).read_text(encoding="utf-8"))
        schema = int(manifest["schema"])
        files = {name: str(entry["sha256"]) for name, entry in manifest["files"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        yield Finding(place.MANIFEST, f"{place.MANIFEST} of {folder.name} cannot be read.")
        return
    place.check_schema(layout, schema)
    for name in (place.CATALOGUE, place.VECTORS, place.SUMS):
        if name not in files:
            yield Finding(place.MANIFEST, f"{place.MANIFEST} does not mention {name}.")
        elif not (folder / name).is_file():
            yield Finding(name, f"{name} of {folder.name} is missing.")
        else:
            with (folder / name).open("rb") as stream:
                if hashlib.file_digest(stream, "sha256").hexdigest() != files[name]:
                    yield Finding(name, f"{name} of {folder.name} has another checksum.")


def _check_catalogue(folder: Path) -> Iterator[Finding]:
    """Check that the tables fit each other and that every offset gives its text."""
    name = place.CATALOGUE
    with closing(open_reading(folder / name)) as connection:
        (state,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
        if state != "ok":
            yield Finding(name, f"{name} is not a sound database ({state}).")
            return
        meta = dict(connection.execute("SELECT key, value FROM meta"))
        for table in ("documents", "passages", "sentences"):
            (count,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
            if count != int(meta[table]):
                yield Finding(name, f"{name} has {count} {table} instead of {meta[table]}.")
        (terms,) = connection.execute("SELECT count(*) FROM lexical").fetchone()
        if terms != int(meta["passages"]):
            yield Finding(name, f"{name} has terms for {terms} of {meta['passages']} passages.")
        texts = connection.execute(
            "SELECT id, number, text, text_hash FROM documents JOIN texts USING (number)"
        )
        for document, number, text, text_hash in texts:
            if hashlib.sha256(text.encode()).hexdigest() != text_hash:
                yield Finding(name, f"The text of {document} is not the one that was indexed.")
            for table in ("passages", "sentences"):
                spans = connection.execute(
                    f'SELECT start, "end", text FROM {table} WHERE document = ?', (number,)
                )
                if any(text[start:end] != words for start, end, words in spans):
                    yield Finding(name, f"{table} of {document} do not fit its text.")


def _check_vectors(folder: Path) -> Iterator[Finding]:
    import numpy as np

    from summitqa.store.vectors import has_sum, map_vectors, read_sums

    vectors, sums = map_vectors(folder / place.VECTORS), read_sums(folder / place.SUMS)
    with closing(open_reading(folder / place.CATALOGUE)) as connection:
        hashes = [
            row[0] for row in connection.execute("SELECT text_hash FROM passages ORDER BY id")
        ]
    if len(vectors) != len(hashes) or [hashed for hashed, _ in sums] != hashes:
        yield Finding(place.VECTORS, f"{place.VECTORS} does not fit the catalogue.")
        return
    bad = [row for row, (_, wanted) in enumerate(sums) if not has_sum(vectors[row], wanted)]
    if bad:
        yield Finding(place.VECTORS, f"{len(bad)} vectors have another checksum.")
    lengths = np.linalg.norm(vectors, axis=1)
    if not np.all(np.abs(lengths - 1) < _COSINE_TOLERANCE):
        yield Finding(place.VECTORS, f"{place.VECTORS} holds vectors that are not unit vectors.")


def _check_chroma(folder: Path) -> Iterator[Finding]:
    """Compare Chroma's ids and vectors with the catalogue's; on a copy, as opening it writes."""
    import shutil
    import tempfile

    import numpy as np

    from summitqa.store.chroma import ChromaSearch
    from summitqa.store.vectors import map_vectors

    name = place.CHROMA
    if not (folder / name).is_dir():
        yield Finding(name, f"The Chroma folder of {folder.name} is missing.")
        return
    with closing(open_reading(folder / place.CATALOGUE)) as connection:
        keys = [row[0] for row in connection.execute("SELECT key FROM passages ORDER BY id")]
    with tempfile.TemporaryDirectory(prefix="summitqa-") as temporary:
        copy = Path(temporary) / name
        shutil.copytree(folder / name, copy)
        try:
            with closing(ChromaSearch(copy)) as chroma:
                held = chroma.vectors()
                nearest = chroma.search(map_vectors(folder / place.VECTORS)[0], 1) if keys else []
        except Exception as error:  # Chroma raises many kinds
            yield Finding(name, f"Chroma cannot be opened ({type(error).__name__}: {error}).")
            return
    missing, extra = set(keys) - held.keys(), held.keys() - set(keys)
    if missing or extra:
        yield Finding(
            name, f"Chroma lacks {len(missing)} passages and has {len(extra)} that are not ours."
        )
        return
    vectors = map_vectors(folder / place.VECTORS)
    wrong = [
        row for row, key in enumerate(keys) if not np.allclose(held[key], vectors[row], atol=1e-5)
    ]
    if wrong:
        yield Finding(name, f"Chroma holds other vectors for {len(wrong)} passages.")
    if keys and not nearest:
        yield Finding(name, "Chroma's search finds nothing.")


def _look_around(layout: Layout, current: str) -> Iterator[Finding]:
    """Remark on what a killed run left behind; the next run clears it away."""
    left = [entry.name for entry in layout.generations.iterdir() if entry.name.startswith(".")]
    newer = [name for name in place.generation_names(layout) if name > current]
    if left or newer:
        what = "An interrupted run left parts behind; the next summitqa index clears them away."
        yield Finding("generations", what, is_damage=False)
    if layout.lock_holder.exists() and not _is_locked(layout):
        what = "The note of a writer that died is there; the next summitqa index takes over."
        yield Finding(layout.lock_holder.name, what, is_damage=False)


def _is_locked(layout: Layout) -> bool:
    from filelock import FileLock, Timeout

    try:
        with FileLock(layout.lock, timeout=0):
            return False
    except Timeout:
        return True
    except OSError:
        return False
