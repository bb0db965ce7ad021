"""Measure the support check on WiCE beside word overlap and embedding cosine.

    python -m benchmarks.support ../shared/data/dev/wice [--choose] [--scores FILE]

WiCE (Kamoi et al. 2023): claims of Wikipedia against the web pages they cite, here the
oracle passages of its development part; a partly supported claim counts as not supported.
Claims are split in two halves by a hash: thresholds (ours too) are chosen on one, and
everything is reported on the other. Several rows have the same claim, so the bootstrap
draws claims, not rows; differences from the baselines are paired. With ``--choose`` the
half for choosing is printed instead. With ``--scores`` each row's scores are kept in a file
as they are made, and a run that was stopped goes on where it was.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from summitqa.embed import load_embedder
from summitqa.read import load_reader
from summitqa.settings import load_settings
from summitqa.support import SUPPORT_THRESHOLD, check_support

RAGFLOW_THRESHOLD = 0.63
RESAMPLES = 2000
Values = NDArray[np.float64]
Flags = NDArray[np.bool_]


def balanced_accuracy(said: Flags, labels: Flags) -> float:
    """Mean of the shares of supported and of unsupported claims that are told right."""
    return float((said[labels].mean() + (~said[~labels]).mean()) / 2)


def auroc(values: Values, labels: Flags) -> float:
    """Area under the ROC curve, ties counted half (Mann-Whitney)."""
    from scipy.stats import rankdata

    ranks = rankdata(values)
    positive = int(labels.sum())
    total = float(ranks[labels].sum()) - positive * (positive + 1) / 2
    return total / (positive * (len(labels) - positive))


def best_threshold(values: Values, labels: Flags) -> float:
    """The threshold with the best balanced accuracy."""
    tried = np.unique(np.round(values, 3))
    return float(max(tried, key=lambda each: balanced_accuracy(values >= each, labels)))


def word_overlap(claim: str, evidence: str) -> float:
    """Share of the claim's words of four letters or more, and numbers, in the evidence."""
    words = set(re.findall(r"\w{4,}|\d+", claim.lower()))
    return len(words & set(re.findall(r"\w{4,}|\d+", evidence.lower()))) / max(len(words), 1)


def with_interval(measure: Callable[[NDArray[np.int64]], float], groups: Sequence[str]) -> str:
    """The measure on all rows with its 95% interval, claims drawn with replacement."""
    random = np.random.default_rng(0)
    names = sorted(set(groups))
    rows = [np.flatnonzero(np.asarray(groups) == name) for name in names]
    drawn = [
        measure(np.concatenate([rows[at] for at in random.integers(0, len(rows), len(rows))]))
        for _ in range(RESAMPLES)
    ]
    low, high = np.percentile(drawn, [2.5, 97.5])
    return f"{measure(np.arange(len(groups))):.3f} [{low:.3f}, {high:.3f}]"


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("wice", type=Path)
    parser.add_argument("--choose", action="store_true")
    parser.add_argument("--limit", type=int, help="only so many rows, for a trial")
    parser.add_argument(
        "--without-models", action="store_true", help="only the rows that need no network: seconds"
    )
    parser.add_argument("--scores", type=Path, help="keep the models' scores here, row by row")
    options = parser.parse_args()
    path = options.wice / "oracle_chunks_dev.jsonl"
    items = [json.loads(line) for line in path.read_text("utf-8").splitlines()][: options.limit]
    scores, labels, deterministic = score(items, not options.without_models, options.scores)
    choose = np.array(
        [hashlib.sha256(each["claim"].encode()).digest()[0] % 2 == 0 for each in items]
    )
    shown = choose if options.choose else ~choose
    groups = [each["claim"] for each, kept in zip(items, shown, strict=True) if kept]
    write = sys.stdout.write
    head = not options.without_models
    write(f"reader {load_reader(threads=1).card.version}; {len(groups)} rows, {len(set(groups))}")
    write(f" claims, {int(labels[shown].sum())} rows supported\n")
    write("| check | threshold | balanced accuracy | AUROC |\n|---|---|---|---|\n")
    for name, values in scores.items():
        # Below 0 the head would overrule what the deterministic check strikes.
        ranked = np.maximum(values, 0) if name == "head and deterministic" else values
        chosen = best_threshold(ranked[choose], labels[choose])
        fixed = {"embedding cosine": RAGFLOW_THRESHOLD, "head and deterministic": SUPPORT_THRESHOLD}
        thresholds = [chosen, *([fixed[name]] if name in fixed else [])]
        if name == "deterministic alone":
            thresholds = [1.0]
        kept, truth = values[shown], labels[shown]
        area = with_interval(_area(kept, truth), groups)
        for threshold in thresholds:
            share = with_interval(_share(kept >= threshold, truth), groups)
            write(f"| {name} | {threshold:.3f} | {share} | {area} |\n")
    second = labels[shown]
    if head:
        head_scores = scores["head and deterministic"][shown]
        said = head_scores >= SUPPORT_THRESHOLD
        write(f"as shipped: {said[second].mean():.3f} of the supported claims are kept, ")
        write(f"{(~said[~second]).mean():.3f} of the others struck\n")
        write("| as shipped, less | balanced accuracy | AUROC |\n|---|---|---|\n")
        chosen = best_threshold(scores["word overlap"][choose], labels[choose])
        for name, threshold in (("word overlap", chosen), ("embedding cosine", RAGFLOW_THRESHOLD)):
            other = scores[name][shown]
            shares = _share(said, second), _share(other >= threshold, second)
            areas = _area(head_scores, second), _area(other, second)
            write(f"| {name} at {threshold:.3f} | {with_interval(_difference(*shares), groups)} | ")
            write(f"{with_interval(_difference(*areas), groups)} |\n")
    flagged = 1 - deterministic[shown]
    write(f"deterministic alone strikes {flagged[second].mean():.3f} of the supported, ")
    write(f"{flagged[~second].mean():.3f} of the others\n")
    return 0


