"""The training of the reader: data, contrast questions, groups, objective, export, resuming."""

from __future__ import annotations

import itertools
import json
import math
import random
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

torch = pytest.importorskip("torch")

from training.__main__ import main  # noqa: E402
from training.average import average  # noqa: E402
from training.contrast import Swap, apply_swap, change_number, negate, propose_swaps  # noqa: E402
from training.data import Claim, Question, read_collection, split_sentences  # noqa: E402
from training.encode import Batch, encode_groups, make_batches  # noqa: E402
from training.export import export  # noqa: E402
from training.fit_confidence import asked_alone, suite_examples  # noqa: E402
from training.groups import (  # noqa: E402
    STREAM_SHARES,
    WRITTEN_SHARE,
    GroupStream,
    share_streams,
)
from training.hard_passages import find_hard_passages  # noqa: E402
from training.indexes import open_suite  # noqa: E402
from training.losses import training_loss  # noqa: E402
from training.measures import auroc, balanced_accuracy, exact_match, interval, word_f1  # noqa: E402
from training.network import ReaderNetwork  # noqa: E402
from training.pairs import Pair  # noqa: E402
from training.shipped import read_shipped  # noqa: E402
from training.synonyms import are_synonyms, reword  # noqa: E402
from training.train import Plan, draw_batches, open_tokenizer, start_files, train  # noqa: E402

if TYPE_CHECKING:
    from tokenizers import Tokenizer

TOWNS = (
    "Arden lies on the River Tolle. It was founded in 1204 by Duke Osric. The mill burnt in 1731.",
    "Brusk is the largest port of Velmark. Its harbour was dug by Marta Lind. Ships carry tin.",
    "The Corrin Treaty was signed in Selby. Nine towns joined it, and Dorrel refused. It lapsed.",
)


def make_question(text: str, context: str, answer: str, source: str = "made") -> Question:
    start = context.index(answer)
    spans = split_sentences(context)
    return Question(
        text,
        f"town {TOWNS.index(context)}",
        "Towns of Velmark",
        context,
        spans,
        ((start, start + len(answer)),),
        True,
        source,
    )


QUESTIONS = [
    make_question("Who founded Arden in 1204?", TOWNS[0], "Duke Osric"),
    make_question("When did the mill of Arden burn?", TOWNS[0], "1731"),
    make_question("Who dug the harbour of Brusk?", TOWNS[1], "Marta Lind"),
    make_question("What do ships carry?", TOWNS[1], "tin", "qamr"),
    make_question("Where was the Corrin Treaty signed?", TOWNS[2], "Selby"),
    make_question("how many towns joined it ?", TOWNS[2], "Nine towns joined it", "nqg"),
]
CLAIMS = [
    Claim("Arden is on a river.", ("Arden lies on the River Tolle.",), ("Ships carry tin.",), True),
    Claim("Dorrel signed in 1655.", ("Nine towns joined it, and Dorrel refused.",), (), False),
]
RIVALS = {"mill": ["barn", "forge"], "towns": ["farms"], "harbour": ["tunnel"], "carry": ["lose"]}


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return open_tokenizer(start_files()[1])


def make_stream(seed: int = 0) -> GroupStream:
    contexts = list({q.context: q for q in QUESTIONS}.values())
    return GroupStream(
        QUESTIONS, CLAIMS, find_hard_passages(QUESTIONS, contexts), contexts, RIVALS, seed
    )


@given(
    st.lists(st.sampled_from(["A man. ", "No 3.5 m. ", "\n", "Why? ", "“So.” ", "é "])).map("".join)
)
def test_sentence_spans_lie_in_order_and_cover_all_letters(text: str) -> None:
    spans = split_sentences(text)
    assert all(a < b for a, b in spans)
    assert all(left[1] <= right[0] for left, right in itertools.pairwise(spans))
    inside = "".join(text[a:b] for a, b in spans)
    assert sorted(c for c in inside if c.isalnum()) == sorted(c for c in text if c.isalnum())


def test_a_swap_moves_the_spans_behind_it() -> None:
    text = "In Arden, Osric ruled; arden grew."
    span = (text.index("Osric"), text.index("Osric") + 5)
    edited = apply_swap(text, Swap("Arden", "Brusk Harbour", "name"), [span])
    assert edited is not None
    assert (
        edited.text == "In Brusk Harbour, Osric ruled; brusk Harbour grew."
        or "Brusk Harbour" in edited.text
    )
    assert edited.text[slice(*edited.spans[0])] == "Osric"
    assert edited.count == 2


