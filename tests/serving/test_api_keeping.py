"""Feedback, conversations and exports."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from summitqa.conversations import ConversationStore, to_bibtex, to_markdown
from summitqa.errors import UsageError
from summitqa.feedback import FEEDBACK_FILE
from summitqa.types import Document

QUESTION = {"question": "Which country was the first country to sign the declaration?"}


@pytest.fixture
def conversation(client: TestClient) -> dict[str, Any]:
    answer = client.post("/api/ask", json=QUESTION).json()
    turns = [{"question": QUESTION["question"], "answer": answer}]
    return {"id": "abc-1", "name": "First", "updated": "2026-01-01T10:00:00Z", "turns": turns}


def test_feedback_is_one_line_with_the_answer_and_the_wrong_markers(
    client: TestClient, conversation: dict[str, Any], tmp_path: Path
) -> None:
    answer = conversation["turns"][0]["answer"]
    body = {"verdict": "wrong-citation", "note": "not \n this", "markers": [1], "answer": answer}
    assert client.post("/api/feedback", json=body).status_code == 201
    assert client.post("/api/feedback", json={"verdict": "up", "answer": answer}).status_code == 201
    text = (tmp_path / "feedback" / FEEDBACK_FILE).read_text(encoding="utf-8")
    assert text.count("\n") == 2
    stored = [json.loads(line) for line in text.splitlines()]
    assert [one["verdict"] for one in stored] == ["wrong-citation", "up"]
    assert stored[0]["note"] == "not \n this"
    assert stored[0]["wrong_markers"] == [1]
    assert stored[0]["citations"] == answer["citations"]


def test_a_conversation_is_kept_listed_and_deleted(
    client: TestClient, conversation: dict[str, Any]
) -> None:
    client.get("/api/overview")
    path = "/api/conversations/abc-1"
    assert client.put(path, json=conversation).status_code == 200
    listed = client.get("/api/conversations").json()["conversations"]
    assert listed == [{key: conversation[key] for key in ("id", "name", "updated")}]
    for words, count in (("KENYA", 1), ("Norway", 0)):
        found = client.get("/api/conversations", params={"words": words}).json()
        assert len(found["conversations"]) == count
    read = client.get(path).json()
    assert (
        read["turns"][0]["answer"]["citations"] == conversation["turns"][0]["answer"]["citations"]
    )
    assert client.delete(path).status_code == 200
    assert client.get(path).status_code == 404


def test_another_browser_does_not_see_it(
    client: TestClient,
    make_client: Callable[..., TestClient],
    conversation: dict[str, Any],
) -> None:
    client.get("/api/overview")
    client.put("/api/conversations/abc-1", json=conversation)
    other = make_client()
    assert other.get("/api/conversations").status_code == 400
    other.get("/api/overview")
    assert other.get("/api/conversations").json() == {"conversations": []}
    assert other.get("/api/conversations/abc-1").status_code == 404


@pytest.mark.parametrize("name", ["../other", "a/b", "", "x" * 65, "a.json"])
def test_a_conversations_id_is_never_a_path(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError):
        ConversationStore(tmp_path, "me").read(name)


def test_markdown_carries_quotes_and_offsets_as_words(
    client: TestClient, conversation: dict[str, Any]
) -> None:
    text = client.post("/api/export/markdown", json=conversation).text
    citation = conversation["turns"][0]["answer"]["citations"][0]
    assert "Kenya was the first country to sign the declaration" in text
    assert f"characters {citation['start']} to {citation['end']}; verified" in text
    hostile = json.loads(json.dumps(conversation))
    hostile["turns"][0]["answer"]["text"] = "![x](http://evil.example/x.png) <script>"
    written = to_markdown(hostile)
    assert "![x]" not in written
    assert "<script>" not in written


def test_json_export_is_the_conversation(client: TestClient, conversation: dict[str, Any]) -> None:
    exported = client.post("/api/export/json", json=conversation).json()
    assert exported["turns"][0]["answer"]["text"] == conversation["turns"][0]["answer"]["text"]


def test_bibtex_has_one_entry_a_document_and_escapes_its_letters(
    conversation: dict[str, Any],
) -> None:
    one = json.loads(json.dumps(conversation))
    citation = one["turns"][0]["answer"]["citations"][0]
    citation["title"] = "R&D at 100% {cost}_x"
    one["turns"].append(one["turns"][0])
    text = to_bibtex(one)
    documents = {each["document"] for each in one["turns"][0]["answer"]["citations"]}
    assert text.count("@misc{") == len(documents)
    assert r"R\&D at 100\% \{cost\}\_x" in text
    assert "year = {2023}" in text
    assert "url =" not in text
    assert f"Characters {citation['start']} to {citation['end']}" in text


def test_bibtex_names_the_issuer_the_address_and_what_the_document_rests_on(
    client: TestClient, conversation: dict[str, Any], folder: Path, assistant: Any
) -> None:
    text = client.post("/api/export/bibtex", json=conversation).text
    assert "author = {{The Harbour Secretariat}}" in text
    assert "url = {https://example.org/harbour}" in text
    rests = "The text of the Harbour Declaration (Harbour Secretariat, 2023-11-01, https://"
    assert f"Rests on: {rests}" in text
    (folder / "harbour" / "declaration.md").unlink()
    assistant.refresh("without it")
    text = client.post("/api/export/bibtex", json=conversation).text
    assert "The Harbour Declaration" in text
    assert "url =" not in text


@pytest.mark.parametrize(
    ("address", "written"),
    [
        ("https://example.org/a_b?c=1%202&d#e", "https://example.org/a_b?c=1%202&d#e"),
        ("https://example.org/{a}\\b", "https://example.org/%7Ba%7D%5Cb"),
        ("javascript:alert(1)", None),
    ],
)
def test_an_address_in_bibtex_is_whole_and_does_not_end_its_field(
    conversation: dict[str, Any], address: str, written: str | None
) -> None:
    found = Document(id="x", title="X", text="", source_url=address)
    text = to_bibtex(conversation, lambda _: found)
    assert (f"url = {{{written}}}" in text) if written else ("url =" not in text)
