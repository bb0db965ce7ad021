"""Inputs for fuzzing the loaders: sound files of each format, mutated, and format-shaped noise."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from hypothesis import strategies as st
from tests.data.build import (
    draw_lines,
    make_docx,
    make_epub,
    make_pdf,
    make_pptx,
    make_zip,
    word_paragraph,
    word_table,
)

FILES = Path(__file__).resolve().parents[1] / "data" / "files"


def seeds() -> dict[str, list[bytes]]:
    """Give sound files by suffix."""
    found: dict[str, list[bytes]] = {
        ".pdf": [
            make_pdf([draw_lines(["The charter was signed.", "It has two pages."])] * 2),
            make_pdf([draw_lines(["One page."])], information={"Title": "T"}),
        ],
        ".docx": [
            make_docx(
                word_paragraph("Title", "Title")
                + word_paragraph("Words of a paragraph.")
                + word_table([["a", "b"], ["c", "d"]])
            )
        ],
        ".pptx": [make_pptx()],
        ".epub": [make_epub({"a.xhtml": "<h1>A</h1><p>Words.</p>", "b.xhtml": "<p>More.</p>"})],
    }
    for path in sorted(FILES.iterdir()):
        found.setdefault(path.suffix, []).append(path.read_bytes())
    return found


SEEDS = seeds()
SUFFIXES = tuple(sorted(SEEDS))
_TOKENS: dict[str, list[bytes]] = {
    ".md": [
        b"---\n",
        b"# ",
        b"- ",
        b"\r",
        b"\0",
        b"a: &b [*b]\n",
        b"\xff",
        b"| a |\n",
        b"\xe2\x80\xae",
    ],
    ".txt": [b"\xff\xfe", b"\xef\xbb\xbf", b"\r\n", b"\0", b"\x1b$B", b"+AGE-", b"word "],
    ".html": [
        b"<div>",
        b"</p>",
        b"<table><tr><td>",
        b"<li>",
        b"&#x0;",
        b"<!--",
        b"<main>",
        b"<sup>1",
    ],
    ".csv": [b'"', b",", b";", b"\n", b"\0", b"a", b'""', b"\t"],
    ".json": [b"{", b"[", b'"a":', b"1e999", b'"\\ud800"', b"]", b"}", b",", b"null"],
    ".jsonl": [b'{"a": "b"}\n', b"{}\n", b"[1]\n", b'{"a": {"b": [', b"\n", b'"\\udfff"'],
    ".pdf": [b"1 0 obj", b"endobj", b"stream", b"/Kids [2 0 R]", b"/Count -1", b"/Length 99999"],
    ".docx": [b"<w:p>", b"<w:tbl>", b"</w:tr>", b"<!DOCTYPE a>", b'w:val="', b"&lt;"],
    ".pptx": [b"<a:t>", b"<p:sp>", b'idx="99"', b"</p:txBody>"],
    ".epub": [b"<itemref", b"<p>", b"</h1>", b'idref="c9"', b"<table>"],
}
_ARCHIVES = frozenset({".docx", ".pptx", ".epub"})


@st.composite
def mutated(draw: st.DrawFn, suffix: str) -> bytes:
    """Mutate a sound file: inside an archive's members as often as the archive itself."""
    seed = draw(st.sampled_from(SEEDS[suffix]))
    if suffix in _ARCHIVES and draw(st.booleans()):
        return _mutate_member(draw, seed, suffix)
    return _mutate(draw, seed, suffix)


@st.composite
def shaped(draw: st.DrawFn, suffix: str) -> bytes:
    """Make noise out of the tokens of a format."""
    pieces = st.one_of(st.sampled_from(_TOKENS[suffix]), st.binary(max_size=8))
    return b"".join(draw(st.lists(pieces, max_size=60)))


def inputs(suffix: str) -> st.SearchStrategy[bytes]:
    """Give inputs for the loader of a suffix."""
    return st.one_of(mutated(suffix), shaped(suffix))


def _mutate(draw: st.DrawFn, data: bytes, suffix: str) -> bytes:
    out = bytearray(data)
    for _ in range(draw(st.integers(1, 6))):
        place = draw(st.integers(0, len(out)))
        kind = draw(st.sampled_from(["flip", "insert", "cut", "repeat", "end"]))
        if kind == "flip" and place < len(out):
            out[place] ^= 1 << draw(st.integers(0, 7))
        elif kind == "insert":
            out[place:place] = draw(st.sampled_from(_TOKENS[suffix]))
        elif kind == "cut":
            del out[place : place + draw(st.integers(1, 200))]
        elif kind == "repeat":
            piece = out[place : place + draw(st.integers(1, 100))]
            out[place:place] = piece * draw(st.integers(1, 30))
        elif kind == "end":
            del out[place:]
    return bytes(out)


def _mutate_member(draw: st.DrawFn, data: bytes, suffix: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
    chosen = draw(st.sampled_from(sorted(members)))
    held = members[chosen]
    assert isinstance(held, bytes)
    members[chosen] = _mutate(draw, held, suffix)
    return make_zip(members)
