"""Differences that the texts state themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from summitqa.disagreement.claim import (
    MOST_CLAIMS,
    SOURCE,
    Claim,
    in_order,
    make_claim,
    one_a_value,
)
from summitqa.disagreement.form import Form
from summitqa.disagreement.subject import (
    in_section,
    is_of_another_state,
    names_another,
    names_fit,
    names_stand_in,
    own_terms,
    section_of,
    share_terms,
)
from summitqa.disagreement.values import (
    Value,
    agree,
    count_apart,
    differ,
    exact,
    find_reported,
    find_values,
    is_vague,
    plain_counts,
    write_value,
)
from summitqa.disagreement.wording import announces_difference, tells_difference
from summitqa.lexical import analyse
from summitqa.split import is_heading
from summitqa.temporal import is_foreseen
from summitqa.types import DocumentSummary, Evidence, Sentence
from summitqa.understanding.names import name_terms, unified_terms
from summitqa.understanding.signing import AGREED

FIT = 0.5
"""Share of the question's own terms that a sentence about a difference must hold."""
FIT_OPEN = 0.66
"""The same where the question asks for neither a number nor a date."""
CLOSE = 2.0
"""How far below the best evidence a sentence about a difference may lie."""
CLOSE_RANK = 3
"""How many of the best sentences may tell of a difference."""
FURTHER_DOWN = 8
"""How many of the best sentences may tell of a difference about the very thing named."""
HAPPENING = frozenset(
    analyse("adopt adopted adoption publish published publication release released launch launched")
    + analyse("issue issued date dates dated enact enacted enactment pass passed vote voted")
)
"""Words for the day of a text, which sources date by one or another of them."""
SAME_SECTION = 0.3
"""Share of common terms of two statements in one section about differences."""


def find_stated(
    form: Form,
    evidence: Sequence[Evidence],
    summaries: Mapping[str, DocumentSummary],
    sentences_of: Callable[[str], Sequence[Sentence]],
) -> tuple[Claim, ...]:
    """Take what the texts themselves say about differences, where it fits the question."""
    top = evidence[0].score
    wider = 2.5 if form.about_difference else 1.0
    for each in evidence[: int(CLOSE_RANK * wider) + 1]:
        if each.score < top - CLOSE * wider:
            break
        summary = summaries[each.sentence.document]
        if not names_fit(form.asked, each.sentence, summary):
            continue
        if names_another(form.asked, each.sentence):
            continue
        if is_of_another_state(form.asked, each.sentence):
            continue
        needed = _needed_fit(form)
        if each is evidence[0] and differ(plain_counts(each.sentence)):
            needed = min(needed, FIT)  # The answer quotes it, and with it both values.
        fit = _fit(form, own_terms(form.asked, summary), each.sentence)
        if max(fit, _nearness(each, evidence[0])) < needed:
            continue
        siblings = section_of(each.sentence, sentences_of)
        if tells_difference(form, each.sentence):
            told = _announced(form, each.sentence, siblings, summary)
            return told or (make_claim(each.sentence, "", summary),)
        if siblings:
            claims = _side_by_side(form, each.sentence, siblings, summary)
            claims = claims or _announced(form, each.sentence, siblings, summary)
            if claims:
                return claims
    return _differences_elsewhere(form, evidence, summaries, sentences_of) or _told_further_down(
        form, evidence, summaries
    )


def _nearness(told: Evidence, best: Evidence) -> float:
    """Give the share of the answer's terms in what is told of a difference beside it.

    The question may name a thing by words that the document uses for it nowhere else.
    """
    if told is best or not in_section(told.sentence):
        return 0.0
    return share_terms(told.sentence, best.sentence)


def _told_further_down(
    form: Form, evidence: Sequence[Evidence], summaries: Mapping[str, DocumentSummary]
) -> tuple[Claim, ...]:
    """Take what a section about differences of another document says of the very thing named."""
    if not form.is_named or form.asked.now:
        return ()
    for each in evidence[:FURTHER_DOWN]:
        summary = summaries[each.sentence.document]
        if (
            in_section(each.sentence)
            and names_stand_in(form.asked, each.sentence.text)
            and _fit(form, own_terms(form.asked, summary), each.sentence) >= FIT
            and tells_difference(form, each.sentence)
        ):
            return (make_claim(each.sentence, "", summary),)
    return ()


def _fit(form: Form, terms: set[str], sentence: Sentence) -> float:
    """Give the share of terms that a sentence holds, or says in another word of the kind.

    A count of countries answers "how many governments", and a text that some are behind is one
    that they signed.
    """
    held = unified_terms(sentence.text)
    found = {
        term
        for term in terms
        if term in held
        or (term in form.nouns and form.alike & held)
        or (term in AGREED and AGREED & held)
        or (form.kind == "date" and term in HAPPENING and HAPPENING & held)
    }
    return len(found) / len(terms) if terms else 0.0


def _needed_fit(form: Form) -> float:
    """How well a sentence about a difference must fit: values and names vouch for the rest."""
    if form.about_difference:
        return 0.0
    if form.kind:
        return 0.0 if form.is_named else FIT
    return FIT if form.asked.kind == "yes-no" else FIT_OPEN


