"""How sure is a number: bootstrap intervals over cases, alone and against a baseline.

The percentile bootstrap of Efron and Tibshirani 1993, "An introduction to the bootstrap",
with a fixed seed. `scipy.stats.bootstrap` gives the same interval (a test compares them),
but none at all when one resample in two thousand lacks a class and so has no AUROC; such
resamples are left out here. Bias-corrected intervals are not used because they do not exist
for a share that is exactly 0 or 1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from summitqa.evaluation.metrics import Metric, statistic_of

SEED = 20231101
RESAMPLES = 2000
LEVEL = 0.95
# Resamples times cases held in memory at once.
_BATCH_CELLS = 2_000_000


@dataclass(frozen=True, slots=True)
class Estimate:
    """A metric over cases.

    Attributes:
        value: The metric.
        low: Lower end of the 95% interval.
        high: Upper end.
        cases: How many cases it is computed from.
    """

    value: float
    low: float
    high: float
    cases: int


@dataclass(frozen=True, slots=True)
class Difference:
    """A metric against a baseline, over the cases that both have.

    Attributes:
        before: The baseline's value over these cases.
        after: The value now.
        low: Lower end of the 95% interval of after minus before.
        high: Upper end.
        cases: How many cases both have.
        is_worse: Whether the whole interval lies on the worse side of no change.
        is_better: Whether it lies on the better side.
    """

    before: float
    after: float
    low: float
    high: float
    cases: int
    is_worse: bool
    is_better: bool


def estimate(metric: Metric, measures: Sequence[Mapping[str, float]]) -> Estimate | None:
    """Compute a metric with its interval.

    Args:
        metric: The metric.
        measures: Measures of each case.

    Returns:
        The estimate; None where no case has the measures, or where the metric is not
        defined (an AUROC of one class).
    """
    columns = _columns(metric, measures)
    if columns is None:
        return None
    statistic = statistic_of(metric)
    value = float(statistic(*columns, axis=-1))
    if not np.isfinite(value):
        return None
    low, high = _interval(statistic, columns)
    return Estimate(value, low, high, columns.shape[-1])


def compare(
    metric: Metric, before: Sequence[Mapping[str, float]], after: Sequence[Mapping[str, float]]
) -> Difference | None:
    """Compare a metric on the same cases, by a paired bootstrap.

    Both runs are resampled by the same cases (Efron and Tibshirani 1993, chapter 16; for
    language tasks Koehn 2004, https://aclanthology.org/W04-3250).

    Args:
        metric: The metric.
        before: Measures of each case in the baseline.
        after: Measures of the same cases now, in the same order.
    """
    pairs = [
        (one, other)
        for one, other in zip(before, after, strict=True)
        if all(name in one and name in other for name in metric.columns)
    ]
    old = _columns(metric, [one for one, _ in pairs])
    new = _columns(metric, [other for _, other in pairs])
    if old is None or new is None:
        return None
    statistic = statistic_of(metric)
    width = len(metric.columns)

    def change(*columns: NDArray[Any], axis: int = -1) -> NDArray[Any]:
        result: NDArray[Any] = statistic(*columns[width:], axis=axis) - statistic(
            *columns[:width], axis=axis
        )
        return result

    values = float(statistic(*old, axis=-1)), float(statistic(*new, axis=-1))
    if not np.isfinite(values).all():
        return None
    low, high = _interval(change, np.concatenate([old, new]))
    fell, rose = high < 0, low > 0
    worse, better = (fell, rose) if metric.higher_is_better else (rose, fell)
    return Difference(*values, low, high, len(pairs), is_worse=worse, is_better=better)


def _columns(metric: Metric, measures: Sequence[Mapping[str, float]]) -> NDArray[Any] | None:
    rows = [
        [each[name] for name in metric.columns]
        for each in measures
        if all(name in each for name in metric.columns)
    ]
    return np.array(rows, dtype=np.float64).T if rows else None


def _interval(statistic: Any, columns: NDArray[Any]) -> tuple[float, float]:
    """Give the 2.5% and 97.5% quantiles of a statistic over resamples of the cases."""
    cases = columns.shape[-1]
    if cases < 2 or bool((columns == columns[:, :1]).all()):
        value = float(statistic(*columns, axis=-1))
        return value, value
    generator = np.random.default_rng(SEED)
    batch = max(1, _BATCH_CELLS // cases)
    spread = []
    for done in range(0, RESAMPLES, batch):
        chosen = generator.integers(0, cases, (min(batch, RESAMPLES - done), cases))
        spread.append(statistic(*(column[chosen] for column in columns), axis=-1))
    tail = (1 - LEVEL) / 2
    low, high = np.nanquantile(np.concatenate(spread), [tail, 1 - tail])
    return float(low), float(high)
