"""Any LangChain chat model by one setting, with a time limit and plain errors."""

from __future__ import annotations

import contextlib
import importlib
import os
import queue
import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

from summitqa.errors import LanguageModelError
from summitqa.language_model.failures import (
    Failure,
    explain_setup,
    pause_before,
    read_failure,
)
from summitqa.language_model.guard import HEADERS, ResponseGuard
from summitqa.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_SHORTEST_KEY = 8
LONGEST_REPLY = 20_000
"""Characters after which a reply is cut off as not being an answer."""

_PACKAGES = {
    "openai": ("langchain_openai", "openai", "OPENAI_API_KEY"),
    "ollama": ("langchain_ollama", "ollama", None),
    "anthropic": ("langchain_anthropic", "anthropic", "ANTHROPIC_API_KEY"),
}
# Providers whose clients say why a reply ended; one that ends without has broken off.
_SAYS_WHY = frozenset(_PACKAGES)
_OUT_OF_TOKENS = frozenset({"length", "max_tokens"})
# Environment variables that may hold a key of a provider, whichever it is.
_KEY_VARIABLE = re.compile(r"(?:KEY|TOKEN|SECRET|PASSWORD)S?$")
_KEY_IN_QUERY = re.compile(r"(?:key|token|secret|password|signature)\w*=", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reply:
    """What a model wrote.

    Attributes:
        text: The whole reply.
        tokens_in: Tokens of the prompt, as the server counted them; None if it did not.
        tokens_out: Tokens of the reply, likewise.
        cut: Whether the model stopped because it had no tokens left.
    """

    text: str
    tokens_in: int | None = None
    tokens_out: int | None = None
    cut: bool = False


class Writes(Protocol):
    """A chat model, as far as answering needs it."""

    name: str

    def reply(
        self,
        messages: Sequence[tuple[str, str]],
        on_text: Callable[[str], None] | None = None,
        cancelled: threading.Event | None = None,
    ) -> Reply:
        """Write a reply; `on_text` gets each piece as it comes."""
        ...


def open_model(settings: Settings) -> ChatModel:
    """Make the configured chat model.

    Raises:
        LanguageModelError: The setting is malformed, the provider's package or key is
            missing, or the provider refuses the configuration.
    """
    spec = settings.llm or ""
    provider, _, name = spec.partition(":")
    if not provider or not name:
        raise LanguageModelError(
            f"SUMMITQA_LLM is {spec!r}; write it as PROVIDER:MODEL, such as ollama:llama3.2."
        )
    if settings.llm_base_url:
        _check_base_url(settings.llm_base_url)
    guard = ResponseGuard()
    secrets = known_keys(settings)
    package, _, variable = _PACKAGES.get(provider, ("langchain", "", None))
    try:
        importlib.import_module(package)
        from langchain.chat_models import init_chat_model

        own_server = provider == "openai" and settings.llm_base_url
        if variable and not (settings.llm_api_key or os.environ.get(variable) or own_server):
            raise LanguageModelError(
                f"The provider {provider} needs a key; set {variable} or SUMMITQA_LLM_API_KEY."
            )
        model = init_chat_model(
            name, model_provider=provider, **_options(provider, settings, guard)
        )
        if provider == "anthropic":
            guard.watch_anthropic(model)
    except ImportError:
        extra = _PACKAGES.get(provider, ("", provider, None))[1]
        raise LanguageModelError(
            f"The package for the provider {provider!r} is not installed; run: "
            f"pip install 'summitqa[{extra}]'"
            if provider in _PACKAGES
            else f"The provider {provider!r} needs a LangChain package that is not installed; "
            "install it, or use openai, ollama or anthropic."
        ) from None
    except LanguageModelError:
        raise
    except Exception as error:
        raise LanguageModelError(explain_setup(provider, error, secrets)) from None
    return ChatModel(
        spec, model, settings.llm_timeout_seconds, guard, retries=settings.llm_max_retries
    )


def _options(provider: str, settings: Settings, guard: ResponseGuard) -> dict[str, Any]:
    """Give the arguments of the provider's chat model."""
    options: dict[str, Any] = {"temperature": 0, "max_tokens": settings.llm_max_tokens}
    key = settings.llm_api_key.get_secret_value() if settings.llm_api_key else None
    if settings.llm_base_url:
        options["base_url"] = settings.llm_base_url
    if provider == "ollama":
        options["num_predict"] = options.pop("max_tokens")
        headers = {**HEADERS, "Authorization": f"Bearer {key}"} if key else HEADERS
        options["client_kwargs"] = {"timeout": settings.llm_timeout_seconds, "headers": headers}
        options["sync_client_kwargs"] = guard.client_options()
        return options
    if key:
        options["api_key"] = key
    if provider in ("openai", "anthropic"):
        # Tries are repeated here, for every provider in the same way.
        options |= {"timeout": settings.llm_timeout_seconds, "max_retries": 0}
    if provider == "openai":
        # Asked for, or a server of one's own does not count the tokens.
        options["stream_usage"] = True
        options["http_client"] = guard.make_client()
        if settings.llm_base_url and not key:
            # Servers of one's own (llama.cpp, vLLM, LM Studio) ask for no key; the client
            # does. The key of OpenAI itself is not sent to another server.
            options["api_key"] = "none"
    return options


def known_keys(settings: Settings) -> tuple[str, ...]:
    """Give every key that may not be shown, longest first."""
    found = {
        value
        for variable, value in os.environ.items()
        if _KEY_VARIABLE.search(variable) and len(value) >= _SHORTEST_KEY
    }
    found |= {os.environ.get(variable or "", "") for _, _, variable in _PACKAGES.values()}
    if settings.llm_api_key is not None:
        found.add(settings.llm_api_key.get_secret_value())
    return tuple(sorted(found - {""}, key=len, reverse=True))


def _check_base_url(base_url: str) -> None:
    """Refuse an address that is none, and one that carries a key where it would be shown.

    Raises:
        LanguageModelError: It says what is wrong, without the address.
    """
    try:
        parts = urlsplit(base_url)
        complete = parts.scheme in ("http", "https") and bool(parts.hostname)
        complete = complete and parts.port != 0
    except ValueError:
        complete = False
    if not complete:
        raise LanguageModelError(
            "SUMMITQA_LLM_BASE_URL is no web address; write it as http://localhost:8080/v1."
        )
    if parts.username or parts.password or _KEY_IN_QUERY.search(parts.query):
        raise LanguageModelError(
            "SUMMITQA_LLM_BASE_URL holds a name, a password or a key; put the key into "
            "SUMMITQA_LLM_API_KEY."
        )


class _TryFailedError(Exception):
    """One try failed."""

    def __init__(self, failure: Failure, wrote: bool) -> None:
        super().__init__(failure.message)
        self.failure = failure
        self.wrote = wrote


class ChatModel:
    """A LangChain chat model with one time limit over the whole reply, tries included."""

    def __init__(
        self,
        name: str,
        model: BaseChatModel,
        timeout_seconds: float,
        guard: ResponseGuard | None = None,
        retries: int = 0,
    ) -> None:
        self.name = name
        self._model = model
        self._timeout = timeout_seconds
        self._guard = guard or ResponseGuard()
        self._retries = retries

    def reply(
        self,
        messages: Sequence[tuple[str, str]],
        on_text: Callable[[str], None] | None = None,
        cancelled: threading.Event | None = None,
    ) -> Reply:
        """Stream a reply to its end.

        A failure that may pass is tried again after a pause, while no text has arrived:
        what the person has begun to read is not taken back.

        Raises:
            LanguageModelError: The server failed, took too long, wrote nothing or without
                end, or the person cancelled.
        """
        deadline = time.monotonic() + self._timeout
        stopped = cancelled or threading.Event()
        attempt = 0
        while True:
            try:
                return self._try(messages, on_text, stopped, deadline)
            except _TryFailedError as error:
                pause = pause_before(attempt, error.failure)
                again = error.failure.passing and not error.wrote and attempt < self._retries
                if not again or time.monotonic() + pause >= deadline:
                    raise LanguageModelError(error.failure.message) from None
            if stopped.wait(pause):
                raise LanguageModelError("The language model was stopped.")
            attempt += 1

    def _try(
        self,
        messages: Sequence[tuple[str, str]],
        on_text: Callable[[str], None] | None,
        cancelled: threading.Event,
        deadline: float,
    ) -> Reply:
        """Stream one reply to its end.

        Raises:
            LanguageModelError: As in `reply`; another try would not help.
            _TryFailedError: The server failed.
        """
        pieces: list[str] = []
        tokens_in: int | None = None
        tokens_out: int | None = None
        length = 0
        ended = name_of_provider(self.name) not in _SAYS_WHY
        cut = False
        for piece in self._stream(messages, cancelled, deadline):
            if isinstance(piece, Exception):
                raise _TryFailedError(read_failure(self.name, piece), wrote=bool(pieces)) from None
            text = _text_of(piece)
            usage = getattr(piece, "usage_metadata", None)
            if usage:
                # Some servers count the prompt in the first piece and the reply in the last.
                tokens_in = (tokens_in or 0) + (usage.get("input_tokens") or 0)
                tokens_out = (tokens_out or 0) + (usage.get("output_tokens") or 0)
            reason = _reason_of_end(piece)
            ended, cut = ended or bool(reason), cut or reason in _OUT_OF_TOKENS
            if not text:
                continue
            length += len(text)
            if length > LONGEST_REPLY:
                raise LanguageModelError(
                    f"The language model wrote more than {LONGEST_REPLY:,} characters; "
                    "its reply was cut off."
                )
            pieces.append(text)
            if on_text is not None:
                on_text(text)
        if not "".join(pieces).strip():
            raise LanguageModelError("The language model's reply was empty.")
        if not ended:
            raise LanguageModelError("The language model's reply broke off.")
        # A prompt has tokens: 0 is what a client makes of a server that does not count.
        return Reply("".join(pieces), tokens_in or None, tokens_out or None, cut)

    def _stream(
        self,
        messages: Sequence[tuple[str, str]],
        cancelled: threading.Event,
        deadline: float,
    ) -> Iterator[Any]:
        """Run the client in a thread, so that a server that never ends cannot hold us.

        An error of the client is the last item.
        """
        arrived: queue.Queue[Any] = queue.Queue(maxsize=1000)
        stop = threading.Event()
        finished = object()

        def hand_over(item: Any) -> None:
            with contextlib.suppress(queue.Full):
                arrived.put(item, timeout=self._timeout)

        def work() -> None:
            self._guard.start(stop)
            try:
                for piece in self._model.stream(list(messages)):
                    if stop.is_set():
                        return
                    hand_over(piece)
                hand_over(finished)
            except Exception as error:
                hand_over(error)

        threading.Thread(target=work, daemon=True, name="language-model").start()
        try:
            while True:
                if cancelled.is_set():
                    raise LanguageModelError("The language model was stopped.")
                try:
                    item = arrived.get(timeout=min(0.1, max(0.001, deadline - time.monotonic())))
                except queue.Empty:
                    item = None
                if item is finished:
                    return
                if isinstance(item, LanguageModelError):
                    raise item
                if item is not None:
                    yield item
                if isinstance(item, Exception):
                    return
                if time.monotonic() > deadline:
                    raise LanguageModelError(
                        f"The language model did not finish within {self._timeout:g} s; "
                        "raise SUMMITQA_LLM_TIMEOUT_SECONDS or use a smaller model."
                    )
        finally:
            stop.set()


def name_of_provider(name: str) -> str:
    """Give the provider of a model as set: ``openai`` of ``openai:gpt-4o``."""
    return name.partition(":")[0]


def _reason_of_end(piece: Any) -> str:
    """Say why a reply ended, as the server names it; empty where it goes on."""
    said = getattr(piece, "response_metadata", None) or {}
    reasons = (said.get(key) for key in ("finish_reason", "stop_reason", "done_reason"))
    return str(next((reason for reason in reasons if reason), ""))


def _text_of(piece: Any) -> str:
    content = getattr(piece, "content", "")
    if isinstance(content, str):
        return content
    return "".join(
        part if isinstance(part, str) else str(part.get("text", ""))
        for part in content
        if isinstance(part, (str, dict))
    )