def test_a_swap_that_would_touch_the_answer_is_refused() -> None:
    assert apply_swap("Osric ruled.", Swap("Osric", "Marta", "name"), [(0, 5)]) is None


def test_an_exchange_turns_both_ways() -> None:
    edited = apply_swap("Obama told Holder.", Swap("Obama", "Holder", "name"), [], exchange=True)
    assert edited is not None and edited.text == "Holder told Obama."


@given(st.integers(1000, 2099), st.integers(0, 99))
def test_a_changed_year_is_another_number(year: int, seed: int) -> None:
    assert change_number(str(year), random.Random(seed)) != str(year)


@pytest.mark.parametrize(
    "question", ["When was it built?", "What did the duke burn?", "Who has the harbour?"]
)
def test_a_negated_question_holds_a_negation(question: str) -> None:
    for seed in range(8):
        fresh = negate(question, random.Random(seed))
        assert fresh is not None
        assert any(word in fresh for word in ("not", "n't", "never"))


def test_there_is_nothing_to_negate_without_an_auxiliary_or_twice() -> None:
    assert negate("Who founded Arden?", random.Random(0)) is None
    assert negate("Why was it not built?", random.Random(0)) is None


def test_swaps_never_bring_in_what_the_question_has() -> None:
    for seed in range(20):
        for question in QUESTIONS:
            for swap in propose_swaps(
                question.text, question.context, ["Brusk"], RIVALS, random.Random(seed)
            ):
                assert swap.old.lower() in question.text.lower()
                assert swap.new.lower() not in question.text.lower().split()


def test_a_pool_is_the_same_every_time_and_another_for_another_seed() -> None:
    assert make_stream().pool(3, 60) == make_stream().pool(3, 60)
    assert make_stream().pool(3, 60) != make_stream(1).pool(3, 60)
    assert make_stream().pool(3, 60) != make_stream().pool(4, 60)


@pytest.mark.parametrize(("share", "block"), [(0.0, 0.0), (WRITTEN_SHARE, 0.0), (0.5, 0.2)])
def test_the_streams_share_what_the_written_questions_leave(share: float, block: float) -> None:
    shares = share_streams(share, block)
    assert (shares["written"], shares["block"]) == (share, block)
    assert sum(shares.values()) == pytest.approx(sum(STREAM_SHARES.values()))
    assert shares["span"] / shares["claim"] == pytest.approx(0.36 / 0.10)


def test_a_group_asks_one_question_with_at_most_one_answering_passage() -> None:
    answers = {q.context[slice(*q.answers[0])] for q in QUESTIONS}
    kinds = set()
    for number in range(4):
        for group in make_stream().pool(number, 100):
            if group[0].support is None:
                assert len({pair.question for pair in group}) == 1
                assert sum(bool(pair.spans) for pair in group) <= 1
                kinds.add(bool(group[0].spans))
            for pair in group:
                for start, end in pair.spans:
                    found = pair.passage[start:end]
                    assert found in answers or not pair.exact
    assert kinds == {True, False}


def test_a_passage_without_the_answer_does_not_hold_its_words() -> None:
    for group in make_stream().pool(0, 200):
        right = [p for p in group if p.spans and p.exact]
        for pair in group:
            if (
                right
                and pair.question == right[0].question
                and not pair.spans
                and pair.title == right[0].title
            ):
                answer = right[0].passage[slice(*right[0].spans[0])]
                assert answer not in pair.passage or pair.passage != right[0].passage


def test_token_spans_are_the_words_of_the_answer(tokenizer: Tokenizer) -> None:
    groups = [
        g for g in make_stream().pool(0, 100) if g[0].support is None and g[0].spans and g[0].exact
    ]
    for group, rows in zip(groups, encode_groups(groups, tokenizer), strict=True):
        first, last = rows[0].spans[0]
        answer = group[0].passage[slice(*group[0].spans[0])]
        assert tokenizer.decode(rows[0].tokens[first : last + 1]) == tokenizer.decode(
            tokenizer.encode(answer, add_special_tokens=False).ids
        )
        assert all(rows[0].segments[place] == 1 for place in (first, last))


