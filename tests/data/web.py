"""A small web server on this machine whose pages misbehave as told."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Site:
    """A running server.

    Attributes:
        address: Where it is, such as ``http://127.0.0.1:40123``.
        pages: What to do for each path.
        requests: Path and headers of each request, in order.
    """

    address: str = ""
    pages: dict[str, Answer] = field(default_factory=dict)
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)


@contextmanager
def serve_site() -> Iterator[Site]:
    """Run a site until the block ends."""
    site = Site()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            site.requests.append((self.path, {k.lower(): v for k, v in self.headers.items()}))
            self.close_connection = True
            try:
                site.pages[self.path](self)
            except (BrokenPipeError, ConnectionResetError):
                return

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    site.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def page(body: bytes, kind: str = "text/html", status: int = 200, **headers: str) -> Answer:
    """Answer with a whole body."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        request.send_header("Content-Type", kind)
        request.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            request.send_header(name.replace("_", "-"), value)
        request.end_headers()
        request.wfile.write(body)

    return answer


def redirect(to: str) -> Answer:
    """Answer with a redirect."""
    return page(b"", status=302, Location=to)


def resumable(body: bytes, kind: str, *, broken_after: int, times: int = 1) -> Answer:
    """Answer with a body that breaks off so many times, and serve the rest when asked for it."""
    left = [times]

    def answer(request: BaseHTTPRequestHandler) -> None:
        asked = request.headers.get("Range", "")
        start = int(asked.removeprefix("bytes=").rstrip("-")) if asked else 0
        if asked and request.headers.get("If-Range") != '"v1"':
            start = 0
        request.send_response(206 if start else 200)
        request.send_header("Content-Type", kind)
        request.send_header("ETag", '"v1"')
        request.send_header("Content-Length", str(len(body) - start))
        if start:
            request.send_header("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")
        request.end_headers()
        if left[0]:
            left[0] -= 1
            request.wfile.write(body[start : start + broken_after])
            return
        request.wfile.write(body[start:])

    return answer
