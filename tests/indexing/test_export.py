"""What is exported is what is indexed, to the last character and number."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from summitqa.errors import SummitQAError, UsageError
from summitqa.indexing.export import ExportCounts, export_index

if TYPE_CHECKING:
    from pathlib import Path

    from tests.indexing.conftest import Workplace


def read_lines(path: Path) -> list[dict[str, Any]]:
    """Read a file of JSON lines."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def test_everything_comes_back(briefs: Workplace, tmp_path: Path) -> None:
    briefs.write("odd.txt", "Line separator \u2028 and emoji \U0001f600 in one document.\n")
    briefs.run()
    snapshot = briefs.open()
    target = tmp_path / "out" / "export"
    counts = export_index(snapshot, target)
    assert counts == ExportCounts(4, snapshot.passage_count())
    documents = {row["id"]: row for row in read_lines(target / "documents.jsonl")}
    assert list(documents) == list(snapshot.summaries())
    for name, row in documents.items():
        assert row == json.loads(json.dumps(asdict(snapshot.document(name))))
    passages = read_lines(target / "passages.jsonl")
    for row in passages:
        assert documents[row["document"]]["text"][row["start"] : row["end"]] == row["text"]
    vectors = np.array([row["vector"] for row in passages], dtype=np.float32)
    assert np.array_equal(vectors, snapshot.vectors())
    assert json.loads((target / "index.json").read_text())["digest"] == snapshot.digest


def test_vectors_can_be_left_out(briefs: Workplace, tmp_path: Path) -> None:
    briefs.run()
    (tmp_path / "out").mkdir()
    export_index(briefs.open(), tmp_path / "out", with_vectors=False)
    assert all("vector" not in row for row in read_lines(tmp_path / "out" / "passages.jsonl"))


def test_nothing_is_overwritten_and_nothing_half_is_left(briefs: Workplace, tmp_path: Path) -> None:
    briefs.run()
    target = tmp_path / "mine"
    target.mkdir()
    (target / "letter.txt").write_text("keep me")
    with pytest.raises(UsageError, match="not an empty folder"):
        export_index(briefs.open(), target)
    (tmp_path / "file").write_text("")
    with pytest.raises(SummitQAError, match="failed"):
        export_index(briefs.open(), tmp_path / "file" / "out")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["corpus", "file", "index", "mine"]
