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


DIFFER = "Where sources differ"


def section(*texts: str) -> list[Sentence]:
    """Sentences of one section about differences, at offsets of their own."""
    return [sentence(text, DIFFER, start=1000 * place) for place, text in enumerate(texts)]


def test_statements_after_an_announced_difference_stand_side_by_side() -> None:
    lines = section(
        "The founding date of the Harbour League differs between sources.",
        "The announcement of the Harbour League was made on 21 May 2024.",
        "A release says that the Harbour League was established in November 2024.",
        "The cook of the inn is called Ann.",
    )
    claims = look("When was the Harbour League founded?", lines[:1], lines)
    assert [claim.value for claim in claims] == ["21 May 2024", "November 2024"]


def test_reports_after_an_announced_difference_are_both_quoted() -> None:
    lines = section(
        "The state of the Harbour Office is described in two ways.",
        "A release of 27 July 2026 says that the Harbour Office has been established.",
        "A release of 29 July 2026 says that the Harbour Office is being established.",
    )
    claims = look("Does the Harbour Office already exist?", lines[1:2], lines)
    assert [claim.sentence.start for claim in claims] == [1000, 2000]


@pytest.mark.parametrize(
    ("question", "text"),
    [
        (
            "How many countries endorsed the Harbour Plan?",
            "Reports wrote of about 60 countries behind the Harbour Plan, while others give 61.",
        ),
        (
            "When was the Harbour Plan launched?",
            "One site says that the Harbour Plan was launched in February 2025, while others"
            " give 7 February 2025.",
        ),
    ],
)
def test_a_section_about_differences_is_read_strictly(question: str, text: str) -> None:
    lines = section(text)
    assert len(look(question, lines, lines)) == 1


def test_a_member_that_some_count_apart_is_no_difference() -> None:
    lines = section(
        "Reports count the Harbour League either as ten countries or as nine countries and the"
        " Island Union."
    )
    assert look("How many countries are in the Harbour League?", lines, lines) == ()
    assert look("Does the Harbour League consist of ten countries?", lines, lines) == ()
    assert look("Are there nine or ten countries in the Harbour League?", lines, lines)


@pytest.mark.parametrize(
    "text",
    [
        "A blog says that 12 of the 16 members of the Harbour League had published rules.",
        "A paper wrote that Norway and 57 other members had joined the Harbour League, 58 in all.",
    ],
)
def test_a_part_of_a_count_is_no_second_value(text: str) -> None:
    lines = section(text)
    assert look("How many members of the Harbour League had published?", lines, lines) == ()


def test_another_thing_that_bears_the_name_is_not_the_one_asked_about() -> None:
    lines = section(
        "One site dates the new name of the institute network to May 2026, while the British"
        " government gave the new name of the network in March 2026."
    )
    question = "When did the British Harbour Safety Institute get its new name?"
    assert look(question, lines, lines) == ()
