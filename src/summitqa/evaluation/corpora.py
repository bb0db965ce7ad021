"""Temporary corpora and indexes for collections that bring their own documents.

They lie in the user's cache folder under a name made from their content, so that the
second run of a collection indexes nothing; the ordinary index code brings them up to date.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from summitqa.errors import CorpusError
from summitqa.evaluation.formats.collection import Collection
from summitqa.settings import Settings


def write_corpus(collection: Collection, folder: Path) -> Path:
    """Write a collection's documents, once.

    Args:
        collection: The collection.
        folder: Where temporary corpora lie.

    Returns:
        The folder of this collection; its documents are in ``corpus``.

    Raises:
        CorpusError: The folder cannot be written.
    """
    home = folder / f"{collection.suite.suite}-{collection.digest()[:16]}"
    corpus = home / "corpus"
    if corpus.is_dir():
        return home
    part = home / f"corpus.{os.getpid()}.part"
    try:
        part.mkdir(parents=True)
        for document in collection.documents:
            (part / document.id).write_text(document.as_file(), encoding="utf-8", newline="\n")
        try:
            part.rename(corpus)
        except OSError:
            # Another process was quicker; what it wrote has the same content.
            shutil.rmtree(part)
            if not corpus.is_dir():
                raise
    except OSError as error:
        raise CorpusError(
            f"The temporary corpus {home} cannot be written ({error.strerror or error}); "
            "make room, or set SUMMITQA_CACHE_DIR to another folder."
        ) from None
    return home


def prepare_collection(
    collection: Collection, settings: Settings, report: Callable[[Any], None] | None = None
) -> Settings:
    """Give settings whose corpus and index are those of a collection, indexed.

    Args:
        collection: The collection, with documents.
        settings: The settings at hand.
        report: Called with the progress of indexing.

    Raises:
        SummitQAError: It cannot be written or indexed.
    """
    from summitqa.embed import load_embedder
    from summitqa.index import update_index

    kept = settings.cache_dir / "evaluation"
    if collection.folder is not None:
        # Its files may change, so it is named by where it lies; indexing sees what changed.
        corpus = collection.folder
        where = hashlib.sha256(str(corpus).encode("utf-8", "replace")).hexdigest()[:16]
        home = kept / f"{collection.suite.suite}-{where}"
    else:
        home = write_corpus(collection, kept)
        corpus = home / "corpus"
    own = settings.model_copy(update={"corpus_dir": corpus, "index_dir": home / "index"})
    update_index(own, lambda: load_embedder(own), report)
    return own
