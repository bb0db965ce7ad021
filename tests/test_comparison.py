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
    sets_side_by_side,
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
            ("Harbour summit", "Rome summit", "Oslo summit"),
            ("place", "date", "host"),
        ),
        (
            "Compare the hosts and dates of the Rome and Oslo summits",
            ("Rome summit", "Oslo summit"),
            ("hosts", "dates"),
        ),
        (
            "Compare the Harbour and Rome summits: dates and hosts",
            ("Harbour summit", "Rome summit"),
            ("dates", "hosts"),
        ),
        (
            "What is the difference between Harbour and Rome: the host?",
            ("Harbour summit", "Rome summit"),
            ("host",),
        ),
        (
            "What is the difference between Harbour and Rome as to the host?",
            ("Harbour summit", "Rome summit"),
            ("host",),
        ),
        (
            "Compare the number of signatories of the two summits' declarations",
            ("Harbour summit of 2023", "Rome summit of 2024"),
            ("number of signatories",),
        ),
        (
            "How many countries signed each summit's declaration?",
            ("Harbour summit of 2023", "Rome summit of 2024", "Oslo summit of 2025"),
            ("How many countries signed each summit's declaration",),
        ),
        (
            "Compare Rome with Oslo",
            ("Rome summit", "Oslo summit"),
            ("date", "place", "host", "main outcome"),
        ),
        (
            "What is the difference between the Rome and Oslo declarations?",
            ("Rome declaration", "Oslo declaration"),
            ("date", "place", "signatories"),
        ),
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
    "question",
    [
        *("Who compared the texts?", "Compare Rome.", "When was it?", "Compare the rivers"),
        *("Who signed each page?", "Each summit had a host."),
    ],
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
    assert word_cell(item, "date") == "When did the Rome summit of 2024 take place?"
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


@pytest.mark.parametrize(
    "question",
    ["Which countries signed every summit declaration?", "Who took part in every summit?"],
)
def test_who_is_in_all_of_them_is_not_asked_of_each(question: str) -> None:
    assert plan_comparison(question, SUMMARIES) is None


def test_the_same_is_asked_of_every_summit() -> None:
    plan = plan_comparison("Who hosted each summit?", SUMMARIES)
    assert plan is not None
    asked: list[tuple[str, tuple[str, ...]]] = []

    def search(question: str, scope: Scope) -> list[Evidence]:
        asked.append((question, scope.summits))
        return []

    ask_cells(plan, search)
    assert asked == [
        ("Who hosted the Harbour summit of 2023?", ("harbour-2023",)),
        ("Who hosted the Rome summit of 2024?", ("rome-2024",)),
        ("Who hosted the Oslo summit of 2025?", ("oslo-2025",)),
    ]


def _fill(question: str, *texts: str, spans: tuple[str, ...] = ()) -> list[str | None]:
    """Fill the row of the Rome summit, and no other, with sentences."""
    plan = plan_comparison(question, SUMMARIES)
    assert plan is not None
    evidence = []
    for place, text in enumerate(texts):
        start = text.index(spans[place]) if place < len(spans) and spans[place] else -1
        span = (start, start + len(spans[place])) if start >= 0 else None
        evidence.append(Evidence(Sentence("c.md", 0, len(text), text), 5.0 - place, span))
    cells = ask_cells(plan, lambda _, scope: evidence if scope.summits == ("rome-2024",) else [])
    rows = dict(zip((item.scope.summits for item in plan.items), cells, strict=True))
    return [cell.text if cell else None for cell in rows[("rome-2024",)]]


@pytest.mark.parametrize(
    ("clause", "question"),
    [
        ("where the three summits were held", "where was {item} held?"),
        ("who hosted the three AI summits", "who hosted {item}?"),
        ("how many states came to all three summits", "how many states came to {item}?"),
        ("what {x} the summits brought", "what {{x}} {item} brought?"),
    ],
)
def test_what_a_clause_asks_is_asked_of_every_summit(clause: str, question: str) -> None:
    comparison = plan_comparison(f"Compare {clause}.", SUMMARIES)
    assert comparison is not None
    assert [item.name[:4] for item in comparison.items] == ["Harb", "Rome", "Oslo"]
    assert comparison.aspects == (clause,)
    assert comparison.question == question


def test_a_sentence_of_a_summit_s_documents_need_not_name_the_summit() -> None:
    texts = ("The meeting took place on 1 May 2024.",)
    assert _fill("Compare the Rome and Oslo summits by date", *texts) == ["1 May 2024"]


