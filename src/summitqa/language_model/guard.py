"""Cuts off a server's response that nobody waits for any more, or that has no end."""

from __future__ import annotations

import importlib
import threading
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import TYPE_CHECKING, Any

from summitqa.errors import LanguageModelError

if TYPE_CHECKING:
    import httpx

ANSWER_BYTES = 8_000_000
"""Bytes after which a server's response is cut off, whatever they hold."""

# Compressed text could grow without bound after it is counted.
HEADERS = {"accept-encoding": "identity"}


class ResponseGuard:
    """Looks at each block of bytes of a response on its way in.

    The client reads in a thread that cannot be stopped from outside, so the response is
    ended from within. One guard serves many threads.
    """

    def __init__(self) -> None:
        self._local = threading.local()

    def start(self, stop: threading.Event) -> None:
        """Tie the responses that this thread reads to an event that ends them."""
        self._local.stop = stop

    def make_client(self) -> httpx.Client:
        """Make an HTTP client whose responses are looked at, for OpenAI's package."""
        import httpx

        return httpx.Client(headers=HEADERS, **self.client_options())

    def client_options(self) -> dict[str, Any]:
        """Give the arguments of such a client, for Ollama's package, which makes its own."""
        import httpx

        # No connection is kept for later: an answer is one request, and an idle connection
        # would never be closed.
        return {
            "event_hooks": {"response": [self._hook(httpx)]},
            "limits": httpx.Limits(max_keepalive_connections=0),
        }

    def watch_anthropic(self, model: Any) -> None:
        """Give a ``ChatAnthropic`` such a client; it takes none when it is made."""
        anthropic = importlib.import_module("anthropic")
        library = importlib.import_module(_library_of(anthropic.DefaultHttpxClient))
        client = anthropic.DefaultHttpxClient(
            headers=HEADERS,
            event_hooks={"response": [self._hook(library)]},
            limits=library.Limits(max_keepalive_connections=0),
        )
        # The attribute is a cached property of a frozen model: this is where it is kept.
        vars(model)["_client"] = model._client.with_options(http_client=client)

    def _hook(self, library: ModuleType) -> Callable[[Any], None]:
        """Make the hook for one HTTP library: clients differ in which they use."""
        local = self._local
        stream_class = library.SyncByteStream

        class Watched(stream_class):  # type: ignore[misc, valid-type]
            def __init__(self, stream: Any) -> None:
                self._stream = stream

            def __iter__(self) -> Iterator[bytes]:
                left = ANSWER_BYTES
                for block in self._stream:
                    left -= len(block)
                    if left < 0:
                        raise LanguageModelError(
                            f"The language model's server sent more than {ANSWER_BYTES // 10**6} "
                            "MB, which is no answer; check SUMMITQA_LLM_BASE_URL."
                        )
                    if local.stop.is_set():
                        raise LanguageModelError("The language model was stopped.")
                    yield block

            def close(self) -> None:
                self._stream.close()

        def watch(response: Any) -> None:
            if hasattr(local, "stop") and isinstance(response.stream, stream_class):
                response.stream = Watched(response.stream)

        return watch


def _library_of(client_class: type) -> str:
    """Name the library that a package's HTTP client comes from: httpx, or one like it."""
    base = next(each for each in client_class.__mro__ if each.__name__ == "Client")
    return base.__module__.partition(".")[0]
