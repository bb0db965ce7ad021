"""The index on disk: generations that are written whole and read without locks."""

from summitqa.store.snapshot import Snapshot, open_snapshot

__all__ = ["Snapshot", "open_snapshot"]
