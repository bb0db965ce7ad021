"""`add` copies or links and `remove` takes out; a fresh index sees the same."""

from __future__ import annotations

import os
import sys
import types
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from summitqa.errors import CorpusError, FetchError, UsageError
from summitqa.indexing.corpus import add_paths, remove_documents
from summitqa.load import load_document

if TYPE_CHECKING:
    from tests.indexing.conftest import Workplace

    from summitqa.settings import Settings
    from summitqa.types import Document


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder outside the corpus with documents in it."""
    folder = tmp_path / "desk"
    (folder / "sub").mkdir(parents=True)
    (folder / "one.md").write_text("# One\n\nThe first paper.\n")
    (folder / "one.md.toml").write_text('date = "2030-01-01"\n')
    (folder / "sub" / "two.txt").write_text("The second paper.\n")
    (folder / "sub" / "picture.png").write_bytes(b"\x89PNG")
    (folder / ".hidden.md").write_text("Hidden.")
    return folder


def test_a_file_is_copied_with_its_sidecar(place: Workplace, desk: Path) -> None:
    added = add_paths(place.settings, [str(desk / "one.md")])
    assert added.documents == ("one.md",)
    place.run()
    assert place.open().summaries()["one.md"].date == "2030-01-01"
    assert {path.name for path in place.corpus.iterdir()} == {"one.md", "one.md.toml"}


def test_a_folder_is_copied_without_what_is_no_document(place: Workplace, desk: Path) -> None:
    added = add_paths(place.settings, [str(desk)], folder="papers")
    assert added.documents == ("papers/desk/one.md", "papers/desk/sub/two.txt")
    assert [Path(name).name for name, _ in added.refused] == ["picture.png"]
    assert place.run().added == added.documents


def test_adding_again_changes_nothing_and_another_of_the_name_is_refused(
    place: Workplace, desk: Path
) -> None:
    target = str(desk / "one.md")
    add_paths(place.settings, [target])
    assert add_paths(place.settings, [target]).documents == ("one.md",)
    (desk / "one.md").write_text("# One\n\nAnother paper.\n")
    refused = add_paths(place.settings, [target])
    assert refused.documents == ()
    assert "--replace" in refused.refused[0][1]
    assert "first" in (place.corpus / "one.md").read_text()
    assert add_paths(place.settings, [target], replace=True).documents == ("one.md",)
    assert "Another" in (place.corpus / "one.md").read_text()


def test_what_cannot_be_read_does_not_enter_the_corpus(place: Workplace, desk: Path) -> None:
    (desk / "torn.pdf").write_bytes(b"%PDF-1.7 torn")
    (desk / "empty.md").write_text("  ")
    added = add_paths(place.settings, [str(desk)])
    assert added.documents == ("desk/one.md", "desk/sub/two.txt")
    reasons = {Path(name).name: reason for name, reason in added.refused}
    assert "is damaged" in reasons["torn.pdf"]
    assert "is empty" in reasons["empty.md"]
    assert not (place.corpus / "desk" / "torn.pdf").exists()
    assert place.run().failed == ()


def test_what_cannot_be_read_does_not_take_the_place_of_what_can(
    place: Workplace, desk: Path
) -> None:
    add_paths(place.settings, [str(desk / "one.md")])
    (desk / "one.md").write_bytes(b"\x00\x01\x02\xff" * 50)
    added = add_paths(place.settings, [str(desk / "one.md")], replace=True)
    assert added.documents == ()
    assert "first" in (place.corpus / "one.md").read_text()


def test_what_the_corpus_holds_already_is_not_read_again(
    place: Workplace, desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []

    def load(path: Path, name: str, settings: Settings) -> Document:
        read.append(name)
        return load_document(path, name, settings)

    monkeypatch.setattr("summitqa.indexing.corpus.load_document", load)
    add_paths(place.settings, [str(desk / "one.md")])
    assert read == ["one.md"]
    assert add_paths(place.settings, [str(desk / "one.md")]).documents == ("one.md",)
    assert read == ["one.md"]
    (desk / "one.md").write_text("Another first text.")
    add_paths(place.settings, [str(desk / "one.md")], replace=True)
    assert read == ["one.md", "one.md"]


def test_a_path_in_the_corpus_is_taken_as_it_is(briefs: Workplace) -> None:
    added = add_paths(briefs.settings, [str(briefs.corpus / "notes.txt")])
    assert added.documents == ("notes.txt",)


def test_links_survive_a_fresh_index(place: Workplace, desk: Path) -> None:
    targets = [str(desk / "one.md"), str(desk / "sub")]
    added = add_paths(place.settings, targets, in_place=True)
    assert added.documents == ("one.md", "sub")
    report = place.run()
    assert report.added == ("one.md", "sub/two.txt")
    assert not (place.corpus / "one.md").exists()
    fresh = place.with_settings(index_dir=place.index.with_name("fresh"))
    assert place.run(fresh).digest == report.digest
    (desk / "sub" / "two.txt").write_text("The second paper, edited.\n")
    assert place.run().changed == ("sub/two.txt",)
    assert add_paths(place.settings, targets, in_place=True).documents == added.documents


def test_links_of_the_same_name_get_a_number(place: Workplace, desk: Path) -> None:
    (desk / "sub" / "one.md").write_text("# Other\n\nAnother one.\n")
    targets = [str(desk / "one.md"), str(desk / "sub" / "one.md")]
    assert add_paths(place.settings, targets, in_place=True).documents == ("one.md", "one-2.md")


def test_a_link_whose_target_is_gone_is_reported(place: Workplace, desk: Path) -> None:
    place.write("here.md", "Text.")
    add_paths(place.settings, [str(desk / "one.md")], in_place=True)
    place.run()
    (desk / "one.md").unlink()
    report = place.run()
    assert "missing" in dict(report.failed)["one.md"]
    assert "one.md" not in place.open().summaries()


@pytest.mark.parametrize("target", ["", "  "])
def test_an_empty_path_does_not_add_the_working_folder(
    place: Workplace, desk: Path, monkeypatch: pytest.MonkeyPatch, target: str
) -> None:
    monkeypatch.chdir(desk)
    with pytest.raises(UsageError, match="empty"):
        add_paths(place.settings, [target])
    assert list(place.corpus.iterdir()) == []


def test_what_can_never_be_read_is_not_linked(place: Workplace, desk: Path) -> None:
    os.mkfifo(desk / "pipe.md")
    with pytest.raises(UsageError, match="not a regular file"):
        add_paths(place.settings, [str(desk / "pipe.md")], in_place=True)
    with pytest.raises(UsageError, match="suffix"):
        add_paths(place.settings, [str(desk / "sub" / "picture.png")], in_place=True)
    assert list(place.corpus.iterdir()) == []


def test_a_link_to_a_pipe_is_not_called_missing(place: Workplace, desk: Path) -> None:
    place.write("here.md", "Text.")
    add_paths(place.settings, [str(desk / "one.md")], in_place=True)
    (desk / "one.md").unlink()
    os.mkfifo(desk / "one.md")
    assert "not a regular file" in dict(place.run().failed)["one.md"]


def test_a_linked_file_is_copied_under_the_name_of_the_link(place: Workplace, desk: Path) -> None:
    (desk / "blob").write_text("A report without a suffix.\n")
    (desk / "report.txt").symlink_to(desk / "blob")
    assert add_paths(place.settings, [str(desk / "report.txt")]).documents == ("report.txt",)


def test_an_empty_folder_is_named(place: Workplace, tmp_path: Path) -> None:
    (tmp_path / "hollow").mkdir()
    added = add_paths(place.settings, [str(tmp_path / "hollow")])
    assert added.documents == ()
    assert "hollow holds no files" in added.refused[0][1]


def test_an_address_of_another_kind_is_called_one(place: Workplace) -> None:
    with pytest.raises(UsageError, match="http or https"):
        add_paths(place.settings, ["ftp://example.org/a.pdf"])


@pytest.mark.parametrize("in_place", [True, False])
def test_paths_that_lead_around_the_corpus_are_refused(place: Workplace, in_place: bool) -> None:
    for target in (place.corpus.parent, place.corpus.parent / "nowhere.md"):
        with pytest.raises(UsageError):
            add_paths(place.settings, [str(target)], in_place=in_place)
    for folder in ("../out", "/etc", ".hidden"):
        with pytest.raises(UsageError, match="relative path"):
            add_paths(place.settings, [str(Path(__file__))], folder=folder)


def test_nothing_is_copied_when_one_path_is_wrong(place: Workplace, desk: Path) -> None:
    with pytest.raises(UsageError, match=r"nowhere\.md"):
        add_paths(place.settings, [str(desk / "one.md"), str(desk / "nowhere.md")])
    assert list(place.corpus.iterdir()) == []


def test_a_corpus_that_cannot_be_written_is_one_sentence(place: Workplace, desk: Path) -> None:
    place.corpus.rmdir()
    place.corpus.write_text("a file in its place")
    with pytest.raises(CorpusError, match="cannot be written"):
        add_paths(place.settings, [str(desk / "one.md")])


def test_an_address_is_fetched_into_the_corpus(
    place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fetch_url(url: str, folder: Path, _: object) -> Path:
        if "refused" in url:
            raise FetchError(f"{url} must not be fetched")
        path = folder / "page.html"
        path.write_text("<p>Fetched.</p>")
        return path

    module = types.ModuleType("summitqa.fetch")
    module.fetch_url = fetch_url  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "summitqa.fetch", module)
    addresses = ["https://example.org/page", "https://example.org/refused"]
    added = add_paths(place.settings, addresses)
    assert added.documents == ("web/page.html",)
    assert [name for name, _ in added.refused] == addresses[1:]
    (place.corpus / "web" / "page.html").unlink()
    with pytest.raises(FetchError):
        add_paths(place.settings, addresses[1:])
    assert not (place.corpus / "web").exists()
    with pytest.raises(UsageError, match="--in-place"):
        add_paths(place.settings, addresses, in_place=True)


def test_removing_deletes_file_sidecar_and_empty_folder(briefs: Workplace) -> None:
    briefs.write("norland/lakeside.md.toml", 'kind = "brief"\n')
    briefs.run()
    assert remove_documents(briefs.settings, ["norland/lakeside.md"]) == ("norland/lakeside.md",)
    assert not (briefs.corpus / "norland").exists()
    assert briefs.run().removed == ("norland/lakeside.md",)


def test_a_path_or_a_folder_can_be_removed(briefs: Workplace) -> None:
    assert remove_documents(briefs.settings, [str(briefs.corpus / "notes.txt")]) == ("notes.txt",)
    assert remove_documents(briefs.settings, ["sudland/"]) == ("sudland/hilltop.md",)


def test_a_bad_file_can_be_removed(briefs: Workplace) -> None:
    briefs.write("picture.png", b"\x89PNG")
    assert remove_documents(briefs.settings, ["picture.png"]) == ("picture.png",)
    assert not (briefs.corpus / "picture.png").exists()


def test_an_unknown_name_removes_nothing(briefs: Workplace, tmp_path: Path) -> None:
    (tmp_path / "outside.md").write_text("Keep me.")
    for name in ("notes.tx", "../outside.md", str(tmp_path / "outside.md"), ".", "", "/"):
        with pytest.raises(UsageError):
            remove_documents(briefs.settings, ["norland/lakeside.md", name])
    assert (tmp_path / "outside.md").exists()
    assert len(list(briefs.corpus.rglob("*.*"))) == 3


def test_of_a_link_only_the_link_goes(place: Workplace, desk: Path) -> None:
    place.write("here.md", "Text.")
    add_paths(place.settings, [str(desk / "one.md"), str(desk / "sub")], in_place=True)
    place.run()
    with pytest.raises(UsageError, match="linked folder sub"):
        remove_documents(place.settings, ["sub/two.txt"])
    assert remove_documents(place.settings, ["sub", "one.md"]) == (
        *("one.md", "sub/picture.png"),
        "sub/two.txt",
    )
    assert (desk / "one.md").exists()
    assert place.run().removed == ("one.md", "sub/two.txt")
