"""Intervals and paired comparisons."""

from __future__ import annotations

import numpy as np
import pytest

from summitqa.evaluation.bootstrap import RESAMPLES, compare, estimate
from summitqa.evaluation.metrics import METRICS

CORRECT = METRICS["correct"]


def measures(values: list[float], name: str = "correct") -> list[dict[str, float]]:
    return [{name: value} for value in values]


def test_an_interval_is_that_of_scipy() -> None:
    from scipy.stats import bootstrap

    values = [1.0] * 37 + [0.0] * 23
    found = estimate(CORRECT, measures(values))
    wanted = bootstrap(
        (np.array(values),),
        np.mean,
        n_resamples=RESAMPLES,
        method="percentile",
        rng=np.random.default_rng(7),
    ).confidence_interval
    assert found is not None
    assert found.value == pytest.approx(37 / 60)
    assert found.cases == 60
    # Two bootstraps with other seeds differ by about one case of sixty at the ends.
    assert found.low == pytest.approx(wanted.low, abs=0.034)
    assert found.high == pytest.approx(wanted.high, abs=0.034)


def test_the_same_measures_give_the_same_interval() -> None:
    values = measures([0.0, 1.0, 1.0, 0.5, 0.25])
    assert estimate(CORRECT, values) == estimate(CORRECT, values)


def test_cases_without_the_measure_are_left_out() -> None:
    found = estimate(CORRECT, [*measures([1.0, 0.0]), {"F1": 1.0}])
    assert found is not None
    assert found.cases == 2
    assert estimate(CORRECT, [{"F1": 1.0}]) is None


def test_one_value_has_no_width() -> None:
    found = estimate(CORRECT, measures([1.0, 1.0, 1.0]))
    assert found is not None
    assert (found.low, found.high) == (1.0, 1.0)


def test_auroc_of_one_class_is_not_defined_and_rare_classes_do_not_break_the_interval() -> None:
    rows = [{"confidence": value / 10, "answerable": 1.0} for value in range(10)]
    assert estimate(METRICS["AUROC"], rows) is None
    found = estimate(METRICS["AUROC"], [*rows, {"confidence": 0.05, "answerable": 0.0}])
    assert found is not None
    assert found.value == pytest.approx(0.9)
    assert 0 <= found.low <= found.value <= found.high <= 1


def test_a_small_steady_fall_is_significant_and_a_coin_toss_is_not() -> None:
    before = measures([1.0] * 40 + [0.0] * 40)
    steady = measures([1.0] * 30 + [0.0] * 50)
    toss = measures([0.0, 1.0] * 40)
    fell = compare(CORRECT, before, steady)
    assert fell is not None
    assert fell.is_worse and not fell.is_better
    assert (fell.before, fell.after, fell.cases) == (0.5, 0.375, 80)
    same = compare(CORRECT, before, toss)
    assert same is not None
    assert not same.is_worse and not same.is_better


def test_lower_is_better_turns_the_verdict_round() -> None:
    metric = METRICS["answered_when_unanswerable"]
    change = compare(
        metric, measures([0.0] * 30, metric.name), measures([1.0] * 10 + [0.0] * 20, metric.name)
    )
    assert change is not None
    assert change.is_worse


def test_nothing_changed_is_neither_better_nor_worse() -> None:
    rows = [{"confidence": value / 20, "answerable": float(value % 3 > 0)} for value in range(20)]
    change = compare(METRICS["AUROC"], rows, rows)
    assert change is not None
    assert (change.low, change.high) == (0.0, 0.0)
    assert not change.is_worse and not change.is_better
