"""Questions that weigh things against each other, told apart into one question a side."""

from __future__ import annotations

import pytest

from summitqa.understanding.weighed import plan_weighing


@pytest.mark.parametrize(
    ("question", "questions"),
    [
        (
            "Which has more members, the Lake Council or the Alpine Board?",
            ("How many members has the Lake Council?", "How many members has the Alpine Board?"),
        ),
        (
            "Which firm sold more pumps, Orlo or Brask?",
            ("How many pumps does Orlo sold?", "How many pumps does Brask sold?"),
        ),
        (
            "Who has paid more into the fund: Lima or Quito?",
            ("How much has Lima paid into the fund?", "How much has Quito paid into the fund?"),
        ),
        (
            "Which tunnel is longer, the northern one or the one near Bern?",
            ("How long is the northern tunnel?", "How long is the tunnel near Bern?"),
        ),
        (
            "Whose budget was smaller, that of the Council or that of the Board?",
            (
                "How small was the budget of the Council?",
                "How small was the budget of the Board?",
            ),
        ),
        (
            "Were there more visitors in May or in June?",
            ("How many visitors in May?", "How many visitors in June?"),
        ),
        (
            "Did fewer states come to the first or the fourth assembly?",
            (
                "How many states come to the first assembly?",
                "How many states come to the fourth assembly?",
            ),
        ),
        (
            "Did Lima send more delegates than Quito?",
            ("How many delegates did Lima send?", "How many delegates did Quito send?"),
        ),
        (
            "Have more states joined the Lima Pact than the Quito Pact?",
            (
                "How many states joined the Lima Pact?",
                "How many states joined the Quito Pact?",
            ),
        ),
        (
            "How do Chile and Peru differ in what they charge for water?",
            (
                "What they charge for water in Chile?",
                "What they charge for water in Peru?",
            ),
        ),
        (
            "How do Chile and Peru differ in the price of water?",
            ("What is the price of water of Chile?", "What is the price of water of Peru?"),
        ),
        (
            "How did the fee change from Lima through Quito to Bern?",
            (
                "What was the fee in Lima?",
                "What was the fee in Quito?",
                "What was the fee in Bern?",
            ),
        ),
        (
            "How has the staff changed between its foundation and today?",
            ("What was the staff at its foundation?", "What is the staff today?"),
        ),
        (
            "How did the turnout in Lima compare with Quito?",
            ("What was the turnout in Lima?", "What was the turnout in Quito?"),
        ),
        (
            "What did Chile and Peru each offer?",
            ("What did Chile offer?", "What did Peru offer?"),
        ),
        (
            "Compare who chaired the talks in Lima, Quito and Bern.",
            (
                "Who chaired the talks in Lima?",
                "Who chaired the talks in Quito?",
                "Who chaired the talks in Bern?",
            ),
        ),
        (
            "How long was the list in Lima, and how long in Quito?",
            ("How long was the list in Lima?", "How long was the list in Quito?"),
        ),
    ],
)
def test_each_side_is_asked_about_by_itself(question: str, questions: tuple[str, ...]) -> None:
    plan = plan_weighing(question)
    assert plan is not None
    assert plan.questions == questions


@pytest.mark.parametrize(
    "question",
    [
        "Who chaired the talks in Lima?",
        "Is the pact binding or voluntary?",
        "Did Chile or Peru host the talks?",
        "Have more than forty states joined?",
        "How many more states joined in May?",
        "Which states joined, and which left?",
        "How has the Council changed?",
        "How does the pact differ from the treaty?",
        "Why did the board meet more often than it had said it would be able to?",
        "In what does the pact ask less of firms than the treaty?",
        "What raised prices more: the drought or the strike?",
    ],
)
def test_a_question_that_weighs_nothing_is_left_alone(question: str) -> None:
    assert plan_weighing(question) is None
