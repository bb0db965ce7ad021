"""Fuzz the loaders for as long as wanted: ``python -m tests.fuzz.run --seconds 3600``.

Prints for each format how many inputs were tried, how many were read and refused, and how
many processes were started (more than one for 500 files means that one died). A failing
input is kept in ``fuzz-failures/`` and makes the exit code 1.
"""

from __future__ import annotations

import argparse
import hashlib
import math
import sys
import tempfile
import time
import traceback
import warnings
from dataclasses import dataclass
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings
from tests.fuzz.check import check_input
from tests.fuzz.inputs import SEEDS, SUFFIXES, inputs

from summitqa.load import LoadingWorker
from summitqa.settings import load_settings

_ROUND = 200
_LEAST = 20


@dataclass
class Count:
    """What was seen of one format."""

    tried: int = 0
    read: int = 0
    failures: int = 0
    slowest: float = 0.0
    processes: int = 0


def fuzz(suffix: str, seconds: float, first_seed: int, keep: Path | None) -> Count:
    """Fuzz one loader for so many seconds."""
    count = Count()
    limits = load_settings(max_load_seconds=20, max_file_bytes=5_000_000)
    deadline = math.inf
    number = first_seed
    with tempfile.TemporaryDirectory() as folder, LoadingWorker() as worker:

        def attempt(data: bytes) -> None:
            if time.monotonic() > deadline and count.tried >= _LEAST:
                return
            started = time.monotonic()
            count.tried += 1
            try:
                count.read += check_input(data, suffix, Path(folder), limits, worker)
            except Exception:
                count.failures += 1
                _keep(data, suffix, keep)
            count.slowest = max(count.slowest, time.monotonic() - started)

        for data in SEEDS[suffix]:  # starting the process and its imports is not fuzzing
            attempt(data)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            _round(attempt, suffix, number)
            number += 1
        count.processes = worker.started
    return count


def _round(attempt: object, suffix: str, number: int) -> None:
    run = given(inputs(suffix))(attempt)  # type: ignore[arg-type]
    run = settings(
        max_examples=_ROUND,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )(run)
    seed(number)(run)()


def _keep(data: bytes, suffix: str, keep: Path | None) -> None:
    traceback.print_exc()
    if keep is not None:
        keep.mkdir(exist_ok=True)
        name = hashlib.sha256(data).hexdigest()[:16]
        (keep / f"{name}{suffix}").write_bytes(data)
        print(f"kept as {keep / name}{suffix}", file=sys.stderr)


def main() -> None:
    """Fuzz every loader for its share of the time and print the counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--only", choices=SUFFIXES)
    given_arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    chosen = [given_arguments.only] if given_arguments.only else list(SUFFIXES)
    failures = tried = 0
    print(f"seed {given_arguments.seed}, {given_arguments.seconds:g} s")
    for suffix in chosen:
        share = given_arguments.seconds / len(chosen)
        count = fuzz(suffix, share, given_arguments.seed, Path("fuzz-failures"))
        failures += count.failures
        tried += count.tried
        print(
            f"{suffix:7} {count.tried:8,} tried {count.read:8,} read "
            f"{count.tried - count.read - count.failures:8,} refused {count.failures:4} failures "
            f"{count.processes:4} processes, slowest {count.slowest:.2f} s",
            flush=True,
        )
    print(f"{tried:,} inputs, {failures} failures")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
