"""An endpoint in the shape of OpenAI's chat completions, so that existing clients can ask."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import Annotated, Any, Literal

from fastapi import APIRouter
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from starlette.responses import Response

from summitqa.api.schemas import AskRequest, TurnRequest
from summitqa.errors import UsageError

MODEL = "summitqa"
Answer = Callable[[AskRequest], Awaitable[dict[str, Any]]]
Long = Annotated[str, StringConstraints(max_length=200_000)]


class Part(BaseModel):
    """A part of a message; only text is read."""

    model_config = ConfigDict(extra="allow")

    type: Annotated[str, StringConstraints(max_length=40)]
    text: Long | None = None


class Message(BaseModel):
    """A message of a chat."""

    model_config = ConfigDict(extra="allow")

    role: Literal["system", "developer", "user", "assistant", "tool"]
    content: Long | Annotated[list[Part], Field(max_length=200)] | None = None

    def text(self) -> str:
        """Return what the message says."""
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content if part.text)
        return self.content or ""


class CompletionRequest(BaseModel):
    """The parts of a chat completion request that matter here; the others are ignored."""

    model_config = ConfigDict(extra="allow")

    messages: Annotated[list[Message], Field(min_length=1, max_length=500)]
    model: Annotated[str, StringConstraints(max_length=200)] = MODEL
    stream: bool = False


def to_ask_request(request: CompletionRequest) -> AskRequest:
    """Return the last user message as the question and what came before as its history.

    Raises:
        UsageError: There is no user message.
    """
    users = [number for number, one in enumerate(request.messages) if one.role == "user"]
    if not users:
        raise UsageError("The messages hold no message of the user; add the question.")
    turns: list[TurnRequest] = []
    for one in request.messages[: users[-1]]:
        said = one.text()[:20_000]
        if one.role == "user" and said:
            turns.append(TurnRequest(question=said))
        elif one.role == "assistant" and turns:
            turns[-1] = TurnRequest(question=turns[-1].question, answer=said)
    question = request.messages[users[-1]].text()
    return AskRequest(question=question, history=turns[-200:])


def to_chat_text(answer: dict[str, Any]) -> str:
    """Return the answer with its citations below it, as a chat client shows it."""
    lines = [f"**{answer['short_answer']}**\n"] if answer["short_answer"] else []
    lines.append(answer["text"])
    if answer["citations"]:
        lines.append("")
    for one in answer["citations"]:
        page = f", page {one['page']}" if one["page"] else ""
        place = f"{one['document']}{page}, characters {one['start']} to {one['end']}"
        checked = "" if one["verified"] else " (not verified)"
        lines.append(f"[{one['marker']}] “{one['quote']}” — {one['title']}, {place}{checked}")
    return "\n".join(lines)


def count_tokens(answer: dict[str, Any]) -> dict[str, int]:
    """Return the tokens a language model took, as OpenAI's clients read them; else zeros."""
    model = answer["model"] or {}
    taken, given = model.get("tokens_in") or 0, model.get("tokens_out") or 0
    return {"prompt_tokens": taken, "completion_tokens": given, "total_tokens": taken + given}


def _completion(name: str, kind: str, choice: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "id": name,
        "object": kind,
        "created": int(time.time()),
        "model": MODEL,
        "choices": [{"index": 0, **choice}],
        **more,
    }


def _pieces(name: str, answer: dict[str, Any]) -> Iterator[str]:
    text = to_chat_text(answer)
    kind = "chat.completion.chunk"
    deltas: list[dict[str, Any]] = [{"role": "assistant", "content": ""}]
    deltas += [{"content": line} for line in text.splitlines(keepends=True)]
    for delta in deltas:
        piece = _completion(name, kind, {"delta": delta, "finish_reason": None})
        yield f"data: {json.dumps(piece, ensure_ascii=False)}\n\n"
    last = _completion(name, kind, {"delta": {}, "finish_reason": "stop"}, summitqa=answer)
    yield f"data: {json.dumps(last, ensure_ascii=False)}\n\ndata: [DONE]\n\n"


class ErrorModel(BaseModel):
    """What went wrong, as clients of OpenAI's API read it."""

    message: str
    type: str
    code: str | None = None


class ErrorBody(BaseModel):
    """The body of an error."""

    error: ErrorModel


def openai_routes(answer: Answer) -> APIRouter:
    """Return ``/v1/chat/completions`` and ``/v1/models``.

    Args:
        answer: Answers a request with the object of ``ask --json``.
    """
    routes = APIRouter(
        prefix="/v1",
        tags=["chat clients"],
        responses={code: {"model": ErrorBody} for code in (400, 422, 429, 500, 503)},
    )

    @routes.post(
        "/chat/completions",
        response_class=JSONResponse,
        responses={200: {"content": {"text/event-stream": {}}}},
    )
    async def complete(request: CompletionRequest) -> Response:
        """Answer the last user message; the whole answer is in the field ``summitqa``."""
        found = await answer(to_ask_request(request))
        name = f"chatcmpl-{secrets.token_hex(12)}"
        if request.stream:
            return StreamingResponse(_pieces(name, found), media_type="text/event-stream")
        message = {"role": "assistant", "content": to_chat_text(found)}
        choice = {"message": message, "finish_reason": "stop"}
        usage = count_tokens(found)
        return JSONResponse(
            _completion(name, "chat.completion", choice, usage=usage, summitqa=found)
        )

    @routes.get("/models")
    def models() -> dict[str, Any]:
        """List the one model there is."""
        one = {"id": MODEL, "object": "model", "created": 0, "owned_by": MODEL}
        return {"object": "list", "data": [one]}

    return routes
