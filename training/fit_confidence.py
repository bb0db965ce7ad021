"""Fit the confidence that the documents answer a question.

    python -m training.fit_confidence --shared ../shared [--questions 1500] [--suite FILE]

Development data only, four kinds of question, the last with three times the weight of each other:

* SQuAD 2.0 questions (the development half in ``shared/data/dev/squad2_half``) over an
  index of half its articles: answerable and adversarially unanswerable ones;
* questions about the other articles, which the index does not hold: unanswerable;
* questions on the held-out documents that were written for training, over an index of them:
  answerable ones, and ones that nothing in the document answers though its words tempt to;
* the project's own dev suites over the shipped corpus, answerable or not, follow-ups in the
  words into which they are rewritten.

The features come from the assistant itself, so what is fitted is what is used. A logistic
regression (L2, C chosen among a few values by five-fold cross-validated log loss) gives
the weights. The threshold is the highest whose balanced accuracy over the four kinds is within
``CLOSE`` of the best, since a wrong answer is worse than none; or, where that leaves more than a
quarter of the suites' answerable questions unanswered, the highest that does not: the tempting
questions are more frequent here than in use.
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

from summitqa.ask import Assistant, find, open_assistant
from summitqa.confidence import PARAMETERS, Features
from summitqa.conversation.rewrite import rewrite_follow_up
from summitqa.evaluation.cases import Case
from summitqa.evaluation.run import ask_in_order
from summitqa.types import Answer, Scope
from training.data import WRITTEN
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
"""Balanced accuracy that may be given for silence where the curve is nearly flat."""
MOST_ABSTAINED = 0.25
"""Most of the suites' answerable questions that the threshold may leave unanswered."""


@dataclass(frozen=True, slots=True)
class Example:
    """A question's features, whether it is answerable, and which kind of data it is of."""

    features: tuple[float, ...]
    answerable: bool
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
    tasks = [
        partial(squad_examples, squad, arguments.questions),
        *(partial(written_examples, each, share) for each in written),
        *(partial(suite_examples, suite) for suite in arguments.suite),
    ]
    write(run_each(tasks, arguments.workers), arguments.output)


