"""What a failure of a model's server means: one sentence, and whether to try again."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 8.0

_SECRET = re.compile(r"(sk-|key-|Bearer\s+)[\w.\-]{6,}|(?<=api_key=)\S+", re.IGNORECASE)
# Of these a server may recover within seconds: it is busy, restarting or behind a gateway.
_PASSING = frozenset({408, 409, 425, 429})
# The names are the same in every HTTP library that the providers' packages use.
_BROKEN_OFF = frozenset(
    {"RemoteProtocolError", "ReadError", "WriteError", "ConnectionResetError", "BrokenPipeError"}
)
# What the packages raise for an error that the server reports within its reply.
_REPORTED = frozenset({"APIError", "APIStatusError", "ResponseError"})


@dataclass(frozen=True, slots=True)
class Failure:
    """What became of a request.

    Attributes:
        message: One sentence for the person, without the server's own words.
        passing: Whether the same request may succeed a little later.
        wait_seconds: How long the server asks to be left alone; None if it does not say.
    """

    message: str
    passing: bool = False
    wait_seconds: float | None = None


def read_failure(name: str, error: Exception) -> Failure:
    """Say what an error of a provider's package means; `name` is the model as set."""
    kinds = [type(each).__name__ for each in _causes(error)]
    status = getattr(error, "status_code", None)
    if not isinstance(status, int) or status < 400:
        # An error within a reply that began well, or none of HTTP at all.
        status = None
    passing = status is not None and (status in _PASSING or status >= 500)
    wait = _asked_wait(error) if passing else None
    if status == 401 or "AuthenticationError" in kinds:
        return Failure(f"The server of {name} refused the key; check it.")
    if status == 404 or "NotFoundError" in kinds:
        return Failure(
            f"The server of {name} does not know this model; check the name in SUMMITQA_LLM."
        )
    if status == 429 or "RateLimitError" in kinds:
        return Failure(
            f"The server of {name} takes no more requests now; try again later.", True, wait
        )
    if status is not None:
        return Failure(f"The server of {name} failed (HTTP {status}); try again.", passing, wait)
    if any("Timeout" in each for each in kinds):
        return Failure(
            f"The server of {name} did not answer in time; try again or raise the limit."
        )
    if _BROKEN_OFF.intersection(kinds):
        return Failure(f"The server of {name} broke off its reply; try again.", True)
    if any("Connect" in each for each in kinds):
        return Failure(
            f"The server of {name} cannot be reached; start it or check SUMMITQA_LLM_BASE_URL.",
            True,
        )
    if isinstance(error, ValueError):
        # What could not be read as the protocol's JSON, or held no reply.
        return Failure(
            f"The server of {name} sent something that is no answer; check SUMMITQA_LLM_BASE_URL."
        )
    # What a server says about its failure is its own text, and not shown.
    return Failure(f"The server of {name} failed ({kinds[0]}); try again.", kinds[0] in _REPORTED)


def pause_before(attempt: int, failure: Failure) -> float:
    """Give the seconds to wait before another try.

    What the server asks for, else half a second that doubles with each try, with a part
    left to chance so that clients which failed together do not come back together.

    Args:
        attempt: How many tries there were before the one that failed.
        failure: What the server said.
    """
    if failure.wait_seconds is not None:
        return failure.wait_seconds
    longest = min(FIRST_PAUSE_SECONDS * 2.0**attempt, LONGEST_PAUSE_SECONDS)
    return random.uniform(longest / 2, longest)


def redact(text: str, secrets: Sequence[str] = ()) -> str:
    """Take keys out of a message: the ones that are known, and what looks like one."""
    for secret in secrets:
        text = text.replace(secret, "(key)")
    return _SECRET.sub("(key)", text)


def explain_setup(provider: str, error: Exception, secrets: Sequence[str]) -> str:
    """Say why a provider's package could not be set up."""
    message = str(error)
    if "api_key" in message.lower() or "credentials" in message.lower():
        return f"The provider {provider} needs a key; set SUMMITQA_LLM_API_KEY."
    if isinstance(error, ValueError) and "provider" in message:
        return (
            f"The provider {provider!r} is not known; use openai, ollama or anthropic, or "
            "another that LangChain supports."
        )
    return f"The language model could not be set up ({_short(error, secrets)}); check SUMMITQA_LLM."


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Give the error and what it was raised from: packages wrap what HTTP says."""
    current: BaseException | None = error
    while current is not None:
        yield current
        current = current.__cause__


def _asked_wait(error: Exception) -> float | None:
    """Read Retry-After, in seconds; Ollama's package does not hand it on."""
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    try:
        return max(0.0, float(headers.get("retry-after", "")))
    except ValueError:
        return None


def _short(error: Exception, secrets: Sequence[str]) -> str:
    text = " ".join(redact(str(error), secrets).split())
    return f"{type(error).__name__}: {text[:160]}" if text else type(error).__name__
