"""Which sentence answers a question on an article or a case of a suite."""

from __future__ import annotations

from summitqa.evaluation.cases import Case, Gold
from training.gold import holds_answer, is_gold

TEXT = "Holm Mill grinds barley. Ann Hale owns it."
CASE = Case(
    id="owner",
    question="Who owns Holm Mill?",
    gold=(Gold(document="mill.md", quote="Ann Hale\nowns it."),),
)


def test_the_sentence_in_which_an_answer_starts_holds_it() -> None:
    starts = [TEXT.index("Ann Hale")]
    assert holds_answer(TEXT, starts, "Ann Hale owns it.")
    assert not holds_answer(TEXT, starts, "Holm Mill grinds barley.")
    assert not holds_answer(TEXT, starts, "Ann Hale owns another.")
    assert not holds_answer(TEXT, [], "Ann Hale owns it.")


def test_a_gold_quote_is_known_by_its_words_and_its_document() -> None:
    assert is_gold(CASE, "mill.md", "Ann Hale owns it.")
    assert is_gold(CASE, "mill.md", "Today Ann Hale owns it.")
    assert is_gold(CASE, "mill.md", "Ann Hale")
    assert not is_gold(CASE, "other.md", "Ann Hale owns it.")
    assert not is_gold(CASE, "mill.md", "Holm Mill grinds barley.")
