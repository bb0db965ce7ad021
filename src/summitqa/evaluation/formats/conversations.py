"""Conversations with a person's rewrite of each turn.

MTRAG (Katsis et al. 2025, https://arxiv.org/abs/2501.03468): ``NAME_questions.jsonl`` with
whole conversations (``|user|: ...`` lines) and ``NAME_rewrite.jsonl`` with the last turn
rewritten; with ``corpus.jsonl`` and ``qrels/`` beside them retrieval is judged as well.
TREC CAsT topics (Dalton et al. 2020, https://arxiv.org/abs/2003.13624): JSON with ``turn``
lists that hold ``manual_rewritten_utterance``.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from summitqa.errors import SuiteError
from summitqa.evaluation.cases import Case, Gold, Suite
from summitqa.evaluation.formats.beir import find_qrels, json_lines, read_corpus, read_qrels
from summitqa.evaluation.formats.collection import Collection, suite_name

_SPEAKER = re.compile(r"^\|(\w+)\|:[ \t]*", re.MULTILINE)
_ENDING = "_questions.jsonl"


def read_conversations(path: Path) -> Collection:
    """Read MTRAG-style files (one, or every one of a folder) or a CAsT topic file."""
    if path.suffix == ".json":
        cases = _read_cast(path)
        return Collection(_suite(path, cases, has_gold=False))
    files = sorted(path.glob(f"*{_ENDING}")) if path.is_dir() else [path]
    folder = path if path.is_dir() else path.parent
    documents = read_corpus(folder / "corpus.jsonl") if (folder / "corpus.jsonl").is_file() else ()
    judged: dict[str, tuple[Gold, ...]] = {}
    if documents:
        judged, _ = read_qrels(find_qrels(folder), {document.id for document in documents})
    cases = tuple(case for file in files for case in _read_mtrag(file, judged))
    return Collection(_suite(path, cases, has_gold=bool(documents)), documents)


def _suite(path: Path, cases: tuple[Case, ...], has_gold: bool) -> Suite:
    return Suite(
        suite=suite_name(path).removesuffix(_ENDING.removesuffix(".jsonl")),
        description="Conversations with rewrites of the last turn.",
        split="dev",
        judges=("retrieval", "conversation") if has_gold else ("conversation",),
        cases=cases,
    )


def _read_mtrag(path: Path, judged: dict[str, tuple[Gold, ...]]) -> list[Case]:
    name = path.name.removesuffix(_ENDING)
    rewrite_path = path.with_name(f"{name}_rewrite.jsonl")
    if not rewrite_path.is_file():
        raise SuiteError(f"{path.name} has no {rewrite_path.name} beside it.")
    rewrites = {str(row["_id"]): _user_turns(row["text"]) for row in json_lines(rewrite_path)}
    cases = []
    for row in json_lines(path):
        identity = str(row["_id"])
        rewrite = " ".join(rewrites.get(identity, ()))
        gold = judged.get(identity, ())
        cases.append(_case(f"{name}/{identity}", _user_turns(row["text"]), rewrite, gold))
    return cases


def _user_turns(text: str) -> list[str]:
    """Give what the person said; a text without speakers is one turn."""
    parts = _SPEAKER.split(text)
    turns = [
        said for speaker, said in zip(parts[1::2], parts[2::2], strict=True) if speaker == "user"
    ]
    return [flat for turn in (turns or [text]) if (flat := " ".join(turn.split()))]


def _case(name: str, turns: list[str], rewrite: str, gold: tuple[Gold, ...]) -> Case:
    name = re.sub(r"\s+", "-", name)
    if len(turns) == 1:
        return Case(id=name, question=turns[0], gold=gold)
    return Case(
        id=name, turns=tuple(turns), rewrite=rewrite or None, gold=gold, tags=("follow-up",)
    )


def _read_cast(path: Path) -> tuple[Case, ...]:
    from summitqa.evaluation.formats import read_json

    topics: Any = read_json(path)
    return tuple(case for topic in topics for case in _read_topic(topic))


def _read_topic(topic: dict[str, Any]) -> list[Case]:
    """Make a case of each of the person's turns; a tree is followed to its root."""
    cases = []
    seen: dict[str, dict[str, Any]] = {}
    previous: str | None = None
    for turn in topic["turn"]:
        number = str(turn["number"])
        seen[number] = {**turn, "parent": turn.get("parent", previous)}
        previous = number
        if turn.get("participant", "User") != "User":
            continue
        path: list[str] = []
        walk: str | None = number
        while walk is not None:
            each = seen[str(walk)]
            said = each.get("raw_utterance") or each.get("utterance")
            if said and each.get("participant", "User") == "User":
                path.insert(0, " ".join(said.split()))
            walk = each["parent"]
        rewrite = " ".join(turn.get("manual_rewritten_utterance", "").split())
        cases.append(_case(f"{topic['number']}_{number}", path, rewrite, ()))
    return cases
