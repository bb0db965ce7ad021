"""Change the corpus folder: copy or link documents into it, take documents out."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from summitqa.errors import CorpusError, DocumentError, FetchError, UsageError
from summitqa.indexing.links import read_links, write_links
from summitqa.indexing.scan import scan_corpus
from summitqa.load import SUPPORTED_SUFFIXES, load_document
from summitqa.settings import Settings

_ADDRESSES = ("http://", "https://")
_WEB_FOLDER = "web"


@dataclass(frozen=True, slots=True)
class Added:
    """What was brought into the corpus.

    Attributes:
        documents: Ids that are now in the corpus, also those that were there already.
        refused: What was asked for but not taken, each with the reason.
    """

    documents: tuple[str, ...]
    refused: tuple[tuple[str, str], ...]


def add_paths(
    settings: Settings,
    targets: Sequence[str],
    *,
    in_place: bool = False,
    replace: bool = False,
    folder: str = "",
) -> Added:
    """Bring files, folders and addresses into the corpus; index them afterwards.

    Args:
        settings: Where the corpus is.
        targets: Paths and http(s) addresses.
        in_place: Link files and folders where they are instead of copying them.
        replace: Let a file take the place of another of the same name.
        folder: Folder in the corpus that they go into.

    Raises:
        UsageError: A path does not exist, or would lead out of or around the corpus.
        CorpusError: The corpus cannot be written.
        FetchError: An address was the only target and cannot be fetched.
    """
    inside = _inside(folder)
    for target in targets:
        _check_target(settings, target, in_place)
    documents: list[str] = []
    refused: list[tuple[str, str]] = []
    root = settings.corpus_dir
    try:
        root.mkdir(parents=True, exist_ok=True)
        for target in targets:
            if target.lower().startswith(_ADDRESSES):
                _add_address(settings, target, inside, documents, refused, len(targets) == 1)
            elif in_place:
                documents.append(_link(root, Path(target), inside))
            else:
                _copy(settings, Path(target), inside, replace, documents, refused)
    except OSError as error:
        raise CorpusError(
            f"The corpus folder {root} cannot be written ({error.strerror or error}); "
            "free space or allow writing there, and run the command again."
        ) from error
    except RecursionError:  # os.walk before Python 3.12
        raise UsageError("A folder to add is nested too deeply; add the folders in it.") from None
    return Added(tuple(documents), tuple(refused))


def remove_documents(settings: Settings, names: Sequence[str]) -> tuple[str, ...]:
    """Take documents, folders or links out of the corpus; index afterwards.

    Copies in the corpus are deleted with their sidecars; of a link only the link goes.

    Args:
        settings: Where the corpus is.
        names: Document ids, folders of the corpus, names of links.

    Returns:
        The ids of the documents that are out.

    Raises:
        UsageError: A name is unknown, or belongs to a linked folder; nothing was removed.
    """
    scan = scan_corpus(settings)
    links = read_links(settings.corpus_dir)
    known = {*scan.files, *(name for name, _ in scan.refused)}
    chosen: dict[str, str] = {}
    for name in names:
        chosen.update(_choose(settings, name, known, links))
    removed = [name for name, kind in chosen.items() if kind == "file"]
    try:
        for name in removed:
            path = settings.corpus_dir / name
            path.unlink(missing_ok=True)
            path.with_name(path.name + ".toml").unlink(missing_ok=True)
            _drop_empty_folders(path.parent, settings.corpus_dir)
        unlinked = {name for name, kind in chosen.items() if kind == "link"}
        if unlinked:
            kept = {name: path for name, path in links.items() if name not in unlinked}
            write_links(settings.corpus_dir, kept)
    except OSError as error:
        raise CorpusError(
            f"The corpus folder {settings.corpus_dir} cannot be written "
            f"({error.strerror or error}); allow writing there and run the command again."
        ) from error
    for link in unlinked:
        removed += [name for name in known if name == link or name.startswith(link + "/")]
    return tuple(sorted(removed))


def _choose(
    settings: Settings, name: str, known: Iterable[str], links: Iterable[str]
) -> Iterator[tuple[str, str]]:
    wanted = _as_id(settings, name)
    if wanted in set(links):
        yield wanted, "link"
        return
    owner = next((link for link in links if wanted.startswith(link + "/")), None)
    if owner:
        raise UsageError(
            f"{wanted} lies in the linked folder {owner}; remove the whole link with "
            f"summitqa remove {owner}, or move the file away."
        )
    found = [other for other in known if other == wanted or other.startswith(wanted + "/")]
    if not found or not wanted:
        from difflib import get_close_matches

        near = get_close_matches(wanted, list(known), n=3, cutoff=0.5)
        hint = f"did you mean {' or '.join(near)}?" if near else "see summitqa status --documents."
        raise UsageError(f"The corpus has no document called {name!r}; {hint}")
    for other in found:
        if not any(other == link or other.startswith(link + "/") for link in links):
            yield other, "file"


def _as_id(settings: Settings, name: str) -> str:
    """Accept an id, or a path that leads into the corpus."""
    path = Path(name)
    root = settings.corpus_dir.resolve()
    if path.is_absolute() or ".." in path.parts or not (root / name).exists():
        absolute = path.parent.resolve() / path.name
        if absolute.is_relative_to(root) and (absolute.exists() or path.is_absolute()):
            return absolute.relative_to(root).as_posix()
        if path.is_absolute() or ".." in path.parts:
            raise UsageError(f"{name!r} is not in the corpus folder {settings.corpus_dir}.")
    return PurePosixPath(name).as_posix().rstrip("/")


def _drop_empty_folders(folder: Path, root: Path) -> None:
    while folder != root and folder.is_relative_to(root):
        try:
            folder.rmdir()
        except OSError:
            return
        folder = folder.parent


def _inside(folder: str) -> PurePosixPath:
    inside = PurePosixPath(folder)
    if inside.is_absolute() or any(part == ".." or part.startswith(".") for part in inside.parts):
        raise UsageError(f"{folder!r} is not a folder inside the corpus; write a relative path.")
    return inside


def _check_target(settings: Settings, target: str, in_place: bool) -> None:
    if target.lower().startswith(_ADDRESSES):
        if in_place:
            raise UsageError(f"{target} is an address and cannot be linked; leave --in-place out.")
        return
    # An empty path would be the working folder, with everything in it.
    if not target.strip():
        raise UsageError("The path is empty; name a file, a folder or an address.")
    path = Path(target)
    if not path.exists():
        if "://" in target:
            raise UsageError(f"{target} is not an http or https address; only those are fetched.")
        raise UsageError(f"There is no file or folder {target}; check the path.")
    if in_place and not path.is_dir():
        why = _why_not(path, PurePosixPath(path.name), settings)
        if why:
            raise UsageError(why)
    real, root = path.resolve(), settings.corpus_dir.resolve()
    if root.is_relative_to(real) and real != root:
        raise UsageError(f"{target} contains the corpus folder itself; choose what to add in it.")
    if settings.index_dir.resolve().is_relative_to(real):
        raise UsageError(f"{target} contains the index; choose what to add in it.")
    if in_place and real.is_relative_to(root):
        raise UsageError(f"{target} lies in the corpus already; run: summitqa index")


def _add_address(
    settings: Settings,
    address: str,
    inside: PurePosixPath,
    documents: list[str],
    refused: list[tuple[str, str]],
    only: bool,
) -> None:
    from summitqa.fetch import fetch_url

    folder = settings.corpus_dir / (inside if inside.parts else _WEB_FOLDER)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        path = fetch_url(address, folder, settings)
    except FetchError as error:
        _drop_empty_folders(folder, settings.corpus_dir)
        if only:
            raise
        refused.append((address, str(error)))
    else:
        root = settings.corpus_dir.resolve()
        documents.append(path.resolve().relative_to(root).as_posix())


def _link(root: Path, path: Path, inside: PurePosixPath) -> str:
    links = read_links(root)
    real = path.resolve()
    for name, target in links.items():
        if target.resolve() == real:
            return name
    wanted = (inside / real.name).as_posix()
    name, number = wanted, 2
    while name in links or (root / name).exists():
        stem = PurePosixPath(wanted)
        name = stem.with_name(f"{stem.stem}-{number}{stem.suffix}").as_posix()
        number += 1
    write_links(root, {**links, name: real})
    return name


def _copy(
    settings: Settings,
    path: Path,
    inside: PurePosixPath,
    replace: bool,
    documents: list[str],
    refused: list[tuple[str, str]],
) -> None:
    root = settings.corpus_dir
    real, corpus = path.resolve(), root.resolve()
    if real.is_relative_to(corpus):
        documents.append(real.relative_to(corpus).as_posix())
        return
    # A link is known by its own name: what it leads to may have none that tells the format.
    name = PurePosixPath(path.name or real.name)
    pairs = list(_files_below(real)) if real.is_dir() else [(real, name)]
    if not pairs:
        refused.append((str(path), f"{path} holds no files; choose another folder."))
    for source, name in pairs:
        goal = inside / name
        if goal.name.startswith("."):
            refused.append((str(source), f"{source} is hidden; rename it."))
        elif why := _why_not(source, goal, settings, root / goal):
            refused.append((str(source), why))
        elif _differs(source, root / goal) and not replace:
            refused.append(
                (
                    str(source),
                    f"the corpus has another {goal.as_posix()} already; use --replace to put "
                    "this one in its place, or --to FOLDER.",
                )
            )
        else:
            _copy_file(source, root / goal)
            documents.append(goal.as_posix())


def _why_not(
    source: Path, goal: PurePosixPath, settings: Settings, known: Path | None = None
) -> str | None:
    """Say why a file is no document; None if it is one.

    It is read once before it is copied: what cannot be read would fail in every run of the
    index from then on, or would have replaced what could. What the corpus holds as ``known``,
    byte for byte, is not read again.
    """
    if not source.is_file():
        return f"{source} is not a regular file; choose another."
    if goal.suffix.lower() not in SUPPORTED_SUFFIXES:
        return (
            f"{source} has the suffix {goal.suffix or '(none)'}, which is not supported; "
            f"supported are {', '.join(sorted(SUPPORTED_SUFFIXES))}."
        )
    if source.suffix.lower() != goal.suffix.lower():  # named by a link
        return None
    if known is not None and known.is_file() and not _differs(source, known):
        return None
    try:
        load_document(source, goal.as_posix(), settings)
    except DocumentError as error:
        return str(error)
    return None


def _files_below(folder: Path) -> Iterator[tuple[Path, PurePosixPath]]:
    """Give the files of a folder; hidden ones, sidecars and links are left out."""
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(parent) / name
            if name.startswith(".") or path.suffix.lower() == ".toml" or path.is_symlink():
                continue
            yield path, PurePosixPath(folder.name) / path.relative_to(folder).as_posix()


def _differs(source: Path, goal: Path) -> bool:
    import filecmp

    return goal.exists() and not (goal.is_file() and filecmp.cmp(source, goal, shallow=False))


def _copy_file(source: Path, goal: Path) -> None:
    """Copy a file and its sidecar so that the corpus never holds half a file."""
    goal.parent.mkdir(parents=True, exist_ok=True)
    for suffix in (".toml", ""):
        start, end = source.with_name(source.name + suffix), goal.with_name(goal.name + suffix)
        if suffix and not start.is_file():
            continue
        half = goal.with_name(f".{goal.name}{suffix}.{os.getpid()}")
        try:
            shutil.copyfile(start, half)
            half.replace(end)
        finally:
            half.unlink(missing_ok=True)
