"""Puts the Gradio page in place as soon as Gradio is imported.

Importing Gradio takes seconds. The server listens at once and serves the same page
without Gradio; when the import is done, Gradio takes over.
"""

from __future__ import annotations

import asyncio
import logging
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING, Any

from fastapi.responses import HTMLResponse, Response
from starlette.routing import Mount

from summitqa.page.shell import HEAD, PLAIN_PAGE

if TYPE_CHECKING:
    from fastapi import FastAPI

    from summitqa.api.service import Service

MOST_SECONDS_TO_WARM = 5.0
logger = logging.getLogger(__name__)


class PageMount:
    """Serves the page while entered: plain first, then through Gradio."""

    def __init__(self, application: FastAPI, service: Service, *, with_gradio: bool = True) -> None:
        """Remember where to mount the page and what it calls."""
        self.application = application
        self.service = service
        self.with_gradio = with_gradio
        self.gradio_ready = False
        self._leaving = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> PageMount:
        """Serve the plain page and start importing Gradio."""
        self.application.add_api_route("/", self._plain, include_in_schema=False)
        if self.with_gradio:
            self._task = asyncio.create_task(self._bring_gradio())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop what Gradio started."""
        self._leaving.set()
        if self._task is not None:
            if not self.gradio_ready:
                self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _plain(self) -> Response:
        return HTMLResponse(PLAIN_PAGE)

    async def _bring_gradio(self) -> None:
        """Import Gradio, mount its page, and stop what it started when leaving.

        One task enters and leaves Gradio's own lifespan, as its task groups ask.
        """
        try:
            gradio_application = await in_daemon_thread(
                lambda: build_gradio_application(self.service)
            )
            async with gradio_application.router.lifespan_context(gradio_application):
                blocks = gradio_application.get_blocks()
                blocks.run_startup_events()
                await blocks.run_extra_startup_events()
                self._replace_plain_page(gradio_application)
                await self._leaving.wait()
        except Exception:
            logger.exception("The Gradio page could not be built; the plain page stays.")

    def _replace_plain_page(self, gradio_application: Any) -> None:
        routes = self.application.router.routes
        routes[:] = [route for route in routes if getattr(route, "endpoint", None) != self._plain]
        self.application.mount("/", gradio_application)
        self.gradio_ready = True


async def in_daemon_thread(work: Callable[[], Any]) -> Any:
    """Run slow work in a thread that nobody waits for when the server stops."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[Any] = loop.create_future()

    def settle(result: Any, error: Exception | None) -> None:
        if done.cancelled():
            return
        if error is None:
            done.set_result(result)
        else:
            done.set_exception(error)

    def run() -> None:
        result, problem = None, None
        try:
            result = work()
        except Exception as error:
            problem = error
        # The loop is closed when the server stopped in the meantime.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(settle, result, problem)

    threading.Thread(target=run, name="summitqa-gradio", daemon=True).start()
    return await done


def build_gradio_application(service: Service) -> Any:
    """Import Gradio and build its application for the page; slow, so not on the event loop."""
    # The first question should not compete with the import for the interpreter.
    service.wait_until_warm(MOST_SECONDS_TO_WARM)
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ["HF_HUB_OFFLINE"] = "1"
    # Gradio makes its locks while it is built and would leave a loop of its own unclosed.
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        return _build(service)
    finally:
        asyncio.set_event_loop(None)
        loop.close()


def _build(service: Service) -> Any:
    import fastapi
    import gradio

    from summitqa.page.blocks import build_blocks

    carrier = fastapi.FastAPI()
    gradio.mount_gradio_app(
        carrier,
        build_blocks(service),
        path="/",
        server_name=service.settings.host,
        server_port=service.settings.port,
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
        enable_monitoring=False,
        mcp_server=False,
        theme=gradio.themes.Base(
            font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"]
        ),
        head=HEAD,
    )
    return next(route.app for route in carrier.routes if isinstance(route, Mount))
