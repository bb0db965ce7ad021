"""`update_index`: incremental by content, whole or not at all, the same from everywhere."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from summitqa.errors import (
    CorpusError,
    DocumentError,
    IndexLockedError,
    IndexStateError,
    ModelError,
)
from summitqa.index import update_index
from summitqa.store.layout import Layout, generation_names
from summitqa.store.lock import hold_lock

if TYPE_CHECKING:
    from tests.indexing.conftest import HashingEmbedder, Workplace


def age(folder: Path) -> None:
    """Make every file old enough for its looks to be trusted."""
    for path in folder.rglob("*"):
        os.utime(path, (1_700_000_000, 1_700_000_000))


def test_a_first_run_adds_every_document(briefs: Workplace) -> None:
    report = briefs.run()
    assert report.added == ("norland/lakeside.md", "notes.txt", "sudland/hilltop.md")
    assert report.embedded == len(briefs.embedder.texts) > 0
    snapshot = briefs.open()
    assert snapshot.digest == report.digest
    assert snapshot.status().documents == 3
    assert list(snapshot.summaries()) == list(report.added)


def test_an_unchanged_corpus_costs_nothing_and_writes_nothing(briefs: Workplace) -> None:
    first = briefs.run()
    names = generation_names(Layout(briefs.index))
    again = update_index(briefs.settings, _no_embedder)
    assert again.unchanged == first.added
    assert again.digest == first.digest
    assert generation_names(Layout(briefs.index)) == names


def test_a_file_that_was_only_touched_is_not_read_again(briefs: Workplace) -> None:
    briefs.run()
    os.utime(briefs.corpus / "notes.txt", (1_800_000_000, 1_800_000_000))
    report = briefs.run()
    assert report.changed == ()
    assert briefs.embedder.texts == []


def test_looks_that_stayed_are_trusted_and_files_not_hashed(
    briefs: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Times are set so far in the past that only the change time of the inode is recent.
    monkeypatch.setattr("summitqa.indexing.scan._SETTLE_NANOSECONDS", -(10**12))
    briefs.run()
    monkeypatch.setattr("summitqa.indexing.scan.hash_source", _no_hashing)
    assert len(briefs.run().unchanged) == 3


def test_a_change_within_one_tick_of_the_clock_is_seen(briefs: Workplace) -> None:
    path = briefs.corpus / "notes.txt"
    briefs.run()
    before = path.stat()
    path.write_text("Perch grow to thirty centimetres when the water is cold\n\nPike eat perch\n ")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert briefs.run().changed == ("notes.txt",)


def test_an_edit_replaces_and_embeds_only_what_is_new(briefs: Workplace) -> None:
    briefs.run()
    text = (briefs.corpus / "norland/lakeside.md").read_text()
    briefs.write("norland/lakeside.md", text.replace("40 million", "70 million"))
    report = briefs.run()
    assert report.changed == ("norland/lakeside.md",)
    assert len(briefs.embedder.texts) == 1
    snapshot = briefs.open()
    assert "70 million" in snapshot.document("norland/lakeside.md").text
    assert snapshot.search_lexical(["40m"], 5) == []


def test_a_deletion_removes(briefs: Workplace) -> None:
    briefs.run()
    (briefs.corpus / "sudland/hilltop.md").unlink()
    report = briefs.run()
    assert report.removed == ("sudland/hilltop.md",)
    assert briefs.embedder.texts == []
    snapshot = briefs.open()
    assert "sudland/hilltop.md" not in snapshot.summaries()
    assert snapshot.search_lexical(["hilltop"], 5) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("notes.txt", "archive/remarks.txt"),
        ("norland/lakeside.md", "norland/the-lakeside-meeting.md"),
        ("sudland/hilltop.md", "hilltop.md"),
    ],
)
def test_a_rename_embeds_nothing(briefs: Workplace, old: str, new: str) -> None:
    briefs.run()
    (briefs.corpus / new).parent.mkdir(exist_ok=True)
    (briefs.corpus / old).rename(briefs.corpus / new)
    report = briefs.run()
    assert (report.renamed, report.renamed_from) == ((new,), (old,))
    assert report.added == report.removed == ()
    assert briefs.embedder.texts == []
    assert old not in briefs.open().summaries()


def test_two_copies_of_one_text_are_embedded_once(place: Workplace) -> None:
    text = "Trout grow to sixty centimetres when the water is cold.\n"
    place.write("trout.txt", text)
    place.write("copies/same-fish.txt", text)
    place.write("another.md", text)
    report = place.run()
    assert len(report.added) == 3
    assert len(place.embedder.texts) == 1
    place.write("later.txt", text)
    assert place.run().embedded == 0


def test_metadata_in_a_sidecar_is_part_of_the_content(briefs: Workplace) -> None:
    first = briefs.run()
    briefs.write("notes.txt.toml", 'title = "Fish"\ndate = "2030-01-01"\n')
    report = briefs.run()
    assert report.changed == ("notes.txt",)
    assert briefs.open().summaries()["notes.txt"].title == "Fish"
    (briefs.corpus / "notes.txt.toml").unlink()
    assert briefs.run().digest == first.digest


def test_other_splitting_settings_split_again_without_reading(
    briefs: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    briefs.write("long.md", "".join(f"Sentence {n} is about fish and water.\n" for n in range(60)))
    first = briefs.run()
    finer = briefs.with_settings(passage_tokens=40)
    monkeypatch.setattr("summitqa.load.load_document", _no_reading)
    report = briefs.run(finer)
    assert report.digest != first.digest
    assert len(report.unchanged) == 4
    assert briefs.open().passage_count() > 10
    fresh = briefs.with_settings(passage_tokens=40, index_dir=briefs.index.with_name("fresh"))
    monkeypatch.undo()
    assert briefs.run(fresh).digest == report.digest
    assert briefs.run(briefs.settings).digest == first.digest


def test_another_embedder_embeds_everything_and_reads_nothing(
    briefs: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = briefs.run()
    briefs.embedder = replace(briefs.embedder, fingerprint="hashing-2", dimension=32, texts=[])
    monkeypatch.setattr("summitqa.load.load_document", _no_reading)
    report = briefs.run(briefs.with_settings(embedding_model="another"))
    assert report.embedded == first.embedded
    assert report.digest != first.digest
    assert briefs.open().vectors().shape == (briefs.open().passage_count(), 32)


def test_a_new_name_for_the_same_embedder_embeds_nothing(briefs: Workplace) -> None:
    first = briefs.run()
    report = briefs.run(briefs.with_settings(embedding_model="the-same-by-another-name"))
    assert (report.embedded, report.digest) == (0, first.digest)


def test_the_digest_is_the_same_in_another_folder_and_another_order(
    briefs: Workplace, another: Callable[[str], Workplace]
) -> None:
    digest = briefs.run().digest
    other = another("elsewhere")
    for path in sorted(briefs.corpus.rglob("*.*"), reverse=True):
        name = str(path.relative_to(briefs.corpus))
        other.write(name, path.read_bytes())
        other.run()
    assert other.open().digest == digest


def test_the_digest_depends_on_names_text_and_settings(briefs: Workplace) -> None:
    digests = {briefs.run().digest}
    briefs.write("notes.txt", "Trout grow to fifty centimetres when the water is cold.\n")
    digests.add(briefs.run().digest)
    (briefs.corpus / "notes.txt").rename(briefs.corpus / "fish.txt")
    digests.add(briefs.run().digest)
    digests.add(briefs.run(briefs.with_settings(passage_overlap_sentences=0)).digest)
    assert len(digests) == 4


def test_a_bad_file_is_reported_and_the_others_are_indexed(briefs: Workplace) -> None:
    briefs.write("empty.md", "")
    briefs.write("picture.png", b"\x89PNG")
    report = briefs.run()
    assert len(report.added) == 3
    assert [name for name, _ in report.failed] == ["empty.md", "picture.png"]
    assert all(reason.startswith(name) for name, reason in report.failed)
    assert briefs.open().status().failed == 2
    assert briefs.open().failures() == report.failed


def test_a_known_failure_is_not_read_again_until_asked(
    briefs: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    briefs.write("empty.md", "")
    first = briefs.run()
    monkeypatch.setattr("summitqa.load.load_document", _no_reading)
    assert briefs.run().failed == first.failed
    monkeypatch.undo()
    calls: list[str] = []

    def load(_: Path, document_id: str, __: object) -> object:
        calls.append(document_id)
        raise DocumentError(f"{document_id} is empty")

    monkeypatch.setattr("summitqa.load.load_document", load)
    briefs.run(retry_failed=True)
    assert calls == ["empty.md"]


def test_a_failure_that_may_pass_is_tried_again(
    briefs: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    from summitqa.load import load_document

    def load(path: Path, document_id: str, settings: object) -> object:
        if document_id == "notes.txt":
            raise DocumentError("notes.txt cannot be read now; run the command again.")
        return load_document(path, document_id, settings)  # type: ignore[arg-type]

    monkeypatch.setattr("summitqa.load.load_document", load)
    assert [name for name, _ in briefs.run().failed] == ["notes.txt"]
    monkeypatch.undo()
    assert briefs.run().added == ("notes.txt",)


def test_a_file_that_turned_bad_no_longer_answers(briefs: Workplace) -> None:
    briefs.run()
    briefs.write("notes.txt", "")
    report = briefs.run()
    assert [name for name, _ in report.failed] == ["notes.txt"]
    assert "notes.txt" not in briefs.open().summaries()


def test_a_parser_that_crashes_does_not_stop_the_others(
    briefs: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    from summitqa.load import load_document

    def load(path: Path, document_id: str, settings: object) -> object:
        if document_id == "notes.txt":
            raise RecursionError("too deep")
        return load_document(path, document_id, settings)  # type: ignore[arg-type]

    monkeypatch.setattr("summitqa.load.load_document", load)
    report = briefs.run()
    assert len(report.added) == 2
    assert "RecursionError" in dict(report.failed)["notes.txt"]


def test_a_file_that_changes_while_it_is_read_is_not_indexed_half(
    briefs: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    from summitqa.load import load_document

    def load(path: Path, document_id: str, settings: object) -> object:
        document = load_document(path, document_id, settings)  # type: ignore[arg-type]
        if document_id == "notes.txt":
            path.write_text("Something else.")
        return document

    monkeypatch.setattr("summitqa.load.load_document", load)
    report = briefs.run()
    assert "changed while" in dict(report.failed)["notes.txt"]
    monkeypatch.undo()
    assert briefs.run().added == ("notes.txt",)


def test_text_that_is_no_unicode_is_reported(
    briefs: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    from summitqa.load import load_document

    def load(path: Path, document_id: str, settings: object) -> object:
        document = load_document(path, document_id, settings)  # type: ignore[arg-type]
        return (
            replace(document, text=document.text + "\ud800") if "notes" in document_id else document
        )

    monkeypatch.setattr("summitqa.load.load_document", load)
    report = briefs.run()
    assert "Unicode" in dict(report.failed)["notes.txt"]
    assert len(report.added) == 2


def test_an_empty_corpus_is_one_sentence_and_nothing_is_lost(briefs: Workplace) -> None:
    digest = briefs.run().digest
    for path in briefs.corpus.rglob("*.*"):
        path.unlink()
    with pytest.raises(CorpusError, match="holds no documents"):
        briefs.run()
    assert briefs.open().digest == digest
    report = briefs.run(allow_empty=True)
    assert len(report.removed) == 3
    snapshot = briefs.open()
    assert snapshot.status().documents == 0
    assert snapshot.search_dense(np.ones(48, dtype=np.float32) / np.sqrt(48), 5) == []
    assert snapshot.search_lexical(["trout"], 5) == []


def test_nothing_is_lost_when_no_document_can_be_read(briefs: Workplace) -> None:
    digest = briefs.run().digest
    for path in briefs.corpus.rglob("*.*"):
        path.write_bytes(b"")
    report = briefs.run()
    assert len(report.failed) == 3
    assert briefs.open().digest == digest == report.digest


def test_a_missing_corpus_is_one_sentence(place: Workplace) -> None:
    shutil.rmtree(place.corpus)
    with pytest.raises(CorpusError, match="does not exist"):
        place.run()


def test_a_foreign_folder_is_refused_and_left_alone(briefs: Workplace) -> None:
    briefs.index.mkdir()
    (briefs.index / "letter.txt").write_text("keep me")
    for rebuild in (False, True):
        with pytest.raises(IndexStateError, match=r"letter\.txt"):
            briefs.run(rebuild=rebuild)
    assert [path.name for path in briefs.index.iterdir()] == ["letter.txt"]


def test_another_schema_version_names_the_command_that_rebuilds(briefs: Workplace) -> None:
    digest = briefs.run().digest
    marker = Layout(briefs.index).marker
    marker.write_text(marker.read_text().replace('"schema": 1', '"schema": 99'))
    for act in (briefs.run, briefs.open):
        with pytest.raises(IndexStateError, match=r"schema version 99.*summitqa index --rebuild"):
            act()
    assert briefs.run(rebuild=True).digest == digest
    assert briefs.open().digest == digest


def test_a_second_writer_is_told_who_holds_the_lock(briefs: Workplace) -> None:
    with (
        hold_lock(Layout(briefs.index), 0),
        pytest.raises(IndexLockedError, match=f"Process {os.getpid()} on "),
    ):
        briefs.run()
    assert briefs.run().added


def test_an_interrupted_run_leaves_the_old_state_and_goes_on(briefs: Workplace) -> None:
    digest = briefs.run().digest
    briefs.write("long.md", "\n\n".join(f"# Part {n}\n\nFish number {n}." for n in range(200)))
    embed = briefs.embedder.embed
    calls = 0

    def interrupted(texts: list[str]) -> object:
        nonlocal calls
        calls += 1
        if calls == 4:
            raise KeyboardInterrupt
        return embed(texts)

    briefs.embedder.embed = interrupted  # type: ignore[method-assign, assignment]
    with pytest.raises(KeyboardInterrupt):
        briefs.run()
    done = len(briefs.embedder.texts)
    assert done > 0
    assert briefs.open().digest == digest
    briefs.embedder.embed = embed  # type: ignore[method-assign]
    report = briefs.run()
    assert report.embedded == 200 - done
    assert not Layout(briefs.index).staging.exists()


def test_a_broken_staging_store_is_thrown_away(briefs: Workplace) -> None:
    staging = Layout(briefs.index).staging
    staging.mkdir(parents=True)
    (staging / "embeddings.sqlite").write_bytes(b"not a database at all" * 100)
    Layout(briefs.index).marker.write_text('{"format": "summitqa-index", "schema": 1}\n')
    assert len(briefs.run().added) == 3


def test_an_embedder_that_gives_nonsense_is_refused(briefs: Workplace) -> None:
    digest = briefs.run().digest
    briefs.write("new.md", "# New\n\nSomething new.\n")
    briefs.embedder.embed = (  # type: ignore[method-assign]
        lambda texts: np.full((len(texts), 48), np.nan, dtype=np.float32)
    )
    with pytest.raises(ModelError, match="not finite"):
        briefs.run()
    assert briefs.open().digest == digest


def test_progress_counts_up_to_the_total(briefs: Workplace) -> None:
    briefs.run()
    steps = {progress.step for progress in briefs.progress}
    assert {"scan", "hash", "read", "embed", "write"} <= steps
    assert all(0 <= progress.done <= progress.total for progress in briefs.progress)


def test_leftovers_of_killed_runs_are_swept(briefs: Workplace) -> None:
    briefs.run()
    layout = Layout(briefs.index)
    (layout.generations / ".building-999").mkdir()
    layout.staging.mkdir()
    shutil.copytree(
        layout.generations / generation_names(layout)[0],
        layout.generations / "000007-0123456789ab",
    )
    briefs.run()
    assert [path.name for path in layout.generations.iterdir()] == generation_names(layout)[:1]
    assert not layout.staging.exists()


def test_the_generation_before_is_kept_and_older_ones_go(briefs: Workplace) -> None:
    for number in range(4):
        briefs.write("notes.txt", f"Trout grow to {number} centimetres.\n")
        briefs.run()
    names = generation_names(Layout(briefs.index))
    assert [name[:6] for name in names] == ["000003", "000004"]


def test_an_index_inside_the_corpus_is_not_a_document(briefs: Workplace) -> None:
    settings = briefs.with_settings(index_dir=briefs.corpus / "index")
    report = briefs.run(settings)
    assert briefs.run(settings).unchanged == report.added
    assert len(report.added) == 3


def test_a_lost_record_of_looks_costs_only_hashing(briefs: Workplace) -> None:
    digest = briefs.run().digest
    age(briefs.corpus)
    for text in (None, "", "[]", '{"corpus": 3}'):
        seen = Layout(briefs.index).seen
        seen.unlink() if text is None else seen.write_text(text)
        assert briefs.run().digest == digest
        assert briefs.embedder.texts == []


def _no_embedder() -> HashingEmbedder:
    raise AssertionError("the embedder was loaded")


def _no_hashing(path: Path) -> str:
    raise AssertionError(f"{path} was hashed")


def _no_reading(*arguments: object) -> object:
    raise AssertionError(f"{arguments} was read")
