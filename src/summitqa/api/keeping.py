"""What people keep: feedback on answers, conversations, and exports of them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from summitqa.api.schemas import PROBLEMS, Problem
from summitqa.api.service import Service
from summitqa.conversations import (
    Conversation,
    ConversationStore,
    to_bibtex,
    to_json,
    to_markdown,
)
from summitqa.errors import IndexStateError, UsageError
from summitqa.feedback import Verdict, store_feedback
from summitqa.types import Document

Short = Annotated[str, StringConstraints(max_length=2000)]
Long = Annotated[str, StringConstraints(max_length=200_000)]
ConversationId = Annotated[str, StringConstraints(pattern="^[A-Za-z0-9-]{1,64}$")]
MEDIA_TYPES = {
    "markdown": "text/markdown",
    "json": "application/json",
    "bibtex": "application/x-bibtex",
}


class CitationModel(BaseModel):
    """A citation as ``/api/ask`` gives it."""

    marker: int
    document: Short
    title: Short
    date: Short | None = None
    page: int | None = None
    heading: Short | None = None
    start: int
    end: int
    quote: Long
    verified: bool


class DisagreementModel(BaseModel):
    """A disagreement as ``/api/ask`` gives it."""

    statement: Long
    citations: list[int]


class AnswerModel(BaseModel):
    """An answer as ``/api/ask`` gives it; what else it holds is kept as it is."""

    model_config = ConfigDict(extra="allow")

    question: Long
    rewritten_question: Long | None = None
    status: Literal["answered", "abstained"]
    mode: Short = "extractive"
    text: Long
    short_answer: Long | None = None
    citations: Annotated[list[CitationModel], Field(max_length=200)] = []
    disagreements: Annotated[list[DisagreementModel], Field(max_length=200)] = []
    notes: Annotated[list[Long], Field(max_length=200)] = []
    index_digest: Short = ""


class FeedbackRequest(BaseModel):
    """What a person says of an answer."""

    model_config = ConfigDict(extra="forbid")

    verdict: Verdict
    note: Annotated[str, StringConstraints(max_length=2000)] = ""
    markers: Annotated[list[int], Field(max_length=200)] = []
    answer: AnswerModel


class TurnModel(BaseModel):
    """A question and its answer."""

    model_config = ConfigDict(extra="allow")

    question: Long
    answer: AnswerModel


class ConversationModel(BaseModel):
    """A conversation as the page keeps it."""

    model_config = ConfigDict(extra="forbid")

    id: ConversationId
    name: Annotated[str, StringConstraints(max_length=300)]
    updated: Annotated[str, StringConstraints(max_length=40)]
    turns: Annotated[list[TurnModel], Field(max_length=1000)] = []


def keeping_routes(service: Service) -> APIRouter:
    """Return the routes for feedback, conversations and exports."""
    routes = APIRouter(prefix="/api", tags=["keeping"], responses=PROBLEMS)
    settings = service.settings

    @routes.post("/feedback", status_code=201)
    def feedback(request: FeedbackRequest) -> dict[str, str]:
        """Store what a person says of an answer."""
        answer = request.answer.model_dump()
        store_feedback(
            settings.feedback_dir, request.verdict, answer, request.note, tuple(request.markers)
        )
        return {"status": "stored"}

    def store(request: Request) -> ConversationStore:
        client: str = getattr(request.state, "client", "")
        browser: str | None = getattr(request.state, "browser", None)
        if client.startswith("user "):
            owner = client
        elif browser:
            owner = f"browser {browser}"
        else:
            raise HTTPException(400, "The browser sent no cookie; allow cookies for this server.")
        return ConversationStore(settings.conversations_dir, owner)

    @routes.get("/conversations")
    def listed(
        request: Request, words: Annotated[str, Query(max_length=200)] = ""
    ) -> dict[str, Any]:
        """List the caller's own conversations on the server's disk that hold these words."""
        return {"conversations": store(request).list(words)}

    @routes.get("/conversations/{conversation_id}", responses={404: {"model": Problem}})
    def read(request: Request, conversation_id: ConversationId) -> Conversation:
        """Return one of the caller's conversations."""
        try:
            return store(request).read(conversation_id)
        except UsageError as error:
            raise HTTPException(404, str(error)) from None

    @routes.put("/conversations/{conversation_id}")
    def save(
        request: Request, conversation_id: ConversationId, conversation: ConversationModel
    ) -> dict[str, str]:
        """Keep a conversation on the server's disk."""
        if conversation.id != conversation_id:
            raise UsageError("The id in the address and in the conversation differ.")
        store(request).save(conversation.model_dump())
        return {"status": "kept"}

    @routes.delete("/conversations/{conversation_id}")
    def delete(request: Request, conversation_id: ConversationId) -> dict[str, str]:
        """Delete one of the caller's conversations."""
        store(request).delete(conversation_id)
        return {"status": "deleted"}

    def find_document(name: str) -> Document | None:
        """Return a cited document as it is now, if it is still there."""
        try:
            return service.assistant().snapshot().document(name)
        except (IndexStateError, UsageError):
            return None

    @routes.post("/export/{format_name}", response_class=Response)
    def export(
        format_name: Literal["markdown", "json", "bibtex"], conversation: ConversationModel
    ) -> Response:
        """Return a conversation as Markdown, JSON or BibTeX, with quotes and offsets."""
        plain = conversation.model_dump()
        if format_name == "bibtex":
            written = to_bibtex(plain, find_document)
        else:
            written = (to_markdown if format_name == "markdown" else to_json)(plain)
        media_type = MEDIA_TYPES[format_name]
        return Response(written, media_type=f"{media_type}; charset=utf-8")

    return routes
