"""`index --watch` indexes once the corpus has been quiet, and goes on after a bad run."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from summitqa.errors import CorpusError
from summitqa.indexing.report import IndexReport
from summitqa.watch import watch_corpus

if TYPE_CHECKING:
    from tests.indexing.conftest import Workplace


def test_changes_are_followed_until_the_watch_is_stopped(briefs: Workplace) -> None:
    stop = threading.Event()
    seen = watch_corpus(briefs.settings, briefs.run, stop, quiet_milliseconds=100)
    first = next(seen)
    assert isinstance(first, IndexReport)
    assert len(first.added) == 3
    assert "Watching" in str(next(seen))

    found: list[IndexReport | str] = []
    added = threading.Event()

    def follow() -> None:
        for outcome in seen:
            found.append(outcome)
            if isinstance(outcome, IndexReport) and outcome.added:
                added.set()

    follower = threading.Thread(target=follow)
    follower.start()
    # The watch may need a moment to begin, so the document is written until it is seen.
    for number in range(200):
        briefs.write("later.md", f"# Later\n\nA later paper, draft {number}.\n")
        if added.wait(0.5):
            break
    stop.set()
    follower.join(60)
    assert not follower.is_alive()
    assert any(isinstance(one, IndexReport) and one.added == ("later.md",) for one in found)
    assert "later.md" in briefs.open().summaries()


def test_a_run_that_fails_is_told_and_the_watch_goes_on(place: Workplace) -> None:
    stop = threading.Event()
    seen = watch_corpus(place.settings, place.run, stop)
    assert "holds no documents" in str(next(seen))
    assert "Watching" in str(next(seen))
    stop.set()
    assert list(seen) == []


def test_a_missing_corpus_cannot_be_watched(place: Workplace) -> None:
    place.corpus.rmdir()
    with pytest.raises(CorpusError, match="does not exist"):
        next(watch_corpus(place.settings, place.run))
