"""Fit the weights that rank sentences.

    python -m training.fit_ranking --shared ../shared --suite FILE [--suite FILE ...]

Development data only: the answerable questions of half the articles of SQuAD 2.0's
development half over an index of them, those of the held-out documents that were written for
training, and the answerable single questions of the given dev suites over the shipped corpus. The
loss is a listwise softmax over the sentences of a
question (Cao et al. 2007), each collection weighing the same; five-fold cross-validation
says how often the first sentence is right. The weights are scaled so that scores keep the
spread of the reader's logits, in which the other stages' margins are expressed. Writes
``src/summitqa/models/ranking.json``.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from summitqa.ask import Assistant, open_assistant, passage_sentences, write_names
from summitqa.close_look import look_closely
from summitqa.judge import judge
from summitqa.ranking import (
    CLOSELY_FOR_A_LIST,
    NAMES,
    PARAMETERS,
    load_ranking,
    rank_sentences,
)
from summitqa.retrieve import retrieve
from summitqa.types import Evidence
from summitqa.understanding.question import read_question
from summitqa.understanding.references import name_references
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
SPREAD = 4.0
"""Median standard deviation of the scores of a question's sentences."""
PENALTY = 3e-3
MOST = CLOSELY_FOR_A_LIST
"""Best sentences of a question that are fitted on, all of them looked at closely."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A question's sentences: their signals, which answer it, and where it comes from."""

    signals: NDArray[np.float64]
    right: NDArray[np.bool_]
    collection: str


def main() -> None:
    """Fit and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument(
        "--questions",
        type=int,
        default=500,
        help="most questions of SQuAD, and of the documents written",
    )
    parser.add_argument("--suite", type=Path, action="append", default=[], help="a dev suite")
    parser.add_argument("--output", type=Path, default=PARAMETERS)
    parser.add_argument("--workers", type=int, default=1, help="processes that ask questions")
    arguments = parser.parse_args()
    squad = read_articles(arguments.shared / "data/dev/squad2_half/dev.json")[::2]
    written = held_out_collections()
    share = arguments.questions // len(written)
    tasks = [
        partial(article_listings, squad, "squad", arguments.questions),
        *(partial(article_listings, each, WRITTEN, share) for each in written),
        *(partial(suite_listings, suite) for suite in arguments.suite),
    ]
    write(run_each(tasks, arguments.workers), arguments.output)


def article_listings(
    articles: Sequence[dict[str, Any]], collection: str, count: int
) -> list[Listing]:
    """A sample of the answerable questions over an index of the articles."""
    questions = [
        (paragraph["context"], item)
        for article in articles
        for paragraph in article["paragraphs"]
        for item in paragraph["qas"]
        if not item["is_impossible"]
    ]
    chosen = random.Random(SEED).sample(questions, min(count, len(questions)))
    listings = []
    with tempfile.TemporaryDirectory() as folder:
        assistant = open_assistant(index_articles(articles, Path(folder)))
        for context, item in chosen:
            starts = [each["answer_start"] for each in item["answers"]]
            evidence = rank_all(assistant, item["question"])
            right = [holds_answer(context, starts, each.sentence.text) for each in evidence]
            listings.append(list_signals(evidence, right, collection))
    return listings


def suite_listings(path: Path) -> list[Listing]:
    """Answerable single questions of one of the project's dev suites."""
    suite, assistant = open_suite(path)
    listings = []
    for case in suite.cases:
        if case.question is None or not case.gold:
            continue
        evidence = rank_all(assistant, case.question)
        snapshot = assistant.snapshot()
        right = [
            is_gold(case, each.sentence.document, told(snapshot, each.sentence))
            for each in evidence
        ]
        listings.append(list_signals(evidence, right, path.stem))
    return listings


