"""PDF: reading order, whole words, headings and pages, without headers and footers."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.data.build import Drawn, assemble_pdf, draw_lines, encrypt_pdf, make_pdf

from summitqa.errors import DocumentError
from summitqa.load import load_document
from summitqa.settings import load_settings
from summitqa.types import Document

SETTINGS = load_settings()
LEFT = [
    "The summit at the lake was held on 21 and",
    "22 May 2031 and was hosted by Norland and",
    "Sudland together, as a follow-up to the first",
    "meeting, where twelve countries had agreed",
    "on a declaration about the safety of models",
    "and on the testing of each of these models",
    "before they are released to the wide pub-",
]
RIGHT = [
    "lic. Sixteen companies signed commitments",
    "to publish their safety frameworks before",
    "the next summit, which was held a year on",
    "at the Hilltop, and four more joined them a",
    "little later in the year. The next meeting",
    "after that took place in the valley and had",
    "more participants than all before it.",
]


def load(folder: Path, data: bytes) -> Document:
    path = folder / "paper.pdf"
    path.write_bytes(data)
    return load_document(path, "paper.pdf", SETTINGS)


def refusal(folder: Path, data: bytes) -> str:
    with pytest.raises(DocumentError) as caught:
        load(folder, data)
    return str(caught.value)


def test_two_columns_are_read_one_after_the_other(tmp_path: Path) -> None:
    rows = [
        drawn
        for place, pair in enumerate(zip(LEFT, RIGHT, strict=True))
        for drawn in (
            Drawn(60, 700 - place * 14, pair[0], 10),
            Drawn(320, 700 - place * 14, pair[1], 10),
        )
    ]
    title = Drawn(60, 760, "A report in two columns", 20)
    text = load(tmp_path, make_pdf([[title, *rows]])).text
    assert text.startswith("# A report in two columns\n\nThe summit at the lake")
    assert "to the wide public.\nSixteen companies signed" in text
    assert " ".join(text.split()).endswith("more participants than all before it.")


def test_a_table_of_short_cells_is_read_row_by_row(tmp_path: Path) -> None:
    cells = [("Norland", "yes"), ("Sudland", "no"), ("Eastmark", "yes"), ("Westmark", "no")] * 2
    drawn = [
        Drawn(x, 700 - place * 16, cell)
        for place, row in enumerate(cells)
        for x, cell in zip((80, 330), row, strict=True)
    ]
    assert "Norland  yes\nSudland  no\nEastmark  yes" in load(tmp_path, make_pdf([drawn])).text


def test_words_drawn_apart_by_a_gap_alone_are_parted(tmp_path: Path) -> None:
    # "licensed under" is 71.5 points wide: a gap of a sixth of the font size, and no space.
    drawn = [Drawn(72, 700, "licensed under"), Drawn(145.4, 700, "the terms")]
    assert "licensed under the terms" in load(tmp_path, make_pdf([drawn])).text


def test_headers_footers_and_page_numbers_are_dropped_and_pages_kept(tmp_path: Path) -> None:
    names = ["first", "second", "third", "fourth"]
    pages = [
        [
            Drawn(72, 812, "LAKESIDE SUMMIT REPORT 2031", 9),
            *draw_lines([f"This is the {name} page of the report.", "It says more."], y=700),
            Drawn(290, 30, f"Page {number} of 4", 9),
        ]
        for number, name in enumerate(names, start=1)
    ]
    document = load(tmp_path, make_pdf(pages))
    assert "SUMMIT REPORT" not in document.text
    assert "of 4" not in document.text
    assert len(document.page_starts) == 4
    for start, name in zip(document.page_starts, names, strict=True):
        assert document.text[start:].startswith(f"This is the {name} page")


def test_broken_words_are_joined_and_compounds_keep_their_hyphen(tmp_path: Path) -> None:
    lines = [
        "The state-of-the-",
        "art report on frontier tech-",
        "nology was open-source and pub-",
        "lished. An open-",
        "source licence applies to technology.",
    ]
    text = " ".join(load(tmp_path, make_pdf([draw_lines(lines)])).text.split())
    assert (
        "The state-of-the-art report on frontier technology was open-source and published." in text
    )
    assert "An open-source licence" in text


def test_larger_and_bold_lines_are_headings(tmp_path: Path) -> None:
    body = [f"Line {n} of the running text goes on and on for a while." for n in range(8)]
    drawn = [
        Drawn(72, 780, "The Lakeside Charter and", 22),
        Drawn(72, 754, "Its Consequences", 22),
        Drawn(72, 715, "Background", 15),
        *draw_lines(body, y=690),
        Drawn(72, 550, "A bold heading", 11, bold=True),
        *draw_lines(body, y=535),
    ]
    text = load(tmp_path, make_pdf([drawn])).text
    assert text.startswith("# The Lakeside Charter and Its Consequences\n\n## Background\n\nLine 0")
    assert "\n\n### A bold heading\n\nLine 0" in text


def test_a_raised_digit_is_no_part_of_the_number_before_it(tmp_path: Path) -> None:
    drawn = [
        *draw_lines(["All the running text of this page is set in one size."], y=740),
        Drawn(72, 700, "It was agreed in 2023"),
        Drawn(181.7, 704, "4", 6),
        Drawn(72, 680, "It takes 10"),
        Drawn(126.2, 684, "26", 6),
    ]
    text = load(tmp_path, make_pdf([drawn])).text
    assert "2023 ⁴" in text
    assert "10²⁶" in text


def test_what_the_text_states_is_a_better_date_than_the_making_of_the_file(tmp_path: Path) -> None:
    information = {"Title": "The Charter", "Author": "Secretariat", "CreationDate": "D:20260216"}
    lines = ["Updated 13 February 2025", "Twelve countries signed the charter."]
    document = load(tmp_path, make_pdf([draw_lines(lines)], information=information))
    assert (document.title, document.issuer) == ("The Charter", "Secretariat")
    assert (document.date, document.updated) == ("2025-02-13", "2025-02-13")
    undated = load(tmp_path, make_pdf([draw_lines(lines[1:])], information=information))
    assert undated.date == "2026-02-16"


def test_bad_pdfs_are_named_with_their_reason(tmp_path: Path) -> None:
    page = draw_lines(["Words enough for a page of a document."])
    assert "probably scanned" in refusal(tmp_path, make_pdf([[], []]))
    assert "is encrypted" in refusal(tmp_path, encrypt_pdf([page], b"secret"))
    assert "damaged" in refusal(tmp_path, b"%PDF-1.4\n%%EOF")
    assert "damaged" in refusal(tmp_path, b"not a PDF at all")
    path = tmp_path / "long.pdf"
    path.write_bytes(make_pdf([page, page]))
    with pytest.raises(DocumentError, match="more than the 1 allowed"):
        load_document(path, "long.pdf", SETTINGS.model_copy(update={"max_pages": 1}))


@pytest.mark.parametrize("cut", [50, 300, 700, 900])
def test_a_truncated_pdf_is_read_or_named_and_never_stops_anything(
    tmp_path: Path, cut: int
) -> None:
    data = make_pdf([draw_lines(["Words enough for a page of a document."])])[:cut]
    try:
        assert load(tmp_path, data).text
    except DocumentError as error:
        assert str(error).startswith("paper.pdf ")


def test_a_cyclic_page_tree_ends(tmp_path: Path) -> None:
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 1000000 /Parent 2 0 R >>",
    ]
    assert refusal(tmp_path, assemble_pdf(bodies)).startswith("paper.pdf ")


def test_javascript_in_a_pdf_is_not_run_and_does_not_matter(tmp_path: Path) -> None:
    script = "/OpenAction << /S /JavaScript /JS (while\\(true\\){}; app.launchURL\\('x'\\)) >>"
    page = draw_lines(["Words enough for a page of a document."])
    assert "Words enough" in load(tmp_path, make_pdf([page], catalogue=script)).text


def test_the_published_declaration_reads_cleanly(shared: Path) -> None:
    path = shared / "real" / "2023-bletchley-declaration.pdf"
    document = load_document(path, path.name, SETTINGS)
    assert "This publication is licensed under the terms of the Open Government" in document.text
    assert "The National Archives" in document.text
    assert "open-government-licence/version/3" in document.text
    assert "\n\nUpdated 13 February 2025\n\n" in document.text
    assert document.date == "2025-02-13"
    assert len(document.page_starts) == 6
    assert (
        "# The Bletchley Declaration by Countries Attending the AI Safety Summit" in document.text
    )


def test_the_published_summary_has_no_page_numbers_and_keeps_sentences_whole(shared: Path) -> None:
    path = shared / "real" / "2023-bletchley-chair-statement.pdf"
    document = load_document(path, path.name, SETTINGS)
    assert document.text.startswith(
        "# Chair’s Summary of the AI Safety Summit 2023, Bletchley Park"
    )
    assert "## A time for action" in document.text
    assert "safe. It\ncommitted countries to further collaborate" in document.text
    assert "November 2023 ⁴," in document.text
