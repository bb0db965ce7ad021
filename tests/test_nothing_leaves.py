"""Nothing leaves the machine by default: no package that is used prepares to report."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.slow
def test_indexing_and_asking_leave_no_trace_of_a_reporter(tmp_path: Path) -> None:
    home = tmp_path / "home"
    (tmp_path / "corpus").mkdir()
    home.mkdir()
    (tmp_path / "corpus/a.md").write_text("# A\n\nTwelve countries signed.\n", encoding="utf-8")
    dropped = ("ORT_", "XDG_", "ANONYMIZED_", "SUMMITQA_")
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(dropped)
    } | {"HOME": str(home)}
    places = ("--corpus", str(tmp_path / "corpus"), "--index", str(tmp_path / "index"))
    for command in (("index",), ("ask", "How many countries signed?")):
        done = subprocess.run(
            [sys.executable, "-m", "summitqa", *command, *places],
            capture_output=True, text=True, check=False, env=environment, cwd=tmp_path,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    # ONNX Runtime keeps the identifier of the device and the events to send in the cache folder;
    # Chroma keeps an identifier in one of its own.
    left = {path.relative_to(home).parts[:2] for path in home.rglob("*") if path.is_file()}
    assert left <= {(".cache", "summitqa"), ("Library", "Caches")}
    assert not [path for path in home.rglob("*") if path.name in ("deviceid", "telemetry_user_id")]
