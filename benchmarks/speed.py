"""Speed and memory beside the pipeline of a LangChain tutorial, in one run.

    python -m benchmarks.speed [--corpus DIR] [--runs N]

Three jobs, each in fresh processes: indexing a folder of Markdown files, one question
from a cold start (process start to answer), and questions to a process that is warm. The
tutorial pipeline (`benchmarks.pipelines`) has the same weights. On a busy machine the
processor seconds and the ratios are the figures to go by.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
QUESTION = "How many countries signed the Bletchley Declaration?"


@dataclass(frozen=True, slots=True)
class Run:
    """One finished process.

    Attributes:
        wall: Seconds from start to end.
        processor: Seconds of processor time, user and system.
        peak_mib: Largest resident memory.
        output: Its standard output.
    """

    wall: float
    processor: float
    peak_mib: float
    output: str

    def facts(self) -> dict[str, Any]:
        """Return the JSON object of the last line."""
        facts: dict[str, Any] = json.loads(self.output.strip().splitlines()[-1])
        return facts


def run_process(arguments: Sequence[str], **environment: str) -> Run:
    """Run a Python process to its end and measure it; its failure is ours.

    Raises:
        SystemExit: The process failed; what it wrote on standard error was shown.
    """
    with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
        started = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, *arguments],
            stdout=output,
            cwd=ROOT,
            env={**os.environ, "TOKENIZERS_PARALLELISM": "false", **environment},
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"{' '.join(arguments)} failed with exit code {process.returncode}")
        output.seek(0)
        unit = 1024**2 if sys.platform == "darwin" else 1024
        return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / unit, output.read())


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the three jobs of both pipelines and print a table of each."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--corpus", type=Path, default=ROOT / "corpus", help="Markdown files")
    parser.add_argument("--runs", type=int, default=5, help="cold starts of each pipeline")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="summitqa-speed-") as folder:
        corpus = chosen.corpus.resolve()
        places = {"ours": Path(folder) / "ours", "tutorial": Path(folder) / "tutorial"}
        print_indexing(corpus, places)
        print_cold(corpus, places, chosen.runs)
        print_warm(corpus, places)
    return 0


def print_indexing(corpus: Path, places: dict[str, Path]) -> None:
    """Index with both pipelines and print passages per second."""
    print(
        "| indexing | passages | passages a second (wall) | passages a processor second "
        "| wall s | processor s | peak MiB |\n|---|---|---|---|---|---|---|"
    )
    for name, place in places.items():
        run = run_process(["-m", "benchmarks.pipelines", name, "index", str(corpus), str(place)])
        facts = run.facts()
        passages, wall, processor = facts["passages"], facts["wall"], facts["processor"]
        print(
            f"| {name} | {passages} | {passages / wall:.1f} | {passages / processor:.1f} "
            f"| {wall:.1f} | {processor:.1f} | {run.peak_mib:.0f} |",
            flush=True,
        )


def print_cold(corpus: Path, places: dict[str, Path], runs: int) -> None:
    """Ask one question in fresh processes, in turns, and print the median."""
    commands = {
        "ours (`summitqa ask`)": ["-m", "summitqa", "ask", QUESTION, "--json"],
        "tutorial": [
            *("-m", "benchmarks.pipelines", "tutorial", "ask"),
            *(str(corpus), str(places["tutorial"]), QUESTION),
        ],
    }
    environment = {
        "SUMMITQA_CORPUS_DIR": str(corpus),
        "SUMMITQA_INDEX_DIR": str(places["ours"]),
    }
    found: dict[str, list[Run]] = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            found[name].append(run_process(command, **environment))
    print(
        f"\n| one question, cold, median of {runs} | wall s | processor s | peak MiB |"
        "\n|---|---|---|---|"
    )
    for name, each in found.items():
        wall = statistics.median(run.wall for run in each)
        processor = statistics.median(run.processor for run in each)
        peak = max(run.peak_mib for run in each)
        print(f"| {name} | {wall:.2f} | {processor:.2f} | {peak:.0f} |", flush=True)


def print_warm(corpus: Path, places: dict[str, Path]) -> None:
    """Ask the same questions of warm processes and print p50 and p95."""
    print("\n| warm questions | questions | p50 ms | p95 ms | peak MiB |\n|---|---|---|---|---|")
    labels = {"search": "passages only", "ask": "answer with citations"}
    for name, place in places.items():
        run = run_process(["-m", "benchmarks.pipelines", name, "warm", str(corpus), str(place)])
        for job, taken in run.facts().items():
            label = f"{name}, {labels[job] if name == 'ours' else labels['search']}"
            if name == "ours" and job == "search":
                label = "ours, passages re-ranked by the reader"
            middle, late = statistics.median(taken), statistics.quantiles(taken, n=20)[-1]
            print(
                f"| {label} | {len(taken)} | {middle:.1f} | {late:.1f} | {run.peak_mib:.0f} |",
                flush=True,
            )


if __name__ == "__main__":
    raise SystemExit(main())
