"""Each format gives readable canonical text, its headings and what it says of itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.data.build import (
    make_docx,
    make_epub,
    make_pptx,
    word_paragraph,
    word_table,
)

from summitqa.errors import DocumentError
from summitqa.load import load_document
from summitqa.settings import load_settings
from summitqa.types import Document

FILES = Path(__file__).parent / "data" / "files"
SETTINGS = load_settings()


def load(name: str) -> Document:
    return load_document(FILES / name, name, SETTINGS)


def write(folder: Path, name: str, data: bytes | str) -> Document:
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return load_document(path, name, SETTINGS)


def test_markdown_keeps_its_text_and_gives_its_front_matter() -> None:
    document = load("minutes.md")
    assert document.text.startswith("# Minutes of the preparatory meeting\n\nDelegates of nine")
    assert document.title == "Minutes of the preparatory meeting"
    assert (document.date, document.issuer) == ("2031-04-02", "Lakeside Secretariat")
    assert document.places == ("Norburg", "Norland")
    assert document.sources[0].tier == "official"
    assert document.source_url == "https://example.org/minutes"


def test_text_in_an_old_encoding_is_recognised() -> None:
    document = load("protokoll-windows-1252.txt")
    assert "Die Länder übernahmen 40 € je Delegierten; die Brücke war groß genug." in document.text


@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        ("utf-8-sig", "Türkiye signed – naïvely"),
        ("utf-16", "Türkiye signed"),
        ("utf-16-le", "Turkey signed the charter in spring."),
        ("utf-16-be", "Turkey signed the charter in spring."),
        ("utf-32", "Türkiye signed"),
        ("cp1252", "“Déjà vu”, said the Côte d’Ivoire’s delegate – twice."),
        ("cp1251", "Двадцать восемь стран подписали декларацию о безопасности в парке."),
        ("shift_jis", "東京で開催された会議では、広島プロセスについて議論しました。"),
        ("euc_jp", "東京で開催された会議では、広島プロセスについて議論しました。"),
        ("cp949", "서울에서 열린 정상회의에서 열한 개 국가가 선언문에 서명했습니다."),
        ("gb18030", "人工智能安全峰会在布莱切利园举行，二十八个国家签署了宣言。"),
    ],
)
def test_usual_encodings_are_read(tmp_path: Path, encoding: str, words: str) -> None:
    assert write(tmp_path, "notes.txt", words.encode(encoding)).text == words


def test_line_ends_are_normalised_and_nothing_else_is_rewritten(tmp_path: Path) -> None:
    text = "caf\u0065\u0301 and cafe\u0301\u202e\r\ntwo\rthree\n\ttab \u00a0 end\u2028x\0y"
    document = write(tmp_path, "odd.txt", text)
    assert document.text == (
        "cafe\u0301 and cafe\u0301\u202e\ntwo\nthree\n\ttab \u00a0 end\u2028x\ufffdy"
    )


def test_html_gives_its_main_content_without_menus() -> None:
    document = load("outcomes.html")
    assert document.text == (
        "# Lakeside Summit: outcomes\n\n"
        "Twelve countries signed the Lakeside Charter on 21 May 2031, and two more joined "
        "later. ⁴ The threshold is 10²⁶ operations.\n\n"
        "## Who signed\n\n"
        "- Country: Norland; Region: North; Signed: yes\n"
        "- Country: Sudland; Region: North; Signed: no\n"
        "3. Third point.\n4. Fourth point."
    )
    assert document.title == "Lakeside Summit: outcomes"
    assert (document.date, document.updated) == ("2031-05-21", "2032-02-13")
    assert document.issuer == "Norland Gazette"


def test_html_without_marked_content_loses_its_menu(tmp_path: Path) -> None:
    words = " ".join(f"Sentence {n} says what the charter of the lake asks for." for n in range(9))
    menu = "".join(f'<li><a href="/{n}">Department {n}</a></li>' for n in range(30))
    page = (
        f"<html><body><ul class='x'>{menu}</ul><div><h2>News</h2><p>{words}</p></div></body></html>"
    )
    text = write(tmp_path, "page.html", page).text
    assert "Sentence 8" in text
    assert "Department 7" not in text


def test_word_headings_tables_and_properties(tmp_path: Path) -> None:
    body = (
        word_paragraph("Lakeside Summit", "Title")
        + word_paragraph("Published on 21 May 2031")
        + word_paragraph("Outcomes", "Heading1")
        + word_paragraph("Twelve countries signed.")
        + word_table([["Country", "Region", "Signed"], ["Norland", "North", "yes"]])
    )
    properties = {"dc:title": "Summit note", "dcterms:created": "2030-01-01T00:00:00Z"}
    document = write(tmp_path, "note.docx", make_docx(body, properties=properties))
    assert document.text == (
        "# Lakeside Summit\n\nPublished on 21 May 2031\n\n# Outcomes\n\n"
        "Twelve countries signed.\n\n- Country: Norland; Region: North; Signed: yes"
    )
    assert (document.title, document.date) == ("Summit note", "2031-05-21")


def test_slides_are_pages(tmp_path: Path) -> None:
    document = write(tmp_path, "talk.pptx", make_pptx())
    assert len(document.page_starts) == 4
    second = document.text[document.page_starts[1] : document.page_starts[2]]
    assert second.startswith("## What was agreed\n\n- Sixteen companies signed.")
    assert "Say who was absent." in second
    assert "- Country: Kenya; Signed: yes" in document.text[document.page_starts[3] :]


def test_a_book_is_read_in_the_order_of_its_spine(tmp_path: Path) -> None:
    chapters = {"two.xhtml": "<h1>Start</h1><p>First.</p>", "one.xhtml": "<h2>End</h2><p>Last.</p>"}
    metadata = (
        "<dc:title>The book</dc:title><dc:creator>A. Writer</dc:creator><dc:date>2031</dc:date>"
    )
    document = write(tmp_path, "book.epub", make_epub(chapters, metadata=metadata))
    assert document.text == "# Start\n\nFirst.\n\n## End\n\nLast."
    assert (document.title, document.issuer, document.date) == ("The book", "A. Writer", "2031")


def test_records_become_sections_or_lines() -> None:
    assert load("statements.csv").text.startswith(
        "country: Norland; signed: yes\n\nWe agree with the charter, all of it; and we shall"
    )
    assert (
        load("votes.csv").text == "- country: Norland; signed: yes\n- country: Sudland; signed: no"
    )
    assert load("speeches.jsonl").text.startswith(
        "## Opening\n\nspeaker.name: Ada Quill; minutes: 12.50\n\nThe charter is a beginning"
    )
    register = load("register.json")
    assert "## Norland\n\ntags: testing, openness\n\nNorland will test" in register.text
    assert (register.title, register.date) == ("Register of pledges", "2031-06-01")
    assert register.issuer == "Lakeside Secretariat"


def test_a_sidecar_names_text_columns_and_wins_over_the_file(tmp_path: Path) -> None:
    (tmp_path / "t.csv.toml").write_text(
        'title = "Table"\ntext_columns = ["note"]\ndate = 2031-05-21\n', encoding="utf-8"
    )
    document = write(tmp_path, "t.csv", "name,note\nNorland,short\n")
    assert document.text == "## Norland\n\nshort"
    assert (document.title, document.date) == ("Table", "2031-05-21")
    (tmp_path / "t.csv.toml").write_text('text_columns = ["none"]\n', encoding="utf-8")
    with pytest.raises(DocumentError, match="no column 'none'"):
        load_document(tmp_path / "t.csv", "t.csv", SETTINGS)


@pytest.mark.parametrize(
    ("text", "date", "updated"),
    [
        (
            "# T\n\nPublished 2 November 2023\nUpdated 13 February 2025\n",
            "2023-11-02",
            "2025-02-13",
        ),
        ("# T\n\nLast updated: February 13, 2025\n", "2025-02-13", "2025-02-13"),
        ("# T\n\n**Date:** 2024-05-21\n", "2024-05-21", None),
        ("# T\n\nThe law was published on 3 May 2020 by someone.\n", None, None),
        ("# T\n\nPublished 31 February 2024\n", None, None),
    ],
)
def test_a_text_is_dated_by_what_it_states(
    tmp_path: Path, text: str, date: str | None, updated: str | None
) -> None:
    document = write(tmp_path, "dated.md", text)
    assert (document.date, document.updated) == (date, updated)


def test_a_rule_across_the_page_is_no_front_matter(tmp_path: Path) -> None:
    assert write(tmp_path, "rule.md", "---\nJust words here.\n---\nMore.\n").text == (
        "---\nJust words here.\n---\nMore."
    )
