"""``summitqa index``, ``add``, ``remove``, ``export``, ``status`` and ``doctor``."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from summitqa.cli.options import corpus_and_index, debug_flag, settings_from
from summitqa.cli.terminal import printable

if TYPE_CHECKING:
    from summitqa.indexing.report import IndexReport, Progress
    from summitqa.settings import Settings

_STEPS = {"hash": "Hashing", "read": "Reading", "embed": "Embedding", "write": "Writing"}
_AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


class _Bar:
    """Shows the progress on standard error, with the time left; silent where nobody watches."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._step = ""

    def __call__(self, progress: Progress) -> None:
        if progress.step == "note":
            click.echo(f"summitqa: {progress.detail}", err=True)
            return
        if progress.step not in _STEPS or progress.total < 2:
            return
        if progress.step != self._step:
            from tqdm import tqdm

            self.close()
            self._step = progress.step
            self._bar = tqdm(
                total=progress.total, desc=_STEPS[progress.step], disable=None, leave=False
            )
        self._bar.update(progress.done - self._bar.n)

    def close(self) -> None:
        """Take the bar off the screen."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None


def _load_embedder(settings: Settings) -> Callable[[], Any]:
    def load() -> Any:
        from summitqa.embed import load_embedder

        return load_embedder(settings)

    return load


def _run(settings: Settings, **how: bool) -> IndexReport:
    from summitqa.index import update_index

    bar = _Bar()
    try:
        return update_index(settings, _load_embedder(settings), bar, **how)
    finally:
        bar.close()


def _show(report: IndexReport, as_json: bool, extra: Iterable[tuple[str, str]] = ()) -> None:
    for _, reason in (*report.failed, *extra):
        click.echo(f"summitqa: {printable(reason)}", err=True)
    if as_json:
        click.echo(json.dumps(report.as_json(), ensure_ascii=False))
    else:
        click.echo(report.summary())


def _exit_code(report: IndexReport) -> int:
    indexed = (report.added, report.changed, report.renamed, report.unchanged)
    return 1 if report.failed and not any(indexed) else 0


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the report as one JSON object.")
@click.option("--rebuild", is_flag=True, help="Build anew and take nothing from the old index.")
@click.option("--retry-failed", is_flag=True, help="Read again what could not be read before.")
@click.option("--allow-empty", is_flag=True, help="Empty the index when the corpus is empty.")
@click.option("--watch", is_flag=True, help="Keep following the corpus folder.")
@corpus_and_index
@debug_flag
@click.pass_context
def index(
    ctx: click.Context,
    as_json: bool,
    rebuild: bool,
    retry_failed: bool,
    allow_empty: bool,
    watch: bool,
    corpus_dir: Path | None,
    index_dir: Path | None,
) -> None:
    """Bring the index up to date with the corpus folder."""
    settings = settings_from(corpus_dir=corpus_dir, index_dir=index_dir)
    if watch:
        from summitqa.watch import watch_corpus

        for outcome in watch_corpus(settings, lambda: _run(settings, allow_empty=allow_empty)):
            if isinstance(outcome, str):
                click.echo(f"summitqa: {outcome}", err=True)
            else:
                _show(outcome, as_json)
        return
    report = _run(settings, rebuild=rebuild, retry_failed=retry_failed, allow_empty=allow_empty)
    _show(report, as_json)
    ctx.exit(_exit_code(report))


@click.command()
@click.argument("targets", nargs=-1, required=True, metavar="PATH_OR_URL...")
@click.option("--in-place", is_flag=True, help="Link the files where they are; copy nothing.")
@click.option("--replace", is_flag=True, help="Replace files of the same name in the corpus.")
@click.option("--to", "folder", default="", metavar="FOLDER", help="Folder in the corpus.")
@_AS_JSON
@corpus_and_index
@debug_flag
@click.pass_context
def add(
    ctx: click.Context,
    targets: tuple[str, ...],
    in_place: bool,
    replace: bool,
    folder: str,
    as_json: bool,
    corpus_dir: Path | None,
    index_dir: Path | None,
) -> None:
    """Copy files, folders or addresses into the corpus (or link them), then index."""
    from summitqa.indexing.corpus import add_paths

    settings = settings_from(corpus_dir=corpus_dir, index_dir=index_dir)
    added = add_paths(settings, targets, in_place=in_place, replace=replace, folder=folder)
    if not added.documents:
        for _, reason in added.refused:
            click.echo(f"summitqa: {printable(reason)}", err=True)
        click.echo("summitqa: Nothing was added.", err=True)
        ctx.exit(1)
    report = _run(settings)
    _show(report, as_json, added.refused)
    bad = {name for name, _ in report.failed}
    ctx.exit(1 if all(name in bad for name in added.documents) else 0)


@click.command()
@click.argument("documents", nargs=-1, required=True, metavar="DOCUMENT...")
@_AS_JSON
@corpus_and_index
@debug_flag
def remove(
    documents: tuple[str, ...], as_json: bool, corpus_dir: Path | None, index_dir: Path | None
) -> None:
    """Delete documents (or links) from the corpus, then index."""
    from summitqa.indexing.corpus import remove_documents

    settings = settings_from(corpus_dir=corpus_dir, index_dir=index_dir)
    remove_documents(settings, documents)
    _show(_run(settings, allow_empty=True), as_json)


@click.command()
@click.option("--documents", "with_documents", is_flag=True, help="List every document.")
@_AS_JSON
@corpus_and_index
@debug_flag
def status(
    with_documents: bool, as_json: bool, corpus_dir: Path | None, index_dir: Path | None
) -> None:
    """Say what is indexed."""
    from summitqa.store import open_snapshot

    settings = settings_from(corpus_dir=corpus_dir, index_dir=index_dir)
    snapshot = open_snapshot(settings.index_dir, settings)
    facts = asdict(snapshot.status())
    failures = snapshot.failures()
    names = list(snapshot.summaries()) if with_documents else []
    snapshot.close()
    if as_json:
        facts["failures"] = [{"document": name, "reason": reason} for name, reason in failures]
        if with_documents:
            facts["document_ids"] = names
        click.echo(json.dumps(facts, ensure_ascii=False))
        return
    for name, value in facts.items():
        click.echo(f"{name.replace('_', ' ')}: {value}")
    for _, reason in failures:
        click.echo(f"  {printable(reason)}")
    for name in names:
        click.echo(printable(name))


@click.command()
@click.option("--repair", is_flag=True, help="Mend what is broken.")
@_AS_JSON
@corpus_and_index
@debug_flag
@click.pass_context
def doctor(
    ctx: click.Context,
    repair: bool,
    as_json: bool,
    corpus_dir: Path | None,
    index_dir: Path | None,
) -> None:
    """Check that catalogue, vectors, Chroma and files agree; --repair mends them."""
    from summitqa.doctor import examine_index, repair_index

    settings = settings_from(corpus_dir=corpus_dir, index_dir=index_dir)
    findings = examine_index(settings)
    broken = [finding for finding in findings if finding.is_damage]
    report = None
    if repair and broken:
        bar = _Bar()
        try:
            report = repair_index(settings, _load_embedder(settings), bar)
        finally:
            bar.close()
    if as_json:
        listed = [asdict(finding) for finding in findings]
        repaired = report.as_json() if report else None
        values = {"sound": not broken, "findings": listed, "repair": repaired}
        click.echo(json.dumps(values, ensure_ascii=False))
    else:
        for finding in findings:
            click.echo(f"{'damaged' if finding.is_damage else 'note'}: {printable(finding.what)}")
        if report:
            click.echo(f"Mended: {report.summary()} {report.embedded} texts were embedded.")
        elif broken:
            click.echo("To mend it, run: summitqa doctor --repair")
        else:
            click.echo("The index is sound.")
    ctx.exit(1 if broken and not report else 0)


@click.command()
@click.argument("target", type=click.Path(path_type=Path), metavar="FOLDER")
@click.option("--without-vectors", is_flag=True, help="Leave the vectors out.")
@corpus_and_index
@debug_flag
def export(
    target: Path, without_vectors: bool, corpus_dir: Path | None, index_dir: Path | None
) -> None:
    """Export documents, metadata, passages and vectors as JSON lines into FOLDER."""
    from summitqa.indexing.export import export_index
    from summitqa.store import open_snapshot

    settings = settings_from(corpus_dir=corpus_dir, index_dir=index_dir)
    snapshot = open_snapshot(settings.index_dir, settings)
    counts = export_index(snapshot, target, with_vectors=not without_vectors)
    snapshot.close()
    click.echo(f"Wrote {counts.documents} documents and {counts.passages} passages to {target}.")
