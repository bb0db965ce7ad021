"""Time: what may be known on a day, what is newest, what was only foreseen.

Age alone decides nothing: a text of 2023 stays the truth about 2023. A date counts only
where the question asks for a period, for the present, or for what was known on a day.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from summitqa.conversation.phrases import find_names
from summitqa.lexical import analyse
from summitqa.types import DocumentSummary, Evidence, Hit, Passage, Sentence, Signals
from summitqa.understanding.dates import Period, find_periods, read_iso, write_day, write_period
from summitqa.understanding.names import name_terms, unified_terms
from summitqa.understanding.question import Asked
from summitqa.understanding.values import find_quantities

# All in units of the evidence score (differences of the reader's logits).
NOW_WEIGHT = 4.5
"""What the newest of the comparable statements gains where the question is about now."""
COMPARABLE_MARGIN = 5.0
"""How far below the best a statement may lie to be taken as an answer about now."""

_NOW_TERMS = frozenset(
    analyse("current currently now today still latest newest recent date moment")
)
RENAMED_MARGIN = 12.0
"""How far below the best a statement of a new name may lie to be put before it."""
BESIDE = 60
"""Characters within which the thing renamed stands before or after the verb."""
ALIKE = 0.4
"""Share of common terms from which an older statement is what the newest one replaced."""

_AHEAD = re.compile(
    r"\b(?:by|until|till|planned for|scheduled for|due (?:in|by|on)|from|for|expected (?:in|by|on)"
    r"|held in|host(?:s|ed|ing)?(?: \w+){0,6} in|target(?: of)?|in|on)"
    r"\s+(?:the\s+)?(?:end of\s+)?$",
    re.IGNORECASE,
)
_TARGET = re.compile(
    r"\b(?:by|until|till|planned for|scheduled for|due (?:in|by|on)|expected (?:in|by|on)|for)"
    r"\s+(?:the\s+)?(?:end of\s+)?$",
    re.IGNORECASE,
)
_PLANS = re.compile(
    r"\b(?:will|plan(?:s|ned|ning)?|expect(?:s|ed)?|scheduled|due|aim(?:s|ed)?|intend(?:s|ed)?"
    r"|propos(?:e|es|ed)|target(?:s|ed)?|to be (?:held|published|opened)|would)\b",
    re.IGNORECASE,
)
_ASKS_RENAMING = re.compile(
    r"\brenam(?:e|es|ed|ing)\b|\bchang\w+ (?:its|their|the|his|her) name\b|\bnew name\b"
    r"|\b(?:get|got|given) (?:its|a|the) (?:new|current|present) name\b",
    re.IGNORECASE,
)
_ASKS_NAME = re.compile(r"\b(?:called|named?|known as|renamed)\b", re.IGNORECASE)
_ACRONYM = re.compile(r"\b[A-Z]{3,}\b")
_CHANGES_NAME = re.compile(r"\b(?:renamed|becomes?|became|new name)\b", re.IGNORECASE)
_LATER = re.compile(
    r"\b(?:later|since then|subsequently|afterwards|in the meantime|by now|follow-up|aftermath"
    r"|what changed|update[sd]?|still|no longer)\b",
    re.IGNORECASE,
)
_PAST = re.compile(
    r"\b(?:predecessors?|former(?:ly)?|retired|resigned|stepped down|left office|outgoing)\b",
    re.IGNORECASE,
)
"""Speaks of who or what was before, and never answers who or what is now."""
_FORESEEN = re.compile(
    r"\b(?:preview|expected|foresaw|anticipated|was to|were to|ahead of|will (?:be|take|discuss"
    r"|meet|adopt|sign|announce|host|include|unveil|focus|cover))\b",
    re.IGNORECASE,
)


def is_known_by(sentence: Sentence, summary: DocumentSummary, day: date) -> bool:
    """Tell whether a sentence could have been written on a day.

    A sentence that states a date after the day could not, unless it was written by then
    and looks ahead. Without a date of its own, a sentence goes by its headings, and one
    that speaks of what came later goes by the document's latest fact.

    Args:
        sentence: The sentence.
        summary: Its document's metadata.
        day: The last day of what may be known.
    """
    written = read_iso(summary.date)
    if written is not None and written.first > day:
        return False
    latest = read_iso(summary.updated)
    if latest is not None and latest.last <= day:
        return True
    periods = find_periods(sentence.text)
    later = [each for each in periods if each.first > day or (each.days > 366 and each.last > day)]
    if later:
        earlier = [each for each in periods if each.first <= day]
        only_plans = all(_AHEAD.search(sentence.text[: each.start]) for each in later)
        return bool(earlier) and only_plans and bool(_PLANS.search(sentence.text))
    if periods:
        return True
    headings = " ".join(sentence.headings[1:])
    dated = find_periods(headings)
    if dated and min(each.first for each in dated) > day:
        return False
    if latest is None:
        return True
    return not (_LATER.search(headings) or _LATER.search(sentence.text))


def restrict_hits(
    hits: Sequence[Hit],
    day: date,
    summaries: Mapping[str, DocumentSummary],
    sentences_of: Callable[[Passage], Sequence[Sentence]],
) -> tuple[Hit, ...]:
    """Cut passages down to what could have been written on a day.

    Args:
        hits: Hits, best first.
        day: The last day of what may be known.
        summaries: Metadata of the documents, by id.
        sentences_of: Gives the sentences of a passage, headings included, in order.

    Returns:
        The longest run of allowed sentences of each passage, as a passage of its own
        with exact offsets; a passage with no such sentence is left out.
    """
    kept: list[Hit] = []
    for hit in hits:
        summary = summaries[hit.passage.document]
        runs: list[list[Sentence]] = [[]]
        for sentence in sentences_of(hit.passage):
            if is_known_by(sentence, summary, day):
                runs[-1].append(sentence)
            elif runs[-1]:
                runs.append([])
        best = max(runs, key=lambda run: sum(len(each.text) for each in run))
        if best:
            kept.append(replace(hit, passage=_cut(hit.passage, best[0].start, best[-1].end)))
    return tuple(kept)


def _cut(passage: Passage, start: int, end: int) -> Passage:
    start, end = max(start, passage.start), min(end, passage.end)
    text = passage.text[start - passage.start : end - passage.start]
    return replace(passage, start=start, end=end, text=text)


def date_statement(sentence: Sentence, summary: DocumentSummary) -> Period | None:
    """Date a statement: by its own latest date that lies behind it, its heading, its document.

    One that speaks of what came later, without a date, goes by the document's latest fact.
    """
    if _LATER.search(sentence.text) and not find_periods(sentence.text):
        return read_iso(summary.updated) or read_iso(summary.date)
    periods = [
        each
        for each in find_periods(sentence.text)
        if not (_PLANS.search(sentence.text) and _TARGET.search(sentence.text[: each.start]))
    ] or [each for each in find_periods(" ".join(sentence.headings[1:])) if each.days <= 366]
    if periods:
        return max(periods, key=lambda each: (each.first, -each.days))
    return read_iso(summary.date)


def _date_writing(sentence: Sentence, summary: DocumentSummary) -> Period | None:
    """Date when something was foreseen: never by the time that it looks ahead to."""
    written = read_iso(summary.updated) or read_iso(summary.date)
    own = [
        each
        for each in find_periods(sentence.text)
        if not _AHEAD.search(sentence.text[: each.start])
        and (written is None or each.first <= written.last)
    ]
    return max(own, key=lambda each: each.first) if own else written


def is_foreseen(sentence: Sentence, summary: DocumentSummary) -> bool:
    """Tell whether a sentence reports what was expected before an event."""
    if _FORESEEN.search(sentence.text):
        return True
    return bool(re.search(r"\bpreview\b", summary.title, re.IGNORECASE)) and bool(
        _PLANS.search(sentence.text)
    )


def prefer_by_time(
    asked: Asked,
    evidence: Sequence[Evidence],
    summaries: Mapping[str, DocumentSummary],
) -> tuple[Evidence, ...]:
    """Put the newest first where the present is asked for, and a new name where that is.

    Args:
        asked: The question as read.
        evidence: Evidence, best first.
        summaries: Metadata of the documents, by id.

    Returns:
        The same evidence with adjusted scores, best first.
    """
    adjusted = list(evidence)
    if asked.now and asked.period is None and adjusted:
        adjusted = _prefer_newest(asked, adjusted, summaries)
    adjusted.sort(key=lambda each: -each.score)
    renaming = _find_renaming(asked, adjusted, summaries)
    if renaming is not None:
        span = _short_renaming(asked, renaming) or renaming.span
        raised = replace(renaming, score=adjusted[0].score + 1.0, span=span)
        adjusted = [raised, *(each for each in adjusted if each is not renaming)]
    return tuple(adjusted)


def _find_renaming(
    asked: Asked, evidence: Sequence[Evidence], summaries: Mapping[str, DocumentSummary]
) -> Evidence | None:
    """Find the dated statement of a new name, where the question is about that.

    Where it is asked what something is called now, the newest of those near the best; where it
    is asked when that came about, the best of all, since nothing else can answer.
    """
    names = name_terms(asked.text)
    if not names or not evidence:
        return None
    short = _ACRONYM.findall(asked.text)
    telling = [
        each
        for each in evidence
        if find_periods(each.sentence.text) and _tells_new_name(each.sentence.text, names, short)
    ]
    if asked.kind == "date" and _ASKS_RENAMING.search(asked.text):
        return telling[0] if telling else None
    if not (asked.now and _ASKS_NAME.search(asked.text)):
        return None
    near = [each for each in telling if each.score >= evidence[0].score - RENAMED_MARGIN]
    return max(near, key=lambda each: _known_date(each, summaries), default=None)


def _short_renaming(asked: Asked, evidence: Evidence) -> tuple[int, int] | None:
    """The day of a new name, or the name itself, as offsets in the document."""
    text, begin = evidence.sentence.text, evidence.sentence.start
    if asked.kind == "date":
        days = find_periods(text)
        return (begin + days[0].start, begin + days[0].end) if len(days) == 1 else None
    verb = _CHANGES_NAME.search(text)
    names = find_names(text[verb.end() :]) if verb else []
    if verb is None or not names or find_periods(names[0].text):
        return None
    return begin + verb.end() + names[0].start, begin + verb.end() + names[0].end


def _tells_new_name(text: str, names: Sequence[set[str]], short: Sequence[str]) -> bool:
    """The thing itself stands beside the verb: "X would become Y", "X was renamed Y".

    An acronym may stand elsewhere ("X became Y and kept the acronym Z") or be written out.
    """
    held, capitals = unified_terms(text), "".join(filter(str.isupper, text))
    spared = {
        term for each in short for term in unified_terms(each) if term in held or each in capitals
    }
    for match in _CHANGES_NAME.finditer(text):
        sides = [text[max(0, match.start() - BESIDE) : match.start()]]
        if not match.group(0).startswith("bec"):  # Y of "became Y" is what X was not before.
            sides.append(text[match.end() : match.end() + BESIDE])
        if any(all(name <= unified_terms(side) | spared for name in names) for side in sides):
            return True
    return False


def _known_date(evidence: Evidence, summaries: Mapping[str, DocumentSummary]) -> date:
    dated = date_statement(evidence.sentence, summaries[evidence.sentence.document])
    return dated.first if dated is not None else date.min


def rate_time(asked: Asked, sentence: Sentence, summary: DocumentSummary) -> float:
    """Say how well a sentence's dates, or its heading's, fit the time that a question is about.

    Returns:
        1 for dates within the period, or before or after the day, that is asked for, -1 for
        dates outside it, -0.5 for a document of another year; the sum where both are asked for.
    """
    own = find_periods(sentence.text)
    context = own or find_periods(" ".join(sentence.headings[1:]))
    rating = 0.0
    if asked.period is not None:
        if context:
            rating += 1 if any(each.overlaps(asked.period) for each in context) else -1
        else:
            stated = read_iso(summary.date)
            if stated is not None and not _same_years(stated, asked.period):
                rating -= 0.5
    if asked.before is not None and own:
        rating += 1 if min(each.first for each in own) < asked.before else -1
    if asked.after is not None and own:
        rating += 1 if max(each.last for each in own) > asked.after else -1
    return rating


def _same_years(one: Period, other: Period) -> bool:
    return one.first.year <= other.last.year and other.first.year <= one.last.year


def _prefer_newest(
    asked: Asked, evidence: Sequence[Evidence], summaries: Mapping[str, DocumentSummary]
) -> list[Evidence]:
    """Raise the newest of the statements that answer about as well as the best."""
    best = max(evidence, key=lambda each: each.score)
    terms = unified_terms(asked.text) - _NOW_TERMS
    needed = _covered(best, terms) - 0.15

    def comparable(each: Evidence) -> bool:
        near = each.score >= best.score - COMPARABLE_MARGIN
        fits = each.signals is None or best.signals is None or _fits_as(each.signals, best.signals)
        past = _PAST.search(each.sentence.text) is not None
        return each is best or (near and fits and not past and _covered(each, terms) >= needed)

    rivals = [each for each in evidence if comparable(each)]
    dates = {
        id(each): dated.first
        for each in rivals
        if (dated := date_statement(each.sentence, summaries[each.sentence.document]))
    }
    order = sorted(set(dates.values()))
    if len(order) < 2:
        return list(evidence)
    raised = {day: NOW_WEIGHT * place / (len(order) - 1) for place, day in enumerate(order)}
    return [
        replace(each, score=each.score + raised[dates[id(each)]]) if id(each) in dates else each
        for each in evidence
    ]


def find_replaced(
    asked: Asked, evidence: Sequence[Evidence], summaries: Mapping[str, DocumentSummary]
) -> Evidence | None:
    """Find what the newest statement replaced, where the question is about now.

    Args:
        asked: The question as read.
        evidence: Evidence, best first; the first is the statement quoted.
        summaries: Metadata of the documents, by id.

    Returns:
        The best older statement in much the same words with another number; None when
        there is none, or when no number is asked for.
    """
    if not asked.now or asked.kind != "number" or asked.period is not None or len(evidence) < 2:
        return None
    first = evidence[0].sentence
    newest = date_statement(first, summaries[first.document])
    words = unified_terms(first.text)
    terms = unified_terms(asked.text) - _NOW_TERMS
    needed = _covered(evidence[0], terms)
    for each in evidence[1:8]:
        older = date_statement(each.sentence, summaries[each.sentence.document])
        other = unified_terms(each.sentence.text)
        alike = len(words & other) / min(len(words), len(other)) if words and other else 0.0
        earlier = bool(newest and older and older.last < newest.first)
        changed = not any(
            one.agrees(two)
            for one in find_quantities(first.text)
            for two in find_quantities(each.sentence.text)
        )
        if earlier and changed and alike >= ALIKE and _covered(each, terms) >= needed:
            return each
    return None


def _fits_as(signals: Signals, best: Signals) -> bool:
    """Tell whether a sentence holds a value of the kind asked for, if the best one does."""
    return signals.fits > 0 or best.fits == 0


def _covered(evidence: Evidence, terms: set[str]) -> float:
    return len(terms & unified_terms(evidence.sentence.text)) / len(terms) if terms else 0.0


def write_notes(
    asked: Asked,
    as_of: date | None,
    first: Sentence,
    summary: DocumentSummary,
) -> tuple[str, ...]:
    """Say as of when an answer holds, and whether it was only foreseen.

    Args:
        asked: The question as read.
        as_of: The last day of what may be known, if restricted.
        first: The first sentence quoted.
        summary: Its document's metadata.
    """
    notes = []
    dated = date_statement(first, summary)
    if as_of is not None:
        notes.append(f"As of {write_day(as_of)}: later documents and statements were left out.")
    elif asked.now and asked.period is None and dated is not None:
        notes.append(f"As of {write_period(dated)}, the date of the newest statement found.")
    if not asked.expectation and is_foreseen(first, summary):
        written = _date_writing(first, summary)
        when = f" of {write_period(written)}" if written is not None else ""
        notes.append(f"This is what was expected beforehand, from a text{when}.")
    return tuple(notes)
