"""Conversations: kept on disk for those who choose it, and exported for everybody.

A conversation is plain JSON: an id, a name, a time, and turns, each with a question and
the answer's object.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from summitqa.errors import CorpusError, UsageError
from summitqa.types import Document, Source

Conversation = dict[str, Any]
MOST_KEPT = 1000
_ID = re.compile(r"[A-Za-z0-9-]{1,64}")


@dataclass(frozen=True, slots=True)
class ConversationStore:
    """The conversations of one owner, each a file of its own.

    Attributes:
        folder: Where all owners' conversations lie.
        owner: Who owns these; nobody else sees them.
    """

    folder: Path
    owner: str

    def list(self, words: str = "") -> list[dict[str, Any]]:
        """List id, name and time of conversations, newest first.

        Args:
            words: Only those whose name, questions or answers hold these words, whatever
                their case.
        """
        found = [
            {"id": one["id"], "name": one["name"], "updated": one["updated"]}
            for one in map(_read, self._own().glob("*.json"))
            if one is not None and words.lower() in _searchable(one)
        ]
        return sorted(found, key=lambda one: str(one["updated"]), reverse=True)

    def read(self, name: str) -> Conversation:
        """Return one conversation.

        Raises:
            UsageError: There is none of that id.
        """
        found = _read(self._path(name))
        if found is None:
            raise UsageError("There is no such conversation; it may have been deleted.")
        return found

    def save(self, conversation: Conversation) -> None:
        """Write a conversation in the place of its older state, whole or not at all.

        Raises:
            UsageError: The id is malformed, or there are too many.
            CorpusError: It cannot be written.
        """
        path = self._path(str(conversation["id"]))
        half = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.exists() and sum(1 for _ in path.parent.glob("*.json")) >= MOST_KEPT:
                raise UsageError(f"There are {MOST_KEPT} conversations already; delete some.")
            half.write_text(json.dumps(conversation, ensure_ascii=False), encoding="utf-8")
            half.replace(path)
        except OSError as error:
            raise CorpusError(
                f"The conversation cannot be kept ({error.strerror or error}); "
                "check conversations_dir."
            ) from None

    def delete(self, name: str) -> None:
        """Delete a conversation; one that is gone already is no error."""
        self._path(name).unlink(missing_ok=True)

    def _own(self) -> Path:
        return self.folder / hashlib.sha256(self.owner.encode()).hexdigest()[:32]

    def _path(self, name: str) -> Path:
        if not _ID.fullmatch(name):
            raise UsageError("A conversation's id has letters, digits and hyphens only.")
        return self._own() / f"{name}.json"


def _read(path: Path) -> Conversation | None:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) and {"id", "name", "updated"} <= set(found) else None


def _searchable(conversation: Conversation) -> str:
    turns = conversation.get("turns", ())
    said = [f"{turn['question']} {turn['answer']['text']}" for turn in turns]
    return " ".join([conversation["name"], *said]).lower()


def to_markdown(conversation: Conversation) -> str:
    """Return the conversation as Markdown, each quote with its document and offsets."""
    lines = [f"# {_plain(conversation['name'])}", ""]
    for turn in conversation["turns"]:
        answer = turn["answer"]
        lines += [f"## {_plain(turn['question'])}", ""]
        if answer.get("rewritten_question"):
            lines += [f"Understood as: {_plain(answer['rewritten_question'])}", ""]
        if answer.get("short_answer"):
            lines += [f"**{_plain(answer['short_answer'])}**", ""]
        lines += [_plain(answer["text"]), ""]
        lines += [_plain(note) for note in answer.get("notes", ())]
        for one in answer["disagreements"]:
            lines += [f"Sources differ: {_plain(one['statement'])}", ""]
        for one in answer["citations"]:
            place = [one["date"], f"page {one['page']}" if one["page"] else None]
            place += [f"{one['document']}, characters {one['start']} to {one['end']}"]
            checked = "verified" if one["verified"] else "NOT VERIFIED"
            where = "; ".join(_plain(part) for part in place if part)
            lines += [
                f"{one['marker']}. > {_plain(one['quote'])}",
                f"   {_plain(one['title'])} ({where}; {checked})",
                "",
            ]
    return "\n".join(lines).rstrip() + "\n"


def to_json(conversation: Conversation) -> str:
    """Return the conversation as JSON, with everything in it."""
    return json.dumps(conversation, ensure_ascii=False, indent=2) + "\n"


def to_bibtex(
    conversation: Conversation, find: Callable[[str], Document | None] = lambda _: None
) -> str:
    """Return the cited documents as BibTeX, each with its quotes and their offsets.

    Args:
        conversation: The conversation.
        find: Gives a document by its id, for its issuer, its address and what it rests on;
            None where it is not known any more.
    """
    by_document: dict[str, list[dict[str, Any]]] = {}
    for turn in conversation["turns"]:
        for one in turn["answer"]["citations"]:
            quotes = by_document.setdefault(one["document"], [])
            if all((one["start"], one["end"]) != (each["start"], each["end"]) for each in quotes):
                quotes.append(one)
    entries = [
        _entry(key, quotes, find(quotes[0]["document"])) for key, quotes in _keyed(by_document)
    ]
    return "\n".join(entries)


def _keyed(
    by_document: dict[str, list[dict[str, Any]]],
) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    taken: set[str] = set()
    for document, quotes in by_document.items():
        stem = re.sub(r"\.\w{1,5}$", "", document.rsplit("/", 1)[-1]) or document
        key = wanted = re.sub(r"[^A-Za-z0-9]+", "-", stem).strip("-").lower() or "source"
        number = 2
        while key in taken:
            key, number = f"{wanted}-{number}", number + 1
        taken.add(key)
        yield key, quotes


def _entry(key: str, quotes: list[dict[str, Any]], document: Document | None) -> str:
    first = quotes[0]
    fields = {"title": first["title"]}
    if document is not None and document.issuer:
        fields["author"] = document.issuer
    if first["date"]:
        fields["year"] = first["date"][:4]
        fields["date"] = first["date"]
    fields["howpublished"] = first["document"]
    if pages := sorted({one["page"] for one in quotes if one["page"]}):
        fields["pages"] = ", ".join(map(str, pages))
    note = [f"Characters {one['start']} to {one['end']}: “{one['quote']}”" for one in quotes]
    sources = document.sources if document is not None else ()
    if sources:
        note.append("Rests on: " + "; ".join(_named(source) for source in sources) + ".")
    fields["note"] = " ".join(note)
    written = {name: _bibtex(value) for name, value in fields.items()}
    if "author" in written:
        # In braces of its own an organisation is not taken apart into first and last names.
        written["author"] = f"{{{written['author']}}}"
    if address := _address(first["document"], document):
        written["url"] = address
    body = "".join(f"  {name} = {{{value}}},\n" for name, value in written.items())
    return f"@misc{{{key},\n{body}}}\n"


def _named(source: Source) -> str:
    about = ", ".join(filter(None, (source.publisher, source.date, source.url)))
    return f"{source.title} ({about})" if about else source.title


def _address(name: str, document: Document | None) -> str | None:
    """Give the document's own address, else that of the best source it rests on."""
    candidates = [name]
    if document is not None:
        ordered = sorted(document.sources, key=lambda one: _TIERS.get(one.tier or "", len(_TIERS)))
        candidates += [document.source_url or "", *(one.url or "" for one in ordered)]
    found = next((one for one in candidates if one.startswith(("https://", "http://"))), None)
    # An address is kept as it is, but for what would end the field.
    return found and "".join(_IN_ADDRESS.get(letter, letter) for letter in found)


_TIERS = {"official": 0, "press": 1, "secondary": 2}
_IN_ADDRESS = {"\\": "%5C", "{": "%7B", "}": "%7D", " ": "%20", "\n": ""}


_BIBTEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    **{letter: f"\\{letter}" for letter in "&%$#_"},
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}


def _bibtex(value: str) -> str:
    return "".join(_BIBTEX.get(letter, letter) for letter in " ".join(value.split()))


def _plain(text: str) -> str:
    """Escape what Markdown would read as markup, so that quoted words stay words."""
    return re.sub(r"([\\`*_{}\[\]<>#|!])", r"\\\1", " ".join(text.split()))
