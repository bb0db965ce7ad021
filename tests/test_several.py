"""The parts of a question are answered in one answer."""

from __future__ import annotations

from summitqa.several import (
    COMMON_MARGIN,
    interleave,
    join_drafts,
    join_short_answers,
    prefer_common,
    word_parts,
)
from summitqa.types import DocumentSummary, Draft, DraftSentence, Evidence, Sentence

SUMMARIES = {
    each.id: each
    for each in (
        DocumentSummary("a", "The Lima Summit", "2024-05-01", summit="lima-2024"),
        DocumentSummary("b", "The Oslo Summit", "2025-05-01", summit="oslo-2025"),
    )
}


def evidence(text: str, score: float) -> Evidence:
    start = sum(map(ord, text))
    return Evidence(Sentence("a", start, start + len(text), text), score)


def drafted(*texts: str) -> Draft:
    sentences = (evidence(text, 0.0).sentence for text in texts)
    return Draft(tuple(DraftSentence(each.text, (each,)) for each in sentences))


def test_each_part_stands_alone() -> None:
    asked = "When is the next summit after Lima and who hosts it?"
    assert word_parts(asked, SUMMARIES) == (
        "When is the Oslo summit?",
        "Who hosts the Oslo summit?",
    )
    asked = "Who chaired the Lima Summit, and how many countries came?"
    assert word_parts(asked, SUMMARIES)[1] == "How many countries came as to the Lima Summit?"
    assert word_parts("Who hosts the Oslo summit?", SUMMARIES) == ()


def test_a_sentence_that_answers_all_parts_goes_first() -> None:
    both, when, where = "On 1 May in Rome.", "In May.", "In Rome."
    parts = (
        (evidence(when, 9.0), evidence(both, 8.0)),
        (evidence(where, 7.0), evidence("Elsewhere.", 6.9), evidence(both, 6.0)),
    )
    assert [row[0].sentence.text for row in prefer_common(parts)] == [both, both]
    assert [row[0].score for row in prefer_common(parts)] == [9.0, 7.0]
    assert [len(row) for row in prefer_common(parts)] == [2, 3]
    far = (parts[0], (*parts[1][:2], evidence(both, 6.9 - COMMON_MARGIN)))
    assert [row[0].sentence.text for row in prefer_common(far)] == [when, where]


def test_a_sentence_is_quoted_once() -> None:
    joined = join_drafts([drafted("One.", "Two."), drafted("Two.", "Three.")])
    assert [each.text for each in joined.sentences] == ["One.", "Two.", "Three."]


def test_short_answers_are_joined_where_every_part_has_one() -> None:
    assert join_short_answers(["2027", "Switzerland"]) == "2027; Switzerland"
    assert join_short_answers(["2027", "2027"]) == "2027"
    assert join_short_answers(["2027", None]) is None


def test_rows_are_taken_in_turn() -> None:
    assert interleave([[1, 4, 6], [2], [3, 5]]) == [1, 2, 3, 4, 5, 6]
