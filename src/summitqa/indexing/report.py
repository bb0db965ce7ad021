"""What a run did, and how far it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Literal

Step = Literal["note", "scan", "hash", "read", "embed", "write"]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is.

    Attributes:
        step: What is being done; a ``note`` is a remark for the person.
        done: Items of this step that are done.
        total: Items of this step.
        detail: The item in hand, such as a document's id, or a remark.
    """

    step: Step
    done: int
    total: int
    detail: str = ""


ReportProgress = Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What a run did.

    Attributes:
        added: Ids of documents that are new.
        changed: Ids of documents whose bytes or metadata changed.
        renamed: New ids of documents that only moved.
        renamed_from: Their old ids, in the same order.
        removed: Ids of documents that are gone.
        unchanged: Ids of documents that stayed as they were.
        failed: Ids of files that could not be read, each with the reason.
        embedded: Number of texts that were embedded.
        digest: The digest of the state; empty when there is none.
        seconds: How long the run took.
    """

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    renamed: tuple[str, ...] = ()
    renamed_from: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    failed: tuple[tuple[str, str], ...] = ()
    embedded: int = 0
    digest: str = ""
    seconds: float = 0.0

    def summary(self) -> str:
        """Say in one line what was done."""
        counts = (
            (len(self.added), "added"),
            (len(self.changed), "changed"),
            (len(self.renamed), "renamed"),
            (len(self.removed), "removed"),
            (len(self.unchanged), "unchanged"),
            (len(self.failed), "failed"),
        )
        parts = [f"{number} {word}" for number, word in counts if number]
        return f"{', '.join(parts) or 'Nothing to do'}; {self.seconds:.1f} s."

    def as_json(self) -> dict[str, Any]:
        """Return the report as plain values."""
        values = asdict(self)
        values["failed"] = [{"document": name, "reason": why} for name, why in self.failed]
        return values
