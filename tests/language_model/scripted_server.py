"""A real HTTP server that speaks the protocols of OpenAI, Ollama and Anthropic, from a script.

What it replies is a function of the request: the model's name says how to behave, and the
good replies quote the evidence that stands in the prompt. Run as a process it prints its
address: ``python tests/language_model/scripted_server.py``.
"""

from __future__ import annotations

import json
import re
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Respond = Callable[[str], str]
"""From the human message to the reply's text."""

EVIDENCE = re.compile(r"^\[(\d+)\] (.*?): «(.*)»$", re.MULTILINE)


def quote_first(prompt: str) -> str:
    """Quote the first piece of evidence and cite it."""
    found = EVIDENCE.search(prompt)
    return f"{found[3]} [{found[1]}]" if found else "The documents do not say."


TEXTS: dict[str, Respond] = {
    "good": quote_first,
    "good-late-marker": lambda prompt: quote_first(prompt).replace(" [", "【").replace("]", "】"),
    "out-of-range": lambda prompt: quote_first(prompt).replace("[1]", "[99]"),
    "uncited": lambda prompt: quote_first(prompt).replace("[1]", ""),
    "unsupported": lambda _: "Ninety-nine ministers of Atlantis burned the Charter in 1832. [1]",
    "half-supported": lambda prompt: f"{quote_first(prompt)} It was 1832 in Atlantis. [1]",
    "malicious": lambda prompt: f"![x](https://evil.example/?q=1) {quote_first(prompt)}",
    "dies": quote_first,
    "one-bad-marker": lambda prompt: quote_first(prompt).replace("[1]", "[1][99]"),
    "half-malicious": lambda prompt: f"{quote_first(prompt)} ![x](https://evil.example/?q=1) [1]",
    "cut-off": lambda prompt: f"{quote_first(prompt)} Twelve countries signed [1] and",
    "refusal": lambda _: "The documents do not say.",
    "empty": lambda _: "",
    "web-page": lambda _: "<!DOCTYPE html><html><body>Welcome to the router</body></html>",
    "long": lambda _: "word " * 2_000_000,
}
TEXTS["dies-chunked"] = TEXTS["busy-once"] = TEXTS["dies"]
STATUSES = {"401": 401, "404": 404, "429": 429, "429-later": 429, "500": 500}
RETRY_AFTER = {"429": "0", "429-later": "3600"}


class ScriptedHandler(BaseHTTPRequestHandler):
    """Answers one request as its model's name says."""

    protocol_version = "HTTP/1.1"
    server: ScriptedServer

    def do_POST(self) -> None:
        """Answer a chat completion."""
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.requests.append(body)
        self.server.keys.append(
            self.headers.get("authorization", "") or self.headers.get("x-api-key", "")
        )
        with suppress(BrokenPipeError, ConnectionResetError):
            self._answer(body)
        self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing."""

    def _answer(self, body: dict[str, Any]) -> None:
        model = body["model"]
        if model in STATUSES:
            # A careless server that repeats the key it was given.
            said = {"error": {"message": f"refused {self.headers.get('authorization')}"}}
            self._send(STATUSES[model], "application/json", json.dumps(said).encode())
        elif (
            model == "busy-once"
            and sum(each["model"] == model for each in self.server.requests) == 1
        ):
            self._send(503, "text/plain", b"starting")
        elif model == "hangs-up":
            return
        elif model == "big-page":
            self._send(200, "text/html", b"<html>" + b"x" * 10_000_000)
        elif model == "html":
            self._send(200, "text/html", b"<html><body>502 Bad Gateway</body></html>")
        elif model == "garbage":
            self._send(200, "text/event-stream", b"data: {\xff\x00 not json\n\n" * 3)
        elif model == "error-inside":
            self._send(200, "text/event-stream", ERRORS.get(self.path, _openai_error)())
        elif model == "silent":
            self.server.closing.wait(30)
        elif model == "endless-line":
            self._endless(b"data: " + b"x" * 65536)
        elif model == "pings":
            self._endless(b": ping\n\n", pause=0.05)
        elif model == "never-ends":
            speak = SPEAKERS.get(self.path, _openai_reply)
            first, again = list(speak(body, ["and "], "stop")), list(speak(body, ["and "] * 2, ""))
            # What two pieces have more than one is one piece.
            piece = next(block for at, block in enumerate(again) if again[at + 1] == block)
            self._endless(piece, pause=0.01, before=first[: first.index(piece)])
        else:
            respond = self.server.respond or TEXTS[model]
            text = respond(_asked(body))
            size = max(8, len(text) // 500)
            pieces = [text[at : at + size] for at in range(0, len(text), size)]
            speak = SPEAKERS.get(self.path, _openai_reply)
            blocks = list(speak(body, pieces, "length" if model == "cut-off" else "stop"))
            self._start_stream(chunked=model == "dies-chunked")
            for block in blocks[: len(blocks) // 2] if model.startswith("dies") else blocks:
                frame = b"%x\r\n%s\r\n" % (len(block), block)
                self.wfile.write(frame if model == "dies-chunked" else block)

    def _send(self, status: int, kind: str, data: bytes) -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(data)))
        if status == 429:
            self.send_header("retry-after", RETRY_AFTER[self.server.requests[-1]["model"]])
        self.end_headers()
        self.wfile.write(data)

    def _start_stream(self, chunked: bool = False) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("connection", "close")
        if chunked:
            self.send_header("transfer-encoding", "chunked")
        self.end_headers()

    def _endless(self, block: bytes, pause: float = 0.0, before: Sequence[bytes] = ()) -> None:
        self._start_stream()
        for each in before:
            self.wfile.write(each)
        while not self.server.closing.wait(pause):
            self.wfile.write(block)


class ScriptedServer(ThreadingHTTPServer):
    """The server; `respond` takes the place of the script where given."""

    daemon_threads = True

    def __init__(self, respond: Respond | None = None) -> None:
        super().__init__(("127.0.0.1", 0), ScriptedHandler)
        self.respond = respond
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.closing = threading.Event()

    @property
    def url(self) -> str:
        """The base URL, as SUMMITQA_LLM_BASE_URL takes it for OpenAI's protocol."""
        return f"{self.root}/v1"

    @property
    def root(self) -> str:
        """The base URL as it is for Ollama's and Anthropic's protocols."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that went away."""


