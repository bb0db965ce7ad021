"""Rewrite a follow-up into a question that stands alone.

Rules over words and the subjects of the turns before; no language model. In order: a
correction or a fragment takes its place in the question before it; pronouns and words
that point back are replaced by what they stand for; a question that names no subject of
its own gets the subject of the conversation. A question that names its own subject and
points nowhere is left alone, so a change of subject carries nothing over.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from summitqa.conversation.focus import DEPTH, Subject, find_subjects, shares_words
from summitqa.conversation.fragments import finish_ellipsis, place_fragment, without_place
from summitqa.conversation.phrases import (
    Names,
    Phrase,
    find_phrases,
    known_names,
    tokenise,
)
from summitqa.conversation.pronouns import Before, replace_pronouns
from summitqa.conversation.signals import (
    Signals,
    read_signals,
)
from summitqa.conversation.words import (
    AUXILIARIES,
    QUESTION_WORDS,
)
from summitqa.types import DocumentSummary, Turn

_OPENING_AND = re.compile(r"^(?:and|but|so|then|or)\b[\s,]*", re.IGNORECASE)
_IS_THERE_ONE = re.compile(r"\b(there|have|has|had) one\b", re.IGNORECASE)
_TOPIC_FIRST = re.compile(r"^(?:(?:the|those|these)\s+)?([\w' -]+),\s*how many\b", re.IGNORECASE)
_BY_DATE = re.compile(r"\b(?:after|before|since|until) \d", re.IGNORECASE)


def rewrite_follow_up(
    question: str, history: Sequence[Turn], summaries: Mapping[str, DocumentSummary]
) -> str | None:
    """Rewrite a follow-up so that it stands alone.

    Args:
        question: The question as the person typed it.
        history: Earlier turns, oldest first; only the last few are looked at.
        summaries: Metadata of the documents, whose places, summits and titles are names.

    Returns:
        The question that stands alone, or None when it already does, or when nothing
        before it tells what it means.
    """
    recent = [turn for turn in history[-DEPTH:] if turn.question.strip()]
    if not recent:
        return None
    known = known_names(summaries)
    signals = read_signals(question, known)
    before = recent[-1].rewritten_question or recent[-1].question
    subjects = find_subjects(recent, known)
    rewritten = _rewrite(signals, before, subjects, known, recent)
    rewritten = " ".join(rewritten.split())
    same = _plain(rewritten) == _plain(question)
    return None if same or not rewritten else rewritten


def _rewrite(
    signals: Signals,
    before: str,
    subjects: Sequence[Subject],
    known: Names,
    history: Sequence[Turn],
) -> str:
    text = signals.text
    ellipsis = finish_ellipsis(text, before, known)
    if ellipsis is not None:
        return ellipsis
    if signals.fragment or (signals.correction and not _is_whole(signals.text)):
        placed = place_fragment(text, before, known, correction=signals.correction)
        if placed is not None:
            return placed
    if not subjects:
        return text
    text = _IS_THERE_ONE.sub(rf"\1 {_bare(subjects[0].text, known)}", text)
    fitting = [each for each in subjects if not shares_words(text, each)] or list(subjects)
    told = Before(before, tuple(fitting), tuple(history), known)
    replaced = replace_pronouns(replace(signals, text=text), told)
    replaced = _name_the_definite(replaced, subjects, known)
    replaced = _TOPIC_FIRST.sub(r"How many \1", _OPENING_AND.sub("", replaced))
    main = _main_subject(subjects, replaced)
    if main is not None and _lacks_subject(signals, replaced, text):
        replaced = _append(replaced, main)
    return replaced[:1].upper() + replaced[1:]


def _bare(text: str, known: Names) -> str:
    """Give a name without the article and the place in front: another of its kind."""
    bare = re.sub(r"^the ", "", text)
    return without_place(bare, known)


def _is_whole(text: str) -> bool:
    words = [token.lower for token in tokenise(text)]
    return bool(words) and (words[0] in QUESTION_WORDS or words[0] in AUXILIARIES)


def _plain(text: str) -> str:
    return re.sub(r"\W+", " ", text).strip().lower()


def _name_the_definite(text: str, subjects: Sequence[Subject], known: Names) -> str:
    """Replace "the summit" by the summit that was spoken of."""
    for phrase in reversed(find_phrases(text, known)):
        if phrase.proper or phrase.after not in {"the", "this", "that"} or len(phrase.words) != 1:
            continue
        named = next(
            (
                subject
                for subject in subjects
                if subject.head == phrase.head and len(subject.text.split()) > 1
            ),
            None,
        )
        if named is not None and not shares_words(_without(text, phrase), named):
            text = text[: phrase.start] + named.text + text[phrase.end :]
    return text


def _without(text: str, phrase: Phrase) -> str:
    return text[: phrase.start] + text[phrase.end :]


def _main_subject(subjects: Sequence[Subject], text: str) -> Subject | None:
    return next((each for each in subjects if not shares_words(text, each)), None)


def _lacks_subject(signals: Signals, replaced: str, text: str) -> bool:
    """A question with no subject of its own, in which nothing was replaced."""
    if replaced != text and not _BY_DATE.search(replaced):
        return False
    if any(phrase.proper for phrase in signals.specific):
        return False
    if signals.backward or not signals.specific:
        return True
    return len(signals.specific) == 1 and len(signals.specific[0].words) == 1


def _append(text: str, subject: Subject) -> str:
    ends = re.search(r"[?.!]*$", text)
    cut = ends.start() if ends else len(text)
    return f"{text[:cut]} regarding {subject.text}{text[cut:] or '?'}"
