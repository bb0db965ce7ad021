"""How near our 8-bit vectors are to those of sentence-transformers, and at what cost.

    python -m benchmarks.embedding_fidelity [--corpus DIR] [--texts N]

Embeds the same passages (paragraphs of Markdown files) with sentence-transformers in 32 bit
and with our engine, with and without the finer scales of the value projections, and prints
cosines and texts per processor second. On a busy machine that is the figure to go by.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.pipelines import WARM_QUESTIONS, Clock, default_weights
from summitqa.embed import load_embedder
from summitqa.export import Graph
from summitqa.settings import load_settings

ROOT = Path(__file__).resolve().parents[1]
Embed = Callable[[list[str]], NDArray[np.float32]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Embed with each engine and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--corpus", type=Path, default=ROOT / "corpus", help="Markdown files")
    parser.add_argument("--texts", type=int, default=300, help="paragraphs at most")
    chosen = parser.parse_args(arguments)
    paragraphs = [
        text
        for path in sorted(chosen.corpus.rglob("*.md"))
        for text in path.read_text(encoding="utf-8").split("\n\n")
        if len(text) > 200
    ]
    texts = paragraphs[:: max(1, len(paragraphs) // chosen.texts)]
    print("| engine | texts | texts a processor second | cosine, mean | least | least, questions |")
    print("|---|---|---|---|---|---|")
    reference = measure("sentence-transformers, 32 bit", sentence_transformer(), texts, None)
    fine = Graph.fine_linear
    with tempfile.TemporaryDirectory(prefix="summitqa-fidelity-") as folder:
        for name, method in (("ours", fine), ("ours, one scale everywhere", Graph.linear)):
            Graph.fine_linear = method  # type: ignore[method-assign]
            settings = load_settings(cache_dir=Path(folder) / name.replace(" ", "-"))
            measure(name, load_embedder(settings).embed, texts, reference)
    Graph.fine_linear = fine  # type: ignore[method-assign]
    return 0


def sentence_transformer() -> Embed:
    """Return the default model's weights in sentence-transformers, as a function."""
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(default_weights()), device="cpu")
    return lambda texts: np.asarray(model.encode(texts, normalize_embeddings=True), np.float32)


def measure(
    name: str, embed: Embed, texts: list[str], reference: NDArray[np.float32] | None
) -> NDArray[np.float32]:
    """Embed the texts, print a row of the table, and return the vectors."""
    questions = embed(list(WARM_QUESTIONS))
    clock = Clock()
    vectors = embed(texts)
    speed = len(texts) / clock.read()["processor"]
    every = np.concatenate([vectors, questions])
    cosines = np.ones(len(every)) if reference is None else (every * reference).sum(axis=1)
    passages, asked = cosines[: len(texts)], cosines[len(texts) :]
    print(
        f"| {name} | {len(texts)} | {speed:.1f} | {passages.mean():.4f} | {passages.min():.4f} "
        f"| {asked.min():.4f} |",
        flush=True,
    )
    return every


if __name__ == "__main__":
    raise SystemExit(main())
