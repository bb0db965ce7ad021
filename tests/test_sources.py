"""The official texts are downloaded one by one, and a failure leaves what was there."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.data.build import draw_lines, make_pdf
from tests.data.web import Site, page, resumable, serve_site

from summitqa.cli.sources import sources as command
from summitqa.errors import CorpusError, UsageError
from summitqa.load import load_document
from summitqa.settings import Settings, load_settings
from summitqa.sources import choose_sources, fetch_sources, read_sources

PDF = make_pdf([draw_lines(["Ten countries signed the statement."])])
HTML = b"<html><body><main><h1>Declaration</h1><p>Ten countries agreed.</p></main></body></html>"


@pytest.fixture
def site() -> Iterator[Site]:
    with serve_site() as running:
        running.pages["/d"] = page(HTML, ETag='"one"')
        running.pages["/s.pdf"] = resumable(PDF, "application/pdf", broken_after=300)
        running.pages["/gone"] = page(b"", status=404)
        yield running


@pytest.fixture
def local(tmp_path: Path, site: Site) -> Settings:
    entries = "".join(
        f'[[source]]\nname = "{name}"\ntitle = "{title}"\nurl = "{site.address}{path}"\n'
        f'publisher = "A government"\ndate = 2024-05-21\nlicence = "Open"\nformat = "{kind}"\n'
        for name, title, path, kind in (
            ("declaration", "The Declaration", "/d", "html"),
            ("gone", "A lost text", "/gone", "html"),
            ("statement", "The Statement", "/s.pdf", "pdf"),
        )
    )
    (tmp_path / "sources.toml").write_text(entries, encoding="utf-8")
    return load_settings(corpus_dir=tmp_path, allow_private_hosts=True)


def test_texts_are_fetched_with_what_the_list_says_and_a_failure_stops_nothing(
    local: Settings, tmp_path: Path
) -> None:
    done = list(fetch_sources(local, read_sources(local)))
    assert [each.state for each in done] == ["fetched", "failed", "fetched"]
    assert "404" in done[1].reason
    path = tmp_path / "official" / "statement.pdf"
    assert path.read_bytes() == PDF
    document = load_document(path, "official/statement.pdf", local)
    assert (document.title, document.date) == ("The Statement", "2024-05-21")
    assert document.issuer == "A government"
    assert document.source_url is not None
    sidecar = tomllib.loads((tmp_path / "official" / "statement.pdf.toml").read_text("utf-8"))
    assert sidecar["licence"] == "Open"


def test_fetching_again_changes_nothing_where_nothing_changed(
    local: Settings, tmp_path: Path, site: Site
) -> None:
    chosen = choose_sources(read_sources(local), ["declaration"])
    assert [each.state for each in fetch_sources(local, chosen)] == ["fetched"]
    before = {path.name: path.read_bytes() for path in (tmp_path / "official").iterdir()}
    assert [each.state for each in fetch_sources(local, chosen)] == ["unchanged"]
    assert site.requests[-1][1]["if-none-match"] == '"one"'
    assert {path.name: path.read_bytes() for path in (tmp_path / "official").iterdir()} == before


def test_a_text_of_another_type_is_refused_and_the_old_one_kept(
    local: Settings, tmp_path: Path, site: Site
) -> None:
    chosen = choose_sources(read_sources(local), ["declaration"])
    list(fetch_sources(local, chosen))
    site.pages["/d"] = page(PDF, "application/pdf")
    (done,) = fetch_sources(local, chosen)
    assert done.state == "failed"
    assert "should be html" in done.reason
    assert (tmp_path / "official" / "declaration.html").read_bytes() == HTML


def test_an_unknown_name_is_a_usage_error_that_names_near_ones(local: Settings) -> None:
    with pytest.raises(UsageError, match="did you mean declaration"):
        choose_sources(read_sources(local), ["declarations"])


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ('[[source]]\nname = "a"\n', "has no title"),
        ('[[source]]\nname = "../a"\ntitle = "t"\nurl = "u"\nformat = "pdf"\n', "may hold only"),
        ('[[source]]\nname = "a"\ntitle = "t"\nurl = "u"\nformat = "exe"\n', "not supported"),
        ("[source]\nname = 1\n", "must list"),
        ("source = [[", "cannot be read"),
    ],
)
def test_a_wrong_list_is_named(tmp_path: Path, entry: str, words: str) -> None:
    (tmp_path / "sources.toml").write_text(entry, encoding="utf-8")
    with pytest.raises(CorpusError, match=words):
        read_sources(load_settings(corpus_dir=tmp_path))


def test_the_command_lists_fetches_and_fails_with_a_count(
    local: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUMMITQA_ALLOW_PRIVATE_HOSTS", "1")
    run = CliRunner()
    where = ["--corpus", str(local.corpus_dir)]
    fetched = run.invoke(command, ["fetch", "--no-index", *where], standalone_mode=False)
    assert fetched.return_value == 1
    assert "2 of 3 official texts" in fetched.stdout
    listed = run.invoke(command, ["list", "--json", *where], standalone_mode=False)
    here = {(row := json.loads(line))["name"]: row["here"] for line in listed.stdout.splitlines()}
    assert here == {"declaration": True, "gone": False, "statement": True}


def test_the_list_that_ships_can_be_read() -> None:
    settings = load_settings()
    assert len(read_sources(settings)) > 10
