"""Statements of two documents that answer the same question with different values.

Which of the sentences that were read answer the question too is told by a logistic model
over a few signals of a pair: the best sentence, and another with another value of the kind
that is asked for. Its weights stand in ``models/disagreement.json`` together with how they
were fitted (``python -m training.fit_disagreement``).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

from summitqa.answer_kind import asks_name
from summitqa.conversation.phrases import find_names
from summitqa.disagreement.claim import MOST_CLAIMS, Claim, in_order, make_claim, one_a_value
from summitqa.disagreement.form import Form
from summitqa.disagreement.subject import frame, is_of_another_state, names_another, question_terms
from summitqa.disagreement.values import (
    Value,
    agree,
    count_apart,
    find_values,
    plain_counts,
    write_value,
)
from summitqa.logistic import Logistic, load_logistic
from summitqa.temporal import is_foreseen
from summitqa.types import DocumentSummary, Evidence, Sentence
from summitqa.understanding.dates import Period, find_periods
from summitqa.understanding.names import name_terms, unified_terms
from summitqa.understanding.values import Quantity

PARAMETERS = Path(__file__).parent.parent / "models" / "disagreement.json"
_WHICH = re.compile(r"^(?:[a-z]+ )?which\b|^in what\b|\bwhat (?:is|was) the name\b", re.IGNORECASE)
FIRST_AMONG = 3
"""How many of the best sentences may tell the value that others are compared with."""
FIRST_NEAR = 2.0
"""How far below the best of all that one may lie."""
NEAR = 16.0
"""How far below the best evidence another statement may lie to be compared."""
COMPARED = 16
"""How many of the best sentences are compared: twelve of the question's passages and four of the
counterparts were looked at closely."""

Nearness = Callable[[str, str], float]
"""The cosine of two texts' vectors."""


@dataclass(frozen=True, slots=True)
class PairSignals:
    """What tells whether another sentence answers the question that the first one answers.

    Attributes:
        behind: How far its score lies behind the first one's.
        span: The reader's best span score in it, a fifth of a difference of logits.
        answerable: The logit of the probability that its passage answers.
        reread: The logit of the probability that the sentence answers, read with no more than the
            one before it.
        similarity: Cosine of question and sentence.
        named: Share of the question's names that it, its headings and its title hold.
        asked: Share of the question's terms held by both of those held by either.
        alike: Share of terms, values aside, common to both sentences (Jaccard index).
        near: Cosine of both sentences.
        sure: ``reread`` of the first sentence.
        far: How far the values lie apart: natural logarithm of the ratio of numbers, of the
            days between dates in tens.
        dated: 1 where dates are compared, else 0.
        naming: 1 where names are compared, else 0.
        counted: 1 where both numbers count the same noun, else 0.
        elsewhen: 1 where the question names a time and it names only others, else 0.
    """

    behind: float
    span: float
    answerable: float
    reread: float
    similarity: float
    named: float
    asked: float
    alike: float
    near: float
    sure: float
    far: float
    dated: float
    naming: float
    counted: float
    elsewhen: float


@dataclass(frozen=True, slots=True)
class Name:
    """A name that answers, with its terms, states and unions written in one way."""

    text: str
    terms: frozenset[str]


@dataclass(frozen=True, slots=True)
class Rival:
    """Another sentence with another value than the first one's."""

    against: Evidence
    """The first one."""
    evidence: Evidence
    value: Value | Name
    signals: PairSignals


def load_weights(path: Path = PARAMETERS) -> Logistic:
    """Read the weights.

    Raises:
        ModelError: The file is missing or malformed.
    """
    return load_logistic(path, tuple(PairSignals.__dataclass_fields__))


def compare_statements(
    form: Form,
    evidence: Sequence[Evidence],
    summaries: Mapping[str, DocumentSummary],
    nearness: Nearness,
    weights: Logistic | None = None,
) -> tuple[Claim, ...]:
    """Compare the best statement with others that answer the same question.

    Args:
        form: The form of the answer.
        evidence: Evidence, best first; not empty.
        summaries: Metadata of the documents, by id.
        nearness: Tells how near two sentences are.
        weights: The weights; the shipped ones if None.
    """
    told = first_told(form, evidence)
    if told is None:
        return ()
    first, value = told
    model = weights or load_weights()
    claims = [_claim(first.sentence, value, summaries)]
    for rival in find_rivals(form, evidence, summaries, nearness):
        if len(claims) == MOST_CLAIMS:
            break
        if model.accepts(astuple(rival.signals)):
            claims.append(_claim(rival.evidence.sentence, rival.value, summaries))
    distinct = one_a_value(claims)
    return in_order(distinct) if len(distinct) >= 2 else ()


