"""BEIR folders: ``corpus.jsonl``, ``queries.jsonl`` and ``qrels/*.tsv``.

Thakur et al. 2021, https://arxiv.org/abs/2104.08663. Only retrieval is judged.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from summitqa.errors import SuiteError
from summitqa.evaluation.cases import Case, Gold, Suite
from summitqa.evaluation.formats.collection import (
    Collection,
    SourceText,
    file_name,
    make_document,
    suite_name,
)

_QRELS = ("test.tsv", "dev.tsv")


def read_beir(path: Path) -> Collection:
    """Read a BEIR folder; ``qrels/test.tsv`` decides the queries, or else ``dev.tsv``."""
    documents = read_corpus(path / "corpus.jsonl")
    known = {document.id for document in documents}
    judged, unknown = read_qrels(find_qrels(path), known)
    cases = tuple(
        Case(id=str(row["_id"]), question=row["text"], gold=judged[str(row["_id"])])
        for row in json_lines(path / "queries.jsonl")
        if str(row["_id"]) in judged
    )
    suite = Suite(
        suite=suite_name(path),
        description=f"BEIR collection, {len(documents)} documents.",
        split="dev",
        judges=("retrieval",),
        cases=cases,
    )
    remarks = (f"{unknown} judged documents are not in the corpus.",) if unknown else ()
    return Collection(suite, documents, remarks)


def read_corpus(path: Path) -> tuple[SourceText, ...]:
    """Read documents with ``_id``, ``title`` and ``text``."""
    return tuple(
        make_document(str(row["_id"]), row.get("title") or "", row["text"])
        for row in json_lines(path)
    )


def find_qrels(path: Path) -> Path:
    """Find the judgements of a folder."""
    folder = path / "qrels"
    named = [folder / name for name in _QRELS if (folder / name).is_file()]
    found = named or sorted(folder.glob("*.tsv"))
    if not found:
        raise SuiteError(f"{path} has no qrels/*.tsv; without judgements nothing can be judged.")
    return found[0]


def read_qrels(path: Path, known: set[str]) -> tuple[dict[str, tuple[Gold, ...]], int]:
    """Read judgements: query, document, grade, tab-separated, with a heading.

    Returns:
        The relevant documents of each query, and how many of them are not in ``known``.
    """
    relevant: dict[str, list[Gold]] = {}
    unknown = 0
    with path.open(encoding="utf-8", newline="") as lines:
        rows = csv.reader(lines, delimiter="\t")
        next(rows)
        for query, document, grade, *_ in rows:
            if int(float(grade)) <= 0:
                continue
            if file_name(document) not in known:
                unknown += 1
                continue
            gold = Gold(document=file_name(document), grade=int(float(grade)))
            relevant.setdefault(query, []).append(gold)
    return {query: tuple(gold) for query, gold in relevant.items()}, unknown


def json_lines(path: Path) -> Iterator[dict[str, Any]]:
    """Read a JSON object a line."""
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                try:
                    yield json.loads(line)
                except ValueError as error:
                    raise SuiteError(f"{path}:{number}: not valid JSON: {error}.") from None
