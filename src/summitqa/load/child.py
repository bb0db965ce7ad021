"""The process that reads the risky formats: ``python -m summitqa.load.child``.

It takes one request after another from standard input and answers on standard output, in
JSON: the parent believes nothing of what a hostile file made of this process, so nothing is
unpickled. A request is a line of JSON and then the bytes of the file; an answer is a line
of JSON. Memory and processor time are bounded where the platform has rlimits.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from typing import Any, BinaryIO

from summitqa.errors import DocumentError
from summitqa.load.content import Content, Limits, refuse
from summitqa.load.formats import reader_of


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Say that the process is ready; answer requests until there are no more."""
    answers.write(b"ready\n")
    answers.flush()
    while header := requests.readline():
        request = json.loads(header)
        limits = Limits(**{**request["limits"], "text_columns": tuple(request["columns"])})
        data = requests.read(request["length"])
        _bound_time(limits.max_load_seconds)
        answer = answer_request(request["format"], data, request["document"], limits)
        del data
        answers.write(json.dumps(answer).encode("ascii") + b"\n")
        answers.flush()
        if answer.get("spent"):
            return


def answer_request(name: str, data: bytes, document_id: str, limits: Limits) -> dict[str, Any]:
    """Read one file.

    Returns:
        ``{"content": ...}`` or ``{"error": sentence}``; with ``"spent": True`` when the
        process should be replaced.
    """
    try:
        content = reader_of(name)(data, document_id, limits)
    except DocumentError as error:
        return {"error": str(error)}
    except MemoryError:
        sentence = refuse(
            document_id,
            f"needs more than the {limits.max_load_memory_bytes:,} bytes of memory allowed to "
            "be read; raise max_load_memory_bytes or split it.",
        )
        return {"error": str(sentence), "spent": True}
    except RecursionError:
        return {"error": str(refuse(document_id, "is nested too deeply to be read; simplify it."))}
    except Exception as error:
        # A parser's own bug is the file's failure, not the run's.
        kind = type(error).__name__
        sentence = refuse(
            document_id, f"is damaged: its parser failed ({kind}); repair it or save it anew."
        )
        return {"error": str(sentence), "bug": f"{kind}: {error}"[:500]}
    return {"content": _as_json(content)}


def _as_json(content: Content) -> dict[str, Any]:
    return {
        "text": content.text,
        "media_type": content.media_type,
        "metadata": {str(key): _plain(value) for key, value in content.metadata.items()},
        "page_starts": list(content.page_starts),
    }


def _plain(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    if value is None or isinstance(value, (str, int, float)):
        return value
    return str(value)


def bound_memory(max_bytes: int) -> None:
    """Limit the address space, and allow neither core dumps nor files to be written."""
    try:
        import resource
    except ImportError:
        return
    for kind, limit in (
        (resource.RLIMIT_AS, max_bytes),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
    ):
        with contextlib.suppress(ValueError, OSError):  # macOS refuses some
            _, hard = resource.getrlimit(kind)
            allowed = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
            resource.setrlimit(kind, (allowed, hard))


def _bound_time(seconds: float) -> None:
    """Let the kernel end this process if the parent is gone and cannot."""
    try:
        import resource
    except ImportError:
        return
    spent = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(spent.ru_utime + spent.ru_stime + seconds) + 5
    with contextlib.suppress(ValueError, OSError):
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        allowed = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        resource.setrlimit(resource.RLIMIT_CPU, (allowed, hard))


def main() -> None:
    """Serve the parent; whatever a library prints goes to standard error."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    bound_memory(int(sys.argv[1]))
    serve(sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