def _differences_elsewhere(
    form: Form,
    evidence: Sequence[Evidence],
    summaries: Mapping[str, DocumentSummary],
    sentences_of: Callable[[str], Sequence[Sentence]],
) -> tuple[Claim, ...]:
    """Look through the sections about differences of the best evidence's documents."""
    for document in list(dict.fromkeys(each.sentence.document for each in evidence[:4]))[:2]:
        summary = summaries[document]
        own = own_terms(form.asked, summary)
        near = [each.sentence for each in evidence[:4] if each.sentence.document == document]
        fitting = [
            sentence
            for sentence in sentences_of(document)
            if in_section(sentence)
            and not is_heading(sentence)
            and (_fit(form, own, sentence) >= FIT or _is_about_answer(form, sentence, near))
            and names_fit(form.asked, sentence, summary)
            and not is_of_another_state(form.asked, sentence)
        ]
        if not fitting:
            continue
        whole = [each for each in fitting if tells_difference(form, each, typed=True)]
        if whole:
            best = max(whole, key=lambda each: _fit(form, own, each))
            return (make_claim(best, "", summary),)
        best = max(fitting, key=lambda each: _fit(form, own, each))
        siblings = section_of(best, sentences_of)
        claims = _side_by_side(form, best, siblings, summary)
        claims = claims or _announced(form, best, siblings, summary)
        if claims:
            return claims
    return ()


def _is_about_answer(form: Form, sentence: Sentence, answers: Sequence[Sentence]) -> bool:
    """Tell whether a sentence repeats a value that an answer gives, in much the same words.

    It must name what is asked about itself, and a question about now wants the newest.
    """
    if form.asked.now:
        return False
    if form.kind == "date":
        answers = [each for each in answers if _names_only(each, sentence)]
    elif form.kind != "duration" and not names_stand_in(form.asked, sentence.text):
        return False
    told = {exact(each)[:2] for each in find_reported(form, sentence)}
    return any(
        share_terms(sentence, answer) >= SAME_SECTION
        and told & {exact(each)[:2] for each in find_values(form, answer)}
        for answer in answers
    )


def _names_only(answer: Sentence, told: Sentence) -> bool:
    """Tell whether what is told names nothing, in two words or more, that the answer does not."""
    held = unified_terms(answer.text)
    return all(name <= held for name in name_terms(told.text) if len(name) >= 2)


def _announced(
    form: Form, first: Sentence, siblings: Sequence[Sentence], summary: DocumentSummary
) -> tuple[Claim, ...]:
    """Take the statements that a difference is announced by: "described in two ways. ..."."""
    place = next((at for at, each in enumerate(siblings) if each == first), None)
    if place is None:
        return ()
    nearest = (at for at in (place, place - 1, place - 2) if at >= 0)
    announcing = next((at for at in nearest if announces_difference(form, siblings[at])), None)
    if announcing is None:
        return ()
    before = [siblings[announcing]]
    claims: list[Claim] = []
    kept: list[Value] = []
    for sentence in siblings[announcing + 1 : announcing + 1 + MOST_CLAIMS]:
        alike = max(share_terms(sentence, each) for each in before)
        if announces_difference(form, sentence) or alike < SAME_SECTION:
            break
        before.append(sentence)
        if not form.kind:
            claims += [make_claim(sentence, "", summary)] if SOURCE.match(sentence.text) else []
            continue
        values = find_reported(form, sentence)
        if len(values) == 1 and not any(agree(values[0], other) for other in kept):
            claims.append(make_claim(sentence, write_value(values[0], sentence), summary))
            kept.append(values[0])
    elsewhere = is_of_another_state(form.asked, *before)
    return in_order(claims) if len(claims) >= 2 and not elsewhere else ()


def _side_by_side(
    form: Form, best: Sentence, siblings: Sequence[Sentence], summary: DocumentSummary
) -> tuple[Claim, ...]:
    """Set the values that the sentences of one section give side by side.

    Exact values go before vague ones: "around 60" agrees with 58 and with 61, which do
    not agree with each other.
    """
    if len(find_reported(form, best)) != 1:
        return ()
    alike = [
        each
        for each in siblings
        if each != best
        and (form.asked.expectation or not is_foreseen(each, summary))
        and names_fit(form.asked, each, summary)
        and not is_of_another_state(form.asked, each)
        and share_terms(each, best) >= SAME_SECTION
    ]
    given = [(each, find_reported(form, each)) for each in (best, *alike)]
    single = [(each, values[0]) for each, values in given if len(values) == 1]
    single.sort(key=lambda pair: is_vague(pair[1]))
    claims: list[Claim] = []
    kept: list[Value] = []
    for sentence, value in single:
        if not any(agree(value, other) or count_apart(value, other) for other in kept):
            claims.append(make_claim(sentence, write_value(value, sentence), summary))
            kept.append(value)
    distinct = one_a_value(claims)
    return in_order(distinct) if len(distinct) >= 2 else ()
