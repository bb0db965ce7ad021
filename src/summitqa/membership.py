"""Whether somebody belongs: "Did Chile sign the Lima Pact?" is answered by what says just that.

A record of meetings is full of sentences about who signed what, and to a reader one is much like
another. Only the names tell them apart: the right one names who is asked about and the text, and
says that they belong together, or that they do not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from summitqa.enumeration import announces, count_named
from summitqa.premise import TEXTS
from summitqa.types import Evidence, Sentence
from summitqa.understanding.names import name_terms, unified_terms, without_people
from summitqa.understanding.question import Asked
from summitqa.understanding.signing import SIGNERS, STATES

_SIGN = (
    r"sign(?:s|ed|ing)?|signator(?:y|ies)|endors(?:e[ds]?|ing|ers?|ements?)|join(?:s|ed|ing)?"
    r"|adopt(?:s|ed|ing)?|ratif(?:y|ies|ied|ying|ication)|acced(?:e[ds]?|ing)|accession"
    r"|agree(?:s|d)? to|backs?|backed|support(?:s|ed)?|subscrib(?:e[ds]?|ing)"
    r"|part(?:y|ies)|members?"
)
_ATTEND = (
    r"attend(?:s|ed|ing|ees?)?|(?:take|took|taken|taking) part|participa(?:te[ds]?|ting|nts?)"
    r"|represented|present|delegations?"
)
_ASKS = re.compile(
    r"^(?:did|do|does|has|have|is|are|was|were|will)\s+(?P<who>.+?)\s+"
    rf"(?-i:(?!(?:and|or)\b)[a-z-]+\s+){{0,4}}?(?:(?P<sign>{_SIGN}|list)|(?P<attend>{_ATTEND}))\b(?P<what>[^?]*)",
    re.IGNORECASE,
)
_ASKS_WHO = re.compile(
    r"^(?:which|what)\s+(?P<noun>(?:[\w-]+\s+){1,3}?)"
    r"(?:(?:were|was|are|is|have|has|had|did|do)\s+)?(?-i:[a-z-]+\s+){0,2}?"
    rf"(?:{_SIGN}|{_ATTEND})\b(?P<what>[^?]*)",
    re.IGNORECASE,
)
_NOUNS = r"countries|states|nations|governments|companies|firms|organi[sz]ations|members|parties"
_ASKS_ALL = re.compile(
    rf"^(?:who|(?:which|what)\s+(?P<noun>{_NOUNS}))\s+(?:(?:were|was|are|is|have|has|had)\s+)?"
    rf"(?:(?-i:[a-z-]+)\s+){{0,2}}?(?:{_SIGN})\s+(?:(?:to|of|by|in|up to)\s+)*"
    r"(?P<what>[^?]+?)\s*\??$",
    re.IGNORECASE,
)
_ONLY_NAME = re.compile(
    r"(?:the\s+)?[A-Z][\w'’.-]*(?:\s+(?:[A-Z0-9][\w'’.-]*|of|on|for|and|the|declaration|statement"
    r"|pact|pledge|charter|convention|treaty|accord|agreement|commitments))*"
    r"(?:\s+(?:of|in|from)\s+(?:[A-Z]\w+\s+)?\d{4})?"
)
"""A name and nothing that narrows it: no "in Lima", no "after the summit"."""
WHOLE = 4
"""Names in a sentence that make it the list of all members, at least."""
_SIGNING = re.compile(rf"\b(?:{_SIGN}|list(?:s|ed)?|took part in the|among)\b", re.IGNORECASE)
_OTHERS = re.compile(r"\b(?:not|no|nor|without|except)\b", re.IGNORECASE)
_PART = re.compile(r"\b(?:among|including|include[sd]?|such as|for example|also)\b", re.IGNORECASE)
_ATTENDING = re.compile(rf"\b(?:{_ATTEND})\b", re.IGNORECASE)
_STATES = unified_terms(STATES)
_LISTS = unified_terms("list signatories signatory endorsers members participants")
_TEXTS = TEXTS | unified_terms("pact")
_BESIDE = re.compile(
    r"\b(?:reasons?|why|whether|expected to|likely to|would|explain(?:s|ed)?)\b", re.IGNORECASE
)
_CAUSE = re.compile(r"\b(?:because|due to|reasons?)\b", re.IGNORECASE)
_AT = re.compile(r"^\s*(?:[\w-]+\s+){0,2}?(?:at|in)\s+(?:the\s+)?[A-Z]")
InContext = Callable[[Sentence], tuple[str, str]]
"""Gives a sentence with what announces it, and its document's title and heading."""


@dataclass(frozen=True, slots=True)
class Membership:
    """What a question about belonging asks.

    Attributes:
        who: The terms of each name that may belong.
        group: The terms of what they may belong to, as far as they are a name's.
        text: What kind of text it is, in a term: "the Lima statement" is no declaration.
        attending: Whether being there is asked about, and not signing.
        at_place: Whether the group is named by its place only: "the signatories at Lima".
    """

    who: tuple[frozenset[str], ...]
    group: frozenset[str]
    text: frozenset[str]
    attending: bool
    at_place: bool


def read_membership(asked: Asked) -> Membership | None:
    """Read who is asked about and what they may belong to; None where nothing of it is asked."""
    match = _ASKS.match(asked.text) if asked.kind == "yes-no" else None
    if match is None:
        return None
    who = tuple(frozenset(each) for each in name_terms(match["who"]))
    groups = name_terms(match["what"])
    if not who or not groups:
        return None
    text = frozenset(unified_terms(match["what"]) & _TEXTS)
    at_place = _AT.match(match["what"]) is not None
    return Membership(who, frozenset(groups[0]), text, match["attend"] is not None, at_place)


