"""The index commands as a person or a script calls them, in processes with the real model."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.indexing.conftest import Workplace


def call(place: Workplace, *arguments: str, **extra: str) -> subprocess.CompletedProcess[str]:
    """Run a command on the workplace, in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "summitqa", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=environment(place, **extra),
    )


def environment(place: Workplace, **extra: str) -> dict[str, str]:
    """The environment that points to the workplace."""
    folders = {
        "SUMMITQA_CORPUS_DIR": str(place.corpus),
        "SUMMITQA_INDEX_DIR": str(place.index),
        "OMP_NUM_THREADS": "1",
    }
    return {**os.environ, **folders, **extra}


def test_the_life_of_an_index(briefs: Workplace, tmp_path: Path) -> None:
    """One test, because every process costs its start: each step builds on the one before."""
    briefs.write("empty.md", "")
    done = call(briefs, "index", "--json")
    assert done.returncode == 0, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    assert len(report["added"]) == 3
    assert report["failed"] == [{"document": "empty.md", "reason": report["failed"][0]["reason"]}]
    assert "summitqa: empty.md is empty" in done.stderr

    done = call(briefs, "status", "--json")
    status = json.loads(done.stdout)
    assert status["digest"] == report["digest"]
    assert (status["documents"], status["failed"]) == (3, 1)
    assert {"passages", "embedding_model", "updated", "schema", "corpus_dir"} <= set(status)

    done = call(briefs, "remove", "empty.md", "notes.txt")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("1 removed, 2 unchanged; ")
    assert done.stderr == ""

    paper = tmp_path / "paper.md"
    paper.write_text("# Paper\n\nPaper is made of wood.\n")
    done = call(briefs, "add", str(paper), "--to", "papers")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("1 added, 2 unchanged; ")

    done = call(briefs, "export", str(tmp_path / "out"))
    assert done.stdout.startswith("Wrote 3 documents and ")

    (next((briefs.index / "generations").glob("*-*")) / "vectors.npy").write_bytes(b"broken")
    current = briefs.index / "generations" / (briefs.index / "CURRENT").read_text().strip()
    (current / "vectors.npy").write_bytes(b"broken")
    done = call(briefs, "doctor", "--json")
    assert done.returncode == 1
    assert [finding["part"] for finding in json.loads(done.stdout)["findings"]] == ["vectors.npy"]
    done = call(briefs, "index")
    assert done.returncode == 1
    assert "summitqa doctor --repair" in done.stderr
    done = call(briefs, "doctor", "--repair")
    assert done.returncode == 0, done.stderr
    assert "damaged: vectors.npy" in done.stdout
    assert " 0 texts were embedded." in done.stdout
    done = call(briefs, "doctor")
    assert (done.returncode, done.stdout) == (0, "The index is sound.\n")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("index",), 1, "holds no documents"),
        (("index", "--corpus", "/nowhere"), 1, "does not exist"),
        (("add", "nowhere.md"), 2, "nowhere.md"),
        (("add",), 2, "PATH_OR_URL"),
        (("remove", "nowhere.md"), 2, "nowhere.md"),
        (("status",), 1, "summitqa index"),
        (("doctor",), 1, "summitqa index"),
        (("export", "out"), 1, "summitqa index"),
    ],
)
def test_bad_input_gets_one_sentence(
    place: Workplace, arguments: tuple[str, ...], code: int, words: str
) -> None:
    done = call(place, *arguments)
    assert done.returncode == code
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_file_that_cannot_be_indexed_is_an_exit_code(place: Workplace, tmp_path: Path) -> None:
    place.write("empty.md", "")
    done = call(place, "index")
    assert (done.returncode, done.stdout[:9]) == (1, "1 failed;")
    assert "empty.md is empty" in done.stderr
    bad = tmp_path / "two\x1b[2Jlines.png"
    bad.write_bytes(b"\x89PNG")
    done = call(place, "add", str(bad))
    assert done.returncode == 1
    assert "\x1b" not in done.stderr
    assert ".png" in done.stderr


def test_ctrl_c_stops_cleanly_and_the_next_run_goes_on(briefs: Workplace) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "summitqa", "index"],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment(briefs, SUMMITQA_CRASH_AT="trace"),
    )
    assert process.stderr is not None
    for line in process.stderr:
        if line == "point staged\n":
            process.send_signal(signal.SIGINT)
            break
    _, said = process.communicate()
    assert process.returncode == 130, said
    assert "nothing is lost" in said
    assert "Traceback" not in said
    done = call(briefs, "index", "--json")
    assert json.loads(done.stdout)["embedded"] == 0
    assert len(json.loads(done.stdout)["added"]) == 3


def test_a_run_without_changes_imports_no_model_and_no_chroma(briefs: Workplace) -> None:
    briefs.run(briefs.settings)
    code = (
        "import sys, runpy\n"
        "from summitqa.settings import load_settings\n"
        "from summitqa.index import update_index\n"
        "update_index(load_settings(), lambda: 1 / 0)\n"
        "heavy = {'chromadb', 'onnxruntime', 'torch', 'tokenizers', 'pandas'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env=environment(briefs))


def test_few_kills_lose_nothing() -> None:
    """The kill benchmark with few points; ``python -m benchmarks.kill_test`` tries a hundred."""
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.kill_test", "--points", "20"],
        capture_output=True,
        text=True,
        check=False,
        cwd=root,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.endswith("points tried: 20, losses: 0\n")
