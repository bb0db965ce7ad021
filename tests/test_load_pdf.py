"""PDF: reading order, whole words, headings and pages, without headers and footers."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from tests.data.build import Drawn, assemble_pdf, draw_lines, encrypt_pdf, make_pdf

from summitqa.errors import DocumentError
from summitqa.load import load_document
from summitqa.load.pdf_layout import Line
from summitqa.load.pdf_text import join_lines
from summitqa.settings import load_settings
from summitqa.split import split_document
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


PLAIN = [
    "Twelve countries met at the lake and agreed that models are to be tested",
    "before they are released, and that the tests are to be made in public by",
    "the institutes of all of them, each of which has a budget of its own for",
    "the work, and they asked a panel of forty people to write a report on it",
    "and to send it to all governments well before the next meeting was held.",
] * 4


def test_where_no_word_is_broken_a_hyphen_at_a_line_end_is_a_compound(tmp_path: Path) -> None:
    lines = [
        *PLAIN,
        "The experts brought the cross-",
        "disciplinary knowledge that an in-",
        "person meeting asks for.",
    ]
    pages = [draw_lines(PLAIN)] * 4
    text = " ".join(load(tmp_path, make_pdf([*pages, draw_lines(lines)])).text.split())
    assert "the cross-disciplinary knowledge that an in-person meeting" in text


def test_where_words_are_broken_a_known_second_part_keeps_its_hyphen(tmp_path: Path) -> None:
    lines = [
        "A technology of this kind is a risk-",
        "based matter, as a tech-",
        "nology can be danger-",
        "ous to the wid-",
        "er public and to all.",
    ]
    text = " ".join(load(tmp_path, make_pdf([draw_lines(lines)])).text.split())
    assert "is a risk-based matter, as a technology can be dangerous to the wider public" in text


@pytest.mark.parametrize(
    ("last", "first", "joined"),
    [
        (
            "and later the same day the ministers spoke of the law of the whole EU AI",
            "Act of",
            True,
        ),
        (
            "and on the day after that they all spoke of the",
            "Act of all governments that had met at the lake and the hill",
            True,
        ),
        ("a list of those that came", "Norland, which had sent a minister and his staff of", False),
        ("and they all went home on the day after that, in the middle of the night.", "Act", False),
        (
            "and later the same day the ministers spoke of www.example.org/lake/act/law",
            "Act",
            False,
        ),
    ],
)
def test_a_sentence_goes_on_over_the_page_with_a_capital_letter(
    tmp_path: Path, last: str, first: str, joined: bool
) -> None:
    lines = [first, "2031, which they had read together before the evening came to the lake."]
    if first == "Act of":
        lines = [" ".join(lines)]
    pages = [draw_lines([*PLAIN, last]), draw_lines([*lines, *PLAIN])]
    document = load(tmp_path, make_pdf(pages))
    assert document.text[document.page_starts[1] :].startswith(first)
    _, sentences = split_document(document, SETTINGS)
    assert any(f"{last} {first}" in " ".join(each.text.split()) for each in sentences) is joined


def test_a_sentence_goes_on_over_the_column_with_a_capital_letter(tmp_path: Path) -> None:
    left = [*LEFT[:-1], "before they are released to the whole EU AI"]
    right = ["Act. Sixteen companies signed commitments", *RIGHT[1:]]
    rows = [
        drawn
        for place, pair in enumerate(zip(left, right, strict=True))
        for drawn in (
            Drawn(60, 700 - place * 14, pair[0], 10),
            Drawn(320, 700 - place * 14, pair[1], 10),
        )
    ]
    text = load(tmp_path, make_pdf([rows])).text
    assert "the whole EU AI\nAct. Sixteen" in text


def test_a_heading_on_the_next_page_ends_what_stands_before_it(tmp_path: Path) -> None:
    pages = [
        draw_lines(
            [*PLAIN, "and later the same day the ministers spoke of the law of the whole EU"]
        ),
        [Drawn(72, 760, "Act Two", 20), *draw_lines(PLAIN, y=700)],
    ]
    assert "the whole EU\n\n# Act Two\n\n" in load(tmp_path, make_pdf(pages)).text


def test_a_word_broken_between_pages_becomes_whole_on_the_first(tmp_path: Path) -> None:
    pages = [
        draw_lines(["It is a tech-", "nology, as any technology, released to the pub-"]),
        draw_lines(["lic. The next page goes on.", "It says more."]),
        draw_lines(["And a third of them, released to the coun-"]),
        draw_lines(["tries."]),
        draw_lines(["The end."]),
    ]
    document = load(tmp_path, make_pdf(pages))
    pieces = [document.text[start:] for start in document.page_starts]
    assert "released to the public.\nThe next page goes on." in document.text
    assert pieces[1].startswith("The next page")
    assert "to the countries.\n\nThe end." in document.text
    assert pieces[4] == "The end."


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


LINE_TEXTS = st.sampled_from(
    [
        "The ministers who met at the lake agreed that they were to meet again in the",
        "Act of the whole parliament, which had been read by all of them before the end.",
        "a tech-",
        "nology",
        "lower case goes on until here and then it stops.",
        "Twelve countries, and the",
        "cross-",
        "- an item",
        "",
        "e\u0301 \U0001f389 soft\xad",
        "broken\x02",
    ]
)
PAGES = st.lists(st.lists(LINE_TEXTS, max_size=4), max_size=6)


@given(PAGES)
@hypothesis_settings(max_examples=300, deadline=None)
def test_every_page_starts_where_its_text_does_and_no_letter_is_lost(
    pages: list[list[str]],
) -> None:
    drawn = [
        [
            Line(text, left=72, right=500, bottom=700 - 14 * row, top=710 - 14 * row, size=11)
            for row, text in enumerate(page)
        ]
        for page in pages
    ]
    text, starts = join_lines(drawn)
    assert len(starts) == len(pages)
    assert list(starts) == sorted(starts)
    assert all(0 <= start <= len(text) for start in starts)
    letters = [letter for page in pages for line in page for letter in line if letter.isalnum()]
    assert [letter for letter in text if letter.isalnum()] == letters
