"""Disagreement: good evidence that gives different values to the same question.

Two ways lead here. Some texts say themselves that sources differ; their sentences are
used when they fit the question. And two statements that answer the same question with
values that cannot both be true disagree. Precision goes first: statements about
different things (another text, another body, another year) are not compared.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from summitqa.conversation.phrases import find_names, is_plural, singular
from summitqa.conversation.words import COMMON_VERBS, FUNCTION_WORDS
from summitqa.lexical import analyse
from summitqa.temporal import date_statement
from summitqa.types import (
    Citation,
    Disagreement,
    DocumentSummary,
    Draft,
    DraftSentence,
    Evidence,
    Sentence,
)
from summitqa.understanding.dates import Period, find_periods, write_period
from summitqa.understanding.names import name_terms, unified_terms
from summitqa.understanding.question import Asked
from summitqa.understanding.values import Quantity, find_quantities

MOST_CLAIMS = 5
"""Statements shown side by side, at most."""
FIT = 0.5
"""Share of the question's own terms that a sentence about a difference must hold."""
FIT_OPEN = 0.66
"""The same where the question asks for neither a number nor a date."""
NEAR = 6.0
"""How far below the best evidence another statement may lie to be compared."""
CLOSE = 2.0
"""How far below the best evidence a sentence about a difference may lie."""
CLOSE_RANK = 3
"""How many of the best sentences may tell of a difference."""
SAME_SECTION = 0.3
"""Share of common terms of two statements in one section about differences."""
SAME_FRAME = 0.5
"""Share of common terms, values aside, of two statements about one thing."""

