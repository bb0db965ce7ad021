"""Choosing the sentences to quote, and the confidence that rests on the best of them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from summitqa.confidence import (
    NO_SIGNALS,
    Features,
    estimate_confidence,
    extract_features,
    load_calibration,
)
from summitqa.errors import ModelError
from summitqa.evidence import asks_for_several, draft_answer, say_what_follows
from summitqa.logistic import Logistic
from summitqa.ranking import CLOSELY
from summitqa.types import DocumentSummary, Evidence, Hit, Judgement, Passage, Sentence
from summitqa.understanding.question import read_question

SUMMARIES = {name: DocumentSummary(id=name, title=name.upper()) for name in ("a", "b")}

WHO = read_question("Who?")


def sentence(text: str, document: str = "b", start: int = 0) -> Sentence:
    return Sentence(document, start, start + len(text), text)


def in_a_row(*texts: str) -> list[Sentence]:
    """Sentences of one paragraph."""
    found: list[Sentence] = []
    for text in texts:
        found.append(sentence(text, start=found[-1].end + 1 if found else 0))
    return found


@pytest.mark.parametrize("bare", ["No.", "Yes!", "Not yet.", "Yes, they are.", "Neither."])
def test_a_bare_answer_is_written_with_what_follows(bare: str) -> None:
    row = in_a_row("Is the office part of the league?", bare, "It is a body of its own.", "Ask us.")
    written = say_what_follows(draft_answer("Is it?", [Evidence(row[1], 5.0)], 3), row)
    assert [each.text for each in written.sentences] == [f"{bare} It is a body of its own."]
    assert written.sentences[0].sources == (row[1], row[2])


def test_what_follows_is_not_written_twice_and_stands_beside_it() -> None:
    row = in_a_row("No.", "It is a body of its own.")
    found = [Evidence(row[0], 5.0), Evidence(row[1], 4.5)]
    written = say_what_follows(draft_answer("Why is it a body?", found, 3), row)
    assert [each.text for each in written.sentences] == ["No. It is a body of its own."]
    for sentences in (row[:1], [row[0], replace(row[1], start=90, end=114)]):
        draft = draft_answer("Is it?", [Evidence(row[0], 5.0)], 3)
        assert say_what_follows(draft, sentences) == draft
    whole = draft_answer("Is it?", [Evidence(row[1], 5.0)], 3)
    assert say_what_follows(whole, row) == whole


def test_the_best_sentence_is_quoted_with_its_short_answer() -> None:
    best = Evidence(sentence("Twelve nations signed the pact.", start=26), 5.0, (26, 32))
    other = Evidence(sentence("The fair was held in May."), 4.0)
    draft = draft_answer("how many nations signed", [best, other], 3)
    assert [each.text for each in draft.sentences] == ["Twelve nations signed the pact."]
    assert draft.short_answer == ("b", 26, 32)


def test_the_same_statement_in_another_document_adds_its_citation() -> None:
    said = "Twelve nations signed the pact."
    found = [Evidence(sentence(said, name), 5.0 - place) for place, name in enumerate("ab")]
    draft = draft_answer("how many nations signed", found, 3)
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


def _features(span: float) -> Features:
    return Features(
        answerable=0.0,
        context=1.0,
        retrieval=1.0,
        passage_coverage=1.0,
        numbers_missing=0.0,
        names_missing=0.0,
        named=1.0,
        reread=0.0,
        denied=0.0,
        score=10.0,
        span=span,
        continued=0.5,
        counting=0.0,
    )


def judged(said: str) -> tuple[Sentence, Judgement]:
    found, passage = sentence(said), Passage("b", 0, len(said), said)
    return found, Judgement(Hit(passage, 1.0, "reranked"), sentences=(found,), spans=(None,))


def extract(question: str, said: str) -> Features:
    found, judgement = judged(said)
    asked = read_question(question)
    return extract_features(asked, [judgement], [Evidence(found, 1.0)], SUMMARIES, 1.0)


def test_confidence_is_a_probability_that_rises_with_the_span_score() -> None:
    calibration = load_calibration()
    low, high = (estimate_confidence(_features(score), calibration) for score in (-1.6, 1.6))
    assert 0.0 < low < high < 1.0


def test_numbers_of_the_question_that_the_passage_lacks_are_counted() -> None:
    assert extract("signed in 2025", "Twelve nations signed.").numbers_missing == 1.0
    assert extract("signed in 2025", "Twelve nations signed in 2025.").numbers_missing == 0.0


@pytest.mark.parametrize(
    ("question", "missing", "counting"),
    [
        ("When did the nations sign at Sealand?", 1.0, 0.0),
        ("How many nations signed in May?", 1.0, 1.0),
        ("Who signed the pact?", 0.0, 0.0),
    ],
)
def test_missing_names_and_questions_for_a_number_are_told(
    question: str, missing: float, counting: float
) -> None:
    features = extract(question, "Twelve nations signed the pact.")
    assert (features.names_missing, features.counting) == (missing, counting)


def test_the_best_of_the_sentences_read_once_more_speaks_for_an_answer() -> None:
    found, judgement = judged("Twelve nations signed.")

    def extract_from(*scores: float) -> Features:
        evidence = [
            Evidence(found, 9.0 - place, signals=replace(NO_SIGNALS, reread=each, reread_span=each))
            for place, each in enumerate(scores)
        ]
        return extract_features(WHO, [judgement], evidence, SUMMARIES, 1.0)

    assert extract_from(1.0, 3.0, -1.0).reread == 3.0
    assert extract_from(1.0, 3.0, -1.0).span == 3.0
    assert extract_from(3.0).span == extract_from(3.0, *[-2.0] * CLOSELY).span, (
        "that a text tells nothing else speaks against nothing"
    )
    assert extract_from(*[2.0] * CLOSELY, 9.0).reread == 2.0, "what was not looked at is unknown"
    calibration = load_calibration()
    doubtful, clear = (
        estimate_confidence(replace(_features(0.5), reread=best), calibration)
        for best in (-4.0, 2.0)
    )
    assert doubtful < clear


def test_the_shipped_parameters_fit_the_features() -> None:
    calibration = load_calibration()
    assert len(calibration.weights) == len(Features.__dataclass_fields__)
    assert 0.0 < calibration.threshold < 1.0


def test_broken_parameters_are_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "confidence.json"
    path.write_text(json.dumps({"weights": {}}), encoding="utf-8")
    with pytest.raises(ModelError, match=r"confidence\.json"):
        load_calibration(path)


def test_a_denied_premise_is_told_apart_and_speaks_for_an_answer() -> None:
    found, judgement = judged("Twelve nations did not sign.")
    plain, denied = (
        extract_features(WHO, [judgement], [Evidence(found, 1.0)], SUMMARIES, 1.0, each)
        for each in (False, True)
    )
    assert (plain.denied, denied.denied) == (0.0, 1.0)
    calibration = load_calibration()
    assert estimate_confidence(denied, calibration) > estimate_confidence(plain, calibration)


def test_a_calibration_with_no_weight_gives_even_odds() -> None:
    nothing = (0.0,) * len(Features.__dataclass_fields__)
    assert estimate_confidence(_features(3.0), Logistic(nothing, 0.0, 0.5)) == 0.5
