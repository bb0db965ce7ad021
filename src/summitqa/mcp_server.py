"""The assistant as an MCP server: ``ask``, ``search`` and ``read_document``.

Start it over standard input and output with ``python -m summitqa.mcp_server``; it needs
the extra ``summitqa[mcp]``.
"""

from __future__ import annotations

import sys
from datetime import date
from typing import TYPE_CHECKING, Any

from summitqa.answer_json import answer_to_json, hit_to_json
from summitqa.errors import ModelError, SummitQAError, UsageError
from summitqa.types import Scope

if TYPE_CHECKING:
    from mcp.server import MCPServer

    from summitqa.api.contracts import AnsweringAssistant

MOST_CHARACTERS = 20_000
INSTRUCTIONS = (
    "Answers questions from the indexed policy documents. Every citation is an exact span: "
    "read_document with its document, start and end gives the quoted words. ask and search "
    "can be held to one summit, such as seoul-2024, and to what was known on a day (as_of, "
    "such as 2024-12-31)."
)


def read_span(
    assistant: AnsweringAssistant, document: str, start: int = 0, end: int | None = None
) -> dict[str, Any]:
    """Return a stretch of a document's canonical text, at most 20,000 characters.

    Raises:
        UsageError: The document is unknown or the span is empty or outside of it.
    """
    found = assistant.snapshot().document(document)
    length = len(found.text)
    last = min(length if end is None else end, start + MOST_CHARACTERS)
    if not 0 <= start < last <= length:
        raise UsageError(f"The span must lie within 0 and {length}, the document's length.")
    return {
        "document": found.id,
        "title": found.title,
        "date": found.date,
        "source_url": found.source_url,
        "start": start,
        "end": last,
        "length": length,
        "text": found.text[start:last],
    }


def _scope(summit: str | None, as_of: date | None) -> Scope:
    return Scope(summits=(summit,) if summit else (), as_of=as_of)


def build_mcp_server(assistant: AnsweringAssistant) -> MCPServer[Any]:
    """Build the MCP server over an assistant.

    Raises:
        ModelError: The package mcp is not installed.
    """
    try:
        from mcp.server import MCPServer
    except ImportError:
        raise ModelError(
            'The MCP server needs the package mcp; run: pip install "summitqa[mcp]".'
        ) from None

    server: MCPServer[Any] = MCPServer("summitqa", instructions=INSTRUCTIONS, log_level="WARNING")

    @server.tool()
    def ask(question: str, summit: str | None = None, as_of: date | None = None) -> dict[str, Any]:
        """Answer a question; the same object as `summitqa ask --json`.

        Args:
            question: The question.
            summit: Use only the documents of this summit, such as seoul-2024.
            as_of: Leave out what became known after this day.
        """
        return answer_to_json(assistant.ask(question, scope=_scope(summit, as_of)))

    @server.tool()
    def search(
        question: str, top_k: int = 8, summit: str | None = None, as_of: date | None = None
    ) -> dict[str, Any]:
        """Return the passages nearest to a question, best first.

        Args:
            question: The question.
            top_k: How many passages, at most 100.
            summit: Use only the documents of this summit, such as seoul-2024.
            as_of: Leave out what became known after this day.
        """
        if not 1 <= top_k <= 100:
            raise UsageError("top_k must be between 1 and 100.")
        hits = assistant.search(question, scope=_scope(summit, as_of), top_k=top_k)
        return {"hits": [hit_to_json(hit) for hit in hits]}

    @server.tool()
    def read_document(document: str, start: int = 0, end: int | None = None) -> dict[str, Any]:
        """Return a stretch of a document's text; offsets count code points."""
        return read_span(assistant, document, start, end)

    return server


def main() -> None:
    """Serve over standard input and output until the client leaves.

    What is wrong is one sentence on standard error, as standard output belongs to the client.
    """
    from summitqa.ask import open_assistant
    from summitqa.settings import load_settings

    try:
        server = build_mcp_server(open_assistant(load_settings()))
    except SummitQAError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(error.exit_code)
    server.run("stdio")


if __name__ == "__main__":
    main()
