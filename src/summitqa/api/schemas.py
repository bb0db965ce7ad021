"""What requests may contain, and the scope they ask for."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from summitqa.types import Scope, Turn

Name = Annotated[str, StringConstraints(max_length=2000)]
Names = Annotated[list[Name], Field(max_length=1000)]


class ScopeRequest(BaseModel):
    """What may be searched; empty lists mean no restriction."""

    model_config = ConfigDict(extra="forbid")

    summits: Names = []
    documents: Names = []
    kinds: Names = []
    issuers: Names = []
    places: Names = []
    years: Annotated[list[Annotated[int, Field(ge=1, le=9999)]], Field(max_length=1000)] = []
    as_of: date | None = Field(default=None, description="Documents dated later are left out.")

    def to_scope(self) -> Scope:
        """Return the scope that the assistant takes."""
        return Scope(
            summits=tuple(self.summits),
            documents=tuple(self.documents),
            kinds=tuple(self.kinds),
            issuers=tuple(self.issuers),
            places=tuple(self.places),
            years=tuple(self.years),
            as_of=self.as_of,
        )


class TurnRequest(BaseModel):
    """An earlier turn of the conversation, for follow-up questions."""

    model_config = ConfigDict(extra="forbid")

    question: Annotated[str, StringConstraints(min_length=1, max_length=20_000)]
    answer: Annotated[str, StringConstraints(max_length=100_000)] = ""
    rewritten_question: Annotated[str, StringConstraints(max_length=20_000)] | None = None
    documents: Names = []

    def to_turn(self) -> Turn:
        """Return the turn that the assistant takes."""
        return Turn(
            question=self.question,
            answer=self.answer,
            rewritten_question=self.rewritten_question,
            documents=tuple(self.documents),
        )


class AskRequest(BaseModel):
    """A question, with what came before it and what may be searched."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"question": "Who signed the Bletchley Declaration?"}]},
    )

    question: Annotated[str, StringConstraints(max_length=1_000_000)]
    history: Annotated[list[TurnRequest], Field(max_length=200)] = []
    scope: ScopeRequest = ScopeRequest()
    rewrite: bool = Field(
        default=True, description="Whether a follow-up may be rewritten to stand alone."
    )

    def turns(self) -> list[Turn]:
        """Return the earlier turns as the assistant takes them."""
        return [turn.to_turn() for turn in self.history]


class SearchRequest(BaseModel):
    """A question whose nearest passages are wanted."""

    model_config = ConfigDict(extra="forbid")

    question: Annotated[str, StringConstraints(max_length=1_000_000)]
    scope: ScopeRequest = ScopeRequest()
    top_k: Annotated[int, Field(ge=1, le=100)] | None = None


class Problem(BaseModel):
    """What went wrong, in one sentence."""

    error: str


PROBLEMS: dict[int | str, dict[str, Any]] = {
    400: {"model": Problem, "description": "The request is wrong."},
    422: {"model": Problem, "description": "The request does not have the described shape."},
    429: {"model": Problem, "description": "Too many requests from this client."},
    500: {"model": Problem, "description": "The question could not be answered."},
    503: {"model": Problem, "description": "The index is not ready."},
}

# For routes whose success is not JSON: FastAPI would describe their errors in its type too.
JSON_PROBLEM: dict[str, Any] = {
    "description": "What went wrong, in one sentence.",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
