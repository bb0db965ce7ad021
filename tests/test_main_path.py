"""From files to the answer's JSON, on the real store, the real model and the real reader."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

BRIEFS = {
    "meetings/lakeside.md": """---
title: The Lakeside Meeting
date: 2031-03-04
issuer: Government of Norland
---

# The Lakeside Meeting

## What happened

The Lakeside Meeting took place in Norland on 4 March 2031. Twelve countries signed the
Lakeside Charter on that day. The scientific report was led by Professor Ada Quill.

## Money

The host promised 40 million crowns for the secretariat of the Lakeside Charter.
""",
    "meetings/hilltop.txt": (
        "The Hilltop Meeting followed in Sudland on 9 June 2032.\n\n"
        "Nine companies attended the Hilltop Meeting. Its chair was Minister Bela Ford.\n"
    ),
    "notes.html": (
        "<html><head><title>Notes on fish</title></head><body><nav>Menu Home About</nav>"
        "<article><h1>Notes on fish</h1><p>Trout in Norland's lakes grow to sixty centimetres "
        "in five years when the water is cold and clean enough for them to thrive.</p>"
        "<p>Pike eat trout, and fishermen along the northern shore complain of this every "
        "spring when the ice breaks.</p></article></body></html>"
    ),
}


def run(*arguments: str, standard_input: str | None = None, **extra: str) -> Any:
    """Run the command line as a person does, in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "summitqa", *arguments],
        input=standard_input,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **extra},
    )


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Path]]:
    """A small corpus and its index."""
    root = tmp_path_factory.mktemp("main-path")
    corpus, index = root / "corpus", root / "index"
    for name, text in BRIEFS.items():
        (corpus / name).parent.mkdir(parents=True, exist_ok=True)
        (corpus / name).write_text(text, encoding="utf-8")
    done = run("index", "--corpus", str(corpus), "--index", str(index))
    assert done.returncode == 0, done.stderr
    yield corpus, index
    shutil.rmtree(root, ignore_errors=True)


def ask(folders: tuple[Path, Path], question: str) -> dict[str, Any]:
    corpus, index = folders
    done = run("ask", question, "--json", "--corpus", str(corpus), "--index", str(index))
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


KEYS: dict[str, type | tuple[type, ...]] = {
    "question": str,
    "rewritten_question": (str, type(None)),
    "status": str,
    "mode": str,
    "text": str,
    "short_answer": (str, type(None)),
    "confidence": float,
    "citations": list,
    "evidence": list,
    "disagreements": list,
    "index_digest": str,
    "timings_ms": dict,
}


@pytest.mark.parametrize(
    ("question", "document", "words"),
    [
        ("Who led the scientific report?", "meetings/lakeside.md", "Ada Quill"),
        ("How many countries signed the Lakeside Charter?", "meetings/lakeside.md", "Twelve"),
        ("When did the Hilltop Meeting take place?", "meetings/hilltop.txt", "9 June 2032"),
        ("Who chaired the Hilltop Meeting?", "meetings/hilltop.txt", "Bela Ford"),
        ("How large do trout grow in Norland?", "notes.html", "sixty centimetres"),
    ],
)
def test_a_question_is_answered_with_its_exact_source(
    folders: tuple[Path, Path], question: str, document: str, words: str
) -> None:
    answer = ask(folders, question)
    for key, kind in KEYS.items():
        assert isinstance(answer[key], kind), key
    assert set(answer["timings_ms"]) == {"retrieve", "read", "total"}
    assert answer["status"] == "answered"
    first = answer["citations"][0]
    assert first["document"] == document
    assert words in " ".join(first["quote"].split())
    assert f"[{first['marker']}]" in answer["text"]
    assert answer["index_digest"]


def test_show_prints_exactly_the_quote_of_every_citation(folders: tuple[Path, Path]) -> None:
    corpus, index = folders
    for citation in ask(folders, "Where did the Lakeside Meeting take place?")["citations"]:
        assert citation["verified"]
        shown = run(
            *("show", citation["document"], "--corpus", str(corpus), "--index", str(index)),
            *("--start", str(citation["start"]), "--end", str(citation["end"])),
        )
        assert shown.stdout == citation["quote"]


def test_what_the_documents_do_not_say_is_an_abstention(folders: tuple[Path, Path]) -> None:
    answer = ask(folders, "What is the melting point of tungsten carbide?")
    assert answer["status"] == "abstained"
    assert answer["citations"] == []
    assert answer["evidence"], "the nearest passages are given"


def test_each_line_of_standard_input_is_a_question_of_its_own(folders: tuple[Path, Path]) -> None:
    corpus, index = folders
    done = run(
        *("ask", "-", "--json", "--corpus", str(corpus), "--index", str(index)),
        standard_input="Who led the scientific report?\n\nWho chaired the Hilltop Meeting?\n",
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["question"] for answer in answers] == [
        "Who led the scientific report?",
        "Who chaired the Hilltop Meeting?",
    ]


