"""Score a reader on what was written for training and held out.

Documents with their questions: right sentence first and AUROC; together with the other
documents of a file, which in ``collections-*`` and ``gatherings-*`` speak of the same events.
Questions with their rivals: the sentence that answers before all rivals, and AUROC of the
best score with it and without it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from training.measures import auroc, interval, take
from training.near_sentences import file_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from summitqa.read import Reader
    from training.data import Question
    from training.rivals import Block


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
