"""Rank the sentences of judged passages, and the passages by their best sentence.

Each sentence is scored by a linear model over a few signals of retrieval, reading and
wording. Its weights stand in ``models/ranking.json`` together with how they were fitted
(``python -m training.fit_ranking``): a listwise softmax (Cao et al. 2007) over the sentences
of a question.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from functools import lru_cache
from pathlib import Path

from summitqa.answer_kind import fit_span, rate_fit
from summitqa.enumeration import (
    ONE_VALUE,
    announced_items,
    announces,
    denies_members,
    rate_items,
)
from summitqa.errors import ModelError
from summitqa.judge import reader_title
from summitqa.lexical import analyse, share_of
from summitqa.temporal import is_foreseen, rate_time
from summitqa.types import DocumentSummary, Evidence, Judgement, Sentence, Signals
from summitqa.understanding.names import name_terms, unify_names
from summitqa.understanding.question import Asked

PARAMETERS = Path(__file__).parent / "models" / "ranking.json"
NAMES = tuple(Signals.__dataclass_fields__)

CLOSELY = 12
"""Sentences that are looked at closely: the best by everything else."""
CLOSELY_FOR_A_LIST = 16
"""The same where a list is asked for: of a long enumeration the reader often sees no span."""
NO_SPAN = -15.0
"""Span score of a sentence that the reader sees nothing of; a lower one counts as this."""
LEAD_TERMS = 6

Weigh = Callable[[Collection[str]], Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class CloseLook:
    """What is seen of a sentence apart from its passage; see ``Signals`` for the values."""

    similarity: float = 0.0
    continued: float = 0.0
    reread: float = 0.0
    reread_span: float = 0.0
    cell: tuple[int, int] | None = None
    """In a row of a table, the cell that answers, as offsets in the sentence."""


LookClosely = Callable[[Sequence[Sentence]], Sequence[CloseLook]]


@dataclass(frozen=True, slots=True)
class Ranking:
    """The weights of the signals, in their order."""

    weights: tuple[float, ...]

    def score(self, signals: Signals) -> float:
        """Give the score of a sentence, in units of the reader's logits."""
        values: tuple[float, ...] = astuple(signals)
        return sum(weight * value for weight, value in zip(self.weights, values, strict=True))


@lru_cache(maxsize=4)
def load_ranking(path: Path = PARAMETERS) -> Ranking:
    """Read the weights.

    Raises:
        ModelError: The file is missing or malformed.
    """
    try:
        weights = json.loads(path.read_text(encoding="utf-8"))["weights"]
        return Ranking(tuple(float(weights[name]) for name in NAMES))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(
            f"The ranking parameters at {path.name} cannot be read ({error}); "
            "install SummitQA again."
        ) from None


def rank_sentences(
    asked: Asked,
    judgements: Sequence[Judgement],
    summaries: Mapping[str, DocumentSummary],
    weigh: Weigh,
    look_closely: LookClosely,
    ranking: Ranking,
    closely: int = CLOSELY,
    highest: float | None = None,
) -> tuple[Evidence, ...]:
    """Score the sentences of the judged passages.

    The best of them are looked at closely, one by one: what a sentence says by itself, or
    after the one before it, tells it from its neighbours, which share their passage's scores.

    Args:
        asked: The question as read, standing alone.
        judgements: Judged passages.
        summaries: Metadata of the documents, by id.
        weigh: Says how much each term tells (inverse document frequency).
        look_closely: Looks at sentences one by one.
        ranking: The weights.
        closely: How many sentences are looked at closely, at least.
        highest: The best score of retrieval; that of these passages if None.

    Returns:
        Evidence, best first, each sentence once.
    """
    weights = weigh(dict.fromkeys(analyse(unify_names(asked.text))))
    names = name_terms(asked.text)
    if highest is None:
        highest = max((each.hit.score for each in judgements), default=0.0)
    highest = highest or 1.0
    best: dict[tuple[str, int], Evidence] = {}
    for judgement in judgements:
        passage = judgement.hit.passage
        title = set(analyse(unify_names(reader_title(passage, summaries))))
        for place, sentence in enumerate(judgement.sentences):
            found, items = judgement.spans[place], list[Sentence]()
            if announces(sentence):
                items = announced_items(judgement.sentences, place, passage.text, passage.start)
                if asked.kind in ONE_VALUE or not (items or asked.kind == "list"):
                    continue  # It announces what answers, and does not answer.
                told = judgement.spans[place : place + len(items) + 1]
                best_told = max((each[2] for each in told if each), default=NO_SPAN)
                found = (sentence.end, sentence.end, best_told)
            signals = _read_signals(
                asked,
                judgement,
                sentence,
                found,
                weights,
                names,
                title,
                judgement.hit.score / highest,
                summaries[sentence.document],
                ", ".join(each.text.rstrip(" ,;.") for each in items),
            )
            score = ranking.score(signals)
            key = (sentence.document, sentence.start)
            if key not in best or score > best[key].score:
                best[key] = Evidence(
                    sentence, score, _fitting_span(asked, sentence, found), signals
                )
    ranked = sorted(best.values(), key=_by_score)
    if asked.kind == "list":
        closely = max(closely, CLOSELY_FOR_A_LIST)
    first, rest = ranked[:closely], ranked[closely:]
    looks = look_closely([each.sentence for each in first]) if first else ()
    for place, look in enumerate(looks):
        known = first[place].signals
        if known is not None:
            full = replace(
                known,
                similarity=look.similarity,
                continued=look.continued,
                reread=look.reread,
                reread_span=look.reread_span,
            )
            seen = replace(first[place], signals=full, score=ranking.score(full))
            first[place] = _point_at(asked, seen, look.cell)
    # What was not looked at keeps its place behind what was.
    ahead = min((each.score for each in first), default=0.0)
    behind = max((each.score for each in rest), default=ahead)
    shift = max(0.0, behind - ahead)
    rest = [replace(each, score=each.score - shift) for each in rest]
    return (*sorted(first, key=_by_score), *rest)


