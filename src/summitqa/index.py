"""Bring the index up to date with the corpus folder."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from dataclasses import replace

from summitqa.errors import CorpusError, IndexStateError
from summitqa.indexing.build import Built, Embeds, Work, build_generation
from summitqa.indexing.fingerprints import (
    embedding_setting,
    failure_fingerprint,
    loading_fingerprint,
    structure_fingerprint,
)
from summitqa.indexing.plan import Plan, plan_run
from summitqa.indexing.report import IndexReport, Progress, ReportProgress
from summitqa.indexing.scan import dump_seen, hash_files, read_seen, scan_corpus
from summitqa.settings import Settings
from summitqa.store import layout as place
from summitqa.store.faults import reach
from summitqa.store.layout import Layout
from summitqa.store.lock import explain_failing_writes, hold_lock
from summitqa.store.snapshot import Snapshot, open_snapshot

__all__ = ["IndexReport", "Progress", "update_index"]


def update_index(
    settings: Settings,
    embedder_loader: Callable[[], Embeds],
    report: ReportProgress | None = None,
    *,
    rebuild: bool = False,
    retry_failed: bool = False,
    allow_empty: bool = False,
) -> IndexReport:
    """Bring the index up to date with the corpus.

    Args:
        settings: Where the corpus and the index are, splitting, embedding and limits.
        embedder_loader: Loads the embedder; called only when something must be embedded.
        report: Called with the progress.
        rebuild: Take nothing from the present index, whatever its version or state.
        retry_failed: Read again also those files that could not be read before.
        allow_empty: Let the index become empty when the corpus is.

    Returns:
        What was done. When no document at all could be indexed nothing is changed, and
        ``digest`` is that of the state that stays, or empty.

    Raises:
        CorpusError: The corpus is missing or holds no document.
        IndexStateError: The index is foreign, damaged, of another version, cannot be
            written, or (IndexLockedError) is being written by another process.
    """
    started = time.monotonic()
    tell = report or (lambda _: None)
    layout = Layout(settings.index_dir)
    _check_writable_state(layout, rebuild)
    with (
        hold_lock(
            layout, settings.lock_timeout_seconds, lambda text: tell(Progress("note", 0, 0, text))
        ),
        explain_failing_writes(layout),
    ):
        done = _update(layout, settings, embedder_loader, tell, rebuild, retry_failed, allow_empty)
    return replace(done, seconds=round(time.monotonic() - started, 3))


def _check_writable_state(layout: Layout, rebuild: bool) -> None:
    try:
        place.check_ours(layout)
    except IndexStateError:
        if not rebuild or not layout.marker.exists():
            raise


def _update(
    layout: Layout,
    settings: Settings,
    embedder_loader: Callable[[], Embeds],
    tell: ReportProgress,
    rebuild: bool,
    retry_failed: bool,
    allow_empty: bool,
) -> IndexReport:
    previous = _open_previous(layout, settings, rebuild)
    try:
        if not rebuild:  # what a rebuild replaces stays until the new state is whole
            place.sweep_generations(layout)
        tell(Progress("scan", 0, 0))
        scan = scan_corpus(settings)
        if not scan.files and not allow_empty:
            raise CorpusError(_say_empty(settings, scan.refused))
        hashes, unreadable = hash_files(
            scan, read_seen(layout.seen, settings.corpus_dir), settings, tell
        )
        known = (
            previous.known_failures(failure_fingerprint(settings))
            if previous and not retry_failed
            else {}
        )
        plan = plan_run(hashes, previous.sources() if previous else {}, known)
        failed = {**dict(scan.refused), **unreadable, **plan.still_failed}
        seen = dump_seen(scan, hashes, settings.corpus_dir)
        if previous and _is_up_to_date(previous, plan, failed, settings):
            shutil.rmtree(layout.staging, ignore_errors=True)
            _write_seen(layout, seen)
            return _report(plan, Built(previous.digest, plan.unchanged, failed, 0))
        work = Work(settings, plan, scan.files, hashes, failed, previous, embedder_loader, tell)
        built = _build_and_publish(layout, work, allow_empty)
        if built.documents or allow_empty:
            _write_seen(layout, seen)
        return _report(plan, built)
    finally:
        if previous:
            previous.close()


def _open_previous(layout: Layout, settings: Settings, rebuild: bool) -> Snapshot | None:
    if rebuild or not place.check_ours(layout) or place.current_name(layout) is None:
        return None
    return open_snapshot(layout.root, settings)


def _say_empty(settings: Settings, refused: tuple[tuple[str, str], ...]) -> str:
    count = f"{len(refused)} file{'s were' if len(refused) > 1 else ' was'} passed over"
    why = f" ({count}: {refused[0][1].rstrip('.')})" if refused else ""
    return (
        f"The corpus folder {settings.corpus_dir} holds no documents{why}; the index was left as "
        "it is: add documents with summitqa add PATH, or choose another folder with --corpus."
    )


def _is_up_to_date(
    previous: Snapshot, plan: Plan, failed: dict[str, str], settings: Settings
) -> bool:
    meta = previous.meta
    return (
        not plan.to_read
        and not plan.removed
        and meta["structure"] == structure_fingerprint(settings)
        and meta["loading"] == loading_fingerprint()
        and meta["embedding_setting"] == embedding_setting(settings)
        and meta["corpus_dir"] == str(settings.corpus_dir.resolve())
        and dict(previous.failures()) == failed
    )


def _build_and_publish(layout: Layout, work: Work, allow_empty: bool) -> Built:
    place.write_marker(layout)
    reach("marked")
    folder = place.begin_generation(layout)
    reach("begun")
    try:
        built = build_generation(folder, layout.staging, work)
        if not built.documents and not allow_empty:
            shutil.rmtree(folder)
            return replace(built, digest=work.previous.digest if work.previous else "")
        place.publish_generation(layout, folder, built.digest)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    place.sweep_generations(layout)
    shutil.rmtree(layout.staging, ignore_errors=True)
    reach("done")
    return built


def _write_seen(layout: Layout, text: str) -> None:
    try:
        if layout.seen.read_text(encoding="utf-8") == text:
            return
    except (OSError, UnicodeDecodeError):
        pass
    place.replace_file(layout.seen, text)


def _report(plan: Plan, built: Built) -> IndexReport:
    there = set(built.documents)
    renamed = sorted(name for name in plan.renamed if name in there)
    return IndexReport(
        added=tuple(name for name in plan.added if name in there),
        changed=tuple(name for name in plan.changed if name in there),
        renamed=tuple(renamed),
        renamed_from=tuple(plan.renamed[name] for name in renamed),
        removed=plan.removed,
        unchanged=tuple(name for name in plan.unchanged if name in there),
        failed=tuple(sorted(built.failed.items())),
        embedded=built.embedded,
        digest=built.digest,
    )
