"""The contract of `Snapshot`, on a real generation."""

from __future__ import annotations

import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import numpy as np
import pytest

from summitqa.errors import IndexStateError, UsageError
from summitqa.lexical import analyse
from summitqa.settings import load_settings
from summitqa.split import split_document
from summitqa.store import open_snapshot
from summitqa.store.layout import CATALOGUE, MANIFEST, VECTORS, Layout
from summitqa.types import Document

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.indexing.conftest import Workplace


def test_documents_come_back_as_they_were_loaded(briefs: Workplace) -> None:
    from summitqa.load import load_document

    briefs.run()
    snapshot = briefs.open()
    for name in snapshot.summaries():
        loaded = load_document(briefs.corpus / name, name, briefs.settings)
        stored = snapshot.document(name)
        assert stored.text == loaded.text
        assert (stored.title, stored.date, stored.sources) == (
            *(loaded.title, loaded.date),
            loaded.sources,
        )


def test_passages_and_sentences_are_those_of_the_splitter(briefs: Workplace) -> None:
    briefs.run()
    snapshot = briefs.open()
    passages = iter(snapshot.passages(range(snapshot.passage_count())))
    for name in snapshot.summaries():
        document = snapshot.document(name)
        wanted, sentences = split_document(document, briefs.settings)
        assert [next(passages) for _ in wanted] == list(wanted)
        assert snapshot.sentences(name, 0, len(document.text)) == sentences
        assert snapshot.summaries()[name].passages == len(wanted)
        assert snapshot.summaries()[name].characters == len(document.text)
    assert next(passages, None) is None


def test_sentences_are_those_that_overlap_the_span(briefs: Workplace) -> None:
    briefs.run()
    snapshot = briefs.open()
    name = "sudland/hilltop.md"
    every = snapshot.sentences(name, 0, 10_000)
    middle = every[1]
    assert snapshot.sentences(name, middle.start, middle.end) == (middle,)
    assert snapshot.sentences(name, middle.end - 1, middle.end + 5)[0] == middle
    assert snapshot.sentences(name, middle.start, middle.start) == ()
    assert snapshot.sentences("nowhere.md", 0, 100) == ()


def test_passages_keep_the_order_of_the_ids_and_refuse_unknown_ones(briefs: Workplace) -> None:
    briefs.run()
    snapshot = briefs.open()
    first, second = snapshot.passages([0, 1])
    assert snapshot.passages([1, 0, 1]) == [second, first, second]
    assert snapshot.passages([]) == []
    with pytest.raises(IndexError):
        snapshot.passages([snapshot.passage_count()])


def test_dense_search_is_exact(briefs: Workplace) -> None:
    briefs.run()
    snapshot = briefs.open()
    vector = briefs.embedder.embed(["How large do trout grow?"])[0]
    found = snapshot.search_dense(vector, 3)
    scores = snapshot.vectors() @ vector
    assert [number for number, _ in found] == list(np.argsort(-scores, kind="stable")[:3])
    assert [score for _, score in found] == pytest.approx(sorted(scores, reverse=True)[:3])
    assert len(snapshot.search_dense(vector, 1000)) == snapshot.passage_count()
    assert snapshot.search_dense(vector, 0) == []


def test_dense_search_through_chroma_finds_the_same(briefs: Workplace) -> None:
    briefs.run()
    exact = briefs.open()
    approximate = briefs.open(briefs.with_settings(exact_search_below=0))
    vector = briefs.embedder.embed(["Who was the chair of the Hilltop Meeting?"])[0]
    wanted, found = exact.search_dense(vector, 4), approximate.search_dense(vector, 4)
    assert "chromadb" in sys.modules
    assert [number for number, _ in found] == [number for number, _ in wanted]
    assert [score for _, score in found] == pytest.approx([s for _, s in wanted], abs=1e-5)
    approximate.close()


