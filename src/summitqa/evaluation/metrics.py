"""Every metric by name: what it is computed from, and which way is better.

A case yields *measures* (numbers, absent where they are not defined). A metric is a
statistic of one or more measures over the cases that have them all; most are means. That
makes intervals, comparisons and baselines the same for all of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Statistic = Callable[..., "NDArray[Any]"]


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric over cases.

    Attributes:
        name: Standard name.
        group: The stage it judges.
        meaning: One sentence for people.
        higher_is_better: Which way is better.
        measures: Measures of a case that it is computed from.
        statistic: Name of the function of `summitqa.evaluation.abstention` that computes
            it from the measures; None for the mean.
    """

    name: str
    group: str
    meaning: str
    higher_is_better: bool = True
    measures: tuple[str, ...] = ()
    statistic: str | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The measures it needs of a case."""
        return self.measures or (self.name,)


_ALL = (
    Metric("recall@1", "retrieval", "Share of the gold needs met by the first passage."),
    Metric("recall@5", "retrieval", "Share of the gold needs met by the first 5 passages."),
    Metric("recall@20", "retrieval", "Share of the gold needs met by the first 20 passages."),
    Metric("nDCG@10", "retrieval", "Discounted cumulative gain of the first 10, normalised."),
    Metric("MRR", "retrieval", "Mean of one over the rank of the first right passage."),
    Metric("sentence_hit@1", "evidence", "The first cited sentence is gold."),
    Metric("sentence_hit@3", "evidence", "One of the first three cited sentences is gold."),
    Metric("span_precision", "evidence", "Share of the cited characters that are gold."),
    Metric("span_recall", "evidence", "Share of the gold characters that are cited."),
    Metric("correct", "answer", "Answered as expected, or abstained where nothing is said."),
    Metric("exact_match", "answer", "The short answer equals an accepted form, normalised."),
    Metric("F1", "answer", "Word overlap of the short answer with the best accepted form."),
    Metric("SQuAD_F1", "answer", "F1, with abstention right where there is no answer."),
    Metric("contains_expected", "answer", "The answer holds an accepted form, and all items."),
    Metric("avoids_forbidden", "answer", "The answer holds nothing that it must not contain."),
    Metric("shows_disagreement", "answer", "Sources that differ are shown as differing."),
    Metric(
        "false_disagreement",
        "answer",
        "A disagreement is shown where none is expected.",
        higher_is_better=False,
    ),
    Metric("sentences_cited", "citation", "Share of the answer's sentences that are cited."),
    Metric("citation_validity", "citation", "Share of citations that quote exactly."),
    Metric("citation_precision", "citation", "Share of citations that meet a gold place."),
    Metric("citation_recall", "citation", "Share of the gold needs met by a citation."),
    Metric(
        "AUROC",
        "abstention",
        "Chance that an answerable question gets more confidence than an unanswerable one.",
        measures=("confidence", "answerable"),
        statistic="auroc",
    ),
    Metric("abstention_accuracy", "abstention", "Answered exactly where it is answerable."),
    Metric(
        "AURC",
        "abstention",
        "Area under the risk-coverage curve.",
        higher_is_better=False,
        measures=("confidence", "right_if_answered"),
        statistic="aurc",
    ),
    Metric(
        "answered_when_unanswerable",
        "abstention",
        "Share of unanswerable questions that are answered.",
        higher_is_better=False,
    ),
    Metric(
        "abstained_when_answerable",
        "abstention",
        "Share of answerable questions that are not answered.",
        higher_is_better=False,
    ),
    Metric(
        "ECE",
        "calibration",
        "Expected calibration error of the confidence, ten bins.",
        higher_is_better=False,
        measures=("confidence", "answerable"),
        statistic="ece",
    ),
    Metric("rewrite_F1", "conversation", "Word overlap with a person's rewrite of the turn."),
)
METRICS: dict[str, Metric] = {metric.name: metric for metric in _ALL}


def statistic_of(metric: Metric) -> Statistic:
    """Give the function that computes a metric from its measures along the last axis."""
    if metric.statistic is None:
        return mean
    from summitqa.evaluation import abstention

    found: Statistic = getattr(abstention, metric.statistic)
    return found


def mean(values: NDArray[Any], axis: int = -1) -> NDArray[Any]:
    """Arithmetic mean along an axis."""
    result: NDArray[Any] = values.mean(axis=axis)
    return result
