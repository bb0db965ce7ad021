"""Filters in words: a document that a question names, and filters that fit nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import fields

from summitqa.errors import UsageError
from summitqa.types import DocumentSummary, Scope

_ATTRIBUTED = re.compile(
    r"\b(?:according to|as (?:stated|said|described|defined|recorded) in|in the (?:text|words) of"
    r"|by the (?:text|words) of)\s+(?P<name>.+?)(?=[,?;:]|$)"
    r"|\b(?:what|how|where|which \w+|when|does|do|did)\b.{0,60}?\b(?:do|does|did)?\s*"
    r"(?P<subject>the\s.+?)\s+(?:say|says|state|states|mention|mentions|define|defines|call for"
    r"|calls for|describe|describes|set out|sets out|recommend|recommends|speak of|speaks of)\b"
    r"|^(?:in|under|from) (?P<opening>the\s[^,?]+),",
    re.IGNORECASE,
)
_CORE_END = re.compile(r"\s*[:(,–—]|\s+-\s+")
_INNER = re.compile(r"\s+(?:of|on|for|at|to|toward|towards|from|in|by)\s+", re.IGNORECASE)


def find_named_documents(
    question: str, summaries: Mapping[str, DocumentSummary]
) -> tuple[str, ...]:
    """Find the document that a question wants its answer from.

    "According to the Chair's Summary, ..." and "What does the report say about ...?" name
    a source; "Who signed the declaration?" only names a subject.

    Returns:
        Ids of the documents named; empty when none is, or when the name fits several.
    """
    match = _ATTRIBUTED.search(question)
    if match is None:
        return ()
    named = _words(match["name"] or match["subject"] or match["opening"])
    scored = [(fit, name) for name, each in summaries.items() if (fit := _fit(named, each)) > 0]
    if not scored:
        return ()
    best = max(fit for fit, _ in scored)
    found = tuple(name for fit, name in scored if fit == best)
    return found if len(found) == 1 else ()


def _words(text: str) -> list[str]:
    words = re.findall(r"[\w'’-]+", text.lower().replace("’", "'"))
    return [word for word in words if word not in {"the", "a", "an"}]


def _fit(named: list[str], summary: DocumentSummary) -> int:
    """Count the words of a title that the words name, in their order; 0 for no fit."""
    core = _words(_CORE_END.split(summary.title.removeprefix("The "))[0])
    shorter = _words(_INNER.split(_CORE_END.split(summary.title)[0])[0])
    for words in (core, shorter):
        if len(words) >= 2 and _contains(named, words):
            return len(words) + 1
    # "the Seoul statement": a place and a kind that belong to one document.
    kind = (summary.kind or "").lower()
    if kind and kind in named and kind in core:
        places = [_words(place) for place in summary.places]
        if any(place and _contains(named, place) for place in places):
            return 1
    return 0


def _contains(words: list[str], part: list[str]) -> bool:
    return any(words[at : at + len(part)] == part for at in range(len(words) - len(part) + 1))


def check_scope(
    scope: Scope,
    summaries: Mapping[str, DocumentSummary],
    select: Callable[[Scope], object],
) -> None:
    """Refuse filters that no document fits.

    Args:
        scope: The filters.
        summaries: Metadata of the documents, by id.
        select: Gives the documents a scope allows; empty when there is none.

    Raises:
        UsageError: A value is unknown, or the filters contradict each other.
    """
    names = [each.name for each in fields(Scope) if each.name != "as_of"]
    given = [name for name in names if getattr(scope, name)]
    if not given or not summaries:
        return
    alone = {name: Scope(**{name: getattr(scope, name)}) for name in given}
    for name, single in alone.items():
        if not select(single):
            values = ", ".join(map(str, getattr(scope, name)))
            known = _known(name, summaries)
            if name == "documents":
                raise UsageError(f"No document is called {values}; {known}")
            raise UsageError(f"No document has the {_singular(name)} {values}; {known}")
    together = Scope(**{name: getattr(scope, name) for name in given})
    if len(given) > 1 and not select(together):
        parts = " and ".join(
            f"the {_singular(name)} {', '.join(map(str, getattr(scope, name)))}" for name in given
        )
        raise UsageError(f"No document has both {parts}; leave one of these filters out.")


def _singular(name: str) -> str:
    return name.removesuffix("s")


def _known(name: str, summaries: Mapping[str, DocumentSummary]) -> str:
    values: set[str] = set()
    for summary in summaries.values():
        if name == "places":
            values.update(summary.places)
        elif name == "years":
            values.add((summary.date or "")[:4])
        elif name == "documents":
            values.add(summary.id)
        else:
            values.add(str(getattr(summary, _singular(name)) or ""))
    listed = sorted(values - {""})
    shown = ", ".join(listed[:8]) + (", ..." if len(listed) > 8 else "")
    return f"the index has {shown}." if listed else "the index has none."
