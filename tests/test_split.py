"""Every passage and sentence is an exact span, and nothing of the text is lost."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from summitqa.settings import load_settings
from summitqa.split import count_tokens, is_heading, split_document
from summitqa.types import Document, Passage, Sentence

SETTINGS = load_settings(passage_tokens=40)

LINES = st.sampled_from(
    [
        "# Title",
        "## Section two",
        "#",
        "The U.S. institute was founded on 1 Nov. 2023. It grew.",
        "- item one",
        "* ",
        "1. First point; see para. 2.1. and Art. 5.",
        "> A quoted line.",
        "| a | b |",
        "|---|:-:|",
        "- | -",
        "a. B | c. D",
        "---",
        "(See annex 2 above.) He left **at once.** “So.”) Amb. Li, tel. 5, 6 bn. euros",
        "   ",
        "",
        "Emoji 🎉 and e\u0301 combining. Right-to-left: שלום.",
        "```",
        "x" * 1500,
        "no full stop here",
        "\u2028odd separators\u2029 and\ttabs",
    ]
)
TEXTS = st.one_of(st.text(max_size=400), st.lists(LINES, max_size=25).map("\n".join))


@given(TEXTS)
@hypothesis_settings(max_examples=300, deadline=None)
def test_every_passage_and_sentence_equals_its_span(text: str) -> None:
    document = Document(id="d", title="d", text=text)
    passages, sentences = split_document(document, SETTINGS)
    pieces: list[Passage | Sentence] = [*passages, *sentences]
    for piece in pieces:
        assert text[piece.start : piece.end] == piece.text
        assert piece.text.strip() == piece.text != ""


@given(TEXTS)
@hypothesis_settings(max_examples=300, deadline=None)
def test_every_non_space_character_lies_in_a_passage(text: str) -> None:
    passages, _ = split_document(Document(id="d", title="d", text=text), SETTINGS)
    covered = {offset for piece in passages for offset in range(piece.start, piece.end)}
    missed = [i for i, letter in enumerate(text) if not letter.isspace() and i not in covered]
    assert missed == []


@given(TEXTS)
@hypothesis_settings(max_examples=300, deadline=None)
def test_sentences_are_in_order_and_do_not_overlap(text: str) -> None:
    _, sentences = split_document(Document(id="d", title="d", text=text), SETTINGS)
    for one, other in pairwise(sentences):
        assert one.end <= other.start


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "The U.S. AI Safety Institute opened on 1 Nov. 2023. It cost US$6.94bn.",
            ["The U.S. AI Safety Institute opened on 1 Nov. 2023.", "It cost US$6.94bn."],
        ),
        ("See e.g. para. 2.1. Then stop.", ["See e.g. para. 2.1.", "Then stop."]),
        ("- one. Two.\n- three", ["one.", "Two.", "three"]),
        ("A line that is\nwrapped by hand. Next.", ["A line that is\nwrapped by hand.", "Next."]),
        ("1. First.\n2. Second.", ["First.", "Second."]),
        ("The OECD.AI site says so. Next.", ["The OECD.AI site says so.", "Next."]),
        (
            "(It was signed in Seoul.) It grew (see annex 2 below.) Then it fell.",
            ["(It was signed in Seoul.)", "It grew (see annex 2 below.)", "Then it fell."],
        ),
        ("It grew (see fig. 3.) Then it fell.", ["It grew (see fig. 3.)", "Then it fell."]),
        ("He agreed (it was late.) and left.", ["He agreed (it was late.) and left."]),
        (
            "The Institute (formerly of the U.S.) Left.",
            ["The Institute (formerly of the U.S.) Left."],
        ),
        ("Acme (Pvt.) Ltd signed.", ["Acme (Pvt.) Ltd signed."]),
        ("“We agree.”) The next.", ["“We agree.”)", "The next."]),
        ("**It grew.** Then *it fell.*", ["**It grew.**", "Then *it fell.*"]),
        (
            "It cost 6 bn. euros, not $5bn. Half of 3 mn. people paid. It was 6 bn. Then it fell.",
            [
                "It cost 6 bn. euros, not $5bn.",
                "Half of 3 mn. people paid.",
                "It was 6 bn.",
                "Then it fell.",
            ],
        ),
        (
            "Amb. Smith met Dr. Who. Call Tel. 0044 or tel. +33. Govt. of India",
            ["Amb. Smith met Dr. Who.", "Call Tel. 0044 or tel. +33.", "Govt. of India"],
        ),
        (
            "See the annex. It is the state of the art. Was it? No. See no. 5 and Art. IV. I left.",
            [
                "See the annex.",
                "It is the state of the art.",
                "Was it?",
                "No.",
                "See no. 5 and Art. IV.",
                "I left.",
            ],
        ),
        ("It ended on 5 Dec. The fund grew.", ["It ended on 5 Dec.", "The fund grew."]),
        (
            "| Country | Signed |\n|---|:--|\n| Kenya | Yes. It did in Seoul. |\nText. More.",
            ["| Country | Signed |", "| Kenya | Yes. It did in Seoul. |", "Text.", "More."],
        ),
        (
            "Country | Signed\n--- | ---\nKenya | Yes. In Seoul.\n\nOne | two. Three.",
            ["Country | Signed", "Kenya | Yes. In Seoul.", "One | two.", "Three."],
        ),
        ("Above\n---\nbelow\n\n* * *\n\nTitle\n=====\nText.", ["Above", "below", "Title", "Text."]),
    ],
)
def test_sentences_end_where_a_reader_would_say(text: str, expected: list[str]) -> None:
    _, sentences = split_document(Document(id="d", title="d", text=text), SETTINGS)
    assert [sentence.text for sentence in sentences] == expected


def test_headings_make_a_path_and_open_a_passage() -> None:
    text = "# A\n\nOne.\n\n## B\n\nTwo.\n\n## C\n\nThree."
    passages, sentences = split_document(Document(id="d", title="d", text=text), SETTINGS)
    assert [passage.headings for passage in passages] == [("A",), ("A", "B"), ("A", "C")]
    assert [sentence.text for sentence in sentences if is_heading(sentence)] == ["A", "B", "C"]


def test_passages_keep_near_the_size_asked_for() -> None:
    text = " ".join(f"Sentence number {i} has exactly nine words in it." for i in range(100))
    passages, _ = split_document(Document(id="d", title="d", text=text), SETTINGS)
    assert len(passages) > 10
    assert all(count_tokens(passage.text) <= 40 for passage in passages)


def test_a_page_is_known_for_every_piece() -> None:
    text = "First page here.\n\nSecond page here."
    document = Document(id="d", title="d", text=text, page_starts=(0, 18))
    _, sentences = split_document(document, SETTINGS)
    assert [sentence.page for sentence in sentences] == [1, 2]


@pytest.mark.parametrize(
    "text",
    [
        "para. " * 30_000,
        "# " + "#" * 150_000 + "x",
        "a\n" * 80_000,
        "x" * 150_000,
        ">" * 150_000,
        "# a\n" * 20_000,
        "One.\n" + "|---|\n" * 30_000 + "Two.",
        "One.\n" + "- - -\n" * 30_000,
        "-" * 150_000,
        "| a. B " * 30_000,
        "(a b c.) " * 20_000,
        "(" * 150_000 + "a.) B",
        "*" * 150_000 + "a.** B",
    ],
    ids=[
        "abbreviations",
        "hashes",
        "tiny lines",
        "one word",
        "marks",
        "headings",
        "table rules",
        "rules at the end",
        "one rule",
        "one row",
        "brackets",
        "open brackets",
        "emphasis",
    ],
)
def test_odd_text_is_split_in_bounded_time_into_bounded_passages(text: str) -> None:
    # Work that grows with the square of the length takes minutes on these.
    settings = load_settings()
    passages, _ = split_document(Document(id="d", title="d", text=text), settings)
    assert max(len(passage.text) for passage in passages) <= 50 * settings.passage_tokens
    assert all(text[each.start : each.end] == each.text for each in passages)
