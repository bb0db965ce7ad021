"""Damage of every part is found, named, and mended without embedding what is sound."""

from __future__ import annotations

import shutil
import sqlite3
from typing import TYPE_CHECKING

import numpy as np
import pytest

from summitqa.doctor import examine_index, repair_index
from summitqa.errors import CorpusError, IndexStateError
from summitqa.store.layout import CATALOGUE, CHROMA, MANIFEST, SUMS, VECTORS, Layout

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.indexing.conftest import Workplace


def flip(path: Path, place: int) -> None:
    """Change one byte of a file; a negative place counts from the end."""
    data = bytearray(path.read_bytes())
    data[place] ^= 0xFF
    path.write_bytes(bytes(data))


def cut(path: Path) -> None:
    """Take the second half of a file away."""
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def empty_chroma(folder: Path) -> None:
    """Take every entry out of Chroma's own tables."""
    connection = sqlite3.connect(folder / CHROMA / "chroma.sqlite3")
    with connection:
        connection.execute("DELETE FROM embeddings_queue")
        connection.execute("DELETE FROM embeddings")
    connection.close()


def wreck_chroma(folder: Path) -> None:
    """Make Chroma's database unreadable."""
    (folder / CHROMA / "chroma.sqlite3").write_bytes(b"no database" * 1000)


def forge_vector(folder: Path) -> None:
    """Put another unit vector in the place of one."""
    vectors = np.load(folder / VECTORS)
    vectors[1] = vectors[0]
    np.save(folder / VECTORS, vectors)


def lose_vectors(folder: Path) -> None:
    """Delete both copies of the vectors."""
    shutil.rmtree(folder / CHROMA)
    (folder / VECTORS).unlink()


DAMAGES: dict[str, tuple[Callable[[Path], object], int]] = {
    # what is done to the generation's folder, and how many texts must be embedded again
    "a cut catalogue": (lambda folder: cut(folder / CATALOGUE), 0),
    "a flipped byte in the catalogue": (lambda folder: flip(folder / CATALOGUE, 9000), 0),
    "a missing catalogue": (lambda folder: (folder / CATALOGUE).unlink(), 0),
    "a cut vector file": (lambda folder: cut(folder / VECTORS), 0),
    "a flipped byte in a vector": (lambda folder: flip(folder / VECTORS, -5), 0),
    "a forged vector": (forge_vector, 0),
    "a missing vector file": (lambda folder: (folder / VECTORS).unlink(), 0),
    "missing checksums": (lambda folder: (folder / SUMS).unlink(), 5),
    "a cut manifest": (lambda folder: cut(folder / MANIFEST), 0),
    "a missing Chroma folder": (lambda folder: shutil.rmtree(folder / CHROMA), 0),
    "an unreadable Chroma": (wreck_chroma, 0),
    "an empty Chroma": (empty_chroma, 0),
    "a broken CURRENT": (lambda folder: (folder.parents[1] / "CURRENT").write_text("?"), 0),
    "a missing CURRENT": (lambda folder: (folder.parents[1] / "CURRENT").unlink(), 0),
    "a broken marker": (lambda f: (f.parents[1] / "summitqa-index.json").write_text("{"), 0),
    "a missing marker": (lambda f: (f.parents[1] / "summitqa-index.json").unlink(), 0),
    "a missing generation": (shutil.rmtree, 5),
    "no vectors anywhere": (lose_vectors, 5),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_damage_is_found_and_mended(briefs: Workplace, name: str) -> None:
    digest = briefs.run().digest
    briefs.write("extra.md", "# Extra\n\nOne more.\n")
    damage, embeddings = DAMAGES[name]
    (briefs.corpus / "extra.md").unlink()
    wanted = briefs.open().search_dense(briefs.embedder.embed(["trout"])[0], 4)
    damage(briefs.open().folder)
    found = examine_index(briefs.settings)
    assert any(finding.is_damage for finding in found), name
    assert all(finding.what.endswith(".") for finding in found)
    briefs.embedder.texts.clear()
    report = repair_index(briefs.settings, lambda: briefs.embedder)
    assert report.digest == digest
    assert len(set(briefs.embedder.texts)) == (0 if embeddings == 0 else report.embedded)
    assert (report.embedded > 0) == (embeddings > 0)
    assert examine_index(briefs.settings) == ()
    assert briefs.open().search_dense(briefs.embedder.embed(["trout"])[0], 4) == wanted


def test_a_sound_index_has_no_findings(briefs: Workplace) -> None:
    briefs.run()
    assert examine_index(briefs.settings) == ()


def test_examining_changes_nothing(briefs: Workplace) -> None:
    briefs.run()
    before = {path: path.read_bytes() for path in briefs.index.rglob("*") if path.is_file()}
    examine_index(briefs.settings)
    after = {path: path.read_bytes() for path in briefs.index.rglob("*") if path.is_file()}
    assert after == before


def test_only_the_broken_vector_is_embedded_again(briefs: Workplace) -> None:
    briefs.run()
    folder = briefs.open().folder
    forge_vector(folder)
    shutil.rmtree(folder / CHROMA)
    report = repair_index(briefs.settings, lambda: briefs.embedder)
    assert report.embedded == 1


def test_leftovers_are_a_remark_and_no_damage(briefs: Workplace) -> None:
    briefs.run()
    layout = Layout(briefs.index)
    (layout.generations / ".building-1").mkdir()
    layout.lock_holder.write_text('{"pid": 1, "host": "gone", "since": "2030"}')
    found = examine_index(briefs.settings)
    assert [finding.is_damage for finding in found] == [False, False]
    briefs.run()
    assert any("gone" in progress.detail for progress in briefs.progress)
    assert examine_index(briefs.settings) == ()


def test_a_damaged_index_stays_when_the_corpus_is_gone(briefs: Workplace) -> None:
    briefs.run()
    folder = briefs.open().folder
    wreck_chroma(folder)
    shutil.rmtree(briefs.corpus)
    with pytest.raises(CorpusError):
        repair_index(briefs.settings, lambda: briefs.embedder)
    assert briefs.open().folder == folder


def test_no_index_and_a_foreign_folder_are_refused(place: Workplace) -> None:
    with pytest.raises(IndexStateError, match="There is no index"):
        examine_index(place.settings)
    place.index.mkdir()
    (place.index / "letter.txt").write_text("keep me")
    with pytest.raises(IndexStateError, match="not a SummitQA index"):
        examine_index(place.settings)
