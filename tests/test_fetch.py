"""Downloads: only from where it is allowed, within limits, whole or not at all."""

from __future__ import annotations

import socket
import threading
import tomllib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from tests.data.build import draw_lines, make_pdf
from tests.data.web import Site, page, redirect, resumable, serve_site

from summitqa.errors import FetchError
from summitqa.fetch import check_address, fetch_url, public_addresses
from summitqa.settings import Settings, load_settings

HTML = b"<html><body><main><h1>Outcomes</h1><p>Sixteen companies agreed.</p></main></body></html>"
PDF = make_pdf([draw_lines(["Sixteen companies agreed.", "Ten countries signed."])] * 40)


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with serve_site() as running:
        yield running


@pytest.fixture
def local(tmp_path: Path) -> Settings:
    return load_settings(
        corpus_dir=tmp_path,
        allow_private_hosts=True,
        fetch_timeout_seconds=10,
        max_file_bytes=200_000,
    )


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_page_is_stored_under_a_safe_name_with_a_sidecar(
    site: Site, local: Settings, tmp_path: Path
) -> None:
    site.pages["/news/..%2F..%2Fetc%2Fp%20a%0Ass?x=1"] = page(HTML, "text/html; charset=utf-8")
    url = f"{site.address}/news/..%2F..%2Fetc%2Fp%20a%0Ass?x=1"
    path = fetch_url(url, tmp_path, local)
    assert path.parent == tmp_path
    assert path.name.startswith("p-a-ss-")
    assert path.suffix == ".html"
    assert path.read_bytes() == HTML
    sidecar = tomllib.loads((tmp_path / f"{path.name}.toml").read_text(encoding="utf-8"))
    assert sidecar["url"] == url
    assert sidecar["fetched"]
    assert files(tmp_path) == [path.name, f"{path.name}.toml"]


def test_fetching_again_replaces_and_another_address_gets_another_name(
    site: Site, local: Settings, tmp_path: Path
) -> None:
    site.pages["/a/report"] = page(HTML)
    site.pages["/b/report"] = page(HTML.replace(b"Ten", b"Two"))
    first = fetch_url(f"{site.address}/a/report", tmp_path, local)
    site.pages["/a/report"] = page(HTML.replace(b"Sixteen", b"Twenty"))
    assert fetch_url(f"{site.address}/a/report", tmp_path, local) == first
    assert b"Twenty" in first.read_bytes()
    assert fetch_url(f"{site.address}/b/report", tmp_path, local) != first


@pytest.mark.parametrize(
    ("kind", "path", "suffix"),
    [
        ("application/pdf", "/doc", ".pdf"),
        ("application/octet-stream", "/doc.pdf", ".pdf"),
        ("text/plain", "/notes.md", ".md"),
        ("text/plain", "/notes", ".txt"),
        ("text/csv", "/table.php", ".csv"),
    ],
)
def test_the_type_decides_the_suffix(
    site: Site, local: Settings, tmp_path: Path, kind: str, path: str, suffix: str
) -> None:
    site.pages[path] = page(PDF if suffix == ".pdf" else b"a,b\n1,2\n", kind)
    assert fetch_url(site.address + path, tmp_path, local).suffix == suffix


@pytest.mark.parametrize(
    ("body", "kind", "words"),
    [
        (b"\x89PNG", "image/png", "not read"),
        (HTML, "application/pdf", "not the pdf"),
        (b"", "text/html", "empty"),
        (b"x" * 300_000, "text/plain", "larger than"),
    ],
    ids=["picture", "page that claims to be a PDF", "empty", "oversized"],
)
def test_what_is_not_a_document_is_refused_and_what_was_there_stays(
    site: Site, local: Settings, tmp_path: Path, body: bytes, kind: str, words: str
) -> None:
    site.pages["/report"] = page(HTML)
    held = fetch_url(f"{site.address}/report", tmp_path, local)
    before = files(tmp_path)
    site.pages["/report"] = page(body, kind)
    with pytest.raises(FetchError, match=words):
        fetch_url(f"{site.address}/report", tmp_path, local)
    assert held.read_bytes() == HTML
    assert files(tmp_path) == before


