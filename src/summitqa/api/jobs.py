"""Work that takes longer than a request: one job at a time, with progress and cancel."""

from __future__ import annotations

import logging
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from summitqa.api.problems import UNEXPECTED, hide_paths
from summitqa.errors import SummitQAError
from summitqa.settings import Settings

State = Literal["waiting", "running", "done", "failed", "cancelled"]
_REMEMBERED = 100
logger = logging.getLogger(__name__)


class CancelledError(Exception):
    """The person cancelled the job."""


@dataclass
class Job:
    """One piece of work and how far it is.

    Attributes:
        id: Names the job; cannot be guessed.
        kind: What is done, in a word or two.
        files: What became of each file: name, state and, if refused, the reason.
        report: What an index run did, once it is done.
    """

    id: str
    kind: str
    state: State = "waiting"
    message: str = "Waiting for its turn."
    done: int = 0
    total: int = 0
    files: list[dict[str, Any]] = field(default_factory=list)
    report: dict[str, Any] | None = None
    cancelled: threading.Event = field(default_factory=threading.Event)

    def check_cancelled(self) -> None:
        """Stop here if the person cancelled.

        Raises:
            CancelledError: They did.
        """
        if self.cancelled.is_set():
            raise CancelledError

    def to_json(self) -> dict[str, Any]:
        """Return what the page shows."""
        return {
            "id": self.id,
            "kind": self.kind,
            "state": self.state,
            "message": self.message,
            "done": self.done,
            "total": self.total,
            "files": list(self.files),
            "report": self.report,
        }


class Jobs:
    """Runs jobs one after the other in the background."""

    def __init__(self, settings: Settings) -> None:
        """Start with none."""
        self.settings = settings
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._turn = threading.Lock()
        self._table = threading.Lock()

    def start(self, kind: str, work: Callable[[Job], None]) -> Job:
        """Start a job; it waits for the one before it."""
        job = Job(secrets.token_urlsafe(16), kind)
        with self._table:
            self._jobs[job.id] = job
            while len(self._jobs) > _REMEMBERED:
                self._jobs.popitem(last=False)
        threading.Thread(target=self._run, args=(job, work), name=kind, daemon=True).start()
        return job

    def find(self, name: str) -> Job | None:
        """Return a job by its id, if it is still remembered."""
        with self._table:
            return self._jobs.get(name)

    def _run(self, job: Job, work: Callable[[Job], None]) -> None:
        with self._turn:
            try:
                job.check_cancelled()
                job.state, job.message = "running", "Starting."
                work(job)
                job.state = "done"
            except CancelledError:
                job.state, job.message = "cancelled", "Cancelled; nothing was changed."
            except SummitQAError as error:
                job.message = hide_paths(str(error), self.settings)
                job.state = "failed"
            except Exception:
                logger.exception("The job %s failed.", job.kind)
                job.message = UNEXPECTED
                job.state = "failed"