_DIFFER_HEADING = re.compile(
    r"\b(?:differ(?:s|ences?)?|disagree\w*|conflict\w*|discrepanc\w+|diverg\w+|contradict\w*"
    r"|inconsisten\w+|disputed?)\b",
    re.IGNORECASE,
)
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
# "12 of the 16", "57 other nations": a part of another count, no answer beside it.
_BASE = re.compile(r"\b(?:of|out of|among)\s+(?:the\s+|all\s+|its\s+|their\s+)?$", re.IGNORECASE)
_OTHERS = re.compile(r"\s*(?:other|others|further|additional|more)\b", re.IGNORECASE)
# "28 countries and the European Union" is 28 or 29, as one counts.
_AND_ONE = re.compile(r"^(?:[\s-]+[\w-]+){1,2}?\s+(?:and|plus)\s+the\s+[A-Z]")
# "..., while the Commitments had 16": another thing, not another source.
_OTHER_THING = re.compile(
    r"\b(?:while|whereas) the (?:[A-Z][\w'-]*\s+|of\s+|on\s+|\d+\s+){2,10}"
    r"(?:had|has|have|was|were|is|are|holds?|lists?|contains?)\b"
)
# A date that says when a source spoke, not when the thing happened.
_ATTRIBUTION = re.compile(
    r"\b(?:(?:release|reports?|articles?|statement|page|texts?|files?|notes?|news|update)"
    r" (?:of|from|dated)|(?:wrote|said|says|reported|announced|repeated) (?:on|in)|as of"
    r"|written (?:in|on|after|before))"
    r"\s+(?:\w+\s+)?$",
    re.IGNORECASE,
)
_UNCONFIRMED = re.compile(
    r"\b(?:no (?:other )?source|not (?:been )?confirmed|was not found|could not be found)\b", re.I
)
_ASKS_DIFFERENCE = re.compile(
    r"\b(?:agree|disagree|differ\w*|different ones|say otherwise|all sources|various|conflicting"
    r"|consistent|do (?:sources|reports|accounts))\b",
    re.IGNORECASE,
)
_ASKS_CHANGE = re.compile(r"\b(?:chang(?:e|ed|es)|grown|grew|increased?|since)\b", re.IGNORECASE)
# "AFP wrote on 11 February that ...", "The Élysée page gives ...": who says so.
_SOURCE = re.compile(
    r"((?:[\w'’.&-]+\s+|\([^)]*\)\s+){1,9}?)(?:(?:later|also|first)\s+)?(?:wrote|writes|said|says|told"
    r"|reported|reports|gave|gives|listed|lists|counted|counts|called|calls|speaks?|spoke"
    r"|announced|described|describes|dates|dated)\b"
)
_OFFICIAL = re.compile(
    r"\b(?:official\w*|government|ministry|minister|parliament|commission|presidency|published list"
    r"|written statement|gov\.uk)\b",
    re.IGNORECASE,
)
_TIME_UNITS = frozenset(analyse("day days week month year years hour minute century decade"))
_ASKS_NOTHING = frozenset(
    analyse(
        "many much number total figure count date day year month exactly long differ sources say"
        " already still yet ever actually exist"
    )
)


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement of a disagreement.

    Attributes:
        sentence: The sentence that makes it.
        value: The value in its words, or an empty string when the sentence says it all.
        dated: When it was made or holds, if known.
        official: Whether it comes from or names an official source.
        source: Who says so, in the sentence's words, if it begins with that.
    """

    sentence: Sentence
    value: str
    dated: Period | None
    official: bool
    source: str = ""


def find_disagreement(
    asked: Asked,
    evidence: Sequence[Evidence],
    summaries: Mapping[str, DocumentSummary],
    sentences_of: Callable[[str], Sequence[Sentence]],
) -> tuple[Claim, ...]:
    """Find statements that give different values to the question.

    Args:
        asked: The question as read.
        evidence: Evidence, best first.
        summaries: Metadata of the documents, by id.
        sentences_of: Gives the sentences of a document, those that may be known only.

    Returns:
        Two claims or more, oldest first; one claim when a single sentence states the
        difference; none when nothing disagrees.
    """
    if not evidence or asked.kind in {"comparison", "list"} or _ASKS_CHANGE.search(asked.text):
        return ()
    stated = _stated_differences(asked, evidence, summaries, sentences_of)
    if stated:
        return stated
    return _different_values(asked, evidence, summaries)


def add_claims(draft: Draft, claims: Sequence[Claim]) -> Draft:
    """Add the statements to a draft that does not quote them yet."""
    quoted = {_key(source) for each in draft.sentences for source in each.sources}
    further = tuple(
        DraftSentence(text=claim.sentence.text, sources=(claim.sentence,))
        for claim in claims
        if _key(claim.sentence) not in quoted
    )
    return Draft(sentences=draft.sentences + further, short_answer=draft.short_answer)


def state_disagreement(
    claims: Sequence[Claim],
    citations: Sequence[Citation],
    summaries: Mapping[str, DocumentSummary],
) -> tuple[Disagreement, ...]:
    """Write the disagreement with values, dates and sources, and the markers of its claims."""
    if not claims:
        return ()
    markers = {(each.document, each.start, each.end): each.marker for each in citations}
    parts = []
    for claim in claims:
        marker = markers[_key(claim.sentence)]
        source = claim.source or summaries[claim.sentence.document].title
        if not claim.value:
            said = " ".join(claim.sentence.text.split()).rstrip(".")
            parts.append(f"{said} [{marker}]")
            continue
        facts = [source]
        facts += [write_period(claim.dated)] if claim.dated is not None else []
        facts += ["official"] if claim.official else []
        parts.append(f"{claim.value} ({', '.join(facts)}) [{marker}]")
    statement = f"{'; '.join(parts)}."
    newest = _newest(claims)
    if newest is not None:
        statement += f" The newest is {newest.value} [{markers[_key(newest.sentence)]}]."
    used = tuple(dict.fromkeys(markers[_key(claim.sentence)] for claim in claims))
    return (Disagreement(statement=statement, citations=used),)


def _newest(claims: Sequence[Claim]) -> Claim | None:
    """The claim that is later than all others, if their dates say so."""
    dated = [(claim.dated, claim) for claim in claims if claim.dated is not None and claim.value]
    if len(dated) < max(2, len(claims)):
        return None
    last, newest = max(dated, key=lambda pair: pair[0].first)
    rest = [period for period, claim in dated if claim is not newest]
    return newest if all(period.last < last.first for period in rest) else None


def _key(sentence: Sentence) -> tuple[str, int, int]:
    return sentence.document, sentence.start, sentence.end


def _stated_differences(
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
        if not _names_fit(asked, each.sentence, summary):
            continue
        if _fit(_own_terms(asked, summary), each.sentence) < _needed_fit(asked):
            continue
        siblings = _section_of(each.sentence, sentences_of)
        if _tells_difference(asked, each.sentence):
            told = _announced(asked, each.sentence, siblings, summary)
            return told or (_claim(each.sentence, "", summary),)
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
        own = _own_terms(asked, summary)
        fitting = [
            sentence
            for sentence in sentences_of(document)
            if _in_section(sentence)
            and not is_own_heading(sentence)
            and _fit(own, sentence) >= FIT
            and _names_fit(asked, sentence, summary)
        ]
        whole = [each for each in fitting if _tells_difference(asked, each, typed=True)]
        if whole:
            best = max(whole, key=lambda each: _fit(own, each))
            return (_claim(best, "", summary),)
        if fitting:
            best = max(fitting, key=lambda each: _fit(own, each))
            claims = _side_by_side(asked, best, fitting, summary)
            siblings = _section_of(best, sentences_of)
            claims = claims or _announced(asked, best, siblings, summary)
            if claims:
                return claims
    return ()


def _section_of(
    sentence: Sentence, sentences_of: Callable[[str], Sequence[Sentence]]
) -> list[Sentence]:
    """The sentences of the section about differences that a sentence stands in, if it does."""
    if not _in_section(sentence):
        return []
    return [
        each
        for each in sentences_of(sentence.document)
        if each.headings == sentence.headings and not is_own_heading(each)
    ]


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
    kept: list[_Value] = []
    for sentence in siblings[announcing + 1 : announcing + 1 + MOST_CLAIMS]:
        if _announces(asked, sentence) or _share(sentence, head) < SAME_SECTION:
            break
        if not typed:
            claims += [_claim(sentence, "", summary)] if _SOURCE.match(sentence.text) else []
            continue
        values = _values(asked, sentence)
        if len(values) == 1 and not any(_agree(values[0], other) for other in kept):
            claims.append(_claim(sentence, _text(values[0], sentence), summary))
            kept.append(values[0])
    return _in_order(claims) if len(claims) >= 2 else ()


def _announces(asked: Asked, sentence: Sentence) -> bool:
    """Tell whether a sentence says that something differs without saying how."""
    if not _ANNOUNCES.search(sentence.text):
        return False
    if asked.kind in {"number", "date"}:
        return not _clash(_values(asked, sentence))
    return not re.search(r"\b(?:while|whereas|although|but)\b|;", sentence.text)


def is_own_heading(sentence: Sentence) -> bool:
    """Tell whether a sentence is a heading line."""
    return sentence.headings[-1:] == (sentence.text,)


def _in_section(sentence: Sentence) -> bool:
    return bool(sentence.headings) and bool(_DIFFER_HEADING.search(sentence.headings[-1]))


def _names_fit(asked: Asked, sentence: Sentence, summary: DocumentSummary) -> bool:
    """Each name in the question stands, mostly, in the sentence or in the document's title."""
    text = f"{summary.title}. {sentence.text}"
    held = unified_terms(text)
    if not all(len(name & held) >= 0.6 * len(name) for name in name_terms(asked.text)):
        return False
    return all(_holds_head(name.words, text) for name in find_names(asked.text))


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
        word in FUNCTION_WORDS or word in COMMON_VERBS or word.endswith(("ed", "ing", "ly"))
    )


