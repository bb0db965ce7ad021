"""Who may call, from where, and how often."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from summitqa.api.accounts import add_user, hash_password, password_matches, read_users
from summitqa.api.guard import Allowance
from summitqa.api.problems import hide_paths
from summitqa.cli import cli
from summitqa.errors import SettingsError, UsageError
from summitqa.settings import Settings

MakeClient = Callable[..., TestClient]
QUESTION = {"question": "Which country was the first country to sign the declaration?"}


def test_a_token_opens_every_route_and_without_it_only_health_answers(
    make_client: MakeClient,
) -> None:
    client = make_client(api_token=SecretStr("let-me-in"))
    for path in ("/", "/api/status", "/api/documents", "/metrics", "/page/app.js"):
        assert client.get(path).status_code == 401, path
    assert client.get("/healthz").status_code == 200
    wrong = {"authorization": "Bearer let-me-out"}
    assert client.post("/api/ask", json=QUESTION, headers=wrong).status_code == 401
    right = {"authorization": "Bearer let-me-in"}
    assert client.post("/api/ask", json=QUESTION, headers=right).status_code == 200
    assert client.get("/api/status", auth=("anyone", "let-me-in")).status_code == 200


def test_users_log_in_with_their_password_and_see_only_their_own_conversations(
    make_client: MakeClient, tmp_path: Path
) -> None:
    path = tmp_path / "users"
    add_user(path, "ada", "correct horse")
    add_user(path, "bob", "battery staple")
    assert "correct horse" not in path.read_text(encoding="utf-8")
    assert path.stat().st_mode & 0o077 == 0
    client = make_client(users_file=path)
    assert client.get("/api/status").status_code == 401
    assert client.get("/api/status", auth=("ada", "wrong horse")).status_code == 401
    assert client.get("/api/status", auth=("eve", "correct horse")).status_code == 401
    kept = {"id": "one", "name": "Mine", "updated": "2026-01-01", "turns": []}
    ada, bob = ("ada", "correct horse"), ("bob", "battery staple")
    assert client.put("/api/conversations/one", json=kept, auth=ada).status_code == 200
    assert len(client.get("/api/conversations", auth=ada).json()["conversations"]) == 1
    assert client.get("/api/conversations", auth=bob).json() == {"conversations": []}
    assert client.get("/api/conversations/one", auth=bob).status_code == 404


def test_a_client_that_asks_too_often_is_told_when_to_come_back(make_client: MakeClient) -> None:
    client = make_client(requests_per_minute=3)
    statuses = [client.post("/api/ask", json=QUESTION).status_code for _ in range(4)]
    assert statuses == [200, 200, 200, 429]
    refused = client.post("/api/search", json=QUESTION)
    assert int(refused.headers["retry-after"]) > 0
    assert client.get("/api/status").status_code == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/evaluation"),
        ("POST", "/api/index"),
        ("POST", "/api/feedback"),
        ("DELETE", "/api/documents?document=report.md"),
        ("GET", "/api/documents/page?document=report.md&page=1"),
        ("BREW", "/api/status"),
    ],
)
def test_what_takes_work_or_changes_something_is_limited(
    make_client: MakeClient, method: str, path: str
) -> None:
    client = make_client(requests_per_minute=1)
    assert client.post("/api/ask", json=QUESTION).status_code == 200
    assert client.request(method, path).status_code == 429
    assert client.get("/api/documents").status_code == 200


def test_this_machine_itself_is_not_limited(make_client: MakeClient) -> None:
    client = make_client(client=("127.0.0.1", 1), requests_per_minute=1)
    statuses = {client.post("/api/ask", json=QUESTION).status_code for _ in range(4)}
    assert statuses == {200}


def test_an_allowance_refills_with_time() -> None:
    now = [0.0]
    allowance = Allowance(60, clock=lambda: now[0])
    assert [allowance.seconds_to_wait("a") for _ in range(60)] == [0.0] * 60
    assert allowance.seconds_to_wait("a") == pytest.approx(1.0)
    assert allowance.seconds_to_wait("b") == 0.0
    now[0] = 1.0
    assert allowance.seconds_to_wait("a") == 0.0
    assert allowance.seconds_to_wait("a") > 0


def test_metrics_count_answers_under_route_patterns(client: TestClient) -> None:
    client.post("/api/ask", json=QUESTION)
    client.post("/api/ask", json={"question": "What is the capital of Peru?"})
    client.get("/no/such/page")
    for method in ("BREW", "WHEN", "HEAD"):
        client.request(method, "/api/status")
    text = client.get("/metrics").text
    assert 'summitqa_answers_total{mode="extractive",status="answered"} 1.0' in text
    assert 'summitqa_answers_total{mode="extractive",status="abstained"} 1.0' in text
    assert re.search(r'_seconds_count\{method="POST",route="/api/ask",status="200"\} 2', text)
    assert "no/such" not in text
    assert set(re.findall(r'method="(\w+)"', text)) == {"GET", "HEAD", "POST", "other"}
    assert "summitqa_documents 2.0" in text


def test_a_user_is_added_on_the_command_line(tmp_path: Path) -> None:
    path = tmp_path / "users"
    arguments = ["serve", "--users", str(path), "--add-user", "ada"]
    done = CliRunner().invoke(cli, arguments, input="long enough\nlong enough\n")
    assert done.exit_code == 0, done.output
    assert password_matches("long enough", read_users(path)["ada"])


def test_a_malformed_users_file_is_named_by_its_line(tmp_path: Path) -> None:
    path = tmp_path / "users"
    path.write_text("# users\nada:plain-password\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="Line 2"):
        read_users(path)
    with pytest.raises(UsageError, match="8 characters"):
        add_user(tmp_path / "other", "ada", "short")


def test_a_hash_matches_its_password_only() -> None:
    stored = hash_password("päss wörd")
    assert password_matches("päss wörd", stored)
    assert not password_matches("pass word", stored)
    assert not password_matches("x", "not a hash")
    assert hash_password("päss wörd") != stored


@given(st.sampled_from(["corpus_dir", "index_dir"]), st.text("abc/-_.é", max_size=30))
def test_no_folder_of_this_machine_is_in_a_message(name: str, rest: str) -> None:
    settings = Settings(corpus_dir=Path("/srv/secret/corpus"), index_dir=Path("/srv/secret/index"))
    message = f"The file {getattr(settings, name)}/{rest} cannot be read."
    assert "/srv/secret" not in hide_paths(message, settings)


def test_an_address_in_a_message_stays_whole(settings: Settings) -> None:
    message = "https://example.org/a/b/c.html cannot be fetched; see /etc/hosts."
    assert hide_paths(message, settings) == (
        "https://example.org/a/b/c.html cannot be fetched; see hosts."
    )
