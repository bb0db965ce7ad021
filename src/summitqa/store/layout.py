"""Where things lie in an index folder, and the steps that must be atomic there.

    summitqa-index.json    says that the folder is ours, and of which schema
    CURRENT                the name of the current generation
    generations/<name>/    one whole state, never changed once named in CURRENT
    staging/               embeddings of a run under way
    seen.json              what the corpus files looked like when they were last hashed
    lock, lock.json        one writer, and who it is

A generation is built under a temporary name, flushed to the disk, renamed, and then
named in ``CURRENT`` by an atomic replacement: that one step is the whole commit.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from summitqa.errors import IndexStateError
from summitqa.store.faults import reach

SCHEMA_VERSION = 1
FORMAT = "summitqa-index"
CATALOGUE, VECTORS, SUMS, CHROMA, MANIFEST = (
    "catalogue.sqlite",
    "vectors.npy",
    "vector-sums.bin",
    "chroma",
    "generation.json",
)
_NAME = re.compile(r"\d{6,}-[0-9a-f]{12}")
_TEMPORARY = ".building-"
_TOLERATED = {"README.md", ".gitignore", ".gitkeep", ".DS_Store", "lock", "lock.json"}
_HALF_WRITTEN = re.compile(r"\.(?:CURRENT|seen\.json|summitqa-index\.json)\.\d+")


@dataclass(frozen=True, slots=True)
class Layout:
    """The paths of one index folder."""

    root: Path

    @property
    def marker(self) -> Path:
        """The file that says the folder is ours."""
        return self.root / "summitqa-index.json"

    @property
    def current(self) -> Path:
        """The file that names the current generation."""
        return self.root / "CURRENT"

    @property
    def generations(self) -> Path:
        """The folder of the generations."""
        return self.root / "generations"

    @property
    def staging(self) -> Path:
        """The folder with the embeddings of a run under way."""
        return self.root / "staging"

    @property
    def seen(self) -> Path:
        """The record of what the corpus files looked like; may be lost without harm."""
        return self.root / "seen.json"

    @property
    def lock(self) -> Path:
        """The file that the writer locks."""
        return self.root / "lock"

    @property
    def lock_holder(self) -> Path:
        """The note that says who holds the lock."""
        return self.root / "lock.json"


def check_ours(layout: Layout) -> bool:
    """Say whether an index is there.

    Returns:
        False when the folder is missing or empty, so that an index may be made in it.

    Raises:
        IndexStateError: The folder holds other things, or is of another schema version.
    """
    if not layout.root.exists():
        return False
    if not layout.root.is_dir():
        raise IndexStateError(f"{layout.root} is not a folder; choose another with --index.")
    if not layout.marker.exists():
        if layout.current.exists() and layout.generations.is_dir():
            raise IndexStateError(
                f"The index in {layout.root} is damaged ({layout.marker.name} is missing); "
                "run: summitqa doctor --repair"
            )
        names = {entry.name for entry in layout.root.iterdir()} - _TOLERATED
        foreign = sorted(name for name in names if not _HALF_WRITTEN.fullmatch(name))
        if foreign:
            raise IndexStateError(
                f"{layout.root} is not a SummitQA index but holds other files "
                f"({', '.join(foreign[:3])}); choose an empty folder with --index."
            )
        return False
    try:
        marker = json.loads(layout.marker.read_text(encoding="utf-8"))
        ours, schema = marker["format"] == FORMAT, int(marker["schema"])
    except (ValueError, KeyError, TypeError):
        raise IndexStateError(
            f"The index in {layout.root} is damaged ({layout.marker.name} cannot be read); "
            "run: summitqa doctor --repair"
        ) from None
    if not ours:
        raise IndexStateError(
            f"{layout.root} is not a SummitQA index; choose an empty folder with --index."
        )
    check_schema(layout, schema)
    return True


def check_schema(layout: Layout, schema: int) -> None:
    """Refuse an index of another schema version.

    Raises:
        IndexStateError: The version differs from ``SCHEMA_VERSION``.
    """
    if schema != SCHEMA_VERSION:
        raise IndexStateError(
            f"The index in {layout.root} has schema version {schema}, this SummitQA uses "
            f"{SCHEMA_VERSION}; run: summitqa index --rebuild"
        )


def write_marker(layout: Layout) -> None:
    """Write the file that says the folder is ours."""
    text = json.dumps({"format": FORMAT, "schema": SCHEMA_VERSION}) + "\n"
    if not layout.marker.exists() or layout.marker.read_text(encoding="utf-8") != text:
        replace_file(layout.marker, text)


def current_name(layout: Layout) -> str | None:
    """Return the name of the current generation, or None before the first.

    Raises:
        IndexStateError: ``CURRENT`` does not hold a name.
    """
    try:
        name = layout.current.read_text(encoding="utf-8", errors="replace").strip()
    except FileNotFoundError:
        return None
    if not _NAME.fullmatch(name):
        raise IndexStateError(
            f"The index in {layout.root} is damaged (CURRENT does not name a generation); "
            "run: summitqa doctor --repair"
        )
    return name


def generation_names(layout: Layout) -> list[str]:
    """List the finished generations, oldest first."""
    if not layout.generations.is_dir():
        return []
    return sorted(
        (entry.name for entry in layout.generations.iterdir() if _NAME.fullmatch(entry.name)),
        key=lambda name: int(name.partition("-")[0]),
    )


def begin_generation(layout: Layout) -> Path:
    """Make the folder in which the next generation is built."""
    target = layout.generations / f"{_TEMPORARY}{os.getpid()}"
    if target.exists():
        shutil.rmtree(target)
    target.mkdir(parents=True)
    return target


def publish_generation(layout: Layout, built: Path, digest: str) -> str:
    """Flush a finished generation, give it its name and make it the current one.

    Args:
        layout: The index folder.
        built: The folder from `begin_generation`, complete.
        digest: The digest of the state in it.

    Returns:
        The name of the generation.
    """
    flush_tree(built)
    reach("flushed")
    names = generation_names(layout)
    number = int(names[-1].partition("-")[0]) + 1 if names else 1
    name = f"{number:06d}-{digest[:12]}"
    built.rename(layout.generations / name)
    flush_folder(layout.generations)
    reach("renamed")
    replace_file(layout.current, name + "\n")
    reach("published")
    return name


def sweep_generations(layout: Layout) -> None:
    """Delete what no reader may open any more: all but the current generation and its predecessor.

    Leftovers of killed runs go too: half-written files, half-built folders, and finished
    ones that were never named in ``CURRENT``. Only the holder of the lock may call this.
    """
    for entry in list(layout.root.iterdir()):
        if _HALF_WRITTEN.fullmatch(entry.name):
            entry.unlink(missing_ok=True)
    if not layout.generations.is_dir():
        return
    name = current_name(layout)
    names = generation_names(layout)
    keep: set[str] = set()
    if name in names:
        place = names.index(name)
        keep = set(names[max(0, place - 1) : place + 1])
    for entry in list(layout.generations.iterdir()):
        if entry.name not in keep and (
            entry.name.startswith(_TEMPORARY) or _NAME.fullmatch(entry.name)
        ):
            shutil.rmtree(entry, ignore_errors=True)
            reach("swept")


def replace_file(path: Path, text: str) -> None:
    """Replace a small file: a reader sees the old text or the new one, also after a crash."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with temporary.open("w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        reach("replacing")
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    flush_folder(path.parent)


def flush_tree(folder: Path) -> None:
    """Flush every file and folder below a folder to the disk."""
    for parent, _, names in os.walk(folder):
        for name in names:
            descriptor = os.open(Path(parent) / name, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        flush_folder(Path(parent))


def flush_folder(folder: Path) -> None:
    """Flush the entries of a folder to the disk, where the system allows it."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError:
        pass  # some network file systems refuse to flush a folder
    finally:
        os.close(descriptor)
