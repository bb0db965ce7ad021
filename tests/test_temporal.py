"""Time: what may be known, what is newest, what was only foreseen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from summitqa.temporal import (
    date_statement,
    find_replaced,
    is_known_by,
    prefer_by_time,
    rate_time,
    restrict_hits,
    write_notes,
)
from summitqa.types import DocumentSummary, Evidence, Hit, Passage, Sentence, Signals
from summitqa.understanding.question import read_question

SUMMARY = DocumentSummary("a.md", "The institute", date="2023-11-02", updated="2026-06-10")
OTHER = DocumentSummary("b.md", "The office", date="2025-02-14")


def sentence(text: str, *headings: str, document: str = "a.md", start: int = 0) -> Sentence:
    return Sentence(document, start, start + len(text), text, ("The institute", *headings))


def signals(fits: float) -> Signals:
    return Signals(0.5, 1.0, 1.0, 0.5, 0.5, 0.2, 0.1, 0.0, 1.0, fits)


@pytest.mark.parametrize(
    ("text", "headings", "known"),
    [
        ("The institute was founded on 2 November 2023.", (), True),
        ("The institute took a new name on 14 February 2025.", (), False),
        ("In 2024 the ministry planned to spend 7 billion by 2027.", (), True),
        ("The fifth meeting, planned for 2027, is in Geneva.", (), False),
        ("She chaired every edition from 2024 to 2026.", (), False),
        ("It is part of a ministry.", (), True),
        ("It is part of a ministry.", ("The new name of February 2025",), False),
        ("Five more joined.", ("What changed later",), False),
        ("A list later showed 63 names.", ("Where sources differ",), False),
    ],
)
def test_a_sentence_is_known_by_its_own_dates(
    text: str, headings: tuple[str, ...], known: bool
) -> None:
    assert is_known_by(sentence(text, *headings), SUMMARY, date(2024, 12, 31)) is known


def test_a_finished_document_is_known_whole_and_a_later_one_not_at_all() -> None:
    finished = DocumentSummary("a.md", "x", date="2023-11-02", updated="2024-01-01")
    later = DocumentSummary("a.md", "x", date="2025-01-01")
    ahead = sentence("The next meeting will be held in 2027.")
    assert is_known_by(ahead, finished, date(2024, 12, 31))
    assert not is_known_by(sentence("It is so."), later, date(2024, 12, 31))


def test_passages_are_cut_to_what_was_known_with_exact_offsets() -> None:
    first, second = "It opened in May 2024.", "It closed in May 2026."
    text = f"{first} {second}"
    passage = Passage("a.md", 10, 10 + len(text), text)
    sentences = [sentence(first, start=10), sentence(second, start=11 + len(first))]

    def sentences_of(_: Passage) -> Sequence[Sentence]:
        return sentences

    hits = (Hit(passage, 1.0, "fused"),)
    kept = restrict_hits(hits, date(2024, 12, 31), {"a.md": SUMMARY}, sentences_of)
    assert [(hit.passage.start, hit.passage.text) for hit in kept] == [(10, first)]
    assert restrict_hits(hits, date(2022, 1, 1), {"a.md": SUMMARY}, sentences_of) == ()


def test_the_newest_statement_answers_a_question_about_now() -> None:
    summaries = {"a.md": SUMMARY, "b.md": OTHER}
    old = Evidence(sentence("The institute was called Safety Institute in 2023."), 5.0)
    new = Evidence(
        sentence("The institute was called Security Institute in 2025.", document="b.md"), 4.0
    )
    now = read_question("What is the institute currently called?")
    then = read_question("What was the institute called?")
    assert prefer_by_time(now, (old, new), summaries)[0].sentence == new.sentence
    assert prefer_by_time(then, (old, new), summaries)[0].sentence == old.sentence


def test_what_the_newest_statement_replaced_is_found() -> None:
    summaries = {"a.md": SUMMARY}
    new = Evidence(sentence("The charter had 91 members on 24 February 2026."), 5.0)
    old = Evidence(sentence("The charter had 88 members on 21 February 2026."), 4.0)
    other = Evidence(sentence("The weather was fine in Rome in 2020."), 4.5)
    now = read_question("How many members does the charter have now?")
    then = read_question("How many members did the charter have?")
    assert find_replaced(now, (new, other, old), summaries) == old
    assert find_replaced(now, (old, other, new), summaries) is None
    assert find_replaced(then, (new, old), summaries) is None


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("How large was the staff in 2025?", "In 2025 the staff was 90.", 1.0),
        ("How large was the staff in 2025?", "In 2023 the staff was 30.", -1.0),
        ("How large was the staff in 2025?", "The staff was 30.", -0.5),  # of a document of 2023
        ("How large was the staff?", "In 2023 the staff was 30.", 0.0),
        ("What was said before 2025?", "In 2023 it was said so.", 1.0),
        ("What was said after 2025?", "In 2023 it was said so.", -1.0),
    ],
)
def test_a_sentence_is_rated_by_the_time_asked_for(
    question: str, text: str, expected: float
) -> None:
    assert rate_time(read_question(question), sentence(text), SUMMARY) == expected


@pytest.mark.parametrize(
    "newer",
    ["In 2026 there were three.", "In 2026 her predecessor, Paolo Vento, retired as head."],
)
def test_what_is_newer_and_answers_another_question_is_not_preferred(newer: str) -> None:
    asked = read_question("Who is the head now?")
    old = Evidence(sentence("Ada Holm has been head since 2024."), 5.0, None, signals(fits=1.0))
    new = Evidence(sentence(newer, start=90), 4.0, None, signals(fits=float("Paolo" in newer)))
    assert prefer_by_time(asked, (old, new), {"a.md": SUMMARY})[0] == old
    plain = Evidence(sentence("In 2026 Rea Moor became head.", start=90), 4.0, None, new.signals)
    plain = replace(plain, signals=old.signals)
    found = prefer_by_time(asked, (old, plain), {"a.md": SUMMARY})
    assert found[0].sentence == plain.sentence


def test_notes_say_as_of_when() -> None:
    newest = sentence("It was renamed on 14 February 2025.")
    asked = read_question("What is it called now?")
    assert write_notes(asked, None, newest, SUMMARY) == (
        "As of 14 February 2025, the date of the newest statement found.",
    )
    assert "As of 31 December 2024" in write_notes(asked, date(2024, 12, 31), newest, SUMMARY)[0]
    then = read_question("What was it called?")
    assert write_notes(then, None, newest, SUMMARY) == ()


def test_a_statement_is_dated_by_itself_then_heading_then_document() -> None:
    own = date_statement(sentence("It met in May 2024.", "Work of 2025"), SUMMARY)
    heading = date_statement(sentence("It met.", "Work of 2025"), SUMMARY)
    document = date_statement(sentence("It met."), SUMMARY)
    assert own is not None
    assert heading is not None
    assert document is not None
    assert (own.last, heading.last, document.last) == (
        date(2024, 5, 31),
        date(2025, 12, 31),
        date(2023, 11, 2),
    )


def test_a_new_name_answers_what_something_is_called_now() -> None:
    opened = sentence("The Harbour Office was opened on 2 November 2023.")
    renamed = sentence(
        "The ministry said on 14 February 2025 that the Harbour Office would become the Port"
        " Authority.",
        start=100,
    )
    other = sentence(
        "The ministry became a member of the Port Authority, once the Harbour Office, in May 2026.",
        start=300,
    )
    found = [Evidence(opened, 9.0), Evidence(other, 4.0), Evidence(renamed, 3.0)]
    for question in (
        "What is the Harbour Office called now?",
        "Is it still called Harbour Office?",
    ):
        asked = read_question(question)
        assert prefer_by_time(asked, found, {"a.md": SUMMARY})[0].sentence == renamed
    before = read_question("What was the Harbour Office called?")
    assert prefer_by_time(before, found, {"a.md": SUMMARY})[0].sentence == opened


@pytest.mark.parametrize(
    ("text", "newer"),
    [
        ("The Norwegian Harbour Safety Office became Havnvakt in 2025 and kept HSO.", True),
        ("The Norwegian Harbour Safety Office became Havnvakt in May 2025.", True),
        ("The Norwegian Harbour League became Havnvakt in May 2025.", False),
    ],
)
def test_an_acronym_in_the_question_may_be_written_out(text: str, newer: bool) -> None:
    opened = sentence("The Norwegian HSO was opened on 2 November 2023.")
    renamed = sentence(text, start=100)
    asked = read_question("What is the Norwegian HSO called now?")
    found = [Evidence(opened, 9.0), Evidence(renamed, 3.0)]
    first = prefer_by_time(asked, found, {"a.md": SUMMARY})[0]
    assert (first.sentence == renamed) == newer


def _renaming(question: str) -> tuple[str, str | None]:
    """The first sentence for a question about a renaming, and its short answer."""
    opened = sentence("The Harbour Office was opened on 2 November 2023.")
    network = sentence(
        "The Harbour Office stayed a member when the league of all harbours of the"
        " north and the south was renamed in May 2025.",
        start=100,
    )
    became = sentence(
        "The Harbour Office became the Port Authority on 14 February 2025.", start=300
    )
    found = [Evidence(opened, 9.0), Evidence(network, 8.0), Evidence(became, -9.0)]
    first = prefer_by_time(read_question(question), found, {"a.md": SUMMARY})[0]
    if first.span is None:
        return first.sentence.text, None
    start, end = (offset - first.sentence.start for offset in first.span)
    return first.sentence.text, first.sentence.text[start:end]


@pytest.mark.parametrize(
    "question",
    [
        "When was the Harbour Office renamed?",
        "When did the Harbour Office get its new name?",
        "When did the ministry rename the Harbour Office?",
    ],
)
def test_when_something_was_renamed_is_answered_by_the_statement_of_the_new_name(
    question: str,
) -> None:
    assert _renaming(question) == (
        "The Harbour Office became the Port Authority on 14 February 2025.",
        "14 February 2025",
    )


def test_the_new_name_is_the_short_answer() -> None:
    renamed = sentence("The Harbour Office was renamed the Port Authority in May 2025.")
    asked = read_question("What is the Harbour Office called now?")
    first = prefer_by_time(asked, [Evidence(renamed, 1.0)], {"a.md": SUMMARY})[0]
    assert first.span is not None
    assert renamed.text[slice(*first.span)] == "Port Authority"


def test_what_is_foreseen_is_dated_by_its_text_not_by_what_it_foresees() -> None:
    ahead = sentence("Switzerland will host the fifth meeting in Geneva in 2027.")
    notes = write_notes(read_question("Who hosts the meeting?"), None, ahead, SUMMARY)
    assert notes == ("This is what was expected beforehand, from a text of 10 June 2026.",)


def test_what_came_later_without_a_date_goes_by_the_latest_fact() -> None:
    dated = date_statement(sentence("A list later showed 63 names."), SUMMARY)
    assert dated is not None
    assert dated.first == date(2026, 6, 10)
