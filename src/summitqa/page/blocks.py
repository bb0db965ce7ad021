"""The Gradio page: one root element for the scripts, and named endpoints for its clients."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from pydantic import ValidationError

from summitqa.api.problems import hide_paths
from summitqa.errors import SummitQAError
from summitqa.page.shell import ROOT, TITLE

if TYPE_CHECKING:
    import gradio

    from summitqa.api.service import Service

P = ParamSpec("P")
T = TypeVar("T")


def requested_scope(summit: str | None, as_of: str | None) -> dict[str, Any]:
    """Return what a scope's description takes; an empty field means no restriction."""
    return {"summits": [summit] if summit else [], "as_of": as_of or None}


def describe_malformed(error: ValidationError) -> str:
    """Say in one sentence which argument has not the described shape."""
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"] if part != "scope") or "the request"
    return f"{where}: {first['msg']}."


def build_blocks(service: Service) -> gradio.Blocks:
    """Build the Gradio page over a service."""
    import gradio
    from gradio.events import api

    from summitqa.answer_json import answer_to_json, hit_to_json
    from summitqa.api.reading import summary_to_json
    from summitqa.api.schemas import AskRequest, SearchRequest

    def ask(
        question: str,
        summit: str | None = None,
        as_of: str | None = None,
        history: list[dict[str, Any]] | None = None,
    ) -> dict[str, Any]:
        """Answer a question; the same object as ``summitqa ask --json``.

        Args:
            question: The question.
            summit: Use only the documents of this summit, such as seoul-2024.
            as_of: Leave out what became known after this day, such as 2024-12-31.
            history: Earlier turns, oldest first, as ``/api/ask`` takes them.
        """
        scope = requested_scope(summit, as_of)
        request = AskRequest.model_validate(
            {"question": question, "scope": scope, "history": history or []}
        )
        answer = service.assistant().ask(
            request.question, history=request.turns(), scope=request.scope.to_scope()
        )
        return answer_to_json(answer)

    def search(
        question: str, top_k: int = 8, summit: str | None = None, as_of: str | None = None
    ) -> list[dict[str, Any]]:
        """Return the passages nearest to a question, best first.

        Args:
            question: The question.
            top_k: How many passages, at most 100.
            summit: Use only the documents of this summit, such as seoul-2024.
            as_of: Leave out what became known after this day, such as 2024-12-31.
        """
        scope = requested_scope(summit, as_of)
        request = SearchRequest.model_validate(
            {"question": question, "scope": scope, "top_k": top_k}
        )
        hits = service.assistant().search(
            request.question, scope=request.scope.to_scope(), top_k=request.top_k
        )
        return [hit_to_json(hit) for hit in hits]

    def documents() -> list[dict[str, Any]]:
        """List all documents, without their text."""
        view = service.assistant().snapshot()
        return [summary_to_json(one) for one in view.summaries().values()]

    def explained(function: Callable[P, T]) -> Callable[P, T]:
        """Let a client see the one sentence of an expected error."""

        @functools.wraps(function)
        def call(*arguments: P.args, **named: P.kwargs) -> T:
            try:
                return function(*arguments, **named)
            except SummitQAError as error:
                message = hide_paths(str(error), service.settings)
            except ValidationError as error:
                message = describe_malformed(error)
            raise gradio.Error(message, print_exception=False)

        return call

    blocks = gradio.Blocks(title=TITLE, analytics_enabled=False, fill_width=True)
    with blocks:
        gradio.HTML(ROOT, apply_default_css=False, elem_id="summitqa-page")
        for function in (ask, search, documents):
            api(
                explained(function),
                api_name=function.__name__,
                concurrency_limit=service.parallel_questions,
                concurrency_id="questions",
            )
    return blocks
