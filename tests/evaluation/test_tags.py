"""Stored results compared tag by tag."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from benchmarks.tags import main, pair_cases

BASELINES = Path(__file__).resolve().parents[2] / "evals" / "baselines"


def test_a_set_of_results_beside_itself_shows_no_change(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main([str(BASELINES), str(BASELINES)]) == 0
    rows = capsys.readouterr().out.splitlines()[2:]
    assert any(row.startswith("| follow-up | correct |") for row in rows)
    assert all(row.endswith("| +0.000 to +0.000 |") for row in rows)


def test_a_case_that_was_reworded_since_is_left_out(tmp_path: Path) -> None:
    name = "conflicts-and-time-dev.json"
    shutil.copy(BASELINES / name, tmp_path / name)
    stored = json.loads((tmp_path / name).read_text(encoding="utf-8"))
    changed = next(iter(stored["cases"]))
    stored["cases"][changed]["fingerprint"] = "other"
    (tmp_path / name).write_text(json.dumps(stored), encoding="utf-8")
    whole, left = pair_cases(BASELINES, BASELINES), pair_cases(tmp_path, BASELINES)
    only = [json.loads((BASELINES / name).read_text(encoding="utf-8"))["cases"]]
    assert len(left["all"]) == len(only[0]) - 1 < len(whole["all"])


def test_folders_without_common_cases_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main([str(tmp_path), str(BASELINES)])
    assert "no case in common" in capsys.readouterr().err
