"""Letting the reader judge the best hits, sentence by sentence."""

from __future__ import annotations

from collections.abc import Sequence

from summitqa.judge import judge, reader_title
from summitqa.read import Reading, Span
from summitqa.types import DocumentSummary, Hit, Passage, Sentence

TEXT = "The fair was held in May. Twelve nations signed the pact. Nobody paid."
SUMMARIES = {name: DocumentSummary(id=name, title=name.upper()) for name in ("a", "b")}


class FindsTwelve:
    """An honest fake reader: its spans are the places of a number word, its score their share."""

    def __init__(self) -> None:
        self.titles: list[str] = []

    def read(
        self,
        question: str,  # noqa: ARG002
        passages: Sequence[str],
        titles: Sequence[str] | None = None,
        stretches: Sequence[Sequence[tuple[int, int]]] | None = None,
    ) -> list[Reading]:
        assert titles is not None
        assert stretches is not None
        self.titles = list(titles)
        return [self._read(text, own) for text, own in zip(passages, stretches, strict=True)]

    def _read(self, text: str, stretches: Sequence[tuple[int, int]]) -> Reading:
        place = text.find("Twelve")
        within = tuple(
            Span(place, place + 6, 3.0) if start <= place < end else None
            for start, end in stretches
        )
        if place < 0:
            return Reading(0, 0, "", -9.0, 0.1, within)
        return Reading(place, place + 6, "Twelve", 3.0, 0.9, within)


def cut(passage: Passage) -> list[Sentence]:
    found, start = [], passage.start
    for piece in passage.text.split(". "):
        text = piece if piece.endswith(".") else f"{piece}."
        found.append(Sentence(passage.document, start, start + len(text), text))
        start += len(piece) + 2
    return found


def hit(document: str, text: str, start: int = 0, headings: tuple[str, ...] = ()) -> Hit:
    return Hit(Passage(document, start, start + len(text), text, headings), 1.0, "fused")


def test_spans_are_given_in_the_document_for_the_passage_and_for_its_sentences() -> None:
    found = judge("how many", [hit("b", TEXT, 100)], FindsTwelve(), SUMMARIES, 8, cut)[0]
    assert found.span == (126, 132)
    assert found.spans == (None, (126, 132, 3.0), None)
    assert [each.text for each in found.sentences][1] == "Twelve nations signed the pact."


def test_a_passage_with_nothing_to_read_has_no_span() -> None:
    found = judge("how many", [hit("a", "Nothing here.")], FindsTwelve(), SUMMARIES, 8, cut)[0]
    assert found.span is None
    assert found.answerable == 0.1


def test_only_the_first_hits_are_read() -> None:
    hits = [hit("a", f"Number {place}.") for place in range(9)]
    assert len(judge("number", hits, FindsTwelve(), SUMMARIES, 3, cut)) == 3
    assert judge("number", [], FindsTwelve(), SUMMARIES, 3, cut) == ()


def test_the_reader_is_told_title_and_nearest_heading() -> None:
    reader = FindsTwelve()
    judge("q", [hit("a", "X."), hit("b", "Y.", 0, ("B", "Later"))], reader, SUMMARIES, 8, cut)
    assert reader.titles == ["A", "B. Later"]
    assert reader_title(hit("b", "Y.", 0, ("B",)).passage, SUMMARIES) == "B"
