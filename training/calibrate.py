"""Fit the shipped calibration on the held-out slice of the training data.

The network's own numbers are turned into probabilities by logistic regression (Platt 1999)
on articles it never saw; ``dev/`` is not touched.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from training.data import collect_words, read_collection
from training.groups import build_stream
from training.train import start_rivals
from training.written import read_all_written

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from summitqa.read import Reader
    from training.pairs import Pair

GROUPS = 1400
# Weights of the claim's words and of its numbers and names found in the evidence, beside the
# support head. Chosen on dev/wice: the claims of train/ were collected so that shared words
# tell nothing, so these weights cannot be fitted there.
BY_WORDS = 1.0
BY_PARTICULARS = 1.0


def held_out_pairs(data: Path, seed: int, size: int = GROUPS) -> tuple[list[Pair], list[Pair]]:
    """Questions and claims of the held-out articles, with the same kinds of negatives."""
    collection = read_collection(data, read_all_written())
    wanted = collect_words(collection.held_out, collection.held_out_claims)
    stream = build_stream(collection, True, start_rivals(wanted), seed)
    pairs = [pair for group in stream.pool(0, size) for pair in group if pair.support is None]
    return pairs, stream.claim_pairs(size // 5, seed)


def fit_logistic(
    features: Sequence[Sequence[float]], labels: Sequence[bool]
) -> tuple[list[float], float]:
    """Weights and intercept."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=10.0).fit(np.asarray(features), np.asarray(labels))
    weights = [round(float(w), 4) for w in model.coef_[0]]
    return weights, round(float(model.intercept_[0]), 4)


def logit(probability: float) -> float:
    """Inverse of the logistic function, kept finite."""
    kept = min(max(probability, 1e-9), 1 - 1e-9)
    return float(np.log(kept / (1 - kept)))


def calibrate(
    reader: Reader, data: Path, seed: int, size: int = GROUPS
) -> tuple[dict[str, float], dict[str, float]]:
    """Fit both heads.

    Returns:
        The ``answerable`` and ``support`` entries of ``reader.json``.
    """
    unfitted = replace(reader.card, answerable=(0.0, 1.0, 0.0), support=(1.0, 0.0, 0.0, 0.0))
    plain = reader.with_card(unfitted)
    questions, claims = held_out_pairs(data, seed, size)
    features, labels = [], []
    for pair in questions:
        reading = plain.read(pair.question, [pair.passage], [pair.title or ""])[0]
        features.append((reading.score, logit(reading.answerable)))
        labels.append(bool(pair.spans))
    (by_score, by_logit), bias = fit_logistic(features, labels)
    backed = [(logit(plain.support(p.question, [p.passage])[0]),) for p in claims]
    (by_head,), lean = fit_logistic(backed, [bool(p.support) for p in claims])
    return (
        {"score": by_score, "logit": by_logit, "intercept": bias},
        {
            "logit": by_head,
            "words": BY_WORDS,
            "particulars": BY_PARTICULARS,
            "intercept": lean,
        },
    )