def _tells_difference(asked: Asked, sentence: Sentence, *, typed: bool = False) -> bool:
    """Tell whether one sentence sets two answers against each other.

    Args:
        asked: The question as read.
        sentence: The sentence.
        typed: Whether values of the asked form are needed even in a section about
            differences.
    """
    section = _in_section(sentence)
    if not section and not _DIFFER_SENTENCE.search(sentence.text):
        return False
    if asked.kind in {"number", "date"}:
        values = _values(asked, sentence)
        if section and asked.kind == "number" and len(values) < 2:
            values = list(_counts(asked, sentence))
        if _OTHER_THING.search(sentence.text):
            return False
        if not _asks_which(asked) and _count_alike(values, sentence):
            return False
        if section and _CONTRAST.search(sentence.text):  # "about 60, while others give 61"
            return len({_exact(value) for value in values}) >= 2
        return len(values) >= 2 and _clash(values)
    if _UNCONFIRMED.search(sentence.text):
        return False
    if not _asks_which(asked) and _count_alike(_plain_counts(sentence), sentence):
        return False
    contrast = bool(_CONTRAST.search(sentence.text)) or _clash(find_periods(sentence.text))
    return section and not typed and contrast


def _exact(value: _Value) -> tuple[object, object]:
    if isinstance(value, Quantity):
        return value.number, value.unit
    return value.first, value.last


