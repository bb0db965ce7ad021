"""Disagreement: shown where it is, and only there."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from summitqa.cite import cite
from summitqa.disagreement import Claim, add_claims, find_disagreement, state_disagreement
from summitqa.types import DocumentSummary, Draft, DraftSentence, Evidence, Sentence
from summitqa.understanding.question import read_question

SUMMARIES = {
    "a.md": DocumentSummary("a.md", "The Harbour Treaty", date="2024-05-01", tier="official"),
    "b.md": DocumentSummary("b.md", "Press review", date="2024-06-01", tier="press"),
}


def sentence(text: str, *headings: str, document: str = "a.md", start: int = 0) -> Sentence:
    return Sentence(document, start, start + len(text), text, ("Title", *headings))


def look(
    question: str, found: Sequence[Sentence], document: Sequence[Sentence] = ()
) -> tuple[Claim, ...]:
    evidence = [Evidence(each, 5.0 - rank) for rank, each in enumerate(found)]
    return find_disagreement(
        read_question(question), evidence, SUMMARIES, lambda _: document or list(found)
    )


def test_two_documents_with_different_counts_disagree() -> None:
    claims = look(
        "How many countries signed the Harbour Treaty?",
        [
            sentence("The Harbour Treaty was signed by 28 countries on 1 May 2024."),
            sentence(
                "The Harbour Treaty was signed by 31 countries on 1 June 2024.", document="b.md"
            ),
        ],
    )
    assert [claim.value for claim in claims] == ["28 countries", "31 countries"]


@pytest.mark.parametrize(
    "other",
    [
        "The Harbour Treaty was signed by twenty-eight countries on 1 May 2024.",  # the same
        "The Harbour Treaty was signed by more than 20 countries on 1 May 2024.",  # both true
        "The Harbour Declaration was signed by 31 countries on 1 June 2024.",  # another text
        "The Harbour Treaty was signed by 31 companies on 1 June 2024.",  # another thing counted
        "The Harbour Treaty has 31 articles about fish, boats, salt, nets and lights.",
    ],
)
def test_agreement_and_different_things_are_no_disagreement(other: str) -> None:
    claims = look(
        "How many countries signed the Harbour Treaty?",
        [
            sentence("The Harbour Treaty was signed by 28 countries on 1 May 2024."),
            sentence(other, document="b.md"),
        ],
    )
    assert claims == ()


def test_a_section_about_differences_is_set_side_by_side() -> None:
    section = [
        sentence("Reuters wrote on 2 May 2024 that 28 countries signed.", "Where sources differ"),
        sentence(
            "AFP wrote on 3 May 2024 that 31 countries signed.", "Where sources differ", start=60
        ),
    ]
    claims = look("How many countries signed the Harbour Treaty?", section[:1], section)
    assert [(claim.source, claim.value) for claim in claims] == [
        ("Reuters", "28 countries"),
        ("AFP", "31 countries"),
    ]


def test_one_sentence_may_state_the_difference() -> None:
    both = sentence("The number is 96 in the foreword and 100 on the website.", "Disputed figures")
    claims = look("How many experts wrote the Harbour Treaty?", [both])
    assert [claim.sentence for claim in claims] == [both]


def test_another_text_in_the_same_sentence_is_not_another_source() -> None:
    both = sentence(
        "The Harbour Pledge has 14 companies, while the Harbour Safety Commitments had 16.",
        "Where sources differ",
    )
    assert look("How many companies made the Harbour Pledge?", [both]) == ()


def test_a_question_about_another_name_does_not_meet_the_section() -> None:
    section = [
        sentence("Reuters wrote that 28 countries signed the River Pact.", "Where sources differ"),
        sentence(
            "AFP wrote that 31 countries signed the River Pact.", "Where sources differ", start=60
        ),
    ]
    assert look("How many countries signed the Mountain Charter?", section[:1], section) == ()


def test_the_statement_names_values_dates_sources_and_the_newest() -> None:
    first = sentence("The Harbour Treaty was signed by 28 countries on 1 May 2024.")
    second = sentence(
        "The Harbour Treaty was signed by 31 countries on 1 June 2024.", document="b.md"
    )
    claims = look("How many countries signed the Harbour Treaty?", [first, second])
    draft = add_claims(Draft((DraftSentence(first.text, (first,)),)), claims)
    text, citations = cite(draft, SUMMARIES)
    stated = state_disagreement(claims, citations, SUMMARIES)
    assert text.endswith("[2]")
    assert stated[0].citations == (1, 2)
    assert stated[0].statement == (
        "28 countries (The Harbour Treaty, 1 May 2024, official) [1]; "
        "31 countries (Press review, 1 June 2024) [2]. The newest is 31 countries [2]."
    )
    assert state_disagreement((), citations, SUMMARIES) == ()
