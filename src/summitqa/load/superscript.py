"""Keep raised digits apart from the digits before them: ``2023`` with note 4 is no ``20234``."""

from __future__ import annotations

import re

_RAISED = str.maketrans("0123456789+-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻")
_MARK = re.compile(r"\s*[\[(]?([0-9+\-−]{1,4}(?:\s*,\s*\d{1,3}){0,5})[\])]?\s*")
_POWER = re.compile(r"(?<![\w.,])(?:10|k?m|[cm]m|ft|s)$")


def raised_digits(before: str, raised: str) -> str | None:
    """Write raised digits with the superscript characters of Unicode.

    A power (``10²⁶``, ``km²``) stands at its base; the mark of a note is set off by a space,
    so that the word or number before it is still found.

    Args:
        before: The text before.
        raised: The raised characters.

    Returns:
        What to append to ``before``; None when ``raised`` is no number.
    """
    match = _MARK.fullmatch(raised)
    if not match or not any(letter.isdigit() for letter in raised):
        return None
    digits = match.group(1).translate(_RAISED)
    return digits if _POWER.search(before[-4:]) else f" {digits}"
