"""Read risky formats in a process of their own, one that can be killed and is used again.

A PDF library that crashes, a file that takes for ever or all memory: the process ends, the
file is reported, and a fresh process reads the next file.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import threading
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any

import summitqa
from summitqa.errors import DocumentError
from summitqa.load.content import Content, Limits, refuse

# A process is replaced after so many files, so that what a library leaks does not add up.
_FILES_A_PROCESS = 500
_START_SECONDS = 60.0


class LoadingWorker:
    """A process that reads files one after another; safe to be used by several threads.

    The process starts with the first file and ends with `close` or the ``with`` block.

    Attributes:
        started: How many processes were started; more than one means that one died, ran
            out of time or memory, or was replaced after many files.
    """

    def __init__(self) -> None:
        """Make a worker; no process starts yet."""
        self.started = 0
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._memory = 0
        self._files = 0

    def __enter__(self) -> LoadingWorker:
        """Return the worker itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the process."""
        self.close()

    def close(self) -> None:
        """End the process, if there is one; the worker can be used again."""
        with self._lock:
            self._stop()

    def read(self, name: str, data: bytes, document_id: str, limits: Limits) -> Content:
        """Read a file's bytes.

        Args:
            name: The format, a value of ``FORMATS``.
            data: The file's bytes.
            document_id: What errors call it.
            limits: What it may cost.

        Raises:
            DocumentError: The file cannot be read, or was too costly.
        """
        with self._lock:
            return self._read(name, data, document_id, limits)

    def _read(self, name: str, data: bytes, document_id: str, limits: Limits) -> Content:
        process = self._ready(limits)
        if process is None:
            raise refuse(
                document_id,
                "cannot be read now, since the process that reads files does not start; "
                "free memory and run the command again.",
            )
        expired = threading.Event()

        def expire() -> None:
            expired.set()
            process.kill()

        clock = threading.Timer(limits.max_load_seconds, expire)
        clock.daemon = True
        clock.start()
        try:
            answer = _exchange(process, name, data, document_id, limits)
        except BaseException:
            self._stop()
            raise
        finally:
            clock.cancel()
        if answer is None:
            self._stop()
            raise _explain_death(document_id, limits, expired.is_set())
        if "error" in answer:
            if answer.get("spent"):
                self._stop()
            raise DocumentError(str(answer["error"]))
        return _content_from(answer["content"])

    def _ready(self, limits: Limits) -> subprocess.Popen[bytes] | None:
        running = self._process is not None and self._process.poll() is None
        fits = self._memory == limits.max_load_memory_bytes and self._files < _FILES_A_PROCESS
        if not (running and fits):
            self._stop()
            self._process = _start(limits)
            self._memory = limits.max_load_memory_bytes
            self._files = 0
            self.started += 1
            if not _greets(self._process):
                self._stop()
        self._files += 1
        return self._process

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                try:
                    stream.close()
                except OSError:
                    continue


def _start(limits: Limits) -> subprocess.Popen[bytes]:
    root = str(Path(summitqa.__file__).resolve().parents[1])
    known = os.environ.get("PYTHONPATH")
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([root, known] if known else [root]),
        "PYTHONDONTWRITEBYTECODE": "1",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        # One arena: threads' arenas reserve address space, which is what is limited.
        "MALLOC_ARENA_MAX": "1",
    }
    # -P: a module that lies in the working folder must not take the place of a library.
    return subprocess.Popen(
        [
            sys.executable,
            "-P",
            "-m",
            "summitqa.load.child",
            str(limits.max_load_memory_bytes),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        start_new_session=True,  # Ctrl-C goes to the parent, which ends the child
    )


def _greets(process: subprocess.Popen[bytes]) -> bool:
    """Wait for the first line, so that starting up takes nothing of a file's time."""
    assert process.stdout is not None
    clock = threading.Timer(_START_SECONDS, process.kill)
    clock.daemon = True
    clock.start()
    try:
        return process.stdout.readline(10) == b"ready\n"
    finally:
        clock.cancel()


def _exchange(
    process: subprocess.Popen[bytes], name: str, data: bytes, document_id: str, limits: Limits
) -> dict[str, Any] | None:
    """Send a request and wait for the answer; None when the process died meanwhile."""
    assert process.stdin is not None
    assert process.stdout is not None
    values = asdict(limits)
    columns = list(values.pop("text_columns"))
    request = {
        "format": name,
        "document": document_id,
        "length": len(data),
        "limits": values,
        "columns": columns,
    }
    try:
        process.stdin.write(json.dumps(request).encode("ascii") + b"\n")
        process.stdin.write(data)
        process.stdin.flush()
        # Twelve bytes hold any code point as JSON writes it; the rest is for metadata.
        line = process.stdout.readline(12 * limits.max_text_characters + 10_000_000)
    except OSError:
        return None
    try:
        answer = json.loads(line) if line.endswith(b"\n") else None
    except ValueError:
        return None
    return answer if isinstance(answer, dict) else None


def _explain_death(document_id: str, limits: Limits, expired: bool) -> DocumentError:
    if expired:
        return refuse(
            document_id,
            f"took longer than the {limits.max_load_seconds:g} seconds allowed to be read; "
            "raise max_load_seconds or split it.",
        )
    return refuse(
        document_id,
        "is damaged: reading it ended the reading process (a crash, or more memory or time "
        "than allowed); repair it or save it anew.",
    )


def _content_from(values: dict[str, Any]) -> Content:
    return Content(
        text=str(values["text"]),
        media_type=str(values["media_type"]),
        metadata=dict(values["metadata"]),
        page_starts=tuple(int(start) for start in values["page_starts"]),
    )


_shared: LoadingWorker | None = None
_shared_lock = threading.Lock()


def shared_worker() -> LoadingWorker:
    """Give the worker of this process; it ends when this process does."""
    global _shared  # noqa: PLW0603
    with _shared_lock:
        if _shared is None:
            _shared = LoadingWorker()
            atexit.register(_shared.close)
            if hasattr(os, "register_at_fork"):
                os.register_at_fork(after_in_child=_forget)
        return _shared


def _forget() -> None:
    """After a fork: the child must not talk to the parent's process."""
    global _shared, _shared_lock  # noqa: PLW0603
    _shared = None
    _shared_lock = threading.Lock()
