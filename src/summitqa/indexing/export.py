"""Write everything out as JSON lines, so that nobody is locked in."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from summitqa.errors import SummitQAError, UsageError
from summitqa.store import Snapshot

_BATCH = 500


@dataclass(frozen=True, slots=True)
class ExportCounts:
    """How much was written."""

    documents: int
    passages: int


def export_index(snapshot: Snapshot, target: Path, *, with_vectors: bool = True) -> ExportCounts:
    """Export a state.

    ``documents.jsonl`` holds a document a line with its metadata and text,
    ``passages.jsonl`` a passage a line with its offsets and, unless left out, its vector,
    ``index.json`` the facts about the state. The folder appears whole or not at all.

    Args:
        snapshot: The state.
        target: A folder that does not exist yet, or is empty.
        with_vectors: Whether to write the vectors.

    Raises:
        UsageError: The target holds something already.
        SummitQAError: The target cannot be written.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise UsageError(f"{target} exists and is not an empty folder; choose a new one.")
    half = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        half.mkdir(parents=True)
        documents = _write_lines(half / "documents.jsonl", _documents(snapshot))
        passages = _write_lines(half / "passages.jsonl", _passages(snapshot, with_vectors))
        facts = json.dumps(asdict(snapshot.status()), indent=1, ensure_ascii=False)
        (half / "index.json").write_text(facts + "\n", encoding="utf-8")
        if target.exists():
            target.rmdir()
        half.rename(target)
    except OSError as error:
        raise SummitQAError(
            f"The export to {target} failed ({error.strerror or error}); "
            "free space or choose another folder."
        ) from error
    finally:
        shutil.rmtree(half, ignore_errors=True)
    return ExportCounts(documents, passages)


def _write_lines(path: Path, rows: Iterator[dict[str, Any]]) -> int:
    count = 0
    with path.open("w", encoding="utf-8") as stream:
        for row in rows:
            stream.write(json.dumps(row, ensure_ascii=False) + "\n")
            count += 1
    return count


def _documents(snapshot: Snapshot) -> Iterator[dict[str, Any]]:
    for name in snapshot.summaries():
        yield asdict(snapshot.document(name))


def _passages(snapshot: Snapshot, with_vectors: bool) -> Iterator[dict[str, Any]]:
    total = snapshot.passage_count()
    vectors = snapshot.vectors() if with_vectors else None
    for start in range(0, total, _BATCH):
        ids = range(start, min(start + _BATCH, total))
        for number, passage in zip(ids, snapshot.passages(ids), strict=True):
            row = asdict(passage)
            if vectors is not None:
                row["vector"] = vectors[number].tolist()
            yield row
