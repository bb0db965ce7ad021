"""The worst answers to the answerable single questions of suites, sorted by cause.

A question is missed where the first sentence quoted is not one of its gold places, or where
nothing is quoted. The cause is where on its way the right sentence was lost: not among the hits,
among the hits but not read, read but behind others, or first but below the threshold.
The worst are those answered wrongly with most confidence.

    python -m benchmarks.worst_answers evals/suites/questions-dev.yaml --count 50

Only ``dev`` suites are for looking at; the command refuses others.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from summitqa.ask import Assistant, find_where_named, open_assistant, sentences_of, threshold_of
from summitqa.errors import SummitQAError, UsageError
from summitqa.evaluation.cases import Case, Place
from summitqa.evaluation.suite_file import read_suite
from summitqa.settings import load_settings
from summitqa.types import Sentence

ABSTAINED = "right sentence first, below the threshold"
BEHIND = "right sentence read, another first"
UNREAD = "right passage found, not read"
LOST = "right passage not found"


@dataclass(frozen=True, slots=True)
class Miss:
    """A question that was not answered by its gold sentence.

    Attributes:
        question: The question.
        cause: Where the right sentence was lost.
        place: Its place among the sentences ranked, from 1; 0 where it was not read.
        confidence: Of the answer, 0 to 1.
        said: The sentence that was ranked first.
        answered: Whether it was quoted, or the answer was an abstention.
    """

    question: str
    cause: str
    place: int
    confidence: float
    said: str
    answered: bool


def is_gold(sentence: Sentence, places: Sequence[Place]) -> bool:
    """Tell whether a sentence is one of the places, holds one, or is a part of one."""
    said = " ".join(sentence.text.split())
    return any(
        sentence.document == each.document and (said in wanted or wanted in said)
        for each in places
        if (wanted := " ".join((each.quote or "").split()))
    )


def find_misses(path: Path, assistant: Assistant) -> tuple[int, list[Miss]]:
    """Ask the answerable single questions of a suite.

    Returns:
        How many there are, and those that are missed.
    """
    suite = read_suite(path).suite
    if suite.split != "dev":
        raise UsageError(f"{path} is a {suite.split} suite, which is never looked into; give dev.")
    cases = [each for each in suite.cases if each.question and each.gold]
    found = [
        find_miss(each.question or "", [p for g in each.gold for p in g.places()], each, assistant)
        for each in cases
    ]
    return len(cases), [each for each in found if each is not None]


def find_miss(
    question: str, places: Sequence[Place], case: Case, assistant: Assistant
) -> Miss | None:
    """Ask one question; None where its first sentence is quoted and gold."""
    snapshot = assistant.snapshot()
    found = find_where_named(question, assistant, snapshot, case.search_scope)
    right = [is_gold(each.sentence, places) for each in found.evidence]
    answered = found.confidence >= threshold_of(assistant.settings)
    if answered and right[:1] == [True]:
        return None
    if True in right:
        cause = ABSTAINED if right[0] else BEHIND
    else:
        hits = [each for hit in found.hits for each in sentences_of(snapshot, hit.passage)]
        cause = UNREAD if any(is_gold(each, places) for each in hits) else LOST
    return Miss(
        question=question,
        cause=cause,
        place=right.index(True) + 1 if True in right else 0,
        confidence=found.confidence,
        said=found.evidence[0].sentence.text if found.evidence else "",
        answered=answered,
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the causes, and the worst answers."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("suites", nargs="+", type=Path, help="dev suites")
    parser.add_argument("--count", type=int, default=50, help="how many answers to print")
    chosen = parser.parse_args(arguments)
    assistant = open_assistant(load_settings())
    asked, misses = 0, list[Miss]()
    for path in chosen.suites:
        try:
            cases, missed = find_misses(path, assistant)
        except SummitQAError as error:
            parser.error(str(error))
        asked += cases
        misses += missed
    print("| cause | abstained | answered | of all questions |\n|---|---|---|---|")
    for cause in (LOST, UNREAD, BEHIND, ABSTAINED):
        of_cause = [each for each in misses if each.cause == cause]
        answered = sum(each.answered for each in of_cause)
        share = len(of_cause) / asked
        print(f"| {cause} | {len(of_cause) - answered} | {answered} | {share:.3f} |")
    print(f"\n{len(misses)} of {asked} answerable single questions are missed.\n")
    print(
        "| confidence | place of the right sentence | question | first sentence |\n"
        "|---|---|---|---|"
    )
    for each in sorted(misses, key=lambda miss: -miss.confidence)[: chosen.count]:
        print(f"| {each.confidence:.2f} | {each.place or '-'} | {each.question} | {each.said} |")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
