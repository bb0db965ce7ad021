"""``summitqa eval``."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from summitqa.cli.options import corpus_and_index, debug_flag, settings_from
from summitqa.errors import SuiteError, UsageError
from summitqa.settings import Settings

if TYPE_CHECKING:
    from summitqa.evaluation.job import Opened, Watcher
    from summitqa.evaluation.report import SuiteReport

_PATH = click.Path(path_type=Path)


@click.command()
@click.argument("suites", nargs=-1, required=True, metavar="SUITE...")
@click.option("--json", "as_json", is_flag=True, help="Print the whole report as JSON.")
@click.option("--html", "html_file", type=_PATH, metavar="FILE", help="Write a page to read.")
@click.option(
    "--baseline",
    type=_PATH,
    metavar="PATH",
    help="Compare with this baseline, or with those in this folder.",
)
@click.option("--update-baseline", is_flag=True, help="Store the results as the baseline.")
@click.option(
    "--sample", type=click.IntRange(min=1), metavar="N", help="Run N cases, always the same ones."
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=lambda: os.cpu_count() or 1,
    help="Questions asked at the same time; all cores by default.",
)
@click.option(
    "--format",
    "format_name",
    type=click.Choice(["suite", "beir", "squad", "conversations", "spans"]),
    help="Format of SUITE, where it is not recognised.",
)
@click.option(
    "--side-by-side",
    is_flag=True,
    help="Run without the configured language model and with it, and compare.",
)
@click.option("--check", is_flag=True, help="Only check the suites against the corpus.")
@corpus_and_index
@debug_flag
def evaluate(
    suites: tuple[str, ...],
    corpus_dir: Path | None,
    index_dir: Path | None,
    check: bool,
    **flags: Any,
) -> int:
    """Run evaluation suites and print the metrics.

    SUITE is a suite in YAML or JSONL, a folder of suites, or a collection in a public
    format: a BEIR folder, SQuAD JSON, conversations (MTRAG, CAsT), passage spans (CSV). A
    collection with documents of its own is indexed in the cache folder.

    summitqa eval from-feedback FILE... prints a draft suite made from feedback on answers.

    Exits with 1 when a case fails, a metric lies beyond its floor or fell significantly
    below the baseline, or a suite has no baseline to be held to where --baseline asks for one.
    """
    if suites[0] == "from-feedback":
        return print_draft(suites[1:])
    settings = settings_from(corpus_dir=corpus_dir, index_dir=index_dir)
    paths = suite_paths(suites)
    if check:
        return check_files(paths, settings)
    if flags["baseline"] and flags["baseline"].suffix == ".json" and len(paths) > 1:
        raise UsageError("One baseline file is for one suite; give the folder of baselines.")
    if flags["side_by_side"] and (flags["baseline"] or flags["update_baseline"]):
        raise UsageError("--side-by-side compares two modes; leave out the baseline.")
    return run_files(paths, settings, **flags)


def suite_paths(given: tuple[str, ...]) -> list[Path]:
    """Turn arguments into suites: a folder of suites, or of such folders, stands for all."""
    paths: list[Path] = []
    for text in given:
        path = Path(text)
        if not path.exists():
            raise SuiteError(f"There is no suite at {text}; give a file or a folder.")
        below = [each for folder in sorted(path.glob("*/")) for each in _inside(folder)]
        paths += _inside(path) or below or [path]
    return paths


def _inside(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.yaml")) + sorted(folder.glob("*.yml"))


def print_draft(files: tuple[str, ...]) -> int:
    """Print a draft suite made from feedback."""
    from summitqa.evaluation.from_feedback import draft_suite

    if not files:
        raise UsageError("Give the feedback file: summitqa eval from-feedback FILE.")
    click.echo(draft_suite([Path(file) for file in files]), nl=False)
    return 0


def run_files(
    paths: list[Path],
    settings: Settings,
    *,
    as_json: bool,
    html_file: Path | None,
    baseline: Path | None,
    update_baseline: bool,
    sample: int | None,
    workers: int,
    format_name: str | None,
    side_by_side: bool,
) -> int:
    """Run suites, print and write what was asked for, and give the exit code."""
    from summitqa.evaluation.job import Job, run_job
    from summitqa.evaluation.pool import pool_reports
    from summitqa.evaluation.report import report_to_json
    from summitqa.evaluation.table import print_report

    started = time.perf_counter()
    reports: list[SuiteReport] = []
    benches: dict[Settings, Opened] = {}
    for path in paths:
        job = Job(path, format_name, sample, workers, baseline, update_baseline, side_by_side)
        with _Bars() as bars:
            found = run_job(job, settings, bars.watcher(), benches)
        reports += found
        for report in () if as_json else found:
            click.echo(print_report(report))
    pools = () if side_by_side else pool_reports(reports)
    reports += pools
    for report in () if as_json else pools:
        click.echo(print_report(report))
    record = report_to_json(reports, settings, time.perf_counter() - started)
    if as_json:
        click.echo(json.dumps(record, ensure_ascii=False, indent=1))
    if html_file is not None:
        from summitqa.evaluation.page import write_page

        write_page(html_file, record)
        click.echo(f"summitqa: Wrote {html_file}.", err=True)
    failed = [report for report in reports if report.gate]
    for report in failed:
        for problem in report.gate:
            click.echo(f"summitqa: {report.suite.suite}: {problem}", err=True)
    return 1 if failed else 0


class _Bars:
    """Shows progress on standard error; silent where nobody watches."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._step = ""

    def __enter__(self) -> _Bars:
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def watcher(self) -> Watcher:
        """Give what a job reports to."""
        from summitqa.evaluation.job import Watcher

        return Watcher(self._say, self._indexing, self._start)

    def _say(self, text: str) -> None:
        self._close()
        click.echo(f"summitqa: {text}", err=True)

    def _open(self, step: str, total: int) -> None:
        from tqdm import tqdm

        self._close()
        self._step = step
        self._bar = tqdm(total=total, desc=step, disable=None, leave=False)

    def _close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None

    def _indexing(self, progress: Any) -> None:
        if progress.step == "note":
            self._say(progress.detail)
        elif progress.total > 1:
            if self._bar is None or self._step != progress.step:
                self._open(progress.step, progress.total)
            self._bar.update(progress.done - self._bar.n)

    def _start(self, name: str, cases: int) -> Callable[[], None]:
        self._open(name, cases)
        bar = self._bar
        return lambda: bar.update(1)


