"""Questions through the real index and reader, with a model behind a real HTTP server."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.language_model.scripted_server import ScriptedServer, scripted_server
from tests.test_understanding_path import BRIEFS

from summitqa.ask import Assistant, open_assistant
from summitqa.embed import load_embedder
from summitqa.index import update_index
from summitqa.language_model.answering import WHOLE_NOTE
from summitqa.settings import Settings, load_settings
from summitqa.types import Turn

HOW_MANY = "How many companies made the Hilltop Pledge?"


@pytest.fixture(scope="module")
def server() -> Iterator[ScriptedServer]:
    with scripted_server() as served:
        yield served


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings with an index of two briefs, without a model."""
    root = tmp_path_factory.mktemp("asking")
    (root / "corpus").mkdir()
    for name, text in BRIEFS.items():
        (root / "corpus" / name).write_text(text, encoding="utf-8")
    chosen = load_settings(
        corpus_dir=root / "corpus", index_dir=Path(root / "index"), threads=1, abstain_below=0.0
    )
    update_index(chosen, lambda: load_embedder(chosen))
    return chosen


def connect(settings: Settings, server: ScriptedServer, behaviour: str) -> Assistant:
    return open_assistant(
        settings.model_copy(
            update={
                "llm": f"openai:{behaviour}",
                "llm_base_url": server.url,
                "llm_timeout_seconds": 20.0,
                "llm_max_retries": 0,
            }
        )
    )


@pytest.mark.parametrize(
    "question",
    [
        "Compare the Lakeside and the Hilltop meetings by date, place and chair.",
        "Which island countries signed the Lakeside Charter?",
    ],
)
def test_a_table_and_a_list_are_the_same_with_a_model_as_without(
    settings: Settings, server: ScriptedServer, question: str
) -> None:
    plain = open_assistant(settings).ask(question)
    before = len(server.requests)
    found = connect(settings, server, "good").ask(question)
    assert plain.status == "answered"
    assert (found.text, found.citations) == (plain.text, plain.citations)
    assert found.mode == "extractive"
    assert WHOLE_NOTE in found.notes
    assert len(server.requests) == before


def test_a_plain_question_is_worded_by_the_model(
    settings: Settings, server: ScriptedServer
) -> None:
    found = connect(settings, server, "good").ask(HOW_MANY)
    assert found.mode == "language-model"
    assert WHOLE_NOTE not in found.notes
    assert all(each.verified for each in found.citations)
    assert found.model is not None
    assert found.model.tokens_in
    assert found.model.tokens_out


def test_an_abstention_asks_no_model(settings: Settings, server: ScriptedServer) -> None:
    unsure = settings.model_copy(update={"abstain_below": 1.0})
    before = len(server.requests)
    found = connect(unsure, server, "good").ask(HOW_MANY)
    assert found.status == "abstained"
    assert len(server.requests) == before


@pytest.mark.parametrize("behaviour", ["dies", "500", "garbage", "unsupported"])
def test_a_conversation_goes_on_after_the_server_failed(
    settings: Settings, server: ScriptedServer, behaviour: str
) -> None:
    first = connect(settings, server, behaviour).ask(HOW_MANY)
    assert first.mode == "extractive"
    assert first.citations
    assert first.notes
    follow_up = "And when did the meeting take place?"
    turns = (
        Turn(HOW_MANY, first.text, documents=tuple(each.document for each in first.citations)),
    )
    found = connect(settings, server, "good").ask(follow_up, history=turns)
    plain = open_assistant(settings).ask(follow_up, history=turns)
    assert found.rewritten_question == plain.rewritten_question
    assert found.mode == "language-model"
    assert all(each.verified for each in found.citations)


@pytest.mark.slow
@pytest.mark.parametrize("behaviour", ["half-supported", "401", "dies-chunked"])
def test_a_chat_shows_what_was_struck_and_never_the_key(
    settings: Settings, server: ScriptedServer, behaviour: str
) -> None:
    key = "very-secret-value-4711"
    environment = {
        **os.environ,
        "SUMMITQA_LLM": f"openai:{behaviour}",
        "SUMMITQA_LLM_BASE_URL": server.url,
        "SUMMITQA_LLM_API_KEY": key,
        "SUMMITQA_ABSTAIN_BELOW": "0",
    }
    places = ("--corpus", str(settings.corpus_dir), "--index", str(settings.index_dir))
    done = subprocess.run(
        [sys.executable, "-m", "summitqa", "chat", "--show-struck", "--debug", *places],
        input=f"{HOW_MANY}\nAnd when did the meeting take place?\n",
        capture_output=True, text=True, check=False, env=environment,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert server.keys[-1] == f"Bearer {key}"
    assert key not in done.stdout + done.stderr
    assert done.stdout.count("Nine companies made the Hilltop") >= 1
    struck = done.stdout.count("struck: It was 1832 in Atlantis.") + done.stderr.count(
        "struck: It was 1832 in Atlantis."
    )
    assert struck == (2 if behaviour == "half-supported" else 0)