def test_a_line_that_is_no_question_does_not_stop_the_others(folders: tuple[Path, Path]) -> None:
    corpus, index = folders
    lines = [b"Who led \xff it?", b"why " * 25_000, b"Who chaired the Hilltop Meeting?"]
    done = subprocess.run(
        [
            *(sys.executable, "-m", "summitqa", "ask", "-", "--json"),
            *("--corpus", str(corpus), "--index", str(index)),
        ],
        input=b"\n".join(lines),
        capture_output=True,
        check=False,
    )
    first, second, third = (json.loads(line) for line in done.stdout.splitlines())
    assert "UTF-8" in first["error"]
    assert "characters" in second["error"]
    assert third["question"] == "Who chaired the Hilltop Meeting?"
    assert done.returncode == 2
    assert done.stderr == b""


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (("--summit", "nowhere-1999"), "No document has the summit nowhere-1999; the index has"),
        (("--document", "lakeside"), "No document is called 'lakeside'; give the id of one, such"),
        (
            ("--document", "meetings/lakeside.md", "--document", "qqqq"),
            "No document is called 'qqqq'; give the id of one, as summitqa status --documents",
        ),
    ],
)
@pytest.mark.parametrize("command", [("ask", "-", "--json"), ("chat", "--json")])
def test_a_scope_that_fits_nothing_is_said_once_for_all_lines(
    folders: tuple[Path, Path], command: tuple[str, ...], flags: tuple[str, ...], words: str
) -> None:
    corpus, index = folders
    done = run(
        *(*command, *flags, "--corpus", str(corpus), "--index", str(index)),
        standard_input="Who led the scientific report?\nWho chaired the Hilltop Meeting?\n",
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert words in done.stderr


@pytest.mark.parametrize(
    "command", [("show", "meetings/lakeside.md"), ("status",), ("ask", "--json", "Who met?")]
)
def test_output_that_cannot_be_written_is_one_sentence(
    folders: tuple[Path, Path], command: tuple[str, ...]
) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no /dev/full")
    corpus, index = folders
    with full.open("wb") as stream:
        done = subprocess.run(
            [
                *(sys.executable, "-m", "summitqa", *command),
                *("--corpus", str(corpus), "--index", str(index)),
            ],
            stdout=stream,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert "No space left" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("ask", "   "), 2, "empty"),
        (("ask", "x" * 100_000), 2, "characters"),
        (("ask", "What?", "--as-of", "2025-02-30"), 2, "date"),
        (("ask", "What?", "--no-such-flag"), 2, "No such option"),
        (("show", "meetings/nowhere.md"), 2, "nowhere"),
        (("show", "meetings/lakeside.md", "--start", "9", "--end", "3"), 2, "start first"),
        (("ask", os.fsdecode(b"Who \xff?")), 2, "UTF-8"),
        (("no-such-command",), 2, "summitqa --help"),
        (("stauts",), 2, "did you mean status"),
        ((), 2, "Commands:"),
        (("sources",), 2, "Commands:"),
    ],
)
def test_bad_input_gets_one_sentence_and_an_exit_code(
    folders: tuple[Path, Path], arguments: tuple[str, ...], code: int, words: str
) -> None:
    corpus, index = folders
    where = {"SUMMITQA_CORPUS_DIR": str(corpus), "SUMMITQA_INDEX_DIR": str(index)}
    done = run(*arguments, **where)
    assert done.returncode == code
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_asking_without_an_index_says_what_to_run(tmp_path: Path) -> None:
    done = run("ask", "What?", "--index", str(tmp_path / "none"))
    assert done.returncode == 1
    assert "summitqa index" in done.stderr


def test_a_folder_that_is_not_ours_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "a.md").write_text("# A\n\nText.\n", encoding="utf-8")
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "letter.txt").write_text("keep me", encoding="utf-8")
    done = run(
        *("index", "--corpus", str(tmp_path / "corpus"), "--index", str(tmp_path / "precious"))
    )
    assert done.returncode != 0
    assert [path.name for path in (tmp_path / "precious").iterdir()] == ["letter.txt"]


def test_an_empty_corpus_is_one_clear_sentence(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    done = run(*("index", "--corpus", str(tmp_path / "corpus"), "--index", str(tmp_path / "index")))
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert str(tmp_path / "corpus") in done.stderr or "corpus" in done.stderr


def test_the_official_pdfs_are_answered_from_with_their_pages(shared: Path, tmp_path: Path) -> None:
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    corpus.mkdir()
    where = ("--corpus", str(corpus), "--index", str(index))
    real = sorted((shared / "real").glob("*.pdf"))
    if not real:
        pytest.skip("the official PDFs are not here")
    added = run("add", *map(str, real), *where)
    assert added.returncode == 0, added.stderr
    answer = ask((corpus, index), "Which risks are the countries especially concerned about?")
    assert answer["status"] == "answered"
    assert any("cybersecurity" in citation["quote"] for citation in answer["citations"])
    assert all(citation["page"] for citation in answer["citations"])
    assert all(citation["verified"] for citation in answer["citations"])
