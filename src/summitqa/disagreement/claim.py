"""One statement of a disagreement, with its date and its source."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from summitqa.disagreement.subject import in_section
from summitqa.temporal import date_statement
from summitqa.types import DocumentSummary, Sentence
from summitqa.understanding.dates import Period, find_periods

MOST_CLAIMS = 5
"""Statements shown side by side, at most."""
# "AFP wrote on 11 February that ...", "The Élysée page gives ...": who says so.
SOURCE = re.compile(
    r"((?:[\w'’.&-]+\s+|\([^)]*\)\s+){1,9}?)(?:(?:later|also|first)\s+)?(?:wrote|writes|said|says|told"
    r"|reported|reports|gave|gives|listed|lists|counted|counts|called|calls|speaks?|spoke"
    r"|announced|described|describes|dates|dated)\b"
)
_OFFICIAL = re.compile(
    r"\b(?:official\w*|government|ministry|minister|parliament|commission|presidency|published list"
    r"|written statement|gov\.uk)\b",
    re.IGNORECASE,
)
# "The Global Government Forum" writes about governments and is none.
_PRESS = re.compile(
    r"\b(?:forum|times|post|herald|news|review|journal|gazette|daily|magazine|tribune|watch|monitor"
    r"|reporter|today|weekly)\s*$",
    re.IGNORECASE,
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


def make_claim(sentence: Sentence, value: str, summary: DocumentSummary) -> Claim:
    """Make the claim of a sentence: its value, its date, who says so."""
    attribution = SOURCE.match(sentence.text)
    source = attribution.group(1).strip() if attribution else ""
    if value and sentence.headings and in_section(sentence):
        own = find_periods(sentence.text)
        dated = own[0] if own else None  # undated reports stand beside dated ones
    else:
        dated = date_statement(sentence, summary)
    named = bool(_OFFICIAL.search(source)) and not _PRESS.search(source)
    official = named or (not source and summary.tier == "official")
    return Claim(sentence, value, dated, official, source)


def one_a_value(claims: Sequence[Claim]) -> list[Claim]:
    """One claim a value; an official one goes before others."""
    best: dict[str, Claim] = {}
    for claim in claims:
        key = claim.value.lower()
        if key not in best or (claim.official and not best[key].official):
            best[key] = claim
    return sorted(best.values(), key=lambda claim: not claim.official)[:MOST_CLAIMS]


def in_order(claims: Sequence[Claim]) -> tuple[Claim, ...]:
    """Order claims by date, oldest first; undated ones come before."""
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


def key_of(sentence: Sentence) -> tuple[str, int, int]:
    """Give what tells a sentence from all others."""
    return sentence.document, sentence.start, sentence.end
