"""Download a document from the web into a folder, refusing what must not be reached.

An address is resolved here and the connection goes to the very address that was checked, so
that a name cannot point elsewhere a moment later. Redirects are followed one by one, each
checked anew. Proxies are not used, since what they reach cannot be checked.
"""

from __future__ import annotations

import contextlib
import hashlib
import ipaddress
import json
import os
import re
import socket
import time
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urljoin, urlsplit

from summitqa.errors import FetchError
from summitqa.load import SUPPORTED_SUFFIXES
from summitqa.load.content import showable
from summitqa.settings import Settings

if TYPE_CHECKING:
    import httpx

_MAX_REDIRECTS = 10
_ATTEMPTS = 3
_MAX_NAME = 80
_SUFFIXES = {
    "text/html": ".html",
    "application/xhtml+xml": ".xhtml",
    "application/pdf": ".pdf",
    "application/x-pdf": ".pdf",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "text/x-markdown": ".md",
    "text/csv": ".csv",
    "text/tab-separated-values": ".tsv",
    "application/json": ".json",
    "application/x-ndjson": ".ndjson",
    "application/jsonl": ".jsonl",
    "application/epub+zip": ".epub",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
}
# Types under which servers send files whose kind only their name tells.
_UNTOLD = ("", "application/octet-stream", "binary/octet-stream", "application/zip", "text/plain")
_MAGIC = {".pdf": b"%PDF-", ".docx": b"PK", ".pptx": b"PK", ".epub": b"PK"}

ReportBytes = Callable[[int, int | None], None]


@dataclass(frozen=True, slots=True)
class Download:
    """A file that was downloaded.

    Attributes:
        path: Where it is.
        changed: Whether it is new or differs from what was there.
    """

    path: Path
    changed: bool


class _InterruptedError(Exception):
    """The connection failed; what came so far is kept and another attempt may go on."""


def fetch_url(url: str, target_dir: Path, settings: Settings) -> Path:
    """Download a document; a sidecar beside it says where from and when.

    Args:
        url: An http(s) address of a public host.
        target_dir: Folder that the file goes into.
        settings: ``max_file_bytes``, ``fetch_timeout_seconds``, ``max_fetch_seconds`` and
            ``allow_private_hosts``.

    Returns:
        The file, named after the address.

    Raises:
        FetchError: The address must not be or cannot be fetched; what was there stays.
    """
    return download(url, target_dir, settings).path


def download(
    url: str,
    target_dir: Path,
    settings: Settings,
    *,
    name: str | None = None,
    suffix: str | None = None,
    metadata: Mapping[str, str] | None = None,
    report: ReportBytes | None = None,
) -> Download:
    """Download a document.

    Args:
        url: An http(s) address of a public host.
        target_dir: Folder that the file goes into.
        settings: The limits.
        name: Name of the file without suffix; made from the address if not given.
        suffix: The suffix that the content must fit; what the server says if not given.
        metadata: Further keys for the sidecar.
        report: Called with the bytes so far and, where known, the bytes in all.

    Raises:
        FetchError: The address must not be or cannot be fetched; what was there stays.
    """
    import httpx

    deadline = time.monotonic() + settings.max_fetch_seconds
    key = hashlib.sha256(f"{url}\n{name}\n{suffix}".encode()).hexdigest()[:20]
    part = _Part(target_dir / f".{key}.part", target_dir / f".{key}.part.json")
    known = _known_state(target_dir, name, suffix, url)
    reason = ""
    with httpx.Client(
        transport=_checked_transport(settings),
        timeout=settings.fetch_timeout_seconds,
        follow_redirects=False,
        trust_env=False,
    ) as client:
        for attempt in range(_ATTEMPTS):
            try:
                with _open(client, url, part, known if attempt == 0 else {}) as response:
                    if response.status_code == httpx.codes.NOT_MODIFIED:
                        return Download(target_dir / known["file"], changed=False)
                    told = _suffix(response, suffix, url)
                    _save(response, part, url, settings, deadline, report)
                return _finish(part, url, target_dir, name, told, metadata or {}, response)
            except (httpx.HTTPError, httpx.StreamError, _InterruptedError) as error:
                reason = _reason(error, settings)
                if time.monotonic() > deadline:
                    break
            except FetchError:
                part.discard()
                raise
            except OSError as error:
                raise FetchError(
                    f"{showable(url)} cannot be stored ({error.strerror or error}); "
                    "free space or allow writing there."
                ) from None
    raise FetchError(
        f"{showable(url)} cannot be fetched ({reason}); try again later, which goes on from "
        "what has come so far where the server allows it."
    )


