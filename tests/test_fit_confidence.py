"""Fitting the confidence: what it should be, how it is fitted, and where it is cut."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from summitqa.confidence import Features, estimate_confidence, load_calibration
from training.fit_confidence import (
    Example,
    choose_threshold,
    cross_validate,
    fit,
    target,
    weigh,
    write,
)

WIDTH = len(Features.__dataclass_fields__)


def example(value: float, answerable: bool, right: bool, kind: str = "own") -> Example:
    """An example whose first feature is the value."""
    return Example((value, *[0.0] * (WIDTH - 1)), answerable, right, kind)


def test_an_answerable_question_with_a_wrong_sentence_first_counts_half() -> None:
    assert target(example(0, answerable=True, right=True)) == 1.0
    assert target(example(0, answerable=True, right=False)) == 0.5
    assert target(example(0, answerable=False, right=False)) == 0.0


def test_kinds_and_answerability_weigh_the_same_however_many_there_are() -> None:
    examples = [
        *[example(0, True, True, "squad")] * 30,
        *[example(0, False, False, "squad")] * 5,
        *[example(0, True, True)] * 2,
        example(0, False, False),
    ]
    weights = weigh(examples)
    assert weights.sum() == pytest.approx(len(examples))
    assert weights[:30].sum() + weights[35:37].sum() == pytest.approx(len(examples) / 2)
    assert weights[35:37].sum() == pytest.approx(3 * weights[:30].sum())


def test_the_fit_gives_what_the_targets_say_in_the_mean() -> None:
    rows = np.repeat(np.array([[0.0], [1.0]]), 100, axis=0)
    targets = np.repeat([0.25, 0.75], 100)
    fitted, intercept = fit(rows, targets, np.ones(200), 100.0)
    confidence = 1 / (1 + np.exp(-(rows @ fitted + intercept)))
    assert confidence[0] == pytest.approx(0.25, abs=0.02)
    assert confidence[-1] == pytest.approx(0.75, abs=0.02)


def test_an_example_does_not_tell_its_own_confidence() -> None:
    generator = np.random.default_rng(0)
    rows = generator.normal(size=(60, 40))
    targets = (generator.random(60) < 0.5).astype(float)
    weights = np.ones(60)
    fitted, intercept = fit(rows, targets, weights, 10.0)
    inside = (rows @ fitted + intercept > 0) == (targets > 0.5)
    outside = (cross_validate(rows, targets, weights, 10.0) > 0.5) == (targets > 0.5)
    assert inside.mean() > 0.95
    assert outside.mean() < 0.7, "of noise, nothing can be told of what was not seen"


def test_the_threshold_is_the_middle_of_where_most_is_right() -> None:
    confidence = np.array([0.1, 0.3, 0.6, 0.9])
    targets = np.array([0.0, 0.0, 1.0, 1.0])
    assert choose_threshold(confidence, targets, np.ones(4)) == pytest.approx(0.45, abs=0.02)


def test_what_is_written_is_what_the_assistant_reads(tmp_path: Path) -> None:
    generator = np.random.default_rng(0)
    examples = [
        example(value + 3 * (number % 2), number % 2 == 1, number % 2 == 1, kind)
        for number, value in enumerate(generator.normal(size=80))
        for kind in ("own", "squad")
    ]
    write(examples, tmp_path / "confidence.json")
    calibration = load_calibration(tmp_path / "confidence.json")
    low, high = (
        estimate_confidence(Features(value, *[0.0] * (WIDTH - 1)), calibration)
        for value in (0.0, 3.0)
    )
    assert low < calibration.threshold < high
    told = json.loads((tmp_path / "confidence.json").read_text("utf-8"))["fitted"]["by_kind"]
    assert told["own"]["auroc"] > 0.9
    assert told["own"]["answered_right_when_answerable"] > 0.8
