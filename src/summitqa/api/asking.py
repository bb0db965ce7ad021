"""Questions: an answer at once, an answer as a stream of events, and plain search."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from typing import Any, TypeVar

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from summitqa.answer_json import answer_to_json, hit_to_json
from summitqa.api.metrics import Metrics
from summitqa.api.openai import openai_routes
from summitqa.api.overview import describe_corpus, describe_mode, example_questions
from summitqa.api.problems import UNEXPECTED, hide_paths
from summitqa.api.schemas import PROBLEMS, AskRequest, SearchRequest
from summitqa.api.service import Service
from summitqa.errors import IndexStateError, SummitQAError
from summitqa.nearest import nearest_sentences
from summitqa.split import is_heading
from summitqa.types import Sentence

T = TypeVar("T")
logger = logging.getLogger(__name__)
EVENTS = ("searching", "draft", "text", "answer", "problem")
EVENT_SCHEMA = {
    "type": "object",
    "required": ["event", "data"],
    "properties": {"event": {"enum": EVENTS}, "data": {"type": "string"}},
}
_AFTER_SENTENCE = re.compile(r"(?<=\])\s+(?=[^\[\s])|\n+")


def split_for_streaming(text: str) -> list[str]:
    """Split an answer's text after each sentence's markers; the pieces join to the text."""
    pieces: list[str] = []
    start = 0
    for match in _AFTER_SENTENCE.finditer(text):
        pieces.append(text[start : match.end()])
        start = match.end()
    return [*pieces, text[start:]] if start < len(text) else pieces


def encode_event(name: str, data: Any) -> str:
    """Return one server-sent event; the data is one line of JSON."""
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


def sentence_to_json(sentence: Sentence) -> dict[str, Any]:
    """Return where a sentence stands, and its words."""
    return {"start": sentence.start, "end": sentence.end, "text": sentence.text}


def asking_routes(service: Service, metrics: Metrics) -> APIRouter:
    """Return the routes that answer questions."""
    routes = APIRouter(prefix="/api", tags=["questions"], responses=PROBLEMS)
    # A stopped question that waits leaves the queue; one that runs keeps its worker until
    # its work has really ended, so that never more than these run at once.
    workers = ThreadPoolExecutor(service.parallel_questions, "summitqa-question")

    def in_turn(work: Callable[[], T]) -> asyncio.Future[T]:
        return asyncio.get_running_loop().run_in_executor(workers, work)

    def answer(
        request: AskRequest,
        on_text: Callable[[str], None] | None = None,
        cancelled: threading.Event | None = None,
    ) -> dict[str, Any]:
        found = service.assistant().ask(
            request.question,
            history=request.turns(),
            scope=request.scope.to_scope(),
            rewrite=request.rewrite,
            on_text=on_text,
            cancelled=cancelled,
        )
        encoded = answer_to_json(found)
        metrics.observe_answer(encoded)
        return encoded

    @routes.post("/ask")
    async def ask(request: AskRequest) -> dict[str, Any]:
        """Answer a question; the same object as ``summitqa ask --json``."""
        stopped = threading.Event()
        try:
            return await in_turn(lambda: answer(request, cancelled=stopped))
        finally:
            stopped.set()

    async def events(request: AskRequest) -> AsyncIterator[str]:
        loop = asyncio.get_running_loop()
        stopped = threading.Event()
        arrived: asyncio.Queue[str | None] = asyncio.Queue()
        asked: asyncio.Future[dict[str, Any]] | None = None

        def on_text(piece: str) -> None:
            loop.call_soon_threadsafe(arrived.put_nowait, piece)

        try:
            documents = service.assistant().status().documents
            yield encode_event("searching", {"documents": documents})
            asked = in_turn(lambda: answer(request, on_text=on_text, cancelled=stopped))
            asked.add_done_callback(lambda _: arrived.put_nowait(None))
            while (piece := await arrived.get()) is not None:
                yield encode_event("draft", {"text": piece})
            found = await asked
        except SummitQAError as error:
            yield encode_event("problem", {"error": hide_paths(str(error), service.settings)})
            return
        except Exception as error:
            # The response has begun, so its status can say nothing any more.
            logger.exception("A question failed.", exc_info=error)
            yield encode_event("problem", {"error": UNEXPECTED})
            return
        finally:
            # Still under way only where the person has left.
            stopped.set()
            if asked is not None:
                asked.cancel()
        for piece in split_for_streaming(found["text"]):
            yield encode_event("text", {"text": piece})
        yield encode_event("answer", found)

    @routes.post(
        "/ask/stream",
        response_class=StreamingResponse,
        responses={200: {"content": {"text/event-stream": {"schema": EVENT_SCHEMA}}}},
    )
    async def stream(request: AskRequest) -> StreamingResponse:
        """Answer a question as server-sent events.

        ``searching`` first, then ``text`` for each sentence, then ``answer`` with the whole
        object; or ``problem`` with one sentence. A language model's words come as ``draft``
        before that, as it writes them and before any check.
        """
        return StreamingResponse(
            events(request),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )

    def look_up(request: SearchRequest) -> dict[str, Any]:
        assistant = service.assistant()
        hits = assistant.search(
            request.question, scope=request.scope.to_scope(), top_k=request.top_k
        )
        view = assistant.snapshot()
        sentences = [
            [
                each
                for each in view.sentences(hit.passage.document, hit.passage.start, hit.passage.end)
                if not is_heading(each)
            ]
            for hit in hits
        ]
        nearest = nearest_sentences(request.question, sentences, view.term_weights)
        return {
            "hits": [
                {**hit_to_json(hit), "nearest": one and sentence_to_json(one)}
                for hit, one in zip(hits, nearest, strict=True)
            ],
            "index_digest": view.digest,
        }

    @routes.post("/search")
    async def search(request: SearchRequest) -> dict[str, Any]:
        """Return the passages nearest to a question, best first.

        ``nearest`` is the sentence of the passage that shares the most telling words with
        the question.
        """
        return await in_turn(lambda: look_up(request))

    @routes.get("/status")
    def status() -> dict[str, Any]:
        """Say what is indexed; as ``summitqa status --json``, less the folder."""
        described = asdict(service.assistant().status())
        del described["corpus_dir"]
        return described

    @routes.get("/overview")
    def overview() -> dict[str, Any]:
        """Say how far the service is, what is indexed and what writes the answers."""
        readiness = service.readiness
        described: dict[str, Any] = {
            "phase": readiness.phase,
            "message": readiness.message,
            "done": readiness.done,
            "total": readiness.total,
            "mode": describe_mode(service.settings),
            "read_only": service.settings.read_only,
        }
        try:
            view = service.assistant().snapshot()
            summaries = view.summaries()
            described |= {
                "corpus": {**describe_corpus(summaries), "updated": view.status().updated},
                "digest": view.digest,
                "examples": list(example_questions(service.settings, summaries)),
            }
        except IndexStateError as error:
            described |= {"corpus": None, "digest": None, "examples": []}
            if readiness.phase == "ready":
                described |= {
                    "phase": "failed",
                    "message": hide_paths(str(error), service.settings),
                }
        return described

    together = APIRouter()
    together.include_router(routes)
    together.include_router(openai_routes(ask))
    return together