def test_a_group_whose_answer_is_cut_off_is_dropped(tokenizer: Tokenizer) -> None:
    long = "word " * 300 + "end"
    assert encode_groups([(Pair("What?", None, long, ((1500, 1503),)),)], tokenizer) == []


def test_batches_hold_every_group_once_within_their_size(tokenizer: Tokenizer) -> None:
    encoded = encode_groups(make_stream().pool(0, 150), tokenizer)
    made = make_batches(encoded, 512, random.Random(0))
    assert sum(int((b.answerable >= 0).sum() + (b.support >= 0).sum()) for b in made) == sum(
        map(len, encoded)
    )
    assert sum(len(b.members) for b in made) == sum(g[0].support is None for g in encoded)
    widest = max(len(row.tokens) for group in encoded for row in group)
    assert all(b.tokens.numel() <= max(512, 4 * widest) for b in made)


def test_the_loss_is_the_one_computed_by_hand() -> None:
    torch.manual_seed(0)
    rows, length = 3, 5
    start, end, verdict = torch.randn(rows, length), torch.randn(rows, length), torch.randn(rows, 3)
    segments = torch.tensor([[0, 0, 1, 1, 1]] * rows)
    none = -torch.ones(rows, 4, dtype=torch.long)
    first, last = none.clone(), none.clone()
    first[0, 0], last[0, 0] = 2, 3
    batch = Batch(
        torch.zeros(rows, length, dtype=torch.long),
        segments,
        torch.ones_like(segments),
        first,
        last,
        torch.ones(rows, dtype=torch.bool),
        torch.tensor([1, 0, -1]),
        torch.tensor([-1, -1, 1]),
        torch.tensor([[0, 1, -1, -1]]),
    )
    loss, parts = training_loss(start, end, verdict, batch)
    masses = [
        sum(
            math.exp(float(start[r, i] + end[r, j] - verdict[r, 0]))
            for i in (2, 3, 4)
            for j in (2, 3, 4)
        )
        for r in (0, 1)
    ]
    gold = math.exp(float(start[0, 2] + end[0, 3] - verdict[0, 0]))
    own = (-math.log(gold / (1 + masses[0])) - math.log(1 / (1 + masses[1]))) / 2
    group = -math.log(gold / (1 + masses[0] + masses[1]))
    assert parts["own"] == pytest.approx(own, rel=1e-4)
    assert parts["group"] == pytest.approx(group, rel=1e-4)
    judged = (
        math.log1p(math.exp(-float(verdict[0, 1]))) + math.log1p(math.exp(float(verdict[1, 1])))
    ) / 2
    backed = math.log1p(math.exp(-float(verdict[2, 2]))) / 3
    assert float(loss) == pytest.approx(
        0.5 * own + 0.5 * group + 0.5 * judged + 3 * backed, rel=1e-4
    )


def test_measures_on_cases_worked_by_hand() -> None:
    assert exact_match("The Duke Osric.", ["duke osric"]) == 1.0
    assert word_f1("Duke Osric of Arden", ["Osric"]) == pytest.approx(0.4)
    assert word_f1("tin", ["gold"]) == 0.0
    assert auroc([0.9, 0.8, 0.3], [True, False, False]) == 1.0
    assert auroc([0.5, 0.5], [True, False]) == 0.5
    assert balanced_accuracy([0.9, 0.1, 0.9, 0.1], [True, True, False, False], 0.5) == 0.5


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=2, max_size=30))
def test_auroc_is_the_share_of_pairs_in_order(rows: list[tuple[int, bool]]) -> None:
    right = [s for s, label in rows if label]
    wrong = [s for s, label in rows if not label]
    found = auroc([s for s, _ in rows], [label for _, label in rows])
    if not right or not wrong:
        assert math.isnan(found)
    else:
        pairs = [(a > b) + 0.5 * (a == b) for a in right for b in wrong]
        assert found == pytest.approx(sum(pairs) / len(pairs))


def test_an_interval_holds_the_mean_and_narrows_with_more_rows() -> None:
    rng = np.random.default_rng(0)
    values = rng.normal(3, 1, 400)
    low, high = interval(lambda n: float(values[n].mean()), [str(i) for i in range(400)])
    wide_low, wide_high = interval(lambda n: float(values[n].mean()), [str(i) for i in range(20)])
    assert low < values.mean() < high
    assert high - low < wide_high - wide_low


