"""Existing clients talk to the doors: the openai package and a real MCP client."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from summitqa.answer_json import answer_to_json
from summitqa.api.service import Service

QUESTION = "Which country was the first country to sign the declaration?"


def test_the_openai_package_asks_and_streams(
    serve: Callable[..., AbstractContextManager[str]],
    make_service: Callable[..., Service],
    assistant: Any,
) -> None:
    openai = pytest.importorskip("openai", reason="the package openai is not installed")
    with (
        serve(make_service()) as address,
        openai.OpenAI(base_url=f"{address}/v1", api_key="none") as client,
    ):
        assert [model.id for model in client.models.list()] == ["summitqa"]
        messages = [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "How many pages has the final report?"},
            {"role": "assistant", "content": "131 pages. [1]"},
            {"role": "user", "content": [{"type": "text", "text": QUESTION}]},
        ]
        done = client.chat.completions.create(model="summitqa", messages=messages)
        text = done.choices[0].message.content
        assert "Kenya was the first country to sign the declaration" in text
        assert "harbour/declaration.md, characters" in text
        assert done.summitqa["citations"][0]["verified"] is True
        assert [turn.answer for turn in assistant.histories[-1]] == ["131 pages. [1]"]
        pieces = client.chat.completions.create(model="summitqa", messages=messages, stream=True)
        streamed = "".join(piece.choices[0].delta.content or "" for piece in pieces)
        assert streamed == text
        with pytest.raises(openai.BadRequestError, match="no message of the user"):
            client.chat.completions.create(
                model="summitqa", messages=[{"role": "system", "content": "x"}]
            )


def content_of(result: Any) -> Any:
    """Read the JSON that a tool gave."""
    return json.loads(next(part.text for part in result.content if part.type == "text"))


def test_an_mcp_client_asks_searches_and_reads_the_cited_words(assistant: Any) -> None:
    pytest.importorskip("mcp", reason="the package mcp is not installed")
    from mcp.client.client import Client

    from summitqa.mcp_server import build_mcp_server

    async def talk() -> None:
        async with Client(build_mcp_server(assistant)) as client:
            listed = await client.list_tools()
            assert {tool.name for tool in listed.tools} == {"ask", "search", "read_document"}
            asked = await client.call_tool("ask", {"question": QUESTION})
            answer = content_of(asked)
            expected = answer_to_json(assistant.ask(QUESTION))
            assert answer["citations"] == expected["citations"]
            citation = answer["citations"][0]
            where = {key: citation[key] for key in ("document", "start", "end")}
            read = await client.call_tool("read_document", where)
            assert content_of(read)["text"] == citation["quote"]
            found = await client.call_tool("search", {"question": QUESTION, "top_k": 1})
            assert len(content_of(found)["hits"]) == 1
            later = {"question": QUESTION, "summit": "lighthouse-2024"}
            answer = content_of(await client.call_tool("ask", later))
            assert {one["document"] for one in answer["evidence"]} == {"report.md"}
            earlier = {"question": "How many signatories did the panel count?"}
            answer = content_of(await client.call_tool("ask", {**earlier, "as_of": "2024-01-01"}))
            assert {one["document"] for one in answer["evidence"]} == {"harbour/declaration.md"}
            found = await client.call_tool("search", {**earlier, "as_of": "2024-01-01"})
            documents = {hit["document"] for hit in content_of(found)["hits"]}
            assert documents == {"harbour/declaration.md"}
            wrong = await client.call_tool("ask", {**earlier, "as_of": "soon"})
            assert wrong.is_error
            wrong = await client.call_tool("read_document", {"document": "nothing.md"})
            assert wrong.is_error

    asyncio.run(talk())


@pytest.mark.slow
def test_an_mcp_client_starts_the_server_and_asks_it(folder: Path, tmp_path: Path) -> None:
    pytest.importorskip("mcp", reason="the package mcp is not installed")
    from mcp.client.client import Client
    from mcp.client.stdio import StdioServerParameters

    folders = {"SUMMITQA_CORPUS_DIR": str(folder), "SUMMITQA_INDEX_DIR": str(tmp_path / "index")}
    environment = {**os.environ, **folders, "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "summitqa.mcp_server"]

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            arguments,
            check=False,
            env=environment,
            capture_output=True,
            text=True,
            cwd=tmp_path,
            timeout=300,
        )

    without = run(*command)
    assert without.returncode == 1
    assert without.stdout == ""
    assert "summitqa index" in without.stderr
    assert "Traceback" not in without.stderr
    assert run(sys.executable, "-m", "summitqa", "index").returncode == 0

    async def talk() -> dict[str, Any]:
        parameters = StdioServerParameters(
            command=command[0], args=command[1:], env=environment, cwd=tmp_path
        )
        async with Client(parameters) as client:
            asked = await client.call_tool(
                "ask", {"question": "Who led the lighthouse panel?", "as_of": "2024-12-31"}
            )
            texts = [part.text for part in asked.content if part.type == "text"]
            found: dict[str, Any] = json.loads(texts[0])
            return found

    answer = asyncio.run(talk())
    assert "Ada Marlow" in answer["text"]
    assert all(one["verified"] for one in answer["citations"])
