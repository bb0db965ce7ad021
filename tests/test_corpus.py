"""The briefs in corpus/: complete, readable sentence by sentence, and in agreement.

The checks are functions of a folder, so that each is also shown failing on a small wrong
corpus. ``python tests/test_corpus.py`` rewrites the table of briefs in corpus/README.md.
"""

import datetime
import re
import sys
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

CORPUS = Path(__file__).resolve().parent.parent / "corpus"

# One brief for each subject: how many subjects each theme has.
SUBJECTS = {
    "bletchley": 4,
    "seoul": 8,
    "science": 3,
    "institutes": 6,
    "paris": 6,
    "new-delhi": 5,
    "series": 3,
    "asia-pacific": 15,
    "neighbours": 7,
}
KEYS = ["title", "date", "updated", "issuer", "summit", "kind", "places", "sources"]
SOURCE_KEYS = ["title", "url", "publisher", "date", "tier"]
SUMMITS = {"bletchley-2023", "seoul-2024", "paris-2025", "new-delhi-2026", "geneva-2027", "none"}
KINDS = {
    "declaration",
    "commitments",
    "statement",
    "report",
    "law",
    "institution",
    "analysis",
    "overview",
}
TIERS = ["official", "press", "secondary"]
LATEST = datetime.date(2026, 9, 30)
WORDS = range(300, 901)
DIFFER = "Where sources differ"
TABLE_START, TABLE_END = "<!-- table of briefs -->", "<!-- end of table -->"

# A reader who sees one sentence alone must know its subject.
LEANING = re.compile(
    r"(?:^|[.!?:;][”\"’)]*\s+)((?:It|They|This|These|Those|He|She)\b"
    r"|The (?:summit|declaration|statement|report|institute)\b(?! (?:of|on|for|from|by|that|in)\b))"
)
# Nor does it help to point at what another sentence named.
POINTING = re.compile(
    r"\b([Tt]he same (?:article|data file|page|report|spokesperson|study|UK spokesperson)\b"
    r"|(?:^|(?<=\. ))The (?:chart|coalition|consortium|final report|interim report|leaders"
    r"|meeting|ministerial session|two governments|working group)(?: itself)?"
    r" (?:are|announced|differs?|gives?|had|has|have|is|lists?|met|names?|says?|took|was|were)\b)"
)
# A text read at another address than its issuer's is a secondary source, whoever wrote it.
COPY = re.compile(r"\bcop(?:y|ies)\b|\breproduc(?:ed|ing|tion)\b", re.IGNORECASE)
MARKUP = re.compile(r"\*\*|\]\(|^\||<[a-z/!]|https?://|^```", re.MULTILINE)
UNITS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
TEENS = ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen"]
TEENS += ["seventeen", "eighteen", "nineteen"]
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
NUMBER_WORDS = {
    **{
        f"{ten}-{unit}": str(10 * n + i)
        for n, ten in enumerate(TENS, start=2)
        for i, unit in enumerate(UNITS)
    },
    **{ten: str(10 * n) for n, ten in enumerate(TENS, start=2)},
    **{word: str(i) for i, word in enumerate(UNITS + TEENS)},
}


@dataclass(frozen=True, slots=True)
class Brief:
    """One brief: its path below the corpus (without .md), front matter and body."""

    name: str
    matter: dict[str, Any]
    body: str

    def lines(self) -> Iterator[tuple[str, str]]:
        """Each non-empty line of the body with the section it stands in."""
        section = ""
        for line in self.body.splitlines():
            if line.startswith("## "):
                section = line[3:].strip()
            elif line.strip() and not line.startswith("# "):
                yield section, line.removeprefix("- ").strip()


def read_briefs(folder: Path) -> list[Brief]:
    """Read every brief below a theme folder, in the order of their paths."""
    briefs = []
    for path in sorted(folder.glob("*/*.md")):
        if path.parent.name == "official":
            continue
        head, matter, body = path.read_text(encoding="utf-8").split("---\n", 2)
        assert head == "", f"{path}: the front matter must come first"
        name = path.relative_to(folder).with_suffix("").as_posix()
        briefs.append(Brief(name, yaml.safe_load(matter), body))
    return briefs


