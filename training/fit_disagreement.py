"""Fit which sentences with other values answer the same question.

    python -m training.fit_disagreement --suite FILE [--suite FILE ...]

Development data only: every case of the given dev suites is asked, a follow-up in the words into
which it is rewritten, and every question of a quarter of the collections in
``written/disputes-*.txt``, none of which the reader learned from. A pair of the best sentence and
another with another value of the kind asked for is right where the case expects a disagreement and
both sentences are gold. The signals come from the assistant itself, so what is fitted is what is
used. A logistic regression (L2) gives the weights; the threshold is the lowest at which,
cross-validated over cases, at most ``MOST_FALSE`` of the suites' cases that expect none show one:
in the written collections what only looks like a difference is far more frequent than in use.
Writes ``src/summitqa/models/disagreement.json``.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from summitqa.ask import Assistant, find_where_named, open_assistant, threshold_of
from summitqa.close_look import compare_texts
from summitqa.disagreement import read_comparable
from summitqa.disagreement.compared import PARAMETERS, PairSignals, Rival, find_rivals
from summitqa.evaluation.cases import Case
from summitqa.types import Scope, Sentence
from training.data import Question
from training.fit_confidence import asked_alone
from training.gold import holds_answer, is_gold
from training.indexes import index_articles, open_suite
from training.parallel import run_each
from training.written import FOLDER, as_articles, read_written

DISPUTES = "disputes-*.txt"
EVERY = 4
"""One of so many of these collections is asked: all of them are twice the cases of the suites, and
with all, 0.272 of the suites' differences were shown instead of 0.284, with as many false ones."""
SEED = 7
FOLDS = 5
PENALTY = 0.3
MOST_FALSE = 0.02
"""Most of the cases without a disagreement that may show one."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A case that was asked: its pairs, which of them are right, and what it expects."""

    pairs: NDArray[np.float64]
    right: NDArray[np.bool_]
    expects: bool
    answered: bool
    """Whether the question is answered: an abstention shows nothing."""
    written: bool = False
    """Whether it is of a written collection, and not of a suite."""


