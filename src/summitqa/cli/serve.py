"""``summitqa serve``: the chat page and the API."""

from __future__ import annotations

from typing import Any

import click

from summitqa.cli.options import corpus_and_index, debug_flag, settings_from


@click.command()
@click.option("--host", help="Address to listen on; 127.0.0.1 by default [SUMMITQA_HOST].")
@click.option("--port", type=int, help="Port; the next free one if taken [SUMMITQA_PORT].")
@click.option("--read-only", is_flag=True, default=None, help="No adding, removing or re-indexing.")
@click.option(
    "--users",
    "users_file",
    type=click.Path(),
    metavar="FILE",
    help="File with users and hashed passwords [SUMMITQA_USERS_FILE].",
)
@click.option("--add-user", metavar="NAME", help="Write a user into the users file and stop.")
@corpus_and_index
@debug_flag
def serve(add_user: str | None, **flags: Any) -> None:
    """Serve the chat page and the API until stopped with Ctrl+C."""
    settings = settings_from(**flags)
    if add_user is not None:
        _add_user(settings.users_file, add_user)
        return
    from summitqa.serve import run_server

    run_server(settings, say=click.echo)


def _add_user(path: Any, name: str) -> None:
    from summitqa.api.accounts import add_user
    from summitqa.errors import UsageError

    if path is None:
        raise UsageError("There is no users file; give one with --users FILE.")
    password = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    add_user(path, name, password)
    click.echo(f"{name} may now use the server.", err=True)
