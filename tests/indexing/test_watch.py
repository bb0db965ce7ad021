"""`index --watch` indexes once the corpus has been quiet, and goes on after a bad run."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from summitqa.errors import CorpusError
from summitqa.indexing.corpus import add_paths
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


def test_what_changes_before_the_watch_begins_is_found(briefs: Workplace) -> None:
    stop = threading.Event()
    seen = watch_corpus(briefs.settings, briefs.run, stop, quiet_milliseconds=100)
    next(seen)
    briefs.write("early.md", "# Early\n\nWritten after the first run had looked.\n")
    assert "Watching" in str(next(seen))
    found = next(seen)
    assert isinstance(found, IndexReport)
    assert found.added == ("early.md",)
    stop.set()
    assert list(seen) == []


def test_a_link_that_is_added_and_a_file_that_is_replaced_are_followed(
    briefs: Workplace, tmp_path: Path
) -> None:
    stop = threading.Event()
    seen = watch_corpus(briefs.settings, briefs.run, stop, quiet_milliseconds=100)
    next(seen)
    paper = tmp_path / "desk" / "paper.md"
    paper.parent.mkdir()
    paper.write_text("# Paper\n\nThe first draft.\n")
    add_paths(briefs.settings, [str(paper)], in_place=True)
    next(seen)
    found = next(seen)
    assert isinstance(found, IndexReport)
    assert found.added == ("paper.md",)
    # As editors save: a new file takes the place of the old one, each time.
    for draft in ("second", "third"):
        fresh = paper.with_name("paper.tmp")
        fresh.write_text(f"# Paper\n\nThe {draft} draft.\n")
        fresh.replace(paper)
        found = next(seen)
        assert isinstance(found, IndexReport)
        assert found.changed == ("paper.md",)
        assert draft in briefs.open().document("paper.md").text
    stop.set()
    assert list(seen) == []


def test_a_corpus_that_is_taken_away_ends_the_watch_with_one_sentence(briefs: Workplace) -> None:
    seen = watch_corpus(briefs.settings, briefs.run, quiet_milliseconds=100)
    next(seen)
    briefs.write("early.md", "# Early\n\nWritten after the first run had looked.\n")
    next(seen)
    assert isinstance(next(seen), IndexReport)  # the watch is under way
    briefs.corpus.rename(briefs.corpus.with_name("moved"))
    with pytest.raises(CorpusError, match="is gone; make it again"):
        list(seen)


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
