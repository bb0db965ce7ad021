"""The whole page over the real index and models: ``python app.py`` in a process of its own."""

from __future__ import annotations

import importlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect
from tests.language_model.scripted_server import scripted_server

ROOT = Path(__file__).resolve().parents[2]
QUESTION = "Who led the lighthouse panel?"


SUITE = f"""suite: tiny
description: Two questions about two documents.
split: dev
cases:
- id: panel
  question: {QUESTION}
  gold: [{{document: report.md, quote: The lighthouse panel was led by Professor Ada Marlow.}}]
  answers: [Ada Marlow]
- id: wrong-on-purpose
  question: How many pages has the final report?
  gold: [{{document: report.md, quote: Its final report has 131 pages.}}]
  answers: [999 pages]
"""


Start = Callable[..., AbstractContextManager[tuple[str, subprocess.Popen[str]]]]


@pytest.fixture
def start(folder: Path, tmp_path: Path) -> Start:
    """Starts ``app.py`` over two documents, without an index yet; gives address and process."""
    (tmp_path / "evals" / "suites").mkdir(parents=True)
    (tmp_path / "evals" / "suites" / "tiny.yaml").write_text(SUITE, encoding="utf-8")
    settings = {
        **os.environ,
        "SUMMITQA_CORPUS_DIR": str(folder),
        "SUMMITQA_INDEX_DIR": str(tmp_path / "index"),
        "SUMMITQA_CONVERSATIONS_DIR": str(tmp_path / "conversations"),
        "SUMMITQA_FEEDBACK_DIR": str(tmp_path / "feedback"),
        "SUMMITQA_EVALS_DIR": str(tmp_path / "evals"),
        "SUMMITQA_PORT": "0",
        "OMP_NUM_THREADS": "1",
    }

    @contextmanager
    def started(**changed: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "app.py")],
            env={**settings, **changed},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=tmp_path,
        )
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            yield next(word for word in line.split() if word.startswith("http://")), process
        finally:
            if process.poll() is None:
                process.kill()
            process.communicate(timeout=60)

    return started


