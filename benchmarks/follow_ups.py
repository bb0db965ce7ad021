"""Measure how follow-ups are rewritten, against the last turn, everything said, and people.

    python -m benchmarks.follow_ups ../shared/data/dev [--part choose|report] [--show N]
    python -m benchmarks.follow_ups --suite evals/suites/conversations-dev.yaml --index index

Conversations of TREC CAsT 2021 and 2022 and of MTRAG, none of whose passage collections
is at hand. What can be measured without them:

* CAsT: each turn comes with the passage or response that answers it. These form a
  collection of their own (one document a response), which is indexed and searched as any
  other; a turn counts as found when its own response is among the first five. Gold is
  one response a turn, so other good responses count as misses, for every row alike.
* MTRAG: shared content terms with the human rewrite (precision, recall and F1 of stemmed
  terms, averaged over turns).

Settings were chosen on ``choose`` (CAsT 2021 and the even conversations of MTRAG);
``report`` (CAsT 2022 and the odd ones) was kept for reporting.

With ``--suite`` the project's own conversations are measured on the index named: the
earlier turns are asked of the assistant, and a case counts by the share of its gold
quotes that stand in the first five passages.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from summitqa.ask import open_assistant
from summitqa.conversation.rewrite import rewrite_follow_up
from summitqa.embed import load_embedder
from summitqa.index import update_index
from summitqa.lexical import analyse
from summitqa.retrieve import retrieve
from summitqa.settings import Settings, load_settings
from summitqa.store.snapshot import Snapshot, open_snapshot
from summitqa.types import Hit, Turn

WAYS = ("last turn", "whole conversation", "ours", "human")
DEPTH = 5


@dataclass(frozen=True, slots=True)
class Case:
    """A turn after the first, with what was said before it.

    Attributes:
        response: Index of the response that answers it, or None where there is none.
    """

    question: str
    history: tuple[Turn, ...]
    human: str
    response: int | None = None


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, nargs="?", help="has cast/ and mtrag_rewrites/")
    parser.add_argument("--suite", type=Path, help="a suite of the project's conversations")
    parser.add_argument("--index", type=Path, help="the index that the suite is asked of")
    parser.add_argument("--part", choices=("choose", "report"), default="report")
    parser.add_argument("--show", type=int, default=0, help="print this many rewrites")
    parser.add_argument("--text-only", action="store_true", help="leave retrieval out")
    options = parser.parse_args()
    if options.suite is not None:
        print_suite(options.suite, options.index)
    if options.data is None:
        return
    year = "2021" if options.part == "choose" else "2022"
    cast, responses = read_cast(options.data / "cast", year)
    mtrag = read_mtrag(options.data / "mtrag_rewrites", odd=options.part == "report")
    for name, cases in ((f"CAsT {year}", cast), (f"MTRAG, {options.part} half", mtrag)):
        print_terms(name, cases)
    if not options.text_only:
        print_retrieval(f"CAsT {year}", [c for c in cast if c.response is not None], responses)
    step = max(1, len(cast + mtrag) // options.show) if options.show else 0
    for case in (cast + mtrag)[::step] if step else ():
        last = case.history[-1]
        print(f"\n  before: {last.rewritten_question or last.question}\n  asked:  {case.question}")
        print(f"  ours:   {rewrites(case)['ours']}\n  human:  {case.human}")


def print_suite(path: Path, index: Path | None) -> None:
    """Ask a suite's conversations and print how much of their gold each way finds."""
    settings = load_settings(index_dir=index)
    assistant = open_assistant(settings)
    snapshot = assistant.snapshot()
    cases = yaml.safe_load(path.read_text(encoding="utf-8"))["cases"]
    cases = [case for case in cases if case.get("gold") and case.get("rewrite")]
    found = dict.fromkeys(WAYS, 0.0)
    for case in cases:
        history: tuple[Turn, ...] = ()
        for question in case["turns"][:-1]:
            answer = assistant.ask(question, history=history)
            said = answer.text if answer.status == "answered" else ""
            cited = tuple(dict.fromkeys(each.document for each in answer.citations))
            history = (*history, Turn(question, said, answer.rewritten_question, cited))
        last = case["turns"][-1]
        ours = (
            rewrite_follow_up(
                last, history, snapshot.summaries(), lambda each: snapshot.document(each).text
            )
            or last
        )
        everything = " ".join([*(turn.question for turn in history), last])
        asked = dict(zip(WAYS, (last, everything, ours, case["rewrite"]), strict=True))
        for way, question in asked.items():
            hits = retrieve(question, snapshot, assistant.embedder, settings)[:DEPTH]
            found[way] += _gold_share(case["gold"], hits)
    print(f"{path.name}: {len(cases)} conversations, recall@{DEPTH}")
    for way, total in found.items():
        print(f"  {way:20}{total / len(cases):10.3f}")


def _gold_share(gold: Sequence[Any], hits: Sequence[Hit]) -> float:
    def holds(target: Any) -> bool:
        quote = " ".join(target["quote"].split())
        return any(
            hit.passage.document == target["document"]
            and quote in " ".join(hit.passage.text.split())
            for hit in hits
        )

    return sum(
        any(holds(target) for target in (each, *each.get("alternatives", ()))) for each in gold
    ) / len(gold)


def rewrites(case: Case) -> dict[str, str]:
    """Give the four readings of a turn."""
    ours = rewrite_follow_up(case.question, case.history, {})
    said = [turn.question for turn in case.history]
    return {
        "last turn": case.question,
        "whole conversation": " ".join([*said, case.question]),
        "ours": ours or case.question,
        "human": case.human,
    }


