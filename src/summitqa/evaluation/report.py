"""From graded cases to a report: metrics per suite and per tag, and every case in full."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from platform import python_version
from typing import Any

from summitqa.answer_json import answer_to_json, hit_to_json
from summitqa.evaluation.baseline import Baseline, Comparison
from summitqa.evaluation.bootstrap import Estimate, estimate
from summitqa.evaluation.cases import Suite
from summitqa.evaluation.metrics import METRICS
from summitqa.evaluation.run import CaseResult
from summitqa.settings import Settings

# Small files that name what they belong to by its hash.
_MODEL_FILES = ("reader.json", "ranking.json", "confidence.json")
REPORT_VERSION = 1
# Passages of a case that the report keeps, of those asked for.
KEPT_HITS = 20
# Ids named of the cases that failed for one reason.
SHOWN_IDS = 10
# Settings that decide what is answered.
_SETTINGS = (
    "embedding_model",
    "passage_tokens",
    "passage_overlap_sentences",
    "candidates",
    "read_passages",
    "max_sentences",
    "abstain_below",
    "exact_search_below",
    "llm",
)
_PACKAGES = ("chromadb", "ir-measures", "numpy", "onnxruntime", "scipy", "summitqa", "tokenizers")


@dataclass(frozen=True, slots=True)
class SuiteReport:
    """A suite that was run.

    Attributes:
        suite: The suite.
        results: Its cases.
        index_digest: Digest of the index that was asked.
        metrics: Metrics over all cases, in the order of `METRICS`.
        tags: Metrics over the cases of each tag.
        baseline: The baseline that it is held to, if there is one.
        comparison: Against the baseline, if there is one.
        gate: Why the suite fails; empty when it passes.
        pooled: Names of the suites whose cases these are, if not of one suite.
    """

    suite: Suite
    results: tuple[CaseResult, ...]
    index_digest: str
    metrics: dict[str, Estimate]
    tags: dict[str, dict[str, Estimate]]
    baseline: Baseline | None = None
    comparison: Comparison | None = None
    gate: tuple[str, ...] = ()
    pooled: tuple[str, ...] = ()


def summarise(results: Sequence[CaseResult]) -> dict[str, Estimate]:
    """Compute every metric that the results define; failed cases are left out."""
    measures = [each.measures for each in results if each.failure is None]
    return {
        name: found
        for name, metric in METRICS.items()
        if (found := estimate(metric, measures)) is not None
    }


def summarise_tags(results: Sequence[CaseResult]) -> dict[str, dict[str, Estimate]]:
    """Compute the metrics of the cases of each tag, tags in alphabetical order."""
    tags = sorted({tag for each in results for tag in each.case.tags})
    return {tag: summarise([each for each in results if tag in each.case.tags]) for tag in tags}


def find_gate_failures(
    suite: Suite,
    results: Sequence[CaseResult],
    metrics: Mapping[str, Estimate],
    comparison: Comparison | None,
    is_sample: bool = False,
) -> tuple[str, ...]:
    """Say why a suite fails its gate: failed cases, floors, falls below the baseline.

    What cannot be compared is a failure too, because it must not look like a pass: a
    baseline that knows none of the cases, or none of a gated metric.

    Args:
        suite: The suite with its floors and gated metrics.
        results: Its cases.
        metrics: Its metrics.
        comparison: Against the baseline, if there is one.
        is_sample: Whether only some cases were run, which may define fewer metrics.
    """
    reasons: dict[str, list[str]] = {}
    for each in results:
        if each.failure:
            reasons.setdefault(each.failure, []).append(each.case.id)
    problems = [f"{_list_ids(ids)} failed: {reason}" for reason, ids in reasons.items()]
    for name, floor in suite.floors.items():
        found = metrics.get(name)
        if found is None:
            if not is_sample:
                problems.append(f"{name} has a floor but no case defines it.")
        elif (found.value < floor) if METRICS[name].higher_is_better else (found.value > floor):
            side = "below its floor" if METRICS[name].higher_is_better else "above its ceiling"
            problems.append(f"{name} is {found.value:.3f}, {side} of {floor:g}.")
    if comparison is None:
        return tuple(problems)
    if results and not comparison.cases:
        problems.append(
            "the baseline knows none of these cases as they are worded; "
            "write it again with --update-baseline."
        )
        return tuple(problems)
    for name in suite.gate:
        change = comparison.differences.get(name)
        if change is None and name in metrics and not is_sample:
            problems.append(
                f"{name} is gated, but the baseline does not hold it; "
                "write it again with --update-baseline."
            )
        elif change and change.is_worse:
            word = "fell" if METRICS[name].higher_is_better else "rose"
            problems.append(
                f"{name} {word} significantly, from {change.before:.3f} to {change.after:.3f} "
                f"(95% interval of the change {change.low:+.3f} to {change.high:+.3f}, "
                f"{change.cases} cases)."
            )
    return tuple(problems)


def _list_ids(ids: Sequence[str]) -> str:
    more = f" and {len(ids) - SHOWN_IDS} more" if len(ids) > SHOWN_IDS else ""
    return f"{', '.join(ids[:SHOWN_IDS])}{more}"


def report_to_json(
    reports: Sequence[SuiteReport], settings: Settings, seconds: float
) -> dict[str, Any]:
    """Give the whole report; everything that varies between equal runs is in ``timings``."""
    return {
        "version": REPORT_VERSION,
        "settings": describe_settings(settings),
        "packages": describe_packages(),
        "models": describe_models(),
        "passed": not any(report.gate for report in reports),
        "suites": [
            _suite_to_json(report) | {"results": [_result_to_json(each) for each in report.results]}
            for report in reports
            if not report.pooled
        ],
        "pooled": [
            _suite_to_json(report) | {"suites": list(report.pooled)}
            for report in reports
            if report.pooled
        ],
        "timings": {
            "seconds": round(seconds, 2),
            "suites": {
                report.suite.suite: time_questions(report.results)
                for report in reports
                if not report.pooled
            },
        },
    }


def time_questions(results: Sequence[CaseResult]) -> dict[str, Any]:
    """Give the median and the 95th percentile of the time of a question, and each of them."""
    import numpy as np

    spent = {each.case.id: round(each.milliseconds, 1) for each in results if not each.failure}
    if not spent:
        return {"p50_ms": None, "p95_ms": None, "cases_ms": {}}
    p50, p95 = np.percentile(list(spent.values()), [50, 95])
    return {"p50_ms": round(float(p50), 1), "p95_ms": round(float(p95), 1), "cases_ms": spent}


def draw_curves(results: Sequence[CaseResult]) -> dict[str, Any]:
    """Give the points of the risk-coverage curve and of the calibration plot.

    ``answered`` is the coverage at the threshold that was in force. A curve that no case
    defines is empty.
    """
    import numpy as np

    from summitqa.evaluation.abstention import calibration_bins, risk_coverage_curve

    def columns(*names: str) -> list[Any]:
        rows = [
            [each.measures[name] for name in names]
            for each in results
            if all(name in each.measures for name in names)
        ]
        return list(np.array(rows).T) if rows else []

    risks = columns("confidence", "right_if_answered")
    bins = columns("confidence", "answerable")
    asked = [each for each in results if each.answer and "right_if_answered" in each.measures]
    answered = sum(each.answer.status == "answered" for each in asked if each.answer)
    return {
        "risk_coverage": [
            [round(coverage, 6), round(risk, 6)]
            for coverage, risk in (risk_coverage_curve(*risks) if risks else ())
        ],
        "answered": round(answered / len(asked), 6) if asked else None,
        "calibration": [
            [round(confidence, 6), round(share, 6), cases]
            for confidence, share, cases in (calibration_bins(*bins) if bins else ())
        ],
    }


def describe_settings(settings: Settings) -> dict[str, Any]:
    """Give the settings that decide what is answered."""
    return {name: getattr(settings, name) for name in _SETTINGS}


def describe_packages() -> dict[str, str]:
    """Give the versions of Python and of the packages that decide what is answered."""
    found = {"python": python_version()}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def describe_models() -> dict[str, str]:
    """Name the shipped reader and confidence parameters by their content."""
    from hashlib import sha256
    from importlib.resources import files

    folder = files("summitqa") / "models"
    return {
        name: sha256((folder / name).read_bytes()).hexdigest()[:12]
        for name in _MODEL_FILES
        if (folder / name).is_file()
    }


def metrics_to_json(metrics: Mapping[str, Estimate]) -> dict[str, Any]:
    """Give metrics with their intervals."""
    return {
        name: {
            "value": round(each.value, 6),
            "low": round(each.low, 6),
            "high": round(each.high, 6),
            "cases": each.cases,
        }
        for name, each in metrics.items()
    }


def _suite_to_json(report: SuiteReport) -> dict[str, Any]:
    return {
        "suite": report.suite.suite,
        "description": report.suite.description,
        "split": report.suite.split,
        "cases": len(report.results),
        "failed": [each.case.id for each in report.results if each.failure],
        "index_digest": report.index_digest,
        "metrics": metrics_to_json(report.metrics),
        "tags": {tag: metrics_to_json(metrics) for tag, metrics in report.tags.items()},
        "curves": draw_curves(report.results),
        "gate": list(report.gate),
        "comparison": asdict(report.comparison) if report.comparison else None,
    }


def _result_to_json(result: CaseResult) -> dict[str, Any]:
    case = result.case.model_dump(mode="json", exclude_defaults=True)
    answer = None
    if result.answer is not None:
        answer = answer_to_json(result.answer)
        for varying in ("timings_ms", "evidence", "index_digest"):
            del answer[varying]
        for citation in answer["citations"]:
            span = (citation["start"], citation["end"])
            citation["is_gold"] = any(
                need.is_met_by(citation["document"], span) for need in result.needs
            )
    return {
        "case": case,
        "failure": result.failure,
        "measures": {name: round(value, 6) for name, value in sorted(result.measures.items())},
        "answer": answer,
        "hits": [
            {name: value for name, value in hit_to_json(hit).items() if name != "text"}
            | {
                "is_gold": any(
                    need.is_met_by(hit.passage.document, (hit.passage.start, hit.passage.end))
                    for need in result.needs
                )
            }
            for hit in result.hits[:KEPT_HITS]
        ],
    }
