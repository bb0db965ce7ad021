"""Run the cases of a suite and grade them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Protocol

from summitqa.evaluation.cases import Case, Suite
from summitqa.evaluation.grade import can_be_right, find_needs, grade_answer
from summitqa.evaluation.metrics import METRICS
from summitqa.evaluation.retrieval import Need, retrieval_measures
from summitqa.types import Answer, Hit, Scope, Turn

# Passages asked for: enough for nDCG@10 over distinct documents.
DEPTH = 100


class Answers(Protocol):
    """The assistant, as far as evaluation needs it."""

    def ask(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        scope: Scope | None = None,
        rewrite: bool = True,
    ) -> Answer:
        """Answer a question."""
        ...

    def search(
        self, question: str, *, scope: Scope | None = None, top_k: int | None = None
    ) -> tuple[Hit, ...]:
        """Give passages, best first."""
        ...


AskTurns = Callable[[tuple[str, ...], Scope], tuple[Answer, float]]


@dataclass(frozen=True, slots=True)
class Bench:
    """What is evaluated.

    Attributes:
        answers: The assistant with its settings.
        forced: The same with a threshold of 0, so that it always answers; asked only
            where ``answers`` abstained though it should not, for risk and coverage.
        text_of: Gives a document's canonical text, or None for an unknown id.
    """

    answers: Answers
    forced: Answers
    text_of: Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class CaseResult:
    """A case and how it was handled.

    Attributes:
        case: The case.
        answer: The answer; None where only retrieval is judged, or after a failure.
        hits: Passages, best first.
        needs: The gold places, found in the index.
        measures: By name; what is not defined for the case is absent.
        failure: Why the case could not be run or graded, if it could not.
        milliseconds: Time of the graded question.
    """

    case: Case
    answer: Answer | None = None
    hits: tuple[Hit, ...] = ()
    needs: tuple[Need, ...] = ()
    measures: dict[str, float] = field(default_factory=dict)
    failure: str | None = None
    milliseconds: float = 0.0


def run_suite(
    suite: Suite, bench: Bench, workers: int = 1, on_done: Callable[[], None] = lambda: None
) -> tuple[CaseResult, ...]:
    """Run every case of a suite.

    Args:
        suite: The suite.
        bench: What is evaluated.
        workers: Threads that ask at the same time. Results do not depend on it.
        on_done: Called after each case.

    Returns:
        Results in the order of the cases. A case that fails names its failure and has no
        measures; it does not stop the others.
    """
    with ThreadPoolExecutor(max_workers=workers) as pool:
        results = tuple(_each(pool, suite, bench, on_done))
    rankings = {each.case.id: (each.needs, each.hits) for each in results if each.failure is None}
    ranked = retrieval_measures(rankings) if "retrieval" in suite.judges else {}
    wanted = _judged_measures(suite)
    return tuple(
        replace(
            each,
            measures={
                name: value
                for name, value in (ranked.get(each.case.id, {}) | each.measures).items()
                if name in wanted
            },
        )
        for each in results
    )


def _each(
    pool: ThreadPoolExecutor, suite: Suite, bench: Bench, on_done: Callable[[], None]
) -> Iterator[CaseResult]:
    # The turns of one conversation are the history of several cases; each is asked once.
    asked: dict[tuple[tuple[str, ...], Scope], tuple[Answer, float]] = {}

    def ask(turns: tuple[str, ...], scope: Scope) -> tuple[Answer, float]:
        if (turns, scope) not in asked:
            history = ask_in_order(turns[:-1], scope, ask)
            asked[turns, scope] = _timed(bench.answers, turns[-1], history, scope)
        return asked[turns, scope]

    def one(case: Case) -> CaseResult:
        result = run_case(case, bench, ask, search_only=suite.judges == ("retrieval",))
        on_done()
        return result

    return pool.map(one, suite.cases)


def _judged_measures(suite: Suite) -> set[str]:
    return {
        name
        for metric in METRICS.values()
        if metric.group in suite.judges
        for name in metric.columns
    }


def ask_in_order(turns: tuple[str, ...], scope: Scope, ask: AskTurns) -> tuple[Turn, ...]:
    """Give the history after some turns."""
    return tuple(remember(ask(turns[: size + 1], scope)[0]) for size in range(len(turns)))


def _timed(
    answers: Answers, question: str, history: tuple[Turn, ...], scope: Scope
) -> tuple[Answer, float]:
    started = time.perf_counter()
    answer = answers.ask(question, history=history, scope=scope)
    return answer, (time.perf_counter() - started) * 1000


def run_case(case: Case, bench: Bench, ask: AskTurns, search_only: bool = False) -> CaseResult:
    """Ask one case and grade the answer.

    Args:
        case: The case.
        bench: What is evaluated.
        ask: Asks the last of some turns after the others, and gives the milliseconds.
        search_only: Whether only retrieval is judged.
    """
    try:
        needs = find_needs(case, bench.text_of)
        if search_only:
            return _search_case(case, needs, bench)
        return _ask_case(case, needs, bench, ask)
    except Exception as error:  # a crash is a finding about the case, not the end of the run
        name = type(error).__name__
        return CaseResult(case, failure=f"{name}: {' '.join(str(error).split())}".rstrip(": "))


def _search_case(case: Case, needs: tuple[Need, ...], bench: Bench) -> CaseResult:
    started = time.perf_counter()
    hits = bench.answers.search(case.final_question, scope=case.search_scope, top_k=DEPTH)
    spent = (time.perf_counter() - started) * 1000
    return CaseResult(case, hits=tuple(hits), needs=needs, milliseconds=spent)


def _ask_case(case: Case, needs: tuple[Need, ...], bench: Bench, ask: AskTurns) -> CaseResult:
    scope = case.search_scope
    answer, spent = ask((*case.earlier_turns, case.final_question), scope)
    if_answered = answer
    if answer.status == "abstained" and case.answerable and can_be_right(case, needs):
        history = ask_in_order(case.earlier_turns, scope, ask)
        if_answered = bench.forced.ask(case.final_question, history=history, scope=scope)
    return CaseResult(
        case,
        answer=answer,
        hits=answer.evidence,
        needs=needs,
        measures=grade_answer(case, answer, if_answered, needs, bench.text_of),
        milliseconds=spent,
    )


def remember(answer: Answer) -> Turn:
    """Keep of an answer what follow-ups need."""
    return Turn(
        question=answer.question,
        answer=answer.text,
        rewritten_question=answer.rewritten_question,
        documents=tuple(dict.fromkeys(each.document for each in answer.citations)),
    )


def sample_suite(suite: Suite, size: int | None) -> Suite:
    """Keep ``size`` cases, chosen by a hash of their ids: the same ones on every machine.

    A larger sample holds every smaller one.
    """
    from hashlib import sha256

    if size is None or size >= len(suite.cases):
        return suite
    ordered = sorted(suite.cases, key=lambda case: sha256(case.id.encode()).digest())
    kept = {case.id for case in ordered[:size]}
    return suite.model_copy(
        update={"cases": tuple(case for case in suite.cases if case.id in kept)}
    )
