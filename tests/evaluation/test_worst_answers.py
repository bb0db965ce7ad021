"""The worst answers are looked for in dev suites only, by gold sentences."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.worst_answers import find_misses, is_gold
from summitqa.ask import Assistant
from summitqa.errors import UsageError
from summitqa.evaluation.cases import Place
from summitqa.settings import load_settings
from summitqa.types import Sentence

SUITES = Path(__file__).parents[2] / "evals" / "suites"


@pytest.mark.parametrize(
    ("document", "text", "gold"),
    [
        ("a.md", "The harbour opened\nin May.", True),
        ("a.md", "Early on, the harbour opened in May.", False),
        ("a.md", "It rained. The harbour opened in May. It was full.", True),
        ("a.md", "opened in May.", True),
        ("b.md", "The harbour opened in May.", False),
    ],
)
def test_a_sentence_is_gold_by_document_and_words(document: str, text: str, gold: bool) -> None:
    places = [Place(document="a.md", quote="The harbour  opened in May.")]
    assert is_gold(Sentence(document, 0, len(text), text), places) is gold


def test_a_test_suite_is_refused_before_anything_is_asked() -> None:
    assistant = Assistant(load_settings())
    with pytest.raises(UsageError, match="never looked into"):
        find_misses(SUITES / "questions-test.yaml", assistant)
