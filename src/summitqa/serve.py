"""One web application: the chat page, the API, health and metrics; and the way to run it."""

from __future__ import annotations

import errno
import logging
import socket
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles

from summitqa.api.accounts import open_accounts
from summitqa.api.asking import asking_routes
from summitqa.api.evaluating import evaluation_routes
from summitqa.api.guard import Guard
from summitqa.api.health import health_routes
from summitqa.api.jobs import Jobs
from summitqa.api.keeping import keeping_routes
from summitqa.api.library import IndexLibrarian, Librarian, library_routes
from summitqa.api.metrics import Metrics, metrics_routes
from summitqa.api.problems import UNEXPECTED, hide_paths, problem_body, status_code
from summitqa.api.reading import reading_routes
from summitqa.api.service import Service
from summitqa.errors import SummitQAError, UsageError
from summitqa.page.mount import PageMount
from summitqa.page.shell import ASSETS

if TYPE_CHECKING:
    from summitqa.indexing.report import IndexReport, ReportProgress
    from summitqa.settings import Settings

PORTS_TRIED = 50
logger = logging.getLogger(__name__)


def create_application(
    service: Service, *, with_gradio: bool = True, librarian: Librarian | None = None
) -> FastAPI:
    """Build the web application around a service.

    Args:
        service: The assistant and its readiness; started with the application.
        with_gradio: Whether Gradio takes over the page once it is imported, which happens in
            the background; until then, and without it, the same page is served plain.
        librarian: Changes the corpus and the index; the real one unless given.
    """

    @asynccontextmanager
    async def lifespan(application: FastAPI) -> AsyncIterator[None]:
        service.start()
        async with PageMount(application, service, with_gradio=with_gradio):
            yield

    application = FastAPI(
        title="SummitQA",
        description="Answers from documents, every sentence with the exact words it rests on.",
        version="1",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
    )
    application.state.service = service
    metrics = Metrics()
    accounts = open_accounts(service.settings)
    application.add_middleware(Guard, settings=service.settings, accounts=accounts, metrics=metrics)
    _explain_problems(application, service.settings)
    librarian = librarian or IndexLibrarian(service.settings)
    jobs = Jobs(service.settings)
    for routes in (
        asking_routes(service, metrics),
        reading_routes(service),
        library_routes(service, librarian, jobs),
        evaluation_routes(service, jobs),
        keeping_routes(service),
        health_routes(service),
        metrics_routes(metrics, service),
    ):
        application.include_router(routes)
    application.mount("/page", StaticFiles(directory=ASSETS), name="page")
    return application


def _explain_problems(application: FastAPI, settings: Settings) -> None:
    """Answer every error as ``{"error": sentence}``."""

    @application.exception_handler(SummitQAError)
    async def expected(request: Request, error: SummitQAError) -> JSONResponse:
        message = hide_paths(str(error), settings)
        return JSONResponse(problem_body(request.url.path, message), status_code(error))

    @application.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException) -> JSONResponse:
        body = problem_body(request.url.path, str(error.detail))
        return JSONResponse(body, error.status_code, error.headers)

    @application.exception_handler(RequestValidationError)
    async def malformed(request: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"][1:]) or "the request"
        return JSONResponse(problem_body(request.url.path, f"{where}: {first['msg']}."), 422)

    @application.exception_handler(Exception)
    async def unexpected(request: Request, error: Exception) -> JSONResponse:
        logger.exception("A request failed.", exc_info=error)
        return JSONResponse(problem_body(request.url.path, UNEXPECTED), 500)


def open_service(settings: Settings) -> Service:
    """Return the service over the real assistant; nothing is loaded before it starts."""

    def open_it() -> Any:
        from summitqa.ask import open_assistant

        assistant = open_assistant(settings)
        assistant.snapshot()
        return assistant

    def index_it(report: ReportProgress) -> IndexReport:
        from summitqa.embed import load_embedder
        from summitqa.index import update_index

        return update_index(settings, lambda: load_embedder(settings), report)

    return Service(settings, open_it, index_it, parallel_questions=settings.threads)


def free_socket(host: str, port: int) -> socket.socket:
    """Bind the port, or the next free one.

    Raises:
        UsageError: The host is not an address of this machine, or no port is free.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    last = port + PORTS_TRIED if port else port
    for candidate in range(port, min(last, 65535) + 1):
        bound = socket.socket(family, socket.SOCK_STREAM)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            bound.bind((host, candidate))
        except PermissionError:
            bound.close()
            raise UsageError(
                f"Port {candidate} may not be used by this account; choose one above 1023."
            ) from None
        except OSError as error:
            bound.close()
            if error.errno != errno.EADDRINUSE:
                raise UsageError(
                    f"The server cannot listen on {host}: {error.strerror}; "
                    "use 127.0.0.1 or an address of this machine."
                ) from None
        else:
            return bound
    raise UsageError(f"Ports {port} to {last} are all in use; choose another with --port.")


def run_server(settings: Settings, say: Callable[[str], None] = print) -> None:
    """Serve the page and the API until interrupted; the address goes to ``say``."""
    import uvicorn

    bound = free_socket(settings.host, settings.port)
    port = int(bound.getsockname()[1])
    if settings.port not in (0, port):
        print(f"Port {settings.port} is in use; using {port} instead.", file=sys.stderr)
    application = create_application(open_service(settings))
    shown = f"[{settings.host}]" if ":" in settings.host else settings.host
    shown = "127.0.0.1" if shown in {"0.0.0.0", "[::]"} else shown
    config = uvicorn.Config(
        application, log_level="warning", server_header=False, timeout_graceful_shutdown=3
    )
    server = uvicorn.Server(config)

    def announce() -> None:
        while not server.started:
            if server.should_exit:
                return
            time.sleep(0.02)
        say(f"SummitQA is at http://{shown}:{port}/ (stop it with Ctrl+C)")

    threading.Thread(target=announce, daemon=True).start()
    with bound:
        server.run(sockets=[bound])
