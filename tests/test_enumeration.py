"""Lists come whole."""

from __future__ import annotations

import pytest

from summitqa.enumeration import (
    announced_items,
    announcement,
    announces,
    complete_list,
    count_items,
    count_named,
    denies_members,
    is_cut_short,
    keep_fitting,
    prefer_lists,
    rate_items,
    say_announced,
)
from summitqa.settings import Settings
from summitqa.split import split_document
from summitqa.types import Document, Draft, DraftSentence, Evidence, Sentence
from summitqa.understanding.question import read_question

TEXT = """# The pledge

The members of the pledge are:

- Alpha of Norway
- Beta of Chile
- Gamma of Kenya

The pledge was made in May 2024.
"""


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("Kenya, Nigeria and Rwanda were the three African countries that agreed.", 3),
        ("The risks are of three groups: misuse, malfunctions and systemic risks.", 3),
        ("Naver and Samsung are the signatories.", 2),
        ("The pledge was made in May 2024.", 0),
    ],
)
def test_items_of_an_enumeration_are_counted(text: str, items: int) -> None:
    assert count_items(text) == items


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("Which countries signed?", "Kenya, Nigeria, Peru and Rwanda signed.", 2.0),
        ("Which countries signed?", "The signatories met once.", 0.0),
        ("When was it signed?", "Kenya, Nigeria, Peru and Rwanda signed.", 0.0),
        # Counting the members is not naming them.
        ("Which countries signed?", "Ten countries and the Nordic Union, eleven in all.", 1.0),
        ("Which countries signed?", "Aba, " * 60 + "and Zug signed.", 5.0),
        ("Which two countries signed?", "Kenya and Nigeria signed.", 2.0),
        ("Which two countries signed?", "Kenya, Nigeria, Peru and Rwanda signed.", 0.0),
    ],
)
def test_a_sentence_is_rated_by_the_names_it_lists(
    question: str, text: str, expected: float
) -> None:
    assert rate_items(read_question(question), text) == expected


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Kenya, Nigeria and Rwanda signed.", 3),
        ("It was adopted by ten countries and the Nordic Union, eleven members in all.", 2),
        ("The members are Norway, the Nordic Union and the Republic of Chile.", 3),
        ("It covers misuse, malfunctions and systemic risks.", 0),
    ],
)
def test_names_in_an_enumeration_are_counted(text: str, named: int) -> None:
    assert count_named(text) == named


def test_who_did_not_sign_is_no_answer_to_who_did() -> None:
    absent = "Sudland did not sign the pledge in May."
    assert denies_members(read_question("Which countries signed?"), absent)
    assert not denies_members(read_question("Which countries did not sign?"), absent)
    assert not denies_members(read_question("When did Sudland sign?"), absent)


def test_who_signed_is_no_part_of_the_answer_to_who_did_not() -> None:
    texts = ("Norway did not sign.", "Chile, Peru and Spain signed.", "Oman never signed.")
    found = [
        Evidence(Sentence("a.md", 0, len(text), text), 5.0 - rank)
        for rank, text in enumerate(texts)
    ]
    kept = keep_fitting(read_question("Which countries did not sign?"), found)
    assert [each.sentence.text for each in kept] == [texts[0], texts[2]]


def test_a_list_of_another_text_is_no_part_of_the_answer() -> None:
    texts = (
        "The signatories of the Oslo Declaration are Chile, Peru and Spain.",
        "Kenya and Ghana are countries on the list of the Oslo Statement.",
        "Chile and Peru are the American countries of the Oslo Declaration.",
        "India and Brazil are not among the signatories of the Oslo Declaration.",
    )
    found = [
        Evidence(Sentence("a.md", 0, len(text), text), 5.0 - rank)
        for rank, text in enumerate(texts)
    ]
    kept = keep_fitting(read_question("Which countries signed the Oslo Declaration?"), found)
    assert [each.sentence.text for each in kept] == [texts[0], texts[2]]


def test_the_members_of_a_kind_are_preferred_to_the_whole_list() -> None:
    whole = "Chile, Kenya, Norway, Peru, Rwanda and Spain signed the Rome Pact."
    kind = "Kenya and Rwanda are the two African countries of the Rome Pact."
    other = "Kenya and Ghana are the two African countries of the Oslo League."
    found = [
        Evidence(Sentence("a.md", 0, len(text), text), 9.0 - rank)
        for rank, text in enumerate((whole, other, kind))
    ]
    for question, first in (
        ("Which African countries signed the Rome Pact?", kind),
        ("Which countries signed the Rome Pact?", whole),
        ("Which Asian countries signed the Rome Pact?", whole),
    ):
        assert prefer_lists(read_question(question), found)[0].sentence.text == first


