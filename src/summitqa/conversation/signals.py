"""What in a question shows that it leans on the turns before it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from summitqa.conversation.phrases import Names, Phrase, Token, find_phrases, is_generic, tokenise
from summitqa.conversation.words import (
    AUXILIARIES,
    COMMON_VERBS,
    PREPOSITIONS,
    QUESTION_WORDS,
    words_of,
)

SINGULAR = frozenset({"it", "its", "itself"})
PLURAL = frozenset({"they", "them", "their", "theirs", "themselves"})
PERSON = frozenset({"he", "him", "his", "himself", "she", "her", "hers", "herself"})
DEMONSTRATIVES = frozenset({"this", "that", "these", "those"})
_PLEASANTRY = re.compile(
    r"^(?:(?:(?:ok(?:ay)?|thanks?(?: you)?(?: (?:very|so) much)?|omg|wow|oh(?: wow)?|hmm+|ah"
    r"|alright|all right|got it|i see|sure|yes|so|hello|hi|sorry|please)\b(?!-\w)"
    # "Good, and who ...", but not "Good decisions" or "Right now".
    r"|(?:great|cool|nice|awesome|interesting|good|perfect|right|well|fine|wonderful|deep"
    r"|excellent)(?=\s*[,.!…]|\s+-|\s+(?:thanks?|thank you|ok(?:ay)?|and|but|so)\b|\s*$))"
    r"[\s,.!…-]*)+",
    re.IGNORECASE,
)
_CORRECTION = re.compile(
    r"^(?:(?:no|nope|sorry|wait|not that|that's not (?:what|it)[^.,;!?]*|actually|i said)\b"
    r"[\s,.;:!-]*)*"
    r"(?:(?:no|i (?:actually |really )?(?:mean|meant|was asking about|am asking about|want(?:ed)?"
    r" to know about|was talking about|am talking about)|rather|make that)\b"
    r"[\s,.;:-]*)+",
    re.IGNORECASE,
)
_FRAGMENT_OPENING = re.compile(
    r"^(?:(?:and|but|or|so|then)\s+)?(?:(?:what|how)\s+about|what of|how is it with"
    r"|(?:the )?same (?:for|in|at|with)"
    r"|and|or|also)\b[\s,:]*",
    re.IGNORECASE,
)
_HESITATION = re.compile(r"^(?:actually|sorry|wait|oops|pardon|oh)\b[\s,.;:!-]+", re.IGNORECASE)
_OWN_TOPIC = re.compile(
    r"^(?:(?:speaking|talking) (?:of|about)|as for|regarding|concerning|when it comes to"
    r"|(?:(?:going|coming|getting) )?back to)\b"
    r"[^,?]+,",
    re.IGNORECASE,
)
_REMARK = re.compile(
    r"^(?:that|this|it)(?:['’]s| is| was| sounds| seems| looks| makes)\b[^,?]*[.!]\s*$",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r",|;|\b(?:and|but|or|if|when|while|because|before|after|since|until|that)\b", re.IGNORECASE
)
_SENTENCE = re.compile(r"(?<=[.!?])(?<!\.\.\.)\s+")
_BACKWARD = re.compile(
    r"\b(?:the (?:same|former|latter|other(?: \w+)?|others|first one|second one|last one|rest"
    r"|above|previous one)|another one"
    r"|the (?:first|second|third|last)(?=\s*[?.]|\s+(?:is|was|based))"
    r"|you (?:said|mentioned|told|described|listed)"
    r"|(?:which|\w+er|first|second|third|last|latest|new|same|best|each|other)"
    r" ones?|anything else|what else|who else|where else"
    r"|how else|else is|any others?|what other|which other|other (?:types?|kinds?|ways?|reasons?"
    r"|examples?))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Signals:
    """What a question leans on.

    Attributes:
        text: The question without pleasantries and without the words of a correction.
        correction: It corrects what was understood before.
        fragment: It has no verb of its own, or opens with "and" or "what about".
        pronouns: Tokens that stand for something said before.
        backward: It points back in other words ("the other ones").
        phrases: Its own noun phrases.
        specific: Those of its noun phrases that name a subject.
    """

    text: str
    correction: bool
    fragment: bool
    pronouns: tuple[Token, ...]
    backward: bool
    phrases: tuple[Phrase, ...]
    specific: tuple[Phrase, ...]

    @property
    def leans(self) -> bool:
        """Whether it cannot be read alone."""
        return self.correction or self.fragment or bool(self.pronouns) or self.backward


def read_signals(question: str, known: Names) -> Signals:
    """Find what a question leans on.

    Args:
        question: The question as typed.
        known: Names that the collection's metadata knows, in lower case.
    """
    text = strip_pleasantries(question)
    without = _CORRECTION.sub("", text)
    hesitant = _HESITATION.sub("", " ".join(question.split()))
    if without == text and hesitant != " ".join(question.split()) and is_fragment(hesitant):
        without = hesitant  # "Actually, Paris": only a few words may correct by themselves
    correction = without not in {"", " ".join(question.split())} and (
        without != text or bool(_HESITATION.match(" ".join(question.split())))
    )
    text = without if correction else text
    phrases = tuple(find_phrases(text, known))
    return Signals(
        text=text,
        correction=correction,
        fragment=is_fragment(text),
        pronouns=tuple(open_pronouns(text, known)),
        backward=bool(_BACKWARD.search(text)),
        phrases=phrases,
        specific=tuple(phrase for phrase in phrases if not is_generic(phrase)),
    )


def says_nothing(question: str) -> bool:
    """Tell whether a turn is only "Thanks!" or "Okay, great."."""
    return _PLEASANTRY.sub("", " ".join(question.split())).strip(" .!?,") == ""


def strip_pleasantries(question: str) -> str:
    """Remove "Okay, thanks." and the like from the front."""
    text = re.sub(
        r"^(?:what|really|no|huh)\s*[?!.]+\s+(?=\w)", "", " ".join(question.split()), flags=re.I
    )
    shorter = _PLEASANTRY.sub("", text)
    return shorter if len(shorter.split()) >= 1 and shorter else text


def strip_fragment_opening(text: str) -> str:
    """Remove "and", "what about" and the like from the front, and the question mark."""
    return _FRAGMENT_OPENING.sub("", text).rstrip(" ?.!").strip()


def is_fragment(text: str) -> bool:
    """Tell whether a turn has no verb of its own, or opens with "and" or "what about"."""
    opening = _FRAGMENT_OPENING.match(text)
    rest = strip_fragment_opening(text)
    words = [token.lower for token in tokenise(rest) if token.text[0].isalnum()]
    if not words:
        return True
    if text.endswith("!") or (words[0] == "who" and len(words) > 1 and words[1] != "else"):
        return False  # an exclamation, or "Who pays?": the verb is there
    asks = any(word in QUESTION_WORDS for word in words)
    verbal = any(word in AUXILIARIES or word in COMMON_VERBS for word in words) or any(
        word.endswith("ed") and len(word) > 4 for word in words
    )
    if not opening and any(word in SINGULAR | PLURAL | PERSON for word in words):
        return False
    if opening and asks and len(words) == 1:
        return True
    if opening:
        return not asks or (words[0] not in QUESTION_WORDS | AUXILIARIES and not verbal)
    if asks:  # "Why?", "Which African ones?" lean wholly on what was said
        return words[0] in QUESTION_WORDS and not verbal and len(words) <= 4
    return not verbal and len(words) <= 5


def open_pronouns(text: str, known: Names) -> list[Token]:
    """Find the pronouns that the turn itself does not explain.

    A remark before the question is not rewritten; a subject that it names explains the
    pronouns of the question after it.
    """
    sentences = _SENTENCE.split(text)
    if _OWN_TOPIC.match(text) and not _pronouns(text[: text.index(",")]):
        return []
    if len(sentences) < 2:
        return _unexplained(text, known)
    offset = text.rfind(sentences[-1])
    before = text[:offset]
    if not sentences[-1].rstrip().endswith("?"):
        remark = len(sentences) == 2 and _REMARK.match(before)
        return [each for each in _pronouns(text) if not remark or each.start >= offset]
    if not _pronouns(before) and any(not is_generic(each) for each in find_phrases(before, known)):
        return []
    return [
        Token(each.text, each.start + offset, each.end + offset)
        for each in _pronouns(sentences[-1])
    ]


def _unexplained(text: str, known: Names) -> list[Token]:
    """Leave out "it" where a name earlier in the sentence, in a clause of its own, is meant."""
    phrases = find_phrases(text, known)

    def explained(token: Token) -> bool:
        word = re.sub(r"['’].*$", "", token.lower)
        if word in PERSON and any(_fits(word, each) for each in phrases if each.end < token.start):
            return True  # "a friend pays with her own card"
        fitting = [each for each in phrases if each.proper or _fits(word, each)]
        return (word in SINGULAR or word in PERSON or word in PLURAL) and any(
            _CLAUSE.search(text[each.end : token.start]) for each in fitting
        )

    return [token for token in _pronouns(text) if not explained(token)]


def _fits(word: str, phrase: Phrase) -> bool:
    """Whether a common noun may be what a pronoun later in the sentence stands for."""
    if word in PERSON:
        return not _ANY_PERSON.isdisjoint(phrase.words)
    return word in SINGULAR and phrase.after in {"a", "an"} and not is_generic(phrase)


_ANY_PERSON = words_of(
    "friend wife husband partner mother father daughter son sister brother child man woman boy girl"
    " boss employer employee neighbour neighbor doctor lawyer teacher student landlord tenant"
    " minister president director secretary chair chairwoman chairman mayor envoy ambassador"
)


def _pronouns(text: str) -> list[Token]:
    tokens = tokenise(text)
    found = []
    for position, token in enumerate(tokens):
        word = token.lower.removesuffix("'s").removesuffix("'re").removesuffix("'ve")
        if word in SINGULAR:
            if not _is_dummy_it(tokens, position) and not _owned_here(tokens, position):
                found.append(token)
        elif word in PLURAL or word in PERSON:
            if not _has_earlier_subject(tokens, position, word) and not _owned_here(
                tokens, position
            ):
                found.append(token)
        elif (word in DEMONSTRATIVES and _points_back(tokens, position)) or (
            word == "there" and not _is_dummy_there(tokens, position)
        ):
            found.append(token)
    return found


_SAID_OF_A_CLAUSE = words_of(
    "possible impossible necessary important safe legal true okay ok better best wise easy hard"
    " difficult common usual likely worthwhile advisable"
)
_BETWEEN = words_of("is was would be not isn't wasn't still also really even always ever")
_MAKE = words_of("make makes made making")


def _is_dummy_it(tokens: list[Token], position: int) -> bool:
    """ "How long does it take to ...", "is it possible to ...": nothing is meant by "it"."""
    after = [token.lower for token in tokens[position + 1 : position + 8]]
    if tokens[position].lower == "itself":  # it only stresses, or means the sentence's subject
        return True
    if tokens[position].lower != "it" or not after:
        return False
    if position and tokens[position - 1].lower in _MAKE and after[0] in {"to", "into"}:
        return True
    if after[0] in {"take", "takes", "took", "cost", "mean", "matter"}:
        return "to" in after[1:] or "for" in after[1:3]
    if after[0] in {"rains", "rain", "rained", "snows", "snow", "snowed"}:
        return True
    while after[0] in _BETWEEN and len(after) > 1:
        del after[0]
    return after[0] in _SAID_OF_A_CLAUSE and not {"to", "that", "if", "never"}.isdisjoint(after[1:])


def _is_dummy_there(tokens: list[Token], position: int) -> bool:
    """ "Is there", "there are": no place is meant."""
    before = tokens[position - 1].lower if position else ""
    rest = [token.lower for token in tokens[position + 1 :]]
    after = next((each for each in rest if not each.endswith("ly")), "")
    forms = {"is", "are", "was", "were", "been", "be", "isn't", "aren't", "exist", "has", "have"}
    ends = after in {"", "?", ".", "!"}
    return (before in forms and not ends) or after in forms or "'" in tokens[position].lower


def _owned_here(tokens: list[Token], position: int) -> bool:
    """ "How much did Canada give its own institute?": a name in the question owns it."""
    after = tokens[position + 1].lower if position + 1 < len(tokens) else ""
    return after == "own" and any(
        token.text[0].isupper() and token.lower not in QUESTION_WORDS
        for token in tokens[1:position]
    )


def _has_earlier_subject(tokens: list[Token], position: int, word: str) -> bool:
    """A name or a plural noun earlier in the same sentence is what "they" stands for."""
    if word in {"them", "their"} and position and tokens[position - 1].lower in PREPOSITIONS:
        return False  # "What did reviewers think of them?"
    if word in PERSON or position < 4:
        earlier = tokens[1:position]
        return word in PERSON and any(
            token.text[0].isupper() and len(token.text) > 1 and token.lower not in QUESTION_WORDS
            for token in earlier
        )
    earlier_words = [token for token in tokens[:position] if token.text[0].isalpha()]
    return any(
        token.lower.endswith("s")
        and not token.lower.endswith(("ss", "us", "is", "'s"))
        and token.lower not in AUXILIARIES
        and token.lower not in COMMON_VERBS
        for token in earlier_words[1:]
    )


def _points_back(tokens: list[Token], position: int) -> bool:
    """Tell whether "this" or "that" means something said before."""
    word = tokens[position].lower
    after = tokens[position + 1].lower if position + 1 < len(tokens) else ""
    before = tokens[position - 1].lower if position else ""
    if word == "this" and after in _NOW:
        return False
    if word == "that" and after in {"mean", "means"}:
        return False  # "Does that mean that ...?": what was said as a whole
    if before == "in" and after == "case":
        return False
    if word.endswith("'s") and before not in QUESTION_WORDS:
        return False  # "That's interesting": a remark
    if word == "those" and after in {"who", "that", "which", "whose", "in", "with", "from"}:
        return False  # "those who break them": what follows says who is meant
    if word == "that" or word == "those":
        # "the countries that signed", "I know that ...": a relative or a conjunction.
        if before and before not in _BEFORE_THAT and after not in {"", "?", ".", ","}:
            return False
        return after not in {"are", "have"} or word == "those" or before == ""
    return True


_NOW = words_of("year month week quarter decade century spring summer autumn winter morning")
"""With "this", a time that is told from today and not from what was said."""
_BEFORE_THAT = words_of(
    "is was are were did does do has had of in on at by for with about from to after before since"
    " during like and why how when has can could will would should"
)