def is_date(value: object, *, partial: bool = False) -> bool:
    """Whether a value is an ISO date not after September 2026; partial allows year or month."""
    if isinstance(value, datetime.date):
        return value <= LATEST
    if not partial:
        return False
    return value is None or bool(re.fullmatch(r"(?:19|20)\d\d(?:-(?:0[1-9]|1[0-2]))?", str(value)))


def is_web_address(value: object) -> bool:
    """Whether a value is a complete http(s) address of a named host."""
    if not isinstance(value, str) or re.search(r"[\s<>\"{}|\\^`]", value):
        return False
    parts = urlsplit(value)
    host = parts.hostname or ""
    return parts.scheme in {"http", "https"} and bool(
        re.fullmatch(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}", host)
    )


def front_matter_problems(brief: Brief) -> Iterator[str]:
    """What is missing or wrong in a brief's front matter."""
    matter = brief.matter
    if list(matter) != KEYS:
        yield f"keys are {list(matter)}, not {KEYS}"
        return
    for key in ("title", "issuer"):
        if not isinstance(matter[key], str) or not matter[key].strip():
            yield f"{key} is empty"
    for key in ("date", "updated"):
        if not is_date(matter[key]):
            yield f"{key} {matter[key]!r} is not an ISO date up to {LATEST}"
    if matter["summit"] not in SUMMITS:
        yield f"unknown summit {matter['summit']!r}"
    if matter["kind"] not in KINDS:
        yield f"unknown kind {matter['kind']!r}"
    if not matter["places"] or not all(isinstance(place, str) for place in matter["places"]):
        yield "places must be a list of names"
    if not matter["sources"]:
        yield "no sources"
    for source in matter["sources"] or []:
        yield from source_problems(source)


def source_problems(source: dict[str, Any]) -> Iterator[str]:
    """What is missing or wrong in one entry of ``sources``."""
    if list(source) != SOURCE_KEYS:
        yield f"source keys are {list(source)}, not {SOURCE_KEYS}"
        return
    if not is_web_address(source["url"]):
        yield f"not a web address: {source['url']!r}"
    if source["tier"] not in TIERS:
        yield f"unknown tier {source['tier']!r}"
    if not is_date(source["date"], partial=True):
        yield f"source date {source['date']!r} is not an ISO date, month, year or null"
    if not source["title"] or not source["publisher"]:
        yield f"source without title or publisher: {source['url']!r}"
    if COPY.search(f"{source['title']} {source['publisher']}") and source["tier"] != "secondary":
        yield f"a copy is no {source['tier']} source: {source['url']!r}"


def body_problems(brief: Brief) -> Iterator[str]:
    """What keeps a brief's sentences from being quoted alone."""
    words = len(brief.body.split())
    if words not in WORDS:
        yield f"{words} words, not {WORDS.start} to {WORDS.stop - 1}"
    if not re.match(r"\s*# \S", brief.body):
        yield "the body does not begin with its title"
    if found := MARKUP.search(brief.body):
        yield f"markup or an address in the body: {found.group()!r}"
    for _, line in brief.lines():
        for leaning in LEANING.finditer(line):
            yield f"a sentence leans on {leaning.group(1)!r}: {line[leaning.start() :][:60]!r}"
        for pointing in POINTING.finditer(line):
            yield f"a sentence points at another by {pointing.group(1)!r}"


@cache
def digits(text: str) -> str:
    """Write number words below a hundred as digits, so that figures compare."""
    pattern = r"\b(" + "|".join(NUMBER_WORDS) + r")\b"
    return re.sub(pattern, lambda word: NUMBER_WORDS[word[0].lower()], text, flags=re.IGNORECASE)


