"""The graders on answerers whose quality is known: all right, all wrong, and in between."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.evaluation.library import (
    CASES,
    SUITE,
    Plan,
    Planned,
    all_right,
    all_wrong,
    always_abstains,
    gold_spans,
    grade_all,
    wrong_spans,
)

from summitqa.evaluation.cases import Case
from summitqa.evaluation.metrics import METRICS
from summitqa.evaluation.report import summarise
from summitqa.evaluation.run import CaseResult


def values(results: tuple[CaseResult, ...]) -> dict[str, float]:
    assert [each.failure for each in results] == [None] * len(results)
    return {name: found.value for name, found in summarise(results).items()}


def moved(plan: Plan, forced: Plan | None = None) -> set[str]:
    """Name the metrics that differ from those of the all-right answerer."""
    right, other = values(grade_all(all_right)), values(grade_all(plan, forced=forced))
    return {name for name in right | other if right.get(name) != other.get(name)}


def test_the_all_right_answerer_gets_the_best_value_of_every_metric() -> None:
    found = values(grade_all(all_right))
    # The second gold sentence of a case of two needs can only be second.
    assert found.pop("recall@1") == pytest.approx(4.5 / 5)
    # An error-free answerer has risk where it would have to answer the unanswerable.
    assert found.pop("AURC") == pytest.approx((1 / 6 + 2 / 7) / 7)
    assert found.pop("ECE") == pytest.approx(0.1)
    assert set(found) == set(METRICS) - {"recall@1", "AURC", "ECE"}
    for name, value in found.items():
        assert value == (1.0 if METRICS[name].higher_is_better else 0.0), name


def test_the_all_wrong_answerer_gets_the_worst_value_of_every_metric_but_form() -> None:
    found = values(grade_all(all_wrong))
    # It quotes exactly, it only quotes the wrong things; its passages hold the gold later.
    form = {"citation_validity", "sentences_cited", "avoids_forbidden", "rewrite_F1"}
    later = {"recall@5", "recall@20", "nDCG@10", "MRR"}
    assert all(found[name] == 1.0 for name in form)
    for name, value in found.items():
        if name in {"answered_when_unanswerable", "AURC"}:
            assert value == 1.0
        elif name == "ECE":
            assert value == pytest.approx(0.9)
        elif name in {"abstained_when_answerable", "false_disagreement"}:
            assert value == 0.0
        elif name == "abstention_accuracy":
            assert value == pytest.approx(5 / 7)
        elif name not in form | later:
            assert value == 0.0, name


def test_always_abstaining_moves_what_depends_on_answers_and_nothing_else() -> None:
    assert moved(always_abstains, forced=all_right) == {
        # evidence, with nothing cited: precision is not defined
        "sentence_hit@1",
        "sentence_hit@3",
        "span_precision",
        "span_recall",
        # answers
        "correct",
        "exact_match",
        "F1",
        "SQuAD_F1",
        "contains_expected",
        "avoids_forbidden",
        "shows_disagreement",
        "false_disagreement",
        # citations, of which there are none
        "sentences_cited",
        "citation_validity",
        "citation_precision",
        "citation_recall",
        # the decision, but not the ranking by confidence
        "abstention_accuracy",
        "abstained_when_answerable",
    }


def test_the_wrong_sentence_of_the_right_document_moves_what_is_said_not_form() -> None:
    def wrong_sentence(case: Case) -> Planned:
        spans, short, confidence = all_right(case)
        return (wrong_spans(case, same_document=True) if spans else spans), short, confidence

    # The park has one sentence, so its case keeps its gold; the others lose it.
    plan_of_parks = {"gates"}

    def plan(case: Case) -> Planned:
        return all_right(case) if case.id in plan_of_parks else wrong_sentence(case)

    assert moved(plan) == {
        # another passage comes first, and some gold falls behind the fifth
        "recall@1",
        "recall@5",
        "nDCG@10",
        "MRR",
        "sentence_hit@1",
        "sentence_hit@3",
        "span_precision",
        "span_recall",
        "citation_precision",
        "citation_recall",
        # what the wrong sentence says, and does not say
        "correct",
        "contains_expected",
        "avoids_forbidden",
        "shows_disagreement",
        # the risk of what is answered; how sure it is and whether it answers stay
        "AURC",
    }


def test_shuffled_gold_moves_retrieval_evidence_and_citations_only() -> None:
    answerable = [case for case in CASES if case.answerable]
    turned = [*answerable[1:], answerable[0]]
    gold = {case.id: other.gold for case, other in zip(answerable, turned, strict=True)}
    shuffled = SUITE.model_copy(
        update={
            "cases": tuple(
                case.model_copy(update={"gold": gold.get(case.id, ())}) for case in CASES
            )
        }
    )

    def knows_the_old_gold(case: Case) -> Planned:
        return all_right(case)

    right = values(grade_all(all_right))
    other = values(grade_all(knows_the_old_gold, suite=shuffled))
    assert {name for name in right | other if right.get(name) != other.get(name)} == {
        "recall@1",
        "recall@5",
        "nDCG@10",
        "MRR",
        "sentence_hit@1",
        "sentence_hit@3",
        "span_precision",
        "span_recall",
        "citation_precision",
        "citation_recall",
    }


def test_confidence_turned_round_moves_ranking_and_calibration_only() -> None:
    def unsure(case: Case) -> Planned:
        spans, short, confidence = all_right(case)
        return spans, short, 1.0 - confidence

    assert moved(unsure) == {"AUROC", "AURC", "ECE"}


def test_an_alternative_place_counts_as_the_gold_itself() -> None:
    def shallow(case: Case) -> Planned:
        spans, short, confidence = all_right(case)
        if case.id != "ferries":
            return spans, short, confidence
        place = case.gold[0].alternatives[0]
        start = gold_spans(case.model_copy(update={"gold": (place_as_gold(place),)}))
        return start, short, confidence

    def place_as_gold(place: object) -> object:
        from summitqa.evaluation.cases import Gold

        return Gold.model_validate(place, from_attributes=True)

    assert moved(shallow) == {"contains_expected", "correct", "AURC"}


def test_a_crash_is_a_named_failure_and_no_zero() -> None:
    def crashes(case: Case) -> Planned:
        if case.id == "depth":
            raise RuntimeError("the reader\nfell over")
        return all_right(case)

    results = grade_all(crashes)
    assert [each.failure for each in results if each.failure] == [
        "RuntimeError: the reader fell over"
    ]
    assert results[0].measures == {}
    others = values(tuple(replace(each) for each in results if not each.failure))
    assert summarise(results)["correct"].value == others["correct"] == 1.0


def test_a_gold_quote_that_is_not_indexed_is_a_named_failure() -> None:
    broken = CASES[0].model_copy(
        update={"gold": (CASES[0].gold[0].model_copy(update={"quote": "Not there."}),)}
    )
    suite = SUITE.model_copy(update={"cases": (broken, *CASES[1:])})
    results = grade_all(all_right, suite=suite)
    assert results[0].failure is not None
    assert "'Not there.' is not in lakes.md" in results[0].failure
