"""Measures for spans and for decisions, with intervals."""

from __future__ import annotations

import re
import string
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

_ARTICLES = re.compile(r"\b(?:a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation)


def normalise_answer(text: str) -> str:
    """Lower case, no punctuation, no articles, single spaces (Rajpurkar et al. 2016)."""
    return " ".join(_ARTICLES.sub(" ", text.lower().translate(_PUNCTUATION)).split())


def exact_match(found: str, references: Sequence[str]) -> float:
    """1 where the answer equals a reference after normalisation."""
    return float(any(normalise_answer(found) == normalise_answer(r) for r in references))


def word_f1(found: str, references: Sequence[str]) -> float:
    """Best word F1 against the references."""
    return max(
        (_f1(normalise_answer(found).split(), normalise_answer(r).split()) for r in references),
        default=0.0,
    )


def _f1(found: list[str], reference: list[str]) -> float:
    if not found or not reference:
        return float(found == reference)
    shared = sum((Counter(found) & Counter(reference)).values())
    return 2 * shared / (len(found) + len(reference))


def auroc(scores: Sequence[float], positive: Sequence[bool]) -> float:
    """Chance that a positive scores above a negative; ties count half."""
    values, labels = np.asarray(scores, dtype=float), np.asarray(positive, dtype=bool)
    order = values.argsort(kind="stable")
    ranks = np.empty(len(values))
    _, first, counts = np.unique(values[order], return_index=True, return_counts=True)
    ranks[order] = np.repeat(first + (counts + 1) / 2, counts)
    n, m = int(labels.sum()), int((~labels).sum())
    return float((ranks[labels].sum() - n * (n + 1) / 2) / (n * m)) if n and m else float("nan")


def balanced_accuracy(scores: Sequence[float], positive: Sequence[bool], threshold: float) -> float:
    """Mean of the shares right among positives and among negatives."""
    values, labels = np.asarray(scores) >= threshold, np.asarray(positive, dtype=bool)
    return float((values[labels].mean() + (~values[~labels]).mean()) / 2)


def best_threshold(scores: Sequence[float], gain: Callable[[float], float]) -> float:
    """The threshold among the scores' quantiles that gains most."""
    candidates: NDArray[np.float64] = np.quantile(np.asarray(scores), np.linspace(0, 1, 201))
    return float(max(candidates, key=lambda t: gain(float(t))))


def interval(
    measure: Callable[[NDArray[np.int64]], float],
    clusters: Sequence[str],
    draws: int = 300,
    seed: int = 0,
) -> tuple[float, float]:
    """95 % bootstrap interval, drawing whole clusters.

    Args:
        measure: the figure for some row numbers.
        clusters: for each row, what it must be drawn together with (its article or claim).
        draws: bootstrap samples.
        seed: of the draws.
    """
    rows: dict[str, list[int]] = {}
    for number, cluster in enumerate(clusters):
        rows.setdefault(cluster, []).append(number)
    groups = [np.array(r) for r in rows.values()]
    rng = np.random.default_rng(seed)
    values = [
        measure(np.concatenate([groups[n] for n in rng.integers(0, len(groups), len(groups))]))
        for _ in range(draws)
    ]
    low, high = np.nanpercentile(values, [2.5, 97.5])
    return float(low), float(high)


def take(values: Sequence[float], chosen: NDArray[np.int64]) -> list[float]:
    """The values at some places."""
    return [values[n] for n in chosen]