def figure_problems(figure: dict[str, Any], briefs: list[Brief]) -> Iterator[str]:
    """Where the briefs disagree with one figure of the consistency table.

    ``pattern`` finds the figure wherever it is stated (its group is the value). A value that is
    not in ``agreed`` may stand only under "Where sources differ" (or in a brief that is named
    in ``about_the_conflict``, because the conflict is its subject). ``carried_by`` names the
    briefs that must state the figure, ``conflict_in`` those whose section "Where sources
    differ" must match every regular expression in ``conflict``.
    """
    by_name = {brief.name: brief for brief in briefs}
    stated: set[str] = set()
    for brief in briefs:
        for section, line in brief.lines():
            for found in re.finditer(figure["pattern"], digits(line)):
                value = found[found.lastindex or 1]
                if value in figure["agreed"]:
                    stated.add(brief.name)
                elif section != DIFFER and brief.name not in figure.get("about_the_conflict", []):
                    yield f"{brief.name} says {value!r}, agreed: {figure['agreed']}: {found[0]}"
    for name in figure["carried_by"]:
        if name not in stated:
            yield f"{name} does not state {figure['statement']!r}"
    for name in figure.get("conflict_in", []):
        lines = by_name[name].lines() if name in by_name else iter(())
        section_text = digits(" ".join(line for section, line in lines if section == DIFFER))
        for needed in figure["conflict"]:
            if not re.search(needed, section_text):
                yield f"{name} does not list {needed!r} under {DIFFER!r}"


def readme_table(briefs: list[Brief]) -> str:
    """The table of briefs as corpus/README.md shows it."""
    rows = ["| Brief | Title | Date | Updated | Sources |", "| --- | --- | --- | --- | --- |"]
    for brief in briefs:
        tiers = Counter(source["tier"] for source in brief.matter["sources"])
        counts = ", ".join(f"{tiers[tier]} {tier}" for tier in TIERS if tiers[tier])
        link = f"[{brief.name}]({brief.name}.md)"
        matter = brief.matter
        rows.append(
            f"| {link} | {matter['title']} | {matter['date']} | {matter['updated']} | {counts} |"
        )
    return "\n".join(rows)


def table_in(readme: str) -> str:
    """The part of the README between the two marks, each of which must stand once."""
    before, rest = readme.split(TABLE_START)
    table, after = rest.split(TABLE_END)
    assert "| Brief |" not in before + after
    return table.strip()


def read_figures() -> list[dict[str, Any]]:
    """The figures of corpus/consistency.toml."""
    table = tomllib.loads((CORPUS / "consistency.toml").read_text(encoding="utf-8"))
    return list(table["figure"])


BRIEFS = read_briefs(CORPUS)
FIGURES = read_figures()


@pytest.mark.parametrize("brief", BRIEFS, ids=lambda brief: brief.name)
def test_brief_has_complete_front_matter_and_sentences_that_stand_alone(brief: Brief) -> None:
    assert [*front_matter_problems(brief), *body_problems(brief)] == []


def test_every_subject_has_its_brief() -> None:
    themes = Counter(brief.name.split("/")[0] for brief in BRIEFS)
    assert set(themes) == set(SUBJECTS)
    assert {theme: themes[theme] for theme in SUBJECTS if themes[theme] < SUBJECTS[theme]} == {}
    assert len(BRIEFS) >= 56


def test_no_two_briefs_have_the_same_title() -> None:
    titles = Counter(brief.matter["title"].casefold() for brief in BRIEFS)
    assert [title for title, count in titles.items() if count > 1] == []


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: str(figure["key"]))
def test_briefs_agree_on_a_key_figure_or_name_the_conflict(figure: dict[str, Any]) -> None:
    assert list(figure_problems(figure, BRIEFS)) == []


def test_consistency_table_names_only_briefs_that_exist_and_each_figure_once() -> None:
    names = {brief.name for brief in BRIEFS}
    keys = Counter(figure["key"] for figure in FIGURES)
    assert [key for key, count in keys.items() if count > 1] == []
    for figure in FIGURES:
        lists = ("carried_by", "conflict_in", "about_the_conflict")
        assert {name for part in lists for name in figure.get(part, [])} <= names, figure["key"]
        assert figure["carried_by"] or figure.get("conflict_in"), figure["key"]
        assert bool(figure.get("conflict")) == bool(figure.get("conflict_in")), figure["key"]


def test_readme_table_is_in_step_with_the_briefs() -> None:
    readme = (CORPUS / "README.md").read_text(encoding="utf-8")
    assert table_in(readme) == readme_table(BRIEFS), "run: python tests/test_corpus.py"


def test_readme_names_only_briefs_that_exist() -> None:
    readme = (CORPUS / "README.md").read_text(encoding="utf-8")
    linked = set(re.findall(r"\]\(([a-z-]+/[a-z0-9-]+)\.md\)", readme))
    assert linked <= {brief.name for brief in BRIEFS}


