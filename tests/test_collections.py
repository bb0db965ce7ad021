"""The shipped collections: invented documents of other fields, each with a suite of its own."""

from __future__ import annotations

from pathlib import Path
from statistics import mean

import pytest

from summitqa.evaluation.check import HIGH_OVERLAP, case_overlap, check_suites, corpus_reader
from summitqa.evaluation.suite_file import SuiteFile, read_suite
from summitqa.settings import Settings

COLLECTIONS = Path(__file__).resolve().parent.parent / "evals" / "collections"
NAMES = (
    "darksky",
    "firebreak",
    "gridlink",
    "loom",
    "pharmacouncil",
    "riverboard",
    "seedvault",
    "skyways",
    "tidewater",
)
# They are there for what the briefs hold least of: differences between two documents.
CONFLICTS = 14


def test_every_collection_is_known_here() -> None:
    assert sorted(each.name for each in COLLECTIONS.iterdir() if each.is_dir()) == sorted(NAMES)


def read_beside(name: str, kind: str) -> tuple[SuiteFile, SuiteFile]:
    """Read a further suite over a collection, which must be sound, and the collection's own."""
    file = read_suite(COLLECTIONS / name / f"{name}-{kind}.yaml")
    own = read_suite(COLLECTIONS / name / f"{name}.yaml")
    assert file.corpus is not None
    assert (file.corpus, file.suite.split) == (own.corpus, own.suite.split)
    settings = Settings(corpus_dir=file.corpus)
    findings = check_suites([file], corpus_reader(file.corpus, settings), settings)
    assert [str(each) for each in findings if each.is_error] == []
    return file, own


@pytest.mark.parametrize("name", NAMES)
def test_a_collection_quotes_its_own_documents(name: str) -> None:
    file = read_suite(COLLECTIONS / name / f"{name}.yaml")
    assert file.corpus == COLLECTIONS / name / "corpus"
    settings = Settings(corpus_dir=file.corpus)
    findings = check_suites([file], corpus_reader(file.corpus, settings), settings)
    assert [str(each) for each in findings if each.is_error] == []
    known = {path.name for path in file.corpus.glob("*.md")}
    told = {place.document for case in file.suite.cases for need in case.needs() for place in need}
    assert told == known  # every document is asked about


@pytest.mark.parametrize("name", NAMES)
def test_a_collection_asks_in_a_readers_words_and_about_differences(name: str) -> None:
    cases = read_suite(COLLECTIONS / name / f"{name}.yaml").suite.cases
    assert sum(case.expects_disagreement for case in cases) >= CONFLICTS
    assert sum(not case.answerable for case in cases) >= 8
    overlaps = [each for case in cases if (each := case_overlap(case)) is not None]
    assert sum(each < HIGH_OVERLAP for each in overlaps) > len(overlaps) / 2


@pytest.mark.parametrize("name", NAMES)
def test_the_everyday_questions_of_a_collection_are_short(name: str) -> None:
    file, told = read_beside(name, "everyday")
    assert sum(not case.answerable for case in file.suite.cases) >= 7
    assert mean(len(case.final_question.split()) for case in file.suite.cases) < 8
    assert not {case.id for case in file.suite.cases} & {case.id for case in told.suite.cases}


@pytest.mark.parametrize("name", NAMES)
def test_the_plain_questions_of_a_collection_share_the_documents_words(name: str) -> None:
    file, told = read_beside(name, "plain")
    assert sum(not case.answerable for case in file.suite.cases) >= 8
    plain, other = (
        [each for case in suite.cases if (each := case_overlap(case)) is not None]
        for suite in (file.suite, told.suite)
    )
    assert mean(plain) > mean(other) + 0.1


def test_four_collections_are_kept_to_report_on() -> None:
    splits = {name: read_suite(COLLECTIONS / name / f"{name}.yaml").suite.split for name in NAMES}
    kept = [name for name, split in splits.items() if split == "test"]
    assert kept == ["darksky", "firebreak", "gridlink", "loom"]
