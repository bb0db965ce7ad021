"""Retrieval over a small corpus, with the real model and a real index."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summitqa.embed import Embedder, load_embedder
from summitqa.index import update_index
from summitqa.lexical import analyse
from summitqa.retrieve import (
    CONTEXT_WEIGHT,
    COVERAGE_WEIGHT,
    add_document_scores,
    complete_lexical,
    documents_in_scope,
    fuse,
    retrieve,
    searched_terms,
    share_terms,
)
from summitqa.settings import Settings, load_settings
from summitqa.store.snapshot import Snapshot, open_snapshot
from summitqa.types import DocumentSummary, Hit, Passage, Scope

DOCUMENTS = {
    "lake.md": (
        "title: The Lake Declaration\ndate: 2023-11-02\nsummit: lake\nkind: declaration",
        "# The Lake Declaration\n\nTwenty-eight governments agreed to the text. Clause 14110 asks "
        "developers to report models trained with more than 10^26 operations.\n",
    ),
    "hill.md": (
        "title: The Hill Statement\ndate: 2025-02-11\nsummit: hill\nkind: statement",
        "# The Hill Statement\n\nSixty-one parties endorsed the text. The host announced €109 "
        "billion of investment in data centres.\n",
    ),
    "trout.md": (
        "title: Trout in cold rivers\ndate: 2024-05\nkind: article",
        "# Trout in cold rivers\n\nBrown trout prefer cool, well-aerated water. They feed on "
        "insects in the morning.\n",
    ),
}


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return load_embedder(load_settings(threads=1))


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("retrieve")
    (folder / "corpus").mkdir()
    for name, (matter, text) in DOCUMENTS.items():
        (folder / "corpus" / name).write_text(f"---\n{matter}\n---\n{text}", encoding="utf-8")
    return load_settings(corpus_dir=folder / "corpus", index_dir=folder / "index", threads=1)


@pytest.fixture(scope="module")
def snapshot(small: Settings, embedder: Embedder) -> Iterator[Snapshot]:
    update_index(small, lambda: embedder)
    opened = open_snapshot(small.index_dir, small)
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("question", "document"),
    [
        ("How many countries signed at the lake?", "lake.md"),
        ("What does the Hill Statement say?", "hill.md"),
        ("order 14110", "lake.md"),
        ("Who spends €109bn?", "hill.md"),
        ("models above 10²⁶ FLOP", "lake.md"),
        ("What do fish eat?", "trout.md"),
        ("Which text did governments agree to?", "lake.md"),
        ("governments agree, text", "lake.md"),
    ],
)
def test_the_right_passage_comes_first(
    question: str, document: str, snapshot: Snapshot, embedder: Embedder, small: Settings
) -> None:
    hits = retrieve(question, snapshot, embedder, small)
    assert hits[0].passage.document == document
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert {hit.stage for hit in hits} == {"fused"}
    assert len({(hit.passage.document, hit.passage.start) for hit in hits}) == len(hits)


def test_no_more_hits_than_candidates(
    snapshot: Snapshot, embedder: Embedder, small: Settings
) -> None:
    few = small.model_copy(update={"candidates": 1})
    assert len(retrieve("text", snapshot, embedder, few)) == 1


def test_words_that_no_document_holds_still_find_the_nearest(
    snapshot: Snapshot, embedder: Embedder, small: Settings
) -> None:
    assert len(retrieve("salmonid gastronomy", snapshot, embedder, small)) == 3
    assert len(retrieve("the of and", snapshot, embedder, small)) == 3


@pytest.mark.parametrize(
    ("scope", "documents"),
    [
        (Scope(summits=("LAKE",)), {"lake.md"}),
        (Scope(kinds=("statement", "article")), {"hill.md", "trout.md"}),
        (Scope(documents=("trout.md",)), {"trout.md"}),
        (Scope(years=(2024, 2025)), {"hill.md", "trout.md"}),
        (Scope(as_of=date(2024, 6, 1)), {"lake.md", "trout.md"}),
        (Scope(summits=("lake",), years=(2025,)), set[str]()),
        (Scope(issuers=("nobody",)), set[str]()),
        (Scope(places=("nowhere",)), set[str]()),
    ],
)
def test_a_scope_leaves_out_every_other_document(
    scope: Scope,
    documents: set[str],
    snapshot: Snapshot,
    embedder: Embedder,
    small: Settings,
) -> None:
    hits = retrieve("Who endorsed the text?", snapshot, embedder, small, scope)
    assert {hit.passage.document for hit in hits} == documents


def test_a_document_of_a_month_counts_from_its_first_day() -> None:
    summaries = {"a": DocumentSummary("a", "A", date="2024-05")}
    assert documents_in_scope(Scope(as_of=date(2024, 5, 1)), summaries) == ["a"]
    assert documents_in_scope(Scope(as_of=date(2024, 4, 30)), summaries) == []


def test_issuers_match_in_part_and_places_whole() -> None:
    paris = DocumentSummary("a", "A", issuer="Government of France", places=("Paris", "France"))
    assert documents_in_scope(Scope(issuers=("france",)), {"a": paris}) == ["a"]
    assert documents_in_scope(Scope(places=("paris",)), {"a": paris}) == ["a"]
    assert documents_in_scope(Scope(places=("par",)), {"a": paris}) == []


SCORES = st.dictionaries(st.integers(0, 50), st.floats(-1, 1), max_size=20)


@given(SCORES, st.floats(0, 2))
def test_fusion_without_lexical_hits_is_the_dense_order(
    cosines: dict[int, float], weight: float
) -> None:
    expected = sorted(cosines.items(), key=lambda pair: (-pair[1], pair[0]))
    assert fuse(cosines, {}, weight) == expected


@given(SCORES, st.floats(0.01, 100))
def test_fusion_does_not_depend_on_the_scale_of_bm25(
    cosines: dict[int, float], scale: float
) -> None:
    bm25 = {number: float(number % 7) for number in cosines}
    scaled = {number: value * scale for number, value in bm25.items()}
    one, other = dict(fuse(cosines, bm25)), dict(fuse(cosines, scaled))
    assert one == pytest.approx(other)


def test_a_passage_only_the_words_found_keeps_its_exact_cosine(
    snapshot: Snapshot, embedder: Embedder, small: Settings
) -> None:
    one = small.model_copy(update={"candidates": 2})
    scores = {
        (hit.passage.document, hit.passage.start): hit.score
        for hit in retrieve("Who spends €109bn?", snapshot, embedder, small)
    }
    for hit in retrieve("Who spends €109bn?", snapshot, embedder, one):
        assert hit.score == pytest.approx(scores[hit.passage.document, hit.passage.start], abs=1e-6)


def test_a_passage_only_its_vector_found_keeps_its_exact_bm25(
    snapshot: Snapshot,
) -> None:
    statement = "Governments and parties agreed to the text at the lake"
    terms = searched_terms(statement)
    every = dict(snapshot.search_lexical(terms, 50))
    first = dict(snapshot.search_lexical(terms, 1))
    assert len(every) > 1
    cosines = dict.fromkeys([*every, 9_999_999], 0.5)
    assert complete_lexical(statement, cosines, first, snapshot) == pytest.approx(every)
    assert snapshot.score_lexical([], list(every)) == {}
    assert snapshot.score_lexical(["absent"], list(every)) == {}


def test_a_statement_is_scored_the_same_however_many_candidates_there_are(
    snapshot: Snapshot, embedder: Embedder, small: Settings
) -> None:
    statement = "Governments and parties agreed to the text at the lake"
    few = small.model_copy(update={"candidates": 2})
    whole = retrieve(statement, snapshot, embedder, small)
    scores = {(hit.passage.document, hit.passage.start): hit.score for hit in whole}
    for hit in retrieve(statement, snapshot, embedder, few):
        assert hit.score == pytest.approx(scores[hit.passage.document, hit.passage.start], abs=1e-6)


class TestLangChain:
    def test_the_retriever_gives_exact_words_and_where_they_stand(
        self, snapshot: Snapshot, small: Settings
    ) -> None:
        from summitqa.ask import open_assistant
        from summitqa.langchain import SummitQARetriever

        retriever = SummitQARetriever(assistant=open_assistant(small), top_k=2)
        found = retriever.invoke("Who spends €109 billion?")
        assert len(found) == 2
        assert found[0].metadata["document"] == "hill.md"
        text = snapshot.document("hill.md").text
        place = slice(found[0].metadata["start"], found[0].metadata["end"])
        assert text[place] == found[0].page_content


def hit(document: str, start: int, score: float) -> Hit:
    return Hit(Passage(document, start, start + 4, "text"), score, "fused")


def test_a_passage_of_a_document_that_is_about_the_matter_goes_before_a_lone_one() -> None:
    hits = [hit("about.md", 0, 0.9), hit("other.md", 0, 0.82), hit("about.md", 8, 0.8)]
    places = [(each.passage.document, each.passage.start) for each in add_document_scores(hits)]
    assert places == [("about.md", 0), ("about.md", 8), ("other.md", 0)]


def test_what_a_passage_and_its_title_hold_of_the_question_counts() -> None:
    summaries = {"a.md": DocumentSummary("a.md", "The Harbour Pact")}
    weights = dict.fromkeys(analyse("towns signed Harbour Pact"), 1.0)

    def share(text: str, *headings: str) -> float:
        return share_terms(weights, Passage("a.md", 0, len(text), text, headings), summaries)

    assert share("Nobody came.") < share("Nine towns came.") < share("Nine towns signed it.")
    assert share("Nine towns came.") < share("Nine towns came.", "Who signed")
    assert share("Nine towns signed the Harbour Pact.") == pytest.approx(
        COVERAGE_WEIGHT + CONTEXT_WEIGHT
    )


def test_documents_of_one_passage_keep_their_order() -> None:
    hits = [hit(f"{number}.md", 0, 1 - number / 10) for number in range(5)]
    assert [each.passage for each in add_document_scores(hits)] == [each.passage for each in hits]


@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.floats(0, 2, allow_nan=False, width=32)), max_size=30
    )
)
def test_documents_scores_leave_the_order_within_a_document(
    drawn: list[tuple[str, float]],
) -> None:
    given_hits = sorted(
        (hit(name, n, score) for n, (name, score) in enumerate(drawn)), key=_falling
    )
    raised = add_document_scores(given_hits)
    assert sorted(each.passage.start for each in raised) == list(range(len(drawn)))
    for name in "abc":
        assert [each.passage for each in raised if each.passage.document == name] == [
            each.passage for each in given_hits if each.passage.document == name
        ]


def _falling(each: Hit) -> float:
    return -each.score
