"""Read HTML: the main content, without menus and footers, as Markdown."""

from __future__ import annotations

import re
from typing import Any

from summitqa.load.content import Content, Limits, check_length, refuse
from summitqa.load.markup import markdown_from_tree
from summitqa.load.text import decode

_DECLARED = re.compile(rb"<meta[^>]{0,200}charset\s{0,5}=\s{0,5}[\"']?\s{0,5}([\w.:-]{2,40})", re.I)
_ROLES = frozenset(
    ["navigation", "banner", "contentinfo", "search", "complementary", "dialog", "menu"]
)
_FURNITURE = re.compile(
    r"(?:^|\s)(?:[\w-]*cookie[\w-]*|breadcrumbs?|[\w-]+__?breadcrumbs?|skip-?(?:to|link)[\w-]*|"
    r"nav(?:bar|igation)?|menu|sidebar|site-(?:header|footer|nav)|social[\w-]*|share[\w-]*|"
    r"newsletter[\w-]*|pagination|advert[\w-]*|toc|table-of-contents)(?:\s|$)",
    re.IGNORECASE,
)
_UPDATED = (
    "article:modified_time",
    "og:updated_time",
    "govuk:updated-at",
    "dcterms.modified",
    "dc.date.modified",
    "last-modified",
)
_LEAST_CONTENT = 200
# From this share on the page is nearly all content, and its own structure tells more than
# what is left of it after extraction.
_MOSTLY_CONTENT = 0.75


def read_html(data: bytes, document_id: str, limits: Limits) -> Content:
    """Read HTML.

    What the page marks as its main content is taken; of other pages what trafilatura finds
    to be content.

    Raises:
        DocumentError: No content was found.
    """
    source = decode_html(data, document_id)
    tree = parse_html(source)
    if tree is None:
        raise refuse(document_id, "holds no readable content; nothing was indexed.")
    metadata = _metadata(source, tree)
    _remove_furniture(tree)
    text = _main_content(tree) or _found_content(source, tree)
    if not text.strip():
        raise refuse(document_id, "holds no readable content; nothing was indexed.")
    check_length(len(text), document_id, limits)
    return Content(text=text, media_type="text/html", metadata=metadata)


def decode_html(data: bytes, document_id: str) -> str:
    """Decode HTML: what it declares, unless a byte-order mark or UTF-8 says otherwise."""
    declared = _DECLARED.search(data[:4096])
    if declared and not data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        name = declared.group(1).decode("ascii").lower()
        try:
            data.decode("utf-8")
        except UnicodeDecodeError:
            if name not in ("utf-8", "utf8", "utf-7", "utf-16", "utf-32"):
                try:
                    # Browsers read these names as windows-1252.
                    west = name in ("iso-8859-1", "latin-1", "latin1", "us-ascii")
                    text = data.decode("cp1252" if west else name, errors="replace")
                except (LookupError, ValueError):
                    text = ""
                if text:
                    data = text.encode("utf-8", "replace")
    return decode(data, document_id)


def parse_html(source: str) -> Any:
    """Parse HTML into a tree; None when there is nothing in it.

    Entities of a document type are not expanded and nothing is fetched.
    """
    from lxml import etree, html

    # Without huge_tree the parser gives up where tags are nested deeply, and with it depth
    # costs memory only, which is limited.
    parser = html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=True)
    try:
        return html.document_fromstring(source.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):
        return None


def _remove_furniture(tree: Any) -> None:
    doomed = [
        element
        for element in tree.iter()
        if isinstance(element.tag, str)
        and element.tag not in ("html", "body", "main", "article")
        and (
            element.tag in ("nav", "footer")
            or (element.get("role") or "").strip().lower() in _ROLES
            or _FURNITURE.search((element.get("class") or "")[:300])
            or _FURNITURE.search((element.get("id") or "")[:100])
        )
    ]
    for element in doomed:
        parent = element.getparent()
        if parent is not None:
            element.drop_tree()


def _main_content(tree: Any) -> str:
    """Read what the page itself marks as its main content."""
    for path in ("//main", "//*[@role='main']", "//article"):
        found = tree.xpath(path)
        if len(found) == 1:
            text = markdown_from_tree(found[0])
            if len(text) >= _LEAST_CONTENT:
                return text
    return ""


def _found_content(source: str, tree: Any) -> str:
    """Let trafilatura find the content of a page that marks none."""
    import trafilatura

    whole = markdown_from_tree(tree)
    try:
        found = trafilatura.extract(
            source,
            output_format="html",
            include_tables=True,
            include_comments=False,
            favor_recall=True,
        )
    except (RecursionError, ValueError):
        found = None
    body = parse_html(found) if found else None
    text = markdown_from_tree(body) if body is not None else ""
    if len(text) < _LEAST_CONTENT or len(text) > _MOSTLY_CONTENT * len(whole):
        return whole
    return text


def _metadata(source: str, tree: Any) -> dict[str, Any]:
    import trafilatura

    metadata: dict[str, Any] = {}
    try:
        found = trafilatura.extract_metadata(
            source,
            date_config={
                "original_date": True,
                "extensive_search": False,
                "max_date": "2100-01-01",
            },
        )
    except (RecursionError, ValueError, TypeError, AttributeError, KeyError):
        found = None
    if found is not None:
        for key, value in (
            ("title", found.title),
            ("weak_date" if not _declares_date(tree) else "date", found.date),
            ("issuer", found.sitename),
            ("url", found.url),
        ):
            if value:
                metadata[key] = str(value)
    for name in _UPDATED:
        for meta in tree.iterfind(".//meta"):
            key = (meta.get("property") or meta.get("name") or "").lower()
            if key == name and meta.get("content"):
                metadata.setdefault("updated", meta.get("content"))
    return metadata


def _declares_date(tree: Any) -> bool:
    """Tell whether the page's head dates it, rather than some date in its text."""
    return any(
        "publish" in key or "date" in key or "created" in key or "issued" in key
        for meta in tree.iterfind(".//meta")
        for key in [(meta.get("property") or meta.get("name") or "").lower()]
    ) or any("datePublished" in (script.text or "") for script in tree.iterfind(".//script"))
