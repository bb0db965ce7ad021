"""A stage imports the types, the settings and the errors, never another stage's insides;
third-party packages stay in their rooms; asking and ``--help`` import nothing heavy."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import summitqa

PACKAGE = Path(summitqa.__file__).parent

# The rooms in which a package may be imported, as path prefixes below the package.
ROOMS = {
    "chromadb": ("store/",),
    "sentence_transformers": ("engine.py", "embed.py", "export.py"),
    "transformers": ("engine.py", "embed.py", "export.py"),
    "torch": ("engine.py", "embed.py", "export.py"),
    "onnxruntime": ("engine.py", "embed.py", "read.py"),
    "gradio": ("page/",),
    "pypdfium2": ("load/", "page/", "api/"),
    "trafilatura": ("load/",),
    "langchain": ("langchain.py", "language_model/"),
    "sqlite3": ("store/", "embed.py", "doctor.py", "index.py", "indexing/"),
}

# What a pure stage may import of this package.
PURE_STAGES = {
    "types.py": set[str](),
    "errors.py": set[str](),
    "settings.py": {"errors"},
    "split.py": {"settings", "types", "sentence_ends"},
    "sentence_ends.py": set(),
    "cite.py": {"types"},
    "verify.py": {"types", "errors"},
    "judge.py": {"types"},
    "evidence.py": {"types", "lexical"},
    "answer_json.py": {"types"},
}

HEAVY = ("torch", "transformers", "sentence_transformers", "gradio", "chromadb", "langchain")


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def test_third_party_packages_stay_in_their_rooms() -> None:
    strays = [
        f"{path.relative_to(PACKAGE)} imports {name}"
        for path in PACKAGE.rglob("*.py")
        for name in _imports(path)
        if (rooms := ROOMS.get(name.partition(".")[0]))
        and not str(path.relative_to(PACKAGE)).startswith(rooms)
    ]
    assert strays == []


@pytest.mark.parametrize("module", sorted(PURE_STAGES))
def test_a_stage_imports_no_other_stage(module: str) -> None:
    own = {
        name.removeprefix("summitqa.").partition(".")[0]
        for name in _imports(PACKAGE / module)
        if name.startswith("summitqa.")
    }
    assert own <= PURE_STAGES[module]


def _imported_by(code: str) -> set[str]:
    script = f"import sys\n{code}\nprint(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def test_help_imports_nothing_heavy() -> None:
    code = (
        "from click.testing import CliRunner\n"
        "from summitqa.cli import cli\n"
        "assert CliRunner().invoke(cli, ['--help']).exit_code == 0"
    )
    assert not _imported_by(code) & {*HEAVY, "numpy", "onnxruntime", "pydantic", "fastapi"}


def test_the_public_names_are_pinned() -> None:
    assert sorted(summitqa.__all__) == [
        "Answer",
        "Assistant",
        "Citation",
        "Document",
        "Hit",
        "Passage",
        "Scope",
        "Sentence",
        "Settings",
        "SummitQAError",
        "Turn",
        "answer_to_json",
        "load_document",
        "load_settings",
        "open_assistant",
        "split_document",
        "update_index",
    ]
    for name in summitqa.__all__:
        assert getattr(summitqa, name) is not None
