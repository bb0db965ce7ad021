"""Markers, and the check that a citation is what it says."""

from __future__ import annotations

import pytest

from summitqa.cite import cite
from summitqa.errors import UsageError
from summitqa.types import (
    Answer,
    Citation,
    Document,
    DocumentSummary,
    Draft,
    DraftSentence,
    Sentence,
)
from summitqa.verify import verify

TEXT = "Alpha is first.\nBeta comes\nsecond."
ALPHA = Sentence("d", 0, 15, TEXT[0:15], ("Letters",), 2)
BETA = Sentence("d", 16, 34, TEXT[16:34])
SUMMARIES = {"d": DocumentSummary(id="d", title="The letters", date="2024-05-21")}


def test_sources_are_numbered_by_first_use_and_reuse_their_marker() -> None:
    draft = Draft(
        (
            DraftSentence(BETA.text, (BETA,)),
            DraftSentence("Both.", (ALPHA, BETA)),
        )
    )
    text, citations = cite(draft, SUMMARIES)
    assert text == "Beta comes second. [1] Both. [2][1]"
    assert [citation.quote for citation in citations] == [BETA.text, ALPHA.text]
    assert citations[1].heading == "Letters"
    assert citations[1].page == 2
    assert citations[1].title == "The letters"


def _answer(*citations: Citation) -> Answer:
    return Answer("q", "answered", "extractive", "t", 0.9, citations=citations)


def _citation(start: int, end: int, quote: str, document: str = "d") -> Citation:
    return Citation(1, document, "t", None, None, None, start, end, quote, False)


def _find(document: str) -> Document:
    if document != "d":
        raise UsageError("unknown")
    return Document(id="d", title="d", text=TEXT)


def test_an_exact_quote_is_verified() -> None:
    checked = verify(_answer(_citation(0, 15, TEXT[0:15])), _find)
    assert checked.citations[0].verified


@pytest.mark.parametrize(
    "citation",
    [
        _citation(0, 15, "Alpha is other."),
        _citation(1, 16, TEXT[0:15]),
        _citation(0, 1000, TEXT),
        _citation(-3, 15, TEXT[0:15]),
        _citation(5, 5, ""),
        _citation(0, 15, TEXT[0:15], document="gone"),
    ],
)
def test_a_wrong_citation_stays_and_is_marked_as_failed(citation: Citation) -> None:
    checked = verify(_answer(citation), _find)
    assert len(checked.citations) == 1
    assert not checked.citations[0].verified
