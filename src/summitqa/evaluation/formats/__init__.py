"""Public formats, so that people bring their own collections.

`recognise` tells a format by looking, `load_collection` reads it into a suite and the
documents it asks about. Nothing is guessed beyond the published layout of each format.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from summitqa.errors import SuiteError, UsageError
from summitqa.evaluation.formats.collection import Collection

FORMATS = ("suite", "beir", "squad", "conversations", "spans")


def recognise(path: Path) -> str:
    """Tell the format of a file or folder.

    Returns:
        One of `FORMATS`.

    Raises:
        SuiteError: It is none of them.
    """
    name = _recognise_folder(path) if path.is_dir() else _recognise_file(path)
    if name is None:
        raise SuiteError(
            f"{path} is in no format that is known: a suite (YAML, or JSONL with a first line "
            "that names the suite), a BEIR folder (corpus.jsonl, queries.jsonl, qrels/), SQuAD "
            "JSON, conversations (NAME_questions.jsonl with NAME_rewrite.jsonl, or CAsT JSON) "
            "or passage spans (CSV with question, references, corpus_id); see --format."
        )
    return name


def _recognise_folder(path: Path) -> str | None:
    if (path / "corpus.jsonl").is_file() and (path / "queries.jsonl").is_file():
        return "beir"
    if any(path.glob("*_questions.jsonl")):
        return "conversations"
    return "spans" if len(list(path.glob("*.csv"))) == 1 else None


def _recognise_file(path: Path) -> str | None:
    if path.suffix in (".yaml", ".yml"):
        return "suite"
    if path.suffix == ".csv":
        return "spans"
    if path.suffix == ".jsonl":
        with path.open(encoding="utf-8") as lines:
            if '"suite"' in lines.readline():
                return "suite"
        return "conversations" if path.name.endswith("_questions.jsonl") else None
    if path.suffix == ".json":
        data = read_json(path)
        if isinstance(data, dict) and isinstance(data.get("data"), list):
            return "squad"
        if isinstance(data, list) and data and isinstance(data[0], dict) and "turn" in data[0]:
            return "conversations"
    return None


def read_json(path: Path) -> object:
    """Read a JSON file.

    Raises:
        SuiteError: It is not JSON.
    """
    try:
        data: object = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SuiteError(f"{path} cannot be read as JSON ({error}); check the file.") from None
    return data


def load_collection(path: Path, name: str) -> Collection:
    """Read a collection in a public format.

    Args:
        path: File or folder.
        name: One of `FORMATS`, but not ``suite``.

    Raises:
        SuiteError: The layout is not what the format says.
    """
    try:
        return _reader(name)(path)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise SuiteError(
            f"{path} is not in the {name} format ({type(error).__name__}: {error}); "
            "check it or choose another --format."
        ) from None
    except OSError as error:
        raise SuiteError(f"{path} cannot be read ({error.strerror or error}).") from None


def _reader(name: str) -> Callable[[Path], Collection]:
    if name == "beir":
        from summitqa.evaluation.formats.beir import read_beir

        return read_beir
    if name == "squad":
        from summitqa.evaluation.formats.squad import read_squad

        return read_squad
    if name == "conversations":
        from summitqa.evaluation.formats.conversations import read_conversations

        return read_conversations
    if name == "spans":
        from summitqa.evaluation.formats.spans import read_spans

        return read_spans
    raise UsageError(f"There is no format {name!r}; use one of {', '.join(FORMATS[1:])}.")
