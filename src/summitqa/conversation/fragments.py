"""Put a fragment ("and in Paris?") into its place in the question before it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from summitqa.conversation.ellipsis import ask_otherwise
from summitqa.conversation.phrases import (
    Names,
    Phrase,
    find_phrases,
    is_generic,
    is_plural,
    strip_possessive,
)
from summitqa.conversation.signals import is_fragment, strip_fragment_opening
from summitqa.conversation.words import (
    AS_TO,
    EVENTS,
    FUNCTION_WORDS,
    PREPOSITIONS,
    QUESTION_WORDS,
    TEXTS,
)
from summitqa.understanding.dates import find_periods
from summitqa.understanding.names import is_state

_PREPOSITION = re.compile(rf"^({'|'.join(sorted(PREPOSITIONS, key=len, reverse=True))})\s+", re.I)
_ARTICLE = re.compile(r"(?:\b(?:the|a|an)\s+)$", re.IGNORECASE)
_AS_TO = re.compile(rf"(?<!\bso)\s+{AS_TO} [^?]*(?=\?|$)")
_ORDINAL = re.compile(r"\b(?:first|second|third|fourth|fifth|last|next|latest)\b", re.IGNORECASE)
_IN_ORDER = ("first", "second", "third", "fourth", "fifth")
_NEIGHBOUR = re.compile(
    r"^(?:(?:at|in|of|for)\s+)?the\s+(?:one\s+(?P<way>before|after)(?:\s+(?:it|that|this))?"
    r"|(?P<side>next|following|previous)\s+one)$",
    re.IGNORECASE,
)
_AROUND = frozenset({"before", "after", "since", "until"})
_ONE_OF_KIND = re.compile(
    r"^(?:the )?one (?P<rest>(?:on|for|about|of|from|in|at|with|by)\s+.+)$", re.IGNORECASE
)
_IN_PLACE = re.compile(
    r"^(?:in|at|of|from)\s+(?:the\s+)?(?P<name>[A-Z][\w'’-]*(?:\s+[A-Z][\w'’-]*)*)$"
)
_COMMON = rf"(?!(?:{'|'.join(sorted(FUNCTION_WORDS))})\b)[a-z][\w-]*"
# "the Human Capital working group": its kind is "working group".
_NAMED_KIND = re.compile(
    r"\b[Tt]he\s+(?:[A-Z][\w'’-]*\s+)+"
    rf"(?P<noun>{_COMMON}(?:\s+{_COMMON})?)\b"
)
# "What about the goal of the Deep Impact mission?" asks a question of its own.
_OWN_NAME = re.compile(r"^the (?P<noun>[a-z][\w-]*) of (?:the )?(?P<name>\w[^,;]*)$")
_OWNER = re.compile(r"(?:\b(?:the|a|an)\s+)?[\w-]+(?:['’]s|s['’])\s+$", re.IGNORECASE)
# Two phrases are parallel from here on: two names, or common nouns with more in common.
_PARALLEL = 2.0
_STATE_FOR_STATE = 2.0
"""What it counts that both are states, wherever the meetings took place."""
_ALONE = 0.5
"""What it counts that there is no other phrase to stand in for."""


def place_fragment(
    fragment: str, before: str, known: Names, *, correction: bool = False
) -> str | None:
    """Write the question before with the fragment in place of what it is parallel to.

    Args:
        fragment: Such as "and in Paris?", "what about the companies?", "2025?".
        before: The question before it, standing alone.
        known: Names that the metadata knows.
        correction: Whether the fragment takes the place of something said wrongly.

    Returns:
        The new question, or None when the fragment has no content, or is a question of
        its own in few words ("Harbour fees").
    """
    content = strip_fragment_opening(fragment)
    opened = content != fragment.rstrip(" ?.!").strip()
    before = _AS_TO.sub("", before.strip()).rstrip(" ?.!")
    if not content:
        return None
    words = content.lower().split()
    if words[0] in QUESTION_WORDS:
        return ask_otherwise(content, before, known)
    if opened and (own := _OWN_NAME.match(content)) is not None and own["name"][0].isupper():
        return f"What {'are' if is_plural(own['noun']) else 'is'} {content}?"
    if words[0] in _AROUND and len(words) == 1:
        return f"{_turn_round(words[0], before)}?"
    if (moved := _neighbour(content, before)) is not None:
        return f"{moved}?"
    of_kind = _ONE_OF_KIND.match(content)
    if of_kind is not None and (other := _other_place(of_kind["rest"], before, known)):
        return f"{other}?"
    if of_kind is not None and (kind := _last_kind(before, known)) is not None:
        start, end, noun = kind
        return f"{before[:start]}the {noun} {of_kind['rest']}{before[end:]}?"
    bound = opened or correction or words[0] in PREPOSITIONS
    if not bound and not _may_stand_in(content, known, asked=fragment.rstrip().endswith("?")):
        return None
    slot = _date_slot(content, before) or _slot(content, before, known, correction)
    if slot is not None:
        start, end, new = slot
        return f"{before[:start]}{new}{before[end:]}?"
    if words[0] in PREPOSITIONS:
        return f"{before} {content}?"
    if opened and (asked := _ask_its_own(content, before, known)) is not None:
        return asked
    if is_fragment(before) and not correction:
        return None  # There is no question yet that it could be put into.
    return f"{before} {AS_TO} {content}?" if bound else None


def _neighbour(content: str, before: str) -> str | None:
    """ "The one before" after "the second edition" is the first edition."""
    way, ordinal = _NEIGHBOUR.match(content), _ORDINAL.search(before)
    if way is None or ordinal is None or ordinal.group(0).lower() not in _IN_ORDER:
        return None
    place = _IN_ORDER.index(ordinal.group(0).lower())
    later = (way["way"] or way["side"]).lower() in {"after", "next", "following"}
    place += 1 if later else -1
    if not 0 <= place < len(_IN_ORDER):
        return None
    return f"{before[: ordinal.start()]}{_IN_ORDER[place]}{before[ordinal.end() :]}"


def _other_place(rest: str, before: str, known: Names) -> str | None:
    """ "The one in Lima" after "the Quito Council" is the Lima Council."""
    place = _IN_PLACE.match(rest)
    if place is None:
        return None
    for phrase in reversed(find_phrases(before, known)):
        old = _place_of(phrase, known) if phrase.proper else ""
        if old:
            after = phrase.start + len(old)
            return f"{before[: phrase.start]}{place['name']}{before[after:]}"
    return None


def _last_kind(before: str, known: Names) -> tuple[int, int, str] | None:
    """Find what "the one on ..." is one of: the common noun of the last name that has one."""
    named = list(_NAMED_KIND.finditer(before))
    if named:
        return named[-1].start(), named[-1].end("noun"), named[-1]["noun"]
    for phrase in reversed(find_phrases(before, known)):
        words = phrase.text.split()
        common = [word for word in words if word.islower() and word.isalpha()]
        noun = " ".join(words[len(words) - len(common) :])
        if is_generic(phrase) or not common or noun != " ".join(common):
            continue
        article = _ARTICLE.search(before[: phrase.start])
        return (article.start() if article else phrase.start), phrase.end, noun
    return None


def _ask_its_own(content: str, before: str, known: Names) -> str | None:
    """ "And the goal?" has nothing in the question before to stand for: it is its subject's."""
    own = find_phrases(content, known)
    names = [each for each in find_phrases(before, known) if each.proper]
    if not content.lower().startswith("the ") or len(own) != 1 or own[0].proper or not names:
        return None
    if len(content.split()) > 4 or own[0].end != len(content):
        return None
    things = [each for each in names if not _is_place(each, known)]
    subject = (things or names)[-1]
    article = "the " if subject.after == "the" else ""
    verb = "are" if is_plural(own[0].words[-1]) else "is"
    return f"What {verb} {content} of {article}{subject.text}?"


