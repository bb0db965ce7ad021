"""Whether somebody belongs is answered by the sentence that says just that."""

from __future__ import annotations

import pytest

from summitqa.membership import (
    find_membership,
    find_whole_list,
    lists_members,
    prefer_membership,
    read_membership,
)
from summitqa.types import Evidence, Sentence
from summitqa.understanding.question import read_question

ANNOUNCED = "The countries represented were:"


def evidence(*texts: str) -> list[Evidence]:
    """Make evidence of sentences, best first."""
    return [
        Evidence(Sentence("a.md", 100 * place, 100 * place + len(text), text), -float(place))
        for place, text in enumerate(texts)
    ]


def alone(sentence: Sentence) -> tuple[str, str]:
    """Give a sentence of a document whose title tells nothing."""
    return sentence.text, "Minutes"


def of_the_pact(sentence: Sentence) -> tuple[str, str]:
    """Give an item of the list of the Lima Pact."""
    return f"{ANNOUNCED} {sentence.text}", "The Lima Pact by Countries Attending"


@pytest.mark.parametrize(
    ("question", "texts", "expected"),
    [
        (  # another text, and another member, are near and wrong
            "Did Chile sign the Lima Pact?",
            (
                "Chile did not sign the Oslo Pact.",
                "No company signed the Lima Pact.",
                "Chile signed the Lima Pact in May.",
            ),
            "Chile signed the Lima Pact in May.",
        ),
        (  # why is not whether
            "Did Chile sign the Lima Pact?",
            (
                "Chile gave no reason for not signing the Lima Pact.",
                "Chile and Peru did not sign the Lima Pact.",
            ),
            "Chile and Peru did not sign the Lima Pact.",
        ),
        (  # unless why is asked
            "Did Chile refuse to sign the Lima Pact because of Peru?",
            (
                "Chile gave no reason for not signing the Lima Pact.",
                "Chile did not sign the Lima Pact.",
            ),
            "Chile gave no reason for not signing the Lima Pact.",
        ),
        (  # a text of theirs is not they
            "Did Chile sign the Lima Pact?",
            (
                "The signatories are those of the Lima Pact and not of the Chile-Peru Declaration.",
                "Chile, Peru and Kenya are among the signatories of the Lima Pact.",
            ),
            "Chile, Peru and Kenya are among the signatories of the Lima Pact.",
        ),
        (  # the fewer others it names, the plainer
            "Has Chile joined the Lima Pact?",
            (
                "Chile, Peru and Kenya joined the Lima Pact at Oslo.",
                "Chile joined the Lima Pact late.",
            ),
            "Chile joined the Lima Pact late.",
        ),
        (
            "Is Chile one of the signatories of the Lima Pact?",
            ("Peru signed the Lima Pact.", "Kenya and Chile are not on the Lima list of May."),
            "Kenya and Chile are not on the Lima list of May.",
        ),
        (
            "Did Chile and Peru sign the Lima water statement?",
            (
                "Chile signed the Lima statement.",
                "Chile, Kenya and Peru are among the signatories of the Lima statement.",
            ),
            "Chile, Kenya and Peru are among the signatories of the Lima statement.",
        ),
        (  # an Indian release is not India
            "Did India sign the Lima Pact?",
            (
                "An Indian release gives 90 signatories of the Lima Pact.",
                "India, Kenya and Peru are on the Lima Pact's list.",
            ),
            "India, Kenya and Peru are on the Lima Pact's list.",
        ),
        (
            "Did Britain attend the Lima Summit?",
            (
                "The United Kingdom signed the text of the Lima Summit.",
                "The UK was represented at the Lima Summit by a minister.",
            ),
            "The UK was represented at the Lima Summit by a minister.",
        ),
        (
            "Was Chile among the signatories at Lima?",
            ("Chile and Peru are not on the Lima Pact's list.",),
            "Chile and Peru are not on the Lima Pact's list.",
        ),
        ("Did Chile sign the Lima Pact?", ("Chile praised the Lima Pact.",), None),
        ("Did Chile sign the Lima Pact?", ("Chile signed the Lima Treaty.",), None),
        ("When did Chile sign the Lima Pact?", ("Chile signed the Lima Pact.",), None),
        ("Did Chile pay for the Lima Pact?", ("Chile signed the Lima Pact.",), None),
        ("Did any company sign the Lima Pact?", ("Chile signed the Lima Pact.",), None),
    ],
)
def test_the_sentence_that_says_it_is_found(
    question: str, texts: tuple[str, ...], expected: str | None
) -> None:
    found = find_membership(read_question(question), evidence(*texts), alone)
    assert (found and found.sentence.text) == expected


