"""Does the answer say what is expected: exact match, F1 and expected words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from summitqa.evaluation.cases import Case
from summitqa.evaluation.place import contains, normalise
from summitqa.types import Answer


def exact_match(given: str, accepted: Sequence[str]) -> float:
    """1 when the normalised answer equals an accepted form, else 0.

    Rajpurkar et al. 2016, https://aclanthology.org/D16-1264.
    """
    return float(any(normalise(given) == normalise(form) for form in accepted))


def token_f1(given: str, accepted: Sequence[str]) -> float:
    """Harmonic mean of word precision and recall against the best accepted form.

    Words are a bag, after normalisation (Rajpurkar et al. 2016,
    https://aclanthology.org/D16-1264).
    """
    return max(_f1(normalise(given).split(), normalise(form).split()) for form in accepted)


def _f1(given: list[str], gold: list[str]) -> float:
    if not given or not gold:
        return float(given == gold)
    shared = sum((Counter(given) & Counter(gold)).values())
    return 2 * shared / (len(given) + len(gold))


def holds_expected(case: Case, text: str) -> bool:
    """Tell whether a text holds an accepted answer and every item that it must hold."""
    if case.answers and not any(contains(text, form) for form in case.answers):
        return False
    items = [(item,) if isinstance(item, str) else item for item in case.must_contain]
    return all(any(contains(text, form) for form in forms) for forms in items)


def answer_measures(case: Case, answer: Answer) -> dict[str, float]:
    """Judge the words of an answer.

    The short answer counts for exact match and F1, the whole text with the statements of
    disagreement for what it must hold. SQuAD_F1 is F1 with abstention counted right for
    an unanswerable case (Rajpurkar, Jia and Liang 2018, https://aclanthology.org/P18-2124).
    """
    answered = answer.status == "answered"
    measures: dict[str, float] = {}
    if not case.answerable:
        measures["SQuAD_F1"] = float(not answered)
    elif case.answers:
        given = (answer.short_answer or "") if answered else ""
        measures["exact_match"] = exact_match(given, case.answers)
        measures["F1"] = measures["SQuAD_F1"] = token_f1(given, case.answers)
    if case.answers or case.must_contain:
        measures["contains_expected"] = float(answered and holds_expected(case, shown_text(answer)))
    if case.must_not_contain and answered:
        measures["avoids_forbidden"] = float(avoids_forbidden(case, answer))
    if case.expects_disagreement:
        measures["shows_disagreement"] = float(bool(answer.disagreements))
    elif case.answerable and answered:
        measures["false_disagreement"] = float(bool(answer.disagreements))
    return measures


def avoids_forbidden(case: Case, answer: Answer) -> bool:
    """Tell whether an answer's text holds none of what it must not hold."""
    return not any(contains(answer.text, words) for words in case.must_not_contain)


def shown_text(answer: Answer) -> str:
    """Everything that an answer states."""
    return " ".join([answer.text, *(each.statement for each in answer.disagreements)])
