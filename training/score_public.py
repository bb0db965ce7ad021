"""Score a reader on public development data.

SQuAD 2.0 (half of the development articles): word F1 and exact match on the answerable
questions, overall F1 with the no-answer threshold chosen on held-out training articles,
AUROC of answerable against not. WiCE: balanced accuracy and AUROC of the support head
beside the share of the claim's words in the evidence and the cosine of the embedding model.
Speed: milliseconds a passage, one after another.
"""

from __future__ import annotations

import json
import random
import re
import time
from typing import TYPE_CHECKING

import numpy as np

from training.data import read_squad
from training.measures import (
    auroc,
    balanced_accuracy,
    best_threshold,
    exact_match,
    interval,
    take,
    word_f1,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from summitqa.read import Reader, Reading
    from training.data import Question

SQUAD = "dev/squad2_half/dev.json"
WICE = "dev/wice/oracle_chunks_dev.jsonl"


def overall_f1(
    f1: Sequence[float], answerable: Sequence[bool], scores: Sequence[float], threshold: float
) -> float:
    """Mean F1 where an unanswerable question counts 1 if it is not answered, else 0."""
    return float(
        np.mean(
            [
                (f if known else 0.0) if score >= threshold else float(not known)
                for f, known, score in zip(f1, answerable, scores, strict=True)
            ]
        )
    )


def score_questions(
    reader: Reader, questions: Sequence[Question], threshold: float
) -> dict[str, object]:
    """All SQuAD 2.0 figures, with 95 % intervals over articles' paragraphs."""
    readings: list[Reading] = [
        reader.read(q.text, [q.context], [q.title or ""])[0] for q in questions
    ]
    references = [[q.context[a:b] for a, b in q.answers] for q in questions]
    known = [bool(r) for r in references]
    f1 = [word_f1(r.text, refs) for r, refs in zip(readings, references, strict=True)]
    exact = [exact_match(r.text, refs) for r, refs in zip(readings, references, strict=True)]
    chance, score = [r.answerable for r in readings], [r.score for r in readings]
    rows = np.flatnonzero(known)
    clusters = [q.context for q in questions]

    def order(chosen: NDArray[np.int64]) -> float:
        return auroc(take(chance, chosen), [known[n] for n in chosen])

    return {
        "questions": len(questions),
        "answerable": len(rows),
        "span_f1_answerable": float(np.mean(take(f1, rows))),
        "span_f1_answerable_interval": interval(
            lambda n: float(np.mean(take(f1, rows[n]))), [clusters[n] for n in rows]
        ),
        "exact_match_answerable": float(np.mean(take(exact, rows))),
        "overall_f1": overall_f1(f1, known, chance, threshold),
        "overall_f1_threshold": threshold,
        "overall_f1_best_threshold_on_dev": max(
            overall_f1(f1, known, chance, t) for t in np.quantile(chance, np.linspace(0, 1, 101))
        ),
        "auroc": auroc(chance, known),
        "auroc_interval": interval(
            lambda n: auroc(take(chance, n), [known[i] for i in n]), clusters
        ),
        "auroc_of_score_alone": auroc(score, known),
    }


def held_out_threshold(reader: Reader, data: Path) -> float:
    """The no-answer threshold that is best for overall F1 on held-out training questions.

    Half are asked of their own paragraph, half of it without the answering sentences or in
    a contrast form (``training/groups.py``).
    """
    from training.calibrate import held_out_pairs

    questions, _ = held_out_pairs(data, seed=1)
    rng = random.Random(0)
    right = [p for p in questions if p.spans and p.exact]
    wrong = [p for p in questions if not p.spans]
    size = min(len(right), len(wrong), 700)
    chosen = rng.sample(right, size) + rng.sample(wrong, size)
    readings = [reader.read(p.question, [p.passage], [p.title or ""])[0] for p in chosen]
    f1 = [
        word_f1(r.text, [p.passage[a:b] for a, b in p.spans])
        for r, p in zip(readings, chosen, strict=True)
    ]
    known = [bool(p.spans) for p in chosen]
    chance = [r.answerable for r in readings]
    return best_threshold(chance, lambda t: overall_f1(f1, known, chance, t))


def overlap(claim: str, evidence: str) -> float:
    """Share of the claim's words of four letters or more, and numbers, that the evidence has."""
    words = set(re.findall(r"\w{4,}|\d+", claim.lower()))
    return len(words & set(re.findall(r"\w{4,}|\d+", evidence.lower()))) / max(len(words), 1)


def cosine_scores(claims: Sequence[str], evidence: Sequence[str]) -> NDArray[np.float64]:
    """Cosine of claim and evidence under the embedding model."""
    from summitqa.embed import load_embedder
    from summitqa.settings import Settings

    embedder = load_embedder(Settings())
    products = embedder.embed(list(claims)) * embedder.embed(list(evidence))
    return np.asarray(products.sum(axis=1), dtype=np.float64)


def judge_scores(
    values: Sequence[float], labels: Sequence[bool], clusters: Sequence[str]
) -> dict[str, object]:
    """AUROC, and balanced accuracy at the threshold best on these data, with intervals."""

    def order(rows: NDArray[np.int64]) -> float:
        return auroc([values[n] for n in rows], [labels[n] for n in rows])

    best = best_threshold(values, lambda t: balanced_accuracy(values, labels, t))

    def decide(rows: NDArray[np.int64]) -> float:
        return balanced_accuracy([values[n] for n in rows], [labels[n] for n in rows], best)

    return {
        "auroc": auroc(values, labels),
        "auroc_interval": interval(order, clusters),
        "balanced_accuracy_best_threshold": balanced_accuracy(values, labels, best),
        "balanced_accuracy_best_threshold_interval": interval(decide, clusters),
    }


def score_support(reader: Reader, path: Path, limit: int | None) -> dict[str, object]:
    """Support head against two baselines; a partly supported claim counts as not supported.

    The head's threshold is 0.5. The baselines get the threshold that is best on these very
    data, which flatters them; the cosine also at 0.63.
    """
    items = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    if limit:
        items = random.Random(0).sample(items, min(limit, len(items)))
    claims = [item["claim"] for item in items]
    texts = [" ".join(item["evidence"]) for item in items]
    labels = [item["label"] == "supported" for item in items]
    strict = [n for n, item in enumerate(items) if item["label"] != "partially_supported"]
    scores = {
        "support head": [reader.support(c, [t])[0] for c, t in zip(claims, texts, strict=True)],
        "word overlap": [overlap(c, t) for c, t in zip(claims, texts, strict=True)],
        "embedding cosine": [float(s) for s in cosine_scores(claims, texts)],
    }
    report: dict[str, object] = {"pairs": len(items), "supported": sum(labels)}
    for name, values in scores.items():
        line = judge_scores(values, labels, claims)
        line["auroc_without_partly"] = auroc(
            [values[n] for n in strict], [labels[n] for n in strict]
        )
        if name == "support head":
            line["balanced_accuracy"] = balanced_accuracy(values, labels, 0.5)
        if name == "embedding cosine":
            line["balanced_accuracy_at_0.63"] = balanced_accuracy(values, labels, 0.63)
        report[name] = line
    return report


def time_reading(
    reader: Reader, questions: Sequence[Question], count: int = 60
) -> dict[str, float]:
    """Milliseconds a passage of at most 140 words, in calls of 20 passages."""
    passages = [
        " ".join(q.context.split()[:110]) for q in questions[:: max(1, len(questions) // count)]
    ][:count]
    reader.read(questions[0].text, passages[:4])
    times = []
    for first in range(0, len(passages), 20):
        part = passages[first : first + 20]
        began = time.perf_counter()
        reader.read(questions[first].text, part)
        times.append((time.perf_counter() - began) / len(part) * 1000)
    return {"ms_a_passage_median": float(np.median(times)), "ms_a_passage_best": min(times)}


def score_public(
    reader: Reader, data: Path, limit: int | None = None, threshold: float | None = None
) -> dict[str, object]:
    """All figures on public data, and the speed.

    Args:
        reader: The reader.
        data: The folder of public data.
        limit: Questions and claims of a sample; all by default.
        threshold: The no-answer threshold, instead of fitting it.
    """
    questions = read_squad(data / SQUAD, titled=True, answerable_only=False)
    if limit:
        questions = random.Random(0).sample(questions, min(limit, len(questions)))
    if threshold is None:
        threshold = held_out_threshold(reader, data)
    return {
        "squad2_half": score_questions(reader, questions, threshold),
        "wice": score_support(reader, data / WICE, limit),
        "speed": time_reading(reader, questions),
    }
