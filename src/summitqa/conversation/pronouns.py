"""Replace pronouns, "there" and "that number" by what they stand for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from summitqa.conversation.focus import Subject, choose
from summitqa.conversation.gender import gender_of_pronoun, told_gender
from summitqa.conversation.phrases import (
    Names,
    Token,
    find_phrases,
    is_plural,
    singular,
    tokenise,
)
from summitqa.conversation.signals import DEMONSTRATIVES, PERSON, PLURAL, SINGULAR, Signals
from summitqa.conversation.words import (
    AUXILIARIES,
    COMMON_VERBS,
    EVENTS,
    FUNCTION_WORDS,
    GENERIC_NOUNS,
    TEXTS,
    words_of,
)
from summitqa.types import Turn
from summitqa.understanding.dates import find_periods

_SAYING = words_of("say state mention contain include cover require demand provide foresee")
"""What a text does: "What does it say about water?" is not about a state or a person."""
PLACE_MARGIN = 3.0
"""How much likelier than a name a place may be where "it" still means the name."""
NUMBER_MARGIN = 1.0
"""How much likelier several things may be where "it" still means one."""
_POSSESSIVES = frozenset({"its", "their", "his", "theirs"})
_HOW_MANY = re.compile(r"\bhow many\s+(.+?)\s*\??$", re.IGNORECASE)
_ASKED = re.compile(
    r"^(?:which|what|how many)\s+(?!(?:did|do|does|is|are|was|were|has|have)\b)"
    r"(?P<noun>(?:[\w'’-]+\s+){0,3}?[\w'’-]+s|people)\s+"
    r"(?P<rest>.+?)[\s?.!]*$",
    re.IGNORECASE,
)
_WHO = re.compile(r"^who\s+(?P<rest>(?!(?:is|are|was|were)\b).+?)[\s?.!]*$", re.IGNORECASE)
_AROUND = frozenset({"after", "before", "since", "until"})


@dataclass(frozen=True, slots=True)
class Before:
    """What was said before a question.

    Attributes:
        question: The question before it, standing alone.
        subjects: What the conversation is about, likeliest first; not empty.
        history: The turns.
        known: Names that the metadata knows.
        texts: Texts of the documents that the answers cite.
    """

    question: str
    subjects: tuple[Subject, ...]
    history: tuple[Turn, ...]
    known: Names
    texts: tuple[str, ...] = ()


def replace_pronouns(signals: Signals, before: Before) -> str:
    """Write a question with its pronouns replaced, each meaning once."""
    text = signals.text
    tokens = tokenise(text)
    edits: list[tuple[int, int, str]] = []
    for token in signals.pronouns:
        position = next(at for at, each in enumerate(tokens) if each.start == token.start)
        new, end = _stand_in(text, tokens, position, before)
        if new is not None and all(new != other for _, _, other in edits):
            edits.append((token.start, end, new))
    for start, end, new in reversed(edits):
        text = text[:start] + new + text[end:]
    return text


def possessive(text: str) -> str:
    """Write a name so that it owns what follows."""
    return f"{text}'" if text.endswith("s") else f"{text}'s"


def describe_asked(question: str) -> str | None:
    """Name those a question asks for: "Which firms signed it?" asks for the firms that did.

    Args:
        question: The question, standing alone.

    Returns:
        Such as "the firms that signed the pledge", or None.
    """
    match = _ASKED.match(question)
    if match is not None:
        return f"the {match['noun']} that {match['rest']}" if _opens_verb(match["rest"]) else None
    match = _WHO.match(question)
    return f"those who {match['rest']}" if match is not None else None


def _opens_verb(text: str) -> bool:
    word = text.split()[0].lower()
    return (
        word in COMMON_VERBS
        or word in AUXILIARIES - words_of("do does did")
        or (word.endswith("ed") and len(word) > 4)
    )


def _stand_in(
    text: str, tokens: list[Token], position: int, before: Before
) -> tuple[str | None, int]:
    """Give the words for a pronoun, and the offset up to which it is replaced."""
    token = tokens[position]
    after = tokens[position + 1] if position + 1 < len(tokens) else None
    previous = tokens[position - 1].lower if position else ""
    word = re.sub(r"['’](?:s|re|ve|ll|d)$", "", token.lower)
    suffix = token.text[len(word) :]
    if word in DEMONSTRATIVES and after is not None and _is_noun(after, text, token):
        if after.text[0].isupper():  # "this Harbour Act": it has a name already
            return None, token.end
        if word == "these" and after.lower == "days":  # now
            return None, token.end
        end = _end_of_noun(text, after, before.known)
        return _demonstrative(after, text[token.start : end], before), end
    if word == "that" and previous in _AROUND and (day := _day_named(before)):
        return day, token.end
    if word == "there":
        return _there(before, previous in {"is", "are", "exist"}), token.end
    owns = word in _POSSESSIVES or (word == "her" and after is not None and after.text.isalpha())
    if word == "it" and after is not None and after.lower in _SAYING:
        said = next((each for each in before.subjects if each.head in TEXTS), None)
        if said is not None:
            return said.text, token.end
    named = _referent(word, previous, before)
    return (possessive(named) if owns else named + suffix), token.end


def _referent(word: str, previous: str, before: Before) -> str:
    """Choose the subject that fits a pronoun."""
    subjects = before.subjects
    if word in PERSON:
        person = _person(_of_gender(word, subjects, before.texts), before.known)
        asked = _WHO.match(before.question)
        if person is None and asked is not None:
            return f"the one who {asked['rest']}"
        return (person or subjects[0]).text
    if word in PLURAL or word in {"these", "those"}:
        group = describe_asked(before.question)
        if group is not None:
            return group
        subject = choose(subjects, plural=True)
        agent = _agent(before) if subject is None or subject.weight < subjects[0].weight else None
        if agent is not None:  # "What reasons did they give?" after "Did the bank agree?"
            return agent
        subject = subject or subjects[0]
        return (subjects[0] if subjects[0].weight - subject.weight > 2.5 else subject).text
    if previous in AUXILIARIES and word in {"it", "its"}:
        agent = _agent(before)
        if agent is not None:
            return agent
    things = [each for each in subjects if each.kind != "person"]
    best = things[0] if things else subjects[0]
    if word in SINGULAR and best.plural and not _is_named(best.text):
        one = next((each for each in things if not each.plural), best)
        best = one if best.weight - one.weight <= NUMBER_MARGIN else best
    if best.kind == "place" and best.located:
        named = (each for each in things[1:] if each.kind == "thing" and _is_named(each.text))
        other = next(named, None)
        if other is not None and best.weight - other.weight <= PLACE_MARGIN:
            return other.text  # "Is it binding?" after "What was agreed at Seoul?"
    return best.text


def _is_named(text: str) -> bool:
    return text.removeprefix("the ")[:1].isupper()


def _of_gender(word: str, subjects: Sequence[Subject], texts: Sequence[str]) -> list[Subject]:
    """Leave out the people of whom the documents say "she" where "he" is asked about."""
    said = gender_of_pronoun(word)
    other = None if said is None else "she" if said == "he" else "he"
    return [
        each
        for each in subjects
        if other is None or not each.text[:1].isupper() or told_gender(each.text, texts) != other
    ]


def _person(subjects: Sequence[Subject], known: Names) -> Subject | None:
    """The likeliest person: a full name, or a surname that was spoken of later."""
    full = choose(subjects, kind="person")
    surname = next(
        (
            each
            for each in subjects
            if each.kind == "thing"
            and " " not in each.text
            and each.text[:1].isupper()
            and not each.text.isupper()
            and each.text.lower() not in known
        ),
        None,
    )
    if full is None or (surname is not None and surname.weight > full.weight):
        return surname
    return full


def _agent(before: Before) -> str | None:
    """The subject of a yes-or-no question: "it" in "Did it ...?" goes on with it."""
    tokens = [token.lower for token in tokenise(before.question)[:2]]
    if tokens[:1] == ["why"]:
        del tokens[0]
    if not tokens or tokens[0] not in AUXILIARIES:
        return None
    first = next(iter(find_phrases(before.question, before.known)), None)
    if first is None or not first.proper:
        return None
    return f"the {first.text}" if first.after == "the" else first.text


def _is_noun(token: Token, text: str, before: Token) -> bool:
    word = token.lower
    if not word.isalpha() or word in FUNCTION_WORDS:
        return False
    asked = text[: before.start].rstrip().rsplit(" ", 1)[-1].lower() in AUXILIARIES
    if asked and not text[token.end :].strip(" ?.!"):
        return False  # "When did that open?"
    return word not in COMMON_VERBS or word in GENERIC_NOUNS


def _there(before: Before, exists: bool = False) -> str | None:
    """Name the place or event that "there" stands for.

    Args:
        before: What was said.
        exists: "How many are there?": nothing but a place or an event can be meant.
    """
    for subject in before.subjects:
        if subject.head in EVENTS:
            return f"at {subject.text}"
        if subject.kind == "place":
            return f"in {subject.text}"
        bare = subject.text.removeprefix("the ")
        place = next(
            (name for name in before.known.places if bare.lower().startswith(f"{name} ")), None
        )
        if place is not None:
            return f"in {bare[: len(place)]}"
    first = before.subjects[0]
    return f"in {first.text}" if first.kind != "person" and not exists else None


def _day_named(before: Before) -> str | None:
    periods = find_periods(before.question)
    return before.question[periods[0].start : periods[0].end] if periods else None


def _end_of_noun(text: str, after: Token, known: Names) -> int:
    """Where the noun after "this" ends: "this storm drain" is not cut in two."""
    if is_plural(after.lower):
        return after.end  # "these drugs help": what follows is mostly a verb
    found = (each for each in find_phrases(text, known) if each.start <= after.start < each.end)
    return max((each.end for each in found), default=after.end)


def _demonstrative(after: Token, said: str, before: Before) -> str:
    """Words for "that number", "that year", "this institute"."""
    noun = singular(after.lower)
    if noun in {"number", "figure", "count", "total"}:
        counted = _HOW_MANY.search(before.question)
        if counted:
            return f"the number of {_counted(counted.group(1))}"
    if noun in {"year", "month", "day", "date", "time"}:
        for turn in reversed(before.history):
            for text in (turn.answer, turn.rewritten_question or turn.question):
                periods = find_periods(text)
                if periods and noun == "year":
                    return str(periods[0].first.year)
                if periods:
                    return text[periods[0].start : periods[0].end]
    subject = choose(before.subjects, head=noun)
    if subject is not None:
        return subject.text
    likeliest = before.subjects[0]
    if noun in {singular(word) for word in likeliest.text.lower().split()}:
        return likeliest.text  # "those gurus" after "an investment guru"
    if noun != after.lower and not _is_named(likeliest.text):
        return said  # several, none of which has a name: the words say as much
    return f"{said} of {likeliest.text}"


def _counted(words: str) -> str:
    """ "countries signed the text" becomes "countries that signed the text"."""
    parts = words.split(" ", 1)
    return f"{parts[0]} that {parts[1]}" if len(parts) == 2 else words