def test_an_item_of_the_texts_own_list_says_it() -> None:
    asked = read_question("Is Chile a signatory of the Lima Pact?")
    found = find_membership(asked, evidence("Peru", "Chile"), of_the_pact)
    assert found is not None
    assert found.sentence.text == "Chile"
    assert find_membership(asked, evidence("Peru", "Chile"), alone) is None


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("Which countries signed the Lima Pact?", True),
        ("Which countries were represented at the Lima Pact?", True),
        ("Which companies signed the Lima Pact?", False),
        ("Which countries signed the Oslo Pact?", False),
        ("Which countries paid for the Lima Pact?", False),
        ("How many countries signed the Lima Pact?", False),
    ],
)
def test_a_list_of_members_answers_who_they_are(question: str, answers: bool) -> None:
    def with_items(sentence: Sentence) -> tuple[str, str]:
        return f"{sentence.text}\n\nChile\n\nPeru", "The Lima Pact by Countries Attending"

    asked, (best,) = read_question(question), evidence(ANNOUNCED)
    assert lists_members(asked, best, with_items) is answers
    assert lists_members(asked, evidence("Peru")[0], of_the_pact) is answers
    assert not lists_members(asked, best, lambda each: (each.text, "The Lima Pact"))


def test_a_text_without_its_name_is_that_of_the_title() -> None:
    asked, given = (
        read_question("Did Chile sign the Lima Treaty?"),
        evidence("Chile signed the Treaty."),
    )
    assert find_membership(asked, given, lambda each: (each.text, "The Lima Treaty")) is given[0]
    assert find_membership(asked, given, lambda each: (each.text, "The Oslo Treaty")) is None


def test_a_sentence_before_that_announces_nothing_says_nothing_of_the_next() -> None:
    asked, given = read_question("Did Chile sign the Lima Pact?"), evidence("Chile was silent.")
    before = "The end: Peru signed the Lima Pact."
    assert find_membership(asked, given, lambda each: (f"{before} {each.text}", "Minutes")) is None


def test_what_says_it_goes_first_and_the_rest_keeps_its_order() -> None:
    given = evidence("One.", "Two.", "Three.")
    assert [each.sentence.text for each in prefer_membership(given, given[2])] == [
        "Three.",
        "One.",
        "Two.",
    ]
    assert prefer_membership(given, None) == tuple(given)


def test_two_names_are_both_asked_about() -> None:
    wanted = read_membership(read_question("Have Chile and Peru ever joined the Lima Pact?"))
    assert wanted is not None
    assert wanted.who == (frozenset({"chile"}), frozenset({"peru"}))
    assert not wanted.attending


WHOLE = (
    "The six countries that agreed to the Lima Pact are Chile, Peru, Kenya, Togo, Fiji and Malta."
)
SOME = "Chile, Peru, Kenya, Togo and Fiji are among the signatories of the Lima Pact of 2031."
OTHERS = "Iraq, Iran, Mali, Chad, Cuba and Laos came and are not signatories of the Lima Pact."
OF_ANOTHER = "The signatories of the Oslo Pact are Oman, Iraq, Iran, Mali, Chad, Cuba and Laos."


@pytest.mark.parametrize(
    "question",
    [
        "Who signed the Lima Pact?",
        "Which countries signed the Lima Pact?",
        "Which countries have signed up to the Lima Pact?",
        "Which nations are parties to the Lima Pact?",
        "Who endorsed the Lima Pact of 2031?",
    ],
)
def test_the_list_of_all_members_answers_who_signed_a_text(question: str) -> None:
    found = evidence("No company signed the Lima Pact.", OTHERS, OF_ANOTHER, SOME, WHOLE)
    whole = find_whole_list(read_question(question), found)
    assert whole is not None
    assert whole.sentence.text == WHOLE
    some = find_whole_list(read_question(question), found[:-1])
    assert some is not None
    assert some.sentence.text == SOME
    assert find_whole_list(read_question(question), found[:3]) is None


@pytest.mark.parametrize(
    "question",
    [
        "Who signed the Lima Pact late?",
        "Which countries signed the Lima Pact after the summit?",
        "Which companies signed the Lima Pact?",
        "Which African countries signed the Lima Pact?",
        "Who signed the Lima Pact on behalf of Malta?",
        "Did Chile sign the Lima Pact?",
        "How many countries signed the Lima Pact?",
    ],
)
def test_a_question_that_narrows_the_list_is_not_answered_by_all_of_it(question: str) -> None:
    assert find_whole_list(read_question(question), evidence(WHOLE)) is None
