"""Whether what a sentence says stands in what it cites, by machine and offline.

Two checks, both needed. The first is deterministic: a number, a date, a name, an address
or a negation in the sentence that the cited words do not have. The second is the reader's
support head, which judges the rest; ``docs/language-models.md`` has the scores of both.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from summitqa.lexical import analyse, fold

SUPPORT_THRESHOLD = 0.5
"""Probability of support below which a sentence counts as unsupported."""
LEAST_IN_COMMON = 0.25
"""Share of a sentence's terms that what it cites must have at least."""
FEW_TERMS = 3
"""Terms of a claim up to which what it cites must have the last: there is little else to go by."""
INSIDE = 0.8
"""Share of a sentence's terms from which it is taken to repeat a clause."""
SAME_SUBJECT = 0.6
"""Share of common terms from which two sentences are taken to speak of the same thing."""

_UNITS = {
    word: number
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
        "fifteen sixteen seventeen eighteen nineteen".split()
    )
}
_TENS = {
    word: 10 * number
    for number, word in enumerate(
        "twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2
    )
}
_ORDINALS = {
    word: number
    for number, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth".split(), start=1
    )
} | {"inaugural": 1, "maiden": 1, "initial": 1}
_CURRENCY_WORDS = {
    "euro": "eur",
    "dollar": "usd",
    "pound": "gbp",
    "sterl": "gbp",
    "rupe": "inr",
    "yen": "jpy",
    "won": "krw",
}
_CURRENCIES = frozenset(_CURRENCY_WORDS.values())
_MONTHS = {
    name: number
    for number, name in enumerate(
        "january february march april may june july august september october november "
        "december".split(),
        start=1,
    )
}
_MONTHS |= {name[:3]: number for name, number in tuple(_MONTHS.items())} | {"sept": 9}
# Checked as dates and numbers, not as names.
_NOT_NAMES = frozenset({*_MONTHS, *_UNITS, *_TENS, *_ORDINALS, "hundred", "dozen"})
_NEGATIONS = frozenset(
    "not no never none neither nor without nobody nothing cannot didn't doesn't isn't wasn't "
    "weren't hasn't haven't hadn't won't wouldn't don't aren't can't couldn't shouldn't refused "
    "declined rejected lacks lacked absent failed unable nowhere".split()
)
_THAT = re.compile(r"\b(?:that|whether|dass|que|che|dat)\b", re.IGNORECASE)
# Words after which "that ..." is said to be so.
_ASSERTING = frozenset(
    "says said saying states stated stating finds found finding shows showed shown showing "
    "announces announced announcing reports reported reporting writes wrote written notes noted "
    "noting confirms confirmed confirming concludes concluded concluding agrees agreed argues "
    "argued warns warned warning adds added explains explained records recorded holds held means "
    "meant estimates estimated recalls recalled recognises recognised recognizes recognized "
    "acknowledges acknowledged affirms affirmed reaffirms reaffirmed declares declared reveals "
    "revealed indicates indicated observes observed knows known learned told claims claimed "
    "admits admitted establishes established so now given fact evidence ensured ensures".split()
)
_WORD = re.compile(r"[^\W_]+(?:[.'’&-][^\W_]+)*")
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
# "9th grade" is an ordinal, "9th of May" a day.
_ORDINAL = re.compile(rf"\b(\d{{1,3}})(?:st|nd|rd|th)\b(?!(?: of)? (?:{_MONTH})\b)", re.IGNORECASE)
_DAY_MONTH = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)?(?: of)? ({_MONTH})\b\.?,?(?: (\d{{4}}))?")
_MONTH_DAY = re.compile(rf"\b({_MONTH})\b\.? (\d{{1,2}})(?:st|nd|rd|th)?\b(?:,? (\d{{4}}))?")
_RANGE_OF_DAYS = re.compile(rf"\b(\d{{1,2}})\s?(?:-|–|—|and|to)\s?(\d{{1,2}}) ({_MONTH})\b")
_MONTH_RANGE = re.compile(rf"\b({_MONTH}) (\d{{1,2}})\s?(?:-|–|—|and|to)\s?(\d{{1,2}})\b")
_MONTH_YEAR = re.compile(rf"\b({_MONTH})\b\.?,? (\d{{4}})\b")
_ISO_DATE = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_ADDRESS = re.compile(
    r"(?:https?|ftp|data|javascript|file|mailto):\S+|\bwww\.\S+|\b[\w.+-]+@[\w-]+\.\w+",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"!?\[[^\]]*\]\s*\(|!?\[[^\]]*\]\s*\[|^\s*\[[^\]]+\]:|</?[a-z!][^>]*>?", re.I)
