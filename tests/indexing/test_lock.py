"""One writer: a second one waits or is told; a lock left by the dead is taken over."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from summitqa.errors import IndexLockedError, IndexStateError
from summitqa.store.layout import Layout
from summitqa.store.lock import hold_lock

if TYPE_CHECKING:
    from pathlib import Path

    from tests.indexing.conftest import Workplace

HOLDER = """
import sys
from pathlib import Path
from summitqa.store.layout import Layout
from summitqa.store.lock import hold_lock
with hold_lock(Layout(Path(sys.argv[1])), 0):
    print("held", flush=True)
    sys.stdin.readline()
"""


def start_holder(index: Path) -> subprocess.Popen[str]:
    """Start a process that holds the lock until it is told to end."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(index)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    return holder


def test_a_second_writer_is_told_which_process_writes(briefs: Workplace) -> None:
    holder = start_holder(briefs.index)
    with pytest.raises(IndexLockedError, match=f"Process {holder.pid} on .*run the command again"):
        briefs.run()
    holder.communicate("\n")
    assert len(briefs.run().added) == 3


def test_a_second_writer_waits_and_says_so(briefs: Workplace) -> None:
    holder = start_holder(briefs.index)
    patient = briefs.with_settings(lock_timeout_seconds=60.0)
    notes: list[str] = []

    def tell_holder_to_end(text: str) -> None:
        notes.append(text)
        assert holder.stdin is not None
        holder.stdin.write("\n")
        holder.stdin.flush()

    with hold_lock(Layout(patient.index_dir), 60.0, tell_holder_to_end):
        pass
    holder.communicate()
    assert len(notes) == 1
    assert f"Process {holder.pid}" in notes[0]
    assert "waiting up to 60 s" in notes[0]


def test_the_lock_of_a_killed_process_is_taken_over(briefs: Workplace) -> None:
    holder = start_holder(briefs.index)
    holder.send_signal(signal.SIGKILL)
    holder.communicate()
    assert Layout(briefs.index).lock_holder.exists()
    assert len(briefs.run().added) == 3
    notes = [progress.detail for progress in briefs.progress if progress.step == "note"]
    assert notes == [note for note in notes if f"Process {holder.pid}" in note]
    assert "stopped without finishing" in notes[0]
    assert not Layout(briefs.index).lock_holder.exists()


def test_two_threads_of_one_process_exclude_each_other(tmp_path: Path) -> None:
    inside, most = 0, 0
    guard = threading.Lock()

    def write() -> None:
        nonlocal inside, most
        with hold_lock(Layout(tmp_path / "index"), 30):
            with guard:
                inside += 1
                most = max(most, inside)
            with guard:
                inside -= 1

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1


def test_the_lock_is_free_again_after_an_error(tmp_path: Path) -> None:
    layout = Layout(tmp_path / "index")
    with pytest.raises(ZeroDivisionError), hold_lock(layout, 0):
        raise ZeroDivisionError
    with hold_lock(layout, 0):
        assert str(os.getpid()) in layout.lock_holder.read_text()
    assert not layout.lock_holder.exists()


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(IndexStateError, match="cannot be written"),
        hold_lock(Layout(tmp_path / "file" / "index"), 0),
    ):
        pass
