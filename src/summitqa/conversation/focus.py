"""What the turns so far are about: the subjects that a pronoun may stand for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from summitqa.conversation.phrases import (
    Names,
    Phrase,
    find_phrases,
    is_generic,
    is_plural,
    singular,
    strip_possessive,
    tokenise,
)
from summitqa.conversation.signals import PERSON, PLURAL, SINGULAR, read_signals
from summitqa.conversation.words import FUNCTION_WORDS
from summitqa.types import Turn

# How many earlier turns are looked at: a conversation of any length costs the same.
DEPTH = 8
# What each further question or answer that holds a subject's core noun adds to its weight.
PRESENCE_WEIGHT = 0.4
_MARKER = re.compile(r"\s*\[\d+\]")
# What it takes from a subject's weight that a rewriting put it there, and not the person: a
# wrong guess is then not handed on from turn to turn.
GUESSED = 0.6
_WH = re.compile(r"\b(who|whom|whose|which|what|where|when)\b(?:\s+([\w'-]+))?", re.IGNORECASE)
# No word of capitals only: "Current AI" is nobody.
_PERSON_NAME = re.compile(
    r"^(?![^a-z]+\b)(?!.*\b[A-Z]{2,}\b)[A-Z][\w'’-]+"
    r"(?:\s+(?:[A-Z]\.?|(?:al|bin|da|de|del|den|der|di|du|el|la|le|ten|van|von)|[A-Z][\w'’-]+)){1,4}$"
)
_NOT_PERSON = re.compile(
    r"\b(?:Summit|Declaration|Statement|Institute|Commission|Council|Union|Ministry|Department"
    r"|Government|University|Office|Act|Agency|Forum|Park|City|States|Kingdom|Republic|Report"
    r"|Network|Commitments?|Company|Inc|Corporation|Bank|Group|Association|Center|Centre|Committee"
    r"|Court|Board|Organi[sz]ation|Society|Foundation|North|South|East|West|New|Saint|San|Los"
    r"|River|Lake|Mount|Street|County|Island|Islands|System|Program|Programme|Project|Plan)\b"
)
_BEFORE_DOING = frozenset(
    {"without", "by", "when", "while", "before", "after", "is", "are", "was", "were", "be", "been"}
)
Kind = Literal["thing", "person", "place"]


@dataclass(frozen=True, slots=True)
class Subject:
    """Something said before that a follow-up may mean.

    Attributes:
        text: Its words.
        weight: How likely it is meant; higher is likelier.
        kind: What pronouns fit it.
        plural: Whether "they" fits it.
        head: Its core noun, singular.
        located: Whether it was named as where something is: "at Seoul".
    """

    text: str
    weight: float
    kind: Kind
    plural: bool
    head: str
    located: bool = False


def find_subjects(history: Sequence[Turn], known: Names) -> tuple[Subject, ...]:
    """Rank what the conversation has been about, likeliest first.

    Args:
        history: Earlier turns, oldest first; only the last few are looked at.
        known: Names that the metadata knows, in lower case.
    """
    recent = history[-DEPTH:]
    best: dict[str, Subject] = {}
    for age, turn in enumerate(reversed(recent)):
        for subject in _subjects_of(turn, age, known):
            key = subject.text.lower()
            if key not in best or subject.weight > best[key].weight:
                best[key] = subject
    texts = [text.lower() for turn in recent for text in (turn.question, turn.answer) if text]
    ranked = (_weigh(subject, _presence(subject, texts)) for subject in best.values())
    return tuple(sorted(ranked, key=lambda each: -each.weight))


def since_change_of_subject(history: Sequence[Turn], known: Names) -> list[Turn]:
    """Give the turns from the last change of subject on.

    A turn changes the subject when it was asked in full, names something, and shares no
    word of substance with any question before it.

    Args:
        history: Earlier turns, oldest first; not empty.
        known: Names that the metadata knows, in lower case.
    """
    for place in range(len(history) - 1, 0, -1):
        turn = history[place]
        if turn.rewritten_question or read_signals(turn.question, known).leans:
            continue
        phrases = find_phrases(turn.question, known)
        own = _substance(phrases)
        earlier = {
            word
            for before in history[:place]
            for word in _substance(
                find_phrases(before.rewritten_question or before.question, known)
            )
        }
        if any(each.proper for each in phrases) and not own & earlier:
            return list(history[place:])
    return list(history)


def _substance(phrases: Sequence[Phrase]) -> set[str]:
    return {
        singular(word)
        for phrase in phrases
        if not is_generic(phrase)
        for word in phrase.words
        if len(word) > 2 and word not in FUNCTION_WORDS
    }


def find_pair(subjects: Sequence[Subject]) -> str | None:
    """Name the two things that "both" or "the two" stands for: the likeliest of one kind."""
    names = [each for each in subjects if each.text.removeprefix("the ")[:1].isupper()]
    for place, one in enumerate(names[:4]):
        for other in names[place + 1 : 6]:
            if other.head == one.head and other.text.lower() != one.text.lower():
                return f"{other.text} and {one.text}"
    return None


def _presence(subject: Subject, texts: Sequence[str]) -> float:
    """What is spoken of throughout is likelier meant than what was said once."""
    counted = sum(subject.head in text for text in texts)
    return PRESENCE_WEIGHT * min(max(counted - 1, 0), 4)


def _weigh(subject: Subject, more: float) -> Subject:
    return replace(subject, weight=subject.weight + more)


def _subjects_of(turn: Turn, age: int, known: Names) -> list[Subject]:
    question = turn.rewritten_question or turn.question
    answer = first_sentences(turn.answer)
    phrases = _with_owners(find_phrases(question, known), question)
    phrases = [_as_inserted(phrase, turn, known) for phrase in phrases]
    asked = [
        _subject(
            _with_order(phrase, question),
            _weight(phrase, answer) - 1.2 * age - (GUESSED if _is_guessed(phrase, turn) else 0.0),
            known,
        )
        for phrase in phrases
        if not is_generic(phrase) and not _is_done(phrase) and re.search(r"[^\W\d]", phrase.text)
    ]
    heads = {each.head for each in asked if each.kind == "thing"}
    told = [
        _subject(phrase, _answer_weight(phrase, question, heads) - 1.4 * age, known)
        for phrase in find_phrases(answer, known)
        if phrase.proper and phrase.text.lower() not in question.lower()
    ]
    return asked + told[:6] + _repeated(turn.answer, question, age, known)


def _is_guessed(phrase: Phrase, turn: Turn) -> bool:
    """Whether a rewriting, and not the person, put a phrase into a question."""
    typed = turn.question.lower()
    return not any(word in typed for word in phrase.words)


def _as_inserted(phrase: Phrase, turn: Turn, known: Names) -> Phrase:
    """Leave out what follows a name that was written for a pronoun.

    "Can it cause droughts?" became "Can fire cause droughts?": "fire" was meant, and what
    came after the pronoun is no part of the name.
    """
    typed = {token.lower for token in tokenise(turn.question)}
    tokens = tokenise(phrase.text)
    new = [token.lower not in typed for token in tokens]
    if not turn.rewritten_question or not any(new) or not new[0] or all(new):
        return phrase
    signals = read_signals(turn.question, known)
    pronouns = any(each.lower in SINGULAR | PLURAL | PERSON for each in signals.pronouns)
    if signals.fragment or signals.correction or not pronouns:
        return phrase
    last = max(place for place, each in enumerate(new) if each)
    end = tokens[last].end
    return replace(phrase, text=phrase.text[:end], end=phrase.start + end)


def _repeated(answer: str, question: str, age: int, known: Names) -> list[Subject]:
    """Common nouns that an answer keeps coming back to ("the heart attack")."""
    lowered = answer.lower()
    found: dict[str, Subject] = {}
    for phrase in find_phrases(answer[:1000], known):
        text = phrase.text.lower()
        if phrase.proper or is_generic(phrase) or len(text) < 4 or text in found:
            continue
        count = lowered.count(text)
        if count >= 2 and text not in question.lower():
            weight = 1.0 + 0.4 * min(count, 5) + (0.6 if len(phrase.words) > 1 else 0.0)
            found[text] = _subject(phrase, weight - 1.2 * age, known)
    return sorted(found.values(), key=lambda each: -each.weight)[:4]


def _is_done(phrase: Phrase) -> bool:
    """ "Without notifying", "is trading": what is done, and no thing to speak of."""
    word = phrase.words[0] if phrase.words else ""
    return not phrase.proper and word.endswith("ing") and phrase.after in _BEFORE_DOING


def first_sentences(answer: str, characters: int = 300) -> str:
    """Give the start of an answer without its markers."""
    return _MARKER.sub("", answer)[:characters]


def _weight(phrase: Phrase, answer: str) -> float:
    weight = 2.0
    if phrase.proper:
        weight += 1.0
    if len(phrase.words) > 1:
        weight += 0.6
    if phrase.after in {"of", "about", "on", "regarding"}:
        weight += 0.7
    elif phrase.after in {"a", "an", "the"}:
        weight += 0.4
    elif phrase.after in {"in", "at", "for", "to", "with", "by"}:
        weight += 0.1
    content = [word for word in phrase.words if len(word) > 3]
    if content and any(word in answer.lower() for word in content):
        weight += 0.3
    return weight


def _with_order(phrase: Phrase, question: str) -> Phrase:
    """Keep "next", "first" and the like with a common noun: "the next summit"."""
    before = re.search(
        r"\bthe ((?:next|first|second|third|last|latest) )$", question[: phrase.start]
    )
    if before is None:
        return phrase
    start = before.start(1)
    return Phrase(question[start : phrase.end], start, phrase.end, phrase.proper, "the")


def _with_owners(phrases: Sequence[Phrase], question: str) -> list[Phrase]:
    """Keep what belongs to several with its owners: "the ministers' Seoul text" is one thing."""
    whole: list[Phrase] = []
    for phrase in phrases:
        owner = whole[-1] if whole else None
        owns = owner is not None and not owner.proper and re.search(r"s['’]$", owner.text)
        if owner is not None and owns and question[owner.end : phrase.start].isspace():
            text = question[owner.start : phrase.end]
            whole[-1] = Phrase(text, owner.start, phrase.end, phrase.proper, owner.after)
        else:
            whole.append(phrase)
    return whole


def _answer_weight(phrase: Phrase, question: str, heads: set[str]) -> float:
    """A name in the answer is meant when the question asked for it, or for its like."""
    match = _WH.search(question)
    head = phrase.head
    if head in heads and len(phrase.words) > 1 and match and match.group(1).lower() != "who":
        return 3.9
    if match is None:
        return 1.0
    word, noun = match.group(1).lower(), (match.group(2) or "").lower()
    if noun and (singular(noun) == head or singular(noun) in phrase.words):
        return 4.2
    if word in {"who", "whom", "whose"} and _PERSON_NAME.match(phrase.text):
        return 3.6
    if word in {"which", "where"}:
        return 2.2
    return 1.2


def _subject(phrase: Phrase, weight: float, known: Names) -> Subject:
    text = strip_possessive(phrase.text.strip('"“”'))
    article = "the " if phrase.after == "the" and phrase.proper else ""
    return Subject(
        text=article + text,
        weight=weight,
        kind=_kind(phrase, text, known),
        plural=is_plural(phrase.words[-1]) if phrase.words else False,
        head=phrase.head,
        located=phrase.after in {"in", "at", "near"},
    )


def _kind(phrase: Phrase, text: str, known: Names) -> Kind:
    if phrase.proper and phrase.after in {"in", "at", "near", "from"} and len(phrase.words) <= 3:
        return "place"
    if phrase.proper and text.lower() in known.places:
        return "place"
    named = phrase.proper and phrase.after != "the" and _PERSON_NAME.match(text)
    if named and not _NOT_PERSON.search(text):
        return "person"
    return "thing"


def choose(
    subjects: Sequence[Subject],
    *,
    kind: Kind | None = None,
    plural: bool | None = None,
    head: str | None = None,
) -> Subject | None:
    """Take the likeliest subject that fits, or None."""
    for subject in subjects:
        if kind is not None and subject.kind != kind:
            continue
        if plural is not None and subject.plural != plural:
            continue
        if head is not None and subject.head != head:
            continue
        return subject
    return None


def shares_words(question: str, subject: Subject) -> bool:
    """Tell whether a question already names a subject, in whole or by its rarer words."""
    words = {singular(token.lower) for token in tokenise(question)}
    own = [
        singular(word)
        for word in subject.text.lower().split()
        if len(word) > 2 and word not in FUNCTION_WORDS
    ]
    return bool(own) and sum(word in words for word in own) * 2 >= len(own)