def _turn_round(word: str, before: str) -> str:
    """ "And after?" after "... before the summit"."""
    around = re.search(rf"\b(?:{'|'.join(sorted(_AROUND))})\b", before, re.IGNORECASE)
    if around is None:
        return f"{before} {word} that"
    return f"{before[: around.start()]}{word}{before[around.end() :]}"


def _may_stand_in(content: str, known: Names, *, asked: bool) -> bool:
    """Tell whether a few words with nothing in front ("Paris?", "2025") are only a part.

    A name that is not asked and that the collection does not know may be a subject of its own.
    """
    phrases = find_phrases(content, known)
    if find_periods(content) or _ORDINAL.fullmatch(re.sub(r"^the ", "", content)):
        return True
    if not asked and content.lower() not in known:
        return False
    return len(phrases) == 1 and phrases[0].proper and len(content.split()) <= 4


def without_place(text: str, known: Names) -> str:
    """Drop a place, or a short name in capitals, from the front: ``US AI Office`` → ``AI Office``.

    The rest must be a name of two words or more, or the text is given back whole.
    """
    place = next((name for name in known.places if text.lower().startswith(f"{name} ")), None)
    words = text.split()
    if place is not None:
        rest = text[len(place) :].strip()
    elif (len(words) > 2 and words[0].isupper() and len(words[0]) <= 4) or len(words) > 3:
        rest = " ".join(words[1:])
    else:
        return text
    return rest if " " in rest else text


