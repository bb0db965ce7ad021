"""Check suites against the corpus: do their quotes exist, and how are questions worded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from summitqa.errors import SummitQAError
from summitqa.evaluation.cases import Case, Place
from summitqa.evaluation.place import contains, find_quote
from summitqa.evaluation.suite_file import SuiteFile
from summitqa.settings import Settings
from summitqa.types import Document

# Questions at or above this share of words in common with their gold are named.
HIGH_OVERLAP = 0.5


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that the check found.

    Attributes:
        path: The suite's file.
        line: Line of the case.
        text: What it is, with the case's id.
        is_error: Whether it breaks a rule; otherwise it is a remark.
    """

    path: Path
    line: int
    text: str
    is_error: bool

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {'' if self.is_error else 'remark: '}{self.text}"


def corpus_reader(corpus_dir: Path, settings: Settings) -> Callable[[str], Document | None]:
    """Make a function that loads a document of the corpus once, or gives None."""
    from summitqa.load import load_document

    loaded: dict[str, Document | None] = {}

    def find(document_id: str) -> Document | None:
        if document_id not in loaded:
            path = corpus_dir / document_id
            inside = path.resolve().is_relative_to(corpus_dir.resolve())
            try:
                known = inside and path.is_file()
                loaded[document_id] = load_document(path, document_id, settings) if known else None
            except SummitQAError:
                loaded[document_id] = None
        return loaded[document_id]

    return find


def check_suites(
    files: Sequence[SuiteFile], find_document: Callable[[str], Document | None], settings: Settings
) -> list[Finding]:
    """Check each case against the corpus, and the split of documents between suites.

    Args:
        files: Suites that are well-formed by themselves.
        find_document: Gives a document of the corpus, or None for an unknown id.
        settings: How documents are split into sentences.

    Returns:
        Errors and remarks, in the order of the files.
    """
    findings = []
    for file in files:
        for case, line in zip(file.suite.cases, file.lines, strict=True):
            for text, is_error in _check_case(case, find_document, settings):
                findings.append(Finding(file.path, line, f"{case.id}: {text}", is_error))
    return findings + _check_split(files)


def word_overlap(question: str, gold: str) -> float:
    """Share of the question's terms, stop words aside, that occur in the gold text."""
    from summitqa.lexical import analyse

    asked, told = set(analyse(question)), set(analyse(gold))
    return len(asked & told) / len(asked) if asked else 0.0


def case_overlap(case: Case) -> float | None:
    """Word overlap of a case's question and gold quotes; None without a quote."""
    quotes = [gold.quote for gold in case.gold if gold.quote]
    return word_overlap(case.final_question, " ".join(quotes)) if quotes else None


def _check_case(
    case: Case, find_document: Callable[[str], Document | None], settings: Settings
) -> Iterator[tuple[str, bool]]:
    for place in (place for need in case.needs() for place in need):
        yield from _check_place(place, find_document(place.document), settings)
    told = " ".join(place.quote or "" for need in case.needs() for place in need)
    if told.strip():
        if case.answers and not any(contains(told, answer) for answer in case.answers):
            yield "none of its answers occurs in a gold quote.", False
        for item in case.must_contain:
            forms = (item,) if isinstance(item, str) else item
            if not any(contains(told, form) for form in forms):
                yield f"{' / '.join(forms)!r} (must_contain) occurs in no gold quote.", False
    overlap = case_overlap(case)
    if overlap is not None and overlap >= HIGH_OVERLAP:
        yield f"word overlap of question and gold is {overlap:.2f}.", False


def _check_place(
    place: Place, document: Document | None, settings: Settings
) -> Iterator[tuple[str, bool]]:
    if document is None:
        yield f"the corpus has no document {place.document!r}.", True
        return
    if place.quote is None:
        return
    found = find_quote(document.text, place.quote)
    shown = place.quote if len(place.quote) <= 60 else f"{place.quote[:57]}..."
    if place.start is not None:
        if place.start not in [start for start, _ in found]:
            yield f"{shown!r} does not stand at {place.start} of {place.document}.", True
    elif len(found) != 1:
        times = "does not occur" if not found else f"occurs {len(found)} times"
        yield f"{shown!r} {times} in {place.document}; it must occur exactly once.", True
    if found and not _is_whole_sentences(document, found[0], settings):
        yield f"{shown!r} is not one or more whole sentences of {place.document}.", False


def _is_whole_sentences(document: Document, span: tuple[int, int], settings: Settings) -> bool:
    from summitqa.split import split_document

    _, sentences = split_document(document, settings)
    return span[0] in {each.start for each in sentences} and span[1] in {
        each.end for each in sentences
    }


def _check_split(files: Sequence[SuiteFile]) -> list[Finding]:
    """Find documents that are gold in suites of both splits."""
    first: dict[str, SuiteFile] = {}
    findings = []
    for file in files:
        for case, line in zip(file.suite.cases, file.lines, strict=True):
            for document in dict.fromkeys(gold.document for gold in case.gold):
                other = first.setdefault(document, file)
                if other.suite.split != file.suite.split:
                    findings.append(
                        Finding(
                            file.path,
                            line,
                            f"{case.id}: {document} is gold in {other.suite.suite} "
                            f"({other.suite.split}) already, and this suite is "
                            f"{file.suite.split}; a document belongs to one split.",
                            True,
                        )
                    )
    return findings
