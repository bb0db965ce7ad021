"""Fit the confidence that what is answered is right.

    python -m training.fit_confidence --shared ../shared [--questions 1500] [--suite FILE]

Development data only, five kinds of question, the last with three times the weight of each other:

* SQuAD 2.0 questions (the development half in ``shared/data/dev/squad2_half``) over an
  index of half its articles: answerable and adversarially unanswerable ones;
* questions about the other articles, which the index does not hold: unanswerable;
* questions on the held-out documents that were written for training, over an index of them:
  answerable ones, and ones that nothing in the document answers though its words tempt to;
* the same over an index of the one document alone;
* the project's own dev suites over the shipped corpus, answerable or not, follow-ups in the
  words into which they are rewritten.

The features come from the assistant itself, so what is fitted is what is used. A question that
the documents answer, but not in the sentence that comes first, counts half as answered and half
as not: the answer would be wrong, and so would be the word that the documents do not say. A
logistic regression (L2, its strength chosen by five-fold cross-validated log loss) gives the
weights. The threshold is the middle of those whose balanced accuracy, cross-validated, is within
``CLOSE`` of the best.
Writes ``src/summitqa/models/confidence.json`` and prints AUROC, expected calibration error
and the confusion at the threshold.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from summitqa.ask import Assistant, find, open_assistant
from summitqa.confidence import PARAMETERS, Features
from summitqa.conversation.rewrite import rewrite_follow_up
from summitqa.evaluation.cases import Case
from summitqa.evaluation.run import ask_in_order
from summitqa.types import Answer, Scope
from training.data import WRITTEN
from training.gold import holds_answer, is_gold, told
from training.indexes import (
    held_out_collections,
    index_articles,
    open_suite,
    read_articles,
)
from training.parallel import run_each

SEED = 7
OWN_WEIGHT = 3.0
"""Weight of the suites' questions beside each other kind: they are nearest to use."""
CLOSE = 0.005
"""The curve of balanced accuracy is flat, and where it is highest is chance."""
FOLDS = 5
STRENGTHS = (0.01, 0.1, 1.0, 10.0)
"""Inverse strengths of the penalty that are tried."""
ALONE = "alone"
ALONE_EVERY = 12
"""Of so many held-out documents one is indexed by itself."""


@dataclass(frozen=True, slots=True)
class Example:
    """A question that was asked.

    Attributes:
        features: What its confidence is estimated from.
        answerable: Whether the documents answer it.
        right: Whether the sentence that comes first answers it.
        kind: Which kind of data it is of.
    """

    features: tuple[float, ...]
    answerable: bool
    right: bool
    kind: str


def main() -> None:
    """Fit and write the parameters."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument(
        "--questions", type=int, default=1500, help="most questions of SQuAD, and of those written"
    )
    parser.add_argument("--suite", type=Path, action="append", default=[], help="a dev suite")
    parser.add_argument("--output", type=Path, default=PARAMETERS)
    parser.add_argument("--workers", type=int, default=1, help="processes that ask questions")
    arguments = parser.parse_args()
    squad = arguments.shared / "data/dev/squad2_half/dev.json"
    written = held_out_collections()
    share = arguments.questions // len(written)
    every = [article for articles in written for article in articles]
    tasks = [
        partial(squad_examples, squad, arguments.questions),
        *(partial(article_examples, each, WRITTEN, share) for each in written),
        *(partial(article_examples, [each], ALONE) for each in every[::ALONE_EVERY]),
        *(partial(suite_examples, suite) for suite in arguments.suite),
    ]
    write(run_each(tasks, arguments.workers), arguments.output)


def squad_examples(path: Path, count: int) -> list[Example]:
    """Index the first half of the articles; ask about both halves."""
    articles = read_articles(path)
    held, missing = articles[::2], articles[1::2]
    chooser = random.Random(SEED)
    inside, outside = questions_of(held), questions_of(missing)
    with tempfile.TemporaryDirectory() as folder:
        assistant = open_assistant(index_articles(held, Path(folder)))
        return [
            *ask_each(assistant, chooser.sample(inside, min(count, len(inside))), "squad"),
            *ask_each(assistant, chooser.sample(outside, min(count // 3, len(outside))), "outside"),
        ]


def article_examples(
    articles: Sequence[dict[str, Any]], kind: str, count: int | None = None
) -> list[Example]:
    """Index documents that were written for training; ask all or some of their questions."""
    questions = questions_of(articles)
    chosen = random.Random(SEED).sample(questions, min(count or len(questions), len(questions)))
    with tempfile.TemporaryDirectory() as folder:
        assistant = open_assistant(index_articles(articles, Path(folder)))
        return ask_each(assistant, chosen, kind)


def questions_of(articles: Sequence[dict[str, Any]]) -> list[tuple[str, dict[str, Any]]]:
    """Give the questions of articles in SQuAD's layout, each with its paragraph."""
    return [
        (paragraph["context"], item)
        for article in articles
        for paragraph in article["paragraphs"]
        for item in paragraph["qas"]
    ]


