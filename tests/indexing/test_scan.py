"""What counts as a document, what is refused, and when a file is hashed."""

from __future__ import annotations

import os
import socket
import sys
from typing import TYPE_CHECKING

import pytest

from summitqa.errors import CorpusError
from summitqa.indexing.links import LINKS_FILE, read_links, write_links
from summitqa.indexing.scan import dump_seen, hash_files, hash_source, read_seen, scan_corpus

if TYPE_CHECKING:
    from pathlib import Path

    from tests.indexing.conftest import Workplace


def test_ids_are_relative_paths_with_forward_slashes_in_order(place: Workplace) -> None:
    for name in ("b/deep/er.md", "a.txt", "b/a.md", "ü.md", "with space.md"):
        place.write(name, "Text.")
    files = scan_corpus(place.settings).files
    assert list(files) == sorted(["b/deep/er.md", "a.txt", "b/a.md", "ü.md", "with space.md"])


@pytest.mark.parametrize(
    "name",
    [
        *(".hidden.md", ".git/note.md", "README.md", "sources.toml", "a.md.toml", LINKS_FILE),
        *("draft.md~", "report.pdf.part", "Thumbs.db", "desktop.ini", "file.tmp"),
    ],
)
def test_what_is_no_document_is_passed_over_in_silence(place: Workplace, name: str) -> None:
    place.write(name, "[links]\n" if name.endswith("toml") else "Text.")
    scan = scan_corpus(place.settings)
    assert (dict(scan.files), scan.refused) == ({}, ())


def test_a_readme_below_the_root_is_a_document(place: Workplace) -> None:
    place.write("project/README.md", "Text.")
    assert list(scan_corpus(place.settings).files) == ["project/README.md"]


def test_an_unsupported_suffix_is_refused_by_name(place: Workplace) -> None:
    place.write("picture.png", b"\x89PNG")
    place.write("no-suffix", "Text.")
    refused = dict(scan_corpus(place.settings).refused)
    assert ".png" in refused["picture.png"]
    assert "(none)" in refused["no-suffix"]


def test_symbolic_links_that_leave_the_corpus_are_refused(place: Workplace, tmp_path: Path) -> None:
    outside = tmp_path / "secret.md"
    outside.write_text("Secret.")
    place.write("inside.md", "Text.")
    (place.corpus / "out.md").symlink_to(outside)
    (place.corpus / "etc").symlink_to("/etc")
    (place.corpus / "nothing.md").symlink_to(tmp_path / "nothing")
    (place.corpus / "round.md").symlink_to("round.md")
    (place.corpus / "self").symlink_to(".")
    (place.corpus / "in.md").symlink_to("inside.md")
    scan = scan_corpus(place.settings)
    assert list(scan.files) == ["in.md", "inside.md"]
    assert set(dict(scan.refused)) == {"out.md", "etc", "nothing.md", "round.md", "self"}