def _reason(error: Exception, settings: Settings) -> str:
    import httpx

    if isinstance(error, httpx.TimeoutException):
        return f"the server was silent for {settings.fetch_timeout_seconds:g} s"
    text = " ".join(str(error).split())[:150]
    return text or type(error).__name__


def check_address(url: str) -> str:
    """Check the form of an address and return its host.

    Raises:
        FetchError: It is not http(s), has no host, or carries a password.
    """
    import httpx

    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
        httpx.URL(url)  # the client is stricter than the parser
    except (ValueError, httpx.InvalidURL):
        host, parts = None, urlsplit("")
    if parts.scheme.lower() not in ("http", "https") or not host:
        raise FetchError(f"{showable(url)} is not an http or https address; check it.")
    if parts.username is not None or parts.password is not None:
        raise FetchError(
            f"{showable(host)}: addresses with a user name or password are not fetched; "
            "download the file and add it by its path."
        )
    return host


def public_addresses(host: str, port: int, settings: Settings) -> list[str]:
    """Resolve a host and check every address it has.

    Raises:
        FetchError: It has none, or one that is not of the public internet and private ones
            are not allowed.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise FetchError(
            f"The host {showable(host)} is not known; check the address and the network."
        ) from None
    addresses = list(dict.fromkeys(str(each[4][0]) for each in found))
    for address in addresses:
        if not _is_allowed(address, settings.allow_private_hosts):
            raise FetchError(
                f"The host {showable(host)} is at {address}, which is not a public address; "
                "set allow_private_hosts to fetch from it all the same."
            )
    return addresses


def _is_allowed(address: str, allow_private: bool) -> bool:
    found = ipaddress.ip_address(address.partition("%")[0])
    embedded = _embedded_address(found) if isinstance(found, ipaddress.IPv6Address) else None
    if embedded is not None:
        return _is_allowed(str(embedded), allow_private)
    if found.is_multicast or found.is_unspecified:
        return False
    if allow_private:
        return True
    site_local = isinstance(found, ipaddress.IPv6Address) and found.is_site_local
    return found.is_global and not found.is_reserved and not site_local


def _embedded_address(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """Give the IPv4 address that an IPv6 one leads to: mapped, 6to4, Teredo, NAT64."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if address in ipaddress.IPv6Network("64:ff9b::/96"):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return None


def _checked_transport(settings: Settings) -> httpx.BaseTransport:
    import httpx

    class CheckedTransport(httpx.HTTPTransport):
        """Connects to an address that was checked, under the name that was asked for."""

        def handle_request(self, request: httpx.Request) -> httpx.Response:
            host = request.url.host
            port = request.url.port or (443 if request.url.scheme == "https" else 80)
            error: Exception | None = None
            for address in public_addresses(host, port, settings)[:4]:
                request.url = request.url.copy_with(host=address)
                request.extensions = {**request.extensions, "sni_hostname": host}
                try:
                    return super().handle_request(request)
                except (httpx.ConnectError, httpx.ConnectTimeout) as failed:
                    error = failed
            assert error is not None
            raise error

    return CheckedTransport(verify=True, retries=0, trust_env=False)