def test_both_searches_keep_to_the_documents_asked_for(briefs: Workplace) -> None:
    briefs.run()
    snapshot = briefs.open(briefs.with_settings(exact_search_below=0))
    vector = briefs.embedder.embed(["trout"])[0]
    only = ["sudland/hilltop.md", "nowhere.md"]
    dense = snapshot.search_dense(vector, 10, documents=only)
    lexical = snapshot.search_lexical(analyse("meeting trout"), 10, documents=only)
    assert dense
    assert lexical
    for number, _ in (*dense, *lexical):
        assert snapshot.passages([number])[0].document == "sudland/hilltop.md"
    assert snapshot.search_dense(vector, 10, documents=[]) == []
    assert snapshot.search_lexical(["trout"], 10, documents=["nowhere.md"]) == []


def test_lexical_search_ranks_by_bm25(briefs: Workplace) -> None:
    briefs.run()
    snapshot = briefs.open()
    found = snapshot.search_lexical(analyse("pike eating trout"), 10)
    assert snapshot.passages([found[0][0]])[0].document == "notes.txt"
    scores = [score for _, score in found]
    assert scores == sorted(scores, reverse=True)
    assert all(score > 0 for score in scores)
    assert len(snapshot.search_lexical(analyse("meeting"), 1)) == 1


def test_a_rare_term_weighs_more_than_a_common_one_and_an_unknown_one_most(
    briefs: Workplace,
) -> None:
    briefs.run()
    snapshot = briefs.open()
    passages = [
        set(analyse(each.text)) for each in snapshot.passages(range(snapshot.passage_count()))
    ]
    weights = snapshot.term_weights({"trout", "meet", "nowher"})
    assert sum("meet" in each for each in passages) > sum("trout" in each for each in passages) > 0
    assert 0 < weights["meet"] < weights["trout"] < weights["nowher"]
    assert snapshot.term_weights(()) == {}


@pytest.mark.parametrize("terms", [[], ["''"], ['"'], ["AND", "NEAR("], ["*"], ["a:b", "x y"]])
def test_odd_terms_never_break_the_search(briefs: Workplace, terms: list[str]) -> None:
    briefs.run()
    assert briefs.open().search_lexical(terms, 5) == []


def test_an_unknown_document_is_named_with_near_ones(briefs: Workplace) -> None:
    briefs.run()
    with pytest.raises(UsageError, match=r"norland/lakeside\.md"):
        briefs.open().document("norland/lakesid.md")


def test_a_vector_of_another_model_is_refused(briefs: Workplace) -> None:
    briefs.run()
    with pytest.raises(IndexStateError, match="summitqa index"):
        briefs.open().search_dense(np.ones(7, dtype=np.float32), 3)


def test_a_missing_index_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(IndexStateError, match="summitqa index"):
        open_snapshot(tmp_path / "none", load_settings())


def test_a_reader_keeps_its_state_while_newer_ones_are_written(briefs: Workplace) -> None:
    briefs.run()
    old = briefs.open()
    text = old.document("notes.txt").text
    for number in range(3):  # more than the generations that are kept
        briefs.write("notes.txt", f"Perch grow to {number} centimetres.\n")
        briefs.run()
    assert not old.folder.exists()
    assert not old.is_current()
    assert old.document("notes.txt").text == text
    assert old.search_lexical(["trout"], 5)
    assert len(old.search_dense(briefs.embedder.embed(["trout"])[0], 3)) == 3
    assert briefs.open().is_current()
    assert not briefs.open().search_lexical(["trout"], 5)


def test_many_threads_read_one_snapshot(briefs: Workplace) -> None:
    briefs.run()
    snapshot = briefs.open()
    vector = briefs.embedder.embed(["trout"])[0]
    wanted = snapshot.search_dense(vector, 5), snapshot.search_lexical(["trout"], 5)
    wrong: list[object] = []

    def read() -> None:
        for _ in range(50):
            found = snapshot.search_dense(vector, 5), snapshot.search_lexical(["trout"], 5)
            if found != wanted or snapshot.document("notes.txt").id != "notes.txt":
                wrong.append(found)

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


READER = """
import sys
from pathlib import Path
from summitqa.settings import load_settings
from summitqa.store import open_snapshot

index = Path(sys.argv[1])
settings = load_settings(index_dir=index)
print("ready", flush=True)
seen = set()
while not (index / "stop").exists():
    snapshot = open_snapshot(index, settings)
    texts = {snapshot.document(name).text.split()[-1] for name in snapshot.summaries()}
    found = {p.text.split()[-1] for p in snapshot.passages(
        [number for number, _ in snapshot.search_lexical(["edit"], 9)])}
    assert len(texts) == 1 and found == texts, (texts, found)
    seen |= texts
    snapshot.close()
print(len(seen))
"""


