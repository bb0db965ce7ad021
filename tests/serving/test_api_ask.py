"""The REST API over real HTTP requests to the application."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from summitqa.answer_json import answer_to_json
from summitqa.api.service import Service

QUESTION = "Which country was the first country to sign the declaration?"


def events(text: str) -> list[tuple[str, Any]]:
    """Read server-sent events."""
    found = []
    for block in text.split("\n\n"):
        if block.strip():
            name, data = block.split("\n")
            found.append((name.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    return found


def test_ask_gives_the_object_of_the_command_line(client: TestClient, assistant: Any) -> None:
    given = client.post("/api/ask", json={"question": QUESTION}).json()
    expected = answer_to_json(assistant.ask(QUESTION))
    given.pop("timings_ms"), expected.pop("timings_ms")
    assert given == expected
    assert "Kenya" in given["text"]


def test_every_citation_can_be_read_back_exactly(client: TestClient) -> None:
    answer = client.post("/api/ask", json={"question": QUESTION}).json()
    for citation in answer["citations"]:
        query = {key: citation[key] for key in ("document", "start", "end", "quote")}
        read = client.get("/api/documents/text", params=query).json()
        assert read["document"]["text"][citation["start"] : citation["end"]] == citation["quote"]
        assert read["span"]["state"] == "exact"


def test_the_stream_ends_with_the_same_answer_and_its_pieces_join_to_its_text(
    client: TestClient,
) -> None:
    response = client.post("/api/ask/stream", json={"question": QUESTION})
    assert response.headers["content-type"].startswith("text/event-stream")
    found = events(response.text)
    assert [name for name, _ in found[:1]] == ["searching"]
    name, answer = found[-1]
    assert name == "answer"
    assert "".join(data["text"] for name, data in found if name == "text") == answer["text"]


def test_a_problem_in_the_stream_is_one_sentence(client: TestClient) -> None:
    found = events(client.post("/api/ask/stream", json={"question": "  "}).text)
    assert found[-1] == ("problem", {"error": "The question is empty; type a question."})


def test_history_reaches_the_assistant_and_a_follow_up_is_rewritten(
    client: TestClient, assistant: Any
) -> None:
    turn = {"question": "How many pages has the final report?", "answer": "131.", "documents": []}
    request = {"question": "and who led the panel?", "history": [turn]}
    answer = client.post("/api/ask", json=request).json()
    assert answer["rewritten_question"] == f"{turn['question']} {request['question']}"
    assert assistant.histories[-1][0].question == turn["question"]


def test_a_scope_leaves_the_other_documents_out(client: TestClient) -> None:
    request = {"question": QUESTION, "scope": {"summits": ["lighthouse-2024"]}}
    answer = client.post("/api/ask", json=request).json()
    assert {one["document"] for one in answer["citations"]} <= {"report.md"}
    assert {one["document"] for one in answer["evidence"]} == {"report.md"}


def test_an_abstention_carries_the_nearest_passages(client: TestClient) -> None:
    answer = client.post("/api/ask", json={"question": "What is the capital of Peru?"}).json()
    assert answer["status"] == "abstained"
    assert answer["citations"] == []
    assert answer["evidence"]


def test_search_gives_as_many_hits_as_asked_for(client: TestClient) -> None:
    found = client.post("/api/search", json={"question": QUESTION, "top_k": 1}).json()
    assert len(found["hits"]) == 1
    assert found["hits"][0]["document"] == "harbour/declaration.md"


def test_search_points_at_the_nearest_sentence_of_each_passage(client: TestClient) -> None:
    for hit in client.post("/api/search", json={"question": QUESTION}).json()["hits"]:
        nearest = hit["nearest"]
        assert hit["start"] <= nearest["start"] < nearest["end"] <= hit["end"]
        at = nearest["start"] - hit["start"], nearest["end"] - hit["start"]
        assert hit["text"][slice(*at)] == nearest["text"]
        if "Kenya" in hit["text"]:
            assert nearest["text"].startswith("Kenya was the first")


class Held:
    """Holds every question until it is let go, and notes what happens to it."""

    def __init__(self, assistant: Any) -> None:
        self.at_once = assistant.ask
        self.began = threading.Event()
        self.leave = threading.Event()
        self.cancelled = threading.Event()
        self.noted: list[str] = []

    def ask(self, question: str, *, cancelled: threading.Event, **named: Any) -> Any:
        self.noted.append(f"{question} began")
        if question == "first":
            self.began.set()
            assert cancelled.wait(60)
            self.cancelled.set()
            assert self.leave.wait(60)
        self.noted.append(f"{question} ended")
        return self.at_once(question, **named)


@contextmanager
def asked(address: str, question: str) -> Iterator[Iterator[str]]:
    """Ask, wait until the question is on its way, and stop it when leaving."""
    body = {"question": question}
    with httpx.stream("POST", f"{address}/api/ask/stream", json=body, timeout=60) as response:
        lines = response.iter_lines()
        assert next(lines) == "event: searching"
        yield lines


def test_a_stopped_question_keeps_its_turn_until_its_work_has_ended(
    serve: Callable[..., AbstractContextManager[str]],
    make_service: Callable[..., Service],
    assistant: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    held = Held(assistant)
    monkeypatch.setattr(assistant, "ask", held.ask)
    service = make_service()
    service.parallel_questions = 1
    with serve(service) as address:
        with asked(address, "first"), asked(address, "waits, then leaves"):
            assert held.began.wait(60)
        assert held.cancelled.wait(60)
        with asked(address, "second") as lines:
            # Each round trip lets the server go on with what it has.
            for _ in range(20):
                assert httpx.get(f"{address}/healthz", timeout=60).status_code == 200
            assert held.noted == ["first began"]
            held.leave.set()
            assert any(line == "event: answer" for line in lines)
    assert held.noted == ["first began", "first ended", "second began", "second ended"]


def test_an_unexpected_failure_in_the_stream_is_one_sentence_without_its_details(
    client: TestClient, assistant: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("/srv/secret")

    monkeypatch.setattr(assistant, "ask", fail)
    found = events(client.post("/api/ask/stream", json={"question": QUESTION}).text)
    assert found[-1][0] == "problem"
    assert "server's log" in found[-1][1]["error"]
    assert "secret" not in found[-1][1]["error"]


@pytest.mark.parametrize(
    ("request_body", "status"),
    [
        ({"question": ""}, 400),
        ({}, 422),
        ({"question": "x", "more": 1}, 422),
        ({"question": "x", "scope": {"as_of": "tomorrow"}}, 422),
        ({"question": "x" * 1_000_001}, 422),
    ],
)
def test_a_wrong_request_gets_one_sentence(
    client: TestClient, request_body: dict[str, Any], status: int
) -> None:
    response = client.post("/api/ask", json=request_body)
    assert response.status_code == status
    assert list(response.json()) == ["error"]
    assert response.json()["error"]


def test_an_unknown_document_is_not_found(client: TestClient) -> None:
    response = client.get("/api/documents/text", params={"document": "../../etc/passwd"})
    assert response.status_code == 404
    assert "no document" in response.json()["error"]


def test_the_overview_has_what_the_first_look_shows(client: TestClient, folder: Path) -> None:
    overview = client.get("/api/overview").json()
    assert overview["phase"] == "ready"
    assert overview["corpus"]["documents"] == 2
    assert overview["corpus"]["first_date"] == "2023-11-01"
    assert overview["corpus"]["last_date"] == "2024-05-21"
    assert overview["mode"]["local"] is True
    assert len(overview["examples"]) == 2
    (folder / "examples.toml").write_text('questions = ["Who signed?"]\n', encoding="utf-8")
    assert client.get("/api/overview").json()["examples"] == ["Who signed?"]


def test_status_and_health(client: TestClient, folder: Path) -> None:
    status = client.get("/api/status").json()
    assert status["documents"] == 2
    assert str(folder) not in json.dumps(status)
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").json() == {"status": "ready"}


def test_another_sites_page_and_name_are_refused(client: TestClient) -> None:
    elsewhere = {"origin": "https://evil.example"}
    body = {"question": QUESTION}
    assert client.post("/api/ask", json=body, headers=elsewhere).status_code == 403
    assert client.get("/api/status", headers={"host": "evil.example"}).status_code == 403
    same = {"origin": "http://127.0.0.1"}
    assert client.post("/api/ask", json=body, headers=same).status_code == 200


def test_every_response_forbids_foreign_content(client: TestClient) -> None:
    for path in ("/api/status", "/page/app.js", "/nothing"):
        policy = client.get(path).headers["content-security-policy"]
        assert "default-src 'self'" in policy
