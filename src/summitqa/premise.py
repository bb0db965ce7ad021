"""False premises: a question that takes for granted what the record denies.

"When did the United States sign the statement?" is answered by the sentence that says it
did not sign, never by the nearest date. A denial counts only where it speaks of every
name in the question and of what is asked, and where nothing affirms it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from summitqa.conversation.words import COMMON_VERBS, FUNCTION_WORDS
from summitqa.types import Evidence
from summitqa.understanding.dates import find_periods
from summitqa.understanding.names import name_terms, unified_terms
from summitqa.understanding.question import Asked

COVERED = 0.6
"""Share of the question's terms that a denial must hold."""
COVERED_ALONE = 0.7
"""The same where the question names one thing only."""
DENIED_WORDS = 6
"""Words after the denying ones among which what is denied is looked for."""

_DENIES = re.compile(
    r"\b(?:(?:did|does|do|has|have|had|is|are|was|were|will|would|could|can)"
    r"(?: (?:both|also|either))?"
    r"(?: not|n't)|never|neither|nor|none of|refus(?:es|ed|ing) to|declin(?:es|ed|ing) to"
    r"|fail(?:s|ed) to|absent from|missing from|without signing|not signing"
    r"|not on the|not among)\b"
    r"|^No\b|\bno (?:company|companies|country|countries|state|states|government|one|such)\b",
    re.IGNORECASE,
)
_NOT_AMONG = re.compile(
    r"^(?:No|None|Neither)\b|\b(?:not (?:on|among|in|(?:an? )?(?:signator|member|part)\w*)"
    r"|absent from|missing from"
    r"|no (?:company|companies|country|countries|state|states|government))\b",
    re.IGNORECASE,
)
"""Who is not among them has done none of what they did, in whatever words it is asked about."""
_THING = re.compile(
    r"^\s*(?:how (?:many|much)|which|what)\s+(?P<thing>(?:[\w-]+\s+){1,3})", re.IGNORECASE
)
_SAME_MEMBERS = {
    **dict.fromkeys(unified_terms("firm firms business businesses corporation"), "compani"),
    **dict.fromkeys(unified_terms("state states nation nations government governments"), "countri"),
}
_ORDINALS = unified_terms("first second third fourth fifth sixth seventh eighth ninth tenth")
_UNKNOWN = re.compile(r"\bnot (?:(?:found|known|named|stated|given|published)\b|\w+ed by\b)", re.I)
_CLAUSE_END = re.compile(r"[,;:]")
_UNIVERSAL = re.compile(r"^(?:No|None of(?: the)?|Neither)\s+((?:[\w-]+\s+){0,2}[\w-]+)")
_HAS_NO = re.compile(
    r"\b(?:makes?|made|contains?|sets?|has|have|had|gives?|gave|names?|foresees?|provides? for"
    r"|knows?) no\s+((?:[\w-]+\s+){0,2}[\w-]+)",
    re.IGNORECASE,
)
TEXTS = unified_terms(
    "declaration statement communique charter agreement treaty pledge accord commitments text"
)
_LIST = unified_terms("list")
_DENYING_QUESTION = re.compile(
    r"\b(?:not|n't|never|no|none|neither|refuse\w*|declin\w+|fail\w*|absen\w+|missing|without"
    r"|except|decline|off|outside|lack\w*)\b|n't\b",
    re.IGNORECASE,
)
_CONTRAST = re.compile(r"\b(?:but|although|though|however|while|whereas|except)\b|;", re.IGNORECASE)
_QUESTION_TERMS = frozenset(
    "when what which who why how mani much date day year month did do".split()
)


def asks_denial(question: str) -> bool:
    """Tell whether a question itself speaks of what is not so."""
    return bool(_DENYING_QUESTION.search(question))


def find_denial(asked: Asked, evidence: Sequence[Evidence]) -> Evidence | None:
    """Find the sentence that denies what a question takes for granted.

    Args:
        asked: The question as read.
        evidence: Evidence, best first.

    Returns:
        The best such sentence, or None when there is none or when another sentence
        affirms what is asked.
    """
    names = name_terms(asked.text)
    if not names or asks_denial(asked.text) or asked.kind in {"comparison", "yes-no"}:
        return None
    counts = asked.kind in {"number", "list"}
    terms = unified_terms(asked.text) - _QUESTION_TERMS
    others = terms - set().union(*names)
    if not others:
        return None
    denials: list[tuple[float, Evidence]] = []
    for each in evidence:
        held = unified_terms(each.sentence.text)
        if not all(_is_named(name, held, each.sentence.text) for name in names):
            continue
        if _ORDINALS & terms - held:
            continue  # "a ninety-second was not found" says nothing of the ninety-third
        if not (others & held or _NOT_AMONG.search(each.sentence.text)):
            continue  # it speaks of the names, and not of what is asked about them
        held = held.union(*names)
        covered = len(terms & held) / len(terms)
        universal = _is_universal(each.sentence.text, terms, names, asked.text)
        if universal or denies(each.sentence.text):
            needed = COVERED if universal or len(names) > 1 else COVERED_ALONE
            told = universal or (
                not counts and _speaks_of(names, each) and _denies_what_is_asked(each, others)
            )
            if covered >= needed and told:
                denials.append((covered + _directness(each, others), each))
        elif covered >= COVERED and _affirms(asked, each, others & held, others):
            return None
    if not denials:
        return None
    return max(denials, key=lambda pair: (pair[0], pair[1].score))[1]


