"""Hostile and broken files: each is named with one reason, none stops the others."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.data.build import (
    draw_lines,
    make_docx,
    make_epub,
    make_pdf,
    make_zip,
    word_paragraph,
)

from summitqa.errors import DocumentError
from summitqa.load import LoadingWorker, load_document
from summitqa.load.content import limits_from
from summitqa.settings import Settings, load_settings
from summitqa.split import split_document

GOOD_PDF = make_pdf([draw_lines(["Twelve countries signed the charter."])])
BOMB = '<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;">]>'


@pytest.fixture
def local(tmp_path: Path) -> Settings:
    return load_settings(corpus_dir=tmp_path, index_dir=tmp_path / "index")


def refusal(path: Path, settings: Settings) -> str:
    """Load what must be refused; the message is one sentence that starts with the name."""
    with pytest.raises(DocumentError) as caught:
        load_document(path, path.name, settings)
    message = str(caught.value)
    assert "\n" not in message
    assert message.endswith(".")
    return message


def put(folder: Path, name: str, data: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def lying_zip() -> bytes:
    """A member that declares 40 bytes and unpacks to 50 million."""
    data = bytearray(make_zip({"word/document.xml": b"\0" * 50_000_000}))
    for mark in (b"PK\x03\x04", b"PK\x01\x02"):
        place = data.index(mark) + (22 if mark == b"PK\x03\x04" else 24)
        data[place : place + 4] = (40).to_bytes(4, "little")
    return bytes(data)


@pytest.mark.parametrize(
    ("name", "make", "words"),
    [
        ("ratio.docx", lambda: make_zip({"word/document.xml": b" " * 60_000_000}), "only a bomb"),
        ("lying.docx", lying_zip, "damaged"),
        ("many.epub", lambda: make_zip({f"f{n}": b"" for n in range(20_500)}), "too many"),
        ("laughs.docx", lambda: make_docx("<w:p/>", prolog=BOMB), "XML entities"),
        (
            "laughs.epub",
            lambda: make_epub({"a.xhtml": "<p>x</p>"}, container=f"{BOMB}<container/>"),
            "XML entities",
        ),
        ("empty.docx", lambda: make_docx(""), "without text"),
        ("other.docx", lambda: make_zip({"a.txt": b"x"}), "not a Word document"),
        ("old.docx", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old Office file"),
        ("no.pptx", lambda: make_zip({"ppt/a.xml": b"<a/>"}), "not a presentation|damaged"),
        ("no.epub", lambda: b"PK\x03\x04 broken", "damaged"),
        ("up.epub", lambda: make_epub({"../../../etc/passwd": "<p>x</p>"}), "damaged"),
        ("deep.json", lambda: b"[" * 200_000, "nested too deeply|not JSON"),
        ("bad.jsonl", lambda: b'{"a": "b"}\n{"a": \n', "line 2"),
        ("plain.json", lambda: b"[1, 2, 3]", "no list of JSON objects"),
        ("head.csv", lambda: b"a,b\n", "no records"),
        ("zeros.txt", lambda: bytes(5000), "binary"),
        ("random.txt", lambda: bytes(range(256)) * 40, "binary"),
        ("blank.md", lambda: b" \n\t\n", "is empty"),
        ("nothing.html", lambda: b"<script>x()</script>", "no readable content"),
        ("a.exe", lambda: b"MZ", "not supported"),
    ],
)
def test_it_is_refused_by_name_and_reason(
    tmp_path: Path, local: Settings, name: str, make: Callable[[], bytes], words: str
) -> None:
    message = refusal(put(tmp_path, name, make()), local)
    assert message.startswith(f"{name} ")
    assert re.search(words, message)


@pytest.mark.parametrize(
    ("matter", "words"),
    [
        ("a: &a [x, x]\nb: [*a, *a]\n", "YAML aliases"),
        ("a: &a {k: v}\nb: &b {<<: [*a, *a]}\n", "YAML aliases"),
        ("a: " + "[" * 500 + "]" * 500, "nested too deeply"),
        ("a: [unclosed", "line"),
        ("date: 2023-02-30\n", "cannot be read"),
        ("a: !!int words\n", "cannot be read"),
        ("a: !!python/object/apply:os.system [id]\n", "not valid YAML"),
    ],
)
def test_hostile_front_matter_is_refused(
    tmp_path: Path, local: Settings, matter: str, words: str
) -> None:
    assert words in refusal(put(tmp_path, "a.md", f"---\n{matter}\n---\nText.\n"), local)


def test_odd_values_in_front_matter_and_sidecar_do_no_harm(tmp_path: Path, local: Settings) -> None:
    matter = 'title: "a\\u202Eb\\u0000\\nc"\nissuer: 0x' + "f" * 5000 + "\ndate: {}\n"
    path = put(tmp_path, "a.md", f"---\n{matter}---\nText.\n")
    document = load_document(path, "a.md", local)
    assert document.title == "ab c"
    assert (document.issuer, document.date) == (None, None)
    put(tmp_path, "a.md.toml", "title = [")
    assert "sidecar a.md.toml" in refusal(path, local)
    put(tmp_path, "a.md.toml", b"\xff\xfe")
    assert "sidecar a.md.toml" in refusal(path, local)


def test_a_sparse_file_of_two_gigabytes_is_refused_at_once(tmp_path: Path, local: Settings) -> None:
    path = tmp_path / "huge.txt"
    with path.open("wb") as stream:
        stream.truncate(2 * 1024**3)
    assert "2,147,483,648 bytes, more than the" in refusal(path, local)


def test_long_lines_many_lines_and_deep_nesting_are_read(tmp_path: Path, local: Settings) -> None:
    lines = load_document(put(tmp_path, "lines.txt", "a\n" * 300_000), "lines.txt", local)
    assert len(lines.text) == 599_999
    long = load_document(put(tmp_path, "long.txt", "word " * 400_000), "long.txt", local)
    passages, _ = split_document(long, local)
    assert max(len(passage.text) for passage in passages) < 10_000
    deep = "<div>" * 50_000 + "The charter was signed by twelve countries." + "</div>" * 50_000
    try:
        document = load_document(put(tmp_path, "deep.html", deep), "deep.html", local)
        assert "twelve countries" in document.text
    except DocumentError as error:
        assert str(error).startswith("deep.html ")


def test_one_line_of_fifty_megabytes_is_refused(tmp_path: Path, local: Settings) -> None:
    message = refusal(put(tmp_path, "line.txt", b"word " * 10_000_000), local)
    assert "20,000,000 characters" in message


def test_pipes_sockets_devices_and_folders_are_refused_without_waiting(
    tmp_path: Path, local: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "folder.md").mkdir()
    with socket.socket(socket.AF_UNIX) as server:
        monkeypatch.chdir(tmp_path)  # the path of a socket may not be long
        server.bind("socket.txt")
        assert "pipe, socket or device" in refusal(tmp_path / "socket.txt", local)
    assert "pipe, socket or device" in refusal(tmp_path / "pipe.txt", local)
    assert "is a folder" in refusal(tmp_path / "folder.md", local)
    (tmp_path / "zero.txt").symlink_to("/dev/zero")
    outside = load_settings(corpus_dir=tmp_path / "elsewhere")
    assert "pipe, socket or device" in refusal(tmp_path / "zero.txt", outside)
    os.mkfifo(tmp_path / "a.md.toml")
    put(tmp_path, "a.md", "Text.")
    assert "pipe, socket or device" in refusal(tmp_path / "a.md", local)


def test_a_link_out_of_the_corpus_is_refused_and_one_inside_is_read(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, local: Settings
) -> None:
    secret = put(tmp_path_factory.mktemp("outside"), "secret.txt", "A secret.")
    put(tmp_path, "real.txt", "Open words.")
    (tmp_path / "out.txt").symlink_to(secret)
    (tmp_path / "in.txt").symlink_to(tmp_path / "real.txt")
    (tmp_path / "folder").symlink_to(secret.parent)
    assert "link out of the corpus" in refusal(tmp_path / "out.txt", local)
    assert "link out of the corpus" in refusal(tmp_path / "folder" / "secret.txt", local)
    assert load_document(tmp_path / "in.txt", "in.txt", local).text == "Open words."
    dotted = tmp_path / "folder" / ".." / "real.txt"
    with pytest.raises(DocumentError):
        load_document(dotted, "x/../real.txt", local)


def test_a_name_with_controls_is_shown_on_one_line(tmp_path: Path, local: Settings) -> None:
    path = put(tmp_path, "a\nb\x1b[31m\u202egpj.txt", b"")
    with pytest.raises(DocumentError) as caught:
        load_document(path, path.name, local)
    assert str(caught.value).startswith("a\\nb\\x1b[31m\\u202egpj.txt is empty")
    good = put(tmp_path, "new\nline.txt", "Words.")
    assert load_document(good, good.name, local).id == "new\nline.txt"


def test_a_file_that_takes_too_long_is_ended_and_the_next_is_read(
    tmp_path: Path, local: Settings
) -> None:
    slow = local.model_copy(update={"max_load_seconds": 0.05})
    good = put(tmp_path, "good.pdf", GOOD_PDF)
    heavy = put(tmp_path, "heavy.html", "<p>word</p>" * 400_000)
    with LoadingWorker() as worker:
        with pytest.raises(DocumentError, match=r"longer than the 0\.05 seconds"):
            load_document(heavy, "heavy.html", slow, worker)
        assert "charter" in load_document(good, "good.pdf", local, worker).text
        assert worker.started == 2


@pytest.mark.skipif(sys.platform != "linux", reason="the address space is limited on Linux only")
def test_a_file_that_needs_too_much_memory_is_ended_and_the_next_is_read(
    tmp_path: Path, local: Settings
) -> None:
    small = local.model_copy(update={"max_load_memory_bytes": 250_000_000})
    rows = "".join(f"{n},{'x' * 40}\n" for n in range(300_000))
    heavy = put(tmp_path, "heavy.csv", f"a,b\n{rows}")
    good = put(tmp_path, "good.pdf", GOOD_PDF)
    with LoadingWorker() as worker:
        with pytest.raises(DocumentError, match="memory"):
            load_document(heavy, "heavy.csv", small, worker)
        assert "charter" in load_document(good, "good.pdf", small, worker).text


def test_the_process_may_be_killed_at_any_time(tmp_path: Path, local: Settings) -> None:
    good = put(tmp_path, "good.pdf", GOOD_PDF)
    heavy = put(tmp_path, "heavy.html", "<p>word</p>" * 200_000)
    with LoadingWorker() as worker:
        load_document(good, "good.pdf", local, worker)
        process = worker._process
        assert process is not None
        killer = threading.Timer(0.1, process.kill)
        killer.start()
        with pytest.raises(DocumentError, match="ended the reading process"):
            load_document(heavy, "heavy.html", local, worker)
        killer.join()
        assert "charter" in load_document(good, "good.pdf", local, worker).text


def test_many_files_share_one_process_that_ends_with_the_worker(
    tmp_path: Path, local: Settings
) -> None:
    good = put(tmp_path, "good.pdf", GOOD_PDF)
    bad = put(tmp_path, "bad.pdf", b"%PDF- broken")
    with LoadingWorker() as worker:
        for _ in range(5):
            load_document(good, "good.pdf", local, worker)
            with pytest.raises(DocumentError):
                load_document(bad, "bad.pdf", local, worker)
        assert worker.started == 1
        process = worker._process
    assert process is not None
    assert process.poll() is not None


def test_threads_may_share_a_worker(tmp_path: Path, local: Settings) -> None:
    paths = [
        put(tmp_path, f"{n}.pdf", make_pdf([draw_lines([f"Charter number {n} was signed."])]))
        for n in range(8)
    ]
    found: dict[str, str] = {}
    with LoadingWorker() as worker:

        def read(path: Path) -> None:
            found[path.name] = load_document(path, path.name, local, worker).text

        threads = [threading.Thread(target=read, args=(path,)) for path in paths]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert found == {f"{n}.pdf": f"Charter number {n} was signed." for n in range(8)}


def test_the_process_ends_with_its_parent_and_imports_nothing_heavy(tmp_path: Path) -> None:
    put(tmp_path, "good.pdf", GOOD_PDF)
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from summitqa.load import load_document\n"
        "from summitqa.load.worker import shared_worker\n"
        "from summitqa.settings import load_settings\n"
        f"load_document(Path({str(tmp_path / 'good.pdf')!r}), 'good.pdf', load_settings())\n"
        "heavy = {'torch', 'pypdfium2', 'trafilatura', 'lxml', 'numpy'} & set(sys.modules)\n"
        "print(shared_worker()._process.pid, *heavy, flush=True)\n"
        "import os; os.kill(os.getpid(), 9)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], check=False, capture_output=True, text=True
    )
    assert done.returncode == -9
    child, *heavy = done.stdout.split()
    assert heavy == []
    deadline = time.monotonic() + 20
    while _is_running(int(child)) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not _is_running(int(child))


def _is_running(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return Path("/proc").is_dir() is False and _answers(process)
    return state != "Z"


def _answers(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_limits_are_taken_from_the_settings() -> None:
    settings = load_settings(max_pages=3, max_unpacked_bytes=77, max_load_seconds=5)
    limits = limits_from(settings)
    assert (limits.max_pages, limits.max_unpacked_bytes, limits.max_load_seconds) == (3, 77, 5)


def test_an_archive_over_the_limit_once_unpacked_is_refused(
    tmp_path: Path, local: Settings
) -> None:
    data = make_docx(word_paragraph("word " * 5000))
    assert zipfile.is_zipfile(put(tmp_path, "a.docx", data))
    small = local.model_copy(update={"max_unpacked_bytes": 20_000})
    assert "raise max_unpacked_bytes" in refusal(tmp_path / "a.docx", small)
