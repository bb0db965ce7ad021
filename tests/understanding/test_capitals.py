"""Capitals: names in a question typed small are written as the documents write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summitqa.understanding.capitals import is_typed_small, restore_capitals

TEXTS = [
    "## What The Harbour Pact Is\n\nMinisters adopted the Harbour Pact in Porto. Countries such as"
    " Chile and the United States signed the Harbour Pact, and the US paid for it.",
    "In Porto the ministers said that a pact of two states, Chile and Peru, would follow."
    " It asks states and ports in Chile to tell HAVEN what they do.",
    "Reports from HAVEN say that Porto was full. They told us what the ministers of Peru want.",
]


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("did chile sign the harbour pact?", "Did Chile sign the Harbour Pact?"),
        ("what does haven do in porto?", "What does HAVEN do in Porto?"),
        ("what did peru's ministers want", "What did Peru's ministers want"),
        ("is there a pact of states?", "Is there a pact of states?"),  # an everyday word
        ("what do they tell us?", "What do they tell us?"),
        ("did the us pay for it?", "Did the US pay for it?"),
        ("did kenya sign?", "Did Kenya sign?"),  # a state that no text names
        ("did papua new guinea sign?", "Did Papua New Guinea sign?"),
        ("did the japanese sign?", "Did the Japanese sign?"),
        ("did bosnia and herzegovina sign?", "Did Bosnia and Herzegovina sign?"),
        ("who will polish the text?", "Who will polish the text?"),
        ("which states signed?", "Which states signed?"),
        ("what did tokyo want?", "What did Tokyo want?"),
        ("who'd pay, didn't chile?", "Who'd pay, didn't Chile?"),
        ("the harbour pact, who paid?", "The Harbour Pact, who paid?"),
    ],
)
def test_names_are_written_as_in_the_texts(typed: str, written: str) -> None:
    assert restore_capitals(typed, TEXTS) == written


@pytest.mark.parametrize(
    "text",
    [
        "# Dogs Bark\n\nDogs bark. Dogs sleep; Dogs eat.",
        "* Dogs bark\n* Dogs sleep\n1) Dogs eat\n**Dogs** drink",
        "“Cats.” Dogs bark. He left.[1] Dogs sleep… Dogs eat. (Dogs drink.)",
        "THE DOGS BARK AND THE DOGS SLEEP AND THE DOGS EAT.",
        "| Dogs Bark | Dogs Sleep |\n| The Dogs | The Dogs |",
        "The United States paid. Then the United States left. The Hot Dogs; the Hot Dogs.",
    ],
)
def test_these_say_nothing_of_how_a_word_is_written(text: str) -> None:
    assert restore_capitals("why do dogs bark?", [text, text]) == "Why do dogs bark?"


@pytest.mark.parametrize(
    ("question", "small"),
    [
        ("did chile sign?", True),
        ("Did chile sign?", True),
        ("what am I to pay?", True),
        ("did Chile sign?", False),
        ("what is the UN for", False),
        ("", True),
    ],
)
def test_a_question_with_a_capital_of_its_own_is_not_typed_small(
    question: str, small: bool
) -> None:
    assert is_typed_small(question) is small


@given(st.text(max_size=60), st.lists(st.text(max_size=80), max_size=3))
def test_nothing_but_case_changes(question: str, texts: list[str]) -> None:
    small = question.lower()
    assert restore_capitals(small, [*texts, question, *TEXTS]).lower() == small.lower()
