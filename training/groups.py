"""Draw training groups: one question, up to five passages, at most one that answers.

A stream of groups is a function of the collection and a seed, so a stopped run can be
taken up again at any pool.
"""

from __future__ import annotations

import random
import re
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from training.contrast import (
    Swap,
    apply_swap,
    copy_case,
    find_names,
    negate,
    propose_swaps,
    word_pattern,
)
from training.hard_passages import find_hard_passages
from training.near_sentences import Place, answers, find_near_sentences, sentence_text
from training.pairs import (
    REWORDED_WRITTEN,
    SENTENCES,
    Group,
    Pair,
    cut_around,
    cut_window,
    draw_limit,
    drop_answer,
)
from training.rival_groups import draw_block
from training.synonyms import reword
from training.words import YEAR

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from training.data import Claim, Collection, Question
    from training.hard_sentences import Hard
    from training.near_sentences import Embed
    from training.rivals import Block

WRITTEN_SHARE = 0.42
STREAM_SHARES = {
    "written": WRITTEN_SHARE,
    "span": 0.36,
    "qamr": 0.03,
    "nqg": 0.03,
    "claim": 0.10,
    "made_claim": 0.06,
}
REWORDED = 0.5
"""Share of questions some of whose words are exchanged for synonyms; of those written for training,
which are in other words already, fewer."""
WRITTEN_LIMITS = (40, 70, 95, 110, 120)
"""Words in a window of a paragraph written for training."""
ONE_BY_ONE = 0.55
"""Share of the questions written for training that are met with single sentences: the best
candidates are read so, one by one (``summitqa.close_look``)."""
FOLLOWING = 0.3
"""Share of such groups whose sentences stand after the one before them."""
DOUBTFUL_LEAD = 2.0
"""A question is drawn more often if a reader puts the sentence that answers ahead by less than
this in span score, or, where nothing answers, the best sentence less than this below none."""
DOUBTFUL_TIMES = 3
"""How often such a question is drawn while another is drawn once."""
BLOCK_SHARE = 0.0
"""Share of the questions with their rivals among the groups."""
_WH_SUBJECT = re.compile(
    r"^(?:who|what|which)(?:\s+[a-z]+)?\s+(?=(?:is|are|was|were|has|had|have|can|could|will|would|[a-z]+(?:ed|es|ts|ns|ds|ls|rs|ks|ve))\b)",
    re.I,
)


FindHard: TypeAlias = "Callable[[Sequence[Question]], Mapping[int, Hard]]"


