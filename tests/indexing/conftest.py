"""A corpus that tests can change, and an embedder that is a function of its input."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from summitqa.index import update_index
from summitqa.indexing.report import IndexReport, Progress
from summitqa.settings import Settings
from summitqa.store import Snapshot, open_snapshot


@dataclass
class HashingEmbedder:
    """Embeds a text as its bag of hashed words; remembers what it was asked for."""

    dimension: int = 48
    name: str = "hashing"
    fingerprint: str = "hashing-1"
    texts: list[str] = field(default_factory=list)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return unit vectors, shape (texts, dimension)."""
        self.texts.extend(texts)
        vectors = np.full((len(texts), self.dimension), 0.01, dtype=np.float32)
        for row, text in enumerate(texts):
            for word in re.findall(r"\w+", text.lower()):
                digest = hashlib.sha256(f"{self.fingerprint} {word}".encode()).digest()
                vectors[row, digest[0] % self.dimension] += 1.0 + digest[1] / 256
        lengths: NDArray[np.float32] = np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors / lengths


@dataclass
class Workplace:
    """A corpus and its index, with an embedder that counts."""

    settings: Settings
    embedder: HashingEmbedder = field(default_factory=HashingEmbedder)
    progress: list[Progress] = field(default_factory=list)

    @property
    def corpus(self) -> Path:
        return self.settings.corpus_dir

    @property
    def index(self) -> Path:
        return self.settings.index_dir

    def write(self, name: str, text: str | bytes) -> Path:
        """Write a file of the corpus."""
        path = self.corpus / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def run(self, settings: Settings | None = None, **how: bool) -> IndexReport:
        """Bring the index up to date."""
        self.embedder.texts.clear()
        self.progress.clear()
        return update_index(
            settings or self.settings, lambda: self.embedder, self.progress.append, **how
        )

    def open(self, settings: Settings | None = None) -> Snapshot:
        """Open the current state."""
        return open_snapshot(self.index, settings or self.settings)

    def with_settings(self, **values: object) -> Settings:
        """Return the settings with some of them changed."""
        return self.settings.model_copy(update=values)


BRIEFS = {
    "norland/lakeside.md": (
        "---\ntitle: The Lakeside Meeting\ndate: 2031-03-04\n---\n\n# The Lakeside Meeting\n\n"
        "## What happened\n\nTwelve countries signed the Lakeside Charter on 4 March 2031.\n\n"
        "## Money\n\nThe host promised 40 million crowns for a secretariat.\n"
    ),
    "sudland/hilltop.md": (
        "# The Hilltop Meeting\n\nNine companies attended the Hilltop Meeting in June 2032. "
        "Its chair was Minister Bela Ford.\n"
    ),
    "notes.txt": "Trout grow to sixty centimetres when the water is cold.\n\nPike eat trout.\n",
}


@pytest.fixture
def tmp_path(tmp_path: Path) -> Iterator[Path]:
    """A temporary folder in memory where there is one: these tests flush files by the thousand."""
    memory = Path("/dev/shm")
    if not (memory.is_dir() and os.access(memory, os.W_OK)):
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir=memory, prefix="summitqa-") as folder:
        yield Path(folder)


@pytest.fixture
def place(settings: Settings) -> Workplace:
    """A workplace with an empty corpus."""
    settings.corpus_dir.mkdir(parents=True)
    return Workplace(settings.model_copy(update={"lock_timeout_seconds": 0.0}))


@pytest.fixture
def briefs(place: Workplace) -> Workplace:
    """A workplace whose corpus holds three documents."""
    for name, text in BRIEFS.items():
        place.write(name, text)
    return place


@pytest.fixture
def another(tmp_path: Path, settings: Settings) -> Callable[[str], Workplace]:
    """Make further workplaces."""

    def make(name: str) -> Workplace:
        root = tmp_path / name
        (root / "corpus").mkdir(parents=True)
        folders = {"corpus_dir": root / "corpus", "index_dir": root / "index"}
        return Workplace(settings.model_copy(update=folders))

    return make
