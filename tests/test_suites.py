"""The shipped suites: valid, broad enough, split by document, and worded by a reader.

``python -m pytest tests/test_suites.py -s`` prints the counts and the word overlap.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path
from typing import get_args

import pytest

from summitqa.evaluation.cases import Case, Tag
from summitqa.evaluation.check import HIGH_OVERLAP, case_overlap, check_suites, corpus_reader
from summitqa.evaluation.suite_file import SuiteFile, read_suite
from summitqa.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT / "corpus"
SUITES = ROOT / "evals" / "suites"
SUBJECTS = (
    "questions",
    "conversations",
    "conflicts-and-time",
    "unanswerable",
    "analyst",
    "topical",
    "everyday",
)
# Their questions name what they ask about, and so share more words with their gold.
NAMING = ("everyday-dev", "everyday-test")
EVERYDAY_WORDS = 11

# How many cases there are at least: what the project promises to ask.
CASES = 900
UNANSWERABLE_OR_FALSE = 200
FOLLOW_UPS = 42
TEMPORAL_OR_CONFLICT = 36
EACH_TAG = 20
GOLD_OF_EACH_BRIEF = 2
# Of each of the two suites that ask by name, as a first question is asked.
BY_NAME_ANSWERABLE = 110
BY_NAME_UNANSWERABLE = 25


@cache
def suites() -> tuple[SuiteFile, ...]:
    """Read the suites over the corpus."""
    return tuple(
        read_suite(SUITES / f"{subject}-{split}.yaml")
        for subject in SUBJECTS
        for split in ("dev", "test")
    )


def cases(split: str | None = None) -> list[Case]:
    """Give the cases of all suites, or of one split."""
    return [
        case for file in suites() if split in (None, file.suite.split) for case in file.suite.cases
    ]


def briefs() -> set[str]:
    """Give the ids of the briefs."""
    return {path.relative_to(CORPUS).as_posix() for path in CORPUS.glob("*/*.md")}


def gold_counts(some: list[Case]) -> Counter[str]:
    """Count for each brief the cases whose gold it is; alternatives do not count."""
    return Counter(document for case in some for document in {g.document for g in case.gold})


def tagged(some: list[Case], *tags: Tag) -> list[Case]:
    """Select the cases that carry at least one of the tags."""
    return [case for case in some if set(tags) & set(case.tags)]


def share_below(some: list[Case]) -> float:
    """Share of the cases with gold whose word overlap with it is low."""
    overlaps = [each for case in some if (each := case_overlap(case)) is not None]
    return sum(each < HIGH_OVERLAP for each in overlaps) / len(overlaps)


def test_every_quote_stands_once_in_its_brief_and_says_the_expected_answer() -> None:
    settings = Settings()
    findings = check_suites(suites(), corpus_reader(CORPUS, settings), settings)
    wrong = [str(each) for each in findings if each.is_error or "word overlap" not in each.text]
    assert not wrong, "\n".join(wrong)


def test_no_two_suites_use_an_id_or_a_question_twice() -> None:
    ids = Counter(case.id for case in cases())
    asked = Counter(
        " / ".join((*case.earlier_turns, case.final_question, str(case.as_of))).casefold()
        for case in cases()
    )
    assert [each for count in (ids, asked) for each, times in count.items() if times > 1] == []


def test_there_are_as_many_cases_as_promised() -> None:
    everything = cases()
    assert len(everything) >= CASES
    assert len(tagged(everything, "unanswerable", "false-premise")) >= UNANSWERABLE_OR_FALSE
    assert len([case for case in everything if case.turns]) >= FOLLOW_UPS
    assert len(tagged(everything, "temporal", "conflict")) >= TEMPORAL_OR_CONFLICT


@pytest.mark.parametrize("tag", get_args(Tag))
def test_every_tag_is_asked_about_in_both_splits(tag: Tag) -> None:
    assert len(tagged(cases(), tag)) >= EACH_TAG
    assert tagged(cases("dev"), tag)
    assert tagged(cases("test"), tag)


@pytest.mark.parametrize("split", ["dev", "test"])
def test_every_brief_is_asked_about_by_name_beside_questions_that_none_answers(split: str) -> None:
    (asked,) = (file.suite for file in suites() if file.suite.suite == f"analyst-{split}")
    answerable = [case for case in asked.cases if case.answerable]
    assert len(answerable) >= BY_NAME_ANSWERABLE
    assert len(asked.cases) - len(answerable) >= BY_NAME_UNANSWERABLE
    counts = gold_counts(answerable)
    assert min(counts[brief] for brief in gold_counts(cases(split))) >= GOLD_OF_EACH_BRIEF


def test_every_brief_is_gold_of_at_least_two_cases() -> None:
    counts = gold_counts(cases())
    assert {each: counts[each] for each in briefs() if counts[each] < GOLD_OF_EACH_BRIEF} == {}


def test_a_brief_is_gold_in_one_split_only_and_the_readme_says_in_which() -> None:
    dev, test = set(gold_counts(cases("dev"))), set(gold_counts(cases("test")))
    assert not dev & test
    assert dev | test == briefs()
    assert 0.4 < len(dev) / len(briefs()) < 0.5
    readme = (SUITES / "README.md").read_text(encoding="utf-8")
    for split, documents in (("dev", dev), ("test", test)):
        (row,) = (each for each in readme.splitlines() if each.startswith(f"| {split} ("))
        assert row.startswith(f"| {split} ({len(documents)}) |")
        listed = {
            f"{theme}/{name}.md"
            for part in row.split("|")[2].split(";")
            for theme, names in [part.strip().split(": ")]
            for name in names.split(", ")
        }
        assert listed == documents


def test_a_conflict_that_must_be_shown_has_both_sides() -> None:
    for case in cases():
        if case.expects_disagreement:
            assert "conflict" in case.tags, case.id
            assert len(case.gold) >= 2 or len(case.must_contain) >= 2 or case.answers, case.id
        if case.turns:
            assert case.rewrite, case.id
            assert "follow-up" in case.tags, case.id


@pytest.mark.parametrize("split", ["dev", "test"])
def test_at_least_half_of_the_questions_share_few_words_with_their_gold(split: str) -> None:
    others = [
        case
        for file in suites()
        if file.suite.split == split and file.suite.suite not in NAMING
        for case in file.suite.cases
    ]
    assert share_below(others) >= 0.5


@pytest.mark.parametrize("name", NAMING)
def test_everyday_questions_are_short_and_half_of_them_typed_without_capitals(name: str) -> None:
    (asked,) = (file.suite for file in suites() if file.suite.suite == name)
    questions = [case.final_question for case in asked.cases]
    assert max(len(question.split()) for question in questions) <= EVERYDAY_WORDS
    assert sum(question == question.lower() for question in questions) >= 0.5 * len(questions)
    assert sum(not case.answerable for case in asked.cases) >= 0.2 * len(questions)


def test_a_question_in_the_words_of_its_gold_counts_as_copied() -> None:
    case = next(case for case in cases() if case.question and case.gold)
    copied = case.model_copy(update={"question": case.gold[0].quote})
    assert share_below([copied]) == 0
    assert share_below([case, copied]) == 0.5


def test_word_overlap_is_reported_for_each_suite() -> None:
    for file in suites():
        inside = list(file.suite.cases)
        tags = Counter(tag for case in inside for tag in case.tags)
        told = ", ".join(f"{tag} {count}" for tag, count in sorted(tags.items()))
        low = share_below(inside)
        assert 0 < low <= 1
        print(f"{file.suite.suite}: {len(inside)} cases, overlap below 0.5 in {low:.0%}; {told}")
    print(f"all: {len(cases())} cases, overlap below 0.5 in {share_below(cases()):.0%}")