@pytest.fixture
def started(start: Start) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The address and process of ``app.py`` as it is set by default."""
    with start() as both:
        yield both


def with_model(server: Any, name: str, **more: str) -> dict[str, str]:
    """Settings for a language model of the scripted server."""
    base = {"SUMMITQA_LLM": f"openai:{name}", "SUMMITQA_LLM_BASE_URL": server.url}
    return {**base, "SUMMITQA_LLM_TIMEOUT_SECONDS": "600", **more}


def wait_for(condition: Callable[[], bool], seconds: float = 180) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.2)


@pytest.mark.slow
@pytest.mark.browser
def test_the_first_start_indexes_answers_and_hands_the_page_to_gradio(
    patient: Page, started: tuple[str, subprocess.Popen[str]], ask: Callable[[Page, str], None]
) -> None:
    page = patient
    address, process = started
    page.goto(address)
    expect(page.locator(".glance")).to_contain_text("2 documents")
    ask(page, QUESTION)
    expect(page.locator(".answer-text")).to_contain_text("Ada Marlow")
    page.locator(".marker").first.click()
    expect(page.locator(".source mark")).to_contain_text("Ada Marlow")
    expect(page.locator(".tick").first).to_have_text("verified")

    wait_for(lambda: httpx.get(f"{address}config", timeout=60).status_code == 200)
    page.goto(address)
    expect(page.locator(".gradio-container #summitqa .composer")).to_be_visible()
    ask(page, QUESTION)
    expect(page.locator(".marker").first).to_be_visible()

    page.get_by_role("button", name="Evaluation").click()
    page.get_by_role("button", name="Run tiny").click()
    expect(page.locator(".result")).to_contain_text("1 case went wrong")
    expect(page.locator(".result table")).to_contain_text("correct")
    report = page.get_by_role("link", name="Open the whole report").get_attribute("href")
    assert report and "wrong-on-purpose" in httpx.get(address.rstrip("/") + report, timeout=60).text
    page.get_by_role("button", name="Ask: How many pages").click()
    expect(page.locator(".answer-text")).to_contain_text("131 pages")

    gradio_client = importlib.import_module("gradio_client")
    client = gradio_client.Client(address, verbose=False)
    answer = client.predict(QUESTION, api_name="/ask")
    earlier = client.predict(QUESTION, as_of="2023-12-31", api_name="/ask")
    assert {one["document"] for one in earlier["evidence"]} == {"harbour/declaration.md"}
    history = [{"question": QUESTION, "answer": answer["text"]}]
    later = client.predict("Who led it?", None, "2024-12-31", history, api_name="/ask")
    assert "lighthouse" in later["rewritten_question"]
    with pytest.raises(Exception, match="The question is empty"):
        client.predict(" ", api_name="/ask")
    with pytest.raises(Exception, match="as_of: Input should be a valid date"):
        client.predict(QUESTION, as_of="soon", api_name="/ask")
    found = client.predict(QUESTION, 5, "harbour-2023", api_name="/search")
    assert {one["document"] for one in found} == {"harbour/declaration.md"}
    client.close()
    upload = httpx.post(f"{address}gradio_api/upload", files={"files": b"x"}, timeout=60)
    assert upload.status_code == 404
    assert httpx.get(f"{address}gradio_api/file=/etc/hosts", timeout=60).status_code == 404
    assert answer["citations"][0]["verified"] is True

    process.send_signal(signal.SIGINT)
    assert process.wait(60) in {0, 130}


@pytest.mark.slow
@pytest.mark.browser
def test_a_language_models_tokens_and_struck_sentences_are_shown(
    patient: Page, start: Start, ask: Callable[[Page, str], None]
) -> None:
    pytest.importorskip("langchain_openai", reason="the package langchain-openai is not installed")
    page = patient
    with scripted_server() as model, start(**with_model(model, "half-supported")) as (address, _):
        page.goto(address)
        expect(page.locator(".badge")).to_contain_text("half-supported")
        expect(page.locator(".badge")).to_contain_text("runs on this machine")
        ask(page, QUESTION)
        expect(page.locator(".answer-text")).to_contain_text("Ada Marlow")
        expect(page.locator(".answer-text")).not_to_contain_text("1832")
        expect(page.locator(".timing")).to_have_text(
            re.compile(r"language model · [\d,]+ tokens in, [\d,]+ out")
        )
        page.locator(".struck summary").click()
        expect(page.locator(".struck li")).to_contain_text("1832 in Atlantis")


def events_of(response: httpx.Response) -> Iterator[tuple[str, Any]]:
    """Read server-sent events as they come."""
    name = ""
    for line in response.iter_lines():
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            yield name, json.loads(line.removeprefix("data: "))


@pytest.mark.slow
def test_a_language_models_words_are_streamed_and_stopping_stops_it(start: Start) -> None:
    pytest.importorskip("langchain_openai", reason="the package langchain-openai is not installed")
    question = {"question": QUESTION}

    def stream(address: str) -> Any:
        return httpx.stream("POST", f"{address}api/ask/stream", json=question, timeout=180)

    def ready(address: str) -> None:
        wait_for(lambda: httpx.get(f"{address}readyz", timeout=60).status_code == 200)

    with scripted_server() as model:
        with start(**with_model(model, "good")) as (address, _):
            ready(address)
            with stream(address) as response:
                found = list(events_of(response))
            names = [name for name, _ in found]
            assert list(dict.fromkeys(names)) == ["searching", "draft", "text", "answer"]
            draft = "".join(data["text"] for name, data in found if name == "draft")
            assert "Ada Marlow" in draft
            assert found[-1][1]["mode"] == "language-model"
        with start(**with_model(model, "never-ends")) as (address, _):
            ready(address)
            with stream(address) as response:
                assert any(name == "draft" for name, _ in events_of(response))
            # The model would write for ten minutes; stopped, the question ends and is counted.
            ended = 'summitqa_answers_total{mode="extractive",status="answered"} 1.0'
            wait_for(lambda: ended in httpx.get(f"{address}metrics", timeout=60).text)


@pytest.mark.slow
@pytest.mark.browser
def test_a_comparison_is_a_table_whose_cells_open_their_source(
    patient: Page, start: Start, tmp_path: Path, ask: Callable[[Page, str], None]
) -> None:
    texts = {
        "harbour": "The Harbour Declaration was adopted on 1 November 2023 in Selby.",
        "rome": "The Rome Declaration was adopted on 21 May 2024 in Rome.",
    }
    corpus = tmp_path / "compared"
    corpus.mkdir()
    for name, text in texts.items():
        title = f"{name.title()} Declaration"
        (corpus / f"{name}.md").write_text(f"# {title}\n\n{text}\n", encoding="utf-8")
    changed = {"SUMMITQA_CORPUS_DIR": str(corpus), "SUMMITQA_ABSTAIN_BELOW": "0"}
    with start(**changed) as (address, _):
        patient.goto(address)
        ask(patient, "Compare the Harbour Declaration and the Rome Declaration by date")
        table = patient.locator(".answer-text table")
        expect(table.locator("thead th")).to_have_text(["Date"])
        expect(table.locator("tbody th")).to_have_text(["Harbour Declaration", "Rome Declaration"])
        expect(table.locator("tbody td").first).to_contain_text("1 November 2023")
        expect(patient.locator(".answer-text")).not_to_contain_text("|")
        table.locator(".marker").last.click()
        expect(patient.locator(".source mark")).to_contain_text("21 May 2024")
