"""Two places that answer the same question with different values."""

from __future__ import annotations

import json
from dataclasses import astuple, replace
from pathlib import Path

import pytest
from tests.test_disagreement import SUMMARIES, WELL_READ, sentence, share_words

from summitqa.disagreement.compared import (
    PARAMETERS,
    PairSignals,
    Rival,
    compare_statements,
    find_rivals,
    load_weights,
)
from summitqa.disagreement.form import read_form
from summitqa.errors import ModelError
from summitqa.logistic import Logistic
from summitqa.types import Evidence
from summitqa.understanding.question import read_question

WIDTH = len(PairSignals.__dataclass_fields__)
EVERY = Logistic((0.0,) * WIDTH, 9.0, 0.5)
NONE = Logistic((0.0,) * WIDTH, -9.0, 0.5)


def read(text: str, span: str | None, document: str = "a.md", score: float = 5.0) -> Evidence:
    """A sentence whose short answer is ``span``."""
    said = sentence(text, document=document)
    begin = None if span is None else text.index(span)
    place = None if begin is None or span is None else (begin, begin + len(span))
    return Evidence(said, score, place, WELL_READ)


def rivals(question: str, *evidence: Evidence) -> list[Rival]:
    return list(find_rivals(read_form(read_question(question)), evidence, SUMMARIES, share_words))


def test_a_number_that_the_reader_points_at_may_count_in_another_word() -> None:
    (rival,) = rivals(
        "How many firms are in the Barge Pledge?",
        read("31 companies have signed.", "31"),
        read("Of late, 34 have joined the Barge Pledge.", "34", "b.md", 2.0),
    )
    assert rival.evidence.sentence.document == "b.md"
    assert rival.signals.behind == 3.0


@pytest.mark.parametrize(
    ("question", "first", "other"),
    [
        # the same number, in words
        (
            "How many firms signed?",
            ("31 firms signed.", "31"),
            ("Thirty-one signed.", "Thirty-one"),
        ),
        # a share is no count
        ("How many firms signed?", ("31 firms signed.", "31"), ("40% of them did.", "40%")),
        # the same body under two names
        (
            "Who chairs the group?",
            ("The United States chairs it.", "United States"),
            ("The US chairs it.", "US"),
        ),
        # a name that the question holds is no answer
        (
            "Who chairs the Gauge Group?",
            ("Ilse Brandt chairs it.", "Ilse Brandt"),
            ("The Gauge Group met.", "Gauge Group"),
        ),
        # the other sentence knows the first one's value too
        (
            "How many firms signed?",
            ("31 firms signed.", "31"),
            ("31 signed, of which 20 keep it.", "20"),
        ),
        # another text of the same place
        (
            "How many states signed the Harbour Treaty?",
            ("The Harbour Treaty was signed by 28 states.", "28 states"),
            ("The Harbour Declaration was signed by 31 states.", "31 states"),
        ),
        # another meeting of the same place, named by an acronym and a small noun
        (
            "When did the Oslo Harbour Summit take place?",
            ("The Oslo Harbour Summit took place on 3 May 2031.", "3 May 2031"),
            ("The second IMO summit took place in Oslo on 9 June 2031.", "9 June 2031"),
        ),
        # the same, by a source whose title names the meeting asked about
        (
            "When did the Oslo Harbour Summit take place?",
            ("The Oslo Harbour Summit took place on 3 May 2031.", "3 May 2031"),
            ('"After the Oslo Harbour Summit" told of an IMO summit of June 2031.', "June 2031"),
        ),
        # another state's
        (
            "Who was the first to lead Japan's institute?",
            ("Ilse Brandt was the first to lead the institute of Japan.", "Ilse Brandt"),
            ("Kim Ara was the first to lead the Korean institute.", "Kim Ara"),
        ),
        # states beside the people whom they name
        (
            "How many experts wrote it?",
            ("75 experts wrote it.", "75 experts"),
            ("30 nations chose those who wrote it.", "30 nations"),
        ),
        # what was expected beforehand
        (
            "How many firms signed?",
            ("31 firms signed.", "31"),
            ("40 firms are expected to sign.", "40"),
        ),
    ],
)
def test_these_are_no_rivals(question: str, first: tuple[str, str], other: tuple[str, str]) -> None:
    assert rivals(question, read(*first), read(*other, "b.md", 4.0)) == []


def test_one_document_is_not_set_against_itself() -> None:
    first, other = read("31 firms signed.", "31"), read("Of these 20 came.", "20", score=4.0)
    assert rivals("How many firms signed?", first, other) == []


def test_of_what_holds_now_the_newest_statement_tells() -> None:
    first, other = read("31 firms signed.", "31"), read("34 firms signed.", "34", "b.md", 4.0)
    assert len(rivals("How many firms signed?", first, other)) == 1
    assert rivals("How many firms have signed by now?", first, other) == []


