"""Several suites of one split, taken together.

Whether confidence tells the answerable from the unanswerable can only be judged where both
are asked, and they may be in different suites.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from summitqa.evaluation.baseline import Baseline, compare_with_baseline
from summitqa.evaluation.cases import GROUPS, Suite
from summitqa.evaluation.metrics import METRICS
from summitqa.evaluation.report import (
    SuiteReport,
    find_gate_failures,
    summarise,
    summarise_tags,
)

SPLITS = ("dev", "test")


def pool_reports(reports: Sequence[SuiteReport]) -> tuple[SuiteReport, ...]:
    """Pool the suites of each split that has several.

    Case ids are preceded by the name of their suite. The gate of a pool holds the gated
    metrics of its suites that are not means, because means are held suite by suite.
    """
    found = []
    for split in SPLITS:
        members = [each for each in reports if each.suite.split == split and not each.pooled]
        if len(members) > 1:
            found.append(_pool(split, members))
    return tuple(found)


def _pool(split: str, members: Sequence[SuiteReport]) -> SuiteReport:
    results = tuple(
        replace(each, case=each.case.model_copy(update={"id": f"{name}/{each.case.id}"}))
        for name, report in ((report.suite.suite, report) for report in members)
        for each in report.results
    )
    gated = dict.fromkeys(name for report in members for name in report.suite.gate)
    suite = Suite(
        suite=f"all-{split}",
        description=f"All {split} suites of this run together.",
        split=members[0].suite.split,
        gate=tuple(name for name in gated if METRICS[name].statistic is not None),
        judges=tuple(
            group for group in GROUPS if any(group in report.suite.judges for report in members)
        ),
        cases=tuple(each.case for each in results),
    )
    digests = sorted({report.index_digest for report in members})
    metrics = summarise(results)
    baseline = _pool_baselines(suite.suite, members)
    comparison = compare_with_baseline(suite, results, baseline, True) if baseline else None
    graded = [each for each in results if not each.failure]
    return SuiteReport(
        suite=suite,
        results=results,
        index_digest=digests[0] if len(digests) == 1 else "several",
        metrics=metrics,
        tags=summarise_tags(results),
        baseline=baseline,
        comparison=comparison,
        gate=find_gate_failures(suite, graded, metrics, comparison),
        pooled=tuple(report.suite.suite for report in members),
    )


def _pool_baselines(name: str, members: Sequence[SuiteReport]) -> Baseline | None:
    stored = [each.baseline for each in members if each.baseline is not None]
    if not stored:
        return None
    digests = sorted({each.index_digest for each in stored})
    return Baseline(
        suite=name,
        index_digest=digests[0] if len(digests) == 1 else "several",
        cases={
            f"{each.suite}/{case}": measures
            for each in stored
            for case, measures in each.cases.items()
        },
    )
