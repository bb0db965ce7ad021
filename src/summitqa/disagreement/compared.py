"""Statements of two documents that answer the same question with different values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from summitqa.disagreement.claim import MOST_CLAIMS, Claim, in_order, make_claim, one_a_value
from summitqa.disagreement.form import Form
from summitqa.disagreement.subject import same_thing
from summitqa.disagreement.values import agree, find_values, write_value
from summitqa.temporal import is_foreseen
from summitqa.types import DocumentSummary, Evidence

NEAR = 6.0
"""How far below the best evidence another statement may lie to be compared."""


def compare_statements(
    form: Form, evidence: Sequence[Evidence], summaries: Mapping[str, DocumentSummary]
) -> tuple[Claim, ...]:
    """Compare the best statement with others that answer the same question."""
    first = evidence[0]
    values = find_values(form, first.sentence)
    if not values:
        return ()
    claims = [
        make_claim(
            first.sentence,
            write_value(values[0], first.sentence),
            summaries[first.sentence.document],
        )
    ]
    for other in evidence[1:]:
        if other.score < first.score - NEAR or len(claims) == MOST_CLAIMS:
            break
        others = find_values(form, other.sentence)
        foreseen = is_foreseen(other.sentence, summaries[other.sentence.document])
        if foreseen and not form.asked.expectation:
            continue  # what was expected and what came differ without a disagreement
        if (
            others
            and other.sentence.document != first.sentence.document
            and not any(agree(one, two) for one in values for two in others)
            and same_thing(form.asked, first.sentence, other.sentence)
        ):
            summary = summaries[other.sentence.document]
            claims.append(
                make_claim(other.sentence, write_value(others[0], other.sentence), summary)
            )
    distinct = one_a_value(claims)
    return in_order(distinct) if len(distinct) >= 2 else ()