# Capitalised in English without being anyone's name.
_COMMON_CAPITALS = frozenset(
    "the a an in on at by for of and or but it this that these those as if when while according "
    "however both its i there they he she we you his her their our my your some all any each "
    "every many most several more few after before during since until under over between with "
    "from to into only also although because though despite unlike like such other another "
    "one once what which who how why where yes no not then thus here overall today later "
    "moreover furthermore therefore instead meanwhile finally together nobody neither so".split()
)
# A first word with such an ending is a common word far more often than a name.
_COMMON_ENDINGS = re.compile(
    r"(?:ing|ed|ly|tions?|ments?|ness|ities|ity|ers|ors|ants|ents|ists|ries|ies|ives|sses|"
    r"ances|ences|ance|ence|ship|ations?|ees|ages|als)$"
)


@dataclass(frozen=True, slots=True)
class Support:
    """The verdict on one sentence.

    Attributes:
        supported: Whether the sentence may stand.
        score: The support head's probability; 1 where there was no head to ask.
        reasons: What is not in the cited words, one phrase each.
    """

    supported: bool
    score: float
    reasons: tuple[str, ...] = ()


def check_support(
    claim: str,
    cited: Sequence[str],
    context: str = "",
    score: Callable[[str, Sequence[str]], Sequence[float]] | None = None,
    threshold: float = SUPPORT_THRESHOLD,
) -> Support:
    """Check a sentence against the words it cites.

    Args:
        claim: The sentence, without markers.
        cited: The cited words, one text a citation.
        context: Titles and dates shown with the evidence; names in it count as given.
        score: The support head: a claim and texts to probabilities.
        threshold: Probability below which the head's verdict is "unsupported".
    """
    if not any(text.strip() for text in cited):
        return Support(False, 0.0, ("it cites nothing",))
    evidence = " ".join(cited)
    given = f"{evidence} {context}"
    reasons = (
        *hidden_characters(claim),
        *carried_addresses(claim),
    )
    if not reasons and _is_quoted(claim, cited):
        return Support(True, 1.0)
    reasons = (
        *reasons,
        *missing_numbers(claim, given),
        *missing_dates(claim, given),
        *missing_names(claim, given),
        *turned_negation(claim, evidence),
        *other_subject(claim, given),
        *not_asserted(claim, evidence),
    )
    value = 1.0
    if score is not None:
        value = max(score(claim, [evidence, *cited] if len(cited) > 1 else [evidence]))
        if value < threshold:
            reasons = (*reasons, "the cited words do not say this")
    return Support(not reasons, value, reasons)


def hidden_characters(claim: str) -> tuple[str, ...]:
    """Say when the claim holds characters that cannot be seen."""
    hidden = {"Cf", "Cc", "Co"}
    if any(unicodedata.category(each) in hidden and not each.isspace() for each in claim):
        return ("it holds hidden characters",)
    return ()


def carried_addresses(claim: str) -> tuple[str, ...]:
    """Name markup and addresses in the claim.

    None is ever part of a generated sentence, not even where the cited words have it: to
    show it could send what it holds, or lead the person where a document's author wants.
    """
    found = ("it holds a link or markup",) if _MARKUP.search(claim) else ()
    addresses = {match[0].rstrip(".,;:!?)»”\"'") for match in _ADDRESS.finditer(claim)}
    return (
        *found,
        *(f"the address {each}" for each in sorted(addresses)),
    )


