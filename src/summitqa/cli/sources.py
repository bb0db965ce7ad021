"""``summitqa sources``: list and download the official texts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from summitqa.cli.options import corpus_and_index, debug_flag, settings_from
from summitqa.cli.terminal import printable

if TYPE_CHECKING:
    from summitqa.settings import Settings
    from summitqa.sources import OfficialText


@click.group(invoke_without_command=True)
@click.pass_context
def sources(ctx: click.Context) -> None:
    """List and download the official texts that corpus/sources.toml names."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help(), err=True)
        ctx.exit(2)


@sources.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
@corpus_and_index
@debug_flag
def list_sources(as_json: bool, **folders: Any) -> None:
    """List the official texts and say which are here."""
    from dataclasses import asdict

    from summitqa.sources import read_sources

    settings = settings_from(**folders)
    for source in read_sources(settings):
        here = source.file(settings).is_file()
        if as_json:
            click.echo(json.dumps({**asdict(source), "here": here}, ensure_ascii=False))
        else:
            dated = f", {source.date}" if source.date else ""
            click.echo(f"{'*' if here else ' '} {source.name}  ({source.format}{dated})")
            click.echo(f"    {source.title}")


@sources.command("fetch")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--no-index", is_flag=True, help="Only download; index later.")
@corpus_and_index
@debug_flag
def fetch(names: tuple[str, ...], no_index: bool, **folders: Any) -> int:
    """Download the official texts NAME... (all of them without a name), then index.

    What could not be downloaded is named at the end and stays as it was; the same command
    goes on with what is missing.
    """
    from summitqa.sources import choose_sources, fetch_sources, read_sources

    settings = settings_from(**folders)
    chosen = choose_sources(read_sources(settings), names)
    bar = _Bar()
    results = []
    for done in fetch_sources(settings, chosen, bar):
        bar.close()
        results.append(done)
        said = f": {done.reason}" if done.reason else ""
        click.echo(f"{done.state:9} {done.source.name}{said}", err=True)
    failed = [done for done in results if done.state == "failed"]
    changed = any(done.state == "fetched" for done in results)
    if changed and not no_index:
        _index(settings)
    click.echo(
        f"{len(results) - len(failed)} of {len(results)} official texts are in "
        f"{settings.corpus_dir / 'official'}."
    )
    return 1 if failed else 0


def _index(settings: Settings) -> None:
    from summitqa.index import update_index

    def load() -> Any:
        from summitqa.embed import load_embedder

        return load_embedder(settings)

    done = update_index(settings, load)
    for _, reason in done.failed:
        click.echo(f"summitqa: {printable(reason)}", err=True)
    click.echo(done.summary(), err=True)


class _Bar:
    """Shows the bytes of one download on standard error; silent where nobody watches."""

    def __init__(self) -> None:
        self._bar: Any = None

    def __call__(self, source: OfficialText, done: int, total: int | None) -> None:
        if self._bar is None:
            from tqdm import tqdm

            self._bar = tqdm(
                total=total,
                desc=source.name,
                unit="B",
                unit_scale=True,
                disable=None,
                leave=False,
            )
        self._bar.update(done - self._bar.n)

    def close(self) -> None:
        """Take the bar off the screen."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None
