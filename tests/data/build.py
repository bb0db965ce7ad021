"""Small real files of the formats that are awkward to write by hand, made from their parts."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


@dataclass(frozen=True, slots=True)
class Drawn:
    """Text drawn on a PDF page: its place in points, its size and whether it is bold."""

    x: float
    y: float
    text: str
    size: float = 11
    bold: bool = False


def make_pdf(
    pages: Sequence[Sequence[Drawn]],
    *,
    information: Mapping[str, str] | None = None,
    catalogue: str = "",
    trailer: str = "",
) -> bytes:
    """Write a PDF of 595 by 842 points a page, in Helvetica."""
    bodies = [b""] * 4
    kids = []
    for page in pages:
        content = b"".join(_draw(text) for text in page)
        stream = b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content)
        kids.append(len(bodies) + 1)
        bodies.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> >>" % (len(bodies) + 2)
        )
        bodies.append(stream)
    references = " ".join(f"{kid} 0 R" for kid in kids)
    bodies[0] = f"<< /Type /Catalog /Pages 2 0 R {catalogue} >>".encode("latin-1")
    bodies[1] = f"<< /Type /Pages /Kids [{references}] /Count {len(kids)} >>".encode()
    for place, name in ((2, b"Helvetica"), (3, b"Helvetica-Bold")):
        bodies[place] = (
            b"<< /Type /Font /Subtype /Type1 /BaseFont /%s /Encoding /WinAnsiEncoding >>" % name
        )
    if information:
        entries = " ".join(f"/{key} ({value})" for key, value in information.items())
        bodies.append(f"<< {entries} >>".encode("latin-1"))
        trailer += f" /Info {len(bodies)} 0 R"
    return assemble_pdf(bodies, trailer)


def assemble_pdf(bodies: Iterable[bytes], trailer: str = "") -> bytes:
    """Put numbered objects, the cross-reference table and the trailer together."""
    out = io.BytesIO()
    out.write(b"%PDF-1.4\n")
    offsets = []
    for number, body in enumerate(bodies, start=1):
        offsets.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(offsets) + 1))
    for offset in offsets:
        out.write(b"%010d 00000 n \n" % offset)
    out.write(f"trailer\n<< /Size {len(offsets) + 1} /Root 1 0 R {trailer} >>\n".encode("latin-1"))
    out.write(b"startxref\n%d\n%%%%EOF\n" % start)
    return out.getvalue()


def _draw(text: Drawn) -> bytes:
    words = text.text.encode("cp1252").replace(b"\\", b"\\\\")
    words = words.replace(b"(", b"\\(").replace(b")", b"\\)")
    font = b"/F2" if text.bold else b"/F1"
    return b"BT %s %.1f Tf %.1f %.1f Td (%s) Tj ET\n" % (font, text.size, text.x, text.y, words)


def draw_lines(
    lines: Sequence[str], x: float = 72, y: float = 740, size: float = 11
) -> list[Drawn]:
    """Draw lines one below the other; an empty line leaves a gap."""
    return [
        Drawn(x, y - place * size * 1.3, line, size) for place, line in enumerate(lines) if line
    ]


def make_zip(members: Mapping[str, str | bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Write a ZIP archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2024, 5, 21, 0, 0, 0)), content, compression)
    return out.getvalue()


def make_docx(body: str, *, properties: Mapping[str, str] | None = None, prolog: str = "") -> bytes:
    """Write a Word document around the XML of its body."""
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    core = "".join(
        f"<{name}>{value}</{name}>"
        for name, value in (properties or {"dc:title": "A test document"}).items()
    )
    return make_zip(
        {
            "[Content_Types].xml": f"""{head}
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument\
.wordprocessingml.document.main+xml"/></Types>""",
            "_rels/.rels": f"""{head}<Relationships xmlns="{_RELATIONS}">
<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/>
</Relationships>""",
            "word/document.xml": f'{head}{prolog}<w:document xmlns:w="{_WORD}"><w:body>{body}'
            "</w:body></w:document>",
            "word/styles.xml": f'{head}<w:styles xmlns:w="{_WORD}">{_styles()}</w:styles>',
            "word/_rels/document.xml.rels": f"""{head}<Relationships xmlns="{_RELATIONS}">
<Relationship Id="rId1" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>""",
            "docProps/core.xml": f"""{head}<cp:coreProperties
xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/">{core}
</cp:coreProperties>""",
        }
    )


