"""Each side of what is weighed is asked about by itself, and the answer is a table."""

from __future__ import annotations

from summitqa.comparison import Cell
from summitqa.types import Evidence, Sentence
from summitqa.understanding.weighed import plan_weighing
from summitqa.weighing import as_comparison, ask_sides, can_be_weighed


def _evidence(text: str, words: str = "") -> Evidence:
    start = text.index(words) if words else 0
    span = (start, start + len(words)) if words else None
    return Evidence(Sentence(f"{text[:9]}.md", 0, len(text), text), 1.0, span)


def _ask(question: str, found: dict[str, list[Evidence]]) -> list[str | None]:
    plan = plan_weighing(question)
    assert plan is not None
    cells = ask_sides(plan, lambda asked: found.get(asked, []))
    return [cell.text if cell else None for (cell,) in cells]


def test_a_side_is_told_by_a_sentence_with_a_number_that_does_not_speak_of_the_other() -> None:
    found = {
        "How many members has the Lake Council?": [
            _evidence("The Alpine Board has 90 members.", "90 members"),
            _evidence("The members are its owners.", "its owners"),
            _evidence("It has 41 members.", "41 members"),
        ],
        "How many members has the Alpine Board?": [
            _evidence("The Alpine Board has 90 members.", "90 members")
        ],
    }
    question = "Which has more members, the Lake Council or the Alpine Board?"
    assert _ask(question, found) == ["41 members", "90 members"]


def test_a_state_of_things_is_told_by_the_whole_sentence() -> None:
    texts = ("Chile refused.", "Peru sent a note.")
    question = "How did the mood change from Lima to Quito?"
    found = {
        "What was the mood in Lima?": [_evidence(texts[0], "Chile")],
        "What was the mood in Quito?": [_evidence(texts[1], "a note")],
    }
    assert _ask(question, found) == list(texts)


def test_one_side_alone_cannot_be_weighed_nor_one_sentence_for_both() -> None:
    one, other = (Cell(text, Sentence("a.md", 0, 9, text)) for text in ("41", "90"))
    assert can_be_weighed(((one,), (other,)))
    assert can_be_weighed(((one,), (None,), (other,)))
    assert not can_be_weighed(((one,), (None,)))
    assert not can_be_weighed(((one,), (one,)))


def test_a_table_has_a_row_a_side() -> None:
    question = "Did Lima send more delegates than Quito?"
    plan = plan_weighing(question)
    assert plan is not None
    comparison = as_comparison(plan, question)
    assert [item.name for item in comparison.items] == ["Lima", "Quito"]
    assert comparison.aspects == ("Did Lima send more delegates than Quito",)
