"""What a statement is about: the question's names and terms in it, and its own section."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from summitqa.conversation.phrases import find_names, is_plural, singular
from summitqa.conversation.words import COMMON_VERBS, FUNCTION_WORDS
from summitqa.lexical import analyse
from summitqa.premise import TEXTS
from summitqa.split import is_heading
from summitqa.types import DocumentSummary, Sentence
from summitqa.understanding.names import find_states, name_terms, unified_terms
from summitqa.understanding.question import Asked

_DIFFER_HEADING = re.compile(
    r"\b(?:differ(?:s|ences?)?|disagree\w*|conflict\w*|discrepanc\w+|diverg\w+|contradict\w*"
    r"|inconsisten\w+|disputed?)\b",
    re.IGNORECASE,
)
_SAY_DIFFERENCE = {"differ", "differs", "vary", "varies", "disagree", "disagrees", "conflict"}
_ASKS_NOTHING = frozenset(
    analyse(
        "many much number total figure count date day year month exactly long differ sources say"
        " already still yet ever actually exist anyone otherwise various agree disagree report"
        " account"
    )
)

_SHORT_NAMED = re.compile(r"\b[A-Z][A-Z0-9]+ [a-z]{4,}\b")
"""An acronym and the noun after it: "the REAIM summit"."""
_QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”")


def in_section(sentence: Sentence) -> bool:
    """Tell whether a sentence stands in a section about differences, by its heading."""
    return bool(sentence.headings) and bool(_DIFFER_HEADING.search(sentence.headings[-1]))


def section_of(
    sentence: Sentence, sentences_of: Callable[[str], Sequence[Sentence]]
) -> list[Sentence]:
    """The sentences of the section about differences that a sentence stands in, if it does."""
    if not in_section(sentence):
        return []
    return [
        each
        for each in sentences_of(sentence.document)
        if each.headings == sentence.headings and not is_heading(each)
    ]


def names_fit(asked: Asked, sentence: Sentence, summary: DocumentSummary) -> bool:
    """Each name in the question stands, mostly, in the sentence or in the document's title."""
    return names_stand_in(asked, f"{summary.title}. {sentence.text}")


def names_stand_in(asked: Asked, text: str) -> bool:
    """Each name in the question stands, mostly, in a text."""
    held = unified_terms(text)
    if not all(len(name & held) >= 0.6 * len(name) for name in name_terms(asked.text)):
        return False
    return all(_holds_head(name.words, text) for name in find_names(asked.text))


def is_of_another_state(asked: Asked, *sentences: Sentence) -> bool:
    """Tell whether sentences name states, and none of those that the question names.

    One that holds the name of the text that is asked about is about that, whatever states it
    lists; institutes of one name are many.
    """
    held = [unified_terms(each.text) for each in sentences]
    long = [name for name in name_terms(asked.text) if len(name) >= 2 and name & TEXTS]
    wanted = find_states(asked.text)
    if any(name <= terms for name in long for terms in held):
        return False
    told = {state for each in sentences for state in find_states(each.text)}
    return bool(wanted and told) and not wanted & told


def names_another(asked: Asked, sentence: Sentence) -> bool:
    """Tell whether a sentence names, in place of what is asked about, another of its kin.

    "The Harbour Declaration" is not the Harbour Treaty; "the Treaty" and "Harbour" may be. Nor is
    "the IMO treaty", which writes the noun small. A title in quotation marks is that of a source.
    """
    wanted = name_terms(asked.text)
    plain = _QUOTED.sub(" ", sentence.text)
    short = [unified_terms(each.group(0)) for each in _SHORT_NAMED.finditer(plain)]
    told = [*name_terms(plain), *short]
    return any(
        not any(name <= each for each in told)
        and any(name & each and not each <= name for each in told)
        for name in wanted
    )


def _holds_head(words: Sequence[str], text: str) -> bool:
    """Tell whether the core noun of a long name is spoken of, not only used to name another.

    "The institute network" and "the Network of Institutes" are not the institute.
    """
    if len(words) < 3 or not words[-1].isalpha():
        return True
    head, lowered = words[-1], text.lower()
    other_number = singular(head) if is_plural(head) else f"{head}s"
    found = [match.end() for match in re.finditer(rf"\b{re.escape(head)}\b", lowered)]
    if not found:  # called otherwise, or only as one of many
        return not re.search(rf"\b{re.escape(other_number)}\b", lowered)
    return any(not _names_more(lowered[end : end + 24]) for end in found)


def _names_more(after: str) -> bool:
    """Tell whether a noun is followed by another that it only describes."""
    match = re.match(r"\s+([a-z]{3,})\b", after)
    if match is None:
        return False
    word = match.group(1)
    return not (
        word in FUNCTION_WORDS
        or word in COMMON_VERBS
        or word in _SAY_DIFFERENCE
        or word.endswith(("ed", "ing", "ly"))
    )


def own_terms(asked: Asked, summary: DocumentSummary) -> set[str]:
    """The question's terms beyond those that only name the document."""
    terms = unified_terms(asked.text) - _ASKS_NOTHING
    beyond = terms - unified_terms(summary.title)
    return beyond if len(beyond) >= 2 else terms


def share_terms(one: Sentence, other: Sentence) -> float:
    """Give the share of common terms of two statements, of the shorter one."""
    left, right = frame(one), frame(other)
    return len(left & right) / min(len(left), len(right)) if left and right else 0.0


def question_terms(asked: Asked) -> set[str]:
    """The question's terms, without the words that only ask."""
    return set(analyse(asked.text)) - _ASKS_NOTHING


def frame(sentence: Sentence) -> set[str]:
    """The terms of a sentence without its numbers."""
    return {term for term in analyse(sentence.text) if not any(map(str.isdigit, term))}
