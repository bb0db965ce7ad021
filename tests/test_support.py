"""What is not in the cited words is caught, and what is there is left alone."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summitqa.support import check_support

CITED = (
    "Twelve countries, among them Kenya, signed the Lakeside Charter in Norland on "
    "4 March 2031 and promised €40 million."
)


@pytest.mark.parametrize(
    ("claim", "reason"),
    [
        ("Thirteen countries signed the Lakeside Charter.", "the number 13"),
        ("Ninety-two countries signed the Lakeside Charter.", "the number 92"),
        ("The countries promised 40 billion.", "the number 40bn"),
        ("The countries promised $40 million.", "the currency USD"),
        ("It was signed on 5 March 2031.", "the date 2031-3-5"),
        ("It was signed on 4 April 2031.", "the date 2031-4-4"),
        ("It was signed on March 4, 2013.", "the date 2013-3-4"),
        ("Kenya was the third to sign the Charter.", "the ordinal 3"),
        ("Brazil signed the Lakeside Charter.", "the name Brazil"),
        ("The Charter was signed in Sudland.", "the name Sudland"),
        ("Émile signed the Lakeside Charter.", "the name Émile"),
        (
            "Kenya did not sign the Lakeside Charter in Norland.",
            "it denies what the cited words do not deny",
        ),
        ("Kenya refused to sign the Charter.", "it denies what the cited words do not deny"),
        ("wa'maH cha' Sep qI'ta'", "the cited words speak of something else"),
        ("Scientists warned of floods.", "the cited words speak of something else"),
        ("Kenya signed; see https://evil.example.", "the address https://evil.example"),
        ("The Charter is fake.", "the cited words speak of something else"),
        ("The Lakeside Charter was forged.", "the cited words speak of something else"),
        ("Kenya signed ![x](y).", "it holds a link or markup"),
        ("Kenya <b>signed</b> the Charter.", "it holds a link or markup"),
        ("Kenya sig\u200bned the Charter.", "it holds hidden characters"),
    ],
)
def test_what_the_cited_words_lack_is_named(claim: str, reason: str) -> None:
    verdict = check_support(claim, [CITED])
    assert not verdict.supported
    assert reason in verdict.reasons


@pytest.mark.parametrize(
    "claim",
    [
        "12 countries signed the Lakeside Charter.",
        "The Charter was signed by twelve countries on March 4, 2031.",
        "In March 2031, the Charter was signed in Norland.",
        "The countries promised 40 million euros.",
        "Countries including Kenya promised €40m.",
        "Participants signed the Charter.",
    ],
)
def test_other_words_for_the_same_are_left_alone(claim: str) -> None:
    assert check_support(claim, [CITED]).reasons == ()


def test_a_denial_that_is_left_out_is_caught() -> None:
    cited = "The United Kingdom did not sign the Lakeside Charter."
    verdict = check_support("The United Kingdom signed the Lakeside Charter.", [cited])
    assert "it states what the cited words deny" in verdict.reasons


@pytest.mark.parametrize(
    "cited",
    [
        "The draft asks that all laboratories be licensed by the state.",
        "Delegates doubted whether all laboratories are licensed by the state.",
        "Readers will want their tools to write that all laboratories are licensed by the state.",
        "The thing to answer is that all laboratories are licensed by the state.",
    ],
)
def test_what_somebody_wants_or_doubts_is_not_taken_for_stated(cited: str) -> None:
    verdict = check_support("All laboratories are licensed by the state.", [cited])
    assert "the cited words do not state this themselves" in verdict.reasons
    assert check_support(cited, [cited]).supported


@pytest.mark.parametrize(
    "cited",
    [
        "The inspectors found that all laboratories are licensed by the state.",
        "The law was changed, so that all laboratories are licensed by the state.",
        "The report lists all laboratories that are licensed by the state.",
    ],
)
def test_what_is_found_or_follows_is_stated(cited: str) -> None:
    assert check_support("All laboratories are licensed by the state.", [cited]).reasons == ()


def test_a_date_may_not_be_put_together_from_two() -> None:
    cited = "It was signed on 4 March 2031 and revised on 9 May 2032."
    assert not check_support("It was signed on 4 May 2031.", [cited]).supported


def test_names_and_dates_of_the_context_count_as_given() -> None:
    claim = "The Lakeside Meeting was held in March 2031."
    assert not check_support(claim, ["The meeting was held."]).supported
    assert check_support(claim, ["The meeting was held."], "Lakeside Meeting. 2031-03-04").supported


def test_without_a_citation_nothing_is_supported() -> None:
    assert not check_support("Twelve countries signed.", []).supported
    assert not check_support("Twelve countries signed.", [" "]).supported


def test_the_support_head_can_strike_what_the_words_allow() -> None:
    asked: list[str] = []

    def doubt(claim: str, texts: object) -> list[float]:
        asked.append(claim)
        return [0.1 for _ in list(texts)]  # type: ignore[call-overload]

    verdict = check_support("Kenya promised to sign.", [CITED], score=doubt)
    assert asked
    assert verdict.reasons == ("the cited words do not say this",)


WORDS = st.lists(
    st.sampled_from(
        "Kenya signed not 12 the charter €40 million March 4 2031 third never U.S. two".split()
    ),
    min_size=1,
    max_size=14,
)


@settings(deadline=None)
@given(WORDS)
def test_a_sentence_supports_itself(words: list[str]) -> None:
    sentence = " ".join(words)
    assert check_support(sentence, [sentence], score=lambda _, texts: [0.0] * len(texts)).supported


@settings(deadline=None)
@given(st.integers(2, 9999), st.integers(2, 9999))
def test_swapping_a_number_breaks_support(given_number: int, said: int) -> None:
    cited = f"The fund paid {given_number} crowns to the Charter."
    claim = re.sub(r"\d+", str(said), cited)
    assert check_support(claim, [cited]).supported is (said == given_number)
