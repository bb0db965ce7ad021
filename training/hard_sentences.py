"""Find the sentences that a reader itself takes for the answer to a question written for training.

What the embedding model puts near a question (``near_sentences.py``) is mostly no trouble to a
trained reader. A run on from a reader learns more from what that reader still gets wrong
(Xiong et al. 2021, "Approximate nearest neighbor negative contrastive learning"; here the
negatives are drawn anew once, before the run).
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from summitqa.read import load_reader
from training.near_sentences import Place, answers, find_near_sentences, sentence_text
from training.parallel import run_each

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from summitqa.read import Reader
    from training.data import Question
    from training.near_sentences import Embed

AMONG = 12
"""Near sentences that the reader reads for each question."""
MOST = 6
"""Of these, those that it likes best are kept."""
NOTHING_READ = -20.0
CHUNK = 400


@dataclass(frozen=True, slots=True)
class Hard:
    """What a reader makes of a question.

    Attributes:
        places: Sentences that do not answer, those with the best spans first.
        lead: Span score of the sentence that answers less that of the best of these. Where
            nothing answers, how far the best lies below no answer at all.
    """

    places: tuple[Place, ...]
    lead: float


def find_hard_sentences(
    questions: Sequence[Question], embed: Embed, folder: Path, workers: int, cache: Path
) -> Mapping[int, Hard]:
    """Read every question written for training beside its near sentences.

    Args:
        questions: All questions; those from elsewhere are passed over.
        embed: The embedding model.
        folder: The reader's folder.
        workers: Processes of one thread each.
        cache: A file with what this reader made of each question before; written anew with the
            questions that it lacks or that have other near sentences by now.

    Returns:
        By the question's place in ``questions``.
    """
    near = find_near_sentences(questions, embed, AMONG)
    places = {_fingerprint(questions[n], near[n]): n for n in near if near[n]}
    version = hashlib.sha256((folder / "reader.onnx").read_bytes()).hexdigest()
    kept = json.loads(cache.read_text("utf-8")) if cache.exists() else {}
    known: dict[str, tuple[list[int], float]] = (
        kept["found"] if kept.get("reader") == version else {}
    )
    work = [(key, questions[n], near[n]) for key, n in places.items() if key not in known]
    chunks = [work[first : first + CHUNK] for first in range(0, len(work), CHUNK)]
    for key, order, lead in run_each([partial(_order_chunk, c, folder) for c in chunks], workers):
        known[key] = (order, lead)
    if work:
        cache.write_text(json.dumps({"reader": version, "found": known}))
    return {
        n: Hard(tuple(near[n][place] for place in known[key][0]), known[key][1])
        for key, n in places.items()
    }


def _fingerprint(asked: Question, places: Sequence[Place]) -> str:
    """Tell a question beside its near sentences from any other."""
    parts = (asked.text, asked.title, asked.context, asked.answers)
    near = [(p.context.title, p.context.context, p.sentence) for p in places]
    return hashlib.sha256(repr((parts, near)).encode()).hexdigest()


def _order_chunk(
    work: Sequence[tuple[str, Question, Sequence[Place]]], folder: Path
) -> list[tuple[str, list[int], float]]:
    reader = load_reader(folder, 1)
    return [(key, *order_places(reader, asked, places)) for key, asked, places in work]


def order_places(
    reader: Reader, asked: Question, places: Sequence[Place]
) -> tuple[list[int], float]:
    """Order sentences by what a reader makes of them, and say how the right one fares.

    Each is read as the best candidates are when a question is asked: after the sentence before
    it, and counted is the best span of its own.

    Args:
        reader: The reader.
        asked: The question.
        places: Sentences that do not answer it.

    Returns:
        Numbers of ``places``, at most ``MOST``, the best span first; and the lead (see ``Hard``).
    """
    right = right_place(asked)
    shown = [*places, right] if right else list(places)
    texts, stretches = [], []
    for place in shown:
        before = Place(place.context, place.sentence - 1)
        joined = place.sentence > 0 and (place is right or not answers(before, asked))
        texts.append(sentence_text(place, joined))
        own = len(sentence_text(place))
        stretches.append([(len(texts[-1]) - own, len(texts[-1]))])
    titles = [place.context.title or "" for place in shown]
    readings = reader.read(asked.text, texts, titles, stretches)
    scores = [
        NOTHING_READ if (span := reading.within[0]) is None else span.score for reading in readings
    ]
    order = sorted(range(len(places)), key=lambda n: -scores[n])[:MOST]
    return order, round((scores[-1] if right else 0.0) - scores[order[0]], 2)


def right_place(asked: Question) -> Place | None:
    """Give the sentence of a question's own paragraph that holds its answer, if there is one."""
    for start, end in asked.answers[:1]:
        for number, (first, last) in enumerate(asked.sentences):
            if first <= start and end <= last:
                return Place(asked, number)
    return None
