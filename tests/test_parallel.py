"""Parts of a fit that run side by side."""

from __future__ import annotations

from functools import partial

import pytest

from training.parallel import run_each


def test_results_are_the_same_and_in_order_whatever_the_number_of_workers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SUMMITQA_THREADS", "1")
    tasks = [partial(sorted, [3, 1, 2]), partial(list, [9]), partial(sorted, [8, 7])]
    assert run_each(tasks, 1) == [1, 2, 3, 9, 7, 8]
    assert run_each(tasks, 2) == run_each(tasks, 1)


def test_a_part_that_fails_is_not_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUMMITQA_THREADS", "1")
    with pytest.raises(TypeError):
        run_each([partial(sorted, [1]), partial(sorted, [1, None])], 2)
