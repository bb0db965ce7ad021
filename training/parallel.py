"""Run independent parts of a fit side by side."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import TypeVar

Result = TypeVar("Result")


def run_each(tasks: Sequence[Callable[[], list[Result]]], workers: int) -> list[Result]:
    """Run tasks and join their results.

    Args:
        tasks: Functions that can be pickled, the longest first.
        workers: How many run at once; with more than one each computes with one thread,
            because threads that outnumber the cores wait for each other.

    Returns:
        All results, in the order of the tasks: what is fitted does not depend on ``workers``.
    """
    if workers == 1:
        return [each for task in tasks for each in task()]
    os.environ.setdefault("SUMMITQA_THREADS", "1")
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        running = [pool.submit(task) for task in tasks]
        return [each for future in running for each in future.result()]
