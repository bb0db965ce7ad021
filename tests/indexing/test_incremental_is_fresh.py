"""However a corpus came about, its index is the one that a fresh run makes."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)

from summitqa.doctor import examine_index
from summitqa.lexical import analyse
from summitqa.settings import Settings, load_settings
from summitqa.store import open_snapshot

if TYPE_CHECKING:
    from tests.indexing.conftest import Workplace

NAMES = st.sampled_from(["a.md", "b.txt", "sub/c.md", "sub/deep/d.md", "e.txt", "ü f.md"])
WORDS = ("harbour", "orchard", "glacier", "lantern", "meadow", "quarry")
TEXTS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(
    lambda words: "\n\n".join(f"# The {word}\n\nThe {word} has gates." for word in words) + "\n"
)
QUESTION = "Which harbour or meadow has gates?"


class Corpus(RuleBasedStateMachine):
    """Changes a corpus at random and compares its index with a fresh one."""

    place: Workplace

    def __init__(self, workplace: type[Workplace]) -> None:
        super().__init__()
        self.workplace = workplace
        memory = "/dev/shm" if Path("/dev/shm").is_dir() else None
        self.root = Path(tempfile.mkdtemp(prefix="summitqa-", dir=memory))
        self.fresh = 0

    def teardown(self) -> None:
        shutil.rmtree(self.root)

    @initialize(text=TEXTS)
    def begin(self, text: str) -> None:
        folders = {"corpus_dir": self.root / "corpus", "index_dir": self.root / "index"}
        self.place = self.workplace(load_settings(threads=1, **folders))
        self.place.write("always.md", text)

    @rule(name=NAMES, text=TEXTS)
    def write(self, name: str, text: str) -> None:
        self.place.write(name, text)

    @rule(name=NAMES)
    def empty(self, name: str) -> None:
        self.place.write(name, "")

    @rule(name=NAMES)
    def delete(self, name: str) -> None:
        (self.place.corpus / name).unlink(missing_ok=True)

    @rule(old=NAMES, new=NAMES)
    def rename(self, old: str, new: str) -> None:
        source, target = self.place.corpus / old, self.place.corpus / new
        if source.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            source.rename(target)

    @rule(old=NAMES, new=NAMES)
    def copy(self, old: str, new: str) -> None:
        source = self.place.corpus / old
        if source.exists() and old != new:
            self.place.write(new, source.read_bytes())

    @rule(name=NAMES, title=st.sampled_from(["Gates", "Rivers"]))
    def describe(self, name: str, title: str) -> None:
        self.place.write(f"{name}.toml", f'title = "{title}"\n')

    @rule()
    def index(self) -> None:
        self.place.run()

    @rule()
    def compare(self) -> None:
        report = self.place.run()
        self.fresh += 1
        other = self.place.with_settings(index_dir=self.root / f"fresh-{self.fresh}")
        fresh = self.place.run(other)
        assert report.digest == fresh.digest
        assert dict(report.failed).keys() == dict(fresh.failed).keys()
        assert self.found(self.place.settings) == self.found(other)
        assert examine_index(self.place.settings) == ()

    def found(self, where: Settings) -> object:
        """Search an index: passages, and both searches with their scores."""
        snapshot = open_snapshot(where.index_dir, where)
        vector = self.place.embedder.embed([QUESTION])[0]
        passages = snapshot.passages(range(snapshot.passage_count()))
        dense = snapshot.search_dense(vector, 20)
        lexical = snapshot.search_lexical(analyse(QUESTION), 20)
        summaries = dict(snapshot.summaries())
        snapshot.close()
        return passages, dense, lexical, summaries


def test_an_index_brought_up_to_date_is_a_fresh_one(place: Workplace) -> None:
    run_state_machine_as_test(
        lambda: Corpus(type(place)),  # type: ignore[arg-type]
        settings=settings(
            max_examples=8,
            stateful_step_count=12,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