@contextlib.contextmanager
def _open(
    client: httpx.Client, url: str, part: _Part, known: Mapping[str, str]
) -> Iterator[httpx.Response]:
    """Ask for an address, follow its redirects, and give the answer to be read."""
    headers = {"User-Agent": "SummitQA", "Accept-Encoding": "identity", **part.range_headers()}
    if "etag" in known and "Range" not in headers:
        headers["If-None-Match"] = known["etag"]
    here = url
    for _ in range(_MAX_REDIRECTS):
        check_address(here)
        with client.stream("GET", here, headers=headers) as response:
            if not response.has_redirect_location:
                _check_status(response, url, part)
                yield response
                return
            here = urljoin(here, response.headers["location"])
    raise FetchError(f"{showable(url)} redirects more than {_MAX_REDIRECTS} times; check it.")


def _check_status(response: httpx.Response, url: str, part: _Part) -> None:
    status = response.status_code
    if status == 416:
        part.discard()
        raise _InterruptedError("the server has another version of the file")
    if status in (408, 425, 429, 500, 502, 503, 504):
        raise _InterruptedError(f"the server answered {status}")
    if status not in (200, 206, 304):
        raise FetchError(
            f"{showable(url)} cannot be fetched: the server answered {status}; check the address."
        )


def _suffix(response: httpx.Response, wanted: str | None, url: str) -> str:
    """Decide the suffix by the type that the server names, and by the address where it is vague.

    Raises:
        FetchError: The type is none that is read, or not the one that is wanted.
    """
    told = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    named = Path(unquote(urlsplit(url).path)).suffix.lower()
    found = _SUFFIXES.get(told)
    if told in _UNTOLD and named in SUPPORTED_SUFFIXES:
        found = named
    if found is None and wanted is not None and told in _UNTOLD:
        found = wanted
    if found is None:
        raise FetchError(
            f"{showable(url)} is of the type {showable(told) or 'unknown'}, which is not read; "
            "download what it holds and add it by its path."
        )
    alike = {".xhtml": ".html", ".htm": ".html"}
    if wanted is not None and alike.get(found, found) != alike.get(wanted, wanted):
        raise FetchError(
            f"{showable(url)} should be {wanted[1:]} and is {found[1:]}; the address has changed."
        )
    return wanted or found


class _Part:
    """What has come of a file, and the validator by which a server can go on with it."""

    def __init__(self, path: Path, notes: Path) -> None:
        self.path = path
        self.notes = notes

    def range_headers(self) -> dict[str, str]:
        """Ask for the rest of an unfinished download, if it can be asked for."""
        try:
            validator = json.loads(self.notes.read_text(encoding="utf-8"))["validator"]
            size = self.path.stat().st_size
        except (OSError, ValueError, KeyError, TypeError):
            return {}
        if not size or not isinstance(validator, str) or not validator.isprintable():
            return {}
        return {"Range": f"bytes={size}-", "If-Range": validator}

    def begin(self, response: httpx.Response) -> int:
        """Start or go on; returns the bytes that are there already."""
        if response.status_code == 206:
            size = self.path.stat().st_size
            start = re.match(r"bytes (\d{1,15})-", response.headers.get("content-range", ""))
            if start is None or int(start.group(1)) != size:
                self.discard()
                raise _InterruptedError("the server went on from another place")
            return size
        self.discard()
        self.path.touch()
        tag = response.headers.get("etag", "")
        validator = tag if tag.startswith('"') else response.headers.get("last-modified", "")
        if validator and "content-encoding" not in response.headers:
            self.notes.write_text(json.dumps({"validator": validator}), encoding="utf-8")
        return 0

    def discard(self) -> None:
        """Forget what has come."""
        self.path.unlink(missing_ok=True)
        self.notes.unlink(missing_ok=True)


def _save(
    response: httpx.Response,
    part: _Part,
    url: str,
    settings: Settings,
    deadline: float,
    report: ReportBytes | None,
) -> None:
    """Write the body to the part file, within the limits on size and time."""
    length = response.headers.get("content-length", "")
    part.path.parent.mkdir(parents=True, exist_ok=True)
    done = part.begin(response)
    total = done + int(length) if length.isdecimal() and len(length) < 16 else None
    _check_size(total or 0, url, settings)
    with part.path.open("ab") as stream:
        for piece in response.iter_bytes():
            done += len(piece)
            _check_size(done, url, settings)
            stream.write(piece)
            if report:
                report(done, total)
            if time.monotonic() > deadline:
                stream.flush()
                raise _InterruptedError(
                    f"it took longer than the {settings.max_fetch_seconds:g} s allowed"
                )
        stream.flush()
        os.fsync(stream.fileno())


