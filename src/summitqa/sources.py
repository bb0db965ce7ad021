"""The official texts: what ``sources.toml`` in the corpus lists, downloaded on request.

They are not part of the project; each is downloaded from its publisher into
``official/`` in the corpus, with a sidecar that carries what the list says of it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from summitqa.errors import CorpusError, FetchError, UsageError
from summitqa.fetch import download
from summitqa.load import SUPPORTED_SUFFIXES
from summitqa.settings import Settings

SOURCES_FILE = "sources.toml"
OFFICIAL_FOLDER = "official"

State = Literal["fetched", "unchanged", "failed"]
ReportSource = Callable[["OfficialText", int, int | None], None]


@dataclass(frozen=True, slots=True)
class OfficialText:
    """An entry of ``sources.toml``.

    Attributes:
        name: What it is called on the command line, and its file's name.
        date: ISO date, year and month, or year of the text, if known.
        format: ``html``, ``pdf`` or another supported suffix without its dot.
    """

    name: str
    title: str
    url: str
    format: str
    publisher: str | None = None
    date: str | None = None
    licence: str | None = None

    def file(self, settings: Settings) -> Path:
        """Say where its copy goes."""
        return settings.corpus_dir / OFFICIAL_FOLDER / f"{self.name}.{self.format}"


@dataclass(frozen=True, slots=True)
class Fetched:
    """What became of one official text; ``reason`` says why it failed."""

    source: OfficialText
    state: State
    reason: str = ""


def read_sources(settings: Settings) -> tuple[OfficialText, ...]:
    """Read the list of official texts.

    Raises:
        CorpusError: There is none, or an entry is wrong; the message names it.
    """
    path = settings.corpus_dir / SOURCES_FILE
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8")).get("source", [])
    except FileNotFoundError:
        raise CorpusError(f"There is no {path}; it lists the official texts.") from None
    except (OSError, ValueError) as error:
        raise CorpusError(f"{path} cannot be read ({error}); mend it.") from None
    if not isinstance(entries, list):
        raise CorpusError(f"{path} must list its texts as [[source]] tables; mend it.")
    sources = tuple(_read_entry(entry, number, path) for number, entry in enumerate(entries, 1))
    names = [source.name for source in sources]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise CorpusError(f"{path} has two entries called {twice[0]!r}; rename one.")
    return sources


def _read_entry(entry: Any, number: int, path: Path) -> OfficialText:
    values = entry if isinstance(entry, dict) else {}
    for key in ("name", "title", "url", "format"):
        if not isinstance(values.get(key), str) or not values[key].strip():
            raise CorpusError(f"{path}: entry {number} has no {key}; add it.")
    name, kind = values["name"], values["format"].lower()
    if not name.isascii() or not name.replace("-", "").replace("_", "").isalnum():
        raise CorpusError(f"{path}: the name {name!r} may hold only letters, digits and hyphens.")
    if f".{kind}" not in SUPPORTED_SUFFIXES:
        raise CorpusError(f"{path}: {name} has the format {kind!r}, which is not supported.")
    others = {
        key: str(values[key]) if values.get(key) is not None else None
        for key in ("publisher", "date", "licence")
    }
    return OfficialText(name, values["title"], values["url"], kind, **others)


def choose_sources(
    sources: Sequence[OfficialText], names: Sequence[str]
) -> tuple[OfficialText, ...]:
    """Choose by name; all when no name is given.

    Raises:
        UsageError: A name is unknown.
    """
    known = {source.name: source for source in sources}
    for name in names:
        if name not in known:
            from difflib import get_close_matches

            near = get_close_matches(name, list(known), n=3, cutoff=0.5)
            hint = f"did you mean {' or '.join(near)}?" if near else "see: summitqa sources list"
            raise UsageError(f"There is no official text called {name!r}; {hint}")
    return tuple(known[name] for name in dict.fromkeys(names)) if names else tuple(sources)


def fetch_sources(
    settings: Settings, sources: Sequence[OfficialText], report: ReportSource | None = None
) -> Iterator[Fetched]:
    """Download official texts one after another; a failure does not stop the next.

    Args:
        settings: Where the corpus is, and the limits.
        sources: What to download.
        report: Called with the text, its bytes so far and, where known, in all.

    Raises:
        CorpusError: The folder for the texts cannot be made.
    """
    folder = settings.corpus_dir / OFFICIAL_FOLDER
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CorpusError(
            f"{folder} cannot be made ({error.strerror or error}); allow writing there."
        ) from None
    for source in sources:
        yield _fetch(settings, source, folder, report)


def _fetch(
    settings: Settings, source: OfficialText, folder: Path, report: ReportSource | None
) -> Fetched:
    metadata = {
        key: value
        for key, value in (
            ("title", source.title),
            ("issuer", source.publisher),
            ("date", source.date),
            ("licence", source.licence),
        )
        if value
    }

    def tell(done: int, total: int | None) -> None:
        if report:
            report(source, done, total)

    try:
        done = download(
            source.url,
            folder,
            settings,
            name=source.name,
            suffix=f".{source.format}",
            metadata=metadata,
            report=tell,
        )
    except FetchError as error:
        return Fetched(source, "failed", str(error))
    return Fetched(source, "fetched" if done.changed else "unchanged")
