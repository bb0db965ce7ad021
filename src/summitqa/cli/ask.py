"""``summitqa ask``, ``chat`` and ``show``."""

from __future__ import annotations

import json
import sys
import textwrap
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from summitqa.cli.options import corpus_and_index, debug_flag, settings_from
from summitqa.cli.terminal import is_unicode, printable, printable_lines, read_lines
from summitqa.errors import SummitQAError, UsageError
from summitqa.settings import Settings
from summitqa.types import Answer, ModelUse, Scope, Turn

if TYPE_CHECKING:
    from summitqa.ask import Assistant

_AS_OF = click.option(
    "--as-of", metavar="DATE", help="Answer from what was known on this date (YYYY-MM-DD)."
)
_SUMMIT = click.option(
    "--summit", multiple=True, metavar="NAME", help="Only documents of this summit."
)
_KIND = click.option("--kind", multiple=True, metavar="KIND", help="Only documents of this kind.")
_DOCUMENT = click.option(
    "--document", multiple=True, metavar="ID", help="Only this document; may be repeated."
)
_YEAR = click.option("--year", multiple=True, type=int, help="Only documents of this year.")
_ISSUER = click.option("--issuer", multiple=True, help="Only documents of this issuer.")
_PLACE = click.option("--place", multiple=True, help="Only documents about this place.")


_show_struck = click.option(
    "--show-struck",
    is_flag=True,
    help="Print the sentences of a language model that were taken out, and why.",
)


def _scoped(command: Any) -> Any:
    for option in (_PLACE, _ISSUER, _YEAR, _DOCUMENT, _KIND, _SUMMIT, _AS_OF):
        command = option(command)
    return command


def parse_date(text: str | None) -> date | None:
    """Read an ISO date.

    Raises:
        UsageError: The date does not exist or is written otherwise.
    """
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(
            f"{text!r} is not a date that exists; write it as YYYY-MM-DD, such as 2025-02-14."
        ) from None


def _scope(flags: dict[str, Any]) -> Scope:
    return Scope(
        summits=tuple(flags["summit"]),
        documents=tuple(flags["document"]),
        kinds=tuple(flags["kind"]),
        issuers=tuple(flags["issuer"]),
        places=tuple(flags["place"]),
        years=tuple(flags["year"]),
        as_of=parse_date(flags["as_of"]),
    )


@click.command()
@click.argument("question")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object an answer.")
@click.option("--top-k", type=click.IntRange(1, 100), help="Passages to report as evidence.")
@_show_struck
@_scoped
@corpus_and_index
@debug_flag
def ask(
    question: str,
    as_json: bool,
    top_k: int | None,
    show_struck: bool,
    corpus_dir: Path | None,
    index_dir: Path | None,
    **flags: Any,
) -> int:
    """Answer QUESTION from the documents; with - read questions from standard input.

    Each line of standard input is one question of its own; empty lines are passed over. A
    line that is no question, such as one that is too long, is reported in its place and the
    others are answered; the exit code is then 2.
    """
    from summitqa.answer_json import answer_to_json

    scope = _scope(flags)
    settings = settings_from(corpus_dir=corpus_dir, index_dir=index_dir, top_k=top_k)
    if question != "-" and not question.strip():
        raise UsageError("The question is empty; type a question.")
    assistant = _open(settings, scope)
    code = 0
    for line in read_lines() if question == "-" else (question,):
        try:
            answer = assistant.ask(_checked(line), scope=scope)
        except UsageError as error:
            if question != "-":
                raise
            _report(error, as_json)
            code = error.exit_code
        else:
            _print(answer, answer_to_json(answer) if as_json else None, show_struck)
    return code


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One turn a line in, one object a line out.")
@_show_struck
@_scoped
@corpus_and_index
@debug_flag
def chat(
    as_json: bool,
    show_struck: bool,
    corpus_dir: Path | None,
    index_dir: Path | None,
    **flags: Any,
) -> None:
    """Hold a conversation in the terminal; follow-ups are understood.

    An empty line is passed over; end with Ctrl-D.
    """
    from summitqa.answer_json import answer_to_json

    scope = _scope(flags)
    assistant = _open(settings_from(corpus_dir=corpus_dir, index_dir=index_dir), scope)
    history: list[Turn] = []
    prompt = "" if as_json or not sys.stdin.isatty() else "? "
    if prompt:
        click.echo("Ask a question; Ctrl-D ends.", err=True)
    for line in read_lines(prompt):
        try:
            answer = assistant.ask(_checked(line), history=tuple(history), scope=scope)
        except UsageError as error:
            _report(error, as_json)
            continue
        _print(answer, answer_to_json(answer) if as_json else None, show_struck)
        history.append(turn_of(answer))


