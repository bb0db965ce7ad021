"""Options that several commands share, and the way from flags to settings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from summitqa.settings import Settings

F = TypeVar("F", bound=Callable[..., Any])


def corpus_and_index(command: F) -> F:
    """Add ``--corpus DIR`` and ``--index DIR``."""
    command = click.option(
        "--index",
        "index_dir",
        type=click.Path(path_type=Path),
        metavar="DIR",
        help="Folder for the index [SUMMITQA_INDEX_DIR].",
    )(command)
    return click.option(
        "--corpus",
        "corpus_dir",
        type=click.Path(path_type=Path),
        metavar="DIR",
        help="Folder with the documents [SUMMITQA_CORPUS_DIR].",
    )(command)


def debug_flag(command: F) -> F:
    """Accept ``--debug`` after the command as well as before it."""
    return click.option(
        "--debug", is_flag=True, expose_value=False, help="Show the traceback of an error."
    )(command)


def settings_from(**flags: Any) -> Settings:
    """Build the settings from the flags that were given."""
    from summitqa.settings import load_settings

    return load_settings(**flags)
