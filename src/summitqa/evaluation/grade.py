"""Grade one answer against its case: every measure that is defined for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from summitqa.errors import SuiteError
from summitqa.evaluation.cases import Case
from summitqa.evaluation.evidence import citation_measures, evidence_measures
from summitqa.evaluation.place import locate
from summitqa.evaluation.retrieval import Need, Target
from summitqa.evaluation.short_answer import (
    answer_measures,
    avoids_forbidden,
    holds_expected,
    shown_text,
    token_f1,
)
from summitqa.types import Answer


def find_needs(case: Case, text_of: Callable[[str], str | None]) -> tuple[Need, ...]:
    """Find a case's gold places in the indexed texts.

    Raises:
        SuiteError: A gold document is not indexed, or a quote is not in it.
    """
    needs = []
    for places, grade in zip(case.needs(), case.grades(), strict=True):
        targets = []
        for place in places:
            text = text_of(place.document)
            if text is None:
                raise SuiteError(f"the gold document {place.document} is not in the index")
            span = locate(text, place)
            if span is None:
                raise SuiteError(
                    f"the gold quote {(place.quote or '')[:60]!r} is not in {place.document} "
                    "as indexed"
                )
            targets.append(Target(place.document, span, place.quote is None))
        needs.append(Need(tuple(targets), grade))
    return tuple(needs)


def grade_answer(
    case: Case,
    answer: Answer,
    if_answered: Answer,
    needs: Sequence[Need],
    text_of: Callable[[str], str | None],
) -> dict[str, float]:
    """Compute the measures of a case, retrieval aside.

    Args:
        case: The case.
        answer: What was answered.
        if_answered: What would have been answered with no abstention; the same as
            ``answer`` where it was answered.
        needs: The case's gold places, found in the index.
        text_of: Gives a document's canonical text, or None.

    Returns:
        Measures by name; one that is not defined for the case is absent.
    """
    answered = answer.status == "answered"
    measures = {
        "confidence": answer.confidence,
        "answerable": float(case.answerable),
        "abstention_accuracy": float(answered == case.answerable),
    }
    if case.answerable:
        measures["abstained_when_answerable"] = float(not answered)
    else:
        measures["answered_when_unanswerable"] = float(answered)
    if needs:
        measures |= evidence_measures(needs, answer.citations)
    measures |= answer_measures(case, answer)
    measures |= citation_measures(answer, needs, text_of)
    if can_be_right(case, needs):
        measures["correct"] = float(is_right(case, answer, needs))
        measures["right_if_answered"] = float(
            case.answerable and is_right(case, if_answered, needs)
        )
    if case.rewrite:
        asked = answer.rewritten_question or answer.question
        measures["rewrite_F1"] = token_f1(asked, (case.rewrite,))
    return measures


def can_be_right(case: Case, needs: Sequence[Need]) -> bool:
    """Tell whether a case says enough to call an answer right or wrong."""
    by_words = bool(case.answers or case.must_contain)
    by_quotes = bool(needs) and not any(
        target.is_whole for need in needs for target in need.targets
    )
    return not case.answerable or by_words or by_quotes


def is_right(case: Case, answer: Answer, needs: Sequence[Need]) -> bool:
    """Tell whether a case was handled as expected.

    An unanswerable case: abstained. Otherwise answered, with nothing forbidden, and with
    the expected words if the case states any, else with a citation for every need.
    """
    if not case.answerable:
        return answer.status == "abstained"
    if answer.status != "answered" or not avoids_forbidden(case, answer):
        return False
    if case.answers or case.must_contain:
        return holds_expected(case, shown_text(answer))
    return all(
        any(need.is_met_by(each.document, (each.start, each.end)) for each in answer.citations)
        for need in needs
    )