class GroupStream:
    """Endless, seeded source of groups."""

    def __init__(
        self,
        questions: Sequence[Question],
        claims: Sequence[Claim],
        hard: Mapping[int, Sequence[int]],
        contexts: Sequence[Question],
        neighbours: Mapping[str, Sequence[str]],
        seed: int,
        written_share: float = WRITTEN_SHARE,
        near_sentences: Mapping[int, Sequence[Place]] | None = None,
        blocks: Sequence[Block] = (),
        block_share: float = BLOCK_SHARE,
        leads: Mapping[int, float] | None = None,
    ) -> None:
        """Prepare.

        Args:
            questions: all questions to learn from.
            claims: all claims to learn from.
            hard: for a question's place, places in ``contexts`` that retrieval ranks high.
            contexts: one question for each distinct paragraph.
            neighbours: see ``contrast.find_neighbours``.
            seed: of every draw.
            written_share: share of the questions written for training among the groups.
            near_sentences: see ``near_sentences.find_near_sentences``; without them no
                question meets single sentences.
            blocks: see ``rivals.read_blocks``.
            block_share: share of them among the groups.
            leads: see ``hard_sentences.Hard``; who has a small one is drawn more often.
        """
        self.near_sentences = near_sentences or {}
        self.shares = share_streams(written_share, block_share if blocks else 0.0)
        self.questions, self.claims, self.hard = questions, claims, hard
        self.contexts, self.neighbours, self.seed = contexts, neighbours, seed
        self.places: dict[str, list[int]] = {"span": [], "qamr": [], "nqg": [], "written": []}
        self.siblings: dict[str, list[int]] = {}
        self.orders: dict[tuple[str, int], list[int]] = {}
        names: dict[str, dict[str, None]] = {}
        for place, question in enumerate(questions):
            stream = question.source if question.source in self.places else "span"
            times = DOUBTFUL_TIMES if leads and leads.get(place, 99) < DOUBTFUL_LEAD else 1
            self.places[stream] += [place] * times
            self.siblings.setdefault(question.context, []).append(place)
        self.paragraphs: dict[str, list[Question]] = {}
        for context in contexts:
            self.paragraphs.setdefault(context.article, []).append(context)
            names.setdefault(context.article, {}).update(dict.fromkeys(find_names(context.context)))
        self.names = {article: list(table) for article, table in names.items()}
        self.titles = sorted({q.title for q in questions if q.title})
        self.places["claim"] = list(range(len(claims)))
        self.places["made_claim"] = list(self.places["span"])
        self.blocks = [
            (block, asked)
            for block in blocks
            # Half of them plain: in other words alone, shared words would tell a rival.
            for asked in (*block.questions, *[block.plain] * len(block.questions))
        ]
        self.places["block"] = list(range(len(self.blocks)))

    def pool(self, number: int, size: int) -> list[Group]:
        """Draw pool ``number`` of about ``size`` groups; the same every time it is asked for."""
        rng = random.Random(f"{self.seed}:{number}")
        groups: list[Group] = []
        for stream, share in self.shares.items():
            places = self.places[stream]
            count = round(size * share) if places else 0
            for step in range(number * count, (number + 1) * count):
                lap, offset = divmod(step, len(places))
                place = places[self._order(stream, lap, len(places))[offset]]
                if stream == "claim":
                    groups += self._draw_claim(self.claims[place], rng)
                elif stream == "made_claim":
                    groups += self._make_claim(self.questions[place], rng)
                elif stream == "written":
                    groups += self._draw_written(place, rng)
                elif stream == "block":
                    groups.append(draw_block(*self.blocks[place], rng))
                else:
                    groups += self._draw(place, rng)
        return groups

    def _order(self, stream: str, lap: int, size: int) -> list[int]:
        key = (stream, lap)
        if key not in self.orders:
            order = list(range(size))
            random.Random(f"{self.seed}:{stream}:{lap}").shuffle(order)
            self.orders = {
                k: v for k, v in self.orders.items() if k[0] != stream or k[1] == lap - 1
            }
            self.orders[key] = order
        return self.orders[key]

    def claim_pairs(self, made: int, seed: int) -> list[Pair]:
        """Every claim once with its negatives, and ``made`` claims from questions with theirs."""
        rng = random.Random(f"{seed}:claims")
        groups = [group for claim in self.claims for group in self._draw_claim(claim, rng)]
        places = self.places["made_claim"]
        for place in rng.sample(places, min(made, len(places))):
            groups += self._make_claim(self.questions[place], rng)
        return [pair for group in groups for pair in group]

    def _others(self, question: Question) -> list[str]:
        return self.names.get(question.article, []) if question.source != "qamr" else []

    def _draw(self, place: int, rng: random.Random) -> list[Group]:
        question = self.questions[place]
        limit = draw_limit(rng)
        right = cut_window(question, rng, limit)
        if right is None:
            return []
        if rng.random() < REWORDED:
            right = replace(right, question=reword(right.question, rng))
        kind = rng.random()
        swaps = propose_swaps(
            right.question, question.context, self._others(question), self.neighbours, rng
        )
        # A different word weighs less than a different name or number: it may be a synonym.
        swap = (
            rng.choices(swaps, [0.12 if s.kind == "word" else 1.0 for s in swaps])[0]
            if swaps
            else None
        )
        if kind < 0.06 and (dated := self._dated(right, rng)):
            return [dated]
        if kind < 0.14 and (fresh := negate(right.question, rng)):
            return [
                (right, *self._distractors(place, right, rng, 1)),
                (replace(right, question=fresh, spans=()),),
            ]
        if kind < 0.66 and swap:
            return self._contrast(place, right, swap, rng)
        return [(right, *self._distractors(place, right, rng, rng.choice((1, 1, 2))))]

    def _draw_written(self, place: int, rng: random.Random) -> list[Group]:
        """A question written for training, with passages as long as those that are asked.

        One that nothing answers meets the paragraph it was written to tempt with; one that is
        answered now and then its contrast form.
        """
        question = self.questions[place]
        asked = reword(question.text, rng) if rng.random() < REWORDED_WRITTEN else question.text
        if self.near_sentences.get(place) and rng.random() < ONE_BY_ONE:
            return self._draw_sentences(place, asked, rng)
        title = question.title if rng.random() < 0.85 else None
        limit = rng.choice(WRITTEN_LIMITS)
        if not question.answers:
            chosen = Pair(asked, title, cut_around(question, asked, rng, limit))
            return [(chosen, *self._near(place, chosen, rng, limit, rng.choice((0, 1))))]
        right = cut_window(question, rng, limit)
        if right is None:
            return []
        right = replace(right, question=asked, title=title)
        if rng.random() < 0.15:
            swaps = propose_swaps(asked, question.context, self._others(question), {}, rng)
            if swaps:
                return self._contrast(place, right, rng.choice(swaps), rng)
        near = self._near(place, right, rng, limit, 1)
        if rng.random() < 0.4 and (short := drop_answer(question, right, rng, limit)):
            near.append(short)
        return [(right, *near)]

    def _draw_sentences(self, place: int, asked: str, rng: random.Random) -> list[Group]:
        """A question with the sentence that answers, if any, and sentences near to it."""
        question = self.questions[place]
        titled, after = rng.random() < 0.85, rng.random() < FOLLOWING
        chosen = list(self.near_sentences[place])
        pairs = []
        if question.answers:
            start, end = question.answers[0]
            spans = question.sentences
            right = next((n for n, (a, b) in enumerate(spans) if a <= start and end <= b), None)
            if right is None:
                return []
            begin = spans[right - 1 if after and right else right][0]
            passage = question.context[begin : spans[right][1]]
            inside = ((start - begin, end - begin),)
            pairs.append(Pair(asked, question.title if titled else None, passage, inside))
        for near in rng.sample(chosen, min(SENTENCES - len(pairs), len(chosen))):
            first = Place(near.context, near.sentence - 1)
            joined = after and near.sentence > 0 and not answers(first, question)
            title = near.context.title if titled else None
            pairs.append(Pair(asked, title, sentence_text(near, joined)))
        return [tuple(pairs)]

    def _near(
        self, place: int, pair: Pair, rng: random.Random, limit: int, count: int
    ) -> list[Pair]:
        """Passages of other paragraphs: of the same document, or that retrieval ranks high."""
        question = self.questions[place]
        same = [c for c in self.paragraphs[question.article] if c.context != question.context]
        found = []
        for _ in range(count):
            others = [self.contexts[n] for n in self.hard.get(place, ())]
            pool = same if same and rng.random() < 0.5 else others or same
            if pool:
                near = rng.choice(pool)
                passage = cut_around(near, pair.question, rng, limit)
                found.append(Pair(pair.question, pair.title and near.title, passage))
        return found

    def _contrast(self, place: int, right: Pair, swap: Swap, rng: random.Random) -> list[Group]:
        asked = word_pattern(swap.old).sub(lambda m: copy_case(m.group(), swap.new), right.question)
        trick = replace(right, question=asked, spans=())
        exchange = bool(word_pattern(swap.new).search(right.passage))
        title = right.title and word_pattern(swap.old).sub(
            lambda m: copy_case(m.group(), swap.new), right.title
        )
        edited = apply_swap(right.passage, swap, right.spans, exchange) if right.exact else None
        if edited is None or (edited.count == 0 and title == right.title):
            return [(right, *self._distractors(place, right, rng, 1)), (trick,)]
        other = replace(right, title=title, passage=edited.text, spans=())
        both = replace(right, question=asked, title=title, passage=edited.text, spans=edited.spans)
        kind = rng.random()
        if kind < 0.25:
            return [(right, other, *self._distractors(place, right, rng, rng.choice((0, 1))))]
        if kind < 0.65:
            return [(right, *self._distractors(place, right, rng, rng.choice((0, 1)))), (trick,)]
        if kind < 0.85:
            return [(both, trick)]
        return [(right, other), (both, trick)]

    def _distractors(self, place: int, right: Pair, rng: random.Random, count: int) -> list[Pair]:
        question = self.questions[place]
        asked = right.question
        # Of the positive's length, so that a group pads little and length tells nothing.
        limit = max(25, right.passage.count(" ") + 5)
        found: list[Pair] = []
        for _ in range(count):
            kind = rng.random()
            pair = None
            if kind < 0.35:
                pair = drop_answer(question, right, rng, limit)
            if pair is None and kind < 0.45 and right.title and len(self.titles) > 1:
                pair = self._retitle(right, rng)
            if pair is None and self.hard.get(place):
                near = self.contexts[rng.choice(self.hard[place])]
                title = near.title if rng.random() < 0.5 else right.title
                pair = Pair(asked, right.title and title, cut_around(near, asked, rng, limit))
            if pair is None:
                pair = drop_answer(question, right, rng, limit)
            if pair is not None and pair not in found:
                found.append(pair)
        return found

    def _retitle(self, right: Pair, rng: random.Random) -> Pair | None:
        """The question's subject stands only in the title: another title, no answer."""
        title = right.title or ""
        key = max(title.split(), key=len, default="")
        if (
            len(key) < 4
            or not word_pattern(key).search(right.question)
            or word_pattern(key).search(right.passage)
        ):
            return None
        return replace(right, title=rng.choice([t for t in self.titles if t != title]), spans=())

    def _dated(self, right: Pair, rng: random.Random) -> Group | None:
        """Put a year into the question and the right or another one into the title."""
        if (
            YEAR.search(right.passage)
            or YEAR.search(right.question)
            or not right.question.endswith("?")
        ):
            return None
        year = rng.randint(1990, 2030)
        wrong = year + rng.choice((-2, -1, 1, 2, 3))
        name = right.title or rng.choice(
            ("Report", "Review", "Notes", "Summary", "Post", "Statement", "Summit")
        )
        form = rng.choice(("{n} {y}", "{n}, {y}", "{y} {n}", "{n} ({y})", "{n} - 14 May {y}"))
        asked = rng.choice(
            (f"{right.question[:-1].rstrip()} in {year}?", f"In {year}, {right.question}")
        )
        right = replace(right, question=asked, title=form.format(n=name, y=year))
        return (right, replace(right, title=form.format(n=name, y=wrong), spans=()))

    def _draw_claim(self, claim: Claim, rng: random.Random) -> list[Group]:
        evidence = list(claim.evidence)
        extra = rng.sample(
            claim.distractors, min(len(claim.distractors), rng.choice((0, 0, 1, 2, 3)))
        )
        chosen = Pair(
            claim.text, None, " ".join(shuffled(evidence + extra, rng)), support=claim.supported
        )
        groups: list[Group] = [(chosen,)]
        if claim.supported and len(claim.distractors) > 2 and rng.random() < 0.5:
            others = rng.sample(claim.distractors, min(3, len(claim.distractors)))
            groups.append((Pair(claim.text, None, " ".join(others), support=False),))
        if claim.supported and rng.random() < 0.5:
            swaps = propose_swaps(claim.text, " ".join(evidence), (), self.neighbours, rng)
            swaps = [s for s in swaps if s.kind != "word"]
            if swaps:
                fresh = apply_swap(claim.text, rng.choice(swaps))
                if fresh and fresh.count:
                    groups.append((replace(chosen, question=fresh.text, support=False),))
        return groups

    def _make_claim(self, question: Question, rng: random.Random) -> list[Group]:
        """A claim from a question and its answer, or from sentences of the passage itself."""
        limit = draw_limit(rng)
        right = cut_window(question, rng, limit)
        if right is None:
            return []
        start, end = rng.choice(right.spans)
        answer = right.passage[start:end].rstrip(".")
        match = _WH_SUBJECT.match(question.text)
        if match and len(answer.split()) < 9:
            rest = question.text[match.end() :].rstrip(" ?")
            claim = f"{copy_case('A', answer)} {rest}."
            rivals = [
                q.context[slice(*q.answers[0])].rstrip(".")
                for q in (self.questions[p] for p in self.siblings[question.context])
                if q.text != question.text
            ]
            rivals = [
                r
                for r in rivals
                if r.lower() not in answer.lower()
                and answer.lower() not in r.lower()
                and len(r.split()) < 9
            ]
            wrong = f"{copy_case('A', rng.choice(rivals))} {rest}." if rivals else None
        else:
            spans = [
                s
                for s in question.sentences
                if 30 < s[1] - s[0] < 300 and question.context[s[0] : s[1]] in right.passage
            ]
            if not spans:
                return []
            claim = question.context[slice(*rng.choice(spans))]
            wrong = None
        if wrong is None or rng.random() < 0.4:
            swaps = propose_swaps(
                claim, right.passage, self._others(question), self.neighbours, rng
            )
            fresh = apply_swap(claim, rng.choice(swaps)) if swaps else None
            wrong = fresh.text if fresh and fresh.count else negate(claim, rng) or wrong
        groups: list[Group] = [(Pair(claim, right.title, right.passage, support=True),)]
        if wrong:
            groups.append((Pair(wrong, right.title, right.passage, support=False),))
        if rng.random() < 0.4 and (other := drop_answer(question, right, rng, limit)):
            groups.append((replace(other, question=claim, support=False),))
        return groups