def _asks_which(asked: Asked) -> bool:
    """Tell whether a question asks about the difference itself: "28 or 29?"."""
    if _ASKS_DIFFERENCE.search(asked.text):
        return True
    found = find_quantities(asked.text)
    return len(found) >= 2 and re.search(r"\bor\b", asked.text, re.IGNORECASE) is not None


def _count_alike(values: Sequence[_Value], sentence: Sentence) -> bool:
    """Tell whether counts differ only by one member that some count apart.

    "Nine countries and the European Union" and "ten countries" say the same.
    """
    counts = [each for each in values if isinstance(each, Quantity) and not each.unit]
    numbers = {each.number for each in counts}
    return len(numbers) == 2 and any(
        _AND_ONE.match(sentence.text[each.end :]) and numbers <= {each.number, each.number + 1}
        for each in counts
    )


def _side_by_side(
    asked: Asked, best: Sentence, siblings: Sequence[Sentence], summary: DocumentSummary
) -> tuple[Claim, ...]:
    """Set the values that the sentences of one section give side by side."""
    if asked.kind not in {"number", "date"}:
        return ()
    first = _values(asked, best)
    if len(first) != 1:
        return ()
    claims = [_claim(best, _text(first[0], best), summary)]
    kept: list[_Value] = [first[0]]
    for sentence in siblings:
        values = _values(asked, sentence)
        if (
            sentence != best
            and len(values) == 1
            and all(not _agree(values[0], other) for other in kept)
            and _names_fit(asked, sentence, summary)
            and _share(sentence, best) >= SAME_SECTION
        ):
            claims.append(_claim(sentence, _text(values[0], sentence), summary))
            kept.append(values[0])
    distinct = _distinct(claims)
    return _in_order(distinct) if len(distinct) >= 2 else ()


def _share(one: Sentence, other: Sentence) -> float:
    left, right = _frame(one), _frame(other)
    return len(left & right) / min(len(left), len(right)) if left and right else 0.0


def _own_terms(asked: Asked, summary: DocumentSummary) -> set[str]:
    """The question's terms beyond those that only name the document."""
    terms = unified_terms(asked.text) - _ASKS_NOTHING
    return terms - unified_terms(summary.title) or terms


def _fit(terms: set[str], sentence: Sentence) -> float:
    return len(terms & unified_terms(sentence.text)) / len(terms) if terms else 0.0


_Value = Quantity | Period


def _values(asked: Asked, sentence: Sentence) -> list[_Value]:
    """The values in a sentence that have the form of an answer."""
    if asked.kind == "date":
        return [
            each
            for each in find_periods(sentence.text)
            if not _ATTRIBUTION.search(sentence.text[: each.start])
        ]
    if asked.kind != "number":
        return []
    heads = _asked_nouns(asked)
    quantities = _counts(asked, sentence)
    named = [each for each in quantities if heads & set(each.nouns[:3])]
    return list(named or (quantities if not heads else ()))


def _asked_nouns(asked: Asked) -> set[str]:
    """The noun that is counted: the first plural of the words after "how many"."""
    match = re.search(
        r"\b(?:how many|number of|(?:what|which) (?:number|total|figure|share) of)\s+"
        r"((?:[\w'-]+\s+){0,3}[\w'-]+)",
        asked.text,
        re.IGNORECASE,
    )
    if match is None:
        return set()
    words = match.group(1).split()
    plural = next((word for word in words if re.search(r"[^s]s$|^people$", word)), words[0])
    return set() if plural.endswith("ed") else set(analyse(plural))


