"""What the routes need of the assistant and of the index, and nothing more.

The real parts are ``summitqa.ask.Assistant`` and ``summitqa.store.snapshot.Snapshot``.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Protocol

from summitqa.types import (
    Answer,
    Document,
    DocumentSummary,
    Hit,
    IndexStatus,
    Scope,
    Sentence,
    Turn,
)


class IndexView(Protocol):
    """One whole state of the index."""

    @property
    def digest(self) -> str:
        """Digest of the documents and settings."""
        ...

    def status(self) -> IndexStatus:
        """Say what is indexed."""
        ...

    def summaries(self) -> Mapping[str, DocumentSummary]:
        """Return all documents without their text, by id."""
        ...

    def document(self, id: str) -> Document:  # noqa: A002
        """Return one document; raises ``UsageError`` when it is unknown."""
        ...

    def sentences(self, document: str, start: int, end: int) -> Sequence[Sentence]:
        """Return the sentences of a document that overlap ``[start, end)``, in order."""
        ...

    def term_weights(self, terms: Collection[str]) -> Mapping[str, float]:
        """Say how much each analysed term tells: the rarer, the more."""
        ...


class AnsweringAssistant(Protocol):
    """Answers questions over the current state of the index."""

    def ask(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        scope: Scope | None = None,
        rewrite: bool = True,
        on_text: Callable[[str], None] | None = None,
        cancelled: threading.Event | None = None,
    ) -> Answer:
        """Answer a question; a language model's words go to ``on_text`` as they come."""
        ...

    def search(
        self,
        question: str,
        *,
        scope: Scope | None = None,
        top_k: int | None = None,
    ) -> tuple[Hit, ...]:
        """Return the best passages."""
        ...

    def snapshot(self) -> IndexView:
        """Return the current state."""
        ...

    def status(self) -> IndexStatus:
        """Say what is indexed."""
        ...

    def warm(self) -> None:
        """Load the models ahead of the first question."""
        ...
