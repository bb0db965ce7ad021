"""Follow the corpus folder and index whenever it has changed and then been quiet."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from pathlib import Path
from threading import Event

from summitqa.errors import CorpusError, SummitQAError
from summitqa.indexing.links import read_links
from summitqa.indexing.report import IndexReport
from summitqa.settings import Settings

QUIET_MILLISECONDS = 1000
LONGEST_WAIT_MILLISECONDS = 60_000
LOOK_AGAIN_MILLISECONDS = 1000


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
        CorpusError: The corpus folder does not exist, or was taken away.
    """
    if not settings.corpus_dir.is_dir():
        raise CorpusError(f"The corpus folder {settings.corpus_dir} does not exist; make it first.")
    last = _outcome(run)
    yield last
    yield f"Watching {settings.corpus_dir}; stop with Ctrl-C."
    while watched := _watched(settings):
        caught_up = False
        for changes in _changes(settings, watched, stop, quiet_milliseconds):
            if changes or not caught_up:
                # What changed before this watch began is found by a run once it has begun.
                outcome = _outcome(run)
                if caught_up or _is_news(outcome, last):
                    yield outcome
                caught_up, last = True, outcome
            if _watched(settings) != watched:
                break
        else:
            return
    raise CorpusError(
        f"The corpus folder {settings.corpus_dir} is gone; make it again and start the watch anew."
    )


def _changes(
    settings: Settings, watched: Collection[Path], stop: Event | None, quiet_milliseconds: int
) -> Iterator[Collection[object]]:
    """Give what changed, each time it has been quiet; nothing (an empty set) about each second."""
    from watchfiles import watch

    while True:
        try:
            yield from watch(
                *watched,
                watch_filter=lambda _, path: _concerns(settings, Path(path)),
                step=quiet_milliseconds,
                debounce=max(LONGEST_WAIT_MILLISECONDS, quiet_milliseconds),
                rust_timeout=LOOK_AGAIN_MILLISECONDS,
                yield_on_timeout=True,
                stop_event=stop,
                raise_interrupt=False,
            )
        except FileNotFoundError:
            # One of the paths was taken away just now; the caller looks which are left.
            yield ()
        else:
            return


def _is_news(outcome: IndexReport | str, last: IndexReport | str) -> bool:
    """Tell whether a run found another state than the one before it."""
    if isinstance(outcome, str) or isinstance(last, str):
        return outcome != last
    return (outcome.digest, outcome.failed) != (last.digest, last.failed)


def _outcome(run: Callable[[], IndexReport]) -> IndexReport | str:
    try:
        return run()
    except SummitQAError as error:
        return str(error)


def _watched(settings: Settings) -> dict[Path, int]:
    """Give what is watched, each with its inode; nothing if the corpus is gone.

    A linked file that an editor has replaced, and a link that was added since, need a
    watch of their own.
    """
    found: dict[Path, int] = {}
    try:
        found[settings.corpus_dir] = settings.corpus_dir.stat().st_ino
        links = read_links(settings.corpus_dir)
    except (OSError, SummitQAError):
        return found
    for path in links.values():
        with suppress(OSError):
            found[path] = path.stat().st_ino
    return found


def _concerns(settings: Settings, path: Path) -> bool:
    """Say whether a changed path can matter: nothing hidden, nothing of the index."""
    if path.is_relative_to(settings.index_dir.absolute()) or path.is_relative_to(
        settings.index_dir.resolve()
    ):
        return False
    return not path.name.startswith(".") and not path.name.endswith("~")
