"""Checking suites against a corpus."""

from __future__ import annotations

from pathlib import Path

import pytest

from summitqa.evaluation.cases import Case, Gold, Suite
from summitqa.evaluation.check import check_suites, corpus_reader, word_overlap
from summitqa.evaluation.suite_file import SuiteFile
from summitqa.settings import Settings

LAKES = (
    "---\ntitle: Lakes\n---\n# Lakes\n\nThe north lake\nis 120 metres deep. "
    "It froze in 1911. It froze in 1911.\n"
)


@pytest.fixture
def corpus(settings: Settings) -> Settings:
    settings.corpus_dir.mkdir()
    (settings.corpus_dir / "lakes.md").write_text(LAKES, encoding="utf-8")
    (settings.corpus_dir.parent / "outside.md").write_text("Outside.", encoding="utf-8")
    return settings


def file_of(*cases: Case, name: str = "lakes", split: str = "dev") -> SuiteFile:
    suite = Suite.model_validate(
        {"suite": name, "description": "x", "split": split, "cases": cases}
    )
    return SuiteFile(Path(f"{name}.yaml"), suite, tuple(range(5, 5 + len(cases))))


def case(quote: str | None, document: str = "lakes.md", **more: object) -> Case:
    return Case.model_validate(
        {
            "id": "c",
            "question": "Which water reaches furthest down?",
            "gold": [Gold(document=document, quote=quote)],
            **more,
        }
    )


def findings(settings: Settings, *files: SuiteFile) -> list[tuple[str, bool]]:
    find = corpus_reader(settings.corpus_dir, settings)
    return [(str(each), each.is_error) for each in check_suites(files, find, settings)]


def test_a_sound_case_has_no_findings(corpus: Settings) -> None:
    sound = case("The north lake is 120 metres deep.", answers=("120 metres",))
    assert findings(corpus, file_of(sound)) == []


@pytest.mark.parametrize(
    ("document", "quote", "problem"),
    [
        ("seas.md", "x", "c: the corpus has no document 'seas.md'."),
        ("../outside.md", "Outside.", "c: the corpus has no document '../outside.md'."),
        ("lakes.md", "title: Lakes", "does not occur in lakes.md; it must occur exactly once."),
        ("lakes.md", "It froze in 1911.", "occurs 2 times in lakes.md"),
    ],
)
def test_a_gold_place_that_is_not_there_is_an_error(
    corpus: Settings, document: str, quote: str, problem: str
) -> None:
    found = findings(corpus, file_of(case(quote, document)))
    assert problem in found[0][0]
    assert found[0][0].startswith("lakes.yaml:5: ")
    assert found[0][1]


def test_an_alternative_is_checked_as_well(corpus: Settings) -> None:
    gold = {
        "document": "lakes.md",
        "quote": "The north lake is 120 metres deep.",
        "alternatives": [{"document": "lakes.md", "quote": "It never froze."}],
    }
    found = findings(corpus, file_of(case(None, gold=[gold])))
    assert "'It never froze.' does not occur" in found[0][0]


def test_remarks_are_no_errors(corpus: Settings) -> None:
    found = findings(
        corpus,
        file_of(
            case(
                "north lake is 120 metres deep.",
                question="How deep is the north lake?",
                answers=("130 metres",),
                must_contain=("north", ("130", "140")),
            )
        ),
    )
    assert [is_error for _, is_error in found] == [False] * 4
    texts = " ".join(text for text, _ in found)
    assert "is not one or more whole sentences" in texts
    assert "none of its answers occurs in a gold quote" in texts
    assert "'130 / 140' (must_contain) occurs in no gold quote" in texts
    assert "word overlap of question and gold is 1.00" in texts


def test_a_document_belongs_to_one_split(corpus: Settings) -> None:
    sound = case("The north lake is 120 metres deep.")
    one, other = file_of(sound), file_of(sound, name="more", split="test")
    assert findings(corpus, one, file_of(sound, name="more")) == []
    found = findings(corpus, one, other)
    assert "lakes.md is gold in lakes (dev) already, and this suite is test" in found[0][0]


def test_word_overlap_is_the_share_of_the_questions_terms() -> None:
    assert word_overlap("How deep are the lakes?", "The lake is deep.") == 1.0
    assert word_overlap("Where did it freeze?", "The lake is deep.") == 0.0
