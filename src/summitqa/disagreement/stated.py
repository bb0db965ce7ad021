"""Differences that the texts state themselves."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from summitqa.disagreement.claim import (
    MOST_CLAIMS,
    SOURCE,
    Claim,
    in_order,
    make_claim,
    one_a_value,
)
from summitqa.disagreement.subject import (
    fit,
    in_section,
    names_fit,
    own_terms,
    section_of,
    share_terms,
)
from summitqa.disagreement.values import (
    Value,
    agree,
    clash,
    count_alike,
    counts_of,
    exact,
    find_values,
    plain_counts,
    write_value,
)
from summitqa.split import is_heading
from summitqa.types import DocumentSummary, Evidence, Sentence
from summitqa.understanding.dates import find_periods
from summitqa.understanding.names import name_terms
from summitqa.understanding.question import Asked
from summitqa.understanding.values import find_quantities

FIT = 0.5
"""Share of the question's own terms that a sentence about a difference must hold."""
FIT_OPEN = 0.66
"""The same where the question asks for neither a number nor a date."""
CLOSE = 2.0
"""How far below the best evidence a sentence about a difference may lie."""
CLOSE_RANK = 3
"""How many of the best sentences may tell of a difference."""
SAME_SECTION = 0.3
"""Share of common terms of two statements in one section about differences."""
_DIFFER_SENTENCE = re.compile(
    r"\b(?:(?:sources?|reports?|accounts?|figures?|counts?|numbers?|dates?|texts?)\b.{0,60}"
    r"\b(?:differ|disagree|vary|conflict|diverge)|while|whereas|although|differs?\b.{0,30}between"
    r"|is (?:dated|given|put)\b.{0,80}\bor\b)",
    re.IGNORECASE,
)
_CONTRAST = re.compile(
    r"\b(?:while|whereas|although|though|but|or|however|differs?|different|others?|another"
    r"|depending|and not"
    r"|instead|in some)\b|;",
    re.IGNORECASE,
)
# "Sources differ on the date": what they say follows in sentences of their own.
_ANNOUNCES = re.compile(
    r"\b(?:differs?|disagrees?|var(?:y|ies)|diverges?|conflicts?|different"
    r"|in (?:two|three|several|various) (?:ways|forms|versions)|not agree|contradict\w*)\b",
    re.IGNORECASE,
)
# "..., while the Commitments had 16": another thing, not another source.
_OTHER_THING = re.compile(
    r"\b(?:while|whereas) the (?:[A-Z][\w'-]*\s+|of\s+|on\s+|\d+\s+){2,10}"
    r"(?:had|has|have|was|were|is|are|holds?|lists?|contains?)\b"
)
_UNCONFIRMED = re.compile(
    r"\b(?:no (?:other )?source|not (?:been )?confirmed|was not found|could not be found)\b", re.I
)
_ASKS_DIFFERENCE = re.compile(
    r"\b(?:agree|disagree|differ\w*|different ones|say otherwise|all sources|various|conflicting"
    r"|consistent|do (?:sources|reports|accounts))\b",
    re.IGNORECASE,
)


def find_stated(
    asked: Asked,
    evidence: Sequence[Evidence],
    summaries: Mapping[str, DocumentSummary],
    sentences_of: Callable[[str], Sequence[Sentence]],
) -> tuple[Claim, ...]:
    """Take what the texts themselves say about differences, where it fits the question."""
    top = evidence[0].score
    wider = 2.5 if _ASKS_DIFFERENCE.search(asked.text) else 1.0
    for each in evidence[: int(CLOSE_RANK * wider) + 1]:
        if each.score < top - CLOSE * wider:
            break
        summary = summaries[each.sentence.document]
        if not names_fit(asked, each.sentence, summary):
            continue
        if fit(own_terms(asked, summary), each.sentence) < _needed_fit(asked):
            continue
        siblings = section_of(each.sentence, sentences_of)
        if _tells_difference(asked, each.sentence):
            told = _announced(asked, each.sentence, siblings, summary)
            return told or (make_claim(each.sentence, "", summary),)
        if siblings:
            claims = _side_by_side(asked, each.sentence, siblings, summary)
            claims = claims or _announced(asked, each.sentence, siblings, summary)
            if claims:
                return claims
    return _differences_elsewhere(asked, evidence, summaries, sentences_of)


def _needed_fit(asked: Asked) -> float:
    """How well a sentence about a difference must fit: values and names vouch for the rest."""
    if _ASKS_DIFFERENCE.search(asked.text):
        return 0.0
    if asked.kind in {"number", "date"}:
        return 0.0 if name_terms(asked.text) else FIT
    return FIT if asked.kind == "yes-no" else FIT_OPEN


