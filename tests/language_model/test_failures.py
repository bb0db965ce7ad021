"""A failure is told in one sentence; only what may pass is tried again, ever later."""

from __future__ import annotations

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from summitqa.language_model.failures import (
    FIRST_PAUSE_SECONDS,
    LONGEST_PAUSE_SECONDS,
    Failure,
    pause_before,
    read_failure,
    redact,
)


class RefusedError(Exception):
    """What a provider's package raises: the status, and the response with its headers."""

    def __init__(self, status_code: int, **headers: str) -> None:
        super().__init__("CALL +1 555 NOW")
        self.status_code = status_code
        self.response = httpx.Response(max(status_code, 200), headers=headers)


@given(st.integers(0, 40))
def test_the_pause_doubles_up_to_a_limit_and_leaves_a_part_to_chance(attempt: int) -> None:
    longest = min(FIRST_PAUSE_SECONDS * 2**attempt, LONGEST_PAUSE_SECONDS)
    pauses = {pause_before(attempt, Failure("", passing=True)) for _ in range(20)}
    assert len(pauses) > 1
    assert all(longest / 2 <= each <= longest for each in pauses)


def test_the_server_says_how_long_to_wait() -> None:
    failure = read_failure("openai:x", RefusedError(429, **{"retry-after": "7"}))
    assert failure.passing
    assert pause_before(0, failure) == 7


@pytest.mark.parametrize("said", ["soon", "Wed, 21 Oct 2026 07:28:00 GMT", ""])
def test_a_wait_that_is_no_number_of_seconds_is_ours_to_choose(said: str) -> None:
    failure = read_failure("openai:x", RefusedError(503, **{"retry-after": said}))
    assert failure.wait_seconds is None
    assert pause_before(0, failure) <= FIRST_PAUSE_SECONDS


@pytest.mark.parametrize(
    ("status", "passing"),
    [
        *((each, False) for each in (400, 401, 403, 404, 413, 422)),
        *((each, True) for each in (408, 409, 425, 429, 500, 502, 503, 529)),
    ],
)
def test_only_what_may_pass_is_worth_another_try(status: int, passing: bool) -> None:
    assert read_failure("openai:x", RefusedError(status)).passing is passing


@pytest.mark.parametrize("status", [-1, 200])
def test_a_status_that_is_no_failure_is_not_shown_as_one(status: int) -> None:
    assert "HTTP" not in read_failure("ollama:x", RefusedError(status)).message


def test_the_cause_of_a_wrapped_error_decides() -> None:
    wrapped = RuntimeError("Connection error.")
    wrapped.__cause__ = httpx.ReadError("reset")
    assert "broke off" in read_failure("openai:x", wrapped).message
    wrapped.__cause__ = httpx.ConnectError("refused")
    assert "cannot be reached" in read_failure("openai:x", wrapped).message


@given(st.text(min_size=1, max_size=60), st.text(max_size=30), st.text(max_size=30))
def test_a_known_key_is_taken_out_of_any_message(key: str, before: str, after: str) -> None:
    if key not in "(key)":
        assert key not in redact(f"{before}{key}{after}", [key]).replace("(key)", "")


@pytest.mark.parametrize("message", ["Bearer abcdef123456", "sk-abcdef123456", "?api_key=abcdef"])
def test_what_looks_like_a_key_is_taken_out(message: str) -> None:
    assert "abcdef" not in redact(message)
