"""Whether the documents say "he" or "she" of a person: a follow-up's pronoun is of one of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

Gender = Literal["he", "she"]

REACH = 160
"""Characters after a name in which a pronoun is taken to be that person's."""
_PRONOUN = re.compile(
    r"\b(?:(?P<he>he|him|his|himself)|(?P<she>she|her|hers|herself))\b", re.IGNORECASE
)
_SAID_OF = re.compile(
    r"\b(?:(?P<he>he|his|himself)|(?P<she>she|hers|herself|her(?=\s+[a-z])))\b", re.IGNORECASE
)
"""The same without "him" and the "her" that is one: a sentence's subject is never meant by it."""
_TITLE = re.compile(
    r"\b(?:(?P<he>Mr|Sir|Lord|King|Prince)|(?P<she>Ms|Mrs|Miss|Dame|Lady|Queen|Princess|Baroness))"
    r"\.?(?:\s+[A-Z][\w.'’-]*){0,3}\s+$"
)
_ANOTHER = re.compile(r"\b[A-Z][\w'’-]+\s+(?:[a-z]{2,3}\s+)?[A-Z][\w'’-]+")
"""Two names in a row: what follows may be of somebody else."""


def gender_of_pronoun(word: str) -> Gender | None:
    """Tell which of the two a pronoun is; None for those that are neither."""
    match = _PRONOUN.fullmatch(word)
    if match is None:
        return None
    return "he" if match["he"] else "she"


def told_gender(name: str, texts: Iterable[str]) -> Gender | None:
    """Tell what documents say of a person, by titles and by the pronouns after the surname.

    Args:
        name: The person's name; its last word is looked for.
        texts: Texts of documents.

    Returns:
        "he" or "she" where one is said more than twice as often, else None.
    """
    surname = re.compile(rf"\b{re.escape(name.split()[-1])}\b(?:['’]s?)?")
    he = she = 0
    for text in texts:
        for match in surname.finditer(text):
            title = _TITLE.search(text, max(0, match.start() - 60), match.start())
            after = text[match.end() : match.end() + REACH]
            other = _ANOTHER.search(after)
            said = title or _SAID_OF.search(after[: other.start()] if other else after)
            if said is not None:
                he += said["he"] is not None
                she += said["she"] is not None
    if he > 2 * she:
        return "he"
    return "she" if she > 2 * he else None
