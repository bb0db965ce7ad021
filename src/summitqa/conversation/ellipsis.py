"""Finish a question whose main words were left out: "Did India?", "Only the African ones"."""

from __future__ import annotations

import re

from summitqa.conversation.phrases import Names, find_phrases, tokenise
from summitqa.conversation.words import AUXILIARIES, COMMON_VERBS, QUESTION_WORDS

_ARTICLE = re.compile(r"(?:\b(?:the|a|an)\s+)$", re.IGNORECASE)
_WHO = r"(?:the\s+|an?\s+)?[A-Z][\w.'’-]*(?:\s+(?:of\s+)?[A-Z][\w.'’-]*){0,4}"
_ELLIPSIS = re.compile(
    r"^(?:[Aa]nd\s+|[Bb]ut\s+)?"
    r"(?P<aux>(?i:did|does|do|has|have|had|will|would|can|could|is|are|was|were))\s+"
    rf"(?P<who>{_WHO})\s*\??$"
)
_NOT = re.compile(rf"^(?:[Aa]nd\s+|[Bb]ut\s+|[Ss]o\s+)?[Nn]ot\s+(?P<who>{_WHO})\s*\??$")
_TRAILING = re.compile(
    r"^(?P<asked>(?i:which|what|who|how many)(?:\s+[\w'’-]+){0,5})"
    r"\s+(?i:did|do|does|has|have|was|were)"
    r"(?:\s+(?:not|too|also|so))?\s*\??$"
)
_ONES = re.compile(
    r"^(?:(?:and|but)\s+)?(?:only|just|which|what about|how about|what|and)\s+(?:of\s+)?(?:the\s+)?"
    r"(?P<like>[A-Za-z][\w'’-]+)\s+ones\s*[?.!]*$",
    re.IGNORECASE,
)
_ASKED = re.compile(
    r"^(?P<asks>which|what|how many)\s+(?P<old>[A-Z][\w-]+\s+(?=[a-z][\w-]*s\b))?"
    r"(?P<rest>[a-z][\w-]*(?:s|people)\b.*)$",
    re.IGNORECASE,
)
_COUNTS = re.compile(
    r"^(?:and\s+)?how many\s+(?:is|are|was|were)\s+(?:that|those|these|they|there|it)"
    r"(?:\s+(?:in (?:all|total)|altogether|now))?\s*[?.!]*$",
    re.IGNORECASE,
)
_LISTS = re.compile(r"^(?:which|what|who)\s+(?P<rest>(?!(?:is|was|did|does|do)\b).+)$", re.I)


def finish_ellipsis(text: str, before: str, known: Names) -> str | None:
    """Finish a question whose main words were left out.

    Args:
        text: The question: "Did India?" after "Who signed it?", "Not the UK?", "Only the
            African ones", "How many is that?".
        before: The question before it, standing alone.
        known: Names that the metadata knows.

    Returns:
        The whole question, or None when nothing was left out.
    """
    stripped, before = text.strip(), before.rstrip(" ?.!")
    ones, asked = _ONES.match(stripped), _ASKED.match(before)
    if ones is not None and asked is not None and ones["like"].lower() != "other":
        return f"{asked['asks']} {ones['like']} {asked['rest']}?"
    lists = _LISTS.match(before)
    if _COUNTS.match(stripped) and lists is not None:
        return f"How many {lists['rest']}?"
    trailing = _TRAILING.match(stripped)
    if trailing is not None:
        return _finish_trailing(trailing["asked"], before, known)
    match = _ELLIPSIS.match(stripped)
    if match is not None:
        return _with_verb(match["aux"], match["who"], before, known)
    denied = _NOT.match(stripped)
    return _with_verb("Did", denied["who"], before, known) if denied is not None else None


def _with_verb(aux: str, who: str, before: str, known: Names) -> str | None:
    """Give "Did India" the verb and the rest of the question before it."""
    tokens = tokenise(before)
    phrases = find_phrases(before, known)
    opens = tokens[0].lower if tokens else ""
    if opens in AUXILIARIES and phrases:
        article = _ARTICLE.search(before[: phrases[0].start])
        start = article.start() if article else phrases[0].start
        return f"{aux} {who}{before[phrases[0].end :]}?" if start else None
    for token in tokens[1:]:
        if token.lower in COMMON_VERBS or (token.lower.endswith("ed") and len(token.text) > 4):
            return f"{aux} {who} {_base(token.lower)}{before[token.end :]}?"
    return None


def _finish_trailing(asked: str, before: str, known: Names) -> str | None:
    """ "Which other countries did?" after "Did India sign it?"."""
    tokens = tokenise(before)
    if not tokens or tokens[0].lower not in AUXILIARIES:
        return None
    phrases = find_phrases(before, known)
    if not phrases:
        return None
    return f"{asked} {tokens[0].lower}{before[phrases[0].end :]}?"


def _base(verb: str) -> str:
    """Bring a regular past tense to its base, roughly."""
    if verb.endswith("eed") or not verb.endswith("ed"):
        return verb
    return verb[:-1] if verb[:-2].endswith(("at", "ag", "v", "ur", "lin", "u", "c")) else verb[:-2]


def ask_otherwise(content: str, before: str, known: Names) -> str:
    """Ask the question before with another question word: "When?", "Which companies?".

    Args:
        content: The question word, with or without a noun.
        before: The question before it, standing alone, without its question mark.
        known: Names that the metadata knows.
    """
    tokens = tokenise(before)
    first = tokens[0].lower if tokens else ""
    second = tokens[1].lower if len(tokens) > 1 else ""
    words = content.lower().split()
    if words == ["why", "not"] and first in AUXILIARIES:
        return _deny(tokens[0].text.lower(), before, known)
    if first in AUXILIARIES and len(words) == 1:
        return f"{content.capitalize()} {before[:1].lower()}{before[1:]}?"
    adverbs = {"when", "where", "why", "how"}
    if len(words) == 1 and words[0] in adverbs and first in adverbs and second in AUXILIARIES:
        return f"{content.capitalize()} {before[tokens[1].start :]}?"
    if first in QUESTION_WORDS and len(words) > 1:
        for token in tokens[1:]:
            if token.lower in AUXILIARIES or token.lower in COMMON_VERBS:
                return f"{content[:1].upper()}{content[1:]} {before[token.start :]}?"
    return f"{before}, and {content[:1].lower()}{content[1:]}?"


def _deny(aux: str, before: str, known: Names) -> str:
    """ "Why not?" after "Did the UK sign it?": "Why did the UK not sign it?"."""
    phrases = find_phrases(before, known)
    if not phrases:
        return f"Why {before[:1].lower()}{before[1:]}, and why not?"
    end = phrases[0].end
    rest = re.sub(r"^\s+not\b", "", before[end:])
    return f"Why {aux}{before[len(aux) : end]} not{rest}?"
