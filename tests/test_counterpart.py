"""What other documents tell of the value that answers, found by the words that answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summitqa.ask import Assistant, find, open_assistant, with_counterparts
from summitqa.counterpart import LOOKED_AT, MOST, add_evidence, find_counterparts
from summitqa.embed import load_embedder
from summitqa.index import update_index
from summitqa.settings import Settings, load_settings
from summitqa.types import Evidence, Hit, Scope, Sentence

MINUTES = """# Minutes of the harbour board

The board took note of the report. The chair thanked the clerk for the coffee.

## Works

The new breakwater at Selby was finished in May, and 61 metres of wall were left to paint.
"""
LETTER = """# Letter of an engineer

I have walked along the wall that keeps the sea out of Selby. Its length is 58 metres, whatever
the board may write.
"""
QUESTION = "How many metres does the barrier measure?"


def filler(number: int) -> str:
    return (
        f"# Barriers, part {number}\n\nHow many metres a barrier measures is asked everywhere. "
        f"Barrier {number} was not measured.\n"
    )


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("counterpart")
    corpus = folder / "corpus"
    corpus.mkdir()
    (corpus / "minutes.md").write_text(MINUTES, encoding="utf-8")
    (corpus / "letter.md").write_text(LETTER, encoding="utf-8")
    for number in range(20):
        (corpus / f"barrier-{number:02}.md").write_text(filler(number), encoding="utf-8")
    settings = load_settings(
        corpus_dir=corpus, index_dir=folder / "index", threads=1, read_passages=2, abstain_below=0
    )
    update_index(settings, lambda: load_embedder(settings))
    return settings


@pytest.fixture(scope="module")
def assistant(small: Settings) -> Iterator[Assistant]:
    yield open_assistant(small)


def tell(assistant: Assistant) -> Sentence:
    """The sentence of the minutes that tells a length."""
    snapshot = assistant.snapshot()
    document = snapshot.document("minutes.md")
    every = snapshot.sentences("minutes.md", 0, len(document.text))
    return next(each for each in every if "61 metres" in each.text)


def test_a_passage_in_the_words_of_the_answer_is_found_though_the_question_missed_it(
    assistant: Assistant,
) -> None:
    snapshot, told = assistant.snapshot(), tell(assistant)
    found = find(QUESTION, assistant, snapshot, Scope())
    assert "letter.md" not in [hit.passage.document for hit in found.hits[:2]]
    hits = near(assistant, told, found.hits)
    assert hits[0].passage.document == "letter.md"
    assert len(hits) <= MOST
    assert "minutes.md" not in {hit.passage.document for hit in hits}
    read = {(hit.passage.document, hit.passage.start) for hit in found.hits[:2]}
    assert not read & {(hit.passage.document, hit.passage.start) for hit in hits}


def test_only_documents_in_scope_are_searched(assistant: Assistant) -> None:
    snapshot, told = assistant.snapshot(), tell(assistant)
    hits = find_counterparts(
        QUESTION, told, (), 2, snapshot, assistant.embedder, ["barrier-03.md", "minutes.md"]
    )
    assert {hit.passage.document for hit in hits} == {"barrier-03.md"}


def test_what_is_read_further_is_looked_at_closely_and_never_comes_first(
    assistant: Assistant,
) -> None:
    snapshot, told = assistant.snapshot(), tell(assistant)
    found = find(QUESTION, assistant, snapshot, Scope())
    begin = told.start + told.text.index("61 metres")
    span = (begin, begin + len("61 metres"))
    before = replace(found, evidence=(Evidence(told, 9.0, span), *found.evidence), confidence=1.0)
    after = with_counterparts(before, assistant, snapshot)
    more = [each for each in after.evidence if each not in before.evidence]
    assert after.judgements[: len(before.judgements)] == before.judgements
    assert "letter.md" in {j.hit.passage.document for j in after.judgements[-MOST:]}
    assert 0 < sum(bool(each.signals and each.signals.reread) for each in more) <= LOOKED_AT
    assert any("58 metres" in each.sentence.text for each in more)
    assert after.evidence[0] == before.evidence[0]
    assert after.read_ms > before.read_ms


def test_what_is_left_of_a_passage_on_an_earlier_day_is_not_read_again(
    assistant: Assistant,
) -> None:
    snapshot, told = assistant.snapshot(), tell(assistant)
    (whole,) = [hit for hit in near(assistant, told, ()) if hit.passage.document == "letter.md"]
    passage = replace(whole.passage, start=whole.passage.start + 5, text=whole.passage.text[5:])
    found = near(assistant, told, (replace(whole, passage=passage),))
    assert "letter.md" not in {hit.passage.document for hit in found}
    assert snapshot.document("letter.md").text[passage.start : passage.end] == passage.text


def near(assistant: Assistant, told: Sentence, hits: Sequence[Hit]) -> tuple[Hit, ...]:
    return find_counterparts(
        QUESTION, told, hits, 2, assistant.snapshot(), assistant.embedder, None
    )


@pytest.mark.parametrize(
    ("question", "confidence"), [("List the barriers.", 1.0), (QUESTION, -1.0)]
)
def test_where_no_answers_can_differ_or_none_is_given_nothing_more_is_read(
    assistant: Assistant, question: str, confidence: float
) -> None:
    snapshot = assistant.snapshot()
    found = replace(find(question, assistant, snapshot, Scope()), confidence=confidence)
    assert with_counterparts(found, assistant, snapshot) is found


def make(place: int, score: float) -> Evidence:
    return Evidence(Sentence("a.md", place, place + 1, "x"), score)


@given(
    st.lists(st.floats(-9, 9), min_size=1, max_size=8),
    st.lists(st.tuples(st.integers(0, 12), st.floats(-9, 12)), max_size=6),
)
def test_each_sentence_stands_once_and_the_order_of_the_rest_is_kept(
    scores: list[float], further: list[tuple[int, float]]
) -> None:
    evidence = [make(place, score) for place, score in enumerate(sorted(scores, reverse=True))]
    unique = {place: make(place, score) for place, score in further}
    merged = add_evidence(evidence, list(unique.values()))
    places = [each.sentence.start for each in merged]
    assert sorted(places) == sorted({*range(len(evidence)), *unique})
    assert [each for each in merged if each in evidence] == evidence
    assert all(one.score >= other.score for one, other in pairwise(merged))