def write_collection(folder: Path) -> Path:
    """Our own few texts in the layouts of the public collections."""
    train_folder = folder / "train"
    for name in ("squadshifts", "nqg", "qamr", "support"):
        (train_folder / name).mkdir(parents=True)
    articles = [
        {
            "title": f"Town_{n}",
            "paragraphs": [
                {
                    "context": context,
                    "qas": [
                        {
                            "id": str(k),
                            "question": q.text,
                            "answers": [
                                {"text": context[a:b], "answer_start": a} for a, b in q.answers
                            ],
                        }
                        for k, q in enumerate(QUESTIONS)
                        if q.context == context
                    ],
                }
            ],
        }
        for n, context in enumerate(TOWNS)
    ]
    for name in (
        "squadshifts/new_wiki_v1.0",
        "squadshifts/reddit_v1.0",
        "squadshifts/amazon_reviews_v1.0",
        "squad11_only",
    ):
        (train_folder / f"{name}.json").write_text(json.dumps({"data": articles}))
    (train_folder / "nqg/src-test.txt").write_text("nine towns joined it .\nships carry tin .\n")
    (train_folder / "nqg/tgt-test.txt").write_text(
        "how many towns joined ?\nwhat do ships carry ?\n"
    )
    (train_folder / "qamr/wiki-sentences.tsv").write_text(
        "w:1\tShips carry tin -LRB- mostly -RRB- .\n"
    )
    row = "w:1\t0\t0\t0\t0\tWhat do ships carry?\t2\tx\tx\n"
    for part in ("dev", "test"):
        (train_folder / f"qamr/filtered_{part}.tsv").write_text(row)
        (train_folder / f"support/foolmetwice_{part}.jsonl").write_text(
            json.dumps(
                {
                    "text": "Arden is old.",
                    "label": "SUPPORTS",
                    "gold_evidence": [{"text": "It was founded in 1204."}],
                    "retrieved_evidence": [{"text": "Ships carry tin."}],
                }
            )
            + "\n"
        )
        (train_folder / f"support/fever_symmetric_{part}.jsonl").write_text(
            json.dumps(
                {"claim": "Brusk is inland .", "evidence": "Brusk is a port .", "label": "REFUTES"}
            )
            + "\n"
        )
    return folder


def test_every_layout_is_read_with_spans_on_the_answer(tmp_path: Path) -> None:
    collection = read_collection(write_collection(tmp_path))
    questions = collection.train + collection.held_out
    assert {q.source for q in questions} >= {"qamr", "nqg", "squad11_only", "new_wiki_v1.0"}
    ships = next(q for q in questions if q.source == "qamr")
    assert ships.context[slice(*ships.answers[0])] == "tin"
    assert "(" in ships.context
    nine = next(q for q in questions if q.source == "nqg" and "nine" in q.context)
    assert not nine.exact
    claims = collection.claims + collection.held_out_claims
    assert {c.supported for c in claims} == {True, False}


def test_the_public_collections_are_read_whole(shared: Path) -> None:
    collection = read_collection(shared / "data")
    questions = collection.train + collection.held_out
    assert len(questions) > 75_000
    assert all(q.context[slice(*q.answers[0])].strip() for q in questions)
    assert not {q.article for q in collection.train} & {q.article for q in collection.held_out}
    assert 0.01 < len(collection.held_out) / len(questions) < 0.1


class StoppedError(Exception):
    """A run broken off."""


@pytest.mark.slow
def test_a_stopped_run_taken_up_ends_where_an_unbroken_one_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import training.train as module

    data = write_collection(tmp_path / "data")
    weights, tokenizer_file = start_files()
    plan = Plan(
        steps=4,
        budget_minutes=1e6,
        tokens_a_batch=400,
        workers=1,
        checkpoint_minutes=0.0,
        warm_up_steps=1,
        dropout=0.1,
        written=("choices-1.txt",),
    )
    train(data, weights, tokenizer_file, tmp_path / "whole", plan)
    save, saved = module.save_checkpoint, []

    def save_twice(path: Path, state: dict[str, object]) -> None:
        save(path, state)
        saved.append(state["step"])
        if len(saved) == 2:
            raise StoppedError

    monkeypatch.setattr(module, "save_checkpoint", save_twice)
    with pytest.raises(StoppedError):
        train(data, weights, tokenizer_file, tmp_path / "broken", plan)
    monkeypatch.setattr(module, "save_checkpoint", save)
    train(data, weights, tokenizer_file, tmp_path / "broken", plan)
    whole, broken = (
        torch.load(tmp_path / name / "last.pt", weights_only=True) for name in ("whole", "broken")
    )
    assert (whole["step"], broken["step"]) == (4, 4)
    for name, tensor in whole["network"].items():
        assert torch.allclose(tensor, broken["network"][name], atol=1e-6), name
    assert check_export(tmp_path / "whole/last.pt", tmp_path)


