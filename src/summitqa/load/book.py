"""Read EPUB: the chapters in reading order, as the book's own spine gives it."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote, urldefrag

from summitqa.load.archive import Archive
from summitqa.load.content import Content, Limits, check_length, refuse
from summitqa.load.html import decode_html, parse_html
from summitqa.load.markup import markdown_from_tree

MEDIA_TYPE = "application/epub+zip"
_CONTAINER = "META-INF/container.xml"
_XHTML = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml")


def read_epub(data: bytes, document_id: str, limits: Limits) -> Content:
    """Read an EPUB; read with lxml, since the EPUB libraries there are need XML trusted.

    Raises:
        DocumentError: The file is damaged, protected, a bomb, too long, or holds no text.
    """
    archive = Archive(data, document_id, limits)
    archive.check_markup()
    if "META-INF/encryption.xml" in archive.names and b"xhtml" in archive.read(
        "META-INF/encryption.xml"
    ):
        raise refuse(document_id, "is a protected book; add a copy without protection.")
    package_path = _package_path(archive, document_id)
    package = _parse(archive.read(package_path))
    if package is None:
        raise refuse(document_id, "is damaged: its table of contents cannot be read.")
    chapters = list(_chapters(package, posixpath.dirname(package_path)))
    if len(chapters) > limits.max_pages:
        raise refuse(
            document_id,
            f"has {len(chapters):,} chapters, more than the {limits.max_pages:,} allowed; "
            "raise max_pages or split it.",
        )
    parts: list[str] = []
    length = 0
    for name in chapters:
        if name not in archive.names:
            raise refuse(document_id, "is damaged: a chapter is missing; get the book again.")
        part = _chapter_text(archive.read(name), document_id)
        length += len(part)
        check_length(length, document_id, limits)
        if part:
            parts.append(part)
    if not parts:
        raise refuse(document_id, "is a book without text, perhaps of pictures; nothing indexed.")
    return Content(text="\n\n".join(parts), media_type=MEDIA_TYPE, metadata=_metadata(package))


def _parse(data: bytes) -> Any:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
    try:
        return etree.fromstring(data, parser=parser)
    except etree.LxmlError:
        return None


def _local(root: Any, name: str) -> Iterator[Any]:
    """Find elements by name in any namespace."""
    yield from root.iter(f"{{*}}{name}")


def _package_path(archive: Archive, document_id: str) -> str:
    container = _parse(archive.read(_CONTAINER)) if _CONTAINER in archive.names else None
    if container is not None:
        for file in _local(container, "rootfile"):
            path = file.get("full-path") or ""
            if path in archive.names:
                return path
    raise refuse(document_id, "is damaged or not a book; get it again.")


def _chapters(package: Any, folder: str) -> Iterator[str]:
    items = {item.get("id"): item for item in _local(package, "item")}
    for reference in _local(package, "itemref"):
        item = items.get(reference.get("idref"))
        if item is None or reference.get("linear") == "no":
            continue
        if (item.get("media-type") or "") not in _XHTML:
            continue
        if "nav" in (item.get("properties") or "").split():
            continue
        href = unquote(urldefrag(item.get("href") or "").url)
        yield posixpath.normpath(posixpath.join(folder, href))


def _chapter_text(data: bytes, document_id: str) -> str:
    if not data.strip():
        return ""
    # Read as HTML: forgiving, and no entity of a document type is ever expanded.
    source = decode_html(data, document_id)
    if source.startswith("<?xml"):
        source = source.partition("?>")[2]
    tree = parse_html(source) if source.strip() else None
    return markdown_from_tree(tree) if tree is not None else ""


def _metadata(package: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, name in (("title", "title"), ("issuer", "publisher"), ("date", "date")):
        text = next(("".join(each.itertext()).strip() for each in _local(package, name)), "")
        if text:
            found[key] = text
    creators = [" ".join("".join(each.itertext()).split()) for each in _local(package, "creator")]
    if "issuer" not in found and any(creators):
        found["issuer"] = "; ".join(creator for creator in creators if creator)
    return found