def _date_slot(content: str, before: str) -> tuple[int, int, str] | None:
    ordinal = _ORDINAL.fullmatch(re.sub(r"^the ", "", content))
    place = _ORDINAL.search(before)
    if ordinal is not None and place is not None:  # "and the third?"
        return place.start(), place.end(), ordinal.group(0)
    new, old = find_periods(content), find_periods(before)
    if not new or not old or len(content.split()) > 6:
        return None
    rest = content[: new[0].start] + content[new[-1].end :]
    if find_phrases(rest):  # "his successor, for 2026": more than another date
        return None
    return old[-1].start, old[-1].end, content[new[0].start : new[-1].end]


def _slot(content: str, before: str, known: Names, correction: bool) -> tuple[int, int, str] | None:
    preposition = _PREPOSITION.match(content)
    own = find_phrases(content, known)
    candidates = [each for each in find_phrases(before, known) if not is_generic(each)]
    if not own or not candidates:
        return None
    scored = []
    for phrase in candidates:
        likeness = _parallel(own[-1], phrase, known)
        if preposition is not None:
            same = _lead(before, phrase) == preposition.group(1).lower()
            likeness += 1.5 if same else -0.5
        scored.append((likeness, phrase))
    possessive = content.endswith(("'", "’", "'s", "’s"))  # "no, the ministers'"
    if possessive or content.lower().endswith(" one"):
        scored = [pair for pair in scored if pair[1].proper] or scored
    score, phrase = max(scored, key=lambda pair: (pair[0], pair[1].start))
    if len(candidates) == 1 and not phrase.proper and not own[-1].proper and len(own) == 1:
        score += _ALONE  # "What about security?" after "Is privacy protected?"
    if own[-1].proper and len(own) == 1 and not correction:
        phrase = _whole_pair(phrase, candidates, before)
    article = _ARTICLE.search(before[: phrase.start])
    start = article.start() if article else phrase.start
    if content.lower().endswith((" one", " ones")):  # "and the US one?"
        kind = _of_its_kind(content.rsplit(" ", 1)[0], phrase, known)
        return start, phrase.end, _with_article(kind, own[-1], article)
    if score < _PARALLEL and not correction and not possessive:
        return None
    owner = re.match(r"['’]s?", before[phrase.end :])
    if possessive and owner is not None:  # "and India's?" after "China's nominee"
        return start, phrase.end + owner.end(), content
    if (
        preposition is not None
        and _lead(before, phrase) != preposition.group(1).lower()
        and not (_is_place(own[-1], known) and _holds_place(phrase, known))
    ):
        return None  # "and from Latin America?" stands beside what was asked, not in its place
    if possessive and correction and own[-1].proper and phrase.head not in TEXTS:
        return start, phrase.end, strip_possessive(content)  # "no, Orlo's": it asks about Orlo
    if possessive:
        other_owner = _OWNER.search(before[: phrase.start])
        start = other_owner.start() if other_owner else start
        return start, phrase.end, f"{content} {_owned(phrase, known)}"
    bare = content[preposition.end() :] if preposition else content
    if preposition is None and is_state(own[-1].text) and is_state(phrase.text):
        return start, phrase.end, bare  # "and India?" after "Did Chile sign the Lima Pact?"
    held = _place_of(phrase, known)
    if preposition is None and held and _is_place(own[-1], known) and phrase.head in EVENTS:
        # "and Paris?" after "the Seoul summit"
        return start, phrase.end, f"{before[start : phrase.start]}{bare}{phrase.text[len(held) :]}"
    if _is_place(own[-1], known) and not _is_place(phrase, known):
        # "and Paris?" after "... signed the Bletchley Declaration": the text is another one.
        opening = before[:start].rstrip().rsplit(" ", 1)[-1].lower()
        if opening in PREPOSITIONS:
            return start, phrase.end, bare
        return start, phrase.end, content if preposition else f"in {bare}"
    if correction and not any(_is_place(each, known) for each in own):
        bare = _keep_place(bare, phrase, known)
    return start, phrase.end, _with_article(bare, own[-1], article)


