"""Named points at which a run can be made to die or fail, so that tests can prove its promises.

``SUMMITQA_CRASH_AT=name:n`` kills the process with SIGKILL when the point ``name`` is
reached for the n-th time; ``*:n`` counts every point. ``SUMMITQA_FAIL_AT`` takes the same
form and makes the point fail as a full disk does. ``SUMMITQA_CRASH_AT=trace`` only names
the points on standard error. Without either variable nothing happens.
"""

from __future__ import annotations

import errno
import os
import signal
from collections import Counter

_reached: Counter[str] = Counter()


def reach(point: str) -> None:
    """Pass a point of the run; die or fail here if the environment says so.

    Raises:
        OSError: ``ENOSPC``, when ``SUMMITQA_FAIL_AT`` names this passage of the point.
    """
    crash, fail = os.environ.get("SUMMITQA_CRASH_AT"), os.environ.get("SUMMITQA_FAIL_AT")
    if not crash and not fail:
        return
    _reached[point] += 1
    _reached["*"] += 1
    if crash == "trace":
        os.write(2, f"point {point}\n".encode())
    elif crash and _is_here(crash, point):
        os.write(2, f"point {point}\n".encode())
        os.kill(os.getpid(), signal.SIGKILL)
    if fail and _is_here(fail, point):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), point)


def _is_here(wanted: str, point: str) -> bool:
    name, _, number = wanted.partition(":")
    return name in (point, "*") and _reached[name] == int(number or "1")
