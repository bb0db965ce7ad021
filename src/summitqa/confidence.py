"""One calibrated confidence that the documents answer the question.

A logistic model over a few features of retrieval and reading. Its parameters stand in
``models/confidence.json`` together with how they were fitted
(``python -m training.fit_confidence``).
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from summitqa.errors import ModelError
from summitqa.lexical import analyse
from summitqa.types import Evidence, Judgement

# A capitalised word that does not open the question.
_NAME = re.compile(r"(?<!^)(?<![.?!]\s)\b[^\W\d_a-z]\w+")
_ASKS_DATE = re.compile(r"^\s*when\b|\b(?:what|which|in what) (?:year|date|day|month)\b", re.I)
_ASKS_NUMBER = re.compile(r"\bhow (?:many|much)\b|\bwhat (?:number|share|percentage)\b", re.I)
_DATE = re.compile(
    r"\d|\b(?:January|February|March|April|May|June|July|August|September|October|November"
    r"|December|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|century|summer|winter"
    r"|spring|autumn|today|yesterday)\b",
    re.I,
)
_NUMBER = re.compile(
    r"\d|\b(?:no|none|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen"
    r"|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty"
    r"|seventy|eighty|ninety|hundred|thousand|million|billion|dozen|half|third|quarter|twice"
    r"|once|single|several|many|few|all|both|every)\b",
    re.I,
)

PARAMETERS = Path(__file__).parent / "models" / "confidence.json"


@dataclass(frozen=True, slots=True)
class Features:
    """What confidence is estimated from.

    Attributes:
        span_score: The best span score (a difference of logits).
        answerable: The answerable probability of the best passage, as a logit.
        second: How far the second best passage's span score lies behind, at most 10.
        coverage: Share of the question's terms in the best sentence.
        passage_coverage: Share of the question's terms in the best passage and its headings.
        numbers_missing: Share of the question's numbers and years that the best passage lacks.
        names_missing: Share of the question's names that the best passage and its headings lack.
        similarity: The best fused retrieval score, about 0 to 1.35.
        kind_mismatch: 1 when the span is not of the kind asked for (a date, a number), else 0.
    """

    span_score: float
    answerable: float
    second: float
    coverage: float
    passage_coverage: float
    numbers_missing: float
    names_missing: float
    similarity: float
    kind_mismatch: float

    def as_tuple(self) -> tuple[float, ...]:
        """Give the features in the order of the parameters."""
        return (
            self.span_score,
            self.answerable,
            self.second,
            self.coverage,
            self.passage_coverage,
            self.numbers_missing,
            self.names_missing,
            self.similarity,
            self.kind_mismatch,
        )


@dataclass(frozen=True, slots=True)
class Calibration:
    """Parameters of the logistic model: one weight a feature, and the threshold."""

    weights: tuple[float, ...]
    intercept: float
    threshold: float


@lru_cache(maxsize=4)
def load_calibration(path: Path = PARAMETERS) -> Calibration:
    """Read the parameters.

    Raises:
        ModelError: The file is missing or malformed.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return Calibration(
            weights=tuple(float(value) for value in data["weights"].values()),
            intercept=float(data["intercept"]),
            threshold=float(data["threshold"]),
        )
    except (OSError, ValueError, KeyError, AttributeError) as error:
        raise ModelError(
            f"The confidence parameters at {path.name} cannot be read ({error}); "
            "install SummitQA again."
        ) from None


def extract_features(
    question: str,
    judgements: Sequence[Judgement],
    evidence: Sequence[Evidence],
    title: str,
    similarity: float,
) -> Features:
    """Compute the features.

    Args:
        question: The question, standing alone.
        judgements: Judged passages, best first; not empty.
        evidence: Evidence, best first.
        title: The title of the best passage's document and its heading.
        similarity: The best fused retrieval score.
    """
    best = judgements[0]
    terms = set(analyse(question))
    passage_terms = set(analyse(f"{title} {best.hit.passage.text}"))
    first = evidence[0] if evidence else None
    sentence_terms = set(analyse(first.sentence.text)) if first else set()
    numbers = {term for term in terms if any(letter.isdigit() for letter in term)}
    names = {term for word in _NAME.findall(question) for term in analyse(word)} - numbers
    second = judgements[1].span_score if len(judgements) > 1 else best.span_score - 10.0
    probability = min(max(best.answerable, 1e-6), 1 - 1e-6)
    return Features(
        span_score=best.span_score,
        answerable=math.log(probability / (1 - probability)),
        second=max(-10.0, min(10.0, best.span_score - second)),
        coverage=_share(terms & sentence_terms, terms),
        passage_coverage=_share(terms & passage_terms, terms),
        numbers_missing=_share(numbers - passage_terms, numbers),
        names_missing=_share(names - passage_terms, names),
        similarity=similarity,
        kind_mismatch=_kind_mismatch(question, first),
    )


def _share(part: set[str], whole: set[str]) -> float:
    return len(part) / len(whole) if whole else 0.0


def _kind_mismatch(question: str, evidence: Evidence | None) -> float:
    """Say whether the sentence lacks the date or number that the question asks for."""
    if evidence is None:
        return 1.0
    if _ASKS_DATE.search(question):
        return float(_DATE.search(evidence.sentence.text) is None)
    if _ASKS_NUMBER.search(question):
        return float(_NUMBER.search(evidence.sentence.text) is None)
    return 0.0


def estimate_confidence(features: Features, calibration: Calibration) -> float:
    """Give the probability, between 0 and 1, that the documents answer the question."""
    score = calibration.intercept + sum(
        weight * value
        for weight, value in zip(calibration.weights, features.as_tuple(), strict=True)
    )
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, score))))
