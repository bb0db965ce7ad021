"""Take apart a question that asks for several things: "When and where was it?"

Only what is worded as a question of its own is one: "and how many came?" is, "and how it was
paid for" belongs to what stands before it.
"""

from __future__ import annotations

import re

MOST_PARTS = 3
_PLAIN = (
    r"(?:when|where|why|how|who|(?:by|with|for|to|from) whom|(?:for )?how long|since when"
    r"|until when)"
)
_AUXILIARY = (
    r"(?:is|are|was|were|did|does|do|has|have|had|will|would|can|could|should|must|may|might)\b"
)
_AMOUNT = r"how (?:many|much|long|often|far|old|big|large|high)\b"
_PREPOSITION = r"(?:in|on|at|from|for|with|to|by|of|under|within)"
_PAIR = re.compile(
    rf"^(?P<one>{_PLAIN})\s+and\s+(?P<other>{_PLAIN})\s+(?P<rest>{_AUXILIARY}.+?)\s*\??$",
    re.IGNORECASE,
)
_NEXT = re.compile(
    rf",?\s+and\s+(?:(?:also|then)\s+)?(?="
    rf"{_PLAIN}\s*\??$"
    rf"|(?:when|where|why|how)\s+{_AUXILIARY}"
    rf"|(?:by|with|for|to|from)\s+whom\s+{_AUXILIARY}"
    rf"|{_AMOUNT}\s+\S"
    rf"|(?:{_PREPOSITION}\s+)?(?:which|what)\s+(?:[\w'’-]+\s+){{0,3}}?{_AUXILIARY}"
    rf"|which\s+[\w'’-]+\s+[\w'’-]+"
    rf"|who\s+(?!else\b)[\w'’-]+)",
    re.IGNORECASE,
)
_TWO_QUESTIONS = re.compile(r"(?<=\?)\s+(?=\w)")
_ASKS = re.compile(
    rf"^(?:and\s+|but\s+|also,?\s+)?(?:{_PREPOSITION}\s+)?"
    rf"(?:who|whom|whose|when|where|why|how|what|which|since|until|{_AUXILIARY})\b",
    re.IGNORECASE,
)
_EMBEDDED = re.compile(
    r"\b(?:about|on|of|over|whether|if|says?|said|tells?|told|explains?|describes?|decided?|agreed?"
    r"|know|shows?)\s+(?:that\s+)?(?:how|what|who|when|where|which|why)\b",
    re.IGNORECASE,
)
"""What stands in a clause is not asked by itself, nor is what follows it in the same clause."""


_BARE = re.compile(rf"{_PLAIN}\??", re.IGNORECASE)
_INVERTED = re.compile(rf"^(?:[\w'’-]+\s+){{1,5}}?(?P<rest>{_AUXILIARY}.+)$", re.IGNORECASE)
_WHO_DID = re.compile(
    r"^who (?P<verb>[a-z]+ed|led|held|built|paid|met|made|won|sent) (?P<what>(?:the |an? )?"
    r"(?-i:[A-Z]).*)\?$",
    re.IGNORECASE,
)


def split_parts(question: str) -> tuple[str, ...]:
    """Give the questions that a question consists of, in order.

    Args:
        question: One question in the person's own words, or several in a row.

    Returns:
        Two or three questions, of which the second and third may need the first to be
        understood ("Who hosts it?"); nothing where only one thing is asked.
    """
    parts: list[str] = []
    for sentence in _TWO_QUESTIONS.split(question.strip()):
        if not _ASKS.match(sentence):
            return ()
        parts += _split_sentence(re.sub(r"^(?:and|but|also,?)\s+", "", sentence, flags=re.I))
    if any(len(part.split()) < 3 for part in parts[:1]) or not 2 <= len(parts) <= MOST_PARTS:
        return ()
    return tuple(_finish(part, parts[0]) for part in parts)


def _split_sentence(sentence: str) -> list[str]:
    pair = _PAIR.match(sentence)
    if pair is not None:
        return [_as_question(f"{pair[each]} {pair['rest']}") for each in ("one", "other")]
    if _EMBEDDED.search(sentence):
        return [_as_question(sentence)]
    return [_as_question(each) for each in _NEXT.split(sentence)]


def _finish(part: str, first: str) -> str:
    """Give a bare "When?" the rest of the question before it."""
    if not _BARE.fullmatch(part):
        return part
    asks = part.rstrip("?")
    did = _WHO_DID.match(first)
    if did is not None:
        return f"{asks} was {did['what']} {did['verb']}?"
    inverted = _INVERTED.match(first)
    return part if inverted is None else f"{asks} {inverted['rest']}"


def _as_question(text: str) -> str:
    bare = text.strip(" ?,")
    return f"{bare[:1].upper()}{bare[1:]}?"
