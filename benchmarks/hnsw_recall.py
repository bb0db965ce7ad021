"""Recall and speed of the search through Chroma's HNSW against the exact one.

    python -m benchmarks.hnsw_recall [--passages 30000] [--questions 200] [--index DIR]

Without ``--index`` the vectors are random but clustered, as embedded passages are; with it
they are those of an index, and every question is a passage's vector with noise.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from summitqa.settings import load_settings
from summitqa.store import open_snapshot
from summitqa.store.chroma import ChromaSearch, write_chroma
from summitqa.store.dense import search_exact
from summitqa.store.vectors import Vectors

DIMENSION = 384
K = 10


def main(arguments: Sequence[str] | None = None) -> int:
    """Build a collection, ask, and compare."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--passages", type=int, default=30_000)
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--index", type=Path)
    chosen = parser.parse_args(arguments)
    generator = np.random.default_rng(0)
    if chosen.index:
        vectors = np.array(open_snapshot(chosen.index, load_settings()).vectors())
    else:
        vectors = make_vectors(generator, chosen.passages)
    rows = generator.integers(0, len(vectors), chosen.questions)
    noise = generator.standard_normal((chosen.questions, vectors.shape[1])) * 0.05
    questions = normalise(vectors[rows] + noise.astype(np.float32))
    keys = [f"{number:032x}" for number in range(len(vectors))]
    with tempfile.TemporaryDirectory(prefix="summitqa-hnsw-") as folder:
        started = time.perf_counter()
        write_chroma(Path(folder) / "chroma", keys, vectors)
        print(f"{len(vectors)} passages, built in {time.perf_counter() - started:.1f} s")
        search = ChromaSearch(Path(folder) / "chroma")
        search.search(questions[0], K)  # loads the graph
        compare(search, vectors, questions)
        search.close()
    return 0


def compare(search: ChromaSearch, vectors: Vectors, questions: Vectors) -> None:
    """Print recall@10 and milliseconds a question of both searches."""
    started = time.perf_counter()
    found = [{int(key, 16) for key, _ in search.search(vector, K)} for vector in questions]
    graph = time.perf_counter() - started
    started = time.perf_counter()
    wanted = [{row for row, _ in search_exact(vectors, vector, K)} for vector in questions]
    exact = time.perf_counter() - started
    recall = np.mean([len(a & b) / len(b) for a, b in zip(found, wanted, strict=True)])
    each = 1000 / len(questions)
    print(
        f"recall@{K} {recall:.4f}; HNSW {graph * each:.1f} ms, exact {exact * each:.1f} ms a "
        f"question ({len(questions)} questions)"
    )


def make_vectors(generator: np.random.Generator, count: int) -> Vectors:
    """Make unit vectors in clusters of about a hundred, shape ``(count, 384)``."""
    centres = generator.standard_normal((max(1, count // 100), DIMENSION), dtype=np.float32)
    own = generator.standard_normal((count, DIMENSION), dtype=np.float32)
    return normalise(0.7 * centres[generator.integers(0, len(centres), count)] + own)


def normalise(vectors: Vectors) -> Vectors:
    """Scale rows to unit length."""
    lengths: Vectors = np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors / lengths


if __name__ == "__main__":
    sys.exit(main())
