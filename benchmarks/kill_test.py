"""Kill real ``summitqa index`` processes all over their life and count what is lost.

    python -m benchmarks.kill_test [--points 100] [--seed 0]

Two runs are killed: the first run over a corpus, and a run after an edit, an addition, a
deletion, a rename and a sidecar. Half of the kills or more are at injected points
(``SUMMITQA_CRASH_AT``, spread evenly over all the points of a run), the rest by time,
spread over the length of a run. After each kill the index must be the old state or the new
one: its digest, the text of every document, the words found by both searches and
``doctor`` are checked against that one state. Then the same run is finished (in this
process, to save its start) and what it leaves is compared with a fresh index. The table
names every loss; the exit code is 1 if there was any.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from summitqa.doctor import examine_index
from summitqa.embed import Embedder, load_embedder
from summitqa.errors import IndexStateError
from summitqa.index import update_index
from summitqa.lexical import analyse
from summitqa.settings import Settings, load_settings
from summitqa.store import Snapshot, open_snapshot
from summitqa.store.layout import Layout, generation_names

TOPICS = ("harbour", "orchard", "glacier", "lantern", "meadow", "quarry", "tunnel", "willow")


@dataclass(frozen=True, slots=True)
class Kill:
    """One kill: the scenario, and the number of the point or the delay in seconds."""

    scenario: str
    point: int | None
    delay: float | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a kill left, and what was lost (nothing, if empty)."""

    kill: Kill
    where: str
    state: str
    losses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class State:
    """A whole state to compare with: digest, texts, and what two searches find."""

    digest: str
    texts: dict[str, str]
    found: tuple[object, ...]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the kills and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--points", type=int, default=100, help="number of kills")
    parser.add_argument("--seed", type=int, default=0, help="seed of the delays")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="summitqa-kill-", dir=_memory()) as folder:
        outcomes = Experiment(Path(folder)).run(chosen.points, random.Random(chosen.seed))
    print_table(outcomes)
    return 1 if any(outcome.losses for outcome in outcomes) else 0