def _is_named(name: set[str], held: set[str], text: str) -> bool:
    """Tell whether a sentence holds a name; "the Oslo list" is that of the Oslo Declaration."""
    if name <= held:
        return True
    rest = name - TEXTS
    return bool(rest) and rest <= held and held >= _LIST and bool(_NOT_AMONG.search(text))


def _is_universal(text: str, terms: set[str], names: Sequence[set[str]], question: str) -> bool:
    """ "No company signed", "makes no rules": what is denied of all is what was asked about.

    Who has none is named in the question: "the act of Chile sets no fines" says nothing of Peru's.
    A name alone is not what was asked about: "no Chilean page was read" denies nothing of Chile.
    """
    asked, same = _asked_thing(question, terms), _as_companies_and_countries
    match = _UNIVERSAL.match(text)
    if match is None:
        match = _HAS_NO.search(text)
        before = unified_terms(text[: match.start()]) if match else set()
        if match is None or not any(name <= before for name in names):
            return False
    nouns: list[str] = []
    for word in match.group(1).split():
        if word.endswith("ed") or word in COMMON_VERBS or word in FUNCTION_WORDS:
            break
        nouns.append(word)
    return bool(same(unified_terms(" ".join(nouns)) - set().union(*names)) & same(asked))


def _asked_thing(question: str, terms: set[str]) -> set[str]:
    """ "Which penalties": what is asked for; of other questions all terms."""
    match = _THING.match(question)
    return unified_terms(match["thing"]) & terms if match else terms


def _as_companies_and_countries(terms: set[str]) -> set[str]:
    """A firm is a company, and a state a country, where none of them did what is asked."""
    return {_SAME_MEMBERS.get(term, term) for term in terms}


def _directness(evidence: Evidence, others: set[str]) -> float:
    """ "did not sign" denies more plainly than "gave no reason for not signing"."""
    match = _DENIES.search(evidence.sentence.text)
    after = evidence.sentence.text[match.end() :] if match else ""
    direct = match is not None and "not " in f"{match.group(0)} " and match.group(0)[0] != "n"
    return 0.2 if direct and others & unified_terms(" ".join(after.split()[:2])) else 0.0


def _denies_what_is_asked(evidence: Evidence, others: set[str]) -> bool:
    """What follows the denying words is of the question: "would not change" denies no work.

    What is not known, or not done by whom the question names, is denied in any words.
    """
    text = evidence.sentence.text
    match = _DENIES.search(text)
    clause = _CLAUSE_END.split(text[match.end() :])[0] if match else ""
    after = unified_terms(" ".join(clause.split()[:DENIED_WORDS]))
    return bool(others & after) or any(each.search(text) for each in (_NOT_AMONG, _UNKNOWN))


def _speaks_of(names: Sequence[set[str]], evidence: Evidence) -> bool:
    """A denial about one of the names: it stands before the denying words."""
    match = _DENIES.search(evidence.sentence.text)
    before = unified_terms(evidence.sentence.text[: match.start()]) if match else set()
    return any(name <= before for name in names)


def denies(text: str) -> bool:
    """Tell whether a sentence denies in its main part, not in a contrasting aside."""
    first = _CONTRAST.split(text)[0]
    return bool(_DENIES.search(first))


def _affirms(asked: Asked, evidence: Evidence, shared: set[str], others: set[str]) -> bool:
    """A sentence that says it happened, with a value of the asked form."""
    if len(shared) < len(others):
        return False
    if asked.kind == "date":
        return bool(find_periods(evidence.sentence.text))
    return True


def prefer_denial(
    asked: Asked, evidence: Sequence[Evidence], denied: Evidence | None
) -> tuple[Evidence, ...]:
    """Put the sentence that denies first, where the premise is denied or a denial is asked for.

    Args:
        asked: The question as read.
        evidence: Evidence, best first.
        denied: What ``find_denial`` found in it.
    """
    denial = denied
    if asked.kind != "yes-no" and asks_denial(asked.text):
        denial = _find_asked_denial(asked, evidence)
    if denial is None:
        return tuple(evidence)
    raised = replace(denial, score=evidence[0].score + 1.0, span=None)
    return (raised, *(each for each in evidence if each is not denial))


def _find_asked_denial(asked: Asked, evidence: Sequence[Evidence]) -> Evidence | None:
    """Find who did not, where that is asked and the best sentence says who did."""
    names = name_terms(asked.text)
    if not names or not evidence or _DENYING_QUESTION.search(evidence[0].sentence.text):
        return None
    terms = unified_terms(_DENYING_QUESTION.sub(" ", asked.text)) - _QUESTION_TERMS
    for each in evidence:
        held = unified_terms(each.sentence.text)
        near = all(name <= held for name in names) and len(terms & held) >= COVERED * len(terms)
        if near and denies(each.sentence.text):
            return each
    return None
