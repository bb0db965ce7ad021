"""Filters in words, and filters that fit nothing."""

from __future__ import annotations

import pytest

from summitqa.errors import UsageError
from summitqa.retrieve import documents_in_scope
from summitqa.types import DocumentSummary, Scope
from summitqa.understanding.scope_words import check_scope, find_named_documents

SUMMARIES = {
    summary.id: summary
    for summary in (
        DocumentSummary(
            "chair.md",
            "Chair's Summary of the Harbour Meeting 2023",
            date="2023-11-02",
            summit="harbour-2023",
            kind="statement",
            places=("Harbour",),
        ),
        DocumentSummary(
            "river.md",
            "Statement on Rivers and People (Rome, 11 February 2025)",
            date="2025-02-11",
            summit="rome-2025",
            kind="statement",
            places=("Rome",),
        ),
        DocumentSummary("report.md", "The Water Report 2024: interim edition", date="2024-05-17"),
        DocumentSummary("report-full.md", "The Water Report 2025", date="2025-01-29"),
    )
}


@pytest.mark.parametrize(
    ("question", "document"),
    [
        ("According to the Chair's Summary, who came?", "chair.md"),
        ("What does the Chair's Summary say about risk?", "chair.md"),
        ("Does the Rome statement mention fish?", "river.md"),
        ("In the Water Report 2024, how many experts are named?", "report.md"),
    ],
)
def test_a_document_named_as_the_source_is_found(question: str, document: str) -> None:
    assert find_named_documents(question, SUMMARIES) == (document,)


@pytest.mark.parametrize(
    "question",
    [
        "Who wrote the Chair's Summary?",  # its subject, not its source
        "What does the Water Report say about risk?",  # two of them
        "What does the minister say about risk?",
        "According to whom was it signed?",
        "When was the Rome statement signed?",
    ],
)
def test_a_subject_or_an_unclear_name_is_no_filter(question: str) -> None:
    assert find_named_documents(question, SUMMARIES) == ()


@pytest.mark.parametrize(
    ("scope", "message"),
    [
        (Scope(summits=("paris-2025",)), "No document has the summit paris-2025; the index has"),
        (Scope(documents=("lost.md",)), r"No document is called lost\.md; the index has"),
        (
            Scope(summits=("harbour-2023",), years=(2025,)),
            "No document has both the summit harbour-2023 and the year 2025; leave one",
        ),
    ],
)
def test_filters_that_fit_nothing_get_one_clear_sentence(scope: Scope, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        check_scope(scope, SUMMARIES, lambda each: documents_in_scope(each, SUMMARIES))


def test_filters_that_fit_something_pass() -> None:
    for scope in (Scope(), Scope(years=(2025,)), Scope(summits=("rome-2025",), years=(2025,))):
        check_scope(scope, SUMMARIES, lambda each: documents_in_scope(each, SUMMARIES))
