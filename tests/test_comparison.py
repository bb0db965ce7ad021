"""Comparisons as a table with a cited cell each."""

from __future__ import annotations

from datetime import date
from functools import partial

import pytest

from summitqa.cite import cite
from summitqa.comparison import (
    EMPTY_CELL,
    Item,
    ask_cells,
    narrow,
    plan_comparison,
    speaks_of,
    word_cell,
    write_table,
)
from summitqa.types import DocumentSummary, Evidence, Scope, Sentence

SUMMARIES = {
    summary.id: summary
    for summary in (
        DocumentSummary("a.md", "Harbour Declaration", "2023-11-01", summit="harbour-2023"),
        DocumentSummary("b.md", "Harbour talks", "2023-11-02", summit="harbour-2023"),
        DocumentSummary("c.md", "Rome Declaration", "2024-05-01", summit="rome-2024"),
        DocumentSummary("d.md", "Next", "2025-05-01", summit="oslo-2025"),
        DocumentSummary("e.md", "Rome Declaration again", "2024-05-02", summit="rome-2024"),
    )
}


@pytest.mark.parametrize(
    ("question", "items", "aspects"),
    [
        (
            "Compare the two summits by date and host.",
            ("Harbour summit of 2023", "Rome summit of 2024"),
            ("date", "host"),
        ),
        (
            "Compare the Harbour Declaration and the Rome Declaration on number of signatories",
            ("Harbour Declaration", "Rome Declaration"),
            ("number of signatories",),
        ),
        (
            "What are the differences between Harbour, Rome and Oslo in place, date and host?",
            ("Harbour", "Rome", "Oslo"),
            ("place", "date", "host"),
        ),
        (
            "Compare the hosts and dates of the Rome and Oslo summits",
            ("Rome summit", "Oslo summit"),
            ("hosts", "dates"),
        ),
        ("Compare Rome with Oslo", ("Rome", "Oslo"), ("date", "place", "host", "main outcome")),
    ],
)
def test_a_comparison_is_planned(
    question: str, items: tuple[str, ...], aspects: tuple[str, ...]
) -> None:
    plan = plan_comparison(question, SUMMARIES)
    assert plan is not None
    assert tuple(item.name for item in plan.items) == items
    assert plan.aspects == aspects


@pytest.mark.parametrize(
    "question", ["Who compared the texts?", "Compare Rome.", "When was it?", "Compare the rivers"]
)
def test_no_table_where_nothing_is_set_side_by_side(question: str) -> None:
    assert plan_comparison(question, SUMMARIES) is None


def test_each_cell_is_asked_within_its_item_and_cited() -> None:
    plan = plan_comparison("Compare the two summits by date and host", SUMMARIES)
    assert plan is not None
    source = Sentence("a.md", 10, 49, "The Harbour summit was 1 November 2023.")
    other = Sentence("c.md", 0, 30, "The river is long and very wide")

    def search(question: str, scope: Scope) -> list[Evidence]:
        if scope.summits == ("harbour-2023",) and question.startswith("When"):
            return [Evidence(other, 5.0), Evidence(source, 4.0, (33, 48))]
        return []

    cells = ask_cells(plan, search)
    text, citations = write_table(plan, cells, partial(cite, summaries=SUMMARIES))
    assert text.splitlines() == [
        "|  | Date | Host |",
        "| --- | --- | --- |",
        f"| Harbour summit of 2023 | 1 November 2023 [1] | {EMPTY_CELL} |",
        f"| Rome summit of 2024 | {EMPTY_CELL} | {EMPTY_CELL} |",
    ]
    assert [each.document for each in citations] == ["a.md"]


def test_an_all_empty_table_cites_nothing() -> None:
    plan = plan_comparison("Compare Rome with Oslo by host", SUMMARIES)
    assert plan is not None
    empty = ask_cells(plan, lambda *_: ())
    assert write_table(plan, empty, partial(cite, summaries=SUMMARIES))[1] == ()


def test_an_item_narrows_the_scope_and_keeps_the_day() -> None:
    scope = Scope(summits=("x",), as_of=date(2025, 1, 1))
    assert narrow(scope, Scope(summits=("y",))) == Scope(summits=("y",), as_of=date(2025, 1, 1))
    assert narrow(scope, Scope()) == scope


def test_questions_are_worded_for_the_aspect() -> None:
    item = Item("Rome summit of 2024")
    assert word_cell(item, "date") == "When was the Rome summit of 2024?"
    assert word_cell(item, "number of firms") == "How many firms at the Rome summit of 2024?"
    assert word_cell(item, "legal force") == "What is the legal force of the Rome summit of 2024?"


def test_a_sentence_about_another_item_fills_no_cell() -> None:
    plan = plan_comparison("Compare the two summits by date", SUMMARIES)
    assert plan is not None
    harbour, rome = plan.items
    sentence = Sentence("a.md", 0, 20, "Harbour met on 1 November 2023.")
    assert speaks_of(harbour, plan, sentence)
    assert not speaks_of(rome, plan, sentence)
    cells = ask_cells(plan, lambda *_: [Evidence(sentence, 5.0)])
    assert [cell.text if cell else None for (cell,) in cells] == ["1 November 2023", None]
