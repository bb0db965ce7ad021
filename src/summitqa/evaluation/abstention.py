"""Does confidence tell right from wrong: AUROC, risk and coverage, calibration.

Each function takes measures of n cases in the last axis and may be given many resamples
at once in the axes before it, which is what makes the bootstrap quick.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
BINS = 10


def auroc(confidence: Array, answerable: Array, axis: int = -1) -> Array:
    """Area under the receiver operating characteristic of confidence for answerability.

    The chance that an answerable question has more confidence than an unanswerable one,
    ties counting half: the Mann-Whitney U statistic over the product of the group sizes
    (Hanley and McNeil 1982, https://doi.org/10.1148/radiology.143.1.7063747; Fawcett 2006,
    https://doi.org/10.1016/j.patrec.2005.10.010). Ranks are taken with scipy over all
    resamples at once; `sklearn.metrics.roc_auc_score` takes one at a time.

    Args:
        confidence: Confidence, shape (..., n).
        answerable: 1 where answerable, else 0, shape (..., n).
        axis: The last axis.

    Returns:
        Area, shape (...); not a number where one of the groups is empty.
    """
    from scipy.stats import rankdata

    ranks = rankdata(confidence, axis=axis)
    positive = answerable.sum(axis=axis)
    negative = answerable.shape[axis] - positive
    above = (ranks * answerable).sum(axis=axis) - positive * (positive + 1) / 2
    pairs = positive * negative
    return np.where(pairs > 0, above / np.maximum(pairs, 1), np.nan)


def selective_risk(confidence: Array, right: Array) -> Array:
    """Risk among the k most confident cases, for every k.

    Cases of equal confidence share their mean risk, so that their order does not matter.

    Returns:
        Shape (..., n): at position k - 1 the share of wrong cases among the first k.
    """
    order = np.argsort(-confidence, axis=-1, kind="stable")
    ordered = np.take_along_axis(confidence, order, axis=-1)
    wrong = 1.0 - np.take_along_axis(right, order, axis=-1)
    size = confidence.shape[-1]
    starts = np.concatenate(
        [np.ones((*ordered.shape[:-1], 1), bool), ordered[..., 1:] != ordered[..., :-1]], axis=-1
    )
    positions = np.broadcast_to(np.arange(size), ordered.shape)
    first = np.maximum.accumulate(np.where(starts, positions, 0), axis=-1)
    ends = np.concatenate([starts[..., 1:], np.ones((*ordered.shape[:-1], 1), bool)], axis=-1)
    last = np.minimum.accumulate(np.where(ends, positions, size)[..., ::-1], axis=-1)[..., ::-1]
    totals = np.concatenate([np.zeros((*wrong.shape[:-1], 1)), np.cumsum(wrong, axis=-1)], axis=-1)
    before = np.take_along_axis(totals, first, axis=-1)
    group = np.take_along_axis(totals, last + 1, axis=-1) - before
    expected = before + group * (positions - first + 1) / (last - first + 1)
    risk: Array = expected / (positions + 1)
    return risk


def aurc(confidence: Array, right: Array, axis: int = -1) -> Array:  # noqa: ARG001
    """Area under the risk-coverage curve: the mean selective risk over all coverages.

    Geifman and El-Yaniv 2017, "Selective classification for deep neural networks",
    https://arxiv.org/abs/1705.08500; the area as in Geifman, Uziel and El-Yaniv 2019,
    https://arxiv.org/abs/1805.08206. A case counts as wrong if it would be wrong when
    answered, so every unanswerable one does.

    Args:
        confidence: Confidence, shape (..., n).
        right: 1 where the answer would be right, else 0, shape (..., n).
        axis: The last axis.
    """
    return np.asarray(selective_risk(confidence, right).mean(axis=-1))


def ece(confidence: Array, answerable: Array, axis: int = -1) -> Array:
    """Expected calibration error with ten bins of equal width.

    Naeini, Cooper and Hauskrecht 2015, "Obtaining well calibrated probabilities using
    Bayesian binning", https://doi.org/10.1609/aaai.v29i1.9602: the mean, weighted by the
    number of cases, of |mean confidence - share answerable| over the bins.
    """
    bins = bin_numbers(confidence)
    total = np.zeros(np.delete(np.array(confidence.shape), axis))
    for number in range(BINS):
        inside = bins == number
        total = total + np.abs(((confidence - answerable) * inside).sum(axis=axis))
    error: Array = total / confidence.shape[axis]
    return error


def bin_numbers(confidence: Array) -> Array:
    """Give the bin of each confidence: 0 for [0, 0.1), ..., 9 for [0.9, 1]."""
    numbers: Array = np.minimum((confidence * BINS).astype(int), BINS - 1)
    return numbers


def risk_coverage_curve(confidence: Array, right: Array) -> list[tuple[float, float]]:
    """Give (coverage, risk) for every coverage from 1/n to 1, for a plot."""
    risk = selective_risk(confidence, right)
    size = len(risk)
    return [((index + 1) / size, float(value)) for index, value in enumerate(risk)]


def calibration_bins(confidence: Array, answerable: Array) -> list[tuple[float, float, int]]:
    """Give (mean confidence, share answerable, cases) of each bin that is not empty."""
    bins = bin_numbers(confidence)
    found = []
    for number in range(BINS):
        inside = bins == number
        if inside.any():
            found.append(
                (
                    float(confidence[inside].mean()),
                    float(answerable[inside].mean()),
                    int(inside.sum()),
                )
            )
    return found
