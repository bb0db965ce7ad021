"""A logistic model with a threshold, its parameters in a data file beside how they were fitted."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from summitqa.errors import ModelError


@dataclass(frozen=True, slots=True)
class Logistic:
    """One weight a feature, an intercept, and the probability from which the answer is yes."""

    weights: tuple[float, ...]
    intercept: float
    threshold: float

    def estimate(self, features: Sequence[float]) -> float:
        """Give the probability, between 0 and 1, of features in the order of the weights."""
        pairs = zip(self.weights, features, strict=True)
        score = self.intercept + sum(weight * value for weight, value in pairs)
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, score))))

    def accepts(self, features: Sequence[float]) -> bool:
        """Tell whether the probability reaches the threshold."""
        return self.estimate(features) >= self.threshold


@lru_cache(maxsize=8)
def load_logistic(path: Path, names: tuple[str, ...]) -> Logistic:
    """Read a model.

    Args:
        path: A JSON object with ``weights`` by name, ``intercept`` and ``threshold``.
        names: The features, in the order in which they will be given.

    Raises:
        ModelError: The file is missing or malformed.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        weights = tuple(float(data["weights"][name]) for name in names)
        return Logistic(weights, float(data["intercept"]), float(data["threshold"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(
            f"The {path.stem} parameters at {path.name} cannot be read ({error}); "
            "install SummitQA again."
        ) from None
