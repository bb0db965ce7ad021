"""Does the gate see a retriever that drops its best passage?

    python -m benchmarks.broken_retriever

Runs `summitqa eval` twice over the shipped suites against their stored baselines: as it is, and
with a retriever that leaves out the first passage it found. Everything else is real: the index,
the models, the suites, the comparison. Says of each run the exit code, and for each suite which
gated metrics fell and which cases flipped. Ends with 1 unless the first run passes and, in the
second, every suite that gates on passages fails and names flipped cases.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from unittest.mock import patch

from summitqa.cli import main as summitqa
from summitqa.retrieve import retrieve
from summitqa.types import Hit

EVALS = Path(__file__).resolve().parents[1] / "evals"
# The gated metric that a lost passage must move, and how many flipped cases are printed.
METRIC = "recall@5"
SHOWN = 4


def drop_the_best(*arguments: Any, **named: Any) -> tuple[Hit, ...]:
    """Retrieve, and leave out the best passage."""
    return retrieve(*arguments, **named)[1:]


def evaluate(arguments: Sequence[str]) -> tuple[int, dict[str, Any]]:
    """Run ``summitqa eval --json``.

    Returns:
        The exit code and the report.

    Raises:
        ValueError: The run ended without a report; what it said is on standard error.
    """
    printed = io.StringIO()
    code: Any = 0
    with contextlib.redirect_stdout(printed):
        try:
            summitqa(["eval", *arguments, "--json"])
        except SystemExit as ended:
            code = ended.code
    return int(code or 0), json.loads(printed.getvalue())


def describe(report: dict[str, Any]) -> Iterator[str]:
    """Give a row of a table for each suite: what fell, and what flipped."""
    yield "| suite | cases compared | recall@5 | gated metrics that fell | flipped to worse |"
    yield "|---|---|---|---|---|"
    for suite in report["suites"]:
        comparison = suite["comparison"]
        change = comparison["differences"].get(METRIC)
        values = f"{change['before']:.3f} -> {change['after']:.3f}" if change else "-"
        fell = [problem.split()[0] for problem in suite["gate"] if " significantly" in problem]
        flips = list(comparison["flips"].get("correct", {}).get("worse", ()))
        more = f" and {len(flips) - SHOWN} more" if len(flips) > SHOWN else ""
        names = f"{', '.join(flips[:SHOWN])}{more}" if flips else "none"
        yield (
            f"| {suite['suite']} | {comparison['cases']} | {values} | {', '.join(fell) or 'none'} "
            f"| {len(flips)}: {names} |"
        )


def is_seen(report: dict[str, Any]) -> bool:
    """Whether every suite that gates on passages fails by them and names flipped cases."""
    return all(
        any(problem.startswith(f"{METRIC} fell significantly") for problem in suite["gate"])
        and bool(suite["comparison"]["flips"][METRIC]["worse"])
        for suite in report["suites"]
        if METRIC in suite["comparison"]["flips"]
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run both, print what was found, and give the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument(
        "suites", nargs="*", type=Path, help="suites to run; all of evals/suites by default"
    )
    parser.add_argument("--baselines", type=Path, default=EVALS / "baselines")
    parser.add_argument("--sample", type=int, metavar="N", help="run N cases of each suite")
    parser.add_argument("--index", type=Path, help="folder of an index of the corpus")
    chosen = parser.parse_args(arguments)
    asked = [str(path) for path in chosen.suites or sorted((EVALS / "suites").glob("*.yaml"))]
    asked += ["--baseline", str(chosen.baselines)]
    asked += ["--sample", str(chosen.sample)] if chosen.sample else []
    asked += ["--index", str(chosen.index)] if chosen.index else []
    codes, seen = [], False
    for name, retriever in (("as it is", retrieve), ("the best passage dropped", drop_the_best)):
        started = time.perf_counter()
        with patch("summitqa.ask.retrieve", retriever):
            code, report = evaluate(asked)
        codes.append(code)
        seen = is_seen(report)
        print(f"{name}: exit code {code}, {time.perf_counter() - started:.0f} s\n")
        print("\n".join(describe(report)), end="\n\n")
    return 0 if codes == [0, 1] and seen else 1


if __name__ == "__main__":
    raise SystemExit(main())
