"""Find the documents of a corpus and hash those whose looks have changed."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePath

from summitqa.errors import CorpusError
from summitqa.indexing.links import read_links
from summitqa.indexing.report import Progress, ReportProgress
from summitqa.load import SUPPORTED_SUFFIXES
from summitqa.settings import Settings

Looks = tuple[int, ...]

# A file changed twice within one tick of the file system's clock keeps its looks, so looks
# younger than this are not trusted (as git treats its own index).
_SETTLE_NANOSECONDS = 2_000_000_000
_NOT_DOCUMENTS = frozenset({".toml", ".tmp", ".part", ".partial", ".crdownload", ".swp", ".bak"})
_NOT_NAMES = frozenset({"thumbs.db", "desktop.ini"})


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file that may be a document.

    Attributes:
        id: The document id.
        path: Where the file is.
        looks: Size, times and inode of the file and of its sidecar.
    """

    id: str
    path: Path
    looks: Looks


@dataclass(frozen=True, slots=True)
class Scan:
    """What lies in the corpus.

    Attributes:
        files: The files by document id, in the order of the ids.
        refused: Ids of what was passed over, each with the reason.
    """

    files: Mapping[str, FoundFile]
    refused: tuple[tuple[str, str], ...]


@dataclass(slots=True)
class _Walk:
    root: Path
    index: tuple[int, int] | None
    files: dict[str, FoundFile] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)


def scan_corpus(settings: Settings) -> Scan:
    """Find every document of the corpus.

    Hidden files, ``README.md`` at the root, ``*.toml`` and leftovers of downloads and
    editors are no documents. Symbolic links that leave the corpus, pipes, devices and
    names that are not UTF-8 are refused, with a reason.

    Raises:
        CorpusError: The corpus folder is missing or cannot be listed.
    """
    root = settings.corpus_dir
    if not root.is_dir():
        what = "is not a folder" if root.exists() else "does not exist"
        raise CorpusError(f"The corpus folder {root} {what}; make it or choose one with --corpus.")
    index = settings.index_dir.stat() if settings.index_dir.exists() else None
    walk = _Walk(root.resolve(), (index.st_dev, index.st_ino) if index else None)
    try:
        _walk(walk, walk.root, "")
    except OSError as error:
        raise CorpusError(
            f"The corpus folder {root} cannot be read ({error.strerror or error}); "
            "check it and run the command again."
        ) from None
    for name, target in sorted(read_links(root).items()):
        _follow_link(walk, name, target)
    files = {name: walk.files[name] for name in sorted(walk.files)}
    refused = ((name, f"{name} {reason}") for name, reason in sorted(walk.refused.items()))
    return Scan(files, tuple(refused))


def _follow_link(walk: _Walk, name: str, target: Path) -> None:
    if name in walk.files:
        walk.refused[name] = "is both a file in the corpus and a link; rename or remove one."
    elif target.is_dir():
        try:
            inside = _Walk(target.resolve(), walk.index, walk.files, walk.refused)
            _walk(inside, inside.root, f"{name}/")
        except OSError as error:
            walk.refused[name] = (
                f"is a linked folder that cannot be read ({error.strerror or error})."
            )
    elif target.is_file():
        _take(walk, name, target.resolve())
    elif target.exists():
        walk.refused[name] = (
            f"links to {target}, which is not a regular file; remove the link: "
            f"summitqa remove {name}"
        )
    else:
        walk.refused[name] = f"links to {target}, which is missing; restore it, or remove the link."


def _walk(walk: _Walk, folder: Path, prefix: str) -> None:
    """Visit a folder and all below it; without recursion, for folders nest a thousand deep."""
    pending = _list_folder(walk, folder, prefix)
    while pending:
        inner, name = pending.pop()
        try:
            pending += _list_folder(walk, inner, name + "/")
        except OSError as error:
            walk.refused[name] = f"cannot be read ({error.strerror or error}); check the folder."


def _list_folder(walk: _Walk, folder: Path, prefix: str) -> list[tuple[Path, str]]:
    """Take the files of a folder, and return the folders in it with their names."""
    folders: list[tuple[Path, str]] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(".") or _is_leftover(entry.name):
                continue
            name = prefix + entry.name
            try:
                name.encode()
            except UnicodeEncodeError:
                shown = os.fsencode(name).decode(errors="backslashreplace")
                walk.refused[shown] = "has a name that is not UTF-8; rename the file."
                continue
            try:
                if _visit(walk, entry, name):
                    folders.append((Path(entry.path), name))
            except OSError as error:
                walk.refused[name] = f"cannot be read ({error.strerror or error}); check the file."
    return folders