def score(
    items: Sequence[dict[str, Any]], models: bool, kept: Path | None = None
) -> tuple[dict[str, Values], Flags, Values]:
    """Score every row in every way; also labels, and what the deterministic check says."""
    claims = [each["claim"] for each in items]
    texts = [" ".join(each["evidence"]) for each in items]
    passed = np.array(
        [float(not check_support(c, [t]).reasons) for c, t in zip(claims, texts, strict=True)]
    )
    scores = {
        "deterministic alone": passed,
        "word overlap": np.array(
            [word_overlap(c, t) for c, t in zip(claims, texts, strict=True)], dtype=np.float64
        ),
    }
    if models:
        rows = list(model_scores(claims, texts, kept))
        head = np.array([row[0] for row in rows])
        # What the deterministic check strikes ranks below all that it lets pass.
        scores["head and deterministic"] = head + passed - 1
        scores["head alone"] = head
        scores["embedding cosine"] = np.array([row[1] for row in rows])
    return scores, np.array([each["label"] == "supported" for each in items]), passed


def model_scores(
    claims: Sequence[str], texts: Sequence[str], kept: Path | None
) -> Iterator[tuple[float, float]]:
    """Give the support head's probability and the embedding cosine of each row.

    Args:
        claims: The claims.
        texts: What each of them cites.
        kept: A file of rows that are done; what is new is added to it. Rows of another
            reader or another embedding model do not count.
    """
    settings = load_settings()
    reader, embedder = load_reader(threads=settings.threads), load_embedder(settings)
    models = f"{reader.card.version} {settings.embedding_model}"
    done: dict[str, tuple[float, float]] = {}
    if kept is not None and kept.exists():
        for line in kept.read_text("utf-8").splitlines():
            if not line.endswith("}"):  # the run was stopped while it wrote
                continue
            row = json.loads(line)
            done[row["key"]] = (row["head"], row["cosine"])
    for claim, text in zip(claims, texts, strict=True):
        key = hashlib.sha256(f"{models}\n{claim}\n{text}".encode()).hexdigest()
        if key not in done:
            first, second = embedder.embed([claim, text])
            done[key] = (reader.support(claim, [text])[0], float(first @ second))
            if kept is not None:
                row = {"key": key, "head": done[key][0], "cosine": done[key][1]}
                with kept.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(row) + "\n")
        yield done[key]


def _difference(
    first: Callable[[NDArray[np.int64]], float], second: Callable[[NDArray[np.int64]], float]
) -> Callable[[NDArray[np.int64]], float]:
    """Both on the same rows, so that the interval is that of paired values."""
    return lambda rows: first(rows) - second(rows)


def _area(values: Values, labels: Flags) -> Callable[[NDArray[np.int64]], float]:
    return lambda rows: auroc(values[rows], labels[rows])


def _share(said: Flags, labels: Flags) -> Callable[[NDArray[np.int64]], float]:
    return lambda rows: balanced_accuracy(said[rows], labels[rows])


if __name__ == "__main__":
    sys.exit(main())
