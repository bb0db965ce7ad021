"""A real client talks over HTTP to real servers; whatever they do, the person is answered."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.language_model.scripted_server import ScriptedServer, scripted_server

from summitqa.cite import cite
from summitqa.language_model.answering import (
    MARKERS_NOTE,
    REFUSED_NOTE,
    UNSUPPORTED_NOTE,
    answer_with_model,
)
from summitqa.language_model.client import ChatModel, open_model
from summitqa.language_model.failures import FIRST_PAUSE_SECONDS
from summitqa.settings import load_settings
from summitqa.split import split_document
from summitqa.types import (
    Answer,
    Disagreement,
    Document,
    DocumentSummary,
    Draft,
    DraftSentence,
    Evidence,
)
from summitqa.verify import verify

KEY = "very-secret-value-4711"
TEXT = (
    "Twelve countries signed the Lakeside Charter. The meeting took place in Norland on "
    "4 March 2031. The report was led by Professor Ada Quill."
)
DOCUMENT = Document(id="lakeside.md", title="The Lakeside Meeting", text=TEXT)
SUMMARIES = {"lakeside.md": DocumentSummary("lakeside.md", "The Lakeside Meeting", "2031-03-04")}
SENTENCES = split_document(DOCUMENT, load_settings())[1]
EVIDENCE = [Evidence(each, -float(place)) for place, each in enumerate(SENTENCES)]


@pytest.fixture(scope="module")
def server() -> Iterator[ScriptedServer]:
    with scripted_server() as served:
        yield served


def connect(
    server: ScriptedServer,
    behaviour: str,
    seconds: float = 20,
    retries: int = 0,
    provider: str = "openai",
) -> ChatModel:
    return open_model(
        load_settings(
            llm=f"{provider}:{behaviour}",
            llm_base_url=server.url if provider == "openai" else server.root,
            llm_api_key=KEY,
            llm_timeout_seconds=seconds,
            llm_max_retries=retries,
        )
    )


def extractive() -> Answer:
    text, citations = cite(Draft((DraftSentence(SENTENCES[0].text, (SENTENCES[0],)),)), SUMMARIES)
    return Answer(
        "How many signed?", "answered", "extractive", text, 0.9,
        citations=citations, short_answer="Twelve",
    )  # fmt: skip


def answer(model: ChatModel, **options: object) -> Answer:
    found = answer_with_model(
        extractive(),
        EVIDENCE,
        SUMMARIES,
        model,
        None,
        limit=5,
        depth=12,
        **options,  # type: ignore[arg-type]
    )
    return verify(found, lambda _: DOCUMENT)


@pytest.mark.parametrize("behaviour", ["good", "good-late-marker"])
def test_a_supported_reply_is_the_answer_with_verified_citations(
    server: ScriptedServer, behaviour: str
) -> None:
    pieces: list[str] = []
    found = answer(connect(server, behaviour), on_text=pieces.append)
    assert found.mode == "language-model"
    assert found.text == "Twelve countries signed the Lakeside Charter. [1]"
    assert all(each.verified for each in found.citations)
    assert "".join(pieces).startswith("Twelve countries")
    assert found.model is not None
    assert found.model.tokens_in
    assert found.model.tokens_out
    assert found.short_answer == "Twelve"


@pytest.mark.parametrize("behaviour", ["out-of-range", "uncited", "unsupported", "malicious"])
def test_nothing_supported_falls_back_and_says_so(server: ScriptedServer, behaviour: str) -> None:
    found = answer(connect(server, behaviour))
    assert found.text == extractive().text
    assert found.mode == "extractive"
    assert found.notes == (UNSUPPORTED_NOTE,)
    assert found.model is not None
    assert all(each.reasons for each in found.model.struck)
    assert found.model.struck


def test_an_unsupported_sentence_is_struck_and_the_rest_stays(server: ScriptedServer) -> None:
    found = answer(connect(server, "half-supported"))
    assert found.mode == "language-model"
    assert "Atlantis" not in found.text
    assert found.model is not None
    assert [each.text for each in found.model.struck] == ["It was 1832 in Atlantis."]


def test_an_unsupported_sentence_is_marked_where_that_is_set(server: ScriptedServer) -> None:
    found = answer(connect(server, "half-supported"), mark=True)
    assert found.text.endswith("It was 1832 in Atlantis. [not supported]")


def test_a_link_is_not_shown_even_where_unsupported_sentences_are(server: ScriptedServer) -> None:
    found = answer(connect(server, "half-malicious"), mark=True)
    assert found.mode == "language-model"
    assert found.model is not None
    assert found.model.struck
    assert "evil.example" not in found.text


def test_a_sentence_that_was_cut_off_is_struck(server: ScriptedServer) -> None:
    found = answer(connect(server, "cut-off"))
    assert found.text == "Twelve countries signed the Lakeside Charter. [1]"
    assert found.model is not None
    assert [each.reasons for each in found.model.struck] == [("the reply was cut off here",)]


def test_a_wrong_number_beside_a_right_one_is_reported(server: ScriptedServer) -> None:
    found = answer(connect(server, "one-bad-marker"))
    assert found.text == "Twelve countries signed the Lakeside Charter. [1]"
    assert found.notes == (f"{MARKERS_NOTE}: 99 is no evidence.",)


def test_a_refusal_keeps_the_quotes(server: ScriptedServer) -> None:
    found = answer(connect(server, "refusal"))
    assert (found.text, found.notes) == (extractive().text, (REFUSED_NOTE,))


@pytest.mark.parametrize(
    ("behaviour", "said"),
    [
        ("401", "refused the key"),
        ("404", "does not know this model"),
        ("429", "takes no more requests"),
        ("500", "HTTP 500"),
        ("html", "no answer"),
        ("garbage", "no answer"),
        ("error-inside", "failed"),
        ("empty", "empty"),
        ("web-page", "a web page"),
        ("big-page", "more than 8 MB"),
        ("long", "more than"),
        ("dies", "broke off"),
        ("dies-chunked", "broke off"),
        ("hangs-up", "broke off"),
    ],
)
def test_a_failing_server_leaves_the_quotes_with_a_note(
    server: ScriptedServer, behaviour: str, said: str
) -> None:
    found = answer(connect(server, behaviour))
    assert found.text == extractive().text
    assert found.mode == "extractive"
    assert found.citations[0].verified
    assert said in found.notes[0]
    assert "The quoted sentences are shown instead." in found.notes[0]
    assert KEY not in repr(found)
    assert "555" not in found.notes[0], "the server's own words are not shown"


@pytest.mark.parametrize("provider", ["ollama", "anthropic"])
def test_the_protocols_of_ollama_and_anthropic_are_read_to_their_end(
    server: ScriptedServer, provider: str
) -> None:
    found = answer(connect(server, "good", provider=provider))
    assert found.text == "Twelve countries signed the Lakeside Charter. [1]"
    assert found.mode == "language-model"
    assert found.model is not None
    assert found.model.tokens_in
    assert found.model.tokens_out
    assert KEY in server.keys[-1]
    cut = answer(connect(server, "cut-off", provider=provider))
    assert cut.model is not None
    assert [each.reasons for each in cut.model.struck] == [("the reply was cut off here",)]


@pytest.mark.parametrize("provider", ["ollama", "anthropic"])
@pytest.mark.parametrize(
    ("behaviour", "said"),
    [
        ("401", "refused the key"),
        ("404", "does not know this model"),
        ("429", "takes no more requests"),
        ("500", "HTTP 500"),
        ("html", "no answer"),
        ("garbage", "no answer"),
        ("error-inside", "failed"),
        ("empty", "empty"),
        ("web-page", "a web page"),
        ("big-page", "more than 8 MB"),
        ("long", "more than"),
        ("dies", "broke off"),
        ("dies-chunked", "broke off"),
        ("hangs-up", "broke off"),
    ],
)
def test_a_failing_server_of_another_protocol_leaves_the_quotes_too(
    server: ScriptedServer, provider: str, behaviour: str, said: str
) -> None:
    found = answer(connect(server, behaviour, provider=provider))
    assert found.text == extractive().text
    assert said in found.notes[0]
    assert KEY not in repr(found)
    assert "555" not in found.notes[0], "the server's own words are not shown"
    assert "HTTP -1" not in found.notes[0]
    assert "HTTP 200" not in found.notes[0]


@pytest.mark.parametrize("provider", ["ollama", "anthropic"])
def test_a_refusal_keeps_the_quotes_in_every_protocol(
    server: ScriptedServer, provider: str
) -> None:
    found = answer(connect(server, "refusal", provider=provider))
    assert (found.text, found.notes) == (extractive().text, (REFUSED_NOTE,))


@pytest.mark.parametrize(
    ("provider", "behaviour"),
    [
        *(("openai", each) for each in ("never-ends", "silent", "pings", "endless-line")),
        *(("ollama", each) for each in ("never-ends", "silent", "endless-line")),
        *(("anthropic", each) for each in ("never-ends", "silent", "pings", "endless-line")),
    ],
)
def test_a_server_without_end_is_given_up_within_the_time_limit(
    server: ScriptedServer, provider: str, behaviour: str
) -> None:
    model = connect(server, behaviour, seconds=1.5, provider=provider)
    started = time.monotonic()
    found = answer(model)
    # The limit, and room for a loaded machine; without a limit this would never end.
    assert time.monotonic() - started < 10
    assert found.text == extractive().text
    assert found.notes
    deadline = time.monotonic() + 10
    while any(each.name == "language-model" for each in threading.enumerate()):
        assert time.monotonic() < deadline, "the thread that reads was left behind"
        time.sleep(0.02)


def test_a_server_that_is_not_there_is_said_to_be_away() -> None:
    with scripted_server() as gone:
        model = connect(gone, "good")
    found = answer(model)
    assert "cannot be reached" in found.notes[0]


@pytest.mark.parametrize("provider", ["openai", "ollama", "anthropic"])
@pytest.mark.parametrize("behaviour", ["429", "500", "hangs-up", "error-inside"])
def test_a_failure_that_may_pass_is_tried_again(
    server: ScriptedServer, provider: str, behaviour: str
) -> None:
    before = len(server.requests)
    found = answer(connect(server, behaviour, retries=1, provider=provider))
    assert len(server.requests) - before == 2
    assert found.text == extractive().text


@pytest.mark.parametrize("provider", ["openai", "ollama", "anthropic"])
def test_a_server_that_is_ready_at_the_second_try_gives_the_answer(provider: str) -> None:
    pieces: list[str] = []
    with scripted_server() as busy:
        model = connect(busy, "busy-once", retries=2, provider=provider)
        started = time.monotonic()
        found = answer(model, on_text=pieces.append)
        assert len(busy.requests) == 2
    assert time.monotonic() - started >= FIRST_PAUSE_SECONDS / 2, "it waits before it asks again"
    assert found.mode == "language-model"
    assert found.notes == ()
    assert "".join(pieces) == "Twelve countries signed the Lakeside Charter. [1]"


@pytest.mark.parametrize("provider", ["openai", "ollama", "anthropic"])
@pytest.mark.parametrize("behaviour", ["401", "404", "html", "garbage", "empty", "long"])
def test_a_failure_that_would_not_pass_is_not_tried_again(
    server: ScriptedServer, provider: str, behaviour: str
) -> None:
    before = len(server.requests)
    answer(connect(server, behaviour, retries=2, provider=provider))
    assert len(server.requests) - before == 1


@pytest.mark.parametrize("provider", ["openai", "ollama", "anthropic"])
@pytest.mark.parametrize("behaviour", ["dies", "dies-chunked"])
def test_what_was_partly_written_is_not_asked_for_again(
    server: ScriptedServer, provider: str, behaviour: str
) -> None:
    pieces: list[str] = []
    before = len(server.requests)
    answer(connect(server, behaviour, retries=2, provider=provider), on_text=pieces.append)
    assert len(server.requests) - before == 1
    assert pieces, "text had arrived"


@pytest.mark.parametrize("provider", ["openai", "anthropic"])
def test_a_wait_longer_than_the_limit_is_not_begun(server: ScriptedServer, provider: str) -> None:
    before = len(server.requests)
    started = time.monotonic()
    found = answer(connect(server, "429-later", seconds=60, retries=2, provider=provider))
    assert time.monotonic() - started < 30
    assert len(server.requests) - before == 1
    assert "takes no more requests" in found.notes[0]


def test_tries_end_with_the_time_limit(server: ScriptedServer) -> None:
    started = time.monotonic()
    found = answer(connect(server, "500", seconds=2, retries=10, provider="ollama"))
    assert time.monotonic() - started < 10
    assert "HTTP 500" in found.notes[0]


def test_the_person_can_stop_it_between_two_tries(server: ScriptedServer) -> None:
    stop = threading.Event()
    model = connect(server, "500", seconds=60, retries=10)
    timer = threading.Timer(0.3, stop.set)
    timer.start()
    started = time.monotonic()
    found = answer(model, cancelled=stop)
    timer.join()
    assert time.monotonic() - started < 10
    assert "was stopped" in found.notes[0]


def test_the_person_can_stop_it(server: ScriptedServer) -> None:
    stop = threading.Event()
    found = answer(connect(server, "never-ends"), on_text=lambda _: stop.set(), cancelled=stop)
    assert "was stopped" in found.notes[0]
    assert found.text == extractive().text


def test_the_server_gets_the_key_and_the_evidence_and_nothing_else_does(
    server: ScriptedServer,
) -> None:
    found = answer(connect(server, "good"))
    assert server.keys[-1] == f"Bearer {KEY}"
    sent = server.requests[-1]
    assert sent["stream"] is True
    assert "«Twelve countries signed the Lakeside Charter.»" in sent["messages"][-1]["content"]
    assert KEY not in repr(found)


def test_both_sides_of_a_disagreement_stay_cited(server: ScriptedServer) -> None:
    draft = Draft(tuple(DraftSentence(each.text, (each,)) for each in SENTENCES[:2]))
    text, citations = cite(draft, SUMMARIES)
    both = replace(
        extractive(), text=text, citations=citations,
        disagreements=(Disagreement("Two values.", (1, 2)),),
    )  # fmt: skip
    found = answer_with_model(
        both, EVIDENCE, SUMMARIES, connect(server, "good"), None, limit=5, depth=12
    )
    assert found.mode == "language-model"
    assert found.disagreements[0].citations == (1, 2)
    assert {each.quote for each in found.citations} == {each.text for each in SENTENCES[:2]}


@pytest.mark.slow
def test_the_noise_of_a_random_transformer_is_rejected_wholly() -> None:
    script = Path(__file__).with_name("tiny_server.py")
    process = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        settings = load_settings(
            llm="openai:tiny", llm_base_url=url, llm_max_tokens=60, llm_timeout_seconds=60
        )
        pieces: list[str] = []
        found = answer(open_model(settings), on_text=pieces.append)
    finally:
        process.terminate()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()
    assert "".join(pieces).strip(), "the model wrote"
    assert found.text == extractive().text
    assert found.mode == "extractive"
    assert found.notes == (UNSUPPORTED_NOTE,)
    assert found.model is not None
    assert found.model.tokens_out == 60
