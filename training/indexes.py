"""The indexes to fit on: of articles in SQuAD's layout, and those that the dev suites ask."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from summitqa.ask import Assistant, open_assistant
from summitqa.embed import load_embedder
from summitqa.evaluation.cases import Suite
from summitqa.evaluation.corpora import prepare_collection
from summitqa.evaluation.job import load_target
from summitqa.index import update_index
from summitqa.settings import Settings, load_settings
from training.data import is_kept_out
from training.written import as_articles, read_all_written

TOGETHER = 16
"""Written documents that are indexed together."""


def read_articles(path: Path) -> list[dict[str, Any]]:
    """The articles of a file in SQuAD's JSON layout."""
    articles: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["data"]
    return articles


def index_articles(articles: Sequence[dict[str, Any]], folder: Path) -> Settings:
    """Index articles, one document each.

    Args:
        articles: In SQuAD's layout.
        folder: Where documents and index go.

    Returns:
        Settings that name the index.
    """
    corpus = folder / "corpus"
    corpus.mkdir()
    for number, article in enumerate(articles):
        title = article["title"].replace("_", " ")
        body = "\n\n".join(paragraph["context"] for paragraph in article["paragraphs"])
        name = "".join(letter if letter.isalnum() else "-" for letter in title)
        (corpus / f"{name[:80]}-{number}.md").write_text(f"# {title}\n\n{body}\n", encoding="utf-8")
    settings = load_settings(corpus_dir=corpus, index_dir=folder / "index")
    update_index(settings, lambda: load_embedder(settings))
    return settings


def held_out_collections() -> list[list[dict[str, Any]]]:
    """The written documents that the reader did not learn from, in collections of the usual size.

    All in one index, most of their questions have no right passage among those that are read:
    they name their meeting or body as one does who speaks of a single collection.
    """
    questions = [each for each in read_all_written() if is_kept_out(each) and not each.disputed]
    articles = as_articles(questions)
    return [articles[place : place + TOGETHER] for place in range(0, len(articles), TOGETHER)]


def open_suite(path: Path) -> tuple[Suite, Assistant]:
    """Read a dev suite, and open the index that it asks: its own, or the shipped corpus's.

    Raises:
        ValueError: It is a test suite.
    """
    collection = load_target(path, "suite")
    if collection.suite.split != "dev":
        raise ValueError(f"{path} is a test suite; nothing is fitted on those.")
    settings = load_settings()
    if collection.folder is not None:
        settings = prepare_collection(collection, settings)
    return collection.suite, open_assistant(settings)