def rank_passages(
    asked: Asked, judgements: Sequence[Judgement], evidence: Sequence[Evidence]
) -> tuple[Judgement, ...]:
    """Order judged passages by their best sentence; one without sentences comes last.

    The reader learned from questions. For a statement or a few words, such as a claim to
    check, the order of retrieval is better and stays.
    """
    if not asked.interrogative:
        return tuple(judgements)
    scores = {(each.sentence.document, each.sentence.start): each.score for each in evidence}
    lowest = min(scores.values(), default=0.0)

    def best(judgement: Judgement) -> float:
        own = [scores.get((each.document, each.start), lowest) for each in judgement.sentences]
        return max(own, default=lowest - 1.0)

    ranked = [
        replace(each, hit=replace(each.hit, score=best(each), stage="reranked"))
        for each in judgements
    ]
    return tuple(sorted(ranked, key=lambda each: -each.hit.score))


def _by_score(evidence: Evidence) -> tuple[float, str, int]:
    return (-evidence.score, evidence.sentence.document, evidence.sentence.start)


def _fitting_span(
    asked: Asked, sentence: Sentence, found: tuple[int, int, float] | None
) -> tuple[int, int] | None:
    """The reader's short answer, as offsets in the document, made to fit the question."""
    begin = sentence.start
    seen = None if found is None or found[1] <= found[0] else (found[0] - begin, found[1] - begin)
    span = fit_span(asked, sentence.text, seen)
    return None if span is None else (begin + span[0], begin + span[1])


def _point_at(asked: Asked, evidence: Evidence, cell: tuple[int, int] | None) -> Evidence:
    """Make the cell of a row that answers the short answer, where it fits the question."""
    if cell is None:
        return evidence
    start = evidence.sentence.start
    pointed = (start + cell[0], start + cell[1], 0.0)
    return replace(evidence, span=_fitting_span(asked, evidence.sentence, pointed))


def _read_signals(
    asked: Asked,
    judgement: Judgement,
    sentence: Sentence,
    span: tuple[int, int, float] | None,
    weights: Mapping[str, float],
    names: Sequence[set[str]],
    title: set[str],
    fused: float,
    summary: DocumentSummary,
    listed: str,
) -> Signals:
    terms = analyse(unify_names(sentence.text))
    held = set(terms).union(analyse(unify_names(listed)))
    begin = sentence.start
    words = "" if span is None else sentence.text[span[0] - begin : span[1] - begin]
    return Signals(
        span=scale_span(span[2] if span else NO_SPAN),
        answerable=log_odds(judgement.answerable),
        fused=fused,
        coverage=share_of(weights, held),
        context=share_of(weights, held | title),
        lead=share_of(weights, set(terms[:LEAD_TERMS])),
        length=math.log(len(sentence.text) / 100 + 0.2),
        enumerates=float(asked.kind == "list" and "," in words),
        named=sum(name <= held for name in names) / len(names) if names else 0.0,
        fits=rate_fit(asked, sentence.text),
        timely=rate_time(asked, sentence, summary),
        foreseen=float(not asked.expectation and is_foreseen(sentence, summary)),
        items=rate_items(asked, listed or sentence.text),
        denying=float(denies_members(asked, sentence.text)),
    )


def scale_span(score: float) -> float:
    """Give a span score as a signal: a fifth of it, kept from falling without bound."""
    return max(NO_SPAN, score) / 5


def log_odds(probability: float) -> float:
    """Give the logit of a probability, kept finite."""
    inside = min(max(probability, 1e-6), 1 - 1e-6)
    return math.log(inside / (1 - inside))
