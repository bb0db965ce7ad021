"""Errors as they leave the machine: one sentence, and no path of the machine."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import Any

from summitqa.errors import IndexStateError, SummitQAError, UsageError
from summitqa.settings import Settings

UNEXPECTED = "Something unexpected went wrong; the server's log says more."
_ABSOLUTE_PATH = re.compile(r"(?<![\w:/.])/(?:[^\s/'\"),;:]+/)+([^\s/'\"),;:]*)")


def hide_paths(message: str, settings: Settings) -> str:
    """Replace the folders of this machine in a message by what they are.

    Any other absolute path keeps only its last part.
    """
    known = [
        (settings.corpus_dir, "the corpus folder"),
        (settings.index_dir, "the index folder"),
        (Path(tempfile.gettempdir()), "the temporary folder"),
        (Path.home(), "the home folder"),
    ]
    spelled = {str(form): words for path, words in known for form in (path, path.resolve())}
    for path, words in sorted(spelled.items(), key=lambda pair: -len(pair[0])):
        if len(path) > 1:
            message = message.replace(path, words)
    return _ABSOLUTE_PATH.sub(lambda found: found.group(1) or "a folder", message)


def status_code(error: SummitQAError) -> int:
    """Choose the HTTP status for an error: 400 for the request, 503 for the index."""
    if isinstance(error, UsageError):
        return 400
    return 503 if isinstance(error, IndexStateError) else 500


def problem_body(path: str, message: str) -> dict[str, Any]:
    """Return the body of an error: ``{"error": sentence}``, or what OpenAI's clients read."""
    if path.startswith("/v1/"):
        return {"error": {"message": message, "type": "invalid_request_error", "code": None}}
    return {"error": message}
