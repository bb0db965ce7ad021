"""Feedback on answers: one JSON object a line, from which evaluation cases can be made."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from summitqa.errors import CorpusError

Verdict = Literal["up", "down", "wrong-citation"]
FEEDBACK_FILE = "feedback.jsonl"
_writing = threading.Lock()


def store_feedback(
    folder: Path,
    verdict: Verdict,
    answer: dict[str, Any],
    note: str = "",
    markers: tuple[int, ...] = (),
) -> dict[str, Any]:
    """Append one line to the feedback file and return its object.

    Args:
        folder: Where the feedback lies; made if missing.
        verdict: What the person says of the answer.
        answer: The answer's JSON, as ``ask --json`` prints it.
        note: What the person wrote.
        markers: The citations that are wrong.

    Raises:
        CorpusError: The file cannot be written.
    """
    line = {
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "verdict": verdict,
        "note": note,
        "question": answer["question"],
        "rewritten_question": answer.get("rewritten_question"),
        "status": answer["status"],
        "text": answer["text"],
        "short_answer": answer.get("short_answer"),
        "citations": answer["citations"],
        "wrong_markers": list(markers),
        "index_digest": answer["index_digest"],
    }
    encoded = json.dumps(line, ensure_ascii=False)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _writing, (folder / FEEDBACK_FILE).open("a", encoding="utf-8") as file:
            file.write(encoded + "\n")
    except OSError as error:
        raise CorpusError(
            f"The feedback cannot be stored ({error.strerror or error}); check feedback_dir."
        ) from None
    return line