def _visit(walk: _Walk, entry: os.DirEntry[str], name: str) -> bool:
    """Take or refuse an entry; True for a folder that is to be looked into."""
    path = Path(entry.path)
    if entry.is_symlink():
        try:
            target = path.resolve()
        except RuntimeError:  # before Python 3.13
            target = path
        if not target.exists():
            walk.refused[name] = "is a symbolic link to nothing; remove it."
        elif not target.is_relative_to(walk.root):
            walk.refused[name] = (
                "is a symbolic link out of the corpus; use: summitqa add --in-place"
            )
        elif target.is_dir():
            walk.refused[name] = "is a symbolic link to a folder, which is not followed."
        elif target.is_file():
            _take(walk, name, path)
        else:
            walk.refused[name] = "is not a regular file."
    elif entry.is_dir():
        folder = entry.stat()
        return (folder.st_dev, folder.st_ino) != walk.index
    elif entry.is_file():
        _take(walk, name, path)
    else:
        walk.refused[name] = "is a pipe, socket or device, not a file; remove it."
    return False


def _take(walk: _Walk, name: str, path: Path) -> None:
    if name == "README.md":
        return
    if path.suffix.lower() not in SUPPORTED_SUFFIXES:
        walk.refused[name] = (
            f"has the suffix {path.suffix or '(none)'}, which is not supported; "
            f"supported are {', '.join(sorted(SUPPORTED_SUFFIXES))}."
        )
        return
    walk.files[name] = FoundFile(name, path, look_at(path))


def _is_leftover(name: str) -> bool:
    lower = name.lower()
    return lower.endswith("~") or lower in _NOT_NAMES or PurePath(lower).suffix in _NOT_DOCUMENTS


def look_at(path: Path) -> Looks:
    """Take the looks of a file and of its sidecar: size, times, inode."""
    file = path.stat()
    looks = (file.st_size, file.st_mtime_ns, file.st_ctime_ns, file.st_ino)
    try:
        sidecar = Path(f"{path}.toml").stat()
    except OSError:
        return looks
    return (*looks, sidecar.st_size, sidecar.st_mtime_ns, sidecar.st_ctime_ns, sidecar.st_ino)


def hash_source(path: Path) -> str:
    """Hash the bytes of a file and of its sidecar; sha256, hexadecimal."""
    with path.open("rb") as stream:
        if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
            raise OSError("not a regular file")
        digest = hashlib.file_digest(stream, "sha256")
    try:
        with Path(f"{path}.toml").open("rb") as stream:
            digest.update(b"\0sidecar\0" + hashlib.file_digest(stream, "sha256").digest())
    except FileNotFoundError:
        pass
    return digest.hexdigest()


def hash_files(
    scan: Scan, seen: Mapping[str, tuple[Looks, str]], settings: Settings, report: ReportProgress
) -> tuple[dict[str, str], dict[str, str]]:
    """Hash the files whose looks are not those seen at an earlier run.

    Returns:
        Source hashes by id, and reasons by id for the files that cannot be hashed.
    """
    hashes: dict[str, str] = {}
    failed: dict[str, str] = {}
    fresh: list[FoundFile] = []
    for name, file in scan.files.items():
        known = seen.get(name)
        if known is not None and known[0] == file.looks:
            hashes[name] = known[1]
        else:
            fresh.append(file)
    for done, file in enumerate(fresh):
        report(Progress("hash", done, len(fresh), file.id))
        if file.looks[0] > settings.max_file_bytes:
            failed[file.id] = (
                f"{file.id} is {file.looks[0]:,} bytes, more than the {settings.max_file_bytes:,} "
                "allowed; raise max_file_bytes or split the file."
            )
            continue
        try:
            hashes[file.id] = hash_source(file.path)
        except OSError as error:
            failed[file.id] = (
                f"{file.id} cannot be read ({error.strerror or error}); check the file."
            )
    return hashes, failed


def read_seen(path: Path, corpus_dir: Path) -> dict[str, tuple[Looks, str]]:
    """Read what the files of this corpus looked like; empty when lost or of another corpus."""
    try:
        stored = json.loads(path.read_bytes())
        if stored["corpus"] != str(corpus_dir.resolve()):
            return {}
        return {name: (tuple(looks), hashed) for name, looks, hashed in stored["files"]}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def dump_seen(scan: Scan, hashes: Mapping[str, str], corpus_dir: Path) -> str:
    """Write down the looks of the files that were hashed, as far as they can be trusted."""
    settled = time.time_ns() - _SETTLE_NANOSECONDS
    files = [
        (name, scan.files[name].looks, hashed)
        for name, hashed in hashes.items()
        if _newest(scan.files[name].looks) < settled
    ]
    return json.dumps({"corpus": str(corpus_dir.resolve()), "files": files})


def _newest(looks: Looks) -> int:
    return max(_times(looks))


def _times(looks: Looks) -> Iterator[int]:
    for place in range(0, len(looks), 4):
        yield from looks[place + 1 : place + 3]
