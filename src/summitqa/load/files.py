"""Open files that may be anything: a pipe, a device, a link out of the corpus, 2 GB of nothing."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from summitqa.load.content import refuse
from summitqa.settings import Settings

# Without O_NONBLOCK opening a pipe waits for a writer, for ever if there is none.
_FLAGS = (
    os.O_RDONLY
    | os.O_CLOEXEC
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_BINARY", 0)
)


def read_bytes(path: Path, document_id: str, settings: Settings, limit: int | None = None) -> bytes:
    """Read a regular file within the limit on size.

    Args:
        path: The file.
        document_id: What errors call it.
        settings: ``corpus_dir``, which a file inside it may not leave through a symbolic
            link, and ``max_file_bytes``.
        limit: Bytes allowed, if not ``max_file_bytes``.

    Raises:
        FileNotFoundError: There is no such file.
        DocumentError: The file is not a regular one, too large, leaves the corpus through a
            link, or cannot be read.
    """
    allowed = settings.max_file_bytes if limit is None else limit
    try:
        _check_inside(path, document_id, settings.corpus_dir)
        # Looked at before opening as well, since opening some devices does something.
        _check_regular(path.stat().st_mode, document_id)
        descriptor = os.open(path, _FLAGS)
        with os.fdopen(descriptor, "rb") as stream:
            found = os.fstat(descriptor)
            _check_regular(found.st_mode, document_id)
            if found.st_size > allowed:
                raise refuse(
                    document_id,
                    f"is {found.st_size:,} bytes, more than the {allowed:,} allowed; "
                    "raise max_file_bytes or split the file.",
                )
            data = stream.read(allowed + 1)
    except FileNotFoundError:
        raise
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise refuse(document_id, f"cannot be read ({reason}); check the file.") from None
    if len(data) > allowed:
        raise refuse(document_id, f"grew past the {allowed:,} bytes allowed; raise max_file_bytes.")
    return data


def _check_regular(mode: int, document_id: str) -> None:
    if not stat.S_ISREG(mode):
        what = "a folder" if stat.S_ISDIR(mode) else "a pipe, socket or device"
        raise refuse(document_id, f"is {what}, not a file; remove it.")


def _check_inside(path: Path, document_id: str, corpus_dir: Path) -> None:
    """Refuse a file that is named inside the corpus and lies elsewhere."""
    # Not Path.resolve(): what the name says is compared with what it leads to.
    root, name = Path(os.path.normpath(Path.cwd() / corpus_dir)), Path.cwd() / path
    inside = Path(os.path.normpath(name)).is_relative_to(root)
    if inside and not name.resolve().is_relative_to(root.resolve()):
        raise refuse(
            document_id,
            "is a symbolic link out of the corpus; add its target with summitqa add --in-place.",
        )
