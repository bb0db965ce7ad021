"""The report as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from summitqa.evaluation.bootstrap import Estimate
from summitqa.evaluation.metrics import METRICS
from summitqa.evaluation.report import SuiteReport, time_questions

# Metrics shown for each tag, where the suite has them.
TAG_METRICS = (
    "recall@1",
    "recall@5",
    "sentence_hit@1",
    "correct",
    "F1",
    "citation_precision",
    "citation_recall",
    "abstention_accuracy",
)


def print_report(report: SuiteReport) -> str:
    """Give the tables of one suite, and what its gate found."""
    return "\n".join(_lines(report))


def _lines(report: SuiteReport) -> Iterator[str]:
    suite = report.suite
    yield f"{suite.suite} ({suite.split}): {len(report.results)} cases"
    yield f"index {report.index_digest[:12]}"
    yield ""
    yield from _metric_lines(report)
    yield from _tag_lines(report)
    spent = time_questions(report.results)
    if spent["p50_ms"] is not None:
        yield f"  time of a question: median {spent['p50_ms']} ms, 95% in {spent['p95_ms']} ms"
    yield from _comparison_lines(report)
    for problem in report.gate:
        yield f"  FAILED  {problem}"
    if not report.gate:
        yield "  passed"
    yield ""


def _metric_lines(report: SuiteReport) -> Iterator[str]:
    group = ""
    for name, found in report.metrics.items():
        metric = METRICS[name]
        if metric.group != group:
            group = metric.group
            yield f"  {group}"
        arrow = " " if metric.higher_is_better else "↓"
        line = f"    {name:<27}{arrow} {_shown(found)}  n={found.cases:<5}"
        change = report.comparison.differences.get(name) if report.comparison else None
        if change:
            mark = "worse" if change.is_worse else "better" if change.is_better else ""
            line += (
                f" {change.after - change.before:+.3f} [{change.low:+.3f}, {change.high:+.3f}]"
                f" {mark}"
            )
        yield line.rstrip()
    yield "  (95% bootstrap intervals; ↓ lower is better)"
    yield ""


def _shown(found: Estimate) -> str:
    return f"{found.value:6.3f} [{found.low:.3f}, {found.high:.3f}]"


def _tag_lines(report: SuiteReport) -> Iterator[str]:
    shown = [name for name in TAG_METRICS if name in report.metrics]
    if not report.tags or not shown:
        return
    widths = [max(len(name), 6) for name in shown]
    heads = "  ".join(name.rjust(width) for name, width in zip(shown, widths, strict=True))
    yield f"    {'tag':<16}{'cases':>6}  {heads}"
    for tag, metrics in report.tags.items():
        size = sum(tag in each.case.tags for each in report.results)
        cells = [
            (f"{metrics[name].value:.3f}" if name in metrics else "-").rjust(width)
            for name, width in zip(shown, widths, strict=True)
        ]
        yield f"    {tag:<16}{size:>6}  {'  '.join(cells)}"
    yield ""


def _comparison_lines(report: SuiteReport) -> Iterator[str]:
    comparison = report.comparison
    if comparison is None:
        return
    same = "the same" if comparison.index_digest == report.index_digest else "another"
    yield (
        f"  compared with the baseline on {comparison.cases} cases "
        f"({same} index, {comparison.index_digest[:12]})"
    )
    if comparison.changed:
        yield f"    changed since: {', '.join(comparison.changed)}"
    for word, names in (("not in the baseline", comparison.new), ("only there", comparison.gone)):
        if names:
            yield f"    {word}: {len(names)}"
    for metric, flips in comparison.flips.items():
        for word, names in (("worse", flips.worse), ("better", flips.better)):
            if names:
                yield f"    {metric} {word} in {len(names)}: {', '.join(names)}"
