"""What a suite says: cases, their gold targets and what counts as right.

These are the shapes that `evals/README.md` describes for people. A gold target is a
document and a quote, not a passage number, so that it survives re-splitting.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from summitqa.types import Scope

Tag = Literal[
    "factoid",
    "list",
    "number",
    "comparison",
    "why",
    "multi-hop",
    "temporal",
    "conflict",
    "false-premise",
    "unanswerable",
    "follow-up",
    "topical",
]
Group = Literal[
    "retrieval", "evidence", "answer", "citation", "abstention", "calibration", "conversation"
]
GROUPS: tuple[Group, ...] = get_args(Group)
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Name = Annotated[str, StringConstraints(pattern=r"^\S+$")]


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)


class Place(_Shape):
    """A place in a document where the answer stands."""

    document: Text
    """The document's id, as ``summitqa show`` takes it."""
    quote: Text | None = None
    """Words of the canonical text, line breaks and runs of spaces aside; the whole document
    counts if there is none."""
    start: int | None = Field(default=None, ge=0)
    """Offset of the quote, for a quote that occurs more than once."""


class Gold(Place):
    """One thing that a right answer rests on."""

    alternatives: tuple[Place, ...] = ()
    """Other places that say the same; any one of them will do."""
    grade: int = Field(default=1, ge=1)
    """Graded relevance, for collections that have it; used by nDCG only."""

    def places(self) -> tuple[Place, ...]:
        """Give this place and its alternatives."""
        return (self, *self.alternatives)


class CaseScope(_Shape):
    """A restriction on what may be searched, as in `summitqa.types.Scope`."""

    summits: tuple[Text, ...] = ()
    documents: tuple[Text, ...] = ()
    kinds: tuple[Text, ...] = ()
    issuers: tuple[Text, ...] = ()
    places: tuple[Text, ...] = ()
    years: tuple[int, ...] = ()


class Case(_Shape):
    """A question, and what is known of its right answer."""

    id: Name
    question: Text | None = None
    """The question, for a case that is a single one."""
    turns: tuple[Text, ...] = ()
    """A conversation: the last turn is graded, the earlier ones are asked first."""
    answerable: bool = True
    """Whether the documents answer it."""
    gold: tuple[Gold, ...] = ()
    gold_mode: Literal["all", "any"] = "all"
    """Whether every gold target is needed, or any one of them will do."""
    answers: tuple[Text, ...] = ()
    """Accepted forms of the short answer; one of them must occur in the answer."""
    must_contain: tuple[Text | tuple[Text, ...], ...] = ()
    """All must occur in the answer, such as the items of a list; an entry that is a list
    gives accepted forms of one item."""
    must_not_contain: tuple[Text, ...] = ()
    """None may occur in the answer."""
    tags: tuple[Tag, ...] = ()
    as_of: date | None = None
    scope: CaseScope = CaseScope()
    expects_disagreement: bool = False
    """Whether the answer must show that sources differ."""
    rewrite: Text | None = None
    """The last turn as a person would word it to stand alone."""
    note: Text | None = None
    """A remark for people; not used."""

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        if (self.question is None) == (not self.turns):
            raise ValueError("a case has either a question or turns")
        if self.turns and len(self.turns) < 2:
            raise ValueError("a conversation has at least two turns; use question for one")
        if self.answerable and "unanswerable" in self.tags:
            raise ValueError("the tag unanswerable needs answerable: false")
        if not self.answerable and (self.gold or self.answers or self.must_contain):
            raise ValueError("a case with answerable: false has no gold and no expected answer")
        if not self.answerable and self.expects_disagreement:
            raise ValueError("a case with answerable: false expects no disagreement")
        if self.rewrite and not self.turns:
            raise ValueError("a rewrite needs turns")
        if len(set(self.tags)) != len(self.tags):
            raise ValueError("a tag is given twice")
        return self

    @property
    def final_question(self) -> str:
        """The question that is graded."""
        return self.turns[-1] if self.turns else (self.question or "")

    @property
    def earlier_turns(self) -> tuple[str, ...]:
        """The turns asked before it."""
        return self.turns[:-1]

    @property
    def search_scope(self) -> Scope:
        """What may be searched."""
        return Scope(**self.scope.model_dump(), as_of=self.as_of)

    def needs(self) -> tuple[tuple[Place, ...], ...]:
        """Give what a full answer needs: for each need, the places that satisfy it."""
        if self.gold_mode == "any" and self.gold:
            return (tuple(place for gold in self.gold for place in gold.places()),)
        return tuple(gold.places() for gold in self.gold)

    def grades(self) -> tuple[int, ...]:
        """Give the graded relevance of each need."""
        if self.gold_mode == "any" and self.gold:
            return (max(gold.grade for gold in self.gold),)
        return tuple(gold.grade for gold in self.gold)


class Suite(_Shape):
    """A named set of cases with the limits its metrics are held to."""

    suite: Name
    description: Text
    split: Literal["dev", "test"]
    """``dev`` to choose settings on, ``test`` never."""
    corpus: Text | None = None
    """A folder of the suite's own documents, seen from the suite's file; without it the
    index at hand is asked."""
    floors: dict[str, float] = {}
    """The worst value allowed of a metric, over the whole suite."""
    gate: tuple[str, ...] = ()
    """Metrics that must not fall significantly below the baseline."""
    judges: tuple[Group, ...] = GROUPS
    """Which groups of metrics the suite can judge; all by default."""
    cases: tuple[Case, ...] = Field(min_length=1)
