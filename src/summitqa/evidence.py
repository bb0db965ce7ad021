"""From ranked sentences to those that an answer quotes.

The best sentence comes first. Another sentence is added only
where the question asks for more than one thing and the sentence brings something new.
A sentence that says nearly the same in another document adds its citation instead.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from summitqa.lexical import analyse
from summitqa.types import Draft, DraftSentence, Evidence, Sentence

# A sentence with at least this share of common terms says the same (Jaccard index).
SAME_STATEMENT = 0.75
# How far below the best evidence a further sentence may lie, in the reader's logits.
FURTHER_MARGIN = 6.0
# Share of a further sentence's terms that must be new.
NOVELTY = 0.4

_OPEN_QUESTION = re.compile(
    r"^\s*(?:why|how(?!\s+(?:many|much|long|old|far|often|big|large))|describe|explain|summari[sz]e"
    r"|compare|contrast|list|name\b|outline|tell me|give me|what (?:were|are|do|did|does|happened)"
    r"|which (?:\w+ ){0,3}(?:countries|companies|states|members|organi[sz]ations|governments"
    r"|principles|priorities|areas|commitments|firms|texts|documents|nations))\b",
    re.IGNORECASE,
)

_BARE_ANSWER = re.compile(
    r"(?:yes|no|never|none|neither|both|partly|(?:yes|no|not)[, ]+(?:\w+ ?){1,2})[.!]",
    re.IGNORECASE,
)


def asks_for_several(question: str) -> bool:
    """Tell whether one sentence may not be enough."""
    return bool(_OPEN_QUESTION.search(question)) or question.count("?") > 1


def draft_answer(question: str, evidence: Sequence[Evidence], limit: int) -> Draft:
    """Choose the sentences to quote.

    Args:
        question: The question, standing alone.
        evidence: Evidence, best first; not empty.
        limit: The largest number of quoted sentences.
    """
    first = evidence[0]
    chosen: list[list[Evidence]] = [[first]]
    several = asks_for_several(question)
    for candidate in evidence[1:]:
        if candidate.score < first.score - FURTHER_MARGIN:
            break
        twin = next((group for group in chosen if _same(group[0], candidate)), None)
        if twin is not None:
            if len(twin) < 3 and all(
                other.sentence.document != candidate.sentence.document for other in twin
            ):
                twin.append(candidate)
        elif several and len(chosen) < limit and _adds(candidate, chosen):
            chosen.append([candidate])
    short = None
    if first.span is not None:
        short = (first.sentence.document, *first.span)
    return Draft(
        sentences=tuple(
            DraftSentence(
                text=group[0].sentence.text, sources=tuple(each.sentence for each in group)
            )
            for group in chosen
        ),
        short_answer=short,
    )


def say_what_follows(draft: Draft, sentences: Sequence[Sentence]) -> Draft:
    """Write a bare "No." with the sentence after it: by itself it tells nothing.

    Answers to questions that people are expected to ask begin so.

    Args:
        draft: The draft.
        sentences: The sentences of its first sentence's document, in order, headings left out.
    """
    quoted = draft.sentences[0]
    first = quoted.sources[0]
    if quoted.text != first.text or not _BARE_ANSWER.fullmatch(first.text.strip()):
        return draft
    after = next((each for each in sentences if each.start >= first.end), None)
    if after is None or after.start > first.end + 2:
        return draft
    said = replace(quoted, text=f"{first.text} {after.text}", sources=(*quoted.sources, after))
    rest = (each for each in draft.sentences[1:] if after not in each.sources)
    return replace(draft, sentences=(said, *rest))


def _terms(evidence: Evidence) -> set[str]:
    return set(analyse(evidence.sentence.text))


def _same(one: Evidence, other: Evidence) -> bool:
    left, right = _terms(one), _terms(other)
    return bool(left | right) and len(left & right) / len(left | right) >= SAME_STATEMENT


def _adds(candidate: Evidence, chosen: Sequence[Sequence[Evidence]]) -> bool:
    told: set[str] = set()
    for group in chosen:
        told |= _terms(group[0])
    terms = _terms(candidate)
    return bool(terms) and len(terms - told) / len(terms) >= NOVELTY
