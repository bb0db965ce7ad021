"""A sample of the shipped suites against their stored baselines, as ``make eval`` runs all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import broken_retriever
from summitqa.cli import main
from summitqa.evaluation.suite_file import read_suite

ROOT = Path(__file__).resolve().parents[2]
SUITES = sorted((ROOT / "evals" / "suites").glob("*.yaml"))
COLLECTIONS = sorted((ROOT / "evals" / "collections").glob("*/*.yaml"))
BASELINES = ROOT / "evals" / "baselines"
SAMPLE = 6


@pytest.mark.parametrize("path", [*SUITES, *COLLECTIONS], ids=lambda path: path.stem)
def test_the_baseline_of_a_suite_is_of_its_cases_as_they_are_worded(path: Path) -> None:
    from summitqa.evaluation.baseline import fingerprint_case, read_baseline

    stored = read_baseline(BASELINES / f"{path.stem}.json").cases
    cases = {case.id: fingerprint_case(case) for case in read_suite(path).suite.cases}
    assert {name: fingerprint for name, (fingerprint, _) in stored.items()} == cases, (
        "a suite changed; run summitqa eval on it with --update-baseline"
    )


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Options that name an index of the shipped corpus, built once."""
    options = ["--index", str(tmp_path_factory.mktemp("shipped") / "index")]
    with pytest.raises(SystemExit) as indexed:
        main(["index", *options, "--corpus", str(ROOT / "corpus")])
    assert not indexed.value.code
    return [*options, "--corpus", str(ROOT / "corpus")]


@pytest.mark.slow
def test_a_sample_of_every_suite_holds_its_baseline(
    index: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    suites = [str(path) for path in SUITES]
    with pytest.raises(SystemExit) as ended:
        held = ["--baseline", str(BASELINES), "--sample", str(SAMPLE), "--json"]
        main(["eval", *suites, *held, *index])
    shown = capsys.readouterr()
    assert not ended.value.code, shown.err
    record = json.loads(shown.out)
    assert record["passed"]
    assert [suite["cases"] for suite in record["suites"]] == [SAMPLE] * len(SUITES)
    # What an answer says is cited, and every citation quotes exactly, in every mode.
    for suite in record["suites"]:
        for name in ("citation_validity", "sentences_cited"):
            assert suite["metrics"].get(name, {"value": 1.0})["value"] == 1.0


@pytest.mark.slow
def test_a_retriever_that_drops_its_best_passage_fails_a_shipped_suite_by_name(
    index: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    path = ROOT / "evals" / "suites" / "questions-dev.yaml"
    code = broken_retriever.main([str(path), "--sample", "40", *index[:2]])
    shown = capsys.readouterr()
    assert code == 0, shown.out + shown.err
    before, after = shown.out.split("the best passage dropped: exit code 1")
    assert before.startswith("as it is: exit code 0")
    ids = {case.id for case in read_suite(path).suite.cases}
    row = next(line for line in after.splitlines() if line.startswith("| questions-dev"))
    assert "| recall@5" in row
    # What flipped is named, and these are cases of the suite.
    flipped = row.rstrip("| ").rsplit(": ", 1)[1].split(" and ")[0].split(", ")
    assert set(flipped) <= ids
    assert "questions-dev: recall@5 fell significantly" in shown.err
