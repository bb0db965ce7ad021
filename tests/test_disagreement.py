"""Disagreement: shown where it is, and only there."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from summitqa.cite import cite
from summitqa.disagreement import (
    Claim,
    add_claims,
    find_disagreement,
    read_comparable,
    state_disagreement,
)
from summitqa.types import (
    DocumentSummary,
    Draft,
    DraftSentence,
    Evidence,
    Sentence,
    Signals,
)
from summitqa.understanding.question import read_question

SUMMARIES = {
    "a.md": DocumentSummary("a.md", "The Harbour Treaty", date="2024-05-01", tier="official"),
    "b.md": DocumentSummary("b.md", "Press review", date="2024-06-01", tier="press"),
    "c.md": DocumentSummary("c.md", "Letters", date="2024-07-01", tier="press"),
    "d.md": DocumentSummary("d.md", "AI Safety Institutes of Chile and Peru", date="2024-07-01"),
}

WELL_READ = Signals(
    span=1.6,
    answerable=2.5,
    fused=1.0,
    coverage=0.8,
    context=0.9,
    lead=0.5,
    length=0.0,
    enumerates=0.0,
    named=1.0,
    fits=2.0,
    similarity=0.75,
    continued=0.75,
    reread=2.2,
)


def sentence(text: str, *headings: str, document: str = "a.md", start: int = 0) -> Sentence:
    return Sentence(document, start, start + len(text), text, ("Title", *headings))


def look(
    question: str, found: Sequence[Sentence], document: Sequence[Sentence] = ()
) -> tuple[Claim, ...]:
    evidence = [Evidence(each, 5.0 - rank, signals=WELL_READ) for rank, each in enumerate(found)]
    return find_disagreement(
        read_question(question),
        evidence,
        SUMMARIES,
        lambda _: document or list(found),
        share_words,
    )


def share_words(one: str, other: str) -> float:
    """How near two texts are: the share of their words that both have."""
    left, right = set(one.lower().split()), set(other.lower().split())
    return len(left & right) / len(left | right)


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


def test_values_that_an_exact_one_tells_apart_are_all_set_side_by_side() -> None:
    lines = section(
        "Reuters wrote on 2 May 2024 that around 60 countries signed the Harbour Treaty.",
        "AFP wrote on 3 May 2024 that 58 countries signed the Harbour Treaty.",
        "ANI wrote on 4 May 2024 that 61 countries signed the Harbour Treaty.",
    )
    claims = look("How many countries signed the Harbour Treaty?", lines[:1], lines)
    assert [claim.value for claim in claims] == ["58 countries", "61 countries"]


def test_the_last_of_the_announced_statements_may_use_other_words() -> None:
    lines = section(
        "The number of founding partners of the Harbour League differs between two pages.",
        "The palace page of 11 May 2024 gives 91 partners.",
        "The UNEP release of 11 May 2024 gives more than 100 partners, a figure that IISD repeats.",
    )
    claims = look("With how many partners did the Harbour League start?", lines[:1], lines)
    assert [claim.value for claim in claims] == ["91 partners", "more than 100 partners"]
    assert look("Who leads the Harbour League?", lines[:1], lines) == ()


@pytest.mark.parametrize(
    ("question", "answer", "told"),
    [
        (
            "How long will the port hold back fines under the Harbour Treaty?",
            "The ministry announced a grace period of at least one year for fines.",
            "Some reports give the grace period as one year, while the ministry speaks of at least"
            " one year.",
        ),
        (
            "On which day was the Harbour Charter adopted?",
            "The Harbour Charter was adopted on 21 May 2024 by ten countries.",
            "The official title dates the Harbour Charter to 21 May 2024, while one site dates the"
            " Harbour Charter to 22 May 2024.",
        ),
    ],
)
def test_a_sentence_about_differences_is_found_by_the_value_of_the_answer(
    question: str, answer: str, told: str
) -> None:
    lines = section(told)
    found = look(question, [sentence(answer, start=9000)], lines)
    assert [claim.sentence for claim in found] == lines


@pytest.mark.parametrize(
    ("question", "text"),
    [
        # Another thing counted, a part of a whole, a bound that holds, no answer at all.
        (
            "How many pages does the Harbour Report have?",
            "The number of experts behind the Harbour Report is 96 in the foreword and 100 on the"
            " website.",
        ),
        (
            "How many experts wrote the Harbour Report?",
            "One site speaks of experts from 75 countries, although the Harbour Report speaks of 75"
            " experts and a panel of 30 countries.",
        ),
        (
            "How many companies signed the Harbour Report?",
            "A list contains 12 companies, but two of the twelve were not among the 16 signatories"
            " of the Harbour Report, so that the list gives 10 of 16.",
        ),
        (
            "How many countries are in the Harbour Report?",
            "A blog speaks of more than 40 countries in the Harbour Report, while others give 49.",
        ),
        (
            "How many countries are behind the Harbour Report?",
            "One site wrote of 85 countries and three bodies behind the Harbour Report, which also"
            " makes 88.",
        ),
        (
            "When is the Harbour Report meeting?",
            "The Harbour Report meeting of 2027 should not be confused with the Island Dialogue,"
            " which met on 6 July 2026.",
        ),
        (
            "Who launched the Harbour Report?",
            "One site says that the Harbour Report was launched on 7 May 2024, while others give"
            " 9 May 2024.",
        ),
        (
            "When did the Harbour Report come out?",
            "The Board calls the Harbour Report the second in the world (5 December 2024), while a"
            " paper wrote of the first Harbour Report of all (22 January 2026).",
        ),
        (
            "When will the third Harbour Report come out?",
            "A site attributes four categories to the Harbour Report 2026, although they come from"
            " a paper of 2023.",
        ),
    ],
)
def test_a_section_about_other_differences_is_not_used(question: str, text: str) -> None:
    lines = section(text)
    assert look(question, lines, lines) == ()


def test_people_and_staff_are_counts_of_the_same() -> None:
    lines = section(
        "Reports of the size of the Harbour Safety Institute differ: a report of May 2024 gave 32"
        " employees, while a paper wrote of 130 staff in November 2024."
    )
    assert len(look("How many people work at the Harbour Safety Institute?", lines, lines)) == 1


def test_what_changed_on_a_day_is_no_difference_unless_it_is_asked_for() -> None:
    lines = section(
        "Texts written before 27 July 2026 give 2 August 2026 for the Harbour Rules, and texts"
        " after that day give 2 December 2027."
    )
    answer = sentence("The Harbour Rules moved from 2 August 2026 to 2 December 2027.", start=9000)
    assert look("When do the Harbour Rules start?", [answer], lines) == ()
    question = "Some papers say August 2026 for the Harbour Rules, others 2027: which is right?"
    assert len(look(question, [answer, *lines], lines)) == 1


def test_what_was_expected_beforehand_is_no_other_value() -> None:
    lines = section(
        "Reuters wrote on 2 May 2024 that 28 countries signed the Harbour Treaty.",
        "AFP expected on 1 May 2024 that 19 countries signed the Harbour Treaty.",
    )
    assert look("How many countries signed the Harbour Treaty?", lines[:1], lines) == ()


def test_a_count_of_states_behind_a_text_answers_how_many_governments_signed() -> None:
    lines = section(
        "One site gives 28 countries for the Harbour Declaration, although ten countries signed."
    )
    found = sentence("The Harbour Declaration was signed in May by ten countries.")
    claims = look("How many governments signed the Harbour Declaration?", [found], lines)
    assert [claim.sentence for claim in claims] == lines


def test_two_values_in_the_sentence_that_answers_are_a_difference_whatever_the_question() -> None:
    lines = section(
        "Reports of the size of the Harbour Office differ: one gave 32 employees, while another"
        " wrote of 130 staff."
    )
    claims = look("How large is the staff of the Harbour Office?", lines, lines)
    assert [claim.sentence for claim in claims] == lines


def test_a_difference_told_further_down_must_name_the_thing_itself() -> None:
    told = section(
        "Early texts speak of 16 companies behind the Harbour Pledge, while later ones speak of 20."
    )[0]
    above = [
        sentence(f"The {word} list of May is long.", document="b.md", start=200 * place)
        for place, word in enumerate(("first", "second", "third", "fourth", "fifth"), 1)
    ]
    question = "How many companies signed the Harbour Pledge?"
    assert [claim.sentence for claim in look(question, [*above, told])] == [told]
    assert look("How many companies signed the Rome Pledge?", [*above, told]) == ()


def test_what_held_at_first_is_not_set_against_later_counts() -> None:
    lines = section(
        "Early texts speak of 16 companies behind the Harbour Pledge, while later ones speak of 20."
    )
    assert look("How many companies signed the Harbour Pledge?", lines, lines)
    assert not look("How many companies signed the Harbour Pledge at first?", lines, lines)
    assert look("At first, did 16 or 20 companies sign the Harbour Pledge?", lines, lines)


def test_the_day_of_a_text_is_told_in_another_word() -> None:
    lines = section(
        "One site dates the Harbour Guide to 1 May 2024, while two others give 2 May 2024."
    )
    found = sentence("The ministers adopted the Harbour Guide on 2 May 2024 in the port.")
    claims = look("When did ministers adopt the Harbour Guide?", [found], lines)
    assert [claim.sentence for claim in claims] == lines


@pytest.mark.parametrize(
    ("question", "section"),
    [
        (  # of another state
            "Is Chile planning a seed bank?",
            [
                "How the plans of states stand is told in two ways.",
                "A release of Peru of 2 May 2024 says that its seed bank has been set up.",
                "A release of Peru of 4 May 2024 says that its seed bank is being set up.",
            ],
        ),
        (  # states beside people
            "How many experts worked on the Harbour Treaty?",
            [
                "A release counts 30 nations in the expert panel of the Harbour Treaty.",
                "A page speaks of 75 experts in the expert panel of the Harbour Treaty.",
            ],
        ),
        (  # what changed, and when it did
            "How many ports are in the Harbour Treaty?",
            [
                "Texts written in May 2024 speak of 16 ports in the Harbour Treaty, while texts"
                " written after the update of 7 June 2024 speak of 20 ports.",
            ],
        ),
    ],
)
def test_a_section_about_differences_of_other_things_is_left_alone(
    question: str, section: list[str]
) -> None:
    told = [
        sentence(text, "Where sources differ", start=200 * place)
        for place, text in enumerate(section)
    ]
    assert look(question, [told[-1], *told[:-1]], told) == ()


def test_what_was_next_once_is_no_other_answer() -> None:
    question = "Where is the next Harbour summit?"
    now = sentence("The next Harbour summit is in Lima, in May 2026.")
    then = sentence("The next Harbour summit is in Porto, in May 2024.", document="b.md")
    assert look(question, [now, then]) == ()
    assert read_comparable(read_question("What is the step next to the last?")) is not None


def test_a_day_that_the_answer_gives_is_found_where_sources_date_it_otherwise() -> None:
    answer = sentence("The Harbour Treaty took the name Sea Pact on 14 May 2024.")
    told = sentence(
        "The date of the new name Sea Pact is 14 May 2024 in press reports"
        " and 24 May 2024 in the statement to parliament.",
        "Where sources differ",
        start=200,
    )
    claims = look("When was the Harbour Treaty renamed?", [answer], [answer, told])
    assert [claim.sentence for claim in claims] == [told]


def test_what_is_told_of_a_difference_may_use_the_words_of_the_answer_only() -> None:
    answer = sentence("The first HAVEN summit took place in Porto in May 2024.")
    told = sentence(
        "The Herald placed the first HAVEN summit in Lisbon, which is wrong: the first HAVEN"
        " summit took place in Porto.",
        "Where sources differ",
        start=200,
    )
    question = "Where was the opening meeting on quiet harbours held?"
    assert [claim.sentence for claim in look(question, [answer, told], [answer, told])] == [told]
    other = sentence("The treaty of Oslo is dated otherwise by some.", "Where sources differ")
    assert look(question, [answer, other], [answer, other]) == ()


@pytest.mark.parametrize(
    "other",
    [
        "The Harbour Treaty was signed by 31 participating countries on 1 May 2024.",
        "The Harbour Treaty was signed by 31 developing countries on 1 May 2024.",
        "The Harbour Treaty was signed by 31 countries, among them Peru, on 1 May 2024.",
    ],
)
def test_states_counted_or_listed_otherwise_still_differ(other: str) -> None:
    first = sentence("The Harbour Treaty was signed by 28 countries in Chile on 1 May 2024.")
    question = "How many countries signed the Harbour Treaty in Chile?"
    assert len(look(question, [first, sentence(other, document="b.md")])) == 2


@pytest.mark.parametrize(
    ("question", "compared"),
    [
        ("Where is the next Harbour summit?", False),
        ("Where is the next summit after Harbour?", True),
        ("How many members does the next-generation Harbour network have?", True),
        ("When was the Next Harbour Forum founded?", True),
    ],
)
def test_only_what_comes_next_from_now_is_of_one_moment(question: str, compared: bool) -> None:
    assert (read_comparable(read_question(question)) is not None) is compared


def test_a_count_before_asking_and_one_after_it_is_no_change() -> None:
    told = sentence(
        "In May 2024 the Herald counted 16 ports in the Harbour Treaty, while the Post counted 20"
        " ports after asking the ministry.",
        "Where sources differ",
    )
    question = "How many ports are in the Harbour Treaty?"
    assert [claim.sentence for claim in look(question, [told], [told])] == [told]


def test_the_days_of_another_text_are_not_those_of_the_answer() -> None:
    answer = sentence("The Harbour Treaty was adopted in Porto by the ministers on 14 May 2024.")
    told = sentence(
        "The Barge Pledge was adopted in Porto by the ministers on 14 May 2024 in press reports"
        " and on 24 May 2024 in the record of parliament.",
        "Where sources differ",
        start=200,
    )
    assert look("When was the Harbour Treaty adopted?", [answer], [answer, told]) == ()


@pytest.mark.parametrize(
    ("question", "told"),
    [
        (  # the second day is a source's own
            "When did the ports publish their rules?",
            "The chair says that seven ports published rules on 27 May 2024, while a review by the"
            " centre of 31 May 2024 speaks of six.",
        ),
        (  # members are no money
            "How much money does the Harbour Treaty have?",
            "A list described as nine governments behind the Harbour Treaty contains ten names.",
        ),
    ],
)
def test_a_sentence_about_another_difference_is_left_alone(question: str, told: str) -> None:
    section = [sentence(told, "Where sources differ")]
    assert look(question, section, section) == ()


def test_the_staff_of_another_states_institute_is_not_set_beside_it() -> None:
    told = ["The institute of Chile has 12 staff.", "The institute of Peru has 14 staff."]
    section = [
        sentence(text, "Where sources differ", document="d.md", start=100 * place)
        for place, text in enumerate(told)
    ]
    assert look("How many staff does the institute of Chile have?", section, section) == ()


@pytest.mark.parametrize(
    ("source", "official"),
    [
        ("The Ministry of Ports", True),
        ("The Government of Peru", True),
        ("Global Government Forum", False),
        ("The Parliament Times", False),
    ],
)
def test_a_paper_about_governments_is_no_official_source(source: str, official: bool) -> None:
    section = [
        sentence(f"{source} wrote on 2 May 2024 that 28 countries signed.", "Where sources differ"),
        sentence(
            "AFP wrote on 3 May 2024 that 31 countries signed.", "Where sources differ", start=90
        ),
    ]
    claims = look("How many countries signed the Harbour Treaty?", section[:1], section)
    assert [claim.official for claim in claims] == [official, False]
