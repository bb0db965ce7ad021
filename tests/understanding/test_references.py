"""What a question refers to by a capital or a number is said outright."""

from __future__ import annotations

import pytest

from summitqa.types import DocumentSummary
from summitqa.understanding.references import _CAPITALS, name_references, order_summits


def document(name: str, title: str, summit: str | None, date: str, *places: str) -> DocumentSummary:
    return DocumentSummary(name, title, date=date, summit=summit, places=places)


SUMMARIES = {
    each.id: each
    for each in (
        document("a", "Declaration of the Health Summit", "porto-2023", "2023-11-01", "Porto"),
        document("b", "The Lima Health Summit", "lima-2024", "2024-05-01", "Lima", "Peru"),
        document("c", "Preview of the Lima Health Summit", "lima-2024", "2024-01-01"),
        document("d", "The Oslo Health Summit", "oslo-2025", "2025-02-01", "Oslo", "Norway"),
        document("e", "A law of Kenya", None, "2022-01-01", "Nairobi"),
    )
}


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How much did Ottawa set aside?", "How much did Canada set aside?"),
        ("how much did ottawa pay", "how much did Canada pay"),
        ("Who joined Berlin process rules?", "Who joined Berlin process rules?"),
        ("Is London's office open?", "Is the United Kingdom's office open?"),
        ("Why did it close its Ottawa bureau?", "Why did it close its Ottawa bureau?"),
        ("Who spoke in Ottawa?", "Who spoke in Ottawa?"),
        ("What does the Ottawa text say?", "What does the Ottawa text say?"),
        ("Who signed Ottawa Convention rules?", "Who signed Ottawa Convention rules?"),
        # A title names the city: it is a summit's.
        ("What did Oslo say on fees?", "What did Oslo say on fees?"),
        ("Who joined at New Delhi?", "Who joined at New Delhi?"),
        ("Who came to the first summit?", "Who came to the Porto summit?"),
        ("Was the third summit's text short?", "Was the Oslo summit's text short?"),
        ("Who came to the fourth summit?", "Who came to the fourth summit?"),
        ("When was the first summit on water?", "When was the first summit on water?"),
        ("When is the next summit after Lima?", "When is the Oslo summit?"),
        ("Who hosts the summit after the Lima summit?", "Who hosts the Oslo summit?"),
        ("Who spoke at the summit held before Lima?", "Who spoke at the Porto summit?"),
        ("Where was the one after Porto?", "Where was the one after Porto?"),
        ("Who hosted the next one after Porto?", "Who hosted the Lima summit?"),
        ("Who led the summit after the one in Porto?", "Who led the Lima summit?"),
        # There is none, or it is not known which.
        ("When is the next summit after Oslo?", "When is the next summit after Oslo?"),
        ("Who spoke at the summit before Porto?", "Who spoke at the summit before Porto?"),
        ("What did the summit after Bonn say?", "What did the summit after Bonn say?"),
        ("Who left the summit after Ms Lind?", "Who left the summit after Ms Lind?"),
        # No title calls it that.
        ("Who came to the first congress?", "Who came to the first congress?"),
        ("Which firms of the host country spoke in Lima?", "Which firms of Peru spoke in Lima?"),
        ("Which firms of the host country spoke?", "Which firms of the host country spoke?"),
    ],
)
def test_a_reference_is_replaced_by_a_name(question: str, expected: str) -> None:
    assert name_references(question, SUMMARIES) == expected


def test_summits_are_in_the_order_of_their_years() -> None:
    assert list(order_summits(SUMMARIES).values()) == ["Porto", "Lima", "Oslo"]


def test_one_summit_has_no_number() -> None:
    only = {"a": SUMMARIES["a"]}
    assert name_references("Who came to the first summit?", only) == "Who came to the first summit?"


def test_naming_is_done_once() -> None:
    once = name_references("Did Ottawa come to the first summit?", SUMMARIES)
    assert name_references(once, SUMMARIES) == once


def test_where_titles_name_every_capital_all_stay_cities() -> None:
    title = " ".join(_CAPITALS)
    question = "How much did Ottawa set aside?"
    assert name_references(question, {"a": document("a", title, None, "2023-01-01")}) == question
