"""A logistic model read from a data file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from summitqa.errors import ModelError
from summitqa.logistic import Logistic, load_logistic


def write(path: Path, **change: object) -> Path:
    data = {"weights": {"b": -2.0, "a": 1.0}, "intercept": 0.5, "threshold": 0.4}
    path.write_text(json.dumps(data | change), encoding="utf-8")
    return path


def test_weights_are_read_by_name_whatever_their_order_in_the_file(tmp_path: Path) -> None:
    model = load_logistic(write(tmp_path / "m.json"), ("a", "b"))
    assert model == Logistic((1.0, -2.0), 0.5, 0.4)


def test_a_probability_is_the_logistic_function_of_the_weighted_sum() -> None:
    model = Logistic((1.0, -2.0), 0.5, 0.4)
    assert model.estimate((1.5, 1.0)) == pytest.approx(0.5)
    assert model.estimate((3.0, 1.0)) > 0.5 > model.estimate((1.0, 1.0))
    assert 0.0 < model.estimate((-1e9, 0.0)) < model.estimate((1e9, 0.0)) <= 1.0


def test_the_threshold_itself_is_accepted() -> None:
    assert Logistic((0.0,), 0.0, 0.5).accepts((1.0,))
    assert not Logistic((0.0,), -0.1, 0.5).accepts((1.0,))


def test_another_number_of_features_is_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        Logistic((1.0, 2.0), 0.0, 0.5).estimate((1.0,))


@pytest.mark.parametrize("change", [{"weights": {"a": 1.0}}, {"weights": 3}, {"intercept": "x"}])
def test_a_damaged_file_is_told_in_one_sentence(tmp_path: Path, change: dict[str, object]) -> None:
    with pytest.raises(ModelError, match=r"^The m parameters at m\.json .* install SummitQA again"):
        load_logistic(write(tmp_path / "m.json", **change), ("a", "b"))
