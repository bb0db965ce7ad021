"""What the requests share: the assistant, whether it is ready, and how many ask at once."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from summitqa.api.problems import hide_paths
from summitqa.errors import IndexStateError, SummitQAError

if TYPE_CHECKING:
    from summitqa.api.contracts import AnsweringAssistant
    from summitqa.indexing.report import IndexReport, Progress, ReportProgress
    from summitqa.settings import Settings

Phase = Literal["starting", "indexing", "ready", "failed"]
logger = logging.getLogger(__name__)

STEPS = {
    "scan": "Looking for documents.",
    "hash": "Looking for changes.",
    "read": "Reading the documents.",
    "embed": "Embedding the passages.",
    "write": "Writing the index.",
}


@dataclass(frozen=True, slots=True)
class Readiness:
    """How far the service is.

    Attributes:
        phase: ``ready`` once questions can be answered.
        message: One sentence for the person.
        done: Steps done of an index run under way.
        total: Steps in all; 0 when not known.
    """

    phase: Phase
    message: str
    done: int = 0
    total: int = 0


@dataclass
class Service:
    """The assistant and its readiness, shared by all requests of one server.

    Attributes:
        settings: The settings the server was started with.
        opener: Opens the assistant; raises ``IndexStateError`` when there is no index.
        indexer: Builds the index and reports its progress; used when there is none.
        parallel_questions: Questions answered at the same time; others wait their turn.
    """

    settings: Settings
    opener: Callable[[], AnsweringAssistant]
    indexer: Callable[[ReportProgress], IndexReport] | None = None
    parallel_questions: int = 2
    readiness: Readiness = Readiness("starting", "Opening the index.")
    _assistant: AnsweringAssistant | None = None
    _warm: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        """Open the assistant in the background, building the index first if there is none."""
        threading.Thread(target=self._prepare, name="summitqa-prepare", daemon=True).start()

    def wait_until_warm(self, seconds: float) -> bool:
        """Wait until the models are loaded, or preparing has failed."""
        return self._warm.wait(seconds)

    def assistant(self) -> AnsweringAssistant:
        """Return the assistant.

        Raises:
            IndexStateError: It is not ready; the message says how far it is.
        """
        if self._assistant is None:
            raise IndexStateError(self.readiness.message)
        return self._assistant

    def _prepare(self) -> None:
        try:
            self._assistant = self._open_or_index()
            self.readiness = Readiness("ready", "Ready.")
            self._assistant.warm()
        except SummitQAError as error:
            self._fail(str(error))
        except Exception as error:
            logger.exception("The server could not be prepared.")
            self._fail(
                f"Something unexpected went wrong ({type(error).__name__}); "
                "the server's log says more."
            )
        finally:
            self._warm.set()

    def _open_or_index(self) -> AnsweringAssistant:
        try:
            return self.opener()
        except IndexStateError:
            if self.indexer is None or self.settings.read_only:
                raise
        self.readiness = Readiness("indexing", "Indexing the documents for the first time.")
        self.indexer(self._report)
        return self.opener()

    def _report(self, progress: Progress) -> None:
        words = STEPS.get(str(progress.step), "Indexing the documents.")
        self.readiness = Readiness("indexing", words, progress.done, progress.total)

    def _fail(self, message: str) -> None:
        logger.error("%s", message)
        self.readiness = Readiness("failed", hide_paths(message, self.settings))
