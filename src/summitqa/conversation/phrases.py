"""Noun phrases and names in a question or an answer, without a parser.

A phrase is a run of words between function words and very common verbs; a name is a run
of capitalised words, a quoted stretch, or a name that the collection's metadata knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from summitqa.conversation.words import (
    AS_TO,
    AUXILIARIES,
    COMMON_VERBS,
    COMPARATIVES,
    FUNCTION_WORDS,
    GENERIC_NOUNS,
    PREPOSITIONS,
    QUESTION_WORDS,
    words_of,
)
from summitqa.types import DocumentSummary

_TOKEN = re.compile(r"[^\W_]+(?:[.'’&/+-][^\W_]+)*\+*(?:['’](?=\s))?|[^\w\s]")
_QUOTED = re.compile(r"[\"“]([^\"”]{2,80})[\"”]")
_MARKERS = re.compile(r"\[\d+\]")
_SENTENCE_END = frozenset(".?!:;")
_LINKS = frozenset({"of", "for", "the", "de", "&", "on", "la", "du", "von", "van"})
_MONTHS = words_of(
    "january february march april may june july august september october november december"
)
_NOUNS_TOO = words_of("will can might")
_OWNERS = words_of("a the my your his her its our their")
_BEFORE_VERBS = words_of("i you we they he she it who to not let's please")
_AWAIT_VERB = words_of("do does did will would shall should can could may might must")
_MAX_NAME_WORDS = 12


@dataclass(frozen=True, slots=True)
class Names:
    """Names that a collection's metadata knows, in lower case.

    Attributes:
        places: Places and the places of summits.
        titles: Names inside titles.
    """

    places: frozenset[str] = frozenset()
    titles: frozenset[str] = frozenset()

    def __iter__(self) -> Iterator[str]:
        """Give all names, longest first."""
        return iter(sorted(self.places | self.titles, key=lambda name: (-len(name), name)))

    def __contains__(self, name: object) -> bool:
        """Tell whether a lower-case name is known."""
        return name in self.places or name in self.titles


@dataclass(frozen=True, slots=True)
class Token:
    """A word or punctuation mark with its offsets."""

    text: str
    start: int
    end: int

    @property
    def lower(self) -> str:
        """The word in lower case with a straight apostrophe."""
        return self.text.lower().replace("’", "'")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A noun phrase with its offsets.

    Attributes:
        proper: Whether it is a name.
        after: The word before it in lower case, or an empty string.
    """

    text: str
    start: int
    end: int
    proper: bool
    after: str = ""

    @property
    def words(self) -> tuple[str, ...]:
        """Its words in lower case, possessive endings removed."""
        return tuple(strip_possessive(token.lower) for token in tokenise(self.text))

    @property
    def head(self) -> str:
        """The noun at its core: the last word, or the last before a preposition."""
        words = self.words
        for position, word in enumerate(words):
            if position and word in PREPOSITIONS:
                return singular(words[position - 1])
        return singular(words[-1]) if words else ""


def tokenise(text: str) -> list[Token]:
    """Cut a text into words and punctuation marks."""
    return [Token(match.group(0), *match.span()) for match in _TOKEN.finditer(text)]


def strip_possessive(word: str) -> str:
    """Remove a possessive ending: ``bletchley's`` becomes ``bletchley``."""
    return re.sub(r"(?:'s|’s|'|’)$", "", word)


def singular(word: str) -> str:
    """Bring a regular plural to its singular, roughly."""
    lowered = word.lower()
    if len(lowered) > 4 and lowered.endswith("ies"):
        return lowered[:-3] + "y"
    if len(lowered) > 4 and re.search(r"(?:sses|shes|ches|xes|zes)$", lowered):
        return lowered[:-2]
    if len(lowered) > 3 and lowered.endswith("s") and not lowered.endswith(("ss", "us", "is")):
        return lowered[:-1]
    return lowered


def is_plural(word: str) -> bool:
    """Tell whether a noun looks plural."""
    return singular(word) != word.lower() or word.lower() in {"people", "children", "women", "men"}