def test_a_day_is_preferred_to_a_month() -> None:
    texts = ("It was in May 2024.", "It was on 1 May 2024.")
    assert _fill("Compare the Rome and Oslo summits by date", *texts) == ["1 May 2024"]


def test_the_days_on_which_a_summit_was_held_go_before_other_days() -> None:
    texts = (
        "The Rome text was published on 2 May 2024.",
        "A session of the Rome summit was held on 1 May 2024.",
        "Italy hosted the Rome summit on 1 and 2 May 2024.",
    )
    assert _fill("Compare the Rome and Oslo summits by date", *texts) == ["1 and 2 May 2024"]


def test_a_sentence_of_another_year_fills_no_cell_and_one_of_several_comes_last() -> None:
    texts = (
        "Norway is to host the summit of 2025.",
        "Peru is to host the summit of 2026, reports of 2024 said.",
        "Italy hosted the summit of 2024.",
    )
    question, spans = "Compare Rome and Oslo by host", ("Norway", "Peru", "Italy")
    assert _fill(question, *texts, spans=spans) == ["Italy"]
    assert _fill(question, *texts[:2], spans=spans) == ["Peru"]
    assert _fill(question, *texts[:1], spans=spans) == [None]


def test_a_host_is_a_state_that_hosted_and_not_the_next_one() -> None:
    texts = (
        "President Rossi opened the summit.",
        "Norway hosted the next summit of the series.",
        "The summit was hosted by Italy.",
    )
    spans = ("President Rossi", "Norway", "Italy")
    for question in ("Compare Rome and Oslo by host", "Which country hosted each summit?"):
        assert _fill(question, *texts, spans=spans)[:1] == ["Italy"]
    assert _fill("Compare Rome and Oslo by host", texts[0], spans=spans[:1]) == ["President Rossi"]


def test_a_host_is_shown_without_the_verb_that_the_reader_took_along() -> None:
    text = "The text followed the Rome summit, which Italy hosted and Spain chaired."
    question = "Compare Rome and Oslo by host"
    assert _fill(question, text, spans=("Italy hosted and Spain",)) == ["Italy"]


def test_a_count_of_something_else_fills_no_cell() -> None:
    question = "How many countries signed each summit's declaration?"
    assert _fill(question, "The Rome summit had four themes.", spans=("four",)) == [None]
    assert _fill(question, "The text was signed by 20 countries.", spans=("20",)) == [
        "20 countries"
    ]


def test_an_outcome_is_a_text() -> None:
    question = "Compare the Rome and Oslo summits by main outcome"
    texts = ("Italy, France and Spain met.", "The summit adopted the Rome Declaration in May.")
    assert _fill(question, *texts, spans=("Italy, France", "summit")) == ["Rome Declaration"]
    named = "the Statement on Open and Sustainable Ports"
    assert _fill(question, f"Rome adopted {named}.", spans=(named,)) == [named]


def test_the_item_itself_is_no_value() -> None:
    texts = ("The Rome summit was hosted well.",)
    assert _fill("Compare Rome and Oslo by host", *texts, spans=("Rome summit",)) == [None]


def test_a_text_is_looked_for_in_the_documents_of_its_summit() -> None:
    plan = plan_comparison("Compare the Rome Declaration and the Fish Charter", SUMMARIES)
    assert plan is not None
    rome, fish = plan.items
    assert rome.name == "Rome Declaration"
    assert rome.scope == Scope(summits=("rome-2024",))
    assert fish.scope == Scope()
    assert word_cell(rome, "place") == "Where was the Rome Declaration adopted?"
    assert word_cell(rome, "date") == "When was the Rome Declaration adopted?"


def test_a_place_has_a_name_and_counts_nothing() -> None:
    question = "Compare the Rome and Oslo summits by place"
    texts = ("Ten countries of Europe adopted it.", "They met in a hall.", "They met at Ostia.")
    spans = ("Ten countries of Europe", "a hall", "Ostia")
    assert _fill(question, *texts, spans=spans) == ["Ostia"]


def test_a_sentence_compares_when_it_names_all_items_and_says_how_they_differ() -> None:
    plan = plan_comparison("What is the difference between Rome and Oslo?", SUMMARIES)
    assert plan is not None

    def compares(text: str) -> bool:
        return sets_side_by_side(plan, Sentence("a.md", 0, len(text), text))

    assert compares("Rome was larger than Oslo.")
    assert compares("Oslo ended with a treaty, while Rome had none.")
    assert not compares('The word "free" does not occur at Rome and Oslo.')
    assert not compares("Rome was larger than Paris.")