def test_a_reader_in_another_process_sees_only_whole_states(place: Workplace) -> None:
    def write(edition: str) -> None:
        for name in ("one.md", "two.md", "three.md"):
            place.write(name, f"# Edition\n\nThis is the edition called {edition}\n")
        place.run()

    write("first")
    reader = subprocess.Popen(
        [sys.executable, "-c", READER, str(place.index)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert reader.stdout is not None
    assert reader.stdout.readline() == "ready\n"
    for edition in ("second", "third", "fourth"):
        write(edition)
    (place.index / "stop").touch()
    out, err = reader.communicate()
    assert reader.returncode == 0, err
    assert int(out) >= 1


def flip(path: Path, place: int) -> None:
    """Change one byte of a file."""
    data = bytearray(path.read_bytes())
    data[place] ^= 0xFF
    path.write_bytes(bytes(data))


def cut(path: Path) -> None:
    """Take the second half of a file away."""
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@pytest.mark.parametrize(
    "damage",
    [
        lambda folder: cut(folder / CATALOGUE),
        lambda folder: cut(folder / VECTORS),
        lambda folder: cut(folder / MANIFEST),
        lambda folder: (folder / VECTORS).unlink(),
        lambda folder: (folder / CATALOGUE).unlink(),
        lambda folder: (folder / MANIFEST).unlink(),
        lambda folder: flip(folder / CATALOGUE, 3),
        lambda folder: (folder.parents[1] / "CURRENT").write_text("../../etc/passwd\n"),
        lambda folder: (folder.parents[1] / "CURRENT").write_bytes(b"\xff\xfe\x00"),
        lambda folder: (folder.parents[1] / "summitqa-index.json").write_text("{"),
        lambda folder: (folder.parents[1] / "summitqa-index.json").unlink(),
    ],
)
def test_damage_is_named_with_the_command_that_mends_it(
    briefs: Workplace, damage: Callable[[Path], object]
) -> None:
    briefs.run()
    damage(briefs.open().folder)
    for act in (briefs.open, briefs.run):
        with pytest.raises(IndexStateError, match=r"damaged .*summitqa doctor --repair"):
            act()


def test_a_flipped_letter_in_a_stored_text_is_noticed(briefs: Workplace) -> None:
    briefs.run()
    path = briefs.open().folder / CATALOGUE
    data = path.read_bytes()
    assert data.count(b"sixty centimetres") >= 3
    path.write_bytes(data.replace(b"sixty centimetres", b"fifty centimetres"))
    with pytest.raises(IndexStateError, match=r"the text of notes\.txt"):
        briefs.open().document("notes.txt")


def test_opening_for_status_imports_neither_numpy_nor_chroma(briefs: Workplace) -> None:
    briefs.run()
    code = (
        "import sys; from pathlib import Path; from summitqa.settings import load_settings; "
        "from summitqa.store import open_snapshot; "
        "s = open_snapshot(Path(sys.argv[1]), load_settings()); s.status(); s.summaries(); "
        "assert not {'numpy', 'chromadb'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code, str(briefs.index)], check=True)


def test_the_layout_of_an_index_is_as_documented(briefs: Workplace) -> None:
    briefs.run()
    layout = Layout(briefs.index)
    assert layout.current.read_text().strip() == briefs.open().name
    names = {path.name for path in briefs.open().folder.iterdir()}
    assert names == {
        *("catalogue.sqlite", "vectors.npy", "vector-sums.bin", "chroma", "generation.json")
    }


def test_a_document_keeps_odd_characters(place: Workplace) -> None:
    odd = "Ünïcode \U0001f600 \u202eright to left\u202c e\u0301 and a tab\tare kept exactly.\n"
    place.write("odd.txt", odd)
    place.run()
    snapshot = place.open()
    document: Document = snapshot.document("odd.txt")
    assert "\U0001f600" in document.text
    for passage in snapshot.passages(range(snapshot.passage_count())):
        assert document.text[passage.start : passage.end] == passage.text