def known_names(summaries: Mapping[str, DocumentSummary]) -> Names:
    """Gather the names that the metadata knows; a summit key such as ``seoul-2024`` is a place."""
    places: set[str] = set()
    titles: set[str] = set()
    for summary in summaries.values():
        places.update(place.lower() for place in summary.places)
        if summary.summit:
            places.add(re.sub(r"[-_\s]*\d{4}$", "", summary.summit.lower()).replace("-", " "))
        titles.update(
            phrase.text.lower() for phrase in find_names(summary.title) if " " in phrase.text
        )
    return Names(frozenset(filter(_is_name, places)), frozenset(filter(_is_name, titles)))


def _is_name(text: str) -> bool:
    return len(text) > 2 and text not in FUNCTION_WORDS


def find_names(text: str, known: Iterable[str] = ()) -> list[Phrase]:
    """Find names: quoted stretches, runs of capitalised words and known names."""
    found = [
        Phrase(match.group(0), match.start(), match.end(), True, _word_before(text, match.start()))
        for match in _QUOTED.finditer(text)
    ]
    found += [each for each in _capitalised(text) if not _overlaps(each, found)]
    lowered = text.lower()
    for name in known:
        position = lowered.find(name)
        while position >= 0:
            phrase = Phrase(
                text[position : position + len(name)],
                position,
                position + len(name),
                True,
                _word_before(text, position),
            )
            if _stands_alone(lowered, phrase) and not _overlaps(phrase, found):
                found.append(phrase)
            position = lowered.find(name, position + len(name))
    return sorted(found, key=lambda each: each.start)


def find_phrases(text: str, known: Iterable[str] = ()) -> list[Phrase]:
    """Find names and other noun phrases, in reading order."""
    names = find_names(_MARKERS.sub(lambda match: " " * len(match.group(0)), text), known)
    phrases = list(names)
    for run, before in _runs(text):
        start, end = run[0].start, run[-1].end
        phrase = Phrase(text[start:end], start, end, False, before)
        if not _overlaps(phrase, names):
            phrases.append(phrase)
    return sorted(phrases, key=lambda each: each.start)


def is_generic(phrase: Phrase) -> bool:
    """Tell whether a phrase names only a side of a subject (``the main reasons``)."""
    return not phrase.proper and all(
        word in GENERIC_NOUNS or word in FUNCTION_WORDS - _NOUNS_TOO or word.isdigit()
        for word in phrase.words
    )


def _runs(text: str) -> Iterator[tuple[list[Token], str]]:
    run: list[Token] = []
    before = ""
    previous = ""
    for token in [*tokenise(text), Token(".", len(text), len(text))]:
        word = token.lower
        breaks = (
            not word[0].isalnum()
            or (_is_function(token) and not _is_noun(word, previous))
            or word.isdigit()
            or _is_verb(word, previous, opens=not run)
        )
        if not breaks:
            if not run:
                before = previous
            run.append(token)
        if run and (breaks or strip_possessive(word) != word):
            yield run, before
            run = []
        pair = f"{previous} {word}"  # no verb follows "as to", but one does "so as to"
        previous = pair if pair in {AS_TO, "so as"} else word


def _is_noun(word: str, previous: str) -> bool:
    """ "A will", "the can": an article before it makes a noun of an auxiliary."""
    return word in _NOUNS_TOO and previous in _OWNERS


def _is_verb(word: str, previous: str, *, opens: bool) -> bool:
    """Guess whether a word is a verb: a common one, by its place, or by its ending."""
    if word in COMMON_VERBS:
        return opens or word not in GENERIC_NOUNS
    if opens:
        return previous in _BEFORE_VERBS or (previous in AUXILIARIES and word.endswith("ed"))
    return word.endswith("ed") and len(word) > 4


def _capitalised(text: str) -> list[Phrase]:
    tokens = tokenise(text)
    found: list[Phrase] = []
    position = 0
    while position < len(tokens):
        if not _opens_name(tokens, position):
            position += 1
            continue
        last = position
        ahead = position + 1
        while ahead < len(tokens) and ahead - position < _MAX_NAME_WORDS:
            if not _adjacent(tokens, ahead):
                break
            if _is_capital(tokens[ahead]):
                last = ahead
            elif not _links(tokens, position, ahead):
                break
            if strip_possessive(tokens[ahead].lower) != tokens[ahead].lower:
                break
            ahead += 1
        last = _compound_end(tokens, position, last)
        if any(
            token.lower not in _MONTHS and not token.text.isdigit()
            for token in tokens[position : last + 1]
        ):
            found.append(_name(text, tokens, position, last))
        position = last + 1
    return found


