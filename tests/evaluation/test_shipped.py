"""A sample of the shipped suites against their stored baselines, as ``make eval`` runs all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from summitqa.cli import main
from summitqa.evaluation.suite_file import read_suite

ROOT = Path(__file__).resolve().parents[2]
SUITES = sorted((ROOT / "evals" / "suites").glob("*.yaml"))
BASELINES = ROOT / "evals" / "baselines"
SAMPLE = 6


@pytest.mark.parametrize("path", SUITES, ids=lambda path: path.stem)
def test_the_baseline_of_a_suite_is_of_its_cases_as_they_are_worded(path: Path) -> None:
    from summitqa.evaluation.baseline import fingerprint_case, read_baseline

    stored = read_baseline(BASELINES / f"{path.stem}.json").cases
    cases = {case.id: fingerprint_case(case) for case in read_suite(path).suite.cases}
    assert {name: fingerprint for name, (fingerprint, _) in stored.items()} == cases, (
        "a suite changed; run summitqa eval on it with --update-baseline"
    )


@pytest.mark.slow
def test_a_sample_of_every_suite_holds_its_baseline(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    index = ["--index", str(tmp_path / "index"), "--corpus", str(ROOT / "corpus")]
    with pytest.raises(SystemExit) as indexed:
        main(["index", *index])
    assert not indexed.value.code
    capsys.readouterr()
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
