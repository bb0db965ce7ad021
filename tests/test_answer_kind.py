"""Values of the kind that a question asks for, and short answers made to fit it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summitqa.answer_kind import NEAR, fit_span, prefer_fitting, rate_fit
from summitqa.confidence import NO_SIGNALS
from summitqa.types import Evidence, Sentence
from summitqa.understanding.question import read_question

FAIR = "Selby held the fair of 1731 with 14 towns and 250 guests on 3 May 1731."


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("How many towns took part?", FAIR, 2.0),
        ("How many ships came?", FAIR, 1.0),
        ("How many ships came?", "Selby held the fair.", 0.0),
        ("How much money did Selby spend?", "Selby spent €40 million.", 2.0),
        ("How much did the harbour grow?", "The harbour grew by 40%.", 1.0),
        ("When did Selby hold the fair?", FAIR, 1.0),
        ("When did Selby hold the fair?", "Selby held the fair.", 0.0),
        ("Who opened the fair in Selby?", "Marta Lind opened the fair in Selby.", 1.0),
        ("Who opened the fair in Selby?", "The fair in Selby was opened late.", 0.0),
        ("Which city held the fair?", "The fair was held in Selby.", 1.0),
        ("Why was the fair held?", FAIR, 0.0),
        ("What is the fair of Selby?", "The fair of Selby (FOS) is a market.", 1.0),
        ("What is the fair of Selby?", "The friends of the fair of Selby are a club.", 0.0),
        ("What is the fair of Selby?", "Selby held it.", 0.0),
    ],
)
def test_a_sentence_fits_by_the_values_it_holds(question: str, text: str, expected: float) -> None:
    assert rate_fit(read_question(question), text) == expected


@pytest.mark.parametrize(
    ("question", "said", "expected"),
    [
        ("How many towns took part?", "Selby", "14"),
        ("How many towns took part?", "14 towns", "14 towns"),
        ("How many ships came?", "Selby", None),
        ("How many towns took part?", None, "14"),
        ("Who held the fair?", "Selby", "Selby"),
        ("Who held the fair?", None, None),
        ("When was the fair held?", "3 May 1731", "3 May 1731"),
        ("When was the fair held?", "May 1731", "3 May 1731"),
        ("When was the fair held?", "Selby", None),
        ("Did Selby hold the fair?", "Selby", None),
        ("What happened to the fair in Selby?", "Selby", None),
        ("Did it last or fail, the fair of 1731?", "Selby", None),
        ("Who held it, Selby or Arden?", "Selby", "Selby"),
    ],
)
def test_a_short_answer_is_of_the_kind_asked_for(
    question: str, said: str | None, expected: str | None
) -> None:
    span = None if said is None else (FAIR.index(said), FAIR.index(said) + len(said))
    found = fit_span(read_question(question), FAIR, span)
    assert (None if found is None else FAIR[found[0] : found[1]]) == expected


def test_the_only_date_of_a_sentence_answers_when() -> None:
    text = "Selby opened the harbour on 3 May 1731."
    found = fit_span(read_question("When did the harbour open?"), text, (0, 5))
    assert found is not None
    assert text[found[0] : found[1]] == "3 May 1731"


@pytest.mark.parametrize(("said", "kept"), [("Selby", False), ("Arden, Brusk and Selby", True)])
def test_one_member_is_no_short_answer_to_a_question_for_all(said: str, kept: bool) -> None:
    text = "The towns are Arden, Brusk and Selby."
    span = (text.index(said), text.index(said) + len(said))
    found = fit_span(read_question("Which towns signed?"), text, span)
    assert found == (span if kept else None)


@pytest.mark.parametrize("question", ["When did Arden sign?", "How many copies did Arden sign?"])
def test_a_value_beside_what_did_not_happen_is_no_short_answer(question: str) -> None:
    text = "Arden, one of 14 towns that came on 3 May 1731, withheld its signature."
    said = "withheld its signature"
    span = (text.index(said), text.index(said) + len(said))
    assert fit_span(read_question(question), text, span) is None


def test_a_value_that_is_called_wrong_is_no_short_answer() -> None:
    text = "Dawn placed the fair in Arden, which is wrong."
    assert fit_span(read_question("Where was the fair?"), text, (24, 29)) is None


@given(
    st.sampled_from(["How many towns came?", "When was it?", "Who paid?", "How much did it cost?"]),
    st.text(max_size=60),
    st.integers(0, 60),
    st.integers(0, 60),
)
def test_a_span_always_lies_in_the_sentence(question: str, text: str, one: int, two: int) -> None:
    start, end = sorted((min(one, len(text)), min(two, len(text))))
    found = fit_span(read_question(question), text, (start, end))
    assert found is None or 0 <= found[0] <= found[1] <= len(text)


def _ranked(question: str, *texts: str, behind: float = 1.0) -> list[str]:
    asked = read_question(question)
    evidence = [
        Evidence(
            Sentence("a.md", 0, len(text), text),
            9.0 - behind * place,
            signals=replace(NO_SIGNALS, fits=rate_fit(asked, text)),
        )
        for place, text in enumerate(texts)
    ]
    return [each.sentence.text for each in prefer_fitting(asked, evidence)]


def test_a_sentence_without_the_name_or_day_asked_for_gives_way_to_a_near_one_with_it() -> None:
    bare, named = "The fair in Selby was opened late.", "Marta Lind opened the fair on 3 May 1731."
    assert _ranked("Who opened the fair in Selby?", bare, named) == [named, bare]
    assert _ranked("When did the fair in Selby open?", bare, named) == [named, bare]
    assert _ranked("Who opened the fair in Selby?", bare, named, behind=2 * NEAR) == [bare, named]
    assert _ranked("Why was the fair in Selby opened?", bare, named) == [bare, named]
    assert _ranked("Under which number was the fair listed?", bare, named) == [bare, named]