def _differences_elsewhere(
    asked: Asked,
    evidence: Sequence[Evidence],
    summaries: Mapping[str, DocumentSummary],
    sentences_of: Callable[[str], Sequence[Sentence]],
) -> tuple[Claim, ...]:
    """Look through the sections about differences of the best evidence's documents."""
    for document in list(dict.fromkeys(each.sentence.document for each in evidence[:4]))[:2]:
        summary = summaries[document]
        own = own_terms(asked, summary)
        fitting = [
            sentence
            for sentence in sentences_of(document)
            if in_section(sentence)
            and not is_heading(sentence)
            and fit(own, sentence) >= FIT
            and names_fit(asked, sentence, summary)
        ]
        whole = [each for each in fitting if _tells_difference(asked, each, typed=True)]
        if whole:
            best = max(whole, key=lambda each: fit(own, each))
            return (make_claim(best, "", summary),)
        if fitting:
            best = max(fitting, key=lambda each: fit(own, each))
            claims = _side_by_side(asked, best, fitting, summary)
            siblings = section_of(best, sentences_of)
            claims = claims or _announced(asked, best, siblings, summary)
            if claims:
                return claims
    return ()


def _announced(
    asked: Asked, first: Sentence, siblings: Sequence[Sentence], summary: DocumentSummary
) -> tuple[Claim, ...]:
    """Take the statements that a difference is announced by: "described in two ways. ..."."""
    place = next((at for at, each in enumerate(siblings) if each == first), None)
    if place is None:
        return ()
    announcing = next(
        (at for at in (place, place - 1, place - 2) if at >= 0 and _announces(asked, siblings[at])),
        None,
    )
    if announcing is None:
        return ()
    head = siblings[announcing]
    typed = asked.kind in {"number", "date"}
    claims: list[Claim] = []
    kept: list[Value] = []
    for sentence in siblings[announcing + 1 : announcing + 1 + MOST_CLAIMS]:
        if _announces(asked, sentence) or share_terms(sentence, head) < SAME_SECTION:
            break
        if not typed:
            claims += [make_claim(sentence, "", summary)] if SOURCE.match(sentence.text) else []
            continue
        values = find_values(asked, sentence)
        if len(values) == 1 and not any(agree(values[0], other) for other in kept):
            claims.append(make_claim(sentence, write_value(values[0], sentence), summary))
            kept.append(values[0])
    return in_order(claims) if len(claims) >= 2 else ()


def _announces(asked: Asked, sentence: Sentence) -> bool:
    """Tell whether a sentence says that something differs without saying how."""
    if not _ANNOUNCES.search(sentence.text):
        return False
    if asked.kind in {"number", "date"}:
        return not clash(find_values(asked, sentence))
    return not re.search(r"\b(?:while|whereas|although|but)\b|;", sentence.text)


def _tells_difference(asked: Asked, sentence: Sentence, *, typed: bool = False) -> bool:
    """Tell whether one sentence sets two answers against each other.

    Args:
        asked: The question as read.
        sentence: The sentence.
        typed: Whether values of the asked form are needed even in a section about
            differences.
    """
    section = in_section(sentence)
    if not section and not _DIFFER_SENTENCE.search(sentence.text):
        return False
    if asked.kind in {"number", "date"}:
        values = find_values(asked, sentence)
        if section and asked.kind == "number" and len(values) < 2:
            values = list(counts_of(asked, sentence))
        if _OTHER_THING.search(sentence.text):
            return False
        if not _asks_which(asked) and count_alike(values, sentence):
            return False
        if section and _CONTRAST.search(sentence.text):  # "about 60, while others give 61"
            return len({exact(value) for value in values}) >= 2
        return len(values) >= 2 and clash(values)
    if _UNCONFIRMED.search(sentence.text):
        return False
    if not _asks_which(asked) and count_alike(plain_counts(sentence), sentence):
        return False
    contrast = bool(_CONTRAST.search(sentence.text)) or clash(find_periods(sentence.text))
    return section and not typed and contrast


def _asks_which(asked: Asked) -> bool:
    """Tell whether a question asks about the difference itself: "28 or 29?"."""
    if _ASKS_DIFFERENCE.search(asked.text):
        return True
    found = find_quantities(asked.text)
    return len(found) >= 2 and re.search(r"\bor\b", asked.text, re.IGNORECASE) is not None


def _side_by_side(
    asked: Asked, best: Sentence, siblings: Sequence[Sentence], summary: DocumentSummary
) -> tuple[Claim, ...]:
    """Set the values that the sentences of one section give side by side."""
    if asked.kind not in {"number", "date"}:
        return ()
    first = find_values(asked, best)
    if len(first) != 1:
        return ()
    claims = [make_claim(best, write_value(first[0], best), summary)]
    kept: list[Value] = [first[0]]
    for sentence in siblings:
        values = find_values(asked, sentence)
        if (
            sentence != best
            and len(values) == 1
            and all(not agree(values[0], other) for other in kept)
            and names_fit(asked, sentence, summary)
            and share_terms(sentence, best) >= SAME_SECTION
        ):
            claims.append(make_claim(sentence, write_value(values[0], sentence), summary))
            kept.append(values[0])
    distinct = one_a_value(claims)
    return in_order(distinct) if len(distinct) >= 2 else ()
