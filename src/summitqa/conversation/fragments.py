"""Put a fragment ("and in Paris?") into its place in the question before it."""

from __future__ import annotations

import re

from summitqa.conversation.phrases import (
    Names,
    Phrase,
    find_phrases,
    is_generic,
    is_plural,
    tokenise,
)
from summitqa.conversation.signals import strip_fragment_opening
from summitqa.conversation.words import AUXILIARIES, COMMON_VERBS, PREPOSITIONS, QUESTION_WORDS
from summitqa.understanding.dates import find_periods

_PREPOSITION = re.compile(rf"^({'|'.join(sorted(PREPOSITIONS, key=len, reverse=True))})\s+", re.I)
_ARTICLE = re.compile(r"(?:\b(?:the|a|an)\s+)$", re.IGNORECASE)
_REGARDING = re.compile(r"\s+regarding [^?]*(?=\?|$)")
_ELLIPSIS = re.compile(
    r"^(?:[Aa]nd\s+|[Bb]ut\s+)?"
    r"(?P<aux>(?i:did|does|do|has|have|had|will|would|can|could|is|are|was|were))\s+"
    r"(?P<who>(?:the\s+|an?\s+)?[A-Z][\w.'’-]*(?:\s+(?:of\s+)?[A-Z][\w.'’-]*){0,4})\s*\??$"
)
_TRAILING = re.compile(
    r"^(?P<asked>(?i:which|what|who|how many)(?:\s+[\w'’-]+){0,5})"
    r"\s+(?i:did|do|does|has|have|was|were)"
    r"(?:\s+(?:not|too|also|so))?\s*\??$"
)
_ORDINAL = re.compile(r"\b(?:first|second|third|fourth|fifth|last|next|latest)\b", re.IGNORECASE)
# Two phrases are parallel from here on: two names, or common nouns with more in common.
_PARALLEL = 2.0


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
        The new question, or None when the fragment has no content.
    """
    content = strip_fragment_opening(fragment)
    before = _REGARDING.sub("", before.strip()).rstrip(" ?.!")
    if not content:
        return None
    words = content.lower().split()
    if words[0] in QUESTION_WORDS:
        return _ask_otherwise(content, before)
    slot = _date_slot(content, before) or _slot(content, before, known, correction)
    if slot is not None:
        start, end, new = slot
        return f"{before[:start]}{new}{before[end:]}?"
    if words[0] in PREPOSITIONS:
        return f"{before} {content}?"
    return f"{before} regarding {content}?"


def finish_ellipsis(text: str, before: str, known: Names) -> str | None:
    """Finish a question whose verb was left out: "Did India?" after "Who signed it?".

    Args:
        text: The question.
        before: The question before it, standing alone.
        known: Names that the metadata knows.

    Returns:
        The whole question, or None when nothing was left out.
    """
    trailing = _TRAILING.match(text.strip())
    if trailing is not None:
        return _finish_trailing(trailing["asked"], before, known)
    match = _ELLIPSIS.match(text.strip())
    if match is None:
        return None
    tokens = tokenise(before.rstrip(" ?.!"))
    phrases = find_phrases(before, known)
    opens = tokens[0].lower if tokens else ""
    if opens in AUXILIARIES and phrases:
        article = _ARTICLE.search(before[: phrases[0].start])
        start = article.start() if article else phrases[0].start
        return f"{match['aux']} {match['who']}{before[phrases[0].end :]}" if start else None
    for token in tokens[1:]:
        if token.lower in COMMON_VERBS or (token.lower.endswith("ed") and len(token.text) > 4):
            rest = before[token.end :].rstrip(" ?.!")
            return f"{match['aux']} {match['who']} {_base(token.lower)}{rest}?"
    return None


def _finish_trailing(asked: str, before: str, known: Names) -> str | None:
    """ "Which other countries did?" after "Did India sign it?"."""
    tokens = tokenise(before)
    if not tokens or tokens[0].lower not in AUXILIARIES:
        return None
    phrases = find_phrases(before, known)
    if not phrases:
        return None
    return f"{asked} {tokens[0].lower}{before[phrases[0].end :].rstrip(' ?.!')}?"


def _base(verb: str) -> str:
    """Bring a regular past tense to its base, roughly."""
    if verb.endswith("eed") or not verb.endswith("ed"):
        return verb
    return verb[:-1] if verb[:-2].endswith(("at", "ag", "v", "ur", "lin", "u", "c")) else verb[:-2]


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


def _ask_otherwise(content: str, before: str) -> str:
    """Ask the question before with another question word: "When?", "Which companies?"."""
    tokens = tokenise(before)
    first = tokens[0].lower if tokens else ""
    if first in AUXILIARIES and len(content.split()) == 1:
        return f"{content.capitalize()} {before[:1].lower()}{before[1:]}?"
    if first in QUESTION_WORDS and len(content.split()) > 1:
        for token in tokens[1:]:
            if token.lower in AUXILIARIES or token.lower in COMMON_VERBS:
                return f"{content[:1].upper()}{content[1:]} {before[token.start :]}?"
    return f"{before}, and {content[:1].lower()}{content[1:]}?"


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
    scored = [(_parallel(own[-1], phrase, preposition, known), phrase) for phrase in candidates]
    possessive = content.endswith(("'", "’", "'s", "’s"))  # "no, the ministers'"
    if possessive:
        scored = [pair for pair in scored if pair[1].proper] or scored
    score, phrase = max(scored, key=lambda pair: (pair[0], pair[1].start))
    if content.lower().endswith((" one", " ones")):  # "and the US one?"
        content = f"{content.rsplit(' ', 1)[0]} {without_place(phrase.text, known)}"
        score = _PARALLEL
    if score < _PARALLEL and not correction and not possessive:
        return None
    article = _ARTICLE.search(before[: phrase.start])
    start = article.start() if article else phrase.start
    owner = re.match(r"['’]s?", before[phrase.end :])
    if possessive and owner is not None:  # "and India's?" after "China's nominee"
        return start, phrase.end + owner.end(), content
    if (
        preposition is not None
        and phrase.after != preposition.group(1).lower()
        and not (_is_place(own[-1], known) and _holds_place(phrase, known))
    ):
        return None  # "and from Latin America?" stands beside what was asked, not in its place
    if possessive:
        return start, phrase.end, f"{content} {phrase.text}"
    bare = content[preposition.end() :] if preposition else content
    if _is_place(own[-1], known) and not _is_place(phrase, known):
        # "and Paris?" after "... signed the Bletchley Declaration": the text is another one.
        opening = before[:start].rstrip().rsplit(" ", 1)[-1].lower()
        new = bare if opening in PREPOSITIONS else f"in {bare}"
        return start, phrase.end, content if preposition else new
    if correction and not any(_is_place(each, known) for each in own):
        bare = _keep_place(bare, phrase, known)
    return start, phrase.end, _with_article(bare, own[-1], article)


def _keep_place(bare: str, phrase: Phrase, known: Names) -> str:
    """ "No, the ministerial statement" after "the Seoul Declaration" is still Seoul's."""
    place = next((name for name in known.places if phrase.text.lower().startswith(f"{name} ")), "")
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


def _parallel(own: Phrase, other: Phrase, preposition: re.Match[str] | None, known: Names) -> float:
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
    if own.text.lower() in known and other.text.lower() in known:
        score += 1.5
    if preposition is not None:
        score += 1.5 if other.after == preposition.group(1).lower() else -0.5
    if not own.proper and is_plural(own.words[-1]) == is_plural(other.words[-1]):
        score += 0.5
    return score
