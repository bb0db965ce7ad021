"""Compare the corpus with the current state: what must be read, copied or dropped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run has to do.

    Attributes:
        unchanged: Ids whose source is as it was.
        changed: Ids whose source is another.
        added: Ids that are new.
        renamed: New id to old id, where the source only moved.
        removed: Ids that are gone, those that moved left out.
        still_failed: Ids that failed before and are as they were, with their reasons.
    """

    unchanged: tuple[str, ...]
    changed: tuple[str, ...]
    added: tuple[str, ...]
    renamed: Mapping[str, str]
    removed: tuple[str, ...]
    still_failed: Mapping[str, str]

    @property
    def to_read(self) -> tuple[str, ...]:
        """Ids of the files to read."""
        return (*self.changed, *self.added, *self.renamed)


def plan_run(
    found: Mapping[str, str],
    indexed: Mapping[str, str],
    known_failures: Mapping[str, tuple[str, str]],
) -> Plan:
    """Compare sources by their hashes.

    Args:
        found: Source hash by id, of what lies in the corpus.
        indexed: Source hash by id, of what is in the index.
        known_failures: Source hash and reason by id, of what could not be read before and
            would not be read differently now.
    """
    still_failed = {
        name: known_failures[name][1]
        for name, hashed in found.items()
        if name not in indexed and name in known_failures and known_failures[name][0] == hashed
    }
    unchanged = tuple(sorted(name for name in found if indexed.get(name) == found[name]))
    changed = tuple(
        sorted(name for name in found if name in indexed and indexed[name] != found[name])
    )
    fresh = sorted(name for name in found if name not in indexed and name not in still_failed)
    gone: dict[str, list[str]] = {}
    for name in sorted(indexed.keys() - found.keys(), reverse=True):
        gone.setdefault(indexed[name], []).append(name)
    renamed = {name: gone[found[name]].pop() for name in fresh if gone.get(found[name])}
    return Plan(
        unchanged=unchanged,
        changed=changed,
        added=tuple(name for name in fresh if name not in renamed),
        renamed=renamed,
        removed=tuple(sorted(name for names in gone.values() for name in names)),
        still_failed=still_failed,
    )