def rank_all(assistant: Assistant, question: str) -> tuple[Evidence, ...]:
    """The best sentences of the judged passages, with what a close look at them shows."""
    snapshot, settings = assistant.snapshot(), assistant.settings
    question = name_references(write_names(question, snapshot), snapshot.summaries())
    hits = retrieve(question, snapshot, assistant.embedder, settings)
    judgements = judge(
        question,
        hits,
        assistant.reader,
        snapshot.summaries(),
        settings.read_passages,
        lambda passage: passage_sentences(snapshot, passage),
    )
    return rank_sentences(
        read_question(question),
        judgements,
        snapshot.summaries(),
        snapshot.term_weights,
        lambda sentences: look_closely(
            question, sentences, snapshot, assistant.embedder, assistant.reader
        ),
        load_ranking(),
        closely=MOST,
    )[:MOST]


def list_signals(evidence: Sequence[Evidence], right: Sequence[bool], collection: str) -> Listing:
    """Put a question's evidence into arrays."""
    rows = [astuple(each.signals) for each in evidence if each.signals is not None]
    return Listing(np.array(rows, dtype=np.float64), np.array(right, dtype=bool), collection)


def fit(listings: Sequence[Listing]) -> NDArray[np.float64]:
    """Minimise the listwise loss over the questions with a right sentence among the read."""
    from scipy.optimize import minimize

    used = [each for each in listings if each.right.any()]
    sizes = {name: sum(each.collection == name for each in used) for name in collections(used)}
    rows = np.concatenate([each.signals for each in used])
    spread = rows.std(axis=0)
    spread[spread == 0] = 1.0

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        total, slope = PENALTY * float(weights @ weights), 2 * PENALTY * weights
        for each in used:
            share = 1 / (len(sizes) * sizes[each.collection])
            scaled = each.signals / spread
            scores = scaled @ weights
            scores = np.exp(scores - scores.max())
            every, right = scores / scores.sum(), scores * each.right
            total -= share * float(np.log(right.sum() / scores.sum()))
            slope = slope + share * (scaled.T @ (every - right / right.sum()))
        return total, slope

    found = minimize(loss, np.zeros(len(spread)), jac=True, method="L-BFGS-B")
    fitted: NDArray[np.float64] = found.x / spread
    return fitted


def collections(listings: Sequence[Listing]) -> list[str]:
    """The collections there are, sorted."""
    return sorted({each.collection for each in listings})


def cross_validate(listings: Sequence[Listing], folds: int = 5) -> Iterator[tuple[Listing, bool]]:
    """Each question, and whether its first sentence is right by weights fitted without it."""
    order = np.random.default_rng(SEED).permutation(len(listings))
    for fold in range(folds):
        held = set(order[fold::folds].tolist())
        weights = fit([each for place, each in enumerate(listings) if place not in held])
        for place in sorted(held):
            each = listings[place]
            first = len(each.right) and bool(each.right[np.argmax(each.signals @ weights)])
            yield each, bool(first)


def write(listings: Sequence[Listing], output: Path) -> None:
    """Fit, report and write."""
    hits: dict[str, list[bool]] = {name: [] for name in collections(listings)}
    for each, first in cross_validate(listings):
        hits[each.collection].append(first)
    weights = fit(listings)
    spreads = [np.std(each.signals @ weights) for each in listings if len(each.right) > 1]
    weights *= SPREAD / float(np.median(spreads))
    record = {
        "fitted": {
            "command": "python -m training.fit_ranking",
            "questions": sum(map(len, hits.values())),
            "right_sentence_first_cross_validated": round(
                float(np.mean(np.concatenate([*hits.values()]))), 4
            ),
            "by_collection": {
                name: {
                    "questions": len(values),
                    "right_sentence_among_the_best": round(
                        float(np.mean([e.right.any() for e in listings if e.collection == name])),
                        4,
                    ),
                    "right_sentence_first_cross_validated": round(float(np.mean(values)), 4),
                }
                for name, values in hits.items()
            },
        },
        "weights": {
            name: round(float(value), 5) for name, value in zip(NAMES, weights, strict=True)
        },
    }
    text = json.dumps(record, indent=2) + "\n"
    output.write_text(text, encoding="utf-8")
    sys.stdout.write(text)


if __name__ == "__main__":
    main()