def _memory() -> str | None:
    """Choose a folder in memory where there is one: a kill loses nothing of the page cache."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


class Experiment:
    """Two corpora, their indexes to compare with, and the runs that are killed."""

    def __init__(self, root: Path) -> None:
        """Build both states once, with processes of their own."""
        self.root = root
        self.corpora = {"old": root / "corpus-old", "new": root / "corpus-new"}
        write_old_corpus(self.corpora["old"])
        shutil.copytree(self.corpora["old"], self.corpora["new"])
        change_corpus(self.corpora["new"])
        self.embedder: Embedder = load_embedder(self._settings(root / "none"))
        self.states: dict[str, State] = {}
        for name in ("old", "new"):
            settings = self._settings(root / f"index-{name}", name)
            update_index(settings, lambda: self.embedder)
            snapshot = open_snapshot(settings.index_dir, settings)
            self.states[name] = self._describe(snapshot)
            snapshot.close()

    def run(self, count: int, dice: random.Random) -> list[Outcome]:
        """Kill ``count`` runs, at injected points and by time."""
        kills: list[Kill] = []
        for scenario in ("first run", "after changes"):
            points, seconds = self._measure(scenario)
            share = count // 2 if scenario == "first run" else count - count // 2
            injected = min(points, (2 * share + 2) // 3)
            kills += [
                Kill(scenario, 1 + (place * points) // injected, None) for place in range(injected)
            ]
            timed = share - injected
            kills += [
                Kill(scenario, None, seconds * (place + dice.random()) / timed)
                for place in range(timed)
            ]
        outcomes: list[Outcome] = []
        for kill in kills:
            outcomes.append(self._kill(kill))
            done, lost = len(outcomes), sum(bool(outcome.losses) for outcome in outcomes)
            print(f"{done} of {count} kills, {lost} losses", end="\r", file=sys.stderr)
        return outcomes

    def _settings(self, index: Path, corpus: str = "new") -> Settings:
        return load_settings(corpus_dir=self.corpora[corpus], index_dir=index, threads=1)

    def _start(self, scenario: str) -> Path:
        index = self.root / "index"
        shutil.rmtree(index, ignore_errors=True)
        if scenario == "after changes":
            shutil.copytree(self.root / "index-old", index)
        return index

    def _command(self, index: Path, crash: str | None) -> subprocess.Popen[bytes]:
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "SUMMITQA_THREADS": "1"}
        if crash:
            environment["SUMMITQA_CRASH_AT"] = crash
        return subprocess.Popen(
            [
                *(sys.executable, "-m", "summitqa", "index"),
                *("--corpus", str(self.corpora["new"]), "--index", str(index)),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=environment,
        )

    def _measure(self, scenario: str) -> tuple[int, float]:
        """Count the points of a whole run, and its seconds."""
        started = time.monotonic()
        _, said = self._command(self._start(scenario), "trace").communicate()
        return said.count(b"point "), time.monotonic() - started

    def _kill(self, kill: Kill) -> Outcome:
        index = self._start(kill.scenario)
        process = self._command(index, f"*:{kill.point}" if kill.point else None)
        if kill.delay is not None:
            try:
                process.wait(kill.delay)
            except subprocess.TimeoutExpired:
                process.kill()
        _, said = process.communicate()
        losses: list[str] = []
        if kill.point and process.returncode != -signal.SIGKILL:
            losses.append(f"was not killed at its point (exit {process.returncode})")
        state = self._check(index, kill.scenario, losses)
        self._finish(index, losses)
        named = said.decode(errors="replace").rpartition("point ")[2].strip()
        where = named if kill.point else f"after {kill.delay:.2f} s"
        return Outcome(kill, where, state, tuple(losses))

    def _check(self, index: Path, scenario: str, losses: list[str]) -> str:
        """Say which state a kill left, and add what is wrong with it."""
        settings = self._settings(index)
        try:
            snapshot = open_snapshot(index, settings)
        except IndexStateError as error:
            if scenario != "first run" or "There is no index" not in str(error):
                losses.append(f"cannot be opened: {error}")
            return "none"
        found = self._describe(snapshot)
        snapshot.close()
        name = next((name for name in self.states if self.states[name] == found), "mixed")
        if name == "mixed" or (name == "old" and scenario == "first run"):
            losses.append("is neither the old state nor the new one")
        losses += [finding.what for finding in examine_index(settings) if finding.is_damage]
        return name

    def _finish(self, index: Path, losses: list[str]) -> None:
        """Run the same command to the end and compare with the fresh index."""
        settings = self._settings(index)
        update_index(settings, lambda: self.embedder)
        snapshot = open_snapshot(index, settings)
        if self._describe(snapshot) != self.states["new"]:
            losses.append("finished otherwise than a fresh index")
        snapshot.close()
        losses += [finding.what for finding in examine_index(settings)]
        layout = Layout(index)
        hidden = [path.name for path in index.iterdir() if path.name.startswith(".")]
        left = len(list(layout.generations.iterdir())) + len(hidden)
        if left != len(generation_names(layout)) or left > 2 or layout.staging.exists():
            losses.append("leftovers were not swept")

    def _describe(self, snapshot: Snapshot) -> State:
        texts = {name: snapshot.document(name).text for name in snapshot.summaries()}
        vector = self.embedder.embed(["Which edition speaks of the lantern?"])[0]
        words = snapshot.search_lexical(analyse("alpha beta edition lantern harbour"), 50)
        dense = [(number, round(score, 5)) for number, score in snapshot.search_dense(vector, 50)]
        passages = snapshot.passages([number for number, _ in words])
        return State(snapshot.digest, texts, (words, dense, passages))


def write_old_corpus(corpus: Path) -> None:
    """Write eight documents in their old edition."""
    corpus.mkdir(parents=True)
    for topic in TOPICS:
        parts = [
            f"## Part {number}\n\nThe alpha edition says that the {topic} has {number + 2} gates."
            for number in range(5)
        ]
        text = f"# The {topic}\n\n" + "\n\n".join(parts) + "\n"
        (corpus / f"{topic}.md").write_text(text, encoding="utf-8")


def change_corpus(corpus: Path) -> None:
    """Edit two documents, add three, delete one, rename one, give one a sidecar."""
    for topic in ("harbour", "orchard"):
        path = corpus / f"{topic}.md"
        path.write_text(path.read_text(encoding="utf-8").replace("alpha", "beta"), encoding="utf-8")
    for number in range(3):
        path = corpus / "added" / f"paper-{number}.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"# Paper {number}\n\nThe beta edition adds paper {number}.\n", "utf-8")
    (corpus / "quarry.md").unlink()
    (corpus / "tunnel.md").rename(corpus / "added" / "underground.md")
    (corpus / "willow.md.toml").write_text('title = "The willow, beta"\n', encoding="utf-8")


def print_table(outcomes: Sequence[Outcome]) -> None:
    """Print kills by scenario and point, the states found, and every loss."""
    rows: dict[tuple[str, str], list[Outcome]] = {}
    for outcome in outcomes:
        kind = "by time" if outcome.kill.point is None else f"at {outcome.where}"
        rows.setdefault((outcome.kill.scenario, kind), []).append(outcome)
    print(f"{'killed run':<15}{'kill':<18}{'tried':>6}{'none':>6}{'old':>6}{'new':>6}{'losses':>8}")
    for (scenario, kind), group in rows.items():
        states = Counter(outcome.state for outcome in group)
        losses = sum(bool(outcome.losses) for outcome in group)
        print(
            f"{scenario:<15}{kind:<18}{len(group):>6}{states['none']:>6}{states['old']:>6}"
            f"{states['new']:>6}{losses:>8}"
        )
    for outcome in outcomes:
        for loss in outcome.losses:
            print(f"LOSS {outcome.kill.scenario}, {outcome.where}: {loss}")
    total = sum(bool(outcome.losses) for outcome in outcomes)
    print(f"points tried: {len(outcomes)}, losses: {total}")


if __name__ == "__main__":
    sys.exit(main())
