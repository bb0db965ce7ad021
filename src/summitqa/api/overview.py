"""What the first look of the page shows: the corpus at a glance, the mode, the examples."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from summitqa.settings import Settings
from summitqa.types import DocumentSummary

EXAMPLES_FILE = "examples.toml"
EXAMPLES_SHOWN = 6


def describe_mode(settings: Settings) -> dict[str, Any]:
    """Say what writes the answers and whether anything leaves this machine."""
    if settings.llm is None:
        return {
            "name": "extractive",
            "label": "Extractive",
            "detail": "nothing leaves this machine",
            "local": True,
        }
    host = urlsplit(settings.llm_base_url or "").hostname
    local = host in {"127.0.0.1", "localhost", "::1"} or (
        host is None and settings.llm.startswith("ollama:")
    )
    where = "on this machine" if local else f"at {host}" if host else "at its provider"
    return {
        "name": "language-model",
        "label": settings.llm.split(":", 1)[-1],
        "detail": f"runs {where}",
        "local": local,
    }


def example_questions(
    settings: Settings, summaries: Mapping[str, DocumentSummary]
) -> tuple[str, ...]:
    """Return the questions offered to a newcomer.

    They are the ``questions`` of ``examples.toml`` in the corpus folder; without that file
    they ask what the first documents say.
    """
    try:
        listed = tomllib.loads((settings.corpus_dir / EXAMPLES_FILE).read_text("utf-8"))
        questions = tuple(str(question) for question in listed.get("questions", ()))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        questions = ()
    if not questions:
        questions = tuple(f"What does “{one.title}” say?" for one in summaries.values())
    return questions[:EXAMPLES_SHOWN]


def count_values(values: Iterable[str | None]) -> list[dict[str, Any]]:
    """Count the values that are given, for the filters, in alphabetical order."""
    counted = Counter(value for value in values if value)
    return [{"name": name, "documents": counted[name]} for name in sorted(counted)]


def describe_corpus(summaries: Mapping[str, DocumentSummary]) -> dict[str, Any]:
    """Say how many documents there are, of what dates, summits, kinds and issuers."""
    dates = sorted(one.date for one in summaries.values() if one.date)
    return {
        "documents": len(summaries),
        "first_date": dates[0] if dates else None,
        "last_date": dates[-1] if dates else None,
        "summits": count_values(one.summit for one in summaries.values()),
        "kinds": count_values(one.kind for one in summaries.values()),
    }
