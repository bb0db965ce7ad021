"""Read a suite from YAML or JSONL; a mistake is reported by file and line."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from summitqa.errors import SuiteError
from summitqa.evaluation.cases import Suite

SUFFIXES = (".yaml", ".yml", ".jsonl")


@dataclass(frozen=True, slots=True)
class SuiteFile:
    """A suite with the place of each case in its file.

    Attributes:
        path: The file.
        suite: What it says.
        lines: For each case, the line it starts on.
    """

    path: Path
    suite: Suite
    lines: tuple[int, ...]

    @property
    def corpus(self) -> Path | None:
        """The folder of the suite's own documents, if it has any."""
        own = self.suite.corpus
        return None if own is None else (self.path.parent / own).resolve()


@dataclass(frozen=True, slots=True)
class _Tree:
    """Plain data, and the line of each of its parts by path (keys and positions)."""

    data: Any
    lines: dict[tuple[str | int, ...], int]

    def line(self, path: Sequence[str | int]) -> int:
        """Give the line of the deepest known part of a path."""
        for length in range(len(path), -1, -1):
            if tuple(path[:length]) in self.lines:
                return self.lines[tuple(path[:length])]
        return 1


def read_suite(path: Path) -> SuiteFile:
    """Read and validate a suite by itself; the corpus is not looked at.

    Raises:
        SuiteError: The file cannot be read or breaks the format; every mistake is on a
            line of its own, as ``file:line: what``.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SuiteError(f"The suite {path} cannot be read ({error}); check the file.") from None
    tree = _read_jsonl(path, text) if path.suffix == ".jsonl" else _read_yaml(path, text)
    try:
        suite = Suite.model_validate(tree.data)
    except ValidationError as error:
        raise SuiteError(_explain(path, tree, error)) from None
    lines = tuple(tree.line(("cases", index)) for index in range(len(suite.cases)))
    file = SuiteFile(path, suite, lines)
    problems = [f"{path}:{line}: {what}" for line, what in _own_problems(path, suite, lines)]
    if file.corpus is not None and not file.corpus.is_dir():
        line = tree.line(("corpus",))
        problems.append(f"{path}:{line}: there is no folder {suite.corpus!r} beside the suite.")
    if problems:
        raise SuiteError("\n".join(problems))
    return file


def _own_problems(path: Path, suite: Suite, lines: tuple[int, ...]) -> list[tuple[int, str]]:
    from summitqa.evaluation.metrics import METRICS

    problems: list[tuple[int, str]] = []
    if suite.suite != path.stem:
        problems.append((1, f"suite is {suite.suite!r} but the file is named {path.name}."))
    problems += [
        (1, f"there is no metric {name!r}; the metrics are {', '.join(METRICS)}.")
        for name in dict.fromkeys((*suite.floors, *suite.gate))
        if name not in METRICS
    ]
    first: dict[str, int] = {}
    for case, line in zip(suite.cases, lines, strict=True):
        if case.id in first:
            problems.append((line, f"the id {case.id!r} is already used on line {first[case.id]}."))
        first.setdefault(case.id, line)
        if case.answerable and not case.gold:
            problems.append((line, f"{case.id} is answerable but has no gold."))
    return problems


def _explain(path: Path, tree: _Tree, error: ValidationError) -> str:
    messages = []
    errors = error.errors()
    if len(errors) > 1:
        # Cases that are wrong are left out of the list, which may then look empty.
        errors = [each for each in errors if each["type"] != "too_short" or len(each["loc"]) > 1]
    for each in errors:
        place = [part for part in each["loc"] if part not in ("str", "tuple[str, ...]")]
        name = ".".join(str(part) for part in place if isinstance(part, str)) or "the case"
        what = each["msg"].removeprefix("Value error, ")
        if each["type"] == "extra_forbidden":
            what, name = f"unknown key {place[-1]!r}", "a key"
        messages.append(f"{path}:{tree.line(place)}: {_who(tree.data, place)}{name}: {what}.")
    return "\n".join(dict.fromkeys(messages))


def _who(data: Any, place: Sequence[str | int]) -> str:
    """Name the case a place belongs to."""
    if len(place) > 1 and place[0] == "cases" and isinstance(place[1], int):
        case = data["cases"][place[1]]
        if isinstance(case, dict) and case.get("id"):
            return f"in {case['id']}, "
    return ""


def _read_yaml(path: Path, text: str) -> _Tree:
    import yaml

    try:
        # Every scalar stays text, so that "no", 010 and 2025-02-14 mean what they look like.
        root = yaml.compose(text, Loader=yaml.BaseLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = mark.line + 1 if mark else 1
        raise SuiteError(
            f"{path}:{line}: not valid YAML: {error.problem}; "
            "a value with special signs, such as ': ', needs quotation marks."
        ) from None
    except yaml.YAMLError as error:
        raise SuiteError(f"{path}:1: not valid YAML: {error}.") from None
    if not isinstance(root, yaml.MappingNode):
        raise SuiteError(f"{path}:1: a suite is a mapping with suite, description and cases.")
    lines: dict[tuple[str | int, ...], int] = {}
    problems: list[str] = []

    def walk(node: yaml.Node, place: tuple[str | int, ...]) -> Any:
        lines.setdefault(place, node.start_mark.line + 1)
        if isinstance(node, yaml.SequenceNode):
            return [walk(child, (*place, index)) for index, child in enumerate(node.value)]
        if not isinstance(node, yaml.MappingNode):
            return node.value
        found: dict[str, Any] = {}
        for key_node, child in node.value:
            key = str(key_node.value)
            line = key_node.start_mark.line + 1
            if key in found:
                problems.append(f"{path}:{line}: the key {key!r} is given twice.")
            lines[(*place, key)] = line
            found[key] = walk(child, (*place, key))
        return found

    data = walk(root, ())
    if problems:
        raise SuiteError("\n".join(problems))
    return _Tree(data, lines)


def _read_jsonl(path: Path, text: str) -> _Tree:
    rows: list[Any] = []
    numbers: list[int] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise SuiteError(f"{path}:{number}: not valid JSON: {error}.") from None
        if not isinstance(row, dict):
            raise SuiteError(f"{path}:{number}: each line is a JSON object.")
        rows.append(row)
        numbers.append(number)
    if not rows or "suite" not in rows[0]:
        raise SuiteError(f"{path}:1: the first line holds suite, description and split.")
    lines: dict[tuple[str | int, ...], int] = {(): numbers[0]}
    lines.update({("cases", index): number for index, number in enumerate(numbers[1:])})
    return _Tree({**rows[0], "cases": rows[1:]}, lines)
