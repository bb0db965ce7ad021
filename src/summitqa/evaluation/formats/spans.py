"""Passage spans: a CSV of questions with exact references into text files beside it.

The layout of Smith and Troynikov 2024, "Evaluating chunking strategies for retrieval":
columns ``question``, ``references`` (JSON list of ``content``, ``start_index``,
``end_index``) and ``corpus_id`` (the file ``corpus_id.md`` or ``.txt``).
"""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

from summitqa.errors import SuiteError
from summitqa.evaluation.cases import Case, Gold, Suite
from summitqa.evaluation.formats.collection import (
    Collection,
    SourceText,
    make_document,
    suite_name,
)
from summitqa.evaluation.place import find_quote


def read_spans(path: Path) -> Collection:
    """Read a CSV, or a folder with one; every reference of a question is needed."""
    table = path if path.is_file() else next(iter(sorted(path.glob("*.csv"))))
    csv.field_size_limit(sys.maxsize)
    documents: dict[str, SourceText] = {}
    cases = []
    with table.open(encoding="utf-8", newline="") as lines:
        for number, row in enumerate(csv.DictReader(lines), 1):
            corpus = row["corpus_id"]
            if corpus not in documents:
                documents[corpus] = _read_document(table.parent, corpus)
            gold = tuple(
                _gold(documents[corpus], reference["content"], int(reference["start_index"]))
                for reference in json.loads(row["references"])
            )
            name = f"{corpus}-{number}".replace(" ", "-")
            cases.append(Case(id=name, question=row["question"], gold=gold))
    suite = Suite(
        suite=suite_name(path),
        description=f"Passage spans in {len(documents)} documents.",
        split="dev",
        judges=("retrieval", "evidence", "citation"),
        cases=tuple(cases),
    )
    return Collection(suite, tuple(documents.values()))


def _read_document(folder: Path, name: str) -> SourceText:
    for suffix in (".md", ".txt"):
        path = folder / f"{name}{suffix}"
        if path.is_file():
            return make_document(name, "", path.read_text(encoding="utf-8"))
    raise SuiteError(f"{folder} has no {name}.md or {name}.txt, which its questions refer to.")


def _gold(document: SourceText, content: str, start: int) -> Gold:
    """Give the occurrence nearest to where the reference says it is."""
    found = find_quote(document.text, content)
    nearest = min((span[0] for span in found), key=lambda each: abs(each - start), default=None)
    return Gold(document=document.id, quote=content, start=nearest)