def _counts(asked: Asked, sentence: Sentence) -> list[Quantity]:
    """The quantities of a sentence; lengths of time only where they are asked for."""
    heads = _asked_nouns(asked)
    return [
        each
        for each in _plain_counts(sentence)
        if not (set(each.nouns[:1]) & _TIME_UNITS and not heads & _TIME_UNITS)
    ]


def _plain_counts(sentence: Sentence) -> list[Quantity]:
    """The quantities that count a whole: not "of the 16", not "57 other nations"."""
    text = sentence.text
    found = find_quantities(text)
    return [
        each
        for each in found
        if not (
            (each is not found[0] and _BASE.search(text[: each.start]))
            or _OTHERS.match(text[each.end :])
        )
    ]


def _clash(values: Sequence[_Value]) -> bool:
    return any(
        not _agree(one, other) for place, one in enumerate(values) for other in values[place + 1 :]
    )


def _agree(one: _Value, other: _Value) -> bool:
    if isinstance(one, Period) and isinstance(other, Period):
        return one.overlaps(other)
    if isinstance(one, Quantity) and isinstance(other, Quantity):
        return one.agrees(other)
    return True


def _text(value: _Value, sentence: Sentence) -> str:
    if isinstance(value, Quantity):
        return value.text
    return sentence.text[value.start : value.end]


def _claim(sentence: Sentence, value: str, summary: DocumentSummary) -> Claim:
    attribution = _SOURCE.match(sentence.text)
    source = attribution.group(1).strip() if attribution else ""
    if value and sentence.headings and _in_section(sentence):
        own = find_periods(sentence.text)
        dated = own[0] if own else None  # undated reports stand beside dated ones
    else:
        dated = date_statement(sentence, summary)
    official = bool(_OFFICIAL.search(source)) or (not source and summary.tier == "official")
    return Claim(sentence, value, dated, official, source)


def _distinct(claims: Sequence[Claim]) -> list[Claim]:
    """One claim a value; an official one goes before others."""
    best: dict[str, Claim] = {}
    for claim in claims:
        key = claim.value.lower()
        if key not in best or (claim.official and not best[key].official):
            best[key] = claim
    return sorted(best.values(), key=lambda claim: not claim.official)[:MOST_CLAIMS]


def _in_order(claims: Sequence[Claim]) -> tuple[Claim, ...]:
    return tuple(
        sorted(
            claims,
            key=lambda claim: (
                claim.dated.last.isoformat() if claim.dated else "",
                claim.sentence.document,
                claim.sentence.start,
            ),
        )
    )


def _different_values(
    asked: Asked, evidence: Sequence[Evidence], summaries: Mapping[str, DocumentSummary]
) -> tuple[Claim, ...]:
    """Compare the best statement with others that answer the same question."""
    first = evidence[0]
    values = _values(asked, first.sentence)
    if not values:
        return ()
    claims = [
        _claim(first.sentence, _text(values[0], first.sentence), summaries[first.sentence.document])
    ]
    for other in evidence[1:]:
        if other.score < first.score - NEAR or len(claims) == MOST_CLAIMS:
            break
        others = _values(asked, other.sentence)
        if (
            others
            and other.sentence.document != first.sentence.document
            and not any(_agree(one, two) for one in values for two in others)
            and _same_thing(asked, first.sentence, other.sentence)
        ):
            summary = summaries[other.sentence.document]
            claims.append(_claim(other.sentence, _text(others[0], other.sentence), summary))
    distinct = _distinct(claims)
    return _in_order(distinct) if len(distinct) >= 2 else ()


def _same_thing(asked: Asked, one: Sentence, other: Sentence) -> bool:
    """Tell whether two statements are about the same thing at the same time."""
    question = set(analyse(asked.text)) - _ASKS_NOTHING
    left, right = _frame(one), _frame(other)
    if question & left != question & right:
        return False
    union = left | right
    return bool(union) and len(left & right) / len(union) >= SAME_FRAME


def _frame(sentence: Sentence) -> set[str]:
    """The terms of a sentence without its numbers."""
    return {term for term in analyse(sentence.text) if not any(map(str.isdigit, term))}
