"""A small library with a suite over it, and answerers whose quality is known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from summitqa.evaluation.cases import Case, Gold, Place, Suite
from summitqa.evaluation.grade import find_needs
from summitqa.evaluation.retrieval import Target
from summitqa.evaluation.run import Bench, CaseResult, run_suite
from summitqa.types import Answer, Citation, Disagreement, Hit, Passage, Scope, Turn

Planned = tuple[Sequence[tuple[str, int, int]], str | None, float]
"""Spans to quote (none to abstain), the short answer, and the confidence."""
Plan = Callable[[Case], Planned]

TEXTS = {
    "lakes.md": (
        "# Lakes\n\nThe north lake is 120 metres deep. It froze in 1911 and in 1963.\n\n"
        "The south lake is shallow. Boats cross the south lake every hour.\n"
    ),
    "bridges.md": (
        "# Bridges\n\nThe old bridge was built in 1820 by Ann Hale. The new bridge has four "
        "lanes.\n\nA count of 2001 gave 900 crossings a day. A count of 2005 gave 1,400 "
        "crossings a day.\n"
    ),
    "parks.md": "# Parks\n\nThe park has two gates: the east gate and the west gate.\n",
}


def text_of(document: str) -> str | None:
    """Give a text of the library."""
    return TEXTS.get(document)


def sentences() -> list[tuple[str, int, int]]:
    """Give every sentence of the library, by a rule of its own: full stops and line ends."""
    found = []
    for document, text in TEXTS.items():
        start = 0
        for end, letter in enumerate(text, 1):
            if letter == "\n" or text[end - 1 : end + 1] in (". ", ".\n"):
                stretch = text[start:end].strip()
                if stretch and not stretch.startswith("#"):
                    left = text.index(stretch, start)
                    found.append((document, left, left + len(stretch)))
                start = end
    return found


CASES = (
    Case(
        id="depth",
        question="How deep is the north lake?",
        gold=(Gold(document="lakes.md", quote="The north lake is 120 metres deep."),),
        answers=("120 metres", "120 m"),
        must_not_contain=("shallow",),
        tags=("factoid", "number"),
    ),
    Case(
        id="builder",
        question="Who built the old bridge?",
        gold=(Gold(document="bridges.md", quote="The old bridge was built in 1820\nby Ann Hale."),),
        answers=("Ann Hale",),
        tags=("factoid",),
    ),
    Case(
        id="gates",
        question="Which gates does the park have?",
        gold=(
            Gold(
                document="parks.md",
                quote="The park has two gates: the east gate and the west gate.",
            ),
        ),
        must_contain=("east gate", ("west gate", "western gate")),
        tags=("list",),
    ),
    Case(
        id="traffic",
        question="How many crossings a day does the bridge have?",
        gold=(
            Gold(document="bridges.md", quote="A count of 2001 gave 900 crossings a day."),
            Gold(document="bridges.md", quote="A count of 2005 gave 1,400 crossings a day."),
        ),
        must_contain=("900", "1,400"),
        expects_disagreement=True,
        tags=("number", "conflict"),
    ),
    Case(
        id="ferries",
        turns=("How shallow is the south lake?", "And how often do boats cross it?"),
        rewrite="How often do boats cross the south lake?",
        gold=(
            Gold(
                document="lakes.md",
                quote="Boats cross the south lake every hour.",
                alternatives=(Place(document="lakes.md", quote="The south lake is shallow."),),
            ),
        ),
        answers=("every hour",),
        tags=("follow-up",),
    ),
    Case(
        id="owner",
        question="Who owns the harbour?",
        answerable=False,
        tags=("unanswerable",),
    ),
    Case(
        id="fees",
        question="What does the ferry cost?",
        answerable=False,
        tags=("unanswerable",),
    ),
)
SUITE = Suite(suite="library", description="A library.", split="dev", cases=CASES)


@dataclass(frozen=True)
class Scripted:
    """Answers each question by a plan: which spans to quote, and how sure to be.

    Attributes:
        plan: Says for a case what to do.
    """

    plan: Plan

    def ask(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        scope: Scope | None = None,  # noqa: ARG002
        rewrite: bool = True,  # noqa: ARG002
    ) -> Answer:
        """Answer by the plan; a question that belongs to no case is an earlier turn."""
        case = next((each for each in CASES if each.final_question == question), None)
        spans, short, confidence = self.plan(case) if case else ((), None, 0.5)
        answer = Answer(
            question=question,
            status="answered" if spans else "abstained",
            mode="extractive",
            text="The documents do not say.",
            confidence=confidence,
            rewritten_question=case.rewrite if case and history else None,
            evidence=self._hits(case, spans),
            index_digest="digest",
        )
        if not spans:
            return answer
        quotes = [TEXTS[document][start:end] for document, start, end in spans]
        return replace(
            answer,
            text=" ".join(f"{quote} [{number}]" for number, quote in enumerate(quotes, 1)),
            short_answer=short,
            citations=tuple(
                cite(number, document, start, end)
                for number, (document, start, end) in enumerate(spans, 1)
            ),
            disagreements=((Disagreement("They differ.", (1, 2)),) if len(spans) > 1 else ()),
        )

    def search(
        self,
        question: str,
        *,
        scope: Scope | None = None,
        top_k: int | None = None,
    ) -> tuple[Hit, ...]:
        """Give the evidence of the answer."""
        return self.ask(question, scope=scope).evidence[:top_k]

    @staticmethod
    def _hits(case: Case | None, spans: Sequence[tuple[str, int, int]]) -> tuple[Hit, ...]:
        quoted = list(spans) or (gold_spans(case) if case else [])
        rest = [each for each in sentences() if each not in quoted]
        return tuple(
            Hit(Passage(document, start, end, TEXTS[document][start:end]), -float(rank), "fused")
            for rank, (document, start, end) in enumerate([*quoted, *rest])
        )


def cite(marker: int, document: str, start: int, end: int) -> Citation:
    """Cite a span of the library."""
    return Citation(
        marker=marker,
        document=document,
        title=document,
        date=None,
        page=None,
        heading=None,
        start=start,
        end=end,
        quote=TEXTS[document][start:end],
        verified=True,
    )


def gold_spans(case: Case) -> list[tuple[str, int, int]]:
    """Give the first place of each need of a case."""
    firsts: list[Target] = [need.targets[0] for need in find_needs(case, text_of)]
    return [(target.document, *target.span) for target in firsts]


def wrong_spans(case: Case, same_document: bool) -> list[tuple[str, int, int]]:
    """Give a sentence that is not gold, in a gold document or in another."""
    gold = {
        (target.document, *target.span)
        for need in find_needs(case, text_of)
        for target in need.targets
    }
    documents = {document for document, *_ in gold}
    fits = [
        each for each in sentences() if each not in gold and (each[0] in documents) == same_document
    ]
    return [fits[int(sha256(case.id.encode()).hexdigest(), 16) % len(fits)]]


def all_right(case: Case) -> Planned:
    """Answer with the gold, and abstain where there is none."""
    if not case.answerable:
        return (), None, 0.1
    return gold_spans(case), case.answers[0] if case.answers else None, 0.9


def all_wrong(case: Case) -> Planned:
    """Answer what cannot be answered, and the rest from the wrong document."""
    if not case.answerable:
        return [sentences()[0]], "nonsense", 0.9
    return wrong_spans(case, same_document=False), "nonsense", 0.1


def always_abstains(case: Case) -> Planned:
    """Never answer, with the confidence of one who knows."""
    return (), None, all_right(case)[2]


def grade_all(
    plan: Plan,
    suite: Suite = SUITE,
    forced: Plan | None = None,
) -> tuple[CaseResult, ...]:
    """Run the suite with a scripted answerer."""
    return run_suite(suite, Bench(Scripted(plan), Scripted(forced or plan), text_of))