def _links(tokens: list[Token], first: int, position: int) -> bool:
    """Tell whether a small word may stand inside the name that opens at ``first``."""
    word = tokens[position].lower
    if word == "and":  # "Ministry of Science and Technology", but not "France and Germany"
        return any(token.lower in {"of", "for"} for token in tokens[first:position])
    return word in _LINKS


def _compound_end(tokens: list[Token], first: int, last: int) -> int:
    """Take in the common nouns that a name stands before: ``the Paris statement``.

    After "does" and its like a verb must follow: in "what does Japan cover?" the word is one.
    """
    own = last
    while (
        last + 1 < len(tokens)
        and _adjacent(tokens, last + 1)
        and strip_possessive(tokens[last].lower) == tokens[last].lower
        and tokens[last + 1].text.isalpha()
        and not _is_function(tokens[last + 1])
        and tokens[last + 1].lower not in COMMON_VERBS | COMPARATIVES
        and not tokens[last + 1].lower.endswith(("ed", "ly"))
    ):
        last += 1
    ahead = tokens[last + 1].lower if last + 1 < len(tokens) else ""
    if last > own and _awaits_verb(tokens, first) and ahead not in COMMON_VERBS:
        last -= 1
    return last


def _awaits_verb(tokens: list[Token], first: int) -> bool:
    """Tell whether a name is the subject of "does", "did", "will" and their like before it."""
    before = [token.lower for token in tokens[max(0, first - 2) : first]]
    if before and before[-1] in {"the", "a", "an"}:
        before.pop()
    return bool(before) and before[-1] in _AWAIT_VERB


def _is_function(token: Token) -> bool:
    word = strip_possessive(token.lower)
    return word in FUNCTION_WORDS and not (token.text.isupper() and len(token.text) > 1)


def _name(text: str, tokens: list[Token], first: int, last: int) -> Phrase:
    start, end = tokens[first].start, tokens[last].end
    raw = text[start:end]
    stripped = strip_possessive(raw)
    before = tokens[first - 1].lower if first else ""
    return Phrase(stripped, start, start + len(stripped), True, before)


def _opens_name(tokens: list[Token], position: int) -> bool:
    token = tokens[position]
    if not _is_capital(token) or token.text == "I" or token.lower.startswith("i'"):
        return False
    opens_sentence = position == 0 or tokens[position - 1].text in _SENTENCE_END
    word = strip_possessive(token.lower)
    if _is_function(token) or word in QUESTION_WORDS:
        return False
    if opens_sentence and (word in COMMON_VERBS or word in GENERIC_NOUNS):
        return False
    if opens_sentence and token.text.isupper() is False:
        # The first word of a sentence is a name if another capital follows it.
        following = position + 1 < len(tokens) and _is_capital(tokens[position + 1])
        return following or not word.isalpha() or _looks_like_name(tokens, position)
    return True


def _looks_like_name(tokens: list[Token], position: int) -> bool:
    """A capitalised first word followed by a verb or by nothing reads as a name."""
    if position + 1 >= len(tokens):
        return True
    word = tokens[position + 1].lower
    return word in {"is", "was", "has", "had", "will", "and", ",", "?", ".", "'s", "hosted", "in"}


def _is_capital(token: Token) -> bool:
    text = token.text
    return text[0].isupper() or (text[0].isdigit() and len(text) == 4 and text.isdigit())


def _adjacent(tokens: list[Token], position: int) -> bool:
    return tokens[position].start - tokens[position - 1].end <= 1


def _overlaps(phrase: Phrase, others: Iterable[Phrase]) -> bool:
    return any(phrase.start < other.end and other.start < phrase.end for other in others)


def _stands_alone(text: str, phrase: Phrase) -> bool:
    before = text[phrase.start - 1 : phrase.start]
    after = text[phrase.end : phrase.end + 1]
    return not before.isalnum() and not after.isalnum()


def _word_before(text: str, position: int) -> str:
    tokens = tokenise(text[max(0, position - 40) : position])
    return tokens[-1].lower if tokens else ""
