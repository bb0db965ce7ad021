"""SummitQA: question answering over policy documents, with exact citations.

By job:

* ask: `open_assistant`, `Assistant`, `answer_to_json`
* index: `update_index`, `load_document`, `split_document`
* settings: `Settings`, `load_settings`
* values: `Answer`, `Citation`, `Document`, `Hit`, `Passage`, `Scope`, `Sentence`, `Turn`
* errors: `SummitQAError` and its kinds in `summitqa.errors`

Names are imported when they are first used, so that ``import summitqa`` costs nothing.
"""

from __future__ import annotations

import importlib
import os
from typing import Any

# The official builds of ONNX Runtime send events to their makers, with an identifier of this
# device, unless this is set before they are first imported; its function to disable them comes
# too late for the first event.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

_PUBLIC = {
    "Answer": "summitqa.types",
    "Assistant": "summitqa.ask",
    "Citation": "summitqa.types",
    "Document": "summitqa.types",
    "Hit": "summitqa.types",
    "Passage": "summitqa.types",
    "Scope": "summitqa.types",
    "Sentence": "summitqa.types",
    "Settings": "summitqa.settings",
    "SummitQAError": "summitqa.errors",
    "Turn": "summitqa.types",
    "answer_to_json": "summitqa.answer_json",
    "load_document": "summitqa.load",
    "load_settings": "summitqa.settings",
    "open_assistant": "summitqa.ask",
    "split_document": "summitqa.split",
    "update_index": "summitqa.index",
}

__all__ = list(_PUBLIC)


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC:
        raise AttributeError(f"module 'summitqa' has no attribute {name!r}")
    return getattr(importlib.import_module(_PUBLIC[name]), name)


def __dir__() -> list[str]:
    return sorted(_PUBLIC)