def missing_numbers(claim: str, evidence: str) -> tuple[str, ...]:
    """Name the numbers of the claim that the evidence lacks; words count as numbers.

    A scale must be the same (109 million is not 109 billion), and so must a currency.
    """
    given = _numbers(evidence) | ({"1"} if "one" in fold(evidence).split() else set())
    numbers = sorted(_numbers(claim) - given)
    ordinals = sorted(_ordinals(claim) - _ordinals(evidence))
    currencies = sorted(_currencies(claim) - _currencies(evidence))
    return (
        *(f"the number {number.replace('d', '.', 1)}" for number in numbers),
        *(f"the ordinal {number}" for number in ordinals),
        *(f"the currency {currency.upper()}" for currency in currencies),
    )


def missing_dates(claim: str, evidence: str) -> tuple[str, ...]:
    """Name the dates of the claim that agree with no date of the evidence.

    Day, month and year must come from one date, not each from another.
    """
    given, said = _dates(evidence), _dates(claim)
    whole = {date[:2] for date in said if date[2] is not None}
    said = {date for date in said if date[2] is not None or date[:2] not in whole}
    missing = [date for date in sorted(said, key=str) if not any(_agree(date, g) for g in given)]
    return tuple(
        "the date " + "-".join(str(part) for part in date if part is not None) for date in missing
    )


def missing_names(claim: str, evidence: str) -> tuple[str, ...]:
    """Name the capitalised words of the claim that the evidence lacks in any case."""
    given = set(analyse(evidence))
    given |= {each + "n" for each in given} | {
        name[:-1] for name in given if name.endswith("an") and len(name) > 4
    }
    return tuple(
        f"the name {word}"
        for word in _names(claim)
        if (terms := analyse(word)) and not set(terms) <= given
    )


def turned_negation(claim: str, evidence: str) -> tuple[str, ...]:
    """Say when claim and its nearest evidence sentence differ in being negated."""
    nearest = _nearest_sentence(claim, evidence)
    said, given = _negated(claim), _negated(nearest)
    near = _overlap(claim, nearest) >= SAME_SUBJECT
    if said and not given and (near or not _negated(evidence)):
        return ("it denies what the cited words do not deny",)
    if given and not said and near:
        return ("it states what the cited words deny",)
    return ()


def other_subject(claim: str, evidence: str) -> tuple[str, ...]:
    """Say when claim and evidence have next to no words in common, as in another language.

    Of a claim of few words, such as "The charter is fake", the evidence must have the last.
    """
    terms = analyse(claim)
    untold = len(set(terms)) <= FEW_TERMS and not set(terms[-1:]) <= set(analyse(evidence))
    if untold or _overlap(claim, evidence) < LEAST_IN_COMMON:
        return ("the cited words speak of something else",)
    return ()


def not_asserted(claim: str, evidence: str) -> tuple[str, ...]:
    """Say when the claim stands in the evidence only as what somebody is to do, say or want.

    "The draft asks that all laboratories be licensed" does not say that they are licensed.
    What follows "that" counts as said where the word before it asserts ("found that").
    """
    nearest = _nearest_sentence(claim, evidence)
    terms = set(analyse(claim))
    for match in _THAT.finditer(nearest):
        head, tail = nearest[: match.start()], nearest[match.end() :]
        before = set(analyse(head))
        governor = _WORD.findall(fold(head))[-1:]
        dropped = len(before & terms) * 2 < len(before)
        if (
            dropped
            and governor
            and governor[0] not in _ASSERTING
            and not set(analyse(governor[0])) & terms
            and _overlap(claim, tail) >= INSIDE
        ):
            return ("the cited words do not state this themselves",)
    return ()


def _is_quoted(claim: str, cited: Sequence[str]) -> bool:
    """Tell whether the claim is, word for word, one whole cited text or sentence."""
    from sentencex import segment

    def bare(text: str) -> str:
        return " ".join(fold(text).split()).strip(" .!?\"“”'")

    wanted = bare(claim)
    if not wanted:
        return False
    return any(wanted == bare(piece) for text in cited for piece in (text, *segment("en", text)))