def find_membership(
    asked: Asked, evidence: Sequence[Evidence], in_context: InContext
) -> Evidence | None:
    """Find the sentence that says whether somebody belongs.

    Args:
        asked: The question as read.
        evidence: Evidence, best first.
        in_context: See ``InContext``.

    Returns:
        Of the sentences that say it the one with the fewest other names, the better one first, and
        one that tells why or whether only where no other does; None where none says it.
    """
    wanted = read_membership(asked)
    if wanted is None:
        return None
    plainly = _CAUSE.search(asked.text) is None
    found = [
        (
            plainly and _BESIDE.search(each.sentence.text) is not None,
            len(name_terms(each.sentence.text)),
            place,
        )
        for place, each in enumerate(evidence)
        if all(_is_named(name, each.sentence.text) for name in wanted.who)
        and _says(wanted, each.sentence, in_context)
    ]
    return evidence[min(found)[2]] if found else None


def prefer_membership(
    evidence: Sequence[Evidence], stated: Evidence | None
) -> tuple[Evidence, ...]:
    """Put the sentence first that says whether somebody belongs.

    Args:
        evidence: Evidence, best first.
        stated: What ``find_membership`` found in it.
    """
    if stated is None:
        return tuple(evidence)
    raised = replace(stated, score=evidence[0].score + 1.0, span=None)
    return (raised, *(each for each in evidence if each is not stated))


def lists_members(asked: Asked, best: Evidence, in_context: InContext) -> bool:
    """Tell whether the best sentence is of the list of members that a question asks for.

    "The countries represented were:" in the Lima Pact itself, and each item below it, answers
    who signed it, in other words and with no list that the reader sees in a sentence.
    """
    match = _ASKS_WHO.match(asked.text) if asked.kind == "list" else None
    if match is None:
        return False
    text, title = in_context(best.sentence)
    said = best.sentence.text
    head = said if announces(best.sentence) else _announcement(text, said)
    groups, noun = name_terms(match["what"]), unified_terms(match["noun"])
    if text == said or not groups or not noun & unified_terms(head):
        return False
    return groups[0] <= unified_terms(f"{title} {head}")


def find_whole_list(asked: Asked, evidence: Sequence[Evidence]) -> Evidence | None:
    """Find the sentence that names all members of what a question names, and nothing narrows.

    "The 28 countries that agreed to the Lima Pact are ..." answers who signed it, be it ever so
    long; the reader points at shorter ones, and at what says who did not.

    Returns:
        The one with the most names, one that names "among others" only where no other does; None
        where there is none.
    """
    match = _ASKS_ALL.match(asked.text) if asked.kind == "list" else None
    if match is None or not _ONLY_NAME.fullmatch(match["what"]):
        return None
    groups = name_terms(match["what"])
    noun = unified_terms(match["noun"] or STATES)
    called = noun | unified_terms(SIGNERS) | (_STATES if noun & _STATES else set())
    if len(groups) != 1:
        return None
    found = [
        (not _PART.search(said), count_named(said), -place)
        for place, each in enumerate(evidence)
        if count_named(said := each.sentence.text) >= WHOLE
        and groups[0] <= (held := unified_terms(said))
        and held & called
        and _SIGNING.search(said)
        and not _OTHERS.search(said)
    ]
    return evidence[-max(found)[2]] if found else None


def _announcement(text: str, said: str) -> str:
    """What announces an item, of the item in its context; nothing where that is any sentence."""
    head = text.removesuffix(said).rstrip()
    return head if head.endswith(":") else ""


def _members(text: str) -> set[str]:
    return unified_terms(without_people(text))


def _is_named(who: frozenset[str], text: str) -> bool:
    """Tell whether a text names somebody, and not only in the name of a text of theirs."""
    if not who <= _members(text):
        return False
    holding = [each for each in name_terms(text) if who <= each]
    return not holding or any(not each & _TEXTS for each in holding)


def _says(wanted: Membership, sentence: Sentence, in_context: InContext) -> bool:
    text, title = in_context(sentence)
    listed = bool(_announcement(text, sentence.text))
    announced = text if listed else sentence.text
    says = _ATTENDING if wanted.attending else _SIGNING
    told = [frozenset(each) for each in name_terms(announced)]
    others = [each for each in told if not any(each <= name for name in wanted.who)]
    if any(_is_group(wanted, each, announced) for each in others):
        return bool(says.search(announced))
    of_title = any(_is_group(wanted, frozenset(each), title) for each in name_terms(title))
    named = [each for each in others if not each <= _TEXTS]  # "the Treaty" is that of the title
    if not of_title or any(each & _TEXTS or each & wanted.group for each in named):
        return False
    # "The countries represented were:" in the text itself
    return bool(says.search(announced) or (listed and _ATTENDING.search(announced)))


def _is_group(wanted: Membership, name: frozenset[str], text: str) -> bool:
    """Tell whether a name is that of the group: "the Lima list" is that of the Lima Pact."""
    held, bare = unified_terms(text), wanted.group - _TEXTS
    if wanted.group <= name:
        return not wanted.text or bool((wanted.text | _LISTS) & held)
    if wanted.at_place:
        return bool(bare & name)
    shorter = bool(name - _TEXTS) and name <= wanted.group and wanted.text <= held
    return shorter or (bool(bare) and bare <= name and not name & _TEXTS and bool(_LISTS & held))
