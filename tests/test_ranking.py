"""Ranking sentences by their signals, and passages by their best sentence."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from summitqa.errors import ModelError
from summitqa.lexical import share_of
from summitqa.ranking import (
    NAMES,
    CloseLook,
    Ranking,
    load_ranking,
    rank_passages,
    rank_sentences,
)
from summitqa.types import DocumentSummary, Evidence, Hit, Judgement, Passage, Sentence
from summitqa.understanding.question import read_question

SUMMARIES = {"a": DocumentSummary(id="a", title="Fair"), "b": DocumentSummary(id="b", title="Pact")}
QUESTION = "How many nations signed the pact?"
EVEN = Ranking(
    tuple(
        float(name in {"span", "coverage", "similarity", "continued", "reread"}) for name in NAMES
    )
)


def weigh(terms: Collection[str]) -> dict[str, float]:
    return dict.fromkeys(terms, 1.0)


def nothing(sentences: Sequence[Sentence]) -> list[CloseLook]:
    return [CloseLook()] * len(sentences)


def judged(document: str, said: Sequence[str], scores: Sequence[float | None]) -> Judgement:
    text = " ".join(said)
    sentences, start = [], 0
    for each in said:
        sentences.append(Sentence(document, start, start + len(each), each))
        start += len(each) + 1
    spans = tuple(
        None if score is None else (each.start, each.start + 3, score)
        for each, score in zip(sentences, scores, strict=True)
    )
    passage = Passage(document, 0, len(text), text)
    return Judgement(Hit(passage, 1.0, "fused"), None, 0.0, 0.5, tuple(sentences), spans)


def rank(*judgements: Judgement, ranking: Ranking = EVEN) -> tuple[Evidence, ...]:
    asked = read_question(QUESTION)
    return rank_sentences(asked, judgements, SUMMARIES, weigh, nothing, ranking)


def test_the_sentence_with_the_best_span_comes_first_and_carries_it() -> None:
    found = rank(judged("b", ["Nobody paid.", "Twelve nations signed."], [-5.0, 5.0]))
    assert found[0].sentence.text == "Twelve nations signed."
    # "Twe" is what the fake reader points at; the question asks for a number.
    assert found[0].span == (13, 19)
    assert found[0].score > found[1].score


def test_a_sentence_that_the_reader_did_not_see_has_no_span() -> None:
    found = rank(judged("b", ["Nobody paid."], [None]))
    assert found[0].span is None
    assert found[0].signals is not None
    assert found[0].signals.span == -3.0


def test_a_sentence_of_two_overlapping_passages_is_given_once_with_its_better_score() -> None:
    weak = judged("b", ["Twelve nations signed."], [-4.0])
    strong = judged("b", ["Twelve nations signed."], [4.0])
    found = rank(weak, strong)
    assert len(found) == 1
    assert found[0].signals is not None
    assert found[0].signals.span == pytest.approx(0.8)


@pytest.mark.parametrize(
    "seen_as",
    [
        lambda value: CloseLook(similarity=value),
        lambda value: CloseLook(continued=value),
        lambda value: CloseLook(reread=value),
    ],
)
def test_a_close_look_decides_among_the_best_and_only_they_are_looked_at(
    seen_as: Callable[[float], CloseLook],
) -> None:
    seen: list[str] = []

    def likes_the_last(sentences: Sequence[Sentence]) -> list[CloseLook]:
        seen.extend(each.text for each in sentences)
        return [seen_as(float("Three" in each.text) * 9) for each in sentences]

    said = [f"{word} nations signed." for word in ("One", "Two", "Three", "Four")]
    found = rank_sentences(
        read_question(QUESTION),
        [judged("b", said, [4.0, 3.0, 2.0, 1.0])],
        SUMMARIES,
        weigh,
        likes_the_last,
        EVEN,
        closely=3,
    )
    assert seen == said[:3]
    assert [each.sentence.text for each in found] == [said[2], said[0], said[1], said[3]]
    assert [each.score for each in found] == sorted((each.score for each in found), reverse=True)


def test_what_was_not_looked_at_stays_behind_what_was() -> None:
    found = rank_sentences(
        read_question(QUESTION),
        [judged("b", ["One signed.", "Two signed."], [4.0, 3.9])],
        SUMMARIES,
        weigh,
        lambda sentences: [CloseLook(similarity=-9.0)] * len(sentences),
        EVEN,
        closely=1,
    )
    assert [each.sentence.text for each in found] == ["One signed.", "Two signed."]
    assert found[0].score >= found[1].score


def test_a_list_is_recognised_where_one_is_asked_for() -> None:
    text = "Arden, Brusk and Selby signed."
    sentence = Sentence("b", 0, len(text), text)
    passage = Judgement(
        Hit(Passage("b", 0, len(text), text), 1.0, "fused"),
        None,
        0.0,
        0.5,
        (sentence,),
        ((0, 22, 1.0),),
    )
    for question, expected in (("Which towns signed?", 1.0), ("Who paid?", 0.0)):
        found = rank_sentences(read_question(question), [passage], SUMMARIES, weigh, nothing, EVEN)
        assert found[0].signals is not None
        assert found[0].signals.enumerates == expected


def test_names_are_met_in_whatever_form_they_are_written() -> None:
    asked = read_question("When did the UK sign?")
    said = ["The United Kingdom signed in 2023.", "The European Union signed in 2024."]
    found = rank_sentences(asked, [judged("b", said, [1.0, 1.0])], SUMMARIES, weigh, nothing, EVEN)
    named = {each.sentence.text: each.signals.named for each in found if each.signals}
    assert named == {said[0]: 1.0, said[1]: 0.0}
    assert found[0].sentence.text == said[0]


def test_a_sentence_that_counts_the_thing_asked_about_fits_best() -> None:
    said = ["Nobody paid.", "It met in 14 rooms.", "Twelve nations signed."]
    found = rank(judged("b", said, [1.0, 1.0, 1.0]))
    fits = {each.sentence.text: each.signals.fits for each in found if each.signals}
    assert [fits[each] for each in said] == [0.0, 1.0, 2.0]


def test_a_sentence_that_only_announces_is_left_out_but_for_a_list() -> None:
    passage = judged("b", ["These towns signed:", "Arden signed."], [4.0, 1.0])
    assert [each.sentence.text for each in rank(passage)] == ["Arden signed."]
    asked = read_question("Which towns signed?")
    found = rank_sentences(asked, [passage], SUMMARIES, weigh, nothing, EVEN)
    assert found[0].sentence.text == "These towns signed:"


def test_passages_follow_their_best_sentence() -> None:
    low, high = judged("a", ["The fair was held."], [-4.0]), judged("b", ["Twelve signed."], [4.0])
    empty = replace(judged("a", [], []), hit=Hit(Passage("a", 50, 51, "-"), 2.0, "fused"))
    evidence = rank(low, high, empty)
    ranked = rank_passages(read_question(QUESTION), [empty, low, high], evidence)
    assert [each.hit.passage.document for each in ranked] == ["b", "a", "a"]
    assert ranked[-1].hit.passage.start == 50
    assert {each.hit.stage for each in ranked} == {"reranked"}


def test_a_statement_keeps_the_order_of_retrieval() -> None:
    low, high = judged("a", ["The fair was held."], [-4.0]), judged("b", ["Twelve signed."], [4.0])
    asked = read_question("Twelve nations signed the pact.")
    assert rank_passages(asked, [low, high], rank(low, high)) == (low, high)


def test_no_passage_gives_no_evidence() -> None:
    assert rank() == ()
    assert rank_passages(read_question(QUESTION), [], ()) == ()


def test_a_share_counts_terms_by_their_weight() -> None:
    assert share_of({"rare": 3.0, "common": 1.0}, {"rare"}) == 0.75
    assert share_of({}, {"rare"}) == 0.0


def test_the_shipped_weights_fit_the_signals() -> None:
    assert len(load_ranking().weights) == len(NAMES)
    assert load_ranking().weights[NAMES.index("span")] > 0


def test_broken_weights_are_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "ranking.json"
    path.write_text(json.dumps({"weights": {"span": 1}}), encoding="utf-8")
    with pytest.raises(ModelError, match=r"ranking\.json"):
        load_ranking(path)


def test_the_period_asked_for_is_among_the_signals() -> None:
    asked = read_question("How many nations signed the pact in 2025?")
    found = rank_sentences(
        asked,
        [judged("b", ["In 2023 nine signed.", "In 2025 twelve signed."], [1.0, 1.0])],
        SUMMARIES,
        weigh,
        nothing,
        Ranking(tuple(float(name == "timely") for name in NAMES)),
    )
    assert [each.signals and each.signals.timely for each in found] == [1.0, -1.0]


def test_what_was_expected_is_marked_where_the_outcome_is_asked_for() -> None:
    said = ["The paper expected a session in Rome.", "The session took place in Milan."]
    marks = {}
    for question in ("Where was the session?", "Where was the session expected?"):
        found = rank_sentences(
            read_question(question),
            [judged("b", said, [1.0, 1.0])],
            SUMMARIES,
            weigh,
            nothing,
            EVEN,
        )
        marks[question] = {
            each.sentence.text: each.signals.foreseen for each in found if each.signals
        }
    assert marks["Where was the session?"] == {said[0]: 1.0, said[1]: 0.0}
    assert set(marks["Where was the session expected?"].values()) == {0.0}


def test_a_sentence_that_announces_a_list_answers_with_its_items_and_no_number() -> None:
    text = "Every nation promises to:\n\n- pay a fee;\n- send a ship.\n"
    said = ("Every nation promises to:", "pay a fee;", "send a ship.")
    sentences = tuple(
        Sentence("b", text.index(each), text.index(each) + len(each), each) for each in said
    )
    spans = (None, (29, 38, 3.0), (42, 53, 5.0))
    judgement = Judgement(
        Hit(Passage("b", 0, len(text), text), 1.0, "fused"), None, 0.0, 0.5, sentences, spans
    )

    def found(question: str) -> dict[str, Evidence]:
        ranked = rank_sentences(
            read_question(question), [judgement], SUMMARIES, weigh, nothing, EVEN
        )
        return {each.sentence.text: each for each in ranked}

    head = found("What do nations promise?")[said[0]]
    assert head.signals is not None
    assert (head.signals.span, head.span) == (1.0, None)
    assert said[0] not in found("How many nations promise?")


def test_the_cell_that_a_close_look_points_at_is_the_short_answer() -> None:
    row = "| Norway | 60 | 40 |"
    judgement = judged("b", [row], [2.0])

    def look(sentences: Sequence[Sentence]) -> list[CloseLook]:
        return [CloseLook(cell=(16, 18)) for _ in sentences]

    asked = read_question("How much did Norway pay?")
    (found,) = rank_sentences(asked, [judgement], SUMMARIES, weigh, look, EVEN)
    assert found.span == (16, 18)
    assert row[16:18] == "40"
