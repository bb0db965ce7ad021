"""What a document or a file's name holds cannot rewrite what stands on a terminal."""

from __future__ import annotations

import pytest

from summitqa.cli.terminal import is_unicode, printable, printable_lines


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("new\nline", r"new\nline"),
        ("red \x1b[31m", r"red \x1b[31m"),
        ("\u202egnp.exe", r"\u202egnp.exe"),
        ("bad \udcff byte", r"bad \udcff byte"),
        ("é 山 \xa0 🎉\u200d", "é 山 \xa0 🎉\u200d"),
    ],
)
def test_controls_and_turning_marks_are_escaped_and_letters_are_not(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_the_lines_of_a_text_stay() -> None:
    assert printable_lines("one\x07\n\ttwo") == "one\\x07\n        two"


def test_bytes_that_were_not_utf8_are_told_apart() -> None:
    assert is_unicode("é 🎉")
    assert not is_unicode("\udcff")
