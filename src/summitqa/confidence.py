"""One calibrated confidence that the documents answer the question, and the first sentence does.

A logistic model over a few features of retrieval and reading. Its parameters stand in
``models/confidence.json`` together with how they were fitted
(``python -m training.fit_confidence``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

from summitqa.judge import reader_title
from summitqa.lexical import analyse
from summitqa.logistic import Logistic, load_logistic
from summitqa.ranking import CLOSELY
from summitqa.types import DocumentSummary, Evidence, Judgement, Signals
from summitqa.understanding.names import name_terms
from summitqa.understanding.question import Asked

NO_SIGNALS = Signals(
    span=-3.0,
    answerable=-5.0,
    fused=0.0,
    coverage=0.0,
    context=0.0,
    lead=0.0,
    length=0.0,
    enumerates=0.0,
    named=0.0,
    fits=0.0,
    reread=-5.0,
    reread_span=-3.0,
)
"""Of a sentence that nothing was read of."""

# A capitalised word that does not open the question.
_NAME = re.compile(r"(?<!^)(?<![.?!]\s)\b[^\W\d_a-z]\w+")
PARAMETERS = Path(__file__).parent / "models" / "confidence.json"


@dataclass(frozen=True, slots=True)
class Features:
    """What confidence is estimated from: the best sentence, its passage, the question.

    Attributes:
        answerable: The logit of the probability that the passage answers.
        context: Share of the question's terms in the sentence, its title and headings, each
            counting by its rarity. Of the sentence alone it was left out: tempting questions
            that nothing answers hold more of the text's own words, so that its weight fell
            below zero and the plainest questions were abstained from.
        retrieval: The best fused retrieval score, about 0 to 2.1.
        passage_coverage: Share of the question's terms in the passage, title and headings.
        numbers_missing: Share of the question's numbers and years that the passage lacks.
        names_missing: Share of the question's names that the passage and its headings lack.
        named: Share of the question's names that the sentence holds; 1 where it has none.
        reread: Highest logit of the probability that a sentence answers when it is read with no
            more than the one before it, over the best sentences. Their mean was left out: it is low
            where a short text tells nothing else.
        denied: 1 where the sentence denies what the question takes for granted, else 0; the
            reader finds nothing in it that answers.
        score: The best sentence's ranking score: in a row of a table or an item of a list, which
            the reader sees little in by itself, it tells that the right one was found.
        span: Highest span score of these, a fifth of a difference of logits.
        continued: Cosine of the question and the sentence with the one before it.
        counting: 1 where a number is asked for, else 0: the reader is surer of those, and points at
            numbers that count something else.
    """

    answerable: float
    context: float
    retrieval: float
    passage_coverage: float
    numbers_missing: float
    names_missing: float
    named: float
    reread: float
    denied: float
    score: float
    span: float
    continued: float
    counting: float

    def as_tuple(self) -> tuple[float, ...]:
        """Give the features in the order of the parameters."""
        return astuple(self)


def load_calibration(path: Path = PARAMETERS) -> Logistic:
    """Read the parameters.

    Raises:
        ModelError: The file is missing or malformed.
    """
    return load_logistic(path, tuple(Features.__dataclass_fields__))


def extract_features(
    asked: Asked,
    judgements: Sequence[Judgement],
    evidence: Sequence[Evidence],
    summaries: Mapping[str, DocumentSummary],
    retrieval: float,
    denied: bool = False,
) -> Features:
    """Compute the features.

    Args:
        asked: The question as read, standing alone.
        judgements: Judged passages, best first; not empty.
        evidence: Ranked sentences, best first; not empty.
        summaries: Metadata of the documents, by id.
        retrieval: The best fused retrieval score.
        denied: Whether the first sentence denies what the question takes for granted.
    """
    question, first = asked.text, evidence[0]
    holder = next((each for each in judgements if first.sentence in each.sentences), judgements[0])
    passage = holder.hit.passage
    terms = set(analyse(question))
    held = set(analyse(f"{reader_title(passage, summaries)} {passage.text}"))
    numbers = {term for term in terms if any(letter.isdigit() for letter in term)}
    names = {term for word in _NAME.findall(question) for term in analyse(word)} - numbers
    signals = first.signals or NO_SIGNALS
    seen = [each.signals or NO_SIGNALS for each in evidence[:CLOSELY]]
    return Features(
        answerable=signals.answerable,
        context=signals.context,
        retrieval=retrieval,
        passage_coverage=_share(terms & held, terms),
        numbers_missing=_share(numbers - held, numbers),
        names_missing=_share(names - held, names),
        named=signals.named if name_terms(question) else 1.0,
        reread=max(each.reread for each in seen),
        denied=float(denied),
        score=first.score,
        span=max(each.reread_span for each in seen),
        continued=signals.continued,
        counting=float(asked.kind == "number"),
    )


def _share(part: set[str], whole: set[str]) -> float:
    return len(part) / len(whole) if whole else 0.0


def estimate_confidence(features: Features, calibration: Logistic) -> float:
    """Give the confidence, between 0 and 1.

    It is halfway between the probability that the documents answer the question and that the
    first sentence does.
    """
    return calibration.estimate(features.as_tuple())
