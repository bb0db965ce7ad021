"""Turn front matter, a sidecar, or the text itself into a document's metadata."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any, cast, get_args

from summitqa.load.content import Content, refuse
from summitqa.load.dates import read_date, stated_dates
from summitqa.load.files import read_bytes
from summitqa.settings import Settings
from summitqa.types import Document, Source, Tier

_HEADING = re.compile(r"^#{1,2}[ \t]+(\S[^\n]*)$", re.MULTILINE)
# Controls, and the marks that turn the direction of whatever a title is shown beside.
_INVISIBLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_TITLE_LENGTH = 200
_MAX_SIDECAR_BYTES = 1_000_000
_MAX_SOURCES = 1000


def read_sidecar(path: Path, document_id: str, settings: Settings) -> dict[str, Any]:
    """Read ``<file>.toml`` beside the file, if there is one.

    Raises:
        DocumentError: The sidecar is not valid TOML.
    """
    sidecar = path.with_name(path.name + ".toml")
    name = f"{document_id}.toml"
    try:
        data = read_bytes(sidecar, name, settings, _MAX_SIDECAR_BYTES)
        return tomllib.loads(data.decode("utf-8-sig"))
    except FileNotFoundError:
        return {}
    except (ValueError, RecursionError) as error:  # not TOML, or not UTF-8
        detail = str(error).split("\n", 1)[0][:100]
        raise refuse(
            document_id, f"has a sidecar {path.name}.toml that cannot be read ({detail}); mend it."
        ) from None


def describe(
    content: Content, sidecar: Mapping[str, Any], document_id: str, content_hash: str
) -> Document:
    """Put content and metadata together.

    The sidecar wins over what the file's metadata says; what neither gives is taken from
    the text where it states it, and last from a date that only says when a file was made.
    """
    found = {**content.metadata, **sidecar}
    stated: Mapping[str, str] = {}
    if read_date(found.get("date")) is None:
        stated = stated_dates(content.text)
    sources = _sources(found.get("sources"))
    url = _text(found.get("url") or found.get("source_url"))
    return Document(
        id=document_id,
        title=_title(found.get("title")) or _title_from_text(content.text, document_id),
        text=content.text,
        date=read_date(found.get("date"))
        or stated.get("date")
        or read_date(found.get("weak_date")),
        updated=read_date(found.get("updated")) or stated.get("updated"),
        issuer=_text(found.get("issuer")),
        summit=_text(found.get("summit")),
        kind=_text(found.get("kind")),
        places=_texts(found.get("places")),
        source_url=url or next((source.url for source in sources if source.url), None),
        sources=sources,
        content_hash=content_hash,
        page_starts=content.page_starts,
        media_type=content.media_type,
    )


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, (dict, list)):
        return None
    try:
        written = str(value)
    except ValueError:  # an integer of thousands of digits
        return None
    return " ".join(_INVISIBLE.sub("", sound(written)).split()) or None


def _title(value: Any) -> str | None:
    title = _text(value)
    return title[:_TITLE_LENGTH] if title else None


def _texts(value: Any) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    return tuple(text for text in map(_text, values) if text)


def _sources(value: Any) -> tuple[Source, ...]:
    entries: Sequence[Any] = value[:_MAX_SOURCES] if isinstance(value, list) else []
    return tuple(
        Source(
            title=_text(entry.get("title")) or "Untitled",
            url=_text(entry.get("url")),
            publisher=_text(entry.get("publisher")),
            date=read_date(entry.get("date")),
            tier=cast(Tier, entry["tier"]) if entry.get("tier") in get_args(Tier) else None,
        )
        for entry in entries
        if isinstance(entry, dict)
    )


def _title_from_text(text: str, document_id: str) -> str:
    heading = _HEADING.search(text[:5000])
    stated = _title(heading.group(1).rstrip("# \t")) if heading else None
    return stated or title_from_name(document_id)


def title_from_name(document_id: str) -> str:
    """Make a title of a file's name, for a document that states none."""
    name = PurePosixPath(document_id).stem
    return re.sub(r"[-_]+", " ", name).strip().capitalize() or document_id


def sound(text: str) -> str:
    """Make text that any encoding of Unicode can hold: halves of surrogate pairs go."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text