@click.command()
@click.argument("document")
@click.option("--start", type=click.IntRange(min=0), help="First character.")
@click.option("--end", type=click.IntRange(min=0), help="Character after the last.")
@corpus_and_index
@debug_flag
def show(
    document: str,
    start: int | None,
    end: int | None,
    corpus_dir: Path | None,
    index_dir: Path | None,
) -> None:
    """Print the canonical text of DOCUMENT, exactly, and nothing else."""
    from summitqa.store.snapshot import open_snapshot

    settings = settings_from(corpus_dir=corpus_dir, index_dir=index_dir)
    text = open_snapshot(settings.index_dir, settings).document(document).text
    first = 0 if start is None else start
    last = len(text) if end is None else end
    if not first <= last <= len(text):
        raise UsageError(
            f"{document} has {len(text)} characters; give --start and --end within that, "
            "start first."
        )
    sys.stdout.buffer.write(text[first:last].encode("utf-8"))
    sys.stdout.flush()


def turn_of(answer: Answer) -> Turn:
    """Keep of an answer what follow-ups need."""
    return Turn(
        question=answer.question,
        answer=answer.text,
        rewritten_question=answer.rewritten_question,
        documents=tuple(dict.fromkeys(each.document for each in answer.citations)),
    )


def _open(settings: Settings, scope: Scope) -> Assistant:
    """Open the index, and refuse a scope once that would be refused for every question."""
    from summitqa.ask import open_assistant
    from summitqa.retrieve import documents_in_scope
    from summitqa.understanding.scope_words import check_scope

    assistant = open_assistant(settings)
    snapshot = assistant.snapshot()
    summaries = snapshot.summaries()
    if not summaries:
        click.echo(
            "summitqa: The index holds no documents; add some with: summitqa add PATH", err=True
        )
        return assistant
    for document in scope.documents:
        snapshot.check_known(document)
    check_scope(scope, summaries, lambda each: documents_in_scope(each, summaries))
    return assistant


def _checked(question: str) -> str:
    if not is_unicode(question):
        raise UsageError("The question is not valid UTF-8; write it in UTF-8.")
    return question


def _report(error: SummitQAError, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"error": str(error)}, ensure_ascii=False))
    else:
        click.echo(f"summitqa: {error}", err=True)


def _print(answer: Answer, record: dict[str, Any] | None, show_struck: bool) -> None:
    if record is not None:
        click.echo(json.dumps(record, ensure_ascii=False))
        sys.stdout.flush()
        return
    if answer.rewritten_question:
        _say(f"(understood as: {answer.rewritten_question})")
    if answer.short_answer and answer.status == "answered":
        _say(f"{answer.short_answer}\n")
    _say(answer.text if "\n" in answer.text else _wrap(answer.text))
    for disagreement in answer.disagreements:
        _say("\n" + _wrap(f"Sources differ: {disagreement.statement}"))
    for note in answer.notes:
        _say("\n" + _wrap(note))
    if answer.model is not None:
        _print_model(answer.model, show_struck)
    if answer.citations:
        _say("")
    for citation in answer.citations:
        where = f", page {citation.page}" if citation.page else ""
        mark = "verified" if citation.verified else "NOT VERIFIED"
        dated = f" ({citation.date})" if citation.date else ""
        _say(f"[{citation.marker}] {citation.title}{dated}{where}")
        document = printable(citation.document)
        _say(f"    {document} {citation.start}-{citation.end}, {mark}")
    if answer.status == "abstained" and answer.evidence:
        _say("\nThe nearest passages:")
        for hit in answer.evidence[:3]:
            passage = hit.passage
            _say(f"  {printable(passage.document)} {passage.start}-{passage.end}")
            _say(_wrap(textwrap.shorten(passage.text, 240, placeholder=" …"), "    "))


def _print_model(use: ModelUse, show_struck: bool) -> None:
    """Print what the language model cost, and what of it was taken out."""
    counts = ["?" if count is None else str(count) for count in (use.tokens_in, use.tokens_out)]
    line = f"{use.name}: {counts[0]} tokens in, {counts[1]} out, {len(use.struck)} struck"
    if use.struck and not show_struck:
        line += " (--show-struck prints them)"
    _say(f"\n{line}")
    for each in use.struck if show_struck else ():
        _say(_wrap(f"struck: {each.text} ({'; '.join(each.reasons)})", "    "))


def _say(text: str) -> None:
    click.echo(printable_lines(text))


def _wrap(text: str, indent: str = "") -> str:
    return textwrap.fill(
        text, 88, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False
    )
