"""Read DOCX with mammoth, which knows Word's styles, lists, tables, notes and revisions."""

from __future__ import annotations

import io
from typing import Any

from summitqa.load.archive import Archive
from summitqa.load.content import Content, Limits, check_length, refuse
from summitqa.load.html import parse_html
from summitqa.load.markup import markdown_from_tree

# Above mammoth's own map: a title is a first-level heading.
_STYLES = """
p[style-name='Title'] => h1:fresh
p[style-name='Subtitle'] => p:fresh
r[style-name='Strong'] =>
r[style-name='Emphasis'] =>
"""
_CORE = "docProps/core.xml"
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def read_docx(data: bytes, document_id: str, limits: Limits) -> Content:
    """Read a DOCX file.

    Deleted revisions are left out and inserted ones taken; pictures are passed over.

    Raises:
        DocumentError: The file is damaged, encrypted, a bomb, or holds no text.
    """
    import mammoth

    archive = Archive(data, document_id, limits)
    archive.check_markup()
    if not any(name.startswith("word/") for name in archive.names):
        raise refuse(document_id, "is not a Word document, in spite of its suffix; rename it.")
    converted = mammoth.convert_to_html(
        io.BytesIO(data),
        style_map=_STYLES,
        convert_image=mammoth.images.img_element(lambda image: {}),  # noqa: ARG005
        external_file_access=False,
    )
    tree = parse_html(f"<html><body>{converted.value}</body></html>")
    text = markdown_from_tree(tree) if tree is not None else ""
    if not text.strip():
        raise refuse(document_id, "is a Word document without text; nothing was indexed.")
    check_length(len(text), document_id, limits)
    return Content(text=text, media_type=MEDIA_TYPE, metadata=core_properties(archive))


def core_properties(archive: Archive) -> dict[str, Any]:
    """Read title, author and dates from the properties of an Office file.

    The dates say when the file was made, which is weaker than what its text states.
    """
    from lxml import etree

    if _CORE not in archive.names:
        return {}
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
    try:
        root = etree.fromstring(archive.read(_CORE), parser=parser)
    except etree.LxmlError:
        return {}  # broken properties take nothing from the text
    if root is None:
        return {}
    found: dict[str, str] = {}
    for element in root.iter():
        if isinstance(element.tag, str) and element.text and element.text.strip():
            found.setdefault(etree.QName(element).localname, element.text.strip())
    named = {
        "title": found.get("title"),
        "issuer": found.get("publisher") or found.get("creator"),
        "weak_date": found.get("created") or found.get("modified"),
    }
    generators = ("python-docx", "python-pptx", "PowerPoint Presentation", "Microsoft Office User")
    return {key: value for key, value in named.items() if value and value not in generators}
