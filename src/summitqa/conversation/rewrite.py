"""Rewrite a follow-up into a question that stands alone.

Rules over words and the subjects of the turns before; no language model. In order: a
correction or a fragment takes its place in the question before it; pronouns and words
that point back are replaced by what they stand for; a question that names no subject of
its own gets the subject of the conversation. A question that names its own subject and
points nowhere is left alone, so a change of subject carries nothing over.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from summitqa.conversation.ellipsis import finish_ellipsis
from summitqa.conversation.focus import (
    DEPTH,
    Subject,
    find_pair,
    find_subjects,
    first_sentences,
    shares_words,
    since_change_of_subject,
)
from summitqa.conversation.fragments import place_fragment, without_place
from summitqa.conversation.phrases import (
    Names,
    Phrase,
    find_phrases,
    is_plural,
    known_names,
    tokenise,
)
from summitqa.conversation.pronouns import Before, replace_pronouns
from summitqa.conversation.signals import (
    Signals,
    open_pronouns,
    read_signals,
    says_nothing,
    strip_fragment_opening,
)
from summitqa.conversation.words import (
    AS_TO,
    AUXILIARIES,
    EVENTS,
    GENERIC_NOUNS,
    QUESTION_WORDS,
    TEXTS,
)
from summitqa.types import DocumentSummary, Turn
from summitqa.understanding.dates import find_periods
from summitqa.understanding.names import is_state

MOST_TEXTS = 6
"""Cited documents, the latest first, that are looked into for who is he and who is she."""
_OPENING_AND = re.compile(r"^(?:and|but|so|then|or)\b[\s,]*", re.IGNORECASE)
_IS_THERE_ONE = re.compile(r"\b(there|have|has|had) one\b", re.IGNORECASE)
_TOPIC_FIRST = re.compile(r"^(?:(?:the|those|these)\s+)?([\w' -]+),\s*how many\b", re.IGNORECASE)
_TOPIC_THEN = re.compile(
    r"^(?:(?:and|but|so)\s+)?(?:what|how) about (?P<topic>[^?]{2,80})\?\s+(?P<asked>\S.*)$",
    re.IGNORECASE,
)
_BEFORE_THAT = re.compile(r"^(?P<when>before|after|since|until)\s+(?:that|then)$", re.IGNORECASE)
_YEAR_AFTER = re.compile(
    r"\b(?:in )?(?:the|a|one) (?:year (?:after|later)|(?:following|next) year"
    r"|(?P<before>year before|year earlier|previous year))(?=\s*(?:[?.!,]|$))",
    re.IGNORECASE,
)
_BESIDE_ANOTHER = frozenset(
    {
        "new",
        "newer",
        "older",
        "earlier",
        "later",
        "next",
        "previous",
        "other",
        "similar",
        "different",
    }
)
_ORDERED = frozenset({"first", "second", "third", "last", "next", "latest", "previous", "other"})
_DEFINITE = frozenset({"the", "this", "that", "these", "those"})
_THAT_ONE = re.compile(r"\b(?:that|this) one\b", re.IGNORECASE)
_LIKE_ONE = re.compile(
    r"\bthe (?P<like>[\w-]+) one\b(?! (?:who|that|which|in|at|of|on|for|about)\b)"
)
_NO_OBJECT = re.compile(
    r"(?P<verb>\b(?:sign|join|endorse|ratify|attend|adopt|back|leave|"
    r"(?:sign|join|endorse|attend|adopt|back)(?:e?d))"
    r"|\bratified|\bleft)(?P<rest>\s+(?:later|first|too|as well|at first|eventually))?\s*\?*$",
    re.IGNORECASE,
)
"""Verbs that need an object at the end of a question: "Why did Chile not sign?"."""
_BOTH = re.compile(
    r"(?P<lead>\b(?:compare|between|differ\w*)\s+)(?:them(?: both)?|the two|both|these|those)\b"
    r"|(?<!the )\b(?:both(?: of them)?|the two(?: of them)?)(?=\s*[?.]|$)",
    re.IGNORECASE,
)
_BY_DATE = re.compile(r"\b(?:after|before|since|until) \d", re.IGNORECASE)


def rewrite_follow_up(
    question: str,
    history: Sequence[Turn],
    summaries: Mapping[str, DocumentSummary],
    text_of: Callable[[str], str] | None = None,
) -> str | None:
    """Rewrite a follow-up so that it stands alone.

    Args:
        question: The question as the person typed it.
        history: Earlier turns, oldest first; only the last few are looked at.
        summaries: Metadata of the documents, whose places, summits and titles are names.
        text_of: Gives the text of a document by its id: what "he" and "she" are said of in the
            documents that were cited tells two people apart.

    Returns:
        The question that stands alone, or None when it already does, or when nothing
        before it tells what it means.
    """
    recent = [turn for turn in history[-DEPTH:] if not says_nothing(turn.question)]
    if not recent or says_nothing(question):
        return None
    known = known_names(summaries)
    recent = since_change_of_subject(recent, known)
    signals = read_signals(question, known)
    before = recent[-1].rewritten_question or recent[-1].question
    subjects = find_subjects(recent, known)
    texts = _cited_texts(recent, summaries, text_of) if text_of and signals.pronouns else ()
    rewritten = _rewrite(signals, before, subjects, known, recent, texts)
    rewritten = " ".join(rewritten.split())
    same = _plain(rewritten) == _plain(question)
    return None if same or not rewritten else rewritten


def _rewrite(
    signals: Signals,
    before: str,
    subjects: Sequence[Subject],
    known: Names,
    history: Sequence[Turn],
    texts: tuple[str, ...],
) -> str:
    text = signals.text
    ellipsis = finish_ellipsis(text, before, known)
    if ellipsis is not None:
        return ellipsis
    speaks_for_itself = bool(signals.pronouns and any(each.proper for each in signals.specific))
    of_topic = _told_of_a_topic(text, known, history)
    if of_topic is not None:
        return of_topic
    if not speaks_for_itself and (
        signals.fragment or (signals.correction and not _is_whole(signals.text))
    ):
        text = _date_the_fragment(signals, before, history)
        placed = place_fragment(text, before, known, correction=signals.correction)
        if placed is not None:
            return placed
        text = signals.text
    text = _date_the_years_after(text, before, history)
    if not subjects:
        return text
    pair = find_pair(subjects)
    if pair is not None and _BOTH.search(text):
        both = _BOTH.sub(lambda match: f"{match['lead'] or ''}{pair}", _OPENING_AND.sub("", text))
        return both[:1].upper() + both[1:]
    text = _name_the_like(_give_object(text, signals, subjects), subjects, known)
    kind = _bare(subjects[0].text, known)
    text = _IS_THERE_ONE.sub(lambda match: f"{match[1]} {kind}", text)
    text = _THAT_ONE.sub(lambda _: subjects[0].text, text)
    if text != signals.text:  # the words stand elsewhere now
        signals_now = replace(signals, text=text, pronouns=tuple(open_pronouns(text, known)))
    else:
        signals_now = signals
    fitting = [each for each in subjects if not shares_words(text, each)] or list(subjects)
    told = Before(before, tuple(fitting), tuple(history), known, texts)
    replaced = replace_pronouns(signals_now, told)
    replaced = _name_the_definite(replaced, subjects, known)
    changed = replaced != signals.text
    replaced = _TOPIC_FIRST.sub(r"How many \1", _OPENING_AND.sub("", replaced))
    main = _main_subject(subjects, replaced)
    if main is not None and _lacks_subject(signals, replaced, changed):
        replaced = _append(replaced, main)
    return replaced[:1].upper() + replaced[1:]


def _give_object(text: str, signals: Signals, subjects: Sequence[Subject]) -> str:
    """ "Why did Chile not sign?" goes on about the text that was spoken of."""
    match = _NO_OBJECT.search(text)
    if match is None or signals.pronouns or not any(each.proper for each in signals.specific):
        return text
    meant = next((each for each in subjects if each.head in TEXTS | EVENTS), None)
    if meant is None or shares_words(text, meant):
        return text
    attends = match["verb"].lower().startswith("attend")
    joint = "at " if meant.head in EVENTS and not attends else ""
    rest = match["rest"] or ""
    return f"{text[: match.start()]}{match['verb']} {joint}{meant.text}{rest}?"


def _name_the_like(text: str, subjects: Sequence[Subject], known: Names) -> str:
    """ "Who heads the Korean one?" after "the Japan Water Office": the Korean Water Office."""
    match = _LIKE_ONE.search(text)
    meant = next((each for each in subjects if _is_thing_named(each)), None)
    if match is None or meant is None or match["like"].lower() in _ORDERED:
        return text
    words = _bare(meant.text, known).split()
    owner = next((size for size in (3, 2, 1) if is_state(" ".join(words[:size]))), 0)
    named = f"the {match['like']} {' '.join(words[owner:] or words)}"
    return f"{text[: match.start()]}{named}{text[match.end() :]}"


def _is_thing_named(subject: Subject) -> bool:
    bare = subject.text.removeprefix("the ")
    return subject.kind == "thing" and bare[:1].isupper() and " " in bare


def _cited_texts(
    history: Sequence[Turn],
    summaries: Mapping[str, DocumentSummary],
    text_of: Callable[[str], str],
) -> tuple[str, ...]:
    cited = dict.fromkeys(name for turn in reversed(history) for name in turn.documents)
    return tuple(text_of(name) for name in list(cited)[:MOST_TEXTS] if name in summaries)


def _told_of_a_topic(text: str, known: Names, history: Sequence[Turn]) -> str | None:
    """ "What about the ministers? Did they sign?": the question after it is about those."""
    match = _TOPIC_THEN.match(text)
    if match is None:
        return None
    asked = read_signals(match["asked"], known)
    topic = find_phrases(match["topic"], known)
    if not asked.pronouns or not topic:
        return None
    plural = is_plural(topic[-1].words[-1])
    subject = Subject(match["topic"], 0.0, "thing", plural, topic[-1].head)
    replaced = replace_pronouns(asked, Before("", (subject,), tuple(history), known))
    return replaced[:1].upper() + replaced[1:]


def _date_the_fragment(signals: Signals, before: str, history: Sequence[Turn]) -> str:
    """ "And before that?": the day that was told, where one was."""
    match = _BEFORE_THAT.match(strip_fragment_opening(signals.text))
    if match is None:
        return signals.text
    for text in (first_sentences(history[-1].answer), before):
        periods = find_periods(text)
        if periods:
            return f"{match['when']} {text[periods[0].start : periods[0].end]}"
    return signals.text


def _date_the_years_after(text: str, before: str, history: Sequence[Turn]) -> str:
    """ "... the year after?": the year after the one that was told."""
    match = _YEAR_AFTER.search(text)
    if match is None:
        return text
    for told in (before, first_sentences(history[-1].answer)):
        periods = find_periods(told)
        if periods:
            later = -1 if match["before"] else 1
            year = periods[-1].first.year + later
            return f"{text[: match.start()]}in {year}{text[match.end() :]}"
    return text


def _bare(text: str, known: Names) -> str:
    """Give a name without the article and the place in front: another of its kind."""
    bare = re.sub(r"^the ", "", text)
    return without_place(bare, known)


def _is_whole(text: str) -> bool:
    words = [token.lower for token in tokenise(text)]
    return bool(words) and (words[0] in QUESTION_WORDS or words[0] in AUXILIARIES)


def _plain(text: str) -> str:
    return re.sub(r"\W+", " ", text).strip().lower()


def _name_the_definite(text: str, subjects: Sequence[Subject], known: Names) -> str:
    """Replace "the summit" by the summit that was spoken of."""
    for phrase in reversed(find_phrases(text, known)):
        if phrase.proper or phrase.after not in {"the", "this", "that"} or len(phrase.words) != 1:
            continue
        named = next(
            (
                subject
                for subject in subjects
                if subject.head == phrase.head and len(subject.text.split()) > 1
            ),
            None,
        )
        if named is not None and not shares_words(_without(text, phrase), named):
            article = re.search(r"\b(?:the|this|that)\s+$", text[: phrase.start], re.IGNORECASE)
            doubled = article is not None and named.text.startswith("the ")
            start = article.start() if article is not None and doubled else phrase.start
            text = text[:start] + named.text + text[phrase.end :]
    return text


def _without(text: str, phrase: Phrase) -> str:
    return text[: phrase.start] + text[phrase.end :]


def _main_subject(subjects: Sequence[Subject], text: str) -> Subject | None:
    return next((each for each in subjects if not shares_words(text, each)), None)


def _lacks_subject(signals: Signals, replaced: str, changed: bool) -> bool:
    """A question with no subject of its own, in which nothing was replaced."""
    if changed and not _BY_DATE.search(replaced):
        return False
    if any(phrase.proper for phrase in signals.specific):
        return False
    if not signals.specific:
        return True
    if signals.backward:  # "Are there any other types of storm drain?" says of what
        return not any(_says_of_what(each) for each in signals.specific)
    if len(signals.specific) != 1:
        return False
    only = signals.specific[0]
    words = [word for word in only.words if word not in GENERIC_NOUNS]
    if only.after in {"a", "an"}:
        # "Who drafts a will?" is about any; "Is there a newer edition?" is about what was said.
        return not words or not _BESIDE_ANOTHER.isdisjoint(only.words)
    # "Who wrote the report?" leans on what was said; "What causes storms?" does not.
    return len(words) <= 1 and (only.after in _DEFINITE or len(words) < len(only.words))


def _says_of_what(phrase: Phrase) -> bool:
    return len([word for word in phrase.words if word not in GENERIC_NOUNS]) > 1


def _append(text: str, subject: Subject) -> str:
    ends = re.search(r"[?.!]*$", text)
    cut = ends.start() if ends else len(text)
    return f"{text[:cut]} {AS_TO} {subject.text}{text[cut:] or '?'}"