def find_rivals(
    form: Form,
    evidence: Sequence[Evidence],
    summaries: Mapping[str, DocumentSummary],
    nearness: Nearness,
) -> list[Rival]:
    """Find sentences whose value cannot be true together with that of the best one.

    Args:
        form: The form of the answer.
        evidence: Evidence, best first; not empty.
        summaries: Metadata of the documents, by id.
        nearness: Tells how near two sentences are.

    Returns:
        Rivals, in the order of the evidence.
    """
    told = first_told(form, evidence)
    if told is None or form.asked.now:  # of what holds now the newest statement tells
        return []
    first, value = told
    found: list[tuple[Evidence, Value | Name]] = []
    for other in evidence[:COMPARED]:
        if other.score < first.score - NEAR:
            break
        if other.sentence.document == first.sentence.document:
            continue  # a document that differs from itself says so, or speaks of two things
        rival = _told_like(value, form, other)
        if rival is None or not _are_comparable(value, rival):
            continue
        if _agrees_with_any(value, form, other.sentence) or names_another(
            form.asked, other.sentence
        ):
            continue
        if _agrees_with_any(rival, form, first.sentence):
            continue
        if is_of_another_state(form.asked, other.sentence):
            continue
        foreseen = is_foreseen(other.sentence, summaries[other.sentence.document])
        if foreseen and not form.asked.expectation:
            continue  # what was expected and what came differ without a disagreement
        found.append((other, rival))
    return [
        Rival(
            first,
            other,
            rival,
            _read_signals(form, first, value, other, rival, summaries, nearness),
        )
        for other, rival in found
    ]


def first_told(form: Form, evidence: Sequence[Evidence]) -> tuple[Evidence, Value | Name] | None:
    """The best sentence that tells a value, and the value; none far behind the best of all."""
    for each in evidence[:FIRST_AMONG]:
        if each.score < evidence[0].score - FIRST_NEAR:
            break
        value = _told(form, each)
        if value is not None:
            return each, value
    return None


def _told(form: Form, evidence: Evidence) -> Value | Name | None:
    """The value of a sentence: the one that the reader points at, or else the first that fits.

    What the reader points at may be counted in another word: "31 companies" for "how many firms".
    Where the question leaves open what answers it ("What share ...?", "How high ...?", "Which
    harbour ...?"), it is what the reader points at: a number, a date or a name.
    """
    sentence, pointed = evidence.sentence, _pointed(evidence)
    if form.kind:
        within = _within(_all_values(form, sentence), pointed)
        values = within or find_values(form, sentence)
        return values[0] if values else None
    if pointed is None or form.asked.kind != "factoid":
        return None
    if not asks_name(form.asked):
        values = _within([*plain_counts(sentence), *find_periods(sentence.text)], pointed)
        if len(values) == 1:
            return values[0]
        if values or not _WHICH.search(form.asked.text):
            return None
    return _name_told(form, sentence, pointed)


def _told_like(value: Value | Name, form: Form, evidence: Evidence) -> Value | Name | None:
    """The value of another sentence, of the kind of the first one's.

    Where the question leaves the kind open and the reader points at none of it, it is the only
    number in the same unit.
    """
    told = _told(form, evidence)
    if form.kind or not isinstance(value, Quantity) or isinstance(told, Quantity):
        return told
    same = [each for each in plain_counts(evidence.sentence) if _count_one_thing(each, value)]
    return same[0] if len(same) == 1 else None


def _count_one_thing(one: Quantity, other: Quantity) -> bool:
    return one.unit == other.unit and (bool(one.unit) or one.nouns[:1] == other.nouns[:1])


def _pointed(evidence: Evidence) -> tuple[int, int] | None:
    """The reader's short answer, as offsets in the sentence."""
    if evidence.span is None:
        return None
    start = evidence.sentence.start
    return evidence.span[0] - start, evidence.span[1] - start


def _within(values: Sequence[Value], pointed: tuple[int, int] | None) -> list[Value]:
    if pointed is None:
        return []
    return [each for each in values if each.start < pointed[1] and pointed[0] < each.end]