def ask_each(
    assistant: Assistant, questions: Sequence[tuple[str, dict[str, Any]]], kind: str
) -> list[Example]:
    """Ask questions on articles; what is ``outside`` the index is answered nowhere."""
    examples = []
    for context, item in questions:
        found = find(item["question"], assistant, assistant.snapshot(), Scope())
        if found.features is None:
            continue
        answerable = kind != "outside" and not item["is_impossible"]
        starts = [each["answer_start"] for each in item["answers"]] if answerable else []
        right = holds_answer(context, starts, found.evidence[0].sentence.text)
        examples.append(Example(found.features.as_tuple(), answerable, right, kind))
    return examples


def suite_examples(path: Path) -> list[Example]:
    """Ask the cases of one of the project's dev suites; a follow-up as it is rewritten."""
    suite, assistant = open_suite(path)
    snapshot = assistant.snapshot()
    examples = []
    for case in suite.cases:
        found = find(asked_alone(assistant, case), assistant, snapshot, case.search_scope)
        if found.features is None:
            continue
        first = found.evidence[0].sentence
        right = is_gold(case, first.document, told(snapshot, first))
        examples.append(Example(found.features.as_tuple(), case.answerable, right, "own"))
    return examples


def asked_alone(assistant: Assistant, case: Case) -> str:
    """Give a case's question as it is asked after its earlier turns."""

    def ask(turns: tuple[str, ...], scope: Scope) -> tuple[Answer, float]:
        history = ask_in_order(turns[:-1], scope, ask)
        return assistant.ask(turns[-1], history=history, scope=scope), 0.0

    history = ask_in_order(case.earlier_turns, case.search_scope, ask)
    snapshot = assistant.snapshot()
    rewritten = None
    if history:
        rewritten = rewrite_follow_up(
            case.final_question,
            history,
            snapshot.summaries(),
            lambda each: snapshot.document(each).text,
        )
    return rewritten or case.final_question


def weigh(examples: Sequence[Example]) -> NDArray[np.float64]:
    """Weigh examples: each kind as much, the suites more, answerable and not the same."""
    labels = np.array([each.answerable for each in examples])
    kinds = np.array([each.kind for each in examples])
    weights = np.zeros(len(examples))
    for kind in set(kinds):
        for label in (False, True):
            chosen = (kinds == kind) & (labels == label)
            if chosen.any():
                weights[chosen] = (OWN_WEIGHT if kind == "own" else 1.0) / chosen.sum()
    for label in (False, True):  # being answerable has even odds before anything is seen
        weights[labels == label] /= weights[labels == label].sum()
    scaled: NDArray[np.float64] = weights * len(examples) / weights.sum()
    return scaled


def target(example: Example) -> float:
    """Give what the confidence in an answer to a question should be."""
    return 0.5 * example.answerable + 0.5 * (example.answerable and example.right)


def fit(
    rows: NDArray[np.float64],
    targets: NDArray[np.float64],
    weights: NDArray[np.float64],
    strength: float,
) -> tuple[NDArray[np.float64], float]:
    """Fit a logistic regression to targets between 0 and 1.

    Args:
        rows: Features, ``(examples, features)``.
        targets: What each should be given.
        weights: Weight of each.
        strength: Inverse strength of the penalty.

    Returns:
        Weights of the features, and the intercept.
    """
    from sklearn.linear_model import LogisticRegression

    centre, spread = rows.mean(axis=0), rows.std(axis=0)
    spread[spread == 0] = 1.0
    scaled = (rows - centre) / spread
    size = len(rows)
    model = LogisticRegression(C=strength, max_iter=2000)
    model.fit(
        np.concatenate([scaled, scaled]),
        np.arange(2 * size) < size,
        sample_weight=np.concatenate([weights * targets, weights * (1 - targets)]),
    )
    fitted: NDArray[np.float64] = model.coef_[0] / spread
    return fitted, float(model.intercept_[0] - fitted @ centre)


