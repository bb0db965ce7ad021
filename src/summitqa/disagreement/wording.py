"""The wording in which a text says that accounts differ."""

from __future__ import annotations

import re

from summitqa.disagreement.form import Form
from summitqa.disagreement.subject import in_section
from summitqa.disagreement.values import (
    clash,
    count_alike,
    differ,
    find_reported,
    find_values,
    plain_counts,
)
from summitqa.types import Sentence
from summitqa.understanding.dates import find_periods

_DIFFER_SENTENCE = re.compile(
    r"\b(?:(?:sources?|reports?|accounts?|figures?|counts?|numbers?|dates?|texts?)\b.{0,60}"
    r"\b(?:differ|disagree|vary|conflict|diverge)|while|whereas|although|differs?\b.{0,30}between"
    r"|is (?:dated|given|put)\b.{0,80}\bor\b)",
    re.IGNORECASE,
)
_CONTRAST = re.compile(
    r"\b(?:while|whereas|although|though|but|or|however|differs?|different|others?|another"
    r"|depending|and not|(?:is|was) (?:wrong|mistaken|incorrect)"
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
# Two things that share a name, not two answers.
_CONFUSED = re.compile(
    r"\b(?:confus(?:ed?|ing|es) (?:\w+ ){0,3}with|not the same (?:\w+ )?as|abbreviations?"
    r"|acronyms?|stands? for|(?:names?|means?|refers? to) (?:another|a different))\b",
    re.IGNORECASE,
)
# "Texts written before July give 2, those after it 3": what changed, and when it did.
_CHANGED = re.compile(
    r"\bbefore\b.{0,120}\bafter\b"
    r"|\bin [A-Z]\w+ \d{4}\b.{0,120}\bwhile\b.{0,60}\bafter\b.{0,30}\b\d{4}\b"
    r"|\buntil\b.{0,80}\b(?:since|from|after)\b",
    re.IGNORECASE,
)
_OF_VALUES = re.compile(
    r"\b(?:numbers?|counts?|figures?|totals?|dates?|sizes?|amounts?)\b", re.IGNORECASE
)
_ASKS_NAME = re.compile(r"^(?:and\s+)?(?:who|whom|whose|where)\b", re.IGNORECASE)


def announces_difference(form: Form, sentence: Sentence) -> bool:
    """Tell whether a sentence says that something differs without saying how."""
    if not _ANNOUNCES.search(sentence.text):
        return False
    if form.kind:
        return not clash(find_values(form, sentence))
    if _OF_VALUES.search(sentence.text):
        return False
    return not re.search(r"\b(?:while|whereas|although|but)\b|;", sentence.text)


def tells_change(sentence: Sentence) -> bool:
    """Tell whether a sentence says what held before a day and what held after it."""
    return bool(_CHANGED.search(sentence.text))


def tells_difference(form: Form, sentence: Sentence, *, typed: bool = False) -> bool:
    """Tell whether one sentence sets two answers against each other.

    Args:
        form: The form of the answer.
        sentence: The sentence.
        typed: Whether values of that form are needed even in a section about differences.
    """
    section, text = in_section(sentence), sentence.text
    if _CONFUSED.search(text):
        return False
    if not (section or _DIFFER_SENTENCE.search(text)):
        return False
    if not form.either and tells_change(sentence):
        return False
    if form.kind:
        values = (find_reported if section else find_values)(form, sentence)
        if _OTHER_THING.search(text) or (not form.either and count_alike(values, sentence)):
            return False
        if section and _CONTRAST.search(text):  # "about 60, while others give 61"
            return differ(values)
        return clash(values)
    if typed or not section or _UNCONFIRMED.search(text):
        return False
    if not form.either and count_alike(plain_counts(sentence), sentence):
        return False
    dates = differ(find_periods(text))
    if dates and _ASKS_NAME.search(form.asked.text):  # accounts of when, not of who
        return False
    return dates or bool(_CONTRAST.search(text))
