"""The Gradio page: one root element for the scripts, and named endpoints for its clients."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from summitqa.api.problems import hide_paths
from summitqa.errors import SummitQAError
from summitqa.page.shell import ROOT, TITLE

if TYPE_CHECKING:
    import gradio

    from summitqa.api.service import Service

P = ParamSpec("P")
T = TypeVar("T")


def build_blocks(service: Service) -> gradio.Blocks:
    """Build the Gradio page over a service."""
    import gradio
    from gradio.events import api

    from summitqa.answer_json import answer_to_json, hit_to_json
    from summitqa.api.reading import summary_to_json

    def ask(question: str) -> dict[str, Any]:
        """Answer a question; the same object as ``summitqa ask --json``."""
        return answer_to_json(service.assistant().ask(question))

    def search(question: str, top_k: int = 8) -> list[dict[str, Any]]:
        """Return the passages nearest to a question, best first."""
        return [hit_to_json(hit) for hit in service.assistant().search(question, top_k=top_k)]

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
                raise gradio.Error(message, print_exception=False) from None

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