def test_official_texts_are_described_completely_and_each_once() -> None:
    table = tomllib.loads((CORPUS / "sources.toml").read_text(encoding="utf-8"))
    sources = table["source"]
    names = Counter(source["name"] for source in sources)
    urls = Counter(source["url"] for source in sources)
    assert [key for counts in (names, urls) for key, count in counts.items() if count > 1] == []
    for source in sources:
        assert re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", source["name"]), source
        assert is_web_address(source["url"]), source
        assert source["title"] and source["publisher"], source
        assert is_date(source.get("date"), partial=True), source
        assert source["format"] in {"html", "pdf"}, source
        assert source.get("licence", "x"), source


def unfetchable(briefs: list[Brief], known: set[str]) -> Iterator[str]:
    """Name the official sources of briefs that sources.toml does not list."""
    for brief in briefs:
        for source in brief.matter["sources"]:
            # A brief names a paper's page, sources.toml the paper itself.
            wanted = source["url"].replace("://arxiv.org/abs/", "://arxiv.org/pdf/")
            if source["tier"] == "official" and wanted not in known:
                yield f"{brief.name}: {source['url']}"


def test_every_official_source_of_a_brief_can_be_fetched() -> None:
    table = tomllib.loads((CORPUS / "sources.toml").read_text(encoding="utf-8"))
    assert list(unfetchable(BRIEFS, {source["url"] for source in table["source"]})) == []


def test_an_official_source_that_is_not_listed_is_named(tmp_path: Path) -> None:
    brief = write_corpus(tmp_path)
    assert list(unfetchable([brief], set())) == ["seoul/a: https://example.org/text"]
    assert list(unfetchable([brief], {"https://example.org/text"})) == []


# The checks themselves, on a small corpus that is right and then made wrong in one place.

GOOD_MATTER = """\
title: A text
date: 2024-05-21
updated: 2025-01-01
issuer: A government
summit: seoul-2024
kind: statement
places: [Seoul]
sources:
  - title: The text
    url: https://example.org/text
    publisher: A government
    date: 2024
    tier: official
"""
GOOD_BODY = "# A text\n\n## What A says\n\n" + (
    "The A text of 21 May 2024 lists sixteen companies and ten countries. " * 30
)
FIGURE: dict[str, Any] = {
    "key": "companies",
    "statement": "16 companies",
    "pattern": r"(\d+) companies",
    "agreed": ["16"],
    "carried_by": ["seoul/a"],
}


def write_corpus(folder: Path, matter: str = GOOD_MATTER, body: str = GOOD_BODY) -> Brief:
    path = folder / "seoul" / "a.md"
    path.parent.mkdir(parents=True)
    path.write_text(f"---\n{matter}---\n\n{body}\n", encoding="utf-8")
    (brief,) = read_briefs(folder)
    return brief


def test_checks_accept_a_right_brief(tmp_path: Path) -> None:
    brief = write_corpus(tmp_path)
    assert [*front_matter_problems(brief), *body_problems(brief)] == []
    assert list(figure_problems(FIGURE, [brief])) == []


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("issuer: A government\n", "", "keys are"),
        ("date: 2024-05-21", "date: 21 May 2024", "not an ISO date"),
        ("updated: 2025-01-01", "updated: 2027-01-01", "not an ISO date"),
        ("summit: seoul-2024", "summit: seoul", "unknown summit"),
        ("kind: statement", "kind: text", "unknown kind"),
        ("places: [Seoul]", "places: []", "places must be"),
        ("tier: official", "tier: best", "unknown tier"),
        ("https://example.org/text", "example.org/text", "not a web address"),
        ("https://example.org/text", "https://example", "not a web address"),
        ("https://example.org/text", "'https://example.org/a text'", "not a web address"),
        ("    date: 2024\n", "    date: soon\n", "source date"),
        ("    publisher: A government\n", "    publisher: A library (copy)\n", "a copy is no"),
        ("    tier: official\n", "", "source keys"),
    ],
)
def test_front_matter_check_complains(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    assert old in GOOD_MATTER
    brief = write_corpus(tmp_path, matter=GOOD_MATTER.replace(old, new, 1))
    assert any(complaint in problem for problem in front_matter_problems(brief))


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ("# A text\n\nThe A text of 2024 is short.", "words"),
        (GOOD_BODY + "The A text of 2024 is long. " * 200, "words"),
        (GOOD_BODY.removeprefix("# A text"), "begin with its title"),
        (GOOD_BODY + "\n\nIt lists companies.", "'It'"),
        (GOOD_BODY + "The list is closed. They signed in Seoul.", "'They'"),
        (GOOD_BODY + "\n\n- The summit ended on 22 May 2024.", "'The summit'"),
        (GOOD_BODY + "The chart itself was not opened.", "'The chart itself was'"),
        (GOOD_BODY + "\n\nThe consortium had about 280 members in 2026.", "'The consortium had'"),
        (GOOD_BODY + "Seoul was first, according to the same report.", "'the same report'"),
        (GOOD_BODY + "\n\nSee [the text](https://example.org).", "markup"),
        (GOOD_BODY + "\n\n| a | b |", "markup"),
    ],
)
def test_body_check_complains(tmp_path: Path, body: str, complaint: str) -> None:
    brief = write_corpus(tmp_path, body=body)
    assert any(complaint in problem for problem in body_problems(brief))


