"""Index the same documents in other folders, orders, processes and surroundings; compare digests.

    python -m benchmarks.same_digest [--corpus corpus] [--documents 60]

Each way starts from nothing and runs ``summitqa index`` in processes of its own, with the real
embedding model. The exit code is 1 if two digests differ.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

Order = Callable[[Sequence[Path]], list[list[Path]]]


def all_at_once(files: Sequence[Path]) -> list[list[Path]]:
    """One run over all files, written in the order of their names."""
    return [list(files)]


def backwards(files: Sequence[Path]) -> list[list[Path]]:
    """One run over all files, written in the opposite order."""
    return [list(files)[::-1]]


def in_three_runs(files: Sequence[Path]) -> list[list[Path]]:
    """Three runs, each after a third of the files was added, the last third first."""
    return [list(files)[part::3] for part in (2, 1, 0)]


WAYS: tuple[tuple[str, str, Order, Mapping[str, str]], ...] = (
    ("names in order", "one", all_at_once, {"PYTHONHASHSEED": "1"}),
    ("backwards, other folder and hash seed", "x/y z/é", backwards, {"PYTHONHASHSEED": "2"}),
    ("in three runs", "three", in_three_runs, {"PYTHONHASHSEED": "3"}),
    (
        "other time zone, locale, threads",
        "four",
        all_at_once,
        {"TZ": "Asia/Seoul", "LC_ALL": "C", "OMP_NUM_THREADS": "2", "SUMMITQA_THREADS": "2"},
    ),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Index in every way, print a line for each."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--corpus", type=Path, default=ROOT / "corpus")
    parser.add_argument("--documents", type=int, default=60, help="How many of them at most.")
    chosen = parser.parse_args(arguments)
    files = sorted(chosen.corpus.rglob("*.md"))[: chosen.documents]
    digests = []
    print("| way | runs | documents | passages | digest |\n|---|---|---|---|---|")
    for name, folder, order, environment in WAYS:
        with tempfile.TemporaryDirectory(prefix="summitqa-digest-") as place:
            status, runs = index(Path(place) / folder, chosen.corpus, order(files), environment)
        digests.append(status["digest"])
        row = (name, runs, status["documents"], status["passages"], str(status["digest"])[:16])
        print(f"| {' | '.join(map(str, row))} |", flush=True)
    same = len(set(digests)) == 1
    print(f"{len(digests)} ways, {len(set(digests))} digest{'' if same else 's'}")
    return 0 if same else 1


def index(
    place: Path, corpus: Path, parts: Sequence[Sequence[Path]], environment: Mapping[str, str]
) -> tuple[dict[str, object], int]:
    """Write and index the parts one after the other; give the status and the number of runs."""
    folders = {
        "SUMMITQA_CORPUS_DIR": str(place / "corpus"),
        "SUMMITQA_INDEX_DIR": str(place / "index"),
    }
    surroundings = {**os.environ, **folders, **environment}
    for part in parts:
        for file in part:
            target = place / "corpus" / file.relative_to(corpus)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, target)
        _call("index", surroundings)
    status: dict[str, object] = json.loads(_call("status", surroundings))
    return status, len(parts)


def _call(command: str, environment: Mapping[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "summitqa", command, "--json"],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout


if __name__ == "__main__":
    raise SystemExit(main())
