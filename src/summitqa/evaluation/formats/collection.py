"""A suite in a public format together with the documents it asks about."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from summitqa.evaluation.cases import Suite

# File names may have 255 bytes; longer ids are shortened to their hash.
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class SourceText:
    """A document of a collection.

    Attributes:
        id: Document id in the temporary corpus, a file name.
        title: Title; may be empty.
        text: The canonical text that it will have.
    """

    id: str
    title: str
    text: str

    def as_file(self) -> str:
        """Give the Markdown file that has this canonical text."""
        title = f"title: {json.dumps(self.title, ensure_ascii=False)}\n" if self.title else ""
        return f"---\n{title}---\n{self.text}\n"


@dataclass(frozen=True, slots=True)
class Collection:
    """A suite with its own documents.

    Attributes:
        suite: The suite.
        documents: Its documents, where its format holds them.
        remarks: What a person should know, such as cases that were passed over.
        folder: The folder of its documents, where it names one. With neither, the index at
            hand is asked.
    """

    suite: Suite
    documents: tuple[SourceText, ...] = ()
    remarks: tuple[str, ...] = ()
    folder: Path | None = None

    def digest(self) -> str:
        """Name the documents by their content."""
        total = hashlib.sha256()
        for document in sorted(self.documents, key=lambda each: each.id):
            for part in (document.id, document.as_file()):
                total.update(hashlib.sha256(part.encode("utf-8", "replace")).digest())
        return total.hexdigest()


def make_document(name: str, title: str, text: str) -> SourceText:
    """Make a document whose text will come out of the loader unchanged.

    Args:
        name: Any id.
        title: Title; may be empty.
        text: Text; a title stands in for an empty one.
    """
    return SourceText(file_name(name), " ".join(title.split()), canonical(text) or canonical(title))


def canonical(text: str) -> str:
    """Give text as the loader of Markdown gives it: line ends, NUL and edges."""
    for ending in ("\r\n", "\r"):
        text = text.replace(ending, "\n")
    return text.replace("\0", "\ufffd").strip("\n")


def file_name(name: str) -> str:
    """Turn any id into a file name, one to one."""
    written = quote(name, safe=" -_.,()")
    if len(written) > _LONGEST_NAME or written.startswith((".", " ")):
        written = hashlib.sha256(name.encode()).hexdigest()
    return f"{written}.md"


def suite_name(path: Path) -> str:
    """Name a suite after its file or folder."""
    stem = path.stem if path.is_file() else path.resolve().name
    generic = {"dev", "test", "train", "data", "queries", "questions"}
    if stem in generic:
        stem = f"{path.resolve().parent.name}-{stem}"
    return re.sub(r"\s+", "-", stem)