def main() -> None:
    """Fit and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--suite", type=Path, action="append", default=[], help="a dev suite")
    parser.add_argument("--output", type=Path, default=PARAMETERS)
    parser.add_argument("--workers", type=int, default=1, help="processes that ask questions")
    arguments = parser.parse_args()
    tasks = [
        *(partial(ask_suite, suite) for suite in arguments.suite),
        *(partial(ask_written, path) for path in sorted(FOLDER.glob(DISPUTES))[::EVERY]),
    ]
    write(run_each(tasks, arguments.workers), arguments.output)


def ask_suite(path: Path) -> list[Asked]:
    """Ask every case of a dev suite."""
    suite, assistant = open_suite(path)
    return [ask_case(case, assistant) for case in suite.cases]


def ask_written(path: Path) -> list[Asked]:
    """Ask the questions of a written collection some of whose documents differ."""
    questions = read_written(path)
    by_text: dict[str, list[Question]] = {}
    for each in questions:
        by_text.setdefault(each.text, []).append(each)
    with tempfile.TemporaryDirectory() as folder:
        assistant = open_assistant(index_articles(as_articles(questions), Path(folder)))
        asked = [
            ask(
                text,
                Scope(),
                assistant,
                partial(answers_any, same),
                expects=same[0].disputed,
            )
            for text, same in by_text.items()
        ]
    return [replace(each, written=True) for each in asked]


def ask_case(case: Case, assistant: Assistant) -> Asked:
    """Ask one case and read the signals of its pairs."""
    return ask(
        asked_alone(assistant, case),
        case.search_scope,
        assistant,
        lambda sentence: is_gold(case, sentence.document, sentence.text),
        expects=case.expects_disagreement,
    )


def ask(
    question: str,
    scope: Scope,
    assistant: Assistant,
    is_right: Callable[[Sentence], bool],
    *,
    expects: bool,
) -> Asked:
    """Ask a question and read the signals of its pairs.

    Args:
        question: The question, standing alone.
        scope: What is searched.
        assistant: Answers from the collection.
        is_right: Whether a sentence is a place that answers.
        expects: Whether documents differ.
    """
    snapshot = assistant.snapshot()
    found = find_where_named(question, assistant, snapshot, scope)
    form = read_comparable(found.asked)
    rivals: list[Rival] = []
    if form is not None and found.evidence:
        nearness = partial(compare_texts, assistant.embedder)
        rivals = find_rivals(form, found.evidence, snapshot.summaries(), nearness)
    right = [
        expects and is_right(each.against.sentence) and is_right(each.evidence.sentence)
        for each in rivals
    ]
    rows = [astuple(each.signals) for each in rivals]
    width = len(PairSignals.__dataclass_fields__)
    return Asked(
        np.array(rows, dtype=np.float64).reshape(len(rows), width),
        np.array(right, dtype=bool),
        expects,
        found.confidence >= threshold_of(assistant.settings),
    )


def answers_any(questions: Sequence[Question], sentence: Sentence) -> bool:
    """Tell whether a sentence is the one of a written paragraph that answers, of any of them."""
    return any(
        holds_answer(each.context, [start for start, _ in each.answers], sentence.text)
        for each in questions
    )


def fit(asked: Sequence[Asked]) -> tuple[NDArray[np.float64], float]:
    """Fit weights and intercept to all pairs."""
    from sklearn.linear_model import LogisticRegression

    rows = np.concatenate([each.pairs for each in asked])
    right = np.concatenate([each.right for each in asked])
    centre, spread = rows.mean(axis=0), rows.std(axis=0)
    spread[spread == 0] = 1.0
    model = LogisticRegression(C=PENALTY, max_iter=1000)
    model.fit((rows - centre) / spread, right)
    weights: NDArray[np.float64] = model.coef_[0] / spread
    return weights, float(model.intercept_[0] - weights @ centre)


def cross_validate(asked: Sequence[Asked]) -> list[float]:
    """Give for each case the highest probability of its pairs, fitted without the case."""
    order = np.random.default_rng(SEED).permutation(len(asked))
    highest = [0.0] * len(asked)
    for fold in range(FOLDS):
        held = set(order[fold::FOLDS].tolist())
        weights, intercept = fit([each for n, each in enumerate(asked) if n not in held])
        for place in held:
            scores = asked[place].pairs @ weights + intercept
            highest[place] = max((1 / (1 + np.exp(-scores))).tolist(), default=0.0)
    return highest


def write(asked: Sequence[Asked], output: Path) -> None:
    """Fit, choose the threshold, report and write."""
    answered = np.array([each.answered for each in asked])
    highest = np.array(cross_validate(asked)) * answered
    expects = np.array([each.expects for each in asked])
    reachable = np.array([bool(each.right.any()) for each in asked])
    grid = np.linspace(0.02, 0.98, 97)
    written = np.array([each.written for each in asked])
    quiet = highest[~expects & ~written]
    threshold = float(next(cut for cut in grid if (quiet >= cut).mean() <= MOST_FALSE))
    weights, intercept = fit(asked)
    names = PairSignals.__dataclass_fields__
    record = {
        "fitted": {
            "command": "python -m training.fit_disagreement",
        }
        | {
            name: {
                "cases": int(of.sum()),
                "expect_a_disagreement": int((expects & of).sum()),
                "both_sides_among_the_pairs": int((reachable & of).sum()),
                "shown_cross_validated": share(highest[expects & of] >= threshold),
                "false_cross_validated": share(highest[~expects & of] >= threshold),
            }
            for name, of in (("suites", ~written), ("written", written))
        },
        "weights": {
            name: round(float(value), 5) for name, value in zip(names, weights, strict=True)
        },
        "intercept": round(intercept, 5),
        "threshold": round(threshold, 3),
    }
    text = json.dumps(record, indent=2) + "\n"
    output.write_text(text, encoding="utf-8")
    sys.stdout.write(text)


def share(values: NDArray[np.bool_]) -> float:
    """The share that is true, to four places."""
    return round(float(values.mean()), 4) if len(values) else 0.0


if __name__ == "__main__":
    main()
