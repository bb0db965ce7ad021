"""Stored results of a suite, and how a run compares with them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from summitqa.errors import SuiteError
from summitqa.evaluation.bootstrap import Difference, compare
from summitqa.evaluation.cases import Case, Suite
from summitqa.evaluation.metrics import METRICS
from summitqa.evaluation.run import CaseResult

BASELINE_VERSION = 1
# Decimal places kept of a measure: more would differ between processors.
_PLACES = 4


@dataclass(frozen=True, slots=True)
class Baseline:
    """The measures of each case of an earlier run.

    Attributes:
        suite: The suite's name.
        index_digest: Digest of the index that was asked.
        cases: For each case a fingerprint of its wording and its measures.
        about: Settings, package versions and models of that run.
    """

    suite: str
    index_digest: str
    cases: dict[str, tuple[str, dict[str, float]]]
    about: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Flips:
    """Cases whose measure changed.

    Attributes:
        worse: Ids of the cases that changed for the worse.
        better: Ids of those that changed for the better.
    """

    worse: tuple[str, ...]
    better: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """A run against a baseline, over the cases that both have in the same wording.

    Attributes:
        index_digest: Digest of the baseline's index.
        cases: How many cases are compared.
        new: Ids of cases that the baseline lacks, or has in other words.
        gone: Ids of cases that only the baseline has.
        differences: By metric.
        flips: By metric, for ``correct`` and the gated metrics that a case has by itself.
        changed: Settings, package versions and models that are not those of the baseline.
    """

    index_digest: str
    cases: int
    new: tuple[str, ...]
    gone: tuple[str, ...]
    differences: dict[str, Difference]
    flips: dict[str, Flips]
    changed: tuple[str, ...] = ()


def fingerprint_case(case: Case) -> str:
    """Name a case's wording, so that an edited case is not compared with its old self."""
    written = json.dumps(case.model_dump(mode="json", exclude={"id", "note"}), sort_keys=True)
    return sha256(written.encode()).hexdigest()[:16]


def make_baseline(name: str, results: Sequence[CaseResult], index_digest: str) -> Baseline:
    """Take results as a baseline; failed cases are left out."""
    return Baseline(
        name,
        index_digest,
        {
            each.case.id: (
                fingerprint_case(each.case),
                {key: round(value, _PLACES) for key, value in sorted(each.measures.items())},
            )
            for each in results
            if not each.failure
        },
    )


def write_baseline(
    path: Path,
    suite: Suite,
    results: Sequence[CaseResult],
    index_digest: str,
    about: Mapping[str, Any],
) -> None:
    """Store the results of a whole run.

    Args:
        path: The file; replaced at once or not at all.
        suite: The suite.
        results: Its cases, none of which failed.
        index_digest: Digest of the index that was asked.
        about: Settings, versions and metrics, for people.

    Raises:
        SuiteError: A case failed, or the file cannot be written.
    """
    failed = [each.case.id for each in results if each.failure]
    if failed:
        raise SuiteError(
            f"The baseline of {suite.suite} was not updated, because cases failed: "
            f"{', '.join(failed)}."
        )
    made = make_baseline(suite.suite, results, index_digest)
    record = {
        "version": BASELINE_VERSION,
        "suite": suite.suite,
        "index_digest": index_digest,
        **about,
        "cases": {
            name: {"fingerprint": fingerprint, "measures": measures}
            for name, (fingerprint, measures) in made.cases.items()
        },
    }
    text = json.dumps(record, indent=1, ensure_ascii=False) + "\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{path.name}.part")
        part.write_text(text, encoding="utf-8")
        part.replace(path)
    except OSError as error:
        raise SuiteError(f"The baseline {path} cannot be written ({error.strerror}).") from None


def read_baseline(path: Path) -> Baseline:
    """Read stored results.

    Raises:
        SuiteError: The file is missing, malformed or of another version.
    """
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        if record["version"] != BASELINE_VERSION:
            raise SuiteError(
                f"The baseline {path} has version {record['version']}, not {BASELINE_VERSION}; "
                "write it again with --update-baseline."
            )
        cases = {
            name: (
                str(case["fingerprint"]),
                {key: float(value) for key, value in case["measures"].items()},
            )
            for name, case in record["cases"].items()
        }
        about = {
            name: value
            for part in ("settings", "packages", "models")
            for name, value in record.get(part, {}).items()
        }
        return Baseline(str(record["suite"]), str(record["index_digest"]), cases, about)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise SuiteError(
            f"The baseline {path} cannot be read ({type(error).__name__}: {error}); "
            "write it again with --update-baseline."
        ) from None


def say_changes(before: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[str, ...]:
    """Name what is not as it was, of what both know."""
    return tuple(
        f"{name} {before[name]} -> {value}"
        for name, value in now.items()
        if name in before and before[name] != value
    )


def compare_with_baseline(
    suite: Suite, results: Sequence[CaseResult], baseline: Baseline, is_sample: bool = False
) -> Comparison:
    """Compare a run with a baseline, case by case.

    Args:
        suite: The suite.
        results: Its cases.
        baseline: The stored results of the same suite.
        is_sample: Whether only some cases were run, so that others are not missed.

    Raises:
        SuiteError: The baseline is of another suite.
    """
    if baseline.suite != suite.suite:
        raise SuiteError(
            f"The baseline is of the suite {baseline.suite}, not of {suite.suite}; give its own."
        )
    run = {each.case.id: each for each in results if each.failure is None}
    known = {
        name
        for name, each in run.items()
        if name in baseline.cases and baseline.cases[name][0] == fingerprint_case(each.case)
    }
    shared = [name for name in run if name in known]
    before = [baseline.cases[name][1] for name in shared]
    after = [
        {key: round(value, _PLACES) for key, value in run[name].measures.items()} for name in shared
    ]
    differences = {
        name: found
        for name, metric in METRICS.items()
        if (found := compare(metric, before, after)) is not None
    }
    watched = [name for name in dict.fromkeys(("correct", *suite.gate)) if name in differences]
    asked = {case.id for case in suite.cases}
    return Comparison(
        index_digest=baseline.index_digest,
        cases=len(shared),
        new=tuple(name for name in run if name not in known),
        gone=() if is_sample else tuple(name for name in baseline.cases if name not in asked),
        differences=differences,
        flips={
            name: _flips(name, shared, before, after)
            for name in watched
            if METRICS[name].statistic is None
        },
    )


def _flips(
    metric: str,
    names: Sequence[str],
    before: Sequence[Mapping[str, float]],
    after: Sequence[Mapping[str, float]],
) -> Flips:
    sign = 1 if METRICS[metric].higher_is_better else -1
    changes = {
        name: sign * (new[metric] - old[metric])
        for name, old, new in zip(names, before, after, strict=True)
        if metric in old and metric in new
    }
    return Flips(
        worse=tuple(name for name, change in changes.items() if change < 0),
        better=tuple(name for name, change in changes.items() if change > 0),
    )
