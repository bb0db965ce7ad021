"""The whole job: from a path and the settings to a graded and compared suite."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from summitqa.errors import IndexStateError, SuiteError, SummitQAError, UsageError
from summitqa.evaluation.cases import Suite
from summitqa.evaluation.formats.collection import Collection
from summitqa.evaluation.report import (
    SuiteReport,
    describe_models,
    describe_packages,
    describe_settings,
    find_gate_failures,
    metrics_to_json,
    summarise,
    summarise_tags,
)
from summitqa.evaluation.run import DEPTH, Bench, run_suite, sample_suite
from summitqa.settings import Settings

if TYPE_CHECKING:
    from summitqa.ask import Assistant

Say = Callable[[str], None]
Opened = tuple["Assistant", Bench, str]
_SHIPPED = ("suites", "collections")
"""Folders of suites whose baselines lie in the folder ``baselines`` beside them."""


@dataclass(frozen=True, slots=True)
class Job:
    """What to run, and how.

    Attributes:
        path: A suite, or a collection in a public format.
        format: One of `summitqa.evaluation.formats.FORMATS`; None to recognise it.
        sample: How many cases to run; None for all.
        workers: Threads that ask at the same time.
        baseline: A baseline, or the folder that holds baselines by suite; None for none.
        update: Whether to write the baseline instead of being held to it.
        against_none: Whether to run with the language model and without, side by side.
    """

    path: Path
    format: str | None = None
    sample: int | None = None
    workers: int = 1
    baseline: Path | None = None
    update: bool = False
    against_none: bool = False


@dataclass(frozen=True, slots=True)
class Watcher:
    """How a job tells what it does.

    Attributes:
        say: Takes a sentence for the person.
        indexing: Takes the progress of indexing.
        start: Takes the suite's name and its number of cases; gives what is called after
            each case.
    """

    say: Say
    indexing: Callable[[Any], None]
    start: Callable[[str, int], Callable[[], None]]


def load_target(path: Path, name: str | None) -> Collection:
    """Read a suite or a collection.

    Raises:
        SuiteError: It is malformed or in no known format.
    """
    from summitqa.evaluation.formats import load_collection, recognise
    from summitqa.evaluation.suite_file import read_suite

    found = name or recognise(path)
    if found != "suite":
        return load_collection(path, found)
    file = read_suite(path)
    return Collection(file.suite, folder=file.corpus)


def run_job(
    job: Job, settings: Settings, watcher: Watcher, benches: dict[Settings, Opened]
) -> tuple[SuiteReport, ...]:
    """Run one suite.

    Args:
        job: What to run.
        settings: The settings at hand.
        watcher: Is told what is done.
        benches: Benches opened so far, by their settings; more are put in.

    Returns:
        The report; with a language model against none, the report without it comes first.

    Raises:
        SummitQAError: The suite, the index or the baseline cannot be used.
    """
    from summitqa.evaluation.corpora import prepare_collection

    collection = load_target(job.path, job.format)
    for remark in collection.remarks:
        watcher.say(f"{collection.suite.suite}: {remark}")
    suite = sample_suite(collection.suite, job.sample)
    baseline = _baseline_path(job, suite) if job.baseline or job.update else None
    if job.update and len(suite.cases) < len(collection.suite.cases):
        raise UsageError("A baseline holds every case; leave out --sample with --update-baseline.")
    if baseline is not None and not job.update:
        _refuse_missing(job, baseline)
    own = settings
    if collection.documents or collection.folder is not None:
        own = prepare_collection(collection, settings, watcher.indexing)
    elif stale := count_stale(own):
        watcher.say(
            f"{stale} documents of {own.corpus_dir} are not in the index as they are now; "
            "this run asks the index, so run summitqa index first to measure them."
        )
    if job.against_none:
        return _run_both_modes(suite, job, own, watcher, benches)
    report = _run(suite, job, own, watcher, benches)
    return (_hold_to_baseline(report, job, baseline, own, watcher.say),)


def _run(
    suite: Suite,
    job: Job,
    settings: Settings,
    watcher: Watcher,
    benches: dict[Settings, Opened],
) -> SuiteReport:
    assistant, bench, digest = open_bench(settings, benches)
    results = run_suite(suite, bench, job.workers, watcher.start(suite.suite, len(suite.cases)))
    if assistant.snapshot().digest != digest:
        raise IndexStateError(f"The index changed while {suite.suite} was running; run it again.")
    return SuiteReport(suite, results, digest, summarise(results), summarise_tags(results))


def _run_both_modes(
    suite: Suite,
    job: Job,
    settings: Settings,
    watcher: Watcher,
    benches: dict[Settings, Opened],
) -> tuple[SuiteReport, ...]:
    """Run without the language model and with it; the second is compared with the first."""
    from summitqa.evaluation.baseline import compare_with_baseline, make_baseline

    if not settings.llm:
        raise UsageError("No language model is configured; set SUMMITQA_LLM to compare with one.")
    plain = settings.model_copy(update={"llm": None})
    reports: list[SuiteReport] = []
    for name, chosen in (("extractive", plain), ("language-model", settings)):
        named = suite.model_copy(update={"suite": f"{suite.suite}+{name}"})
        report = _run(named, job, chosen, watcher, benches)
        comparison = None
        if reports:
            before = make_baseline(named.suite, reports[0].results, reports[0].index_digest)
            comparison = compare_with_baseline(named, report.results, before)
        gate = find_gate_failures(
            named, report.results, report.metrics, None, job.sample is not None
        )
        reports.append(replace(report, comparison=comparison, gate=gate))
    return tuple(reports)


def open_bench(settings: Settings, benches: dict[Settings, Opened]) -> Opened:
    """Open the index and load the models, once for the same settings.

    Many passages are asked for, and a question gets one thread, so that results do not
    depend on the number of workers.

    Returns:
        The assistant, the bench around it and the digest of the index.

    Raises:
        SummitQAError: There is no index that can be read, or a model cannot be loaded.
    """
    from summitqa.ask import Assistant, open_assistant

    if settings in benches:
        assistant, _, digest = benches[settings]
        if assistant.snapshot().digest == digest:
            return benches[settings]
    chosen = settings.model_copy(update={"top_k": DEPTH, "threads": 1})
    assistant = open_assistant(chosen)
    forced = Assistant(chosen.model_copy(update={"abstain_below": 0.0}))
    snapshot = assistant.snapshot()
    texts: dict[str, str | None] = {}

    def text_of(document: str) -> str | None:
        if document not in texts:
            try:
                texts[document] = snapshot.document(document).text
            except SummitQAError:
                texts[document] = None
        return texts[document]

    # A model that cannot be loaded is one error here, not one for every case.
    assistant.warm()
    benches[settings] = (assistant, Bench(assistant, forced, text_of), snapshot.digest)
    return benches[settings]


def count_stale(settings: Settings) -> int:
    """Count documents whose file is new, changed or gone since the index was built.

    Raises:
        IndexStateError: There is no index that can be read.
    """
    from summitqa.indexing.fingerprints import failure_fingerprint
    from summitqa.indexing.plan import plan_run
    from summitqa.indexing.scan import hash_files, scan_corpus
    from summitqa.store.snapshot import open_snapshot

    if not settings.corpus_dir.is_dir():
        return 0
    scan = scan_corpus(settings)
    hashes, _ = hash_files(scan, {}, settings, lambda _: None)
    snapshot = open_snapshot(settings.index_dir, settings)
    try:
        failures = snapshot.known_failures(failure_fingerprint(settings))
        plan = plan_run(hashes, snapshot.sources(), failures)
    finally:
        snapshot.close()
    return len(plan.to_read) + len(plan.removed)


def _hold_to_baseline(
    report: SuiteReport, job: Job, path: Path | None, settings: Settings, say: Say
) -> SuiteReport:
    from summitqa.evaluation.baseline import (
        compare_with_baseline,
        read_baseline,
        say_changes,
        write_baseline,
    )

    suite, results = report.suite, report.results
    baseline = comparison = None
    missing: tuple[str, ...] = ()
    if path is not None and path.is_file():
        baseline = read_baseline(path)
        comparison = compare_with_baseline(suite, results, baseline, job.sample is not None)
        now = {**describe_settings(settings), **describe_packages(), **describe_models()}
        comparison = replace(comparison, changed=say_changes(baseline.about, now))
    elif path is not None and not job.update:
        # The other suites of the folder are still run and held; this one was not, and
        # what was not held to anything has not passed.
        missing = (f"there is no baseline at {path}; write it with --update-baseline.",)
    held_to = None if job.update else comparison
    gate = find_gate_failures(suite, results, report.metrics, held_to, job.sample is not None)
    if job.update and path is not None:
        about = {
            "settings": describe_settings(settings),
            "packages": describe_packages(),
            "models": describe_models(),
            "metrics": metrics_to_json(report.metrics),
        }
        write_baseline(path, suite, results, report.index_digest, about)
        say(f"Wrote {path}.")
    return replace(
        report,
        baseline=None if job.update else baseline,
        comparison=comparison,
        gate=(*gate, *missing),
    )


def _refuse_missing(job: Job, path: Path) -> None:
    """Stop before the run where what --baseline names is not there at all.

    Raises:
        SuiteError: There is no such file, or no such folder.
    """
    if path == job.baseline and not path.is_file():
        raise SuiteError(f"There is no baseline at {path}; write it with --update-baseline.")
    if not path.parent.is_dir():
        raise SuiteError(
            f"There is no folder of baselines at {path.parent}; "
            "give the folder that holds them, or write them with --update-baseline."
        )


def _baseline_path(job: Job, suite: Suite) -> Path:
    """Say where the baseline of a suite is: as named, or by its name in a folder."""
    if job.baseline is None:
        folders = job.path.resolve().parents
        home = next((each.parent for each in folders[:2] if each.name in _SHIPPED), None)
        if home is None:
            raise UsageError(
                f"Say with --baseline where the baseline of {suite.suite} is to be written."
            )
        return home / "baselines" / f"{suite.suite}.json"
    if job.baseline.suffix == ".json":
        return job.baseline
    return job.baseline / f"{suite.suite}.json"