def test_a_sub_list_is_not_mixed_with_its_neighbours() -> None:
    african = Sentence("a.md", 0, 50, "Kenya, Nigeria and Rwanda were the African signatories.")
    others = Sentence("a.md", 60, 90, "Brazil and Chile were the Latin American signatories.")
    found = (Evidence(african, 5.0), Evidence(others, 4.5))
    asked = read_question("Which African countries were signatories?")
    assert keep_fitting(asked, found) == found[:1]
    assert keep_fitting(read_question("Who met?"), found) == found


@pytest.mark.parametrize("first", ["Beta of Chile", "The members of the pledge are:"])
def test_items_in_lines_are_all_quoted(first: str) -> None:
    document = Document("a.md", "The pledge", TEXT)
    _, sentences = split_document(document, Settings())
    start = next(each for each in sentences if first in each.text)
    draft = Draft((DraftSentence(start.text, (start,)),))
    asked = read_question("Which companies are members of the pledge?")
    listed = complete_list(asked, draft, sentences, TEXT)
    text = " ".join(each.text for each in listed.sentences)
    assert all(name in text for name in ("Alpha", "Beta", "Gamma"))
    assert "made in May" not in text
    dated = read_question("When was the pledge made?")
    assert complete_list(dated, draft, sentences, TEXT) == draft


@pytest.mark.parametrize(
    ("question", "words", "cut"),
    [
        ("Which countries signed?", "Norway, Chile, Kenya and Peru", False),
        ("Which countries signed?", "Kenya and Peru", True),
        ("Which countries signed?", "Kenya", True),
        ("Which African countries signed?", "Kenya and Peru", False),
    ],
)
def test_some_of_the_members_are_no_answer_to_which(question: str, words: str, cut: bool) -> None:
    text = "The members are Norway, Chile, Kenya and Peru."
    assert is_cut_short(read_question(question), text, words) is cut


def test_what_announces_a_list_and_its_items_know_each_other() -> None:
    document = Document("a.md", "The pledge", TEXT)
    _, sentences = split_document(document, Settings())
    place = next(at for at, each in enumerate(sentences) if each.text.endswith("are:"))
    items = announced_items(sentences, place, TEXT)
    assert [each.text.split()[0] for each in items] == ["Alpha", "Beta", "Gamma"]
    for at, each in enumerate(sentences):
        expected = sentences[place] if each in items else None
        assert announcement(sentences, at, TEXT) == expected
    begin = sentences[place].start - 2
    part = [each for each in sentences if each.start >= begin]
    assert announced_items(part, 0, TEXT[begin:], begin) == items
    assert announced_items(part[:2], 0, TEXT[begin:], begin) == []


def test_what_announces_a_list_is_quoted_with_it_whoever_asks() -> None:
    document = Document("a.md", "The pledge", TEXT)
    _, sentences = split_document(document, Settings())
    head = next(each for each in sentences if announces(each))
    draft = Draft((DraftSentence(head.text, (head,)),))
    listed = complete_list(read_question("What is the pledge?"), draft, sentences, TEXT)
    assert len(listed.sentences) == 4


def test_short_lines_below_what_announces_them_are_a_list_without_marks() -> None:
    text = "The countries were:\n\nChile\n\nPeru\n\nThe Gambia\n\nOn 4 May, Ghana joined them.\n"
    document = Document("a.md", "The pact", text)
    _, sentences = split_document(document, Settings())
    assert [each.text for each in announced_items(sentences, 0, text)] == [
        "Chile",
        "Peru",
        "The Gambia",
    ]
    asked = read_question("Which countries were there?")
    for first in sentences[:4]:
        pointed = (first.document, first.start, first.end)
        draft = Draft((DraftSentence(first.text, (first,)),), pointed)
        listed = complete_list(asked, draft, sentences, text)
        assert listed.short_answer is None
        assert [each.sources for each in listed.sentences] == [(each,) for each in sentences[:4]]
    last = Draft((DraftSentence(sentences[4].text, (sentences[4],)),))
    assert complete_list(asked, last, sentences, text) == last


def test_a_single_item_is_said_after_what_announces_it() -> None:
    text = "The countries were:\n\nChile\n\nPeru\n\nThe Gambia\n\nOn 4 May, Ghana joined them.\n"
    _, sentences = split_document(Document("a.md", "The pact", text), Settings())
    asked = read_question("Is Peru a member of the pact?")
    head, _, item, _, last = sentences
    draft = Draft((DraftSentence(item.text, (item,)),))
    (said,) = say_announced(asked, draft, sentences, text).sentences
    assert said == DraftSentence("The countries were: Peru", (item, head))
    for other in (head, last):
        draft = Draft((DraftSentence(other.text, (other,)),))
        assert say_announced(asked, draft, sentences, text) == draft