def cross_validate(
    rows: NDArray[np.float64],
    targets: NDArray[np.float64],
    weights: NDArray[np.float64],
    strength: float,
) -> NDArray[np.float64]:
    """Give each example the confidence that is fitted without its fold."""
    order = np.random.default_rng(SEED).permutation(len(rows))
    confidence = np.zeros(len(rows))
    for fold in range(FOLDS):
        held = order[fold::FOLDS]
        rest = np.setdiff1d(order, held)
        fitted, intercept = fit(rows[rest], targets[rest], weights[rest], strength)
        confidence[held] = 1 / (1 + np.exp(-(rows[held] @ fitted + intercept)))
    return confidence


def mean_loss(confidence: Any, targets: Any, weights: Any) -> float:
    """Give the weighted mean log loss."""
    kept = np.clip(confidence, 1e-6, 1 - 1e-6)
    losses = -(targets * np.log(kept) + (1 - targets) * np.log(1 - kept))
    return float(losses @ weights / weights.sum())


def choose_threshold(confidence: Any, targets: Any, weights: Any) -> float:
    """Give the middle of the thresholds at which about as much is right as at the best."""
    grid = np.linspace(0.2, 0.8, 61)
    right = [np.where(confidence >= cut, targets, 1 - targets) @ weights for cut in grid]
    accuracy = np.array(right) / weights.sum()
    close = grid[accuracy >= accuracy.max() - CLOSE]
    return round(float(close.mean()), 2)


def write(examples: Sequence[Example], output: Path) -> None:
    """Fit, choose the threshold, report and write."""
    from sklearn.metrics import roc_auc_score

    rows = np.array([each.features for each in examples])
    targets = np.array([target(each) for each in examples])
    labels = np.array([each.answerable for each in examples])
    right = np.array([each.answerable and each.right for each in examples])
    kinds = np.array([each.kind for each in examples])
    weights = weigh(examples)
    tried = {each: cross_validate(rows, targets, weights, each) for each in STRENGTHS}
    strength = min(STRENGTHS, key=lambda each: mean_loss(tried[each], targets, weights))
    held_out = tried[strength]
    fitted, intercept = fit(rows, targets, weights, strength)
    threshold = choose_threshold(held_out, targets, weights)

    def measure(rows_of: Any) -> dict[str, Any]:
        answered = held_out[rows_of] >= threshold
        asked, told_right = labels[rows_of], right[rows_of]
        both = len(set(asked.tolist())) == 2
        return {
            "questions": int(rows_of.sum()),
            "answered_when_answerable": share(answered[asked]),
            "answered_right_when_answerable": share((answered & told_right)[asked]),
            "answered_when_unanswerable": share(answered[~asked]),
            "auroc": round(float(roc_auc_score(asked, held_out[rows_of])), 4) if both else None,
        }

    names = Features.__dataclass_fields__
    record = {
        "fitted": {
            "command": "python -m training.fit_confidence",
            "cross_validated": measure(np.full(len(examples), True)),
            "expected_calibration_error": expected_calibration_error(held_out, targets),
            "inverse_penalty": strength,
            "by_kind": {kind: measure(kinds == kind) for kind in sorted(set(kinds))},
        },
        "weights": {
            name: round(float(value), 5) for name, value in zip(names, fitted, strict=True)
        },
        "intercept": round(intercept, 5),
        "threshold": threshold,
    }
    output.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(record, indent=2))


def share(values: NDArray[np.bool_]) -> float | None:
    """Give the share that is true."""
    return round(float(values.mean()), 4) if len(values) else None


def expected_calibration_error(probability: Any, targets: Any, bins: int = 10) -> float:
    """Mean gap of confidence and accuracy over equal-width bins (Guo et al. 2017)."""
    error = 0.0
    for low in np.linspace(0, 1, bins, endpoint=False):
        rows = (probability >= low) & (probability < low + 1 / bins + 1e-12)
        if rows.any():
            error += rows.mean() * abs(probability[rows].mean() - targets[rows].mean())
    return round(float(error), 4)


if __name__ == "__main__":
    main()