def _numbers(text: str) -> set[str]:
    found = {term for term in analyse(_ORDINAL.sub(" ", text)) if term[:1].isdigit()}
    words = [word for match in _WORD.findall(fold(text)) for word in match.split("-")]
    for place, word in enumerate(words):
        follower = words[place + 1] if place + 1 < len(words) else ""
        before = words[place - 1] if place else ""
        if word in _TENS:
            found.add(str(_TENS[word] + _UNITS.get(follower, 0)))
        elif word in _UNITS and before not in _TENS and word != "one":
            if follower == "hundred":
                found.add(str(_UNITS[word] * 100))
            else:
                found.add(str(_UNITS[word]))
        elif word == "hundred" and before not in _UNITS:
            found.add("100")
        elif word == "dozen":
            found.add("12")
    return found


def _ordinals(text: str) -> set[int]:
    words = _WORD.findall(fold(text))
    return {_ORDINALS[word] for word in words if word in _ORDINALS} | {
        int(match[1]) for match in _ORDINAL.finditer(text)
    }


def _currencies(text: str) -> set[str]:
    terms = set(analyse(text))
    return (terms & _CURRENCIES) | {
        code for word, code in _CURRENCY_WORDS.items() if word in terms and word != "won"
    }


_Date = tuple[int | None, int | None, int | None]


def _dates(text: str) -> set[_Date]:
    """Find dates as (year, month, day), None where not given."""
    folded = " ".join(fold(text).split())
    found: set[_Date] = set()
    for match in _ISO_DATE.finditer(folded):
        found.add((int(match[1]), int(match[2]), int(match[3])))
    for match in _DAY_MONTH.finditer(folded):
        found.add((_year(match[3]), _MONTHS[match[2]], int(match[1])))
    for match in _MONTH_DAY.finditer(folded):
        found.add((_year(match[3]), _MONTHS[match[1]], int(match[2])))
    for match in _MONTH_YEAR.finditer(folded):
        found.add((int(match[2]), _MONTHS[match[1]], None))
    for match in _RANGE_OF_DAYS.finditer(folded):
        found |= _days(int(match[1]), int(match[2]), _MONTHS[match[3]])
    for match in _MONTH_RANGE.finditer(folded):
        found |= _days(int(match[2]), int(match[3]), _MONTHS[match[1]])
    return found


def _days(first: int, last: int, month: int) -> set[_Date]:
    return {(None, month, day) for day in range(first, min(last, 31) + 1)}


def _year(text: str | None) -> int | None:
    return int(text) if text else None


def _agree(said: _Date, given: _Date) -> bool:
    """Tell whether two dates agree in all parts that both have, month included."""
    if said[2] is not None and given[2] is None:
        return False
    return all(
        one is None or other is None or one == other for one, other in zip(said, given, strict=True)
    )


def _names(claim: str) -> list[str]:
    """Find capitalised words; the first word of a sentence only where it looks like a name."""
    from sentencex import segment

    found: dict[str, None] = {}
    for sentence in segment("en", claim):
        words = [match[0] for match in _WORD.finditer(sentence)]
        for place, word in enumerate(words):
            if not word[0].isupper() or word.lower() in _COMMON_CAPITALS:
                continue
            if place == 0 and not _opens_with_name(word, words[1:2]):
                continue
            if fold(word) in _NOT_NAMES or fold(word).split("-")[0] in _TENS:
                continue
            found[re.sub(r"['’]s$", "", word)] = None
    return sorted(found)


def _opens_with_name(word: str, after: Sequence[str]) -> bool:
    if (after and after[0][0].isupper()) or any(each.isupper() for each in word[1:]):
        return True
    return not _COMMON_ENDINGS.search(word.lower())


def _negated(text: str) -> bool:
    words = [word.replace("’", "'").lower() for word in _WORD.findall(text)]
    return any(
        word in _NEGATIONS and not (word == "not" and words[place + 1 : place + 2] == ["only"])
        for place, word in enumerate(words)
    )


def _overlap(claim: str, evidence: str) -> float:
    terms = set(analyse(claim))
    return len(terms & set(analyse(evidence))) / len(terms) if terms else 0.0


def _nearest_sentence(claim: str, evidence: str) -> str:
    from sentencex import segment

    sentences: list[str] = [piece for piece in segment("en", evidence) if piece.strip()]
    sentences = sentences or [evidence]
    return max(sentences, key=lambda sentence: _overlap(claim, sentence))