def squad_examples(path: Path, count: int) -> list[Example]:
    """Index the first half of the articles; ask about both halves."""
    articles = read_articles(path)
    held, missing = articles[::2], articles[1::2]
    chooser = random.Random(SEED)
    with tempfile.TemporaryDirectory() as folder:
        assistant = open_assistant(index_articles(held, Path(folder)))
        inside = [
            (question["question"], not question["is_impossible"], "squad")
            for article in held
            for paragraph in article["paragraphs"]
            for question in paragraph["qas"]
        ]
        outside = [
            (question["question"], False, "outside")
            for article in missing
            for paragraph in article["paragraphs"]
            for question in paragraph["qas"]
        ]
        chosen = chooser.sample(inside, min(count, len(inside)))
        chosen += chooser.sample(outside, min(count // 3, len(outside)))
        return [
            Example(features.as_tuple(), answerable, kind)
            for question, answerable, kind in chosen
            if (features := features_of(assistant, question)) is not None
        ]


def written_examples(articles: Sequence[dict[str, Any]], count: int) -> list[Example]:
    """Index documents that were written for training; ask some of their questions."""
    questions = [
        item for article in articles for part in article["paragraphs"] for item in part["qas"]
    ]
    chosen = random.Random(SEED).sample(questions, min(count, len(questions)))
    with tempfile.TemporaryDirectory() as folder:
        assistant = open_assistant(index_articles(articles, Path(folder)))
        return [
            Example(features.as_tuple(), not item["is_impossible"], WRITTEN)
            for item in chosen
            if (features := features_of(assistant, item["question"])) is not None
        ]


def suite_examples(path: Path) -> list[Example]:
    """Ask the cases of one of the project's dev suites; a follow-up as it is rewritten."""
    suite, assistant = open_suite(path)
    return [
        Example(features.as_tuple(), case.answerable, "own")
        for case in suite.cases
        if (features := features_of(assistant, asked_alone(assistant, case), case.search_scope))
        is not None
    ]


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


def features_of(assistant: Assistant, question: str, scope: Scope | None = None) -> Features | None:
    """Give the features the assistant computes for a question."""
    return find(question, assistant, assistant.snapshot(), scope or Scope()).features


def write(examples: Sequence[Example], output: Path) -> None:
    """Fit, choose the threshold, report and write."""
    from sklearn.linear_model import LogisticRegressionCV
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import cross_val_predict

    matrix = np.array([example.features for example in examples])
    labels = np.array([example.answerable for example in examples])
    kinds = np.array([example.kind for example in examples])
    weights = np.zeros(len(examples))
    for kind in set(kinds):
        for label in (False, True):
            chosen = (kinds == kind) & (labels == label)
            if chosen.any():
                weights[chosen] = (OWN_WEIGHT if kind == "own" else 1.0) / chosen.sum()
    for label in (False, True):  # being answerable has even odds before anything is seen
        weights[labels == label] /= weights[labels == label].sum()
    weights *= len(examples) / weights.sum()
    spread = matrix.std(axis=0)
    spread[spread == 0] = 1.0
    centre = matrix.mean(axis=0)
    scaled = (matrix - centre) / spread
    model = LogisticRegressionCV(
        Cs=(0.01, 0.1, 1.0, 10.0), cv=5, scoring="neg_log_loss", random_state=SEED
    )
    model.fit(scaled, labels, sample_weight=weights)
    held_out = cross_val_predict(model, scaled, labels, cv=5, method="predict_proba")[:, 1]
    fitted = model.coef_[0] / spread
    intercept = float(model.intercept_[0] - (fitted * centre).sum())
    probability = model.predict_proba(scaled)[:, 1]
    grid = np.linspace(0.2, 0.8, 61)
    accuracy = [float(((probability >= cut) == labels) @ weights) / weights.sum() for cut in grid]
    close = [
        cut for cut, right in zip(grid, accuracy, strict=True) if right >= max(accuracy) - CLOSE
    ]
    balanced, best = float(max(close)), float(grid[int(np.argmax(accuracy))])
    own = probability[(kinds == "own") & labels]
    allowed = [cut for cut in grid if len(own) == 0 or (own < cut).mean() <= MOST_ABSTAINED]
    threshold = min(balanced, float(max(allowed, default=balanced)))
    report = {
        kind: {
            "questions": int((kinds == kind).sum()),
            "answered_when_answerable": rate(probability, labels, kinds == kind, balanced, True),
            "answered_when_unanswerable": rate(probability, labels, kinds == kind, balanced, False),
            "auroc_cross_validated": round(
                float(roc_auc_score(labels[kinds == kind], held_out[kinds == kind])), 4
            )
            if len(set(labels[kinds == kind])) == 2
            else None,
        }
        for kind in sorted(set(kinds))
    }
    names = Features.__dataclass_fields__
    record = {
        "fitted": {
            "command": "python -m training.fit_confidence",
            "auroc_cross_validated": round(float(roc_auc_score(labels, held_out)), 4),
            "expected_calibration_error": expected_calibration_error(held_out, labels),
            "best_balanced_threshold": round(best, 3),
            "by_kind": report,
        },
        "weights": {
            name: round(float(value), 5) for name, value in zip(names, fitted, strict=True)
        },
        "intercept": round(intercept, 5),
        "threshold": round(threshold, 3),
    }
    output.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(record, indent=2))


def rate(
    probability: Any, labels: Any, chosen: Any, threshold: float, answerable: bool
) -> float | None:
    """Give the share answered among the chosen questions with this label."""
    rows = chosen & (labels == answerable)
    return round(float((probability[rows] >= threshold).mean()), 4) if rows.any() else None


def expected_calibration_error(probability: Any, labels: Any, bins: int = 10) -> float:
    """Mean gap of confidence and accuracy over equal-width bins (Guo et al. 2017)."""
    error = 0.0
    for low in np.linspace(0, 1, bins, endpoint=False):
        rows = (probability >= low) & (probability < low + 1 / bins + 1e-12)
        if rows.any():
            error += rows.mean() * abs(probability[rows].mean() - labels[rows].mean())
    return round(float(error), 4)


if __name__ == "__main__":
    main()
