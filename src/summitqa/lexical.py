"""Words for lexical retrieval: folded, stemmed, numbers and names kept.

``analyse`` is applied to what is indexed and to questions alike, so a term matches
however it was written: ``AI-Safety`` and ``AI safety``, ``Türkiye`` and ``Turkiye``,
``€109 billion`` and ``€109bn``, ``10²⁶`` and ``10^26``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from Stemmer import Stemmer

COLUMN_WEIGHTS = (1.0, 1.0, 1.0)
"""Weights of title, headings and text in FTS5's ``bm25()``."""

_STOP_WORDS = """
a about above after again all also am an and any are as at be because been before being
below between both but by can could did do does doing done during each few for from further
had has have having he her here hers him his how i if in into is it its itself just me more
most my no nor not of off on once only or other our out over own same she should so some
such than that the their them then there these they this those through to too under until up
upon very was we were what when where which while who whom whose why will with would you
your
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())
"""Words that carry no topic. Kept out of the index and of questions."""

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_POWER = re.compile(r"(?<=\d)([⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+)")
_CURRENCIES = {"€": "eur", "$": "usd", "£": "gbp", "₹": "inr", "¥": "jpy", "₩": "krw"}
_SCALES = {
    "thousand": "k",
    "million": "m",
    "mn": "m",
    "billion": "bn",
    "b": "bn",
    "trillion": "tn",
}
LONGEST_REMEMBERED = 400
"""Characters of a text whose terms are kept: sentences, not passages."""
_TOKEN = re.compile(
    r"""
    (?P<number>[€$£₹¥₩]?\s?\d+(?:[.,]\d+)*(?:\^-?\d+)?)
      (?P<scale>\s?(?:thousand|million|billion|trillion|bn|mn|tn|k|m|b)(?![^\W_]))?
    | (?P<initials>(?:[a-z]\.){2,})
    | (?P<word>[^\W\d_][^\W_]*(?:['][^\W_]+)?)
    """,
    re.VERBOSE,
)


@lru_cache(maxsize=1)
def _stemmer() -> Stemmer:
    from Stemmer import Stemmer

    return Stemmer("english")


def fold(text: str) -> str:
    """Return the text in lower case, without accents, with plain quotes and hyphens."""
    text = _POWER.sub(lambda match: "^" + match[1].translate(_SUPERSCRIPTS), text)
    text = unicodedata.normalize("NFKD", text)
    text = "".join(character for character in text if not unicodedata.combining(character))
    return text.casefold().replace("’", "'").replace("‘", "'")


def analyse(text: str) -> list[str]:
    """Return the terms of a text in order, for indexing and for questions alike.

    Each term consists of letters and digits only, so a tokenizer that splits on anything
    else keeps it whole. Stop words are left out.
    """
    return list(_remembered(text)) if len(text) <= LONGEST_REMEMBERED else _analyse(text)


@lru_cache(maxsize=4096)
def _remembered(text: str) -> tuple[str, ...]:
    """The same sentences are analysed for question after question."""
    return tuple(_analyse(text))


def _analyse(text: str) -> list[str]:
    terms: list[str] = []
    for match in _TOKEN.finditer(fold(text)):
        if match["number"]:
            terms.extend(_number_terms(match["number"], match["scale"]))
        elif match["initials"]:
            terms.append(match["initials"].replace(".", ""))
        else:
            terms.extend(_word_terms(match["word"]))
    return terms


def share_of(weights: Mapping[str, float], held: Collection[str]) -> float:
    """Give the share of weighted terms that are held; 0 where there are none."""
    total = sum(weights.values())
    return sum(value for term, value in weights.items() if term in held) / total if total else 0.0


def _word_terms(word: str) -> list[str]:
    bare = word.removesuffix("'s").replace("'", "")
    if bare in STOP_WORDS or word in STOP_WORDS or not bare:
        return []
    stem: str = _stemmer().stemWord(bare)
    return [stem]


def _number_terms(number: str, scale: str | None) -> list[str]:
    """Return the number as one term, and with its scale as another.

    ``€109 billion`` gives ``109`` and ``109bn``: a question may leave either out.
    """
    currency = number[0] if number[0] in _CURRENCIES else ""
    plain = number.lstrip("".join(_CURRENCIES)).strip()
    plain = re.sub(r"(?<=\d),(?=\d{3}(?:\D|$))", "", plain)
    term = plain.replace("^-", "pm").replace("^", "p").replace(".", "d").replace(",", "d")
    terms = [term]
    if scale:
        unit = scale.strip()
        terms.append(term + _SCALES.get(unit, unit))
    if currency:
        terms.append(_CURRENCIES[currency])
    return terms
