"""Name what a state depends on besides the documents, so that a change re-does only its part."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from summitqa.load import LOADER_VERSION
from summitqa.settings import Settings
from summitqa.types import Document, Passage

_PROBE = "The 28 countries' déclaration was agreed on 1 November 2023; signatories' names vary."


def loading_fingerprint() -> str:
    """Name what decides a document's text: another value means every file is read again."""
    return f"load-{LOADER_VERSION}"


def failure_fingerprint(settings: Settings) -> str:
    """Name what decides whether a file can be read: a failure is final until this changes."""
    limits = (
        settings.max_file_bytes,
        settings.max_pages,
        settings.max_load_seconds,
        settings.max_load_memory_bytes,
        settings.max_text_characters,
        settings.max_unpacked_bytes,
    )
    return f"{loading_fingerprint()}-{'-'.join(map(str, limits))}"


def embedding_setting(settings: Settings) -> str:
    """Name the embedding model without loading it.

    Equal names mean that nothing suggests another model; where the names differ the model
    is loaded and its own fingerprint decides.
    """
    from summitqa.embed import ENGINE_VERSION

    folder = Path(settings.embedding_model)
    files = sorted(folder.rglob("*")) if folder.is_dir() else []
    looks = [(str(file), file.stat().st_size, file.stat().st_mtime_ns) for file in files]
    stamp = hashlib.sha256(repr(looks).encode()).hexdigest()[:12] if looks else ""
    return f"{settings.embedding_model}-{ENGINE_VERSION}{stamp and '-' + stamp}"


def structure_fingerprint(settings: Settings) -> str:
    """Name what decides passages, sentences, terms and embedded texts.

    The two functions without a version of their own are named by what they make of a
    probe, so that a change in them is noticed.
    """
    from summitqa.lexical import analyse
    from summitqa.split import splitting_fingerprint

    passage = Passage("probe.md", 0, len(_PROBE), _PROBE, ("Déclarations", "Who signed"))
    document = Document("probe.md", "A declaration's title", _PROBE)
    probes = json.dumps([list(analyse(_PROBE)), embedding_text(document, passage)])
    return f"{splitting_fingerprint(settings)}-{hashlib.sha256(probes.encode()).hexdigest()[:12]}"


def embedding_text(document: Document, passage: Passage) -> str:
    """Give the text that is embedded for a passage.

    A title that was only made from the file's name is left out, so that a renamed file
    and a second copy of a text need no embedding of their own.
    """
    from summitqa.embed import passage_embedding_text
    from summitqa.load.metadata import title_from_name

    title = "" if document.title == title_from_name(document.id) else document.title
    return passage_embedding_text(title, passage)