def _styles() -> str:
    names = {"Title": "Title", "Heading1": "heading 1", "Heading2": "heading 2"}
    return "".join(
        f'<w:style w:type="paragraph" w:styleId="{key}"><w:name w:val="{name}"/></w:style>'
        for key, name in names.items()
    )


def word_paragraph(text: str, style: str = "") -> str:
    """Write a paragraph of a Word document."""
    kind = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f'<w:p>{kind}<w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


def word_table(rows: Sequence[Sequence[str]]) -> str:
    """Write a table of a Word document."""
    cells = ("".join(f"<w:tc>{word_paragraph(cell)}</w:tc>" for cell in row) for row in rows)
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"


def make_epub(chapters: Mapping[str, str], *, metadata: str = "", container: str = "") -> bytes:
    """Write a book of XHTML chapters, in the order given."""
    items = "".join(
        f'<item id="c{place}" href="{name}" media-type="application/xhtml+xml"/>'
        for place, name in enumerate(chapters)
    )
    spine = "".join(f'<itemref idref="c{place}"/>' for place in range(len(chapters)))
    members: dict[str, str | bytes] = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": container
        or """<?xml version="1.0"?><container version="1.0"
xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
<rootfile full-path="OEBPS/content.opf" media-type="application/oebps-package+xml"/>
</rootfiles></container>""",
        "OEBPS/content.opf": f"""<?xml version="1.0"?><package version="3.0"
xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/">
<metadata>{metadata}</metadata><manifest>{items}</manifest><spine>{spine}</spine></package>""",
    }
    for name, body in chapters.items():
        members[f"OEBPS/{name}"] = f"""<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title></head>
<body>{body}</body></html>"""
    return make_zip(members)


def make_pptx() -> bytes:
    """Write a presentation: a title slide, a slide with points and notes, one with a table."""
    from pptx import Presentation
    from pptx.util import Inches

    presentation = Presentation()
    presentation.core_properties.title = "Summit briefing"
    first = presentation.slides.add_slide(presentation.slide_layouts[0])
    first.shapes.title.text = "Summit briefing"
    first.placeholders[1].text = "Published 21 May 2024"
    second = presentation.slides.add_slide(presentation.slide_layouts[1])
    second.shapes.title.text = "What was agreed"
    second.placeholders[1].text = "Sixteen companies signed.\nTen countries and the EU agreed."
    second.notes_slide.notes_text_frame.text = "Say who was absent."
    presentation.slides.add_slide(presentation.slide_layouts[6])
    last = presentation.slides.add_slide(presentation.slide_layouts[5])
    last.shapes.title.text = "Signatories"
    box = (Inches(1), Inches(2), Inches(6), Inches(1))
    table = last.shapes.add_table(3, 2, *box).table
    for row, cells in enumerate((("Country", "Signed"), ("Kenya", "yes"), ("Chile", "no"))):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    out = io.BytesIO()
    presentation.save(out)
    return out.getvalue()


def encrypt_pdf(pages: Sequence[Sequence[Drawn]], password: bytes) -> bytes:
    """Write a PDF that only opens with a password (the 40-bit handler of PDF 1.4)."""
    import hashlib

    padding = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")
    identity = b"0123456789abcdef"
    secret = (password + padding)[:32]
    owner = _rc4(hashlib.md5(secret, usedforsecurity=False).digest()[:5], secret)
    permissions = (-4 & 0xFFFFFFFF).to_bytes(4, "little")
    seed = hashlib.md5(secret + owner + permissions + identity, usedforsecurity=False)
    user = _rc4(seed.digest()[:5], padding)
    trailer = (
        f"/ID [<{identity.hex()}> <{identity.hex()}>] /Encrypt << /Filter /Standard /V 1 /R 2 "
        f"/O <{owner.hex()}> /U <{user.hex()}> /P -4 >>"
    )
    return make_pdf(pages, trailer=trailer)


def _rc4(key: bytes, data: bytes) -> bytes:
    state = list(range(256))
    j = 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    out = bytearray()
    i = j = 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(out)