def check_files(paths: list[Path], settings: Settings) -> int:
    """Check suites, print what is found and give the exit code."""
    from summitqa.evaluation.check import (
        HIGH_OVERLAP,
        case_overlap,
        check_suites,
        corpus_reader,
    )
    from summitqa.evaluation.suite_file import read_suite

    files = []
    problems = []
    for path in paths:
        try:
            files.append(read_suite(path))
        except SuiteError as error:
            problems.append(str(error))
    findings = [
        finding
        for corpus in dict.fromkeys(file.corpus for file in files)
        for finding in check_suites(
            [file for file in files if file.corpus == corpus],
            corpus_reader(corpus or settings.corpus_dir, settings),
            settings,
        )
    ]
    for text in (*problems, *findings):
        click.echo(str(text))
    cases = [case for file in files for case in file.suite.cases]
    overlaps = [overlap for case in cases if (overlap := case_overlap(case)) is not None]
    below = sum(overlap < HIGH_OVERLAP for overlap in overlaps)
    errors = len(problems) + sum(finding.is_error for finding in findings)
    click.echo(
        f"{len(files)} of {len(paths)} suites can be read, {len(cases)} cases; "
        f"{errors} errors, {len(findings) + len(problems) - errors} remarks; "
        f"word overlap below {HIGH_OVERLAP} in {below} of {len(overlaps)} cases with gold quotes.",
        err=True,
    )
    return 1 if errors else 0
