"""What stands before every request: who may call, from where, how much and how often."""

from __future__ import annotations

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from summitqa.api.accounts import Accounts
from summitqa.api.metrics import Metrics
from summitqa.api.problems import problem_body
from summitqa.settings import Settings

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
OPEN_PATHS = ("/healthz", "/readyz")
# Reading from these takes work too; whatever changes something does anyway.
WORKING_PATHS = (
    "/api/ask",
    "/api/search",
    "/api/documents/page",
    "/api/documents/boxes",
    "/v1/",
    "/gradio_api/",
)
# Gradio's own ways to files, which the page does not use.
CLOSED_PATHS = (
    "/gradio_api/upload",
    "/gradio_api/file",
    "/gradio_api/proxy",
    "/gradio_api/stream",
    "/gradio_api/component_server",
    "/file",
    "/proxy",
    "/upload",
)
CLIENT_COOKIE = "summitqa-client"
JSON_BODY_BYTES = 5_000_000
_CLIENTS_REMEMBERED = 10_000

# Gradio's own page needs inline scripts and compiles its templates; nothing may be
# loaded from, or sent to, another host.
CONTENT_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
}


def host_name(address: str) -> str:
    """Return the host of a ``Host`` header or an origin, without its port."""
    return (urlsplit(address if "//" in address else f"//{address}").hostname or "").lower()


@dataclass
class Allowance:
    """A token bucket for each client: so many requests a minute, in bursts of up to as many.

    Attributes:
        per_minute: Requests a client may make in a minute; 0 for no limit.
        clock: Gives seconds.
    """

    per_minute: int
    clock: Callable[[], float] = time.monotonic
    _buckets: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)

    def seconds_to_wait(self, client: str) -> float:
        """Take one request off a client's allowance; return 0, or how long to wait."""
        if not self.per_minute:
            return 0.0
        now = self.clock()
        left, since = self._buckets.pop(client, (float(self.per_minute), now))
        left = min(self.per_minute, left + (now - since) * self.per_minute / 60)
        allowed = left >= 1
        self._buckets[client] = (left - 1 if allowed else left, now)
        while len(self._buckets) > _CLIENTS_REMEMBERED:
            self._buckets.popitem(last=False)
        return 0.0 if allowed else (1 - left) * 60 / self.per_minute


class TooLargeError(Exception):
    """A request's body is larger than its route allows."""


@dataclass
class Guard:
    """ASGI middleware around every route."""

    application: ASGIApp
    settings: Settings
    accounts: Accounts
    metrics: Metrics

    def __post_init__(self) -> None:
        """Start with full allowances."""
        self.allowance = Allowance(self.settings.requests_per_minute)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or pass on with limits on the body and headers on the answer."""
        if scope["type"] != "http":
            await self.application(scope, receive, send)
            return
        started = time.perf_counter()
        seen: dict[str, Any] = {"status": 500}
        dressed = self._dress(scope, send, seen)
        try:
            refusal = await self._refuse(scope)
            if refusal is not None:
                await refusal(scope, receive, dressed)
            else:
                await self.application(scope, self._bounded(scope, receive), dressed)
        except TooLargeError:
            if not seen.get("begun"):
                problem = problem_body(scope["path"], "The request is too large for this server.")
                await JSONResponse(problem, 413)(scope, receive, dressed)
        finally:
            self.metrics.observe_request(scope, seen["status"], time.perf_counter() - started)

    async def _refuse(self, scope: Scope) -> JSONResponse | None:
        headers = Headers(scope=scope)
        path = scope["path"]
        reason = self._wrong_place(headers, scope["method"])
        if reason:
            return JSONResponse(problem_body(path, reason), 403)
        if path.startswith(CLOSED_PATHS):
            return JSONResponse({"error": "There is nothing here."}, 404)
        client = self._client(scope, headers)
        if self.accounts.required and path not in OPEN_PATHS:
            # Hashing a password would hold up every other request on the event loop.
            name = await run_in_threadpool(self.accounts.identify, headers.get("authorization"))
            if name is None:
                wait = self._wait(scope, f"refused {client}")
                if wait:
                    return _too_many(path, wait)
                words = "Say who you are: a user's name and password, or the API token."
                return JSONResponse(
                    problem_body(path, words),
                    401,
                    {"WWW-Authenticate": 'Basic realm="SummitQA", charset="UTF-8"'},
                )
            client = f"user {name}"
        scope.setdefault("state", {})["client"] = client
        if path.startswith(WORKING_PATHS) or scope["method"] not in SAFE_METHODS:
            wait = self._wait(scope, client)
            if wait:
                return _too_many(path, wait)
        if int(headers.get("content-length") or 0) > self._body_limit(scope):
            raise TooLargeError
        return None

    def _wrong_place(self, headers: Headers, method: str) -> str | None:
        """Say why a request is refused for where it comes from.

        A server on loopback answers only to loopback names, so that a foreign name that
        resolves to this machine gets nothing; and a page of another site cannot make the
        visitor's browser change anything here.
        """
        host = headers.get("host", "")
        origin = headers.get("origin")
        try:
            name = host_name(host)
            foreign = origin is not None and urlsplit(origin).netloc != host
            int(headers.get("content-length") or 0)
        except ValueError:
            return "The Host, Origin or Content-Length header is malformed."
        if self.settings.host in LOOPBACK and name not in LOOPBACK:
            return "This server answers only to this machine's own name."
        if foreign and method not in SAFE_METHODS:
            return "A page of another site may not do this."
        return None

    def _wait(self, scope: Scope, client: str) -> float:
        address = (scope.get("client") or ("", 0))[0]
        return 0.0 if address in LOOPBACK else self.allowance.seconds_to_wait(client)

    def _client(self, scope: Scope, headers: Headers) -> str:
        """Name a client by its cookie for what it keeps, else by its address."""
        try:
            cookie = SimpleCookie(headers.get("cookie", "")).get(CLIENT_COOKIE)
        except CookieError:
            cookie = None
        scope.setdefault("state", {})["browser"] = cookie.value if cookie else None
        return f"address {(scope.get('client') or ('unknown', 0))[0]}"

    def _body_limit(self, scope: Scope) -> int:
        upload = scope["path"] == "/api/documents"
        return self.settings.max_upload_bytes if upload else JSON_BODY_BYTES

    def _bounded(self, scope: Scope, receive: Receive) -> Receive:
        limit = self._body_limit(scope)
        taken = 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > limit:
                raise TooLargeError
            return message

        return counted

    def _dress(self, scope: Scope, send: Send, seen: dict[str, Any]) -> Send:
        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                seen.update(status=message["status"], begun=True)
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                state = scope.get("state", {})
                if scope["path"] == "/api/overview" and not state.get("browser"):
                    headers.append("Set-Cookie", new_client_cookie())
            await send(message)

        return dressed


def new_client_cookie() -> str:
    """Return a cookie by which a browser finds its own conversations again."""
    name = secrets.token_urlsafe(24)
    return f"{CLIENT_COOKIE}={name}; Path=/; HttpOnly; SameSite=Strict; Max-Age=31536000"


def _too_many(path: str, wait: float) -> JSONResponse:
    seconds = str(int(wait) + 1)
    problem = f"Too many requests; try again in {seconds} s."
    return JSONResponse(problem_body(path, problem), 429, {"Retry-After": seconds})
