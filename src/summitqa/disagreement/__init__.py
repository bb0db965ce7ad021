"""Disagreement: good evidence that gives different values to the same question.

Two ways lead here. Some texts say themselves that sources differ; their sentences are
used when they fit the question. And two statements that answer the same question with
values that cannot both be true disagree. Precision goes first: statements about
different things (another text, another body, another year) are not compared.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from summitqa.disagreement.claim import Claim
from summitqa.disagreement.compared import Nearness, compare_statements, first_told
from summitqa.disagreement.form import Form, read_form
from summitqa.disagreement.stated import find_stated
from summitqa.disagreement.written import add_claims, state_disagreement
from summitqa.types import DocumentSummary, Evidence, Sentence
from summitqa.understanding.question import Asked

__all__ = [
    "Claim",
    "add_claims",
    "find_disagreement",
    "find_told",
    "read_comparable",
    "state_disagreement",
]

# What held on one day is not told by what sources say of others, nor what was next by later ones.
_ONE_MOMENT = re.compile(
    r"\b(?:(?-i:next)(?!-| to\b| day\b| generation\b)(?!.{1,40}\bafter\b)"
    r"|at first|originally|initially|at the outset|to begin with|at the time"
    r"|on the (?:very |same )?day (?:it|that|of|when)|on the first day)\b",
    re.IGNORECASE,
)
_ASKS_CHANGE = re.compile(
    r"\b(?:chang(?:e|ed|es)|grown|grew|increased?|since(?! when))\b", re.IGNORECASE
)


def find_disagreement(
    asked: Asked,
    evidence: Sequence[Evidence],
    summaries: Mapping[str, DocumentSummary],
    sentences_of: Callable[[str], Sequence[Sentence]],
    nearness: Nearness,
) -> tuple[Claim, ...]:
    """Find statements that give different values to the question.

    Args:
        asked: The question as read.
        evidence: Evidence, best first.
        summaries: Metadata of the documents, by id.
        sentences_of: Gives the sentences of a document, those that may be known only.
        nearness: Tells how near two sentences are.

    Returns:
        Two claims or more, oldest first; one claim when a single sentence states the
        difference; none when nothing disagrees.
    """
    form = read_comparable(asked)
    if form is None or not evidence:
        return ()
    stated = find_stated(form, evidence, summaries, sentences_of)
    if stated:
        return stated
    return compare_statements(form, evidence, summaries, nearness)


def find_told(asked: Asked, evidence: Sequence[Evidence]) -> Evidence | None:
    """Find the evidence whose value others are compared with; None where none could differ."""
    form = read_comparable(asked)
    told = None if form is None or asked.now else first_told(form, evidence)
    return None if told is None else told[0]


def read_comparable(asked: Asked) -> Form | None:
    """Read the form of the answers, or None where different ones are no disagreement.

    Such are the items of a list, the sides of a comparison, what changed, and what held at
    one moment.
    """
    if asked.kind in {"comparison", "list"} or _ASKS_CHANGE.search(asked.text):
        return None
    form = read_form(asked)
    return None if _ONE_MOMENT.search(asked.text) and not form.either else form
