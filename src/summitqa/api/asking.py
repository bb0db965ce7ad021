"""Questions: an answer at once, an answer as a stream of events, and plain search."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import asdict
from typing import Any, TypeVar

import anyio
import anyio.to_thread
from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from summitqa.answer_json import answer_to_json, hit_to_json
from summitqa.api.metrics import Metrics
from summitqa.api.openai import openai_routes
from summitqa.api.overview import describe_corpus, describe_mode, example_questions
from summitqa.api.problems import hide_paths
from summitqa.api.schemas import PROBLEMS, AskRequest, SearchRequest
from summitqa.api.service import Service
from summitqa.errors import IndexStateError, SummitQAError

T = TypeVar("T")
EVENTS = ("searching", "text", "answer", "problem")
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


def asking_routes(service: Service, metrics: Metrics) -> APIRouter:
    """Return the routes that answer questions."""
    routes = APIRouter(prefix="/api", tags=["questions"], responses=PROBLEMS)
    limiter = anyio.CapacityLimiter(service.parallel_questions)

    async def in_turn(work: Callable[[], T]) -> T:
        return await anyio.to_thread.run_sync(work, limiter=limiter, abandon_on_cancel=True)

    def answer(request: AskRequest) -> dict[str, Any]:
        found = service.assistant().ask(
            request.question,
            history=request.turns(),
            scope=request.scope.to_scope(),
            rewrite=request.rewrite,
        )
        encoded = answer_to_json(found)
        metrics.observe_answer(encoded)
        return encoded

    @routes.post("/ask")
    async def ask(request: AskRequest) -> dict[str, Any]:
        """Answer a question; the same object as ``summitqa ask --json``."""
        return await in_turn(lambda: answer(request))

    async def events(request: AskRequest) -> AsyncIterator[str]:
        try:
            documents = service.assistant().status().documents
            yield encode_event("searching", {"documents": documents})
            found = await in_turn(lambda: answer(request))
        except SummitQAError as error:
            yield encode_event("problem", {"error": hide_paths(str(error), service.settings)})
            return
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
        object; or ``problem`` with one sentence.
        """
        return StreamingResponse(
            events(request),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )

    @routes.post("/search")
    async def search(request: SearchRequest) -> dict[str, Any]:
        """Return the passages nearest to a question, best first."""
        assistant = service.assistant()
        hits = await in_turn(
            lambda: assistant.search(
                request.question, scope=request.scope.to_scope(), top_k=request.top_k
            )
        )
        return {
            "hits": [hit_to_json(hit) for hit in hits],
            "index_digest": assistant.snapshot().digest,
        }

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