def test_subject_named_in_full_is_not_taken_for_a_leaning_sentence(tmp_path: Path) -> None:
    named = "The report of the panel and the Statement of Intent are texts of 2024. "
    named += "The consortium of the A institute had 280 members on the same day of 2024."
    assert list(body_problems(write_corpus(tmp_path, body=GOOD_BODY + named))) == []


def test_consistency_check_finds_a_figure_that_disagrees(tmp_path: Path) -> None:
    brief = write_corpus(tmp_path, body=GOOD_BODY + "The A text of 2024 has 20 companies.")
    assert any("says '20'" in problem for problem in figure_problems(FIGURE, [brief]))


def test_consistency_check_allows_a_conflict_that_is_named(tmp_path: Path) -> None:
    body = f"{GOOD_BODY}\n\n## {DIFFER}\n\nThe press of May 2024 counted 20 companies."
    brief = write_corpus(tmp_path, body=body)
    figure = {**FIGURE, "conflict": ["20 companies"], "conflict_in": ["seoul/a"]}
    assert list(figure_problems(figure, [brief])) == []


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"carried_by": ["seoul/a", "seoul/b"]}, "seoul/b does not state"),
        ({"conflict": ["20 companies"], "conflict_in": ["seoul/a"]}, "does not list"),
        ({"pattern": r"(\d+) persons"}, "does not state"),
    ],
)
def test_consistency_check_finds_a_figure_or_a_conflict_that_is_missing(
    tmp_path: Path, change: dict[str, Any], complaint: str
) -> None:
    brief = write_corpus(tmp_path)
    assert any(complaint in problem for problem in figure_problems({**FIGURE, **change}, [brief]))


def test_table_of_briefs_changes_with_a_brief(tmp_path: Path) -> None:
    before = readme_table([write_corpus(tmp_path / "one")])
    later = GOOD_MATTER.replace("2025-01-01", "2025-02-02")
    after = readme_table([write_corpus(tmp_path / "two", matter=later)])
    assert "1 official" in before
    assert before != after


def test_table_outside_its_marks_is_refused() -> None:
    table = "| Brief |"
    assert table_in(f"text {TABLE_START}\n{table}\n{TABLE_END} text") == table
    with pytest.raises(AssertionError):
        table_in(f"te{table}t {TABLE_START}\n{table}\n{TABLE_END} text")


def rewrite_readme(say: Callable[[str], object] = sys.stderr.write) -> None:
    """Write the table of briefs into corpus/README.md."""
    path = CORPUS / "README.md"
    readme = path.read_text(encoding="utf-8")
    before, after = readme.split(TABLE_START)[0], readme.split(TABLE_END)[1]
    table = f"{TABLE_START}\n{readme_table(BRIEFS)}\n{TABLE_END}"
    path.write_text(before + table + after, encoding="utf-8")
    say(f"{len(BRIEFS)} briefs in {path.name}\n")


if __name__ == "__main__":
    rewrite_readme()