def test_a_body_without_a_length_is_cut_off_at_the_limit(
    site: Site, local: Settings, tmp_path: Path
) -> None:
    sent = [0]

    def endless(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Type", "text/plain")
        request.end_headers()
        while sent[0] < 50_000_000:
            request.wfile.write(b"x" * 50_000)
            sent[0] += 50_000

    site.pages["/endless"] = endless
    with pytest.raises(FetchError, match="larger than"):
        fetch_url(f"{site.address}/endless", tmp_path, local)
    assert sent[0] < 50_000_000
    assert files(tmp_path) == []


def test_an_interrupted_download_goes_on_where_it_stopped(
    site: Site, local: Settings, tmp_path: Path
) -> None:
    site.pages["/big.pdf"] = resumable(PDF, "application/pdf", broken_after=5000)
    start = len(site.requests)
    path = fetch_url(f"{site.address}/big.pdf", tmp_path, local)
    assert path.read_bytes() == PDF
    asked = [headers.get("range") for _, headers in site.requests[start:]]
    assert asked == [None, "bytes=5000-"]


def test_a_later_run_goes_on_with_what_came_before(
    site: Site, local: Settings, tmp_path: Path
) -> None:
    site.pages["/later.pdf"] = resumable(PDF, "application/pdf", broken_after=1000, times=3)
    with pytest.raises(FetchError, match="try again later"):
        fetch_url(f"{site.address}/later.pdf", tmp_path, local)
    assert all(name.startswith(".") for name in files(tmp_path))
    start = len(site.requests)
    assert fetch_url(f"{site.address}/later.pdf", tmp_path, local).read_bytes() == PDF
    assert site.requests[start][1]["range"] == "bytes=3000-"


def test_a_silent_server_is_given_up(site: Site, local: Settings, tmp_path: Path) -> None:
    done = threading.Event()

    def silent(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Type", "text/plain")
        request.end_headers()
        done.wait(30)

    site.pages["/silent"] = silent
    quick = local.model_copy(update={"fetch_timeout_seconds": 0.2})
    try:
        with pytest.raises(FetchError, match=r"silent for 0\.2 s"):
            fetch_url(f"{site.address}/silent", tmp_path, quick)
    finally:
        done.set()


def test_a_server_that_sends_drop_by_drop_is_given_up(
    site: Site, local: Settings, tmp_path: Path
) -> None:
    done = threading.Event()

    def dripping(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Type", "text/plain")
        request.end_headers()
        while not done.wait(0.05):
            request.wfile.write(b"x" * 70_000)

    site.pages["/drip"] = dripping
    quick = local.model_copy(update={"max_fetch_seconds": 0.3, "max_file_bytes": 10**9})
    try:
        with pytest.raises(FetchError, match="took longer"):
            fetch_url(f"{site.address}/drip", tmp_path, quick)
    finally:
        done.set()


@pytest.mark.parametrize("target", ["http://0.0.0.0:1/", "http://224.0.0.1/", "file:///etc/passwd"])
def test_every_redirect_is_checked(
    site: Site, local: Settings, tmp_path: Path, target: str
) -> None:
    site.pages["/moved"] = redirect(target)
    with pytest.raises(FetchError, match=r"not a public address|not an http"):
        fetch_url(f"{site.address}/moved", tmp_path, local)


def test_redirects_are_followed_but_not_for_ever(
    site: Site, local: Settings, tmp_path: Path
) -> None:
    site.pages["/old"] = redirect("/new?id=3")
    site.pages["/new?id=3"] = page(HTML)
    site.pages["/loop"] = redirect("/loop")
    assert fetch_url(f"{site.address}/old", tmp_path, local).read_bytes() == HTML
    with pytest.raises(FetchError, match="redirects more than"):
        fetch_url(f"{site.address}/loop", tmp_path, local)


def test_private_hosts_are_refused_by_default(site: Site, tmp_path: Path) -> None:
    settings = load_settings(corpus_dir=tmp_path)
    with pytest.raises(FetchError, match="not a public address"):
        fetch_url(f"{site.address}/anything", tmp_path, settings)
    with pytest.raises(FetchError, match="not a public address"):
        fetch_url(f"http://localhost:{site.address.rpartition(':')[2]}/x", tmp_path, settings)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "192.0.2.1",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "fe80::1",
        "fc00::1",
        "fec0::1",
        "ff02::1",
        "2130706433",
        "0x7f.1",
        "127.1",
    ],
)
def test_addresses_that_are_not_public_are_refused(address: str) -> None:
    with pytest.raises(FetchError):
        public_addresses(address, 80, load_settings())


def test_public_addresses_pass() -> None:
    assert public_addresses("93.184.215.14", 443, load_settings()) == ["93.184.215.14"]
    assert public_addresses("2606:4700::1111", 443, load_settings()) == ["2606:4700::1111"]


def test_the_connection_goes_to_the_address_that_was_checked(
    site: Site, local: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = socket.getaddrinfo
    asked: list[str] = []

    def rebinding(host: Any, port: Any, *rest: Any, **more: Any) -> Any:
        if host != "documents.example":
            return real(host, port, *rest, **more)
        asked.append(host)
        answer = "127.0.0.1" if len(asked) == 1 else "192.0.2.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (answer, port))]

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    site.pages["/named"] = page(HTML)
    port = site.address.rpartition(":")[2]
    path = fetch_url(f"http://documents.example:{port}/named", tmp_path, local)
    assert path.read_bytes() == HTML
    assert asked == ["documents.example"]
    assert site.requests[-1][1]["host"] == f"documents.example:{port}"


@pytest.mark.parametrize(
    "url",
    [
        "ftp://host/x",
        "file:///etc/passwd",
        "http://",
        "https:///path",
        "javascript:alert(1)",
        "http://user:secret@host/",
        "http://[::1",
        "http://host:99999999/",
    ],
)
def test_what_is_no_plain_web_address_is_refused_in_one_line(url: str) -> None:
    with pytest.raises(FetchError) as caught:
        check_address(url)
    assert "\n" not in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_missing_page_is_named(site: Site, local: Settings, tmp_path: Path) -> None:
    site.pages["/gone"] = page(b"no", status=404)
    with pytest.raises(FetchError, match="404"):
        fetch_url(f"{site.address}/gone", tmp_path, local)


def test_a_sidecar_that_a_person_wrote_is_left_alone(
    site: Site, local: Settings, tmp_path: Path
) -> None:
    site.pages["/mine"] = page(HTML)
    (tmp_path / "mine.html.toml").write_text('title = "Mine"\n', encoding="utf-8")
    path = fetch_url(f"{site.address}/mine", tmp_path, local)
    assert path.name == "mine.html"
    assert (tmp_path / "mine.html.toml").read_text(encoding="utf-8") == 'title = "Mine"\n'
