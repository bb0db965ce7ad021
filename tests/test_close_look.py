"""Looking at sentences one by one, with the real index, the real model and the real reader."""

from __future__ import annotations

import pytest

from summitqa.ask import Assistant, open_assistant
from summitqa.close_look import InContext, in_context, look_closely
from summitqa.embed import load_embedder
from summitqa.index import update_index
from summitqa.ranking import CloseLook
from summitqa.settings import load_settings
from summitqa.types import Sentence

TEXT = """# The Harbour Pact

The Harbour Pact was opened for signature in Bergen. Twelve towns put their names to it
on the first day. Trout prefer cool water.

Every town promises to:

1. dredge its basin;
2. keep a lamp lit.

| Town | Lamps |
| --- | --- |
| Bergen | 12 |
"""
QUESTION = "How many towns signed the Harbour Pact?"


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder = tmp_path_factory.mktemp("close")
    (folder / "corpus").mkdir()
    (folder / "corpus" / "pact.md").write_text(TEXT, encoding="utf-8")
    settings = load_settings(corpus_dir=folder / "corpus", index_dir=folder / "index", threads=1)
    update_index(settings, lambda: load_embedder(settings))
    return open_assistant(settings)


def sentences(assistant: Assistant) -> dict[str, Sentence]:
    """The sentences by their first word; the heading is the word "The Harbour Pact" alone."""
    found = assistant.snapshot().sentences("pact.md", 0, len(TEXT))
    return {each.text.split()[0]: each for each in found if each.text != "The Harbour Pact"}


def look(assistant: Assistant, *words: str) -> list[CloseLook]:
    said = sentences(assistant)
    return look_closely(
        QUESTION,
        [said[word] for word in words],
        assistant.snapshot(),
        assistant.embedder,
        assistant.reader,
    )


def test_the_sentence_that_answers_looks_best_when_it_is_read_once_more(
    assistant: Assistant,
) -> None:
    twelve, trout = look(assistant, "Twelve", "Trout")
    assert twelve.reread > trout.reread
    assert twelve.similarity > trout.similarity


def test_the_sentence_before_tells_what_it_speaks_of(assistant: Assistant) -> None:
    (twelve,) = look(assistant, "Twelve")
    assert twelve.continued > twelve.similarity


def test_a_look_does_not_depend_on_what_else_is_looked_at(assistant: Assistant) -> None:
    together, single = look(assistant, "Trout", "Twelve"), look(assistant, "Twelve")
    assert together[1] == single[0]
    assert look(assistant) == []


def test_a_sentence_is_joined_with_the_one_before_as_they_stand(assistant: Assistant) -> None:
    snapshot, said = assistant.snapshot(), sentences(assistant)
    whole = snapshot.document("pact.md").text
    joined = in_context(snapshot, said["Twelve"], whole)
    assert joined.text.startswith("The Harbour Pact was opened")
    assert joined.text[joined.start :] == said["Twelve"].text
    assert joined.text in whole


def test_a_list_is_read_with_what_announces_it(assistant: Assistant) -> None:
    snapshot, said = assistant.snapshot(), sentences(assistant)
    whole = snapshot.document("pact.md").text
    listed = in_context(snapshot, said["Every"], whole)
    assert listed.start == 0
    assert listed.text.startswith("Every town promises to:")
    assert listed.text.endswith("2. keep a lamp lit.")
    item = in_context(snapshot, said["keep"], whole)
    assert item.text == "Every town promises to: keep a lamp lit."
    assert item.text[item.start :] == said["keep"].text


def test_a_row_is_read_with_the_names_of_its_columns(assistant: Assistant) -> None:
    found = assistant.snapshot().sentences("pact.md", 0, len(TEXT))
    row = next(each for each in found if each.text == "| Bergen | 12 |")
    snapshot = assistant.snapshot()
    whole = snapshot.document("pact.md").text
    assert in_context(snapshot, row, whole) == InContext(
        "Town: Bergen; Lamps: 12", 0, "| Town | Lamps |"
    )
    question = "How many lamps has Bergen?"
    (seen,) = look_closely(question, [row], snapshot, assistant.embedder, assistant.reader)
    assert seen.cell is not None
    assert row.text[slice(*seen.cell)] == "12"