def _check_size(size: int, url: str, settings: Settings) -> None:
    if size > settings.max_file_bytes:
        raise FetchError(
            f"{showable(url)} is larger than the {settings.max_file_bytes:,} bytes allowed; "
            "raise max_file_bytes."
        )


def _finish(
    part: _Part,
    url: str,
    target_dir: Path,
    name: str | None,
    suffix: str,
    metadata: Mapping[str, str],
    response: httpx.Response,
) -> Download:
    """Check what came and put it in its place, in one step that cannot be seen half done."""
    with part.path.open("rb") as stream:
        head = stream.read(1024)
    magic = _MAGIC.get(suffix)
    if not head.strip() or (magic is not None and magic not in head):
        what = "is empty" if not head.strip() else f"is not the {suffix[1:]} file that it claims"
        raise FetchError(f"{showable(url)} {what}; check the address in a browser.")
    goal = target_dir / f"{name}{suffix}" if name else _free_name(url, target_dir, suffix)
    sidecar = goal.with_name(goal.name + ".toml")
    if goal.is_file() and _same_content(goal, part.path):
        part.discard()
        return Download(goal, changed=False)
    held = _read_sidecar(sidecar)
    if not held or "fetched" in held:  # one that a person wrote is left as it is
        etag = response.headers.get("etag", "")
        values = {
            **metadata,
            "url": url,
            "fetched": datetime.now(UTC).date().isoformat(),
            **({"etag": etag} if etag and etag.isprintable() else {}),
        }
        half = sidecar.with_name(f".{sidecar.name}.part")
        lines = [f"{key} = {_quote(value)}\n" for key, value in values.items()]
        half.write_text("".join(lines), encoding="utf-8")
        half.replace(sidecar)
    part.path.replace(goal)
    part.discard()
    return Download(goal, changed=True)


def _same_content(one: Path, other: Path) -> bool:
    import filecmp

    return filecmp.cmp(one, other, shallow=False)


def _quote(text: str) -> str:
    # A JSON string is a TOML basic string as long as DEL is escaped, which JSON leaves alone.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _read_sidecar(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError):
        return {"unreadable": True}


def _known_state(
    target_dir: Path, name: str | None, suffix: str | None, url: str
) -> dict[str, str]:
    """Say by which tag the server can tell that the file is as it was."""
    if name is None or suffix is None:
        return {}
    file = f"{name}{suffix}"
    held = _read_sidecar(target_dir / f"{file}.toml")
    tag = held.get("etag")
    if held.get("url") != url or not isinstance(tag, str) or not (target_dir / file).is_file():
        return {}
    return {"etag": tag, "file": file}


def _free_name(url: str, target_dir: Path, suffix: str) -> Path:
    """Name a file after its address: readable, safe, and not that of another address."""
    parts = urlsplit(url)
    stem = Path(unquote(parts.path.rstrip("/"))).name
    if Path(stem).suffix.lower() in SUPPORTED_SUFFIXES:
        stem = Path(stem).stem
    stem = re.sub(r"[^\w.-]+", "-", stem).strip("-._")[:_MAX_NAME]
    stem = stem or re.sub(r"[^\w.-]+", "-", parts.hostname or "page")
    mark = hashlib.sha256(url.encode()).hexdigest()[:8]
    if parts.query:
        stem = f"{stem}-{mark}"
    goal = target_dir / f"{stem}{suffix}"
    if goal.exists() and _read_sidecar(goal.with_name(goal.name + ".toml")).get("url") != url:
        goal = target_dir / f"{stem}-{mark}{suffix}"
    return goal
