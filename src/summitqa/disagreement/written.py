"""A disagreement in words, with the markers of its statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from summitqa.disagreement.claim import Claim, key_of
from summitqa.types import Citation, Disagreement, DocumentSummary, Draft, DraftSentence
from summitqa.understanding.dates import write_period


def add_claims(draft: Draft, claims: Sequence[Claim]) -> Draft:
    """Add the statements to a draft that does not quote them yet."""
    quoted = {key_of(source) for each in draft.sentences for source in each.sources}
    further = tuple(
        DraftSentence(text=claim.sentence.text, sources=(claim.sentence,))
        for claim in claims
        if key_of(claim.sentence) not in quoted
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
        marker = markers[key_of(claim.sentence)]
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
        statement += f" The newest is {newest.value} [{markers[key_of(newest.sentence)]}]."
    used = tuple(dict.fromkeys(markers[key_of(claim.sentence)] for claim in claims))
    return (Disagreement(statement=statement, citations=used),)


def _newest(claims: Sequence[Claim]) -> Claim | None:
    """The claim that is later than all others, if their dates say so."""
    dated = [(claim.dated, claim) for claim in claims if claim.dated is not None and claim.value]
    if len(dated) < max(2, len(claims)):
        return None
    last, newest = max(dated, key=lambda pair: pair[0].first)
    rest = [period for period, claim in dated if claim is not newest]
    return newest if all(period.last < last.first for period in rest) else None