def test_pipes_sockets_and_devices_are_refused_without_opening_them(
    place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(place.corpus / "pipe.md")
    (place.corpus / "null.md").symlink_to("/dev/zero")
    listener = socket.socket(socket.AF_UNIX)
    monkeypatch.chdir(place.corpus)  # the path of a socket may only be short
    listener.bind("socket.md")
    place.write("good.md", "Text.")
    scan = scan_corpus(place.settings)
    listener.close()
    assert list(scan.files) == ["good.md"]
    assert set(dict(scan.refused)) == {"pipe.md", "null.md", "socket.md"}


def test_odd_names_are_documents_or_refused_but_never_in_the_way(place: Workplace) -> None:
    place.write("two\nlines.md", "# Two\n\nText.")
    place.write("..dots..md", "Text.")
    place.write("\u202egnp.md", "# Turned\n\nText.")
    place.write("a" * 200 + ".md", "# Long\n\nText.")
    (place.corpus / os.fsdecode(b"bad-\xff.md")).write_text("Text.")
    report = place.run()
    assert set(report.added) == {"two\nlines.md", "\u202egnp.md", "a" * 200 + ".md"}
    assert [name for name, _ in report.failed] == [r"bad-\xff.md"]
    assert place.open().document("two\nlines.md").title == "Two"


def test_a_file_too_large_is_refused_before_it_is_hashed(
    place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.write("good.md", "Text.")
    with (place.corpus / "huge.md").open("wb") as stream:
        stream.truncate(2_000_000_000)  # sparse: takes no space
    hashed: list[str] = []
    real = hash_source

    def recording(path: Path) -> str:
        hashed.append(path.name)
        return real(path)

    monkeypatch.setattr("summitqa.indexing.scan.hash_source", recording)
    report = place.run()
    assert report.added == ("good.md",)
    assert "2,000,000,000 bytes" in dict(report.failed)["huge.md"]
    assert hashed == ["good.md"]


def test_folders_nested_deeper_than_calls_may_be_are_walked(place: Workplace) -> None:
    depth = sys.getrecursionlimit() + 200
    folders = [place.corpus]
    for _ in range(depth):
        folders.append(folders[-1] / "d")
        folders[-1].mkdir()
    (folders[-1] / "deep.md").write_text("# Deep\n\nText.")
    found = list(scan_corpus(place.settings).files)
    (folders[-1] / "deep.md").unlink()
    for folder in reversed(folders[1:]):  # deeper than shutil.rmtree can go
        folder.rmdir()
    assert [name.count("/") for name in found] == [depth]


def test_a_missing_corpus_and_a_file_in_its_place_are_refused(place: Workplace) -> None:
    place.corpus.rmdir()
    with pytest.raises(CorpusError, match="does not exist"):
        scan_corpus(place.settings)
    place.corpus.write_text("a file")
    with pytest.raises(CorpusError, match="is not a folder"):
        scan_corpus(place.settings)


def test_the_hash_covers_file_and_sidecar_and_keeps_them_apart(place: Workplace) -> None:
    path = place.write("a.md", "Text.")
    hashes = {hash_source(path)}
    place.write("a.md.toml", 'title = "A"')
    hashes.add(hash_source(path))
    place.write("a.md", 'Text.title = "A"')
    hashes.add(hash_source(path))
    (place.corpus / "a.md.toml").unlink()
    hashes.add(hash_source(path))
    assert len(hashes) == 4


def test_recent_looks_are_not_trusted_and_settled_ones_are(
    place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.write("a.md", "Text.")
    scan = scan_corpus(place.settings)
    hashes, _ = hash_files(scan, {}, place.settings, lambda _: None)
    record = place.corpus.parent / "seen.json"
    record.write_text(dump_seen(scan, hashes, place.corpus))
    assert read_seen(record, place.corpus) == {}
    monkeypatch.setattr("summitqa.indexing.scan._SETTLE_NANOSECONDS", -(10**12))
    record.write_text(dump_seen(scan, hashes, place.corpus))
    assert read_seen(record, place.corpus) == {"a.md": (scan.files["a.md"].looks, hashes["a.md"])}
    assert read_seen(record, place.corpus.parent) == {}


def test_links_come_back_as_they_were_written(place: Workplace, tmp_path: Path) -> None:
    links = {
        'odd "name"\n\x7f.md': tmp_path / "a\\b.md",
        "folder/ü.md": tmp_path / "\u202e \U0001f600.md",
    }
    write_links(place.corpus, links)
    assert read_links(place.corpus) == links
    write_links(place.corpus, {})
    assert not (place.corpus / LINKS_FILE).exists()


@pytest.mark.parametrize(
    "text", ["links = 3", "[links]\na = 3", "[links", '[links]\n"../a" = "/b"', '[links]\n"/a"="b"']
)
def test_a_broken_links_file_is_one_sentence(place: Workplace, text: str) -> None:
    place.write(LINKS_FILE, text)
    with pytest.raises(CorpusError, match=LINKS_FILE):
        place.run()