def _asked(body: dict[str, Any]) -> str:
    """The last message; Anthropic's client may send it in parts."""
    content = body["messages"][-1]["content"]
    return content if isinstance(content, str) else "".join(part["text"] for part in content)


def _counts(body: dict[str, Any], pieces: list[str]) -> tuple[int, int]:
    """Count words as tokens, in and out."""
    system = body.get("system", "")
    prompt = f"{system} {' '.join(str(each['content']) for each in body['messages'])}"
    return len(prompt.split()), len("".join(pieces).split())


def _event(model: str, text: str, finish: str | None = None) -> bytes:
    record = {
        "id": "1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": model,
        "choices": [{"index": 0, "delta": {"content": text}, "finish_reason": finish}],
    }
    return b"data: %s\n\n" % json.dumps(record).encode()


def _openai_reply(body: dict[str, Any], pieces: list[str], why: str) -> Iterator[bytes]:
    model = body["model"]
    for piece in pieces:
        yield _event(model, piece)
    yield _event(model, "", finish=why)
    if body.get("stream_options", {}).get("include_usage"):
        tokens_in, tokens_out = _counts(body, pieces)
        usage = {"prompt_tokens": tokens_in, "completion_tokens": tokens_out}
        usage["total_tokens"] = tokens_in + tokens_out
        record: dict[str, Any] = {"id": "1", "object": "chat.completion.chunk", "created": 1}
        record |= {"model": model, "choices": [], "usage": usage}
        yield b"data: %s\n\n" % json.dumps(record).encode()
    yield b"data: [DONE]\n\n"


def _ollama_reply(body: dict[str, Any], pieces: list[str], why: str) -> Iterator[bytes]:
    record = {"model": body["model"], "created_at": "2031-03-04T00:00:00Z", "done": False}
    for piece in pieces:
        message = {"role": "assistant", "content": piece}
        yield json.dumps(record | {"message": message}).encode() + b"\n"
    tokens_in, tokens_out = _counts(body, pieces)
    last = {"message": {"role": "assistant", "content": ""}, "done": True, "done_reason": why}
    last |= {"prompt_eval_count": tokens_in, "eval_count": tokens_out}
    yield json.dumps(record | last).encode() + b"\n"


def _anthropic_reply(body: dict[str, Any], pieces: list[str], why: str) -> Iterator[bytes]:
    def event(kind: str, **rest: Any) -> bytes:
        return b"event: %s\ndata: %s\n\n" % (
            kind.encode(),
            json.dumps({"type": kind} | rest).encode(),
        )

    tokens_in, tokens_out = _counts(body, pieces)
    usage = {"input_tokens": tokens_in, "output_tokens": 0}
    yield event(
        "message_start",
        message={
            "id": "1", "type": "message", "role": "assistant", "model": body["model"],
            "content": [], "stop_reason": None, "stop_sequence": None,
            "usage": usage,
        },
    )  # fmt: skip
    yield event("content_block_start", index=0, content_block={"type": "text", "text": ""})
    for piece in pieces:
        yield event("content_block_delta", index=0, delta={"type": "text_delta", "text": piece})
    yield event("content_block_stop", index=0)
    stop = {"stop_reason": "max_tokens" if why == "length" else "end_turn", "stop_sequence": None}
    yield event("message_delta", delta=stop, usage=usage | {"output_tokens": tokens_out})
    yield event("message_stop")


def _openai_error() -> bytes:
    said = {"error": {"message": "CALL +1 555 NOW", "type": "server_error"}}
    return b"data: %s\n\n" % json.dumps(said).encode()


def _ollama_error() -> bytes:
    return json.dumps({"error": "CALL +1 555 NOW"}).encode() + b"\n"


def _anthropic_error() -> bytes:
    said = {"type": "error", "error": {"type": "overloaded_error", "message": "CALL +1 555 NOW"}}
    return b"event: error\ndata: %s\n\n" % json.dumps(said).encode()


ERRORS = {"/api/chat": _ollama_error, "/v1/messages": _anthropic_error}
SPEAKERS = {"/api/chat": _ollama_reply, "/v1/messages": _anthropic_reply}


@contextmanager
def scripted_server(respond: Respond | None = None) -> Iterator[ScriptedServer]:
    """Serve in a thread until the block ends."""
    server = ScriptedServer(respond)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server
    finally:
        server.closing.set()
        server.shutdown()
        thread.join()
        server.server_close()


if __name__ == "__main__":
    served = ScriptedServer()
    sys.stdout.write(f"{served.url}\n")
    sys.stdout.flush()
    served.serve_forever()
