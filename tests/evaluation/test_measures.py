"""Each measure on values worked out by hand, and against other implementations."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summitqa.evaluation.abstention import (
    aurc,
    auroc,
    bin_numbers,
    calibration_bins,
    ece,
    risk_coverage_curve,
    selective_risk,
)
from summitqa.evaluation.cases import Case, Gold
from summitqa.evaluation.evidence import evidence_measures, share_cited
from summitqa.evaluation.retrieval import Need, Target, needs_met, retrieval_measures
from summitqa.evaluation.short_answer import exact_match, holds_expected, token_f1
from summitqa.types import Answer, Citation, Hit, Passage


def hit(document: str, start: int, end: int) -> Hit:
    return Hit(Passage(document, start, end, "x" * (end - start)), 0.0, "fused")


def citation(document: str, start: int, end: int, quote: str = "", marker: int = 1) -> Citation:
    return Citation(marker, document, document, None, None, None, start, end, quote, True)


def need(document: str, start: int, end: int, whole: bool = False, grade: int = 1) -> Need:
    return Need((Target(document, (start, end), whole),), grade)


def test_retrieval_of_two_needs_by_hand() -> None:
    needs = (need("a", 0, 10), need("b", 0, 10))
    hits = [hit("c", 0, 50), hit("a", 0, 50), hit("a", 0, 50), hit("b", 5, 60)]
    found = retrieval_measures({"case": (needs, hits)})["case"]
    assert found["recall@1"] == 0.0
    assert found["recall@5"] == found["recall@20"] == 1.0
    assert found["MRR"] == 0.5
    ideal = 1 + 1 / np.log2(3)
    assert found["nDCG@10"] == pytest.approx((1 / np.log2(3) + 1 / np.log2(5)) / ideal)


def test_a_passage_that_meets_two_needs_meets_both_at_its_rank() -> None:
    needs = (need("a", 0, 10), need("a", 20, 30))
    assert needs_met(needs, [hit("a", 0, 40)]) == [(0, 1)]
    assert retrieval_measures({"case": (needs, [hit("a", 0, 40)])})["case"]["recall@1"] == 1.0


def test_whole_documents_are_ranked_once_each_by_their_best_passage() -> None:
    needs = (need("b", 0, 100, whole=True),)
    hits = [hit("a", 0, 10), hit("a", 10, 20), hit("b", 90, 100)]
    assert needs_met(needs, hits) == [(), (0,)]


def test_what_is_not_found_at_all_counts_as_zero() -> None:
    found = retrieval_measures({"case": ((need("a", 0, 10),), [hit("b", 0, 10)]), "none": ((), [])})
    assert found == {"case": {"recall@1": 0, "recall@5": 0, "recall@20": 0, "nDCG@10": 0, "MRR": 0}}
    assert retrieval_measures({"case": ((need("a", 0, 10),), [])})["case"]["MRR"] == 0.0


@settings(deadline=None)  # the first example imports a library
@given(
    st.lists(st.integers(0, 11), min_size=1, max_size=12, unique=True),
    st.dictionaries(st.integers(0, 11), st.integers(1, 3), min_size=1, max_size=6),
)
def test_retrieval_agrees_with_trec_eval_on_documents(
    ranking: list[int], relevant: dict[int, int]
) -> None:
    import ir_measures
    from ir_measures import R

    needs = [need(f"d{name}", 0, 9, whole=True, grade=g) for name, g in relevant.items()]
    found = retrieval_measures({"q": (needs, [hit(f"d{name}", 0, 9) for name in ranking])})["q"]
    qrels = [ir_measures.Qrel("q", f"d{name}", g) for name, g in relevant.items()]
    run = [ir_measures.ScoredDoc("q", f"d{name}", -float(i)) for i, name in enumerate(ranking)]
    names = {
        R @ 1: "recall@1",
        R @ 5: "recall@5",
        R @ 20: "recall@20",
        ir_measures.nDCG @ 10: "nDCG@10",
        ir_measures.RR: "MRR",
    }
    wanted = ir_measures.calc_aggregate(list(names), qrels, run)
    assert found == pytest.approx({names[measure]: value for measure, value in wanted.items()})


def test_evidence_by_hand() -> None:
    needs = (need("a", 0, 40), need("b", 10, 20))
    cited = [citation("c", 0, 10), citation("a", 20, 50)]
    found = evidence_measures(needs, cited)
    assert found["sentence_hit@1"] == 0.0
    assert found["sentence_hit@3"] == 1.0
    assert found["span_precision"] == pytest.approx(20 / 40)
    assert found["span_recall"] == pytest.approx((20 / 40 + 0) / 2)


def test_characters_cited_twice_count_once() -> None:
    found = evidence_measures((need("a", 0, 10),), [citation("a", 0, 10), citation("a", 0, 20)])
    assert found["span_precision"] == pytest.approx(0.5)
    assert found["span_recall"] == 1.0


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("One lake. [1] Two lakes. [2]", 1.0),
        ("One lake. [1][2] Two lakes.", 0.5),
        ("One lake. Two lakes. [1]", 0.5),
        ("One lake. [7]", 0.0),
        ("It rained, e.g. at 9 a.m. on Monday. So it was. [3]", 1.0),
        ("| a | One lake. [1] |\n| b | not found in the documents |", 1.0),
        (
            "| a | One lake. [1] | not found in the documents |\n"
            "| b | Two lakes [2] | not found in the documents |",
            1.0,
        ),
        ("| a | not found in the documents |\n| b | Two lakes |", 0.0),
        ("", 0.0),
    ],
)
def test_share_of_sentences_cited_by_hand(text: str, share: float) -> None:
    quotes = ("One lake.", "Two lakes.", "It rained, e.g. at 9 a.m.\non Monday. So it was.")
    answer = Answer(
        question="?",
        status="answered",
        mode="extractive",
        text=text,
        confidence=1.0,
        citations=tuple(
            citation("d", 0, 9, quote, marker) for marker, quote in enumerate(quotes, 1)
        ),
    )
    assert share_cited(answer) == share


def test_exact_match_and_f1_by_hand() -> None:
    assert exact_match("The 28 countries", ["28", "28 countries."]) == 1.0
    assert exact_match("28", ["29"]) == 0.0
    # Two of three given words are among the two accepted ones.
    assert token_f1("in San Francisco", ["Paris", "San Francisco"]) == pytest.approx(0.8)
    assert token_f1("", ["Paris"]) == 0.0


def test_every_item_and_one_of_the_answers_must_be_held() -> None:
    case = Case(
        id="c",
        question="?",
        gold=(Gold(document="d"),),
        answers=("two", "2"),
        must_contain=("east", ("west", "occident")),
    )
    assert holds_expected(case, "2: the Occident and the East")
    assert not holds_expected(case, "2: the East")
    assert not holds_expected(case, "east and west")


CONFIDENCES = st.lists(st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.75, 1.0]), min_size=2, max_size=30)


@settings(deadline=None)
@given(CONFIDENCES, st.randoms())
def test_auroc_is_the_mann_whitney_statistic_of_scipy(
    confidence: list[float], random: Random
) -> None:
    from scipy.stats import mannwhitneyu

    labels = np.array([random.random() < 0.5 for _ in confidence], dtype=float)
    found = float(auroc(np.array(confidence), labels))
    if len(set(labels)) < 2:
        assert np.isnan(found)
    else:
        above, below = (np.array(confidence)[labels == value] for value in (1, 0))
        wanted = mannwhitneyu(above, below, method="asymptotic").statistic
        assert found == pytest.approx(wanted / (len(above) * len(below)))


def test_risk_and_coverage_by_hand() -> None:
    confidence = np.array([0.9, 0.8, 0.7, 0.6])
    right = np.array([1.0, 0.0, 1.0, 0.0])
    assert selective_risk(confidence, right) == pytest.approx([0, 1 / 2, 1 / 3, 1 / 2])
    assert float(aurc(confidence, right)) == pytest.approx((0 + 1 / 2 + 1 / 3 + 1 / 2) / 4)
    assert risk_coverage_curve(confidence, right)[0] == (0.25, 0.0)
    assert risk_coverage_curve(confidence, right)[-1] == (1.0, 0.5)


@settings(deadline=None)
@given(CONFIDENCES, st.randoms())
def test_the_order_of_equal_confidences_does_not_matter(
    confidence: list[float], random: Random
) -> None:
    right = [float(random.random() < 0.5) for _ in confidence]
    pairs = list(zip(confidence, right, strict=True))
    random.shuffle(pairs)
    turned = np.array(pairs).T
    assert float(aurc(np.array(confidence), np.array(right))) == pytest.approx(
        float(aurc(turned[0], turned[1]))
    )
    # At full coverage the risk is the share of wrong answers.
    assert selective_risk(turned[0], turned[1])[-1] == pytest.approx(1 - np.mean(right))


def test_calibration_error_by_hand() -> None:
    confidence = np.array([0.95, 0.85, 0.05, 0.05])
    answerable = np.array([1.0, 0.0, 0.0, 1.0])
    # Bins: |0.95 - 1|, |0.85 - 0|, |0.05 - 0.5| with weights 1, 1 and 2 of 4.
    assert float(ece(confidence, answerable)) == pytest.approx((0.05 + 0.85 + 2 * 0.45) / 4)
    assert calibration_bins(confidence, answerable)[0] == pytest.approx((0.05, 0.5, 2))
    assert list(bin_numbers(np.array([0.0, 0.1, 0.99, 1.0]))) == [0, 1, 9, 9]


@pytest.mark.parametrize("statistic", [auroc, aurc, ece])
def test_many_resamples_at_once_give_what_each_gives(statistic: Callable[..., Any]) -> None:
    generator = np.random.default_rng(1)
    confidence = generator.random((5, 40)).round(1)
    labels = (generator.random((5, 40)) < 0.5).astype(float)
    each = [float(statistic(one, other)) for one, other in zip(confidence, labels, strict=True)]
    assert statistic(confidence, labels) == pytest.approx(each)
