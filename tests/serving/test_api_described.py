"""The OpenAPI description tells the truth: schemathesis sends what it allows, and more."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is not installed")

from hypothesis import HealthCheck, given  # noqa: E402
from hypothesis import settings as hypothesis_settings  # noqa: E402
from schemathesis.checks import not_a_server_error  # noqa: E402
from schemathesis.specs.openapi.checks import (  # noqa: E402
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:schemathesis.*")


@pytest.fixture(scope="module")
def folders() -> Iterator[Path]:
    with TemporaryDirectory() as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
def described(folders: Path, make_fake: Any) -> Iterator[Any]:
    """The API's description, served by an application of its own."""
    from starlette.testclient import TestClient

    with ExitStack() as stack:
        application = make_fake(folders)
        stack.enter_context(TestClient(application, base_url="http://127.0.0.1"))
        yield schemathesis.openapi.from_asgi("/api/openapi.json", application)


# A job, a conversation or a document that is not there is a 404 or 400 by design; what
# counts is that no request brings the server down or gets what is not described.
CHOSEN = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


def describe(error: BaseException) -> str:
    """Say what failed, with the request that shows it."""
    inner = error.exceptions if isinstance(error, BaseExceptionGroup) else (error,)
    return f"{error} {[str(one)[:600] for one in inner]}"


@pytest.mark.slow
def test_no_described_request_breaks_the_server(
    described: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    troubles = []
    sent = 0
    operations = [found.ok() for found in described.get_all_operations()]
    assert len(operations) > 20
    for operation in operations:

        @given(case=operation.as_strategy())
        @hypothesis_settings(
            max_examples=12,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=True,
            database=None,
        )
        def send(case: Any) -> None:
            nonlocal sent
            sent += 1
            case.call_and_validate(checks=CHOSEN)

        try:
            send()
        except (Exception, BaseExceptionGroup) as error:
            troubles.append(f"{operation.label}: {describe(error)}")
    with capsys.disabled():
        print(f" {len(operations)} operations, {sent} requests, {len(troubles)} failures ", end="")
    assert sent > len(operations)
    assert not troubles, "\n\n".join(troubles)
