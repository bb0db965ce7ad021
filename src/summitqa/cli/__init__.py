"""The command line: a lazy group, so that ``summitqa --help`` imports next to nothing.

Each command lives in a module of its own in this package and is imported when called.
Machine output goes to standard output, everything else to standard error.
"""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any, NoReturn

import click

COMMANDS: dict[str, tuple[str, str]] = {
    "index": ("summitqa.cli.index:index", "Bring the index up to date with the corpus folder."),
    "add": ("summitqa.cli.index:add", "Add files, folders or addresses, then index."),
    "remove": ("summitqa.cli.index:remove", "Remove documents from the corpus and the index."),
    "export": ("summitqa.cli.index:export", "Export documents, passages and vectors."),
    "status": ("summitqa.cli.index:status", "Say what is indexed."),
    "doctor": ("summitqa.cli.index:doctor", "Check that the index is sound; --repair mends it."),
    "ask": ("summitqa.cli.ask:ask", "Answer a question from the documents."),
    "chat": ("summitqa.cli.ask:chat", "Hold a conversation in the terminal."),
    "show": ("summitqa.cli.ask:show", "Print a document's canonical text, exactly."),
    "eval": ("summitqa.cli.evaluate:evaluate", "Run evaluation suites."),
    "serve": ("summitqa.cli.serve:serve", "Serve the chat page and the API."),
    "sources": ("summitqa.cli.sources:sources", "Download the official texts."),
}


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Name the commands in the order of the jobs, not of the alphabet."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import the one command that was asked for."""
        if cmd_name not in COMMANDS:
            return None
        module_name, _, attribute = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(module_name), attribute)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; an unknown one is met with the nearest names."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(args[0], COMMANDS, n=2, cutoff=0.6)
            hint = f" (did you mean {' or '.join(near)}?)" if near else ""
            ctx.fail(f"No such command {args[0]!r}{hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(
    cls=LazyGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
@click.version_option(package_name="summitqa", prog_name="summitqa")
@click.pass_context
def cli(ctx: click.Context, debug: bool) -> None:
    """Answer questions from documents, every sentence with its exact source."""
    ctx.obj = {"debug": debug}
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help(), err=True)
        ctx.exit(2)


def _fail(message: str, code: int) -> NoReturn:
    click.echo(f"summitqa: {message}", err=True)
    _drop_unwritten_output()
    sys.exit(code)


def _drop_unwritten_output() -> None:
    """Send what standard output still holds nowhere, where it can't be written.

    Python writes it once more when it ends, and failing again would end with a traceback of
    its own and exit code 120.
    """
    try:
        sys.stdout.flush()
    except OSError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def _fail_usage(error: click.ClickException) -> NoReturn:
    """Say what was wrong with the command and where to look; exit code 2."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    if context is None:
        _fail(error.format_message(), 2)
    click.echo(context.get_usage(), err=True)
    _fail(f"{error.format_message().rstrip('.?')}; see: {context.command_path} --help", 2)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; the entry point of the ``summitqa`` command."""
    debug = "--debug" in (sys.argv[1:] if arguments is None else arguments)
    try:
        outcome: Any = cli.main(args=arguments, prog_name="summitqa", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Abort:
        _fail("Stopped; nothing is lost, the same command goes on.", 130)
    except click.ClickException as error:
        _fail_usage(error)
    except Exception as error:
        from summitqa.errors import SummitQAError

        if debug:
            raise
        if isinstance(error, SummitQAError):
            _fail(str(error), error.exit_code)
        if isinstance(error, OSError) and error.strerror and not isinstance(error, ConnectionError):
            where = str(error.filename) if error.filename else "A file or the output"
            _fail(
                f"{where} cannot be read or written ({error.strerror}); free space or allow it, "
                "and run the command again.",
                1,
            )
        _fail(
            f"Something unexpected went wrong ({type(error).__name__}: {error}); "
            "run the command again with --debug and report it.",
            1,
        )
    sys.exit(outcome if isinstance(outcome, int) else 0)