@pytest.mark.slow
def test_two_workers_train_one_network_on_different_batches(tmp_path: Path) -> None:
    data = write_collection(tmp_path / "data")
    weights, tokenizer_file = start_files()
    plan = Plan(
        steps=2,
        budget_minutes=1e6,
        tokens_a_batch=400,
        workers=2,
        warm_up_steps=1,
        written=("choices-1.txt",),
    )
    train(data, weights, tokenizer_file, tmp_path / "two", plan)
    alone = replace(plan, workers=1)
    train(data, weights, tokenizer_file, tmp_path / "one", alone)
    two, one = (
        torch.load(tmp_path / name / "last.pt", weights_only=True) for name in ("two", "one")
    )
    assert (two["step"], one["step"]) == (2, 2)
    assert all(bool(torch.isfinite(tensor).all()) for tensor in two["network"].values())
    assert not torch.equal(two["network"]["span.weight"], one["network"]["span.weight"])


def test_outputs_are_left_out_while_training_only() -> None:
    torch.manual_seed(0)
    network = ReaderNetwork(dropout=0.3)
    tokens = torch.arange(1000, 1012)[None]
    feed = (tokens, torch.ones_like(tokens), torch.ones_like(tokens))
    with torch.no_grad():
        assert not torch.equal(network.train()(*feed)[0], network(*feed)[0])
        assert torch.equal(network.eval()(*feed)[0], network(*feed)[0])


def check_export(checkpoint: Path, folder: Path) -> bool:
    """Whether the 32-bit file gives the network's numbers and the 8-bit one nearly those."""
    from summitqa.engine import open_session
    from training.network import ReaderNetwork

    network = ReaderNetwork().eval()
    network.load_state_dict(torch.load(checkpoint, weights_only=True)["network"])
    tokens = torch.randint(1000, 20000, (1, 40), generator=torch.Generator().manual_seed(0))
    segments = torch.zeros_like(tokens)
    segments[:, 10:] = 1
    with torch.no_grad():
        expected = network(tokens, segments, torch.ones_like(tokens))
    feed = {"tokens": tokens.numpy(), "segments": segments.numpy()}
    for form, tolerance in (("float", 1e-4), ("bytes", 0.25)):
        export(checkpoint, folder / f"{form}.onnx", form)
        found = open_session(folder / f"{form}.onnx").run(["start", "end", "verdict"], feed)
        for left, right in zip(expected, found, strict=True):
            assert np.abs(left.numpy() - right).max() < tolerance
    assert (folder / "bytes.onnx").stat().st_size <= 25_000_000
    return True


def test_loaders_and_workers_draw_the_same_batches(tokenizer: Tokenizer) -> None:
    plan = Plan(tokens_a_batch=600, workers=2)
    here = [
        list(itertools.islice(draw_batches(make_stream(), tokenizer, plan, 0, 0, rank), 4))
        for rank in (0, 1)
    ]
    ahead = list(
        itertools.islice(
            draw_batches(make_stream(), tokenizer, replace(plan, loaders=1), 0, 0, 1), 4
        )
    )
    for (pool, place, batch), (pool_ahead, place_ahead, batch_ahead) in zip(
        here[1], ahead, strict=True
    ):
        assert (pool, place) == (pool_ahead, place_ahead)
        assert torch.equal(batch.tokens, batch_ahead.tokens)
    assert not torch.equal(here[0][0][2].tokens, here[1][0][2].tokens) or len(here[0]) == 1
    later = next(draw_batches(make_stream(), tokenizer, plan, 0, 2, 0))
    assert later[:2] == here[0][2][:2] and torch.equal(later[2].tokens, here[0][2][2].tokens)