def _whole_pair(phrase: Phrase, candidates: Sequence[Phrase], before: str) -> Phrase:
    """ "And Hamlet?" after "... of Romeo and Juliet" is instead of both."""
    for other in candidates:
        first, last = sorted((phrase, other), key=lambda each: each.start)
        between = before[first.end : last.start]
        if first.proper and last.proper and re.fullmatch(r"\s+and\s+(?:the\s+)?", between):
            text = before[first.start : last.end]
            return Phrase(text, first.start, last.end, True, first.after)
    return phrase


def _lead(before: str, phrase: Phrase) -> str:
    """The word before a phrase and its article."""
    article = _ARTICLE.search(before[: phrase.start])
    ahead = before[: article.start() if article else phrase.start].split()
    return ahead[-1].lower() if ahead else ""


def _place_of(phrase: Phrase, known: Names) -> str:
    """The place that a name begins with, or nothing."""
    lowered = phrase.text.lower()
    return next((name for name in known.places if lowered.startswith(f"{name} ")), "")


def _of_its_kind(like: str, phrase: Phrase, known: Names) -> str:
    """ "The ministerial one" after "the Seoul Declaration": "the Seoul ministerial declaration"."""
    place = _place_of(phrase, known)
    adjective = re.sub(r"^(?:the|an?)\s+", "", like, flags=re.IGNORECASE)
    rest = phrase.text[len(place) :].strip()
    if not place or adjective[:1].isupper() or adjective.lower() in known.places:
        return f"{like} {rest if place else without_place(phrase.text, known)}"
    return f"the {phrase.text[: len(place)]} {adjective} {rest[:1].lower()}{rest[1:]}"


def _owned(phrase: Phrase, known: Names) -> str:
    """What is another's: "the ministers'" is not the declaration, but a text of that place."""
    place = _place_of(phrase, known)
    if place and phrase.head in TEXTS:
        return f"{phrase.text[: len(place)]} text"
    return phrase.text


def _keep_place(bare: str, phrase: Phrase, known: Names) -> str:
    """ "No, the ministerial statement" after "the Seoul Declaration" is still Seoul's."""
    place = _place_of(phrase, known)
    if not place:
        return bare
    article = re.match(r"(?:the|a|an)\s+", bare, re.IGNORECASE)
    cut = article.end() if article else 0
    return f"{bare[:cut]}{phrase.text[: len(place)]} {bare[cut:]}"


def _with_article(bare: str, own: Phrase, article: re.Match[str] | None) -> str:
    if article is None or re.match(r"(?:the|a|an|my|your|our|its|their)\s", bare, re.I):
        return bare
    single = own.proper and len(own.words) == 1
    return bare if single else article.group(0) + bare


def _holds_place(phrase: Phrase, known: Names) -> bool:
    words = f" {phrase.text.lower()} "
    return any(f" {name} " in words or f" {name.split()[0]} " in words for name in known.places)


def _is_place(phrase: Phrase, known: Names) -> bool:
    return phrase.text.lower() in known.places


def _parallel(own: Phrase, other: Phrase, known: Names) -> float:
    """How alike two phrases are in form: name for name, plural for plural, same head."""
    score = 0.0
    if own.proper == other.proper:
        score += 2.0 if own.proper else 0.5
    elif own.proper or other.proper:
        score -= 1.0
    if other.after in {"many", "much", "which", "what"}:
        score -= 1.5  # what is asked for, not what it is asked about
    if len(own.words) == len(other.words):
        score += 0.7
    if own.head == other.head:
        score += 3.0
    if is_state(own.text) and is_state(other.text):
        score += _STATE_FOR_STATE
    if own.text.lower() in known and other.text.lower() in known:
        score += 1.5
    elif _is_place(own, known) and _place_of(other, known):
        score += 1.5  # "at Bletchley" and "the Seoul statement"
    if not own.proper and is_plural(own.words[-1]) == is_plural(other.words[-1]):
        score += 0.5
    return score
