"""One writer at a time: a file lock, with a note that says who holds it."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from summitqa.errors import IndexLockedError, IndexStateError
from summitqa.store.layout import Layout


@contextmanager
def hold_lock(
    layout: Layout, timeout: float, notice: Callable[[str], None] | None = None
) -> Iterator[None]:
    """Hold the writer's lock of an index folder.

    The lock belongs to the operating system, so it ends with its process: a note left by
    a process that died is stale, is recognised as such and is taken over.

    Args:
        layout: The index folder; made if missing.
        timeout: Seconds to wait for another writer.
        notice: Called with a sentence when this has to wait, or takes over a stale lock.

    Raises:
        IndexLockedError: Another process still holds the lock after ``timeout``.
        IndexStateError: The folder cannot be written.
    """
    from filelock import FileLock, Timeout

    try:
        layout.root.mkdir(parents=True, exist_ok=True)
        lock = FileLock(layout.lock, thread_local=False)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            if notice and timeout > 0:
                notice(f"{_holder(layout)} is writing the index; waiting up to {timeout:g} s.")
            try:
                lock.acquire(timeout=timeout)
            except Timeout:
                raise IndexLockedError(
                    f"{_holder(layout)} is writing the index in {layout.root}; "
                    "wait until it is done, or stop it, and run the command again."
                ) from None
        else:
            if notice and layout.lock_holder.exists():
                notice(f"{_holder(layout)} stopped without finishing; going on from there.")
    except OSError as error:
        raise unwritable(layout.root, error) from None
    try:
        try:
            layout.lock_holder.write_text(_note(), encoding="utf-8")
        except OSError as error:
            raise unwritable(layout.root, error) from None
        yield
    finally:
        layout.lock_holder.unlink(missing_ok=True)
        lock.release()


@contextmanager
def explain_failing_writes(layout: Layout) -> Iterator[None]:
    """Turn what the system says about a full disk or a forbidden folder into one sentence.

    Raises:
        IndexStateError: Instead of an OSError or of SQLite's word for one.
    """
    try:
        yield
    except OSError as error:
        raise unwritable(layout.root, error) from error
    except sqlite3.OperationalError as error:
        raise unwritable(layout.root, OSError(str(error))) from error


def unwritable(folder: Path, error: OSError) -> IndexStateError:
    """Say in one sentence that the index folder cannot be written, and why."""
    return IndexStateError(
        f"The index folder {folder} cannot be written ({error.strerror or error}); it is as "
        "whole as before: free space or allow writing there, and run the command again."
    )


def _note() -> str:
    return json.dumps(
        {
            "pid": os.getpid(),
            "host": socket.gethostname(),
            "since": datetime.now(UTC).isoformat(timespec="seconds"),
            "command": " ".join([Path(sys.argv[0]).name, *sys.argv[1:]])[:200],
        }
    )


def _holder(layout: Layout) -> str:
    try:
        note = json.loads(layout.lock_holder.read_text(encoding="utf-8"))
        return f"Process {note['pid']} on {note['host']} (since {note['since']})"
    except (OSError, ValueError, KeyError, TypeError):
        return "Another process"
