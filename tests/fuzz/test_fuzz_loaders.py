"""A few seconds of fuzzing a run; an hour by hand with ``python -m tests.fuzz.run``."""

from __future__ import annotations

import pytest
from tests.fuzz.inputs import SUFFIXES
from tests.fuzz.run import fuzz


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.filterwarnings("ignore")
def test_a_loader_survives_a_second_of_odd_input(
    suffix: str, capsys: pytest.CaptureFixture[str]
) -> None:
    count = fuzz(suffix, seconds=1.0, first_seed=20260213, keep=None)
    with capsys.disabled():
        print(f" {suffix} {count.tried} inputs ", end="", flush=True)
    assert count.tried > 0
    assert count.failures == 0