def extend(history: tuple[Turn, ...], question: str, answer: str) -> tuple[Turn, ...]:
    """Add a turn as a conversation with SummitQA would have kept it."""
    return (*history, Turn(question, answer, rewrite_follow_up(question, history, {})))


def read_cast(folder: Path, year: str) -> tuple[list[Case], list[str]]:
    """Read the turns after the first of each conversation, and all responses."""
    name = {
        "2021": "2021_manual_evaluation_topics_v1.0",
        "2022": "2022_evaluation_topics_tree_v1.0",
    }
    topics = json.loads((folder / year / f"{name[year]}.json").read_text(encoding="utf-8"))
    cases: list[Case] = []
    responses: list[str] = []
    for topic in topics:
        for case, response in _line(topic) if year == "2021" else _tree(topic):
            if response:
                responses.append(response)
            if case.history:
                found = len(responses) - 1 if response else None
                cases.append(Case(case.question, case.history, case.human, found))
    return cases, responses


def _line(topic: dict[str, Any]) -> Iterator[tuple[Case, str]]:
    history: tuple[Turn, ...] = ()
    for turn in topic["turn"]:
        question = turn["raw_utterance"]
        human = turn["manual_rewritten_utterance"].removeprefix("Utterance: ")
        yield Case(question, history, human), turn["passage"]
        history = extend(history, question, turn["passage"])


def _tree(topic: dict[str, Any]) -> Iterator[tuple[Case, str]]:
    histories: dict[str, tuple[Turn, ...]] = {}
    responses = {turn["parent"]: turn["response"] for turn in topic["turn"] if turn.get("response")}
    above = {turn["number"]: turn.get("parent") for turn in topic["turn"]}
    for turn in topic["turn"]:
        if turn["participant"] != "User":
            continue
        parent = above.get(turn.get("parent") or "")
        history = histories.get(parent or "", ())
        response = responses.get(turn["number"], "")
        yield Case(turn["utterance"], history, turn["manual_rewritten_utterance"]), response
        histories[turn["number"]] = extend(history, turn["utterance"], response)


def read_mtrag(folder: Path, *, odd: bool) -> list[Case]:
    """Read the turns after the first of every second conversation; they have no answers."""
    cases: list[Case] = []
    for questions in sorted(folder.glob("*_questions.jsonl")):
        said = _texts(questions)
        human = _texts(questions.with_name(questions.name.replace("questions", "rewrite")))
        conversations = list(dict.fromkeys(key.split("<::>")[0] for key in said))
        chosen = set(conversations[1::2] if odd else conversations[::2])
        for key, text in said.items():
            if key.split("<::>")[0] not in chosen:
                continue
            *before, question = [part.strip() for part in text.split("|user|: ")[1:]]
            history: tuple[Turn, ...] = ()
            for each in before:
                history = extend(history, each, "")
            if history:
                cases.append(Case(question, history, human[key].removeprefix("|user|: ")))
    return cases


def _texts(path: Path) -> dict[str, str]:
    rows = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    return {row["_id"]: row["text"] for row in rows}


def print_terms(name: str, cases: Sequence[Case]) -> None:
    """Print shared content terms with the human rewrite."""
    print(f"\n{name}: {len(cases)} turns, content terms shared with the human rewrite")
    print(f"  {'':20}{'precision':>10}{'recall':>10}{'F1':>10}")
    for way in WAYS[:3]:
        scores = [_overlap(rewrites(case)[way], case.human) for case in cases]
        means = [sum(column) / len(scores) for column in zip(*scores, strict=True)]
        print(f"  {way:20}" + "".join(f"{mean:10.3f}" for mean in means))


def _overlap(text: str, human: str) -> tuple[float, float, float]:
    own, other = set(analyse(text)), set(analyse(human))
    if not own or not other:
        same = float(own == other)
        return same, same, same
    shared = len(own & other)
    precision, recall = shared / len(own), shared / len(other)
    f1 = 2 * precision * recall / (precision + recall) if shared else 0.0
    return precision, recall, f1


def print_retrieval(name: str, cases: Sequence[Case], responses: Sequence[str]) -> None:
    """Index the responses, search them four ways, and print how often the own one is found."""
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder) / "corpus"
        corpus.mkdir()
        for number, response in enumerate(responses):
            (corpus / f"{number:05d}.txt").write_text(response, encoding="utf-8")
        settings = Settings(corpus_dir=corpus, index_dir=Path(folder) / "index")
        embedder = load_embedder(settings)
        update_index(settings, lambda: embedder)
        snapshot = open_snapshot(settings.index_dir, settings)

        def fused(question: str) -> list[str]:
            hits = retrieve(question, snapshot, embedder, settings)
            return [hit.passage.document for hit in hits]

        searches: dict[str, Callable[[str], list[str]]] = {
            "BM25": lambda question: search_words(question, snapshot),
            "fused": fused,
        }
        print(f"\n{name}: {len(cases)} turns, {len(responses)} responses, recall@{DEPTH}")
        print(f"  {'':20}" + "".join(f"{search:>10}" for search in searches))
        for way in WAYS:
            found = [
                sum(_found(rewrites(case)[way], case.response, search) for case in cases)
                for search in searches.values()
            ]
            print(f"  {way:20}" + "".join(f"{count / len(cases):10.3f}" for count in found))
        snapshot.close()


def search_words(question: str, snapshot: Snapshot) -> list[str]:
    """Search by words alone."""
    found = snapshot.search_lexical(analyse(question), 50)
    return [passage.document for passage in snapshot.passages([number for number, _ in found])]


def _found(question: str, response: int | None, search: Callable[[str], list[str]]) -> bool:
    ranked = list(dict.fromkeys(search(question)))
    return f"{response:05d}.txt" in ranked[:DEPTH]


if __name__ == "__main__":
    main()