def _all_values(form: Form, sentence: Sentence) -> Sequence[Value]:
    """The values of the kind asked for, whatever they count."""
    if form.kind != "number":
        return find_values(form, sentence)
    return [each for each in plain_counts(sentence) if form.unit in {None, each.unit}]


def _name_told(form: Form, sentence: Sentence, pointed: tuple[int, int]) -> Name | None:
    """The name that the reader points at, if the question does not hold it itself."""
    begin, end = pointed
    found = find_names(sentence.text[begin:end])
    terms = frozenset(term for each in found for term in unified_terms(each.text))
    if not terms or terms & unified_terms(form.asked.text):
        return None
    return Name(sentence.text[begin:end], terms)


def _agrees_with_any(value: Value | Name, form: Form, sentence: Sentence) -> bool:
    if isinstance(value, Name):
        return bool(value.terms & unified_terms(sentence.text))
    told: Sequence[Value] = _all_values(form, sentence)
    if not form.kind:
        told = [*plain_counts(sentence), *find_periods(sentence.text)]
    return any(type(each) is type(value) and agree(value, each) for each in told)


def _are_comparable(one: Value | Name, other: Value | Name) -> bool:
    if isinstance(one, Name) or isinstance(other, Name):
        return isinstance(one, Name) and isinstance(other, Name)
    if isinstance(one, Period) or isinstance(other, Period):
        return isinstance(one, Period) and isinstance(other, Period)
    return one.unit == other.unit and not count_apart(one, other)


def _is_of_another_time(form: Form, sentence: Sentence) -> bool:
    """A sentence that names other times only than the question's."""
    period = form.asked.period
    if period is None or form.kind == "date":
        return False
    told = find_periods(sentence.text)
    return bool(told) and not any(each.overlaps(period) for each in told)


def _claim(
    sentence: Sentence, value: Value | Name, summaries: Mapping[str, DocumentSummary]
) -> Claim:
    written = value.text if isinstance(value, Name) else write_value(value, sentence)
    return make_claim(sentence, written, summaries[sentence.document])


def _read_signals(
    form: Form,
    first: Evidence,
    value: Value | Name,
    other: Evidence,
    rival: Value | Name,
    summaries: Mapping[str, DocumentSummary],
    nearness: Nearness,
) -> PairSignals:
    asked = question_terms(form.asked)
    left, right = frame(first.sentence), frame(other.sentence)
    seen = other.signals
    return PairSignals(
        behind=first.score - other.score,
        span=seen.span if seen else 0.0,
        answerable=seen.answerable if seen else 0.0,
        reread=seen.reread if seen else 0.0,
        similarity=seen.similarity if seen else 0.0,
        named=_share_named(form, other.sentence, summaries[other.sentence.document]),
        asked=_share(asked & left, asked & right),
        alike=_share(left, right),
        near=nearness(first.sentence.text, other.sentence.text),
        sure=first.signals.reread if first.signals else 0.0,
        far=_distance(value, rival),
        dated=float(isinstance(rival, Period)),
        naming=float(isinstance(rival, Name)),
        counted=_counts_the_same(value, rival),
        elsewhen=float(_is_of_another_time(form, other.sentence)),
    )


def _share(one: set[str], other: set[str]) -> float:
    union = one | other
    return len(one & other) / len(union) if union else 1.0


def _share_named(form: Form, sentence: Sentence, summary: DocumentSummary) -> float:
    names = name_terms(form.asked.text)
    held = unified_terms(" ".join([summary.title, *sentence.headings, sentence.text]))
    fitting = [name for name in names if len(name & held) >= 0.6 * len(name)]
    return len(fitting) / len(names) if names else 1.0


def _distance(one: Value | Name, other: Value | Name) -> float:
    if isinstance(one, Period) and isinstance(other, Period):
        return math.log1p(abs((one.first - other.first).days) / 10)
    if isinstance(one, Quantity) and isinstance(other, Quantity):
        return min(8.0, abs(math.log((abs(one.number) + 1) / (abs(other.number) + 1))))
    return 0.0


def _counts_the_same(one: Value | Name, other: Value | Name) -> float:
    if not (isinstance(one, Quantity) and isinstance(other, Quantity)):
        return 0.0
    return float(bool(one.unit) or bool(set(one.nouns[:2]) & set(other.nouns[:2])))
