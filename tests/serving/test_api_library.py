"""Adding, removing and re-indexing through the API, on a real folder."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from summitqa.api.jobs import CancelledError, Job, Jobs
from summitqa.api.library import safe_name
from summitqa.errors import UsageError
from summitqa.settings import Settings

NOTE = b"# A note on tides\n\nThe tide gauge at Marlow Quay reads 4 metres at noon.\n"


def finish(client: TestClient, job: dict[str, Any]) -> dict[str, Any]:
    """Follow a job to its end."""
    deadline = time.monotonic() + 60
    while job["state"] in {"waiting", "running"}:
        assert time.monotonic() < deadline
        time.sleep(0.01)
        job = client.get(f"/api/jobs/{job['id']}").json()
    return job


def test_an_uploaded_file_answers_questions_at_once(client: TestClient) -> None:
    question = {"question": "What does the tide gauge at Marlow Quay read?"}
    assert client.post("/api/ask", json=question).json()["status"] == "abstained"
    job = client.post("/api/documents", files=[("files", ("notes/tides.md", NOTE))]).json()
    job = finish(client, job)
    assert job["state"] == "done"
    assert job["files"] == [
        {"name": "notes/tides.md", "state": "indexed", "document": "uploads/notes/tides.md"}
    ]
    answer = client.post("/api/ask", json=question).json()
    assert answer["citations"][0]["document"] == "uploads/notes/tides.md"


def test_each_bad_file_is_refused_by_name_and_the_good_one_is_taken(client: TestClient) -> None:
    files = [
        ("files", ("tides.md", NOTE)),
        ("files", ("picture.exe", b"MZ")),
        ("files", ("broken.pdf", b"this is no PDF")),
    ]
    job = finish(client, client.post("/api/documents", files=files).json())
    states = {one["name"]: one["state"] for one in job["files"]}
    assert states == {"tides.md": "indexed", "picture.exe": "refused", "broken.pdf": "refused"}
    reasons = [one["reason"] for one in job["files"] if one["state"] == "refused"]
    assert all(reasons)
    assert not any("/tmp" in reason for reason in reasons)


def test_a_removed_document_answers_no_more(client: TestClient, folder: Path) -> None:
    gone = client.delete("/api/documents", params={"document": "report.md"}).json()
    job = finish(client, gone)
    assert job["report"]["removed"] == ["report.md"]
    assert not (folder / "report.md").exists()
    listed = client.get("/api/documents").json()["documents"]
    assert [one["id"] for one in listed] == ["harbour/declaration.md"]
    assert client.delete("/api/documents", params={"document": "report.md"}).status_code == 404


def test_re_indexing_sees_what_was_put_into_the_folder(client: TestClient, folder: Path) -> None:
    (folder / "tides.md").write_bytes(NOTE)
    job = finish(client, client.post("/api/index").json())
    assert job["report"]["added"] == ["tides.md"]


def test_a_read_only_server_changes_nothing(make_client: Callable[..., TestClient]) -> None:
    client = make_client(read_only=True)
    refused = [
        client.post("/api/documents", files=[("files", ("tides.md", NOTE))]),
        client.post("/api/documents/address", json={"address": "https://example.org/"}),
        client.delete("/api/documents", params={"document": "report.md"}),
        client.post("/api/index"),
    ]
    assert [response.status_code for response in refused] == [403] * 4
    assert client.get("/api/overview").json()["read_only"] is True


def test_an_upload_over_the_limit_is_refused(make_client: Callable[..., TestClient]) -> None:
    client = make_client(max_upload_bytes=1000)
    big = [("files", ("tides.md", NOTE * 100))]
    response = client.post("/api/documents", files=big)
    assert response.status_code == 413
    assert client.get("/api/status").json()["documents"] == 2


def test_a_private_address_is_not_fetched(client: TestClient) -> None:
    pytest.importorskip("summitqa.fetch")
    request = {"address": "http://127.0.0.1:1/secret.md"}
    job = finish(client, client.post("/api/documents/address", json=request).json())
    assert job["files"][0]["state"] == "refused"
    assert job["files"][0]["reason"]


def test_a_cancelled_job_takes_out_what_it_added(
    client: TestClient, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = Job.check_cancelled

    def cancel_before_indexing(job: Job) -> None:
        if any(one["state"] == "copied" for one in job.files):
            assert (folder / "uploads" / "tides.md").exists()
            job.cancelled.set()
        original(job)

    monkeypatch.setattr(Job, "check_cancelled", cancel_before_indexing)
    job = client.post("/api/documents", files=[("files", ("tides.md", NOTE))]).json()
    assert finish(client, job)["state"] == "cancelled"
    assert not (folder / "uploads").exists()


def test_jobs_run_one_at_a_time_and_a_waiting_one_can_be_cancelled(settings: Settings) -> None:
    import threading

    jobs, leave, entered = Jobs(settings), threading.Event(), threading.Event()

    def wait(_: Job) -> None:
        entered.set()
        assert leave.wait(30)

    first = jobs.start("first", wait)
    assert entered.wait(30)
    ran: list[str] = []
    second = jobs.start("second", lambda job: ran.append(job.kind))
    assert second.state == "waiting"
    second.cancelled.set()
    leave.set()
    deadline = time.monotonic() + 30
    while second.state == "waiting" or first.state == "running":
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert (first.state, second.state, ran) == ("done", "cancelled", [])
    with pytest.raises(CancelledError):
        second.check_cancelled()


@given(st.text(max_size=200))
def test_an_uploaded_name_never_leads_out_of_its_folder(name: str) -> None:
    try:
        path = safe_name(name)
    except UsageError:
        return
    assert not path.is_absolute()
    assert path.parts
    assert not any(part.startswith(".") or "/" in part or "\x00" in part for part in path.parts)
