"""The assistant as an MCP server: ``ask``, ``search`` and ``read_document``.

Start it over standard input and output with ``python -m summitqa.mcp_server``; it needs
the extra ``summitqa[mcp]``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from summitqa.answer_json import answer_to_json, hit_to_json
from summitqa.errors import ModelError, UsageError

if TYPE_CHECKING:
    from mcp.server import MCPServer

    from summitqa.api.contracts import AnsweringAssistant

MOST_CHARACTERS = 20_000
INSTRUCTIONS = (
    "Answers questions from the indexed policy documents. Every citation is an exact span: "
    "read_document with its document, start and end gives the quoted words."
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
    def ask(question: str) -> dict[str, Any]:
        """Answer a question; the same object as `summitqa ask --json`."""
        return answer_to_json(assistant.ask(question))

    @server.tool()
    def search(question: str, top_k: int = 8) -> dict[str, Any]:
        """Return the passages nearest to a question, best first."""
        if not 1 <= top_k <= 100:
            raise UsageError("top_k must be between 1 and 100.")
        return {"hits": [hit_to_json(hit) for hit in assistant.search(question, top_k=top_k)]}

    @server.tool()
    def read_document(document: str, start: int = 0, end: int | None = None) -> dict[str, Any]:
        """Return a stretch of a document's text; offsets count code points."""
        return read_span(assistant, document, start, end)

    return server


def main() -> None:
    """Serve over standard input and output until the client leaves."""
    from summitqa.ask import open_assistant
    from summitqa.settings import load_settings

    build_mcp_server(open_assistant(load_settings())).run("stdio")


if __name__ == "__main__":
    main()
