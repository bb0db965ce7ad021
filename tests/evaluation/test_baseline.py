"""Stored results, comparison with them, and the gate."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.evaluation.library import (
    CASES,
    SUITE,
    Plan,
    Planned,
    all_right,
    all_wrong,
    grade_all,
)

from summitqa.errors import SuiteError
from summitqa.evaluation.baseline import (
    Baseline,
    compare_with_baseline,
    fingerprint_case,
    read_baseline,
    say_changes,
    write_baseline,
)
from summitqa.evaluation.cases import Case
from summitqa.evaluation.pool import pool_reports
from summitqa.evaluation.report import (
    SuiteReport,
    find_gate_failures,
    summarise,
    summarise_tags,
)
from summitqa.evaluation.run import sample_suite

GATED = SUITE.model_copy(update={"gate": ("correct", "recall@1", "AUROC")})


def store(folder: Path, plan: Plan = all_right) -> Baseline:
    path = folder / "library.json"
    write_baseline(path, SUITE, grade_all(plan), "digest", {"settings": {"llm": None}})
    return read_baseline(path)


def wrong_about_depth(case: Case) -> Planned:
    return all_wrong(case) if case.id == "depth" else all_right(case)


def test_a_baseline_is_read_as_it_was_written(tmp_path: Path) -> None:
    found = store(tmp_path)
    assert (found.suite, found.index_digest) == ("library", "digest")
    assert set(found.cases) == {case.id for case in CASES}
    fingerprint, measures = found.cases["depth"]
    assert fingerprint == fingerprint_case(CASES[0])
    assert measures["correct"] == 1.0
    assert json.loads((tmp_path / "library.json").read_text())["settings"] == {"llm": None}


def test_what_changed_since_the_baseline_is_named(tmp_path: Path) -> None:
    before = store(tmp_path).about
    assert before == {"llm": None}
    assert say_changes(before, {"llm": "ollama:x", "numpy": "2"}) == ("llm None -> ollama:x",)
    assert say_changes(before, {"llm": None}) == ()


def test_the_same_results_write_the_same_bytes(tmp_path: Path) -> None:
    store(tmp_path)
    first = (tmp_path / "library.json").read_bytes()
    store(tmp_path)
    assert (tmp_path / "library.json").read_bytes() == first
    assert [each.name for each in tmp_path.iterdir()] == ["library.json"]


def test_flips_are_named_in_both_directions(tmp_path: Path) -> None:
    baseline = store(tmp_path, wrong_about_depth)
    worse_gates = compare_with_baseline(GATED, grade_all(all_right), baseline)
    assert worse_gates.flips["correct"].better == ("depth",)
    assert worse_gates.flips["correct"].worse == ()
    back = compare_with_baseline(GATED, grade_all(wrong_about_depth), store(tmp_path))
    assert back.flips["correct"].worse == ("depth",)
    assert back.flips["recall@1"].worse == ("depth",)
    assert back.differences["correct"].after == pytest.approx(6 / 7)


def test_an_edited_case_is_new_and_a_removed_one_gone(tmp_path: Path) -> None:
    baseline = store(tmp_path)
    edited = CASES[0].model_copy(update={"question": "How deep is the northern lake?"})
    suite = SUITE.model_copy(update={"cases": (edited, *CASES[1:-1])})
    found = compare_with_baseline(suite, grade_all(all_right, suite=suite), baseline)
    assert (found.new, found.gone, found.cases) == ((edited.id,), (CASES[-1].id,), 5)


def test_a_sample_is_compared_on_its_own_cases(tmp_path: Path) -> None:
    suite = sample_suite(SUITE, 3)
    results = grade_all(all_right, suite=suite)
    found = compare_with_baseline(suite, results, store(tmp_path), is_sample=True)
    assert (found.new, found.gone, found.cases) == ((), (), 3)


def test_samples_are_nested_and_keep_the_order() -> None:
    ids = [case.id for case in SUITE.cases]
    for size in range(1, len(ids)):
        small, large = sample_suite(SUITE, size), sample_suite(SUITE, size + 1)
        assert len(small.cases) == size
        kept = [case.id for case in small.cases]
        assert set(kept) < {case.id for case in large.cases}
        assert kept == sorted(kept, key=ids.index)
    assert sample_suite(SUITE, None) is SUITE


def test_the_gate_passes_what_is_as_good_and_stops_what_is_worse(tmp_path: Path) -> None:
    baseline = store(tmp_path)
    for plan, passes in ((all_right, True), (all_wrong, False)):
        results = grade_all(plan)
        comparison = compare_with_baseline(GATED, results, baseline)
        problems = find_gate_failures(GATED, results, summarise(results), comparison)
        assert (problems == ()) == passes
    assert any(each.startswith("correct fell significantly, from 1.000 to") for each in problems)
    assert any(each.startswith("AUROC fell significantly") for each in problems)


def test_floors_hold_in_the_direction_of_each_metric() -> None:
    suite = SUITE.model_copy(
        update={"floors": {"correct": 0.9, "ECE": 0.2, "answered_when_unanswerable": 0.5}}
    )
    right, wrong = grade_all(all_right), grade_all(all_wrong)
    assert find_gate_failures(suite, right, summarise(right), None) == ()
    assert find_gate_failures(suite, wrong, summarise(wrong), None) == (
        "correct is 0.000, below its floor of 0.9.",
        "ECE is 0.900, above its ceiling of 0.2.",
        "answered_when_unanswerable is 1.000, above its ceiling of 0.5.",
    )
    assert find_gate_failures(suite, (), {}, None)[0] == (
        "correct has a floor but no case defines it."
    )
    assert find_gate_failures(suite, (), {}, None, is_sample=True) == ()


def test_a_baseline_that_cannot_be_compared_is_no_pass(tmp_path: Path) -> None:
    results = grade_all(all_right)
    metrics = summarise(results)
    stored = store(tmp_path)
    others = Baseline("library", "digest", {"other": ("of other words", {"correct": 1.0})})
    nothing = compare_with_baseline(GATED, results, others)
    assert find_gate_failures(GATED, results, metrics, nothing) == (
        "the baseline knows none of these cases as they are worded; "
        "write it again with --update-baseline.",
    )
    assert find_gate_failures(GATED, (), {}, compare_with_baseline(GATED, (), others)) == ()
    without = Baseline(
        "library",
        "digest",
        {
            name: (wording, {key: value for key, value in measures.items() if key != "recall@1"})
            for name, (wording, measures) in stored.cases.items()
        },
    )
    half = compare_with_baseline(GATED, results, without)
    assert find_gate_failures(GATED, results, metrics, half) == (
        "recall@1 is gated, but the baseline does not hold it; "
        "write it again with --update-baseline.",
    )
    # A sample may hold no case that defines the metric in both runs.
    assert find_gate_failures(GATED, results, metrics, half, is_sample=True) == ()


def test_a_failed_case_fails_the_gate_and_is_never_stored(tmp_path: Path) -> None:
    def crashes(case: Case) -> Planned:
        if case.id == "depth":
            raise RuntimeError("boom")
        return all_right(case)

    results = grade_all(crashes)
    assert find_gate_failures(SUITE, results, summarise(results), None) == (
        "depth failed: RuntimeError: boom",
    )
    with pytest.raises(SuiteError, match="not updated, because cases failed: depth"):
        write_baseline(tmp_path / "library.json", SUITE, results, "digest", {})
    assert not (tmp_path / "library.json").exists()


def test_many_failures_of_one_reason_are_one_problem() -> None:
    def crashes(case: Case) -> Planned:
        raise RuntimeError(f"no model for {case.question}")

    cases = [CASES[0].model_copy(update={"id": f"c{number}"}) for number in range(12)]
    suite = SUITE.model_copy(update={"cases": tuple(cases)})
    assert find_gate_failures(suite, grade_all(crashes, suite=suite), {}, None) == (
        "c0, c1, c2, c3, c4, c5, c6, c7, c8, c9 and 2 more failed: RuntimeError: no model for "
        "How deep is the north lake?",
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", "cannot be read"),
        ('{"version": 99}', "has version 99"),
        ('{"version": 1, "suite": "library"}', "KeyError"),
    ],
)
def test_a_broken_baseline_is_refused(tmp_path: Path, text: str, problem: str) -> None:
    path = tmp_path / "library.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SuiteError, match=problem):
        read_baseline(path)


def test_a_baseline_of_another_suite_is_refused(tmp_path: Path) -> None:
    other = SUITE.model_copy(update={"suite": "other"})
    with pytest.raises(SuiteError, match="is of the suite library, not of other"):
        compare_with_baseline(other, grade_all(all_right), store(tmp_path))


def test_suites_of_one_split_are_pooled_so_that_confidence_can_be_judged(tmp_path: Path) -> None:
    baseline = store(tmp_path)
    parts = []
    for name, answerable in (("library", True), ("nothing", False)):
        cases = tuple(case for case in CASES if case.answerable == answerable)
        suite = GATED.model_copy(update={"suite": name, "cases": cases})
        results = grade_all(lambda case: (*all_right(case)[:2], 0.5), suite=suite)
        parts.append(
            SuiteReport(
                suite,
                results,
                "digest",
                summarise(results),
                summarise_tags(results),
                baseline=Baseline(name, "digest", baseline.cases),
            )
        )
    assert all("AUROC" not in part.metrics for part in parts)
    (pool,) = pool_reports(parts)
    assert pool.suite.suite == "all-dev"
    assert pool.pooled == ("library", "nothing")
    assert pool.metrics["AUROC"].value == 0.5
    assert pool.comparison is not None
    assert pool.comparison.cases == len(CASES)
    assert len(pool.gate) == 1 and pool.gate[0].startswith("AUROC fell significantly, from 1.000")
    assert pool_reports(parts[:1]) == ()
