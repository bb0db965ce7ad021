"""Follow the corpus folder and index whenever it has changed and then been quiet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

from summitqa.errors import CorpusError, SummitQAError
from summitqa.indexing.links import read_links
from summitqa.indexing.report import IndexReport
from summitqa.settings import Settings

QUIET_MILLISECONDS = 1000
LONGEST_WAIT_MILLISECONDS = 60_000


def watch_corpus(
    settings: Settings,
    run: Callable[[], IndexReport],
    stop: Event | None = None,
    quiet_milliseconds: int = QUIET_MILLISECONDS,
) -> Iterator[IndexReport | str]:
    """Index now, and again after every change that is followed by a quiet period.

    A run that fails is reported and the watch goes on: the next change tries again.

    Args:
        settings: Where the corpus and the index are.
        run: Brings the index up to date.
        stop: Set to end the watch.
        quiet_milliseconds: How long nothing must change before a run.

    Yields:
        The report of each run, or a sentence for the person.

    Raises:
        CorpusError: The corpus folder does not exist.
    """
    from watchfiles import watch

    if not settings.corpus_dir.is_dir():
        raise CorpusError(f"The corpus folder {settings.corpus_dir} does not exist; make it first.")
    yield from _outcome(run)
    yield f"Watching {settings.corpus_dir}; stop with Ctrl-C."
    changes = watch(
        *_watched(settings),
        watch_filter=lambda _, path: _concerns(settings, Path(path)),
        step=quiet_milliseconds,
        debounce=max(LONGEST_WAIT_MILLISECONDS, quiet_milliseconds),
        stop_event=stop,
        raise_interrupt=False,
    )
    for _ in changes:
        yield from _outcome(run)


def _outcome(run: Callable[[], IndexReport]) -> Iterator[IndexReport | str]:
    try:
        yield run()
    except SummitQAError as error:
        yield str(error)


def _watched(settings: Settings) -> list[Path]:
    linked = (path for path in read_links(settings.corpus_dir).values() if path.exists())
    return [settings.corpus_dir, *linked]


def _concerns(settings: Settings, path: Path) -> bool:
    """Say whether a changed path can matter: nothing hidden, nothing of the index."""
    if path.is_relative_to(settings.index_dir.absolute()) or path.is_relative_to(
        settings.index_dir.resolve()
    ):
        return False
    return not path.name.startswith(".") and not path.name.endswith("~")
