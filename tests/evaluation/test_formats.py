"""Public formats: small files written here, and the public collections where they are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from summitqa.errors import SuiteError
from summitqa.evaluation.corpora import write_corpus
from summitqa.evaluation.formats import load_collection, recognise
from summitqa.evaluation.formats.collection import Collection, file_name
from summitqa.evaluation.place import locate
from summitqa.load import load_document
from summitqa.settings import Settings


def lines(path: Path, *rows: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(json.dumps(row) for row in rows) + "\n", encoding="utf-8")


def beir(folder: Path) -> Path:
    lines(
        folder / "corpus.jsonl",
        {"_id": "1/a", "title": 'A "title": here', "text": "---\nFirst\r\ntext. # No heading\n\n"},
        {"_id": "2", "title": "Only a title", "text": ""},
    )
    lines(folder / "queries.jsonl", {"_id": "q1", "text": "Claim."}, {"_id": "q2", "text": "No."})
    (folder / "qrels").mkdir()
    (folder / "qrels" / "test.tsv").write_text(
        "query-id\tcorpus-id\tscore\nq1\t1/a\t2\nq1\t2\t0\nq1\t9\t1\n", encoding="utf-8"
    )
    return folder


def load(path: Path) -> tuple[str, Collection]:
    name = recognise(path)
    return name, load_collection(path, name)


def test_beir_gold_is_whole_documents(tmp_path: Path) -> None:
    name, found = load(beir(tmp_path / "mini"))
    assert (name, found.suite.suite, found.suite.judges) == ("beir", "mini", ("retrieval",))
    (case,) = found.suite.cases
    assert (case.id, case.question) == ("q1", "Claim.")
    assert [(gold.document, gold.quote, gold.grade) for gold in case.gold] == [
        (file_name("1/a"), None, 2)
    ]
    assert found.remarks == ("1 judged documents are not in the corpus.",)


def test_a_temporary_corpus_is_loaded_as_it_was_meant(tmp_path: Path, settings: Settings) -> None:
    _, found = load(beir(tmp_path / "mini"))
    home = write_corpus(found, tmp_path / "cache")
    assert write_corpus(found, tmp_path / "cache") == home
    for document in found.documents:
        loaded = load_document(home / "corpus" / document.id, document.id, settings)
        assert loaded.text == document.text
        assert loaded.title == document.title
    assert found.documents[0].text == "---\nFirst\ntext. # No heading"
    assert found.documents[1].text == "Only a title"


def test_names_of_documents_are_one_to_one_and_safe() -> None:
    names = ["a/b", "a%2Fb", "..", ".hidden", "Türkiye", "x" * 300, "a b", "a:b"]
    files = [file_name(name) for name in names]
    assert len(set(files)) == len(names)
    assert all("/" not in each and not each.startswith(".") for each in files)
    assert all(len(each.encode()) < 255 for each in files)


def squad(folder: Path) -> Path:
    first = "\nThe lake is deep. It froze in\n1911 and in 1963."
    second = "Boats cross it. They are old."
    answers = [
        {"text": "1911", "answer_start": first.index("1911")},
        {"text": "deep", "answer_start": first.index("deep")},
    ]
    data = {
        "version": "v2.0",
        "data": [
            {
                "title": "North_lake",
                "paragraphs": [
                    {
                        "context": first,
                        "qas": [
                            {"id": "a", "question": " When? ", "answers": answers},
                            {"id": "b", "question": "Who?", "answers": [], "is_impossible": True},
                        ],
                    },
                    {
                        "context": second,
                        "qas": [
                            {
                                "id": "c",
                                "question": "How old?",
                                "answers": [{"text": "old", "answer_start": 25}],
                            }
                        ],
                    },
                ],
            }
        ],
    }
    path = folder / "dev.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


def test_squad_gold_is_the_sentence_of_the_answer(tmp_path: Path) -> None:
    name, found = load(squad(tmp_path))
    assert name == "squad"
    when, who, old = found.suite.cases
    (document,) = found.documents
    assert document.title == "North lake"
    assert when.answers == ("1911", "deep")
    quotes = [place.quote for place in when.needs()[0]]
    assert quotes == ["It froze in\n1911 and in 1963.", "The lake is deep."]
    assert not who.answerable
    for case in (when, old):
        for place in case.needs()[0]:
            span = locate(document.text, place)
            assert span is not None
            assert document.text[span[0] : span[1]] == place.quote
    assert old.gold[0].quote == "They are old."


def test_mtrag_conversations_keep_what_the_person_said(tmp_path: Path) -> None:
    lines(
        tmp_path / "x_questions.jsonl",
        {"_id": "c<::>1", "text": "|user|: Where is\nit?"},
        {"_id": "c<::>2", "text": "|user|: Where is it?\n|agent|: There.\n|user|: Since when?"},
    )
    lines(
        tmp_path / "x_rewrite.jsonl",
        {"_id": "c<::>1", "text": "|user|: Where is it?"},
        {"_id": "c<::>2", "text": "|user|: Since when is the lake there?"},
    )
    name, found = load(tmp_path)
    assert (name, found.suite.judges) == ("conversations", ("conversation",))
    one, two = found.suite.cases
    assert one.question == "Where is it?"
    assert two.turns == ("Where is it?", "Since when?")
    assert two.rewrite == "Since when is the lake there?"
    assert load(tmp_path / "x_questions.jsonl")[1].suite.cases == found.suite.cases


def test_mtrag_with_a_corpus_judges_retrieval_as_well(tmp_path: Path) -> None:
    folder = beir(tmp_path / "mini")
    (folder / "queries.jsonl").unlink()
    lines(folder / "x_questions.jsonl", {"_id": "q1", "text": "|user|: A?\n|user|: B?"})
    lines(folder / "x_rewrite.jsonl", {"_id": "q1", "text": "|user|: B of A?"})
    _, found = load(folder)
    assert found.suite.judges == ("retrieval", "conversation")
    assert found.suite.cases[0].gold[0].document == file_name("1/a")


def test_cast_trees_are_followed_to_their_root(tmp_path: Path) -> None:
    path = tmp_path / "topics.json"
    turns = [
        {"number": "1-1", "participant": "User", "utterance": "A?"},
        {"number": "1-2", "parent": "1-1", "participant": "System", "response": "Yes."},
        {"number": "1-3", "parent": "1-2", "participant": "User", "utterance": "B?"},
        {
            "number": "2-1",
            "parent": "1-1",
            "participant": "User",
            "utterance": "C?",
            "manual_rewritten_utterance": "C of A?",
        },
    ]
    path.write_text(json.dumps([{"number": 7, "turn": turns}]), encoding="utf-8")
    name, found = load(path)
    assert name == "conversations"
    assert [case.turns for case in found.suite.cases] == [(), ("A?", "B?"), ("A?", "C?")]
    assert found.suite.cases[2].rewrite == "C of A?"
    assert found.suite.cases[2].id == "7_2-1"


def test_spans_take_the_occurrence_nearest_to_where_they_say(tmp_path: Path) -> None:
    (tmp_path / "lake.md").write_text("Deep. Blue. Deep. Old.", encoding="utf-8")
    table = tmp_path / "questions.csv"
    references = json.dumps([{"content": "Deep.", "start_index": 13, "end_index": 18}])
    table.write_text(
        'question,references,corpus_id\n"How, then?","{}",lake\n'.format(
            references.replace('"', '""')
        ),
        encoding="utf-8",
    )
    name, found = load(tmp_path)
    assert name == "spans"
    (case,) = found.suite.cases
    assert (case.gold[0].quote, case.gold[0].start) == ("Deep.", 12)
    (tmp_path / "lake.md").unlink()
    with pytest.raises(SuiteError, match=r"has no lake\.md"):
        load(tmp_path)


@pytest.mark.parametrize(
    ("name", "text"),
    [("notes.txt", "x"), ("x.json", '{"a": 1}'), ("x.jsonl", '{"a": 1}\n'), ("x.json", "{")],
)
def test_what_is_no_collection_is_refused(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SuiteError):
        recognise(path)


def test_a_broken_collection_names_what_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text('{"data": [{"paragraphs": []}]}', encoding="utf-8")
    with pytest.raises(SuiteError, match=r"not in the squad format \(KeyError: 'title'\)"):
        load(path)


def test_the_public_collections_are_read_whole(shared: Path) -> None:
    folder = shared / "data" / "dev"
    expected = {
        "scifact": ("beir", 300, 5183),
        "squad2_half/dev.json": ("squad", 6078, 16),
        "mtrag_rewrites": ("conversations", 777, 0),
        "passage_spans": ("spans", 472, 5),
    }
    for path, (name, cases, documents) in expected.items():
        kind, found = load(folder / path)
        assert (kind, len(found.suite.cases), len(found.documents)) == (name, cases, documents)


def test_every_squad_answer_lies_in_its_gold(shared: Path) -> None:
    _, found = load(shared / "data" / "dev" / "squad2_half" / "dev.json")
    texts = {document.id: document.text for document in found.documents}
    for case in found.suite.cases:
        for need in case.needs():
            spans = [locate(texts[place.document], place) for place in need]
            assert None not in spans
            told = " ".join(place.quote or "" for place in need)
            assert any(answer in told for answer in case.answers)