def test_a_shipped_file_is_read_back_into_the_weights_it_was_made_from(tmp_path: Path) -> None:
    torch.manual_seed(0)
    network = ReaderNetwork()
    torch.save({"network": network.state_dict()}, tmp_path / "last.pt")
    export(tmp_path / "last.pt", tmp_path / "reader.onnx")
    found, wanted = read_shipped(tmp_path / "reader.onnx"), network.state_dict()
    assert found.keys() == wanted.keys()
    for name, values in found.items():
        target = wanted[name].numpy()
        assert values.shape == target.shape, name
        # Seven bits and a sign: half a step of the largest weight.
        assert np.abs(values - target).max() <= np.abs(target).max() / 63 * 0.51 + 1e-6, name


def test_an_average_lies_between_the_run_and_its_start(tmp_path: Path) -> None:
    networks = []
    for seed in (0, 1):
        torch.manual_seed(seed)
        networks.append(ReaderNetwork().state_dict())
        torch.save({"network": networks[-1]}, tmp_path / f"{seed}.pt")
    export(tmp_path / "0.pt", tmp_path / "start.onnx")
    average(tmp_path / "1.pt", tmp_path / "start.onnx", 0.25, tmp_path / "averaged.pt")
    found = torch.load(tmp_path / "averaged.pt", weights_only=True)["network"]
    for name, tensor in found.items():
        before, after = networks[0][name], networks[1][name]
        rounding = float(before.abs().max()) / 63 * 0.51 + 1e-5
        assert torch.allclose(tensor, 0.25 * before + 0.75 * after, atol=rounding), name


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--keep", "0.4"], "--start FILE"),
        (["--written", "none-*.txt"], "No file of training/written/ fits none-*.txt."),
        (["--written-share", "1.5"], "--written-share and --block-share are at least 0"),
        (["--written-share", "0.7", "--block-share", "0.3"], "together below 1."),
    ],
)
def test_an_option_that_cannot_be_followed_is_refused_before_the_run(
    options: list[str], complaint: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--data", str(tmp_path), "--work", str(tmp_path), *options]) == 2
    assert complaint in capsys.readouterr().err


def test_a_file_of_another_form_is_refused(tmp_path: Path) -> None:
    torch.save({"network": ReaderNetwork().state_dict()}, tmp_path / "last.pt")
    export(tmp_path / "last.pt", tmp_path / "reader.onnx", "float")
    with pytest.raises(ValueError, match="shipped form"):
        read_shipped(tmp_path / "reader.onnx")


@given(st.integers(0, 50))
def test_rewording_exchanges_synonyms_and_leaves_names_and_numbers(seed: int) -> None:
    asked = "Which huge company did Marta Lind found in 1204?"
    fresh = reword(asked, random.Random(seed), share=1.0)
    assert fresh != asked
    assert "Marta Lind" in fresh
    assert "1204" in fresh
    assert are_synonyms("duty", "obligation")
    assert not are_synonyms("signed", "rejected")


def test_a_dev_suite_is_fitted_on_with_its_own_documents_and_its_follow_ups(tmp_path: Path) -> None:
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "mill.md").write_text(
        "# Holm Mill\n\nHolm Mill grinds barley. Ann Hale owns Holm Mill.\n", encoding="utf-8"
    )
    head = "suite: mills\ndescription: A mill.\nsplit: {}\ncorpus: texts\ncases:\n"
    gold = "gold: [{document: mill.md, quote: Ann Hale owns Holm Mill.}]"
    cases = (
        f"- {{id: owner, question: 'Who owns Holm Mill?', {gold}}}\n"
        f"- {{id: it, turns: ['What does Holm Mill grind?', 'Who owns it?'], {gold}}}\n"
        "- {id: silent, question: 'When did Holm Mill burn down?', answerable: false}\n"
    )
    path = tmp_path / "mills.yaml"
    path.write_text(head.format("dev") + cases, encoding="utf-8")
    examples = suite_examples(path)
    assert [each.answerable for each in examples] == [True, True, False]
    assert [each.right for each in examples] == [True, True, False]
    suite, assistant = open_suite(path)
    assert "Holm Mill" in asked_alone(assistant, suite.cases[1])
    path.write_text(head.format("test") + cases, encoding="utf-8")
    with pytest.raises(ValueError, match="is a test suite"):
        open_suite(path)
