"""Draft cases from what people said about answers.

A draft is a proposal: a person completes it, and ``summitqa eval --check`` says what is
missing. The format of the feedback file is that of `summitqa.feedback`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from summitqa.errors import SuiteError


def draft_suite(paths: Sequence[Path], name: str = "from-feedback") -> str:
    """Turn feedback into a draft suite.

    A question that was judged several times becomes one case, by its last verdict. Praise
    takes the cited quotes as gold and the short answer as accepted, or, for an abstention,
    the question as unanswerable. A complaint keeps the citations that were not called
    wrong, and says in its note what was answered; its gold is for a person to give.

    Args:
        paths: Feedback files, one JSON object a line.
        name: Name of the suite.

    Returns:
        The suite as YAML.

    Raises:
        SuiteError: A file cannot be read, or a line is not feedback.
    """
    import yaml

    last: dict[str, dict[str, Any]] = {}
    for path in paths:
        for line in _read(path):
            question = " ".join(str(line["rewritten_question"] or line["question"]).split())
            last.pop(question, None)
            last[question] = line
    if not last:
        raise SuiteError("There is no feedback to draft cases from.")
    suite = {
        "suite": name,
        "description": "Drafts from feedback; complete the gold, then run eval --check.",
        "split": "dev",
        "cases": [_draft(question, line) for question, line in last.items()],
    }
    text: str = yaml.safe_dump(suite, allow_unicode=True, sort_keys=False, width=100)
    return text


def _read(path: Path) -> list[dict[str, Any]]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SuiteError(f"The feedback {path} cannot be read ({error}); check the file.") from None
    found = []
    for number, text in enumerate(lines, 1):
        if not text.strip():
            continue
        try:
            line = json.loads(text)
            if not {"verdict", "question", "rewritten_question", "citations"} <= set(line):
                raise ValueError("not an object with verdict, question and citations")
        except (ValueError, TypeError) as error:
            raise SuiteError(f"{path}:{number}: not feedback: {error}.") from None
        found.append(line)
    return found


def _draft(question: str, line: dict[str, Any]) -> dict[str, Any]:
    praised = line["verdict"] == "up"
    wrong = set(line.get("wrong_markers", ()))
    case: dict[str, Any] = {"id": _name(question), "question": question}
    if praised and line["status"] == "abstained":
        return case | {"answerable": False, "tags": ["unanswerable"]}
    kept = [
        {"document": each["document"], "quote": " ".join(each["quote"].split())}
        for each in line["citations"]
        if each["marker"] not in wrong and line["verdict"] != "down"
    ]
    case["gold"] = kept
    if praised and line.get("short_answer"):
        case["answers"] = [line["short_answer"]]
    remarks = [line.get("note", "")]
    if not praised:
        remarks.append(f"Judged {line['verdict']}; answered: {line['text']}")
    note = " ".join(" ".join(each.split()) for each in remarks if each.strip())
    return case | ({"note": note} if note else {})


def _name(question: str) -> str:
    """Name a case after its question, and apart from others like it."""
    words = "-".join(re.findall(r"[a-z0-9]+", question.lower())[:5])
    return f"{words or 'question'}-{sha256(question.encode()).hexdigest()[:6]}"
