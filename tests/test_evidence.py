"""Judging passages, selecting sentences, and the confidence that rests on both."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from summitqa.confidence import (
    Calibration,
    Features,
    estimate_confidence,
    extract_features,
    load_calibration,
)
from summitqa.errors import ModelError
from summitqa.evidence import asks_for_several, draft_answer, select_evidence
from summitqa.judge import judge
from summitqa.types import DocumentSummary, Evidence, Hit, Judgement, Passage, Sentence

TEXT = "The fair was held in May. Twelve nations signed the pact. Nobody paid."
SUMMARIES = {name: DocumentSummary(id=name, title=name.upper()) for name in ("a", "b")}


@dataclass(frozen=True)
class Reading:
    """A reading as the reader gives it."""

    start: int
    end: int
    score: float
    answerable: float


class FindsDigitsAndNumbers:
    """An honest fake reader: its span is the first number word, its score the shared words."""

    def read(
        self, question: str, passages: Sequence[str], titles: Sequence[str] | None = None
    ) -> list[Reading]:
        assert titles is not None
        assert len(titles) == len(passages)
        readings = []
        for passage in passages:
            start = passage.find("Twelve")
            shared = len(set(question.lower().split()) & set(passage.lower().split()))
            end = start + len("Twelve") if start >= 0 else 0
            readings.append(Reading(max(start, 0), end, float(shared), 0.5))
        return readings


def passage(document: str, text: str, start: int = 0) -> Passage:
    return Passage(document, start, start + len(text), text)


def sentences(judgement: Judgement) -> list[Sentence]:
    found = []
    start = 0
    for piece in judgement.hit.passage.text.split(". "):
        text = piece if piece.endswith(".") else f"{piece}."
        found.append(Sentence(judgement.hit.passage.document, start, start + len(text), text))
        start += len(piece) + 2
    return found


def test_the_reader_decides_between_hits_that_retrieval_finds_alike() -> None:
    hits = [Hit(passage("a", "Nothing here."), 1.0, "fused"), Hit(passage("b", TEXT), 1.0, "fused")]
    judged = judge("how many nations signed", hits, FindsDigitsAndNumbers(), SUMMARIES, 8)
    assert [each.hit.passage.document for each in judged] == ["b", "a"]
    assert judged[0].hit.stage == "reranked"
    assert judged[0].span == (26, 32)
    assert judged[1].span is None


def test_only_the_first_hits_are_read() -> None:
    hits = [Hit(passage("a", f"Number {i}."), 1.0 / (i + 1), "fused") for i in range(9)]
    assert len(judge("number", hits, FindsDigitsAndNumbers(), SUMMARIES, 3)) == 3
    assert judge("number", [], FindsDigitsAndNumbers(), SUMMARIES, 3) == ()


def test_the_sentence_that_holds_the_span_comes_first() -> None:
    hits = [Hit(passage("b", TEXT), 1.0, "fused")]
    question = "how many nations signed"
    judged = judge(question, hits, FindsDigitsAndNumbers(), SUMMARIES, 8)
    evidence = select_evidence(question, judged, sentences)
    assert evidence[0].sentence.text == "Twelve nations signed the pact."
    draft = draft_answer(question, evidence, 3)
    assert [each.text for each in draft.sentences] == ["Twelve nations signed the pact."]
    assert draft.short_answer == ("b", 26, 32)


def test_the_same_statement_in_another_document_adds_its_citation() -> None:
    hits = [Hit(passage(name, TEXT), 1.0, "fused") for name in ("a", "b")]
    question = "how many nations signed"
    judged = judge(question, hits, FindsDigitsAndNumbers(), SUMMARIES, 8)
    draft = draft_answer(question, select_evidence(question, judged, sentences), 3)
    assert len(draft.sentences) == 1
    assert {source.document for source in draft.sentences[0].sources} == {"a", "b"}


@pytest.mark.parametrize(
    ("question", "several"),
    [
        ("Why did the talks fail?", True),
        ("Which African countries signed it?", True),
        ("Compare the two fairs.", True),
        ("How many nations signed?", False),
        ("When was the fair held?", False),
        ("Who led it?", False),
    ],
)
def test_some_questions_ask_for_several_sentences(question: str, several: bool) -> None:
    assert asks_for_several(question) is several


def _features(span_score: float) -> Features:
    return Features(span_score, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 1.0, 0.0)


def test_confidence_is_a_probability_that_rises_with_the_span_score() -> None:
    calibration = load_calibration()
    low, high = (estimate_confidence(_features(score), calibration) for score in (-8.0, 8.0))
    assert 0.0 < low < high < 1.0


def test_numbers_of_the_question_that_the_passage_lacks_are_counted() -> None:
    hits = [Hit(passage("b", TEXT), 1.0, "fused")]
    judged = judge("signed in 2025", hits, FindsDigitsAndNumbers(), SUMMARIES, 8)
    features = extract_features("signed in 2025", judged, (), "B", 1.0)
    assert features.numbers_missing == 1.0


@pytest.mark.parametrize(
    ("question", "missing", "mismatch"),
    [
        ("When did the nations sign at Sealand?", 1.0, 1.0),
        ("How many nations signed in May?", 0.0, 0.0),
        ("Who signed the pact?", 0.0, 0.0),
    ],
)
def test_names_and_the_kind_asked_for_are_looked_for(
    question: str, missing: float, mismatch: float
) -> None:
    judged = judge(
        question, [Hit(passage("b", TEXT), 1.0, "fused")], FindsDigitsAndNumbers(), SUMMARIES, 8
    )
    evidence = [Evidence(Sentence("b", 26, 57, "Twelve nations signed the pact."), 1.0)]
    features = extract_features(question, judged, evidence, "B", 1.0)
    assert (features.names_missing, features.kind_mismatch) == (missing, mismatch)


def test_the_shipped_parameters_fit_the_features() -> None:
    calibration = load_calibration()
    assert len(calibration.weights) == len(Features.__dataclass_fields__)
    assert 0.0 < calibration.threshold < 1.0


def test_broken_parameters_are_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "confidence.json"
    path.write_text(json.dumps({"weights": {}}), encoding="utf-8")
    with pytest.raises(ModelError, match=r"confidence\.json"):
        load_calibration(path)


def test_a_calibration_with_no_weight_gives_even_odds() -> None:
    assert estimate_confidence(_features(3.0), Calibration((0.0,) * 9, 0.0, 0.5)) == 0.5