def shuffled(items: list[str], rng: random.Random) -> list[str]:
    """The items in another order."""
    return rng.sample(items, len(items))


def share_streams(written: float, block: float = 0.0) -> dict[str, float]:
    """Each stream's share of the groups, with other shares of what was written for training."""
    other = (1 - written - block) / (1 - WRITTEN_SHARE)
    scaled = {stream: share * other for stream, share in STREAM_SHARES.items()}
    return scaled | {"written": written, "block": block}


def build_stream(
    collection: Collection,
    held_out: bool,
    neighbours: Mapping[str, Sequence[str]],
    seed: int,
    written_share: float = WRITTEN_SHARE,
    embed: Embed | None = None,
    block_share: float = BLOCK_SHARE,
    find_hard: FindHard | None = None,
) -> GroupStream:
    """The stream of the training part, or of the held-out part.

    With an embedding model the questions written for training also meet single sentences;
    with ``find_hard`` (see ``hard_sentences.py``) those that a reader takes for the answer.
    """
    questions = collection.held_out if held_out else collection.train
    claims = collection.held_out_claims if held_out else collection.claims
    contexts = list({q.context: q for q in questions if q.source != "qamr"}.values())
    near = find_near_sentences(questions, embed) if embed and not find_hard else None
    leads = None
    if find_hard:
        found = find_hard(questions)
        near = {number: hard.places for number, hard in found.items()}
        leads = {number: hard.lead for number, hard in found.items()}
    return GroupStream(
        questions,
        claims,
        find_hard_passages(questions, contexts),
        contexts,
        neighbours,
        seed,
        written_share,
        near,
        collection.held_out_blocks if held_out else collection.blocks,
        block_share,
        leads,
    )
