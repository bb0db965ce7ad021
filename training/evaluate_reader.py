"""Score a shipped reader on development data.

    python -m training.evaluate_reader --data ../shared/data [--limit 1500] [--json FILE]
    python -m training.evaluate_reader --data ../shared/data --seen --limit 90
    python -m training.evaluate_reader --data ../shared/data --documents 'gatherings-*' --together
    python -m training.evaluate_reader --data ../shared/data --blocks 'rivals-h*'

SQuAD 2.0 (half of the development articles): word F1 and exact match on the answerable
questions, overall F1 with the no-answer threshold chosen on held-out training articles,
AUROC of answerable against not. WiCE: balanced accuracy and AUROC of the support head
beside the share of the claim's words in the evidence and the cosine of the embedding model.
The held-out documents of the questions written for training: right sentence first and AUROC;
with ``--seen`` the same of documents that were trained on (``--limit``: a sample of so many);
with ``--together`` among all documents of a file, which in ``collections-*`` and ``gatherings-*``
speak of the same events.
Questions with their rivals: the sentence that answers before all rivals, and AUROC of the
best score with it and without it.
Speed: milliseconds a passage, one after another.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from summitqa.read import load_reader
from training.data import is_kept_out, read_squad
from training.measures import (
    auroc,
    balanced_accuracy,
    best_threshold,
    exact_match,
    interval,
    word_f1,
)
from training.near_sentences import file_of
from training.rivals import read_all_blocks
from training.written import read_all_written

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from summitqa.read import Reader, Reading
    from training.data import Question
    from training.rivals import Block

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


def take(values: Sequence[float], chosen: NDArray[np.int64]) -> list[float]:
    """The values at some places."""
    return [values[n] for n in chosen]


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


def score_written(
    reader: Reader, questions: Sequence[Question], together: bool = False
) -> dict[str, object]:
    """Figures on documents of the questions written for training.

    A question meets every paragraph of its document. Counted is how often the sentence with the
    best span, of all their sentences, is the one that answers; and AUROC of the likeliest
    paragraph's calibrated probability, answerable against not.

    Args:
        reader: The reader.
        questions: The questions.
        together: A question meets every paragraph of the file that its document stands in.
    """

    def home(question: Question) -> str:
        return file_of(question) if together else question.article

    paragraphs: dict[str, list[Question]] = {}
    for question in questions:
        own = paragraphs.setdefault(home(question), [])
        if all(each.context != question.context for each in own):
            own.append(question)
    first, known, chance, clusters = [], [], [], []
    for question in questions:
        own = paragraphs[home(question)]
        readings = reader.read(
            question.text,
            [each.context for each in own],
            [each.title or "" for each in own],
            [each.sentences for each in own],
        )
        chance.append(max(each.answerable for each in readings))
        known.append(bool(question.answers))
        clusters.append(question.article)
        if not question.answers:
            continue
        found = [
            (span.score, each.context, sentence)
            for each, reading in zip(own, readings, strict=True)
            for span, sentence in zip(reading.within, each.sentences, strict=True)
            if span is not None
        ]
        _, context, (start, end) = max(found, key=lambda item: item[0])
        gold = question.answers[0]
        first.append(float(context == question.context and start < gold[1] and gold[0] < end))
    answered = [name for name, has in zip(clusters, known, strict=True) if has]
    return {
        "questions": len(known),
        "answerable": len(first),
        "right_sentence_first": float(np.mean(first)),
        "right_sentence_first_interval": interval(
            lambda rows: float(np.mean(take(first, rows))), answered
        ),
        "auroc": auroc(chance, known),
        "auroc_interval": interval(
            lambda rows: auroc(take(chance, rows), [known[n] for n in rows]), clusters
        ),
    }


def score_blocks(reader: Reader, blocks: Sequence[Block]) -> dict[str, object]:
    """Figures on questions with their rivals, against single sentences.

    Counted is how often the sentence meant comes before every rival, asked in other words and in
    its own, how often one with another value does, and AUROC of the best score with the sentence
    meant and with rivals alone.
    """
    first, plain, other, chance, known, clusters = [], [], [], [], [], []
    for block in blocks:
        told = [block.right[0], *block.other[:1], *block.rivals]
        away = len(told) - len(block.rivals)
        for asked in (*block.questions, block.plain):
            scores = [
                each.score
                for each in reader.read(asked, [t.text for t in told], [t.title for t in told])
            ]
            best = max(scores[away:])
            chance += [max(scores[0], best), best]
            known += [True, False]
            if asked == block.plain:
                plain.append(float(scores[0] > best))
                continue
            first.append(float(scores[0] > best))
            other += [float(score > best) for score in scores[1:away]]
            clusters.append(block.name)
    return {
        "blocks": len(blocks),
        "questions": len(first),
        "right_sentence_first": float(np.mean(first)),
        "right_sentence_first_interval": interval(
            lambda rows: float(np.mean(take(first, rows))), clusters
        ),
        "right_sentence_first_asked_plainly": float(np.mean(plain)),
        "other_value_first": float(np.mean(other)) if other else None,
        "auroc": auroc(chance, known),
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


def main() -> int:
    """Run the evaluation and print it as JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="the folder of public data")
    parser.add_argument(
        "--model", type=Path, help="folder of the reader; the shipped one by default"
    )
    parser.add_argument("--limit", type=int, help="a sample of so many questions and claims")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument(
        "--threshold", type=float, help="no-answer threshold, instead of fitting it"
    )
    parser.add_argument(
        "--documents", metavar="PATTERN", help="only the written documents of files so named"
    )
    parser.add_argument(
        "--seen", action="store_true", help="only the written documents that are not held out"
    )
    parser.add_argument(
        "--together",
        action="store_true",
        help="every question, held out or not, meets all paragraphs of its file",
    )
    parser.add_argument(
        "--blocks", metavar="PATTERN", help="only the questions with rivals of files so named"
    )
    parser.add_argument("--json", type=Path, help="write the report here too")
    options = parser.parse_args()
    reader = load_reader(options.model, options.threads)
    report: dict[str, object] = {
        "model": {"version": reader.card.version, "sha256": reader.card.sha256}
    }
    if options.blocks:
        report["rivals"] = score_blocks(reader, read_all_blocks(patterns=(options.blocks,)))
        return write_report(report, options.json)
    written = read_all_written(patterns=(options.documents or "*.txt",))
    chosen = [q for q in written if options.together or is_kept_out(q) != options.seen]
    if options.limit and options.seen:
        names = sorted({q.article for q in chosen})
        kept = set(random.Random(0).sample(names, min(options.limit, len(names))))
        chosen = [q for q in chosen if q.article in kept]
    report["written"] = score_written(reader, chosen, options.together)
    if not (options.documents or options.seen or options.together):
        report |= score_public(reader, options)
    return write_report(report, options.json)


def write_report(report: dict[str, object], path: Path | None) -> int:
    """Print the report, and keep it where that is asked."""
    text = json.dumps(report, indent=1, default=float)
    if path:
        path.write_text(text + "\n", encoding="utf-8")
    sys.stdout.write(text + "\n")
    return 0


def score_public(reader: Reader, options: argparse.Namespace) -> dict[str, object]:
    """The figures on public data, and the speed."""
    questions = read_squad(options.data / SQUAD, titled=True, answerable_only=False)
    if options.limit:
        questions = random.Random(0).sample(questions, min(options.limit, len(questions)))
    threshold = options.threshold
    if threshold is None:
        threshold = held_out_threshold(reader, options.data)
    return {
        "squad2_half": score_questions(reader, questions, threshold),
        "wice": score_support(reader, options.data / WICE, options.limit),
        "speed": time_reading(reader, questions) | {"threads": options.threads},
    }


if __name__ == "__main__":
    sys.exit(main())