def test_two_names_for_one_office_are_rivals() -> None:
    (rival,) = rivals(
        "Who chairs the Gauge Group?",
        read("Ilse Brandt chairs the Gauge Group.", "Ilse Brandt"),
        read("The Gauge Group is led by Marek Horvat.", "Marek Horvat", "b.md", 4.0),
    )
    assert rival.signals.naming == 1.0
    assert rival.signals.far == 0.0


@pytest.mark.parametrize(
    ("question", "first", "other"),
    [
        ("What share of plastic is lost in ports?", ("18 per cent is.", "18"), ("23% is.", "23")),
        ("How high is the vault?", ("It is 1,820 metres up.", "1,820"), ("1,640 metres.", None)),
        (
            "What was the bill for it?",
            ("It cost 38 million euros.", "38"),
            ("EUR 41 million.", "41"),
        ),
        (
            "In which port is it?",
            ("It is in Antwerp.", "Antwerp"),
            ("Rotterdam has it.", "Rotterdam"),
        ),
        (
            "For what time are they bound?",
            ("For six years.", "six"),
            ("The eight-year term.", "eight"),
        ),
    ],
)
def test_what_the_question_leaves_open_is_what_the_reader_points_at(
    question: str, first: tuple[str, str], other: tuple[str, str | None]
) -> None:
    (rival,) = rivals(question, read(*first), read(*other, "b.md", 4.0))
    assert rival.evidence.sentence.document == "b.md"
    assert rivals(question, read(*first), read(first[0], first[1], "b.md", 4.0)) == []


def test_what_is_told_of_in_other_units_or_said_of_why_is_not_compared() -> None:
    cost, height = read("It cost 38 million euros.", "38"), read("40 metres.", "40", "b.md", 4.0)
    assert rivals("What was the bill for it?", cost, height) == []
    assert rivals("Why did it close?", cost, read("EUR 41 million.", "41", "b.md", 4.0)) == []


def test_where_the_best_sentence_tells_no_value_the_next_one_is_compared() -> None:
    best = read("The pledge was made public on the second day.", None)
    first = read("The pledge was launched on 7 June 2028.", "7 June 2028", "b.md", 4.5)
    other = read("It was unveiled on 6 June 2028.", "6 June 2028", "c.md", 4.0)
    question = "On what day was the pledge launched?"
    (rival,) = rivals(question, best, first, other)
    assert (rival.against.sentence.document, rival.evidence.sentence.document) == ("b.md", "c.md")
    assert rivals(question, best, replace(first, score=1.0), replace(other, score=0.5)) == []


def test_a_sentence_of_another_time_than_the_questions_is_marked() -> None:
    found = rivals(
        "How many firms signed in 2030?",
        read("31 firms signed in 2030.", "31"),
        read("34 firms signed in 2031.", "34", "b.md", 4.0),
        read("36 firms signed.", "36", "b.md", 3.0),
    )
    assert [each.signals.elsewhen for each in found] == [1.0, 0.0]


def test_the_weights_decide() -> None:
    form = read_form(read_question("How many firms signed?"))
    evidence = [read("31 firms signed.", "31"), read("34 firms signed.", "34", "b.md", 4.0)]
    shown = compare_statements(form, evidence, SUMMARIES, share_words, EVERY)
    assert [claim.value for claim in shown] == ["31 firms", "34 firms"]
    assert compare_statements(form, evidence, SUMMARIES, share_words, NONE) == ()


def test_the_shipped_weights_have_a_weight_a_signal_and_prefer_what_is_nearer() -> None:
    weights = load_weights()
    assert len(weights.weights) == WIDTH
    near = PairSignals(*astuple(replace(_good(), behind=0.5)))
    far = replace(near, behind=15.0, span=-2.0, answerable=-4.0, reread=-6.0, similarity=0.1)
    assert weights.accepts(astuple(near))
    assert not weights.accepts(astuple(far))


def _good() -> PairSignals:
    return PairSignals(
        behind=0.5,
        span=2.0,
        answerable=3.0,
        reread=3.0,
        similarity=0.8,
        named=1.0,
        asked=0.9,
        alike=0.6,
        near=0.8,
        sure=3.0,
        far=0.1,
        dated=0.0,
        naming=0.0,
        counted=1.0,
        elsewhen=0.0,
    )


def test_damaged_weights_are_told_in_one_sentence(tmp_path: Path) -> None:
    data = json.loads(PARAMETERS.read_text(encoding="utf-8"))
    del data["weights"]["far"]
    broken = tmp_path / "disagreement.json"
    broken.write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(ModelError, match=r"disagreement\.json cannot be read .* install"):
        load_weights(broken)
