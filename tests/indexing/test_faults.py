"""A full disk and a folder that may not be written: one sentence, the old state, no litter."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from summitqa.doctor import examine_index
from summitqa.errors import IndexStateError
from summitqa.store import faults
from summitqa.store.layout import Layout, generation_names

if TYPE_CHECKING:
    from tests.indexing.conftest import Workplace

POINTS = (
    *("marked", "begun", "document", "catalogued", "staging", "staged", "vectors"),
    *("chroma-batch", "chroma", "built", "flushed", "renamed", "replacing", "published"),
)


@pytest.fixture(autouse=True)
def _count_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faults, "_reached", Counter())


@pytest.mark.parametrize("point", POINTS)
def test_a_write_that_fails_leaves_a_whole_state(
    briefs: Workplace, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    old = briefs.run().digest
    briefs.write("notes.txt", "Perch grow to thirty centimetres.\n")
    monkeypatch.setenv("SUMMITQA_FAIL_AT", f"{point}:1")
    with pytest.raises(IndexStateError, match=r"cannot be written \(No space left"):
        briefs.run()
    monkeypatch.delenv("SUMMITQA_FAIL_AT")
    digest = briefs.open().digest
    assert not [finding for finding in examine_index(briefs.settings) if finding.is_damage]
    new = briefs.run().digest
    assert digest in (old, new)
    assert old != new
    assert examine_index(briefs.settings) == ()
    layout = Layout(briefs.index)
    assert len(list(layout.generations.iterdir())) == len(generation_names(layout)) <= 2


LIMITED = """
import resource, sys
from summitqa.cli import main
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]),) * 2)
main(sys.argv[2:])
"""


@pytest.mark.parametrize("size", [2_000, 30_000, 150_000])
def test_files_that_cannot_grow_leave_the_old_state(briefs: Workplace, size: int) -> None:
    """A real process whose writes really fail, at sizes that hit different files."""
    briefs.run()
    digest = briefs.open().digest
    briefs.write("long.md", "\n\n".join(f"# Part {n}\n\nFish number {n}." for n in range(150)))
    done = subprocess.run(
        [
            *(sys.executable, "-c", LIMITED, str(size), "index"),
            *("--corpus", str(briefs.corpus), "--index", str(briefs.index)),
        ],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert "free space" in done.stderr
    assert briefs.open().digest == digest
    assert examine_index(briefs.settings) == ()


READ_ONLY = """
import os, sys
from pathlib import Path
from summitqa.errors import SummitQAError
from summitqa.index import update_index
from summitqa.lexical import analyse
from summitqa.settings import load_settings
from summitqa.store import open_snapshot

corpus, index = map(Path, sys.argv[1:3])
settings = load_settings(corpus_dir=corpus, index_dir=index, exact_search_below=0)
analyse("imported before the rights are gone")
import numpy, filelock, summitqa.embed, summitqa.store.chroma, summitqa.store.dense, difflib
if os.getuid() == 0:
    os.setgid(65534), os.setuid(65534)
snapshot = open_snapshot(index, settings)
print(snapshot.digest)
print(len(snapshot.search_lexical(["trout"], 3)))
print(len(snapshot.search_dense(snapshot.vectors()[0], 3)))
try:
    update_index(settings, lambda: None)
except SummitQAError as error:
    print(error)
"""


def test_a_read_only_folder_answers_and_refuses_to_be_written(briefs: Workplace) -> None:
    briefs.run()
    folders = [briefs.index.parent, *briefs.index.parent.rglob("*")]
    for path in folders:
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        done = subprocess.run(
            [sys.executable, "-c", READ_ONLY, str(briefs.corpus), str(briefs.index)],
            capture_output=True,
            text=True,
            check=True,
        )
    finally:
        for path in folders:
            path.chmod(0o755 if path.is_dir() else 0o644)
    digest, lexical, dense, said = done.stdout.splitlines()
    assert digest == briefs.open().digest
    assert (lexical, dense) == ("1", "3")
    assert "cannot be written" in said
    assert str(briefs.index) in said


def test_a_small_disk_that_fills_up_leaves_the_old_state(briefs: Workplace) -> None:
    disk = briefs.index.with_name("disk")
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1500k", "tmpfs", str(disk)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip("a small file system cannot be mounted here")
    try:
        settings = briefs.with_settings(index_dir=disk / "index")
        digest = briefs.run(settings).digest
        text = "\n\n".join(f"# Part {n}\n\nFish number {n}." for n in range(1500))
        briefs.write("long.md", text)
        with pytest.raises(IndexStateError, match=r"cannot be written|could not write"):
            briefs.run(settings)
        assert examine_index(settings) == ()
        (briefs.corpus / "long.md").unlink()
        assert briefs.run(settings).digest == digest
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def test_crash_points_are_passed_without_notice_by_default(
    capfd: pytest.CaptureFixture[str],
) -> None:
    faults.reach("anything")
    assert capfd.readouterr() == ("", "")
