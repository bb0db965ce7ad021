"""What is written to a terminal, and what is read from standard input."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator

import click

# Controls, and the marks that turn the reading direction: a document or a file's name that
# holds them could otherwise rewrite what stands on the screen.
_MOVING = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069\ud800-\udfff]"
)


def printable(text: str) -> str:
    """Escape what would move the cursor or turn the reading direction; the text is one line."""
    return _MOVING.sub(lambda match: ascii(match.group(0))[1:-1], text)


def printable_lines(text: str) -> str:
    """Escape the same, and keep the lines of the text."""
    return "\n".join(printable(line) for line in text.expandtabs().split("\n"))


def read_lines(prompt: str = "") -> Iterator[str]:
    """Read the lines of standard input that are not empty, without the space around them.

    Bytes that are not UTF-8 come as lone surrogates, as they do in the arguments of a command;
    `is_unicode` tells.
    """
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(encoding="utf-8", errors="surrogateescape")
    while True:
        if prompt:
            click.echo(prompt, nl=False, err=True)
        line = sys.stdin.readline()
        if not line:
            return
        if line.strip():
            yield line.strip()


def is_unicode(text: str) -> bool:
    """Tell whether a text can be written as UTF-8; bytes that were not UTF-8 cannot."""
    return not any("\ud800" <= letter <= "\udfff" for letter in text)
