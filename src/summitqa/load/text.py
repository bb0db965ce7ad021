"""Read Markdown and plain text: the canonical text is the file's own text."""

from __future__ import annotations

import re
from typing import Any

from summitqa.load.content import Content, Limits, check_length, refuse

_FRONT_MATTER_START = re.compile(r"\A---[ \t]*\n")
_FRONT_MATTER_END = re.compile(r"^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.MULTILINE)
_MAX_FRONT_MATTER = 100_000
_MAX_NESTING = 20
_SAMPLE = 65_536
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
# Half a page of text has no such share of control characters in any encoding.
_MOST_CONTROL = 0.05
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
# What people's files are written in. Left to choose among all it knows, the detector finds
# rare relatives of these that read a short text no better.
_ENCODINGS = [
    "cp1252",
    "cp1250",
    "cp1251",
    "cp1253",
    "cp1254",
    "cp1255",
    "cp1256",
    "cp1257",
    "koi8_r",
    "mac_roman",
    "shift_jis",
    "euc_jp",
    "cp949",
    "gb18030",
    "big5",
]
_NEAR_WESTERN = frozenset({"cp1250", "cp1254", "cp1257", "mac_roman"})
_WESTERN = frozenset(
    "àâäáãåæçéèêëíìîïñóòôöõøœúùûüÿßÀÂÄÁÃÅÆÇÉÈÊËÍÌÎÏÑÓÒÔÖÕØŒÚÙÛÜŸ‘’‚“”„«»‹›–—…•·€£§°©®™½¼¾¡¿ªº\xa0"
)


def decode(data: bytes, document_id: str) -> str:
    """Decode bytes: a byte-order mark, then UTF-8, then the likeliest encoding.

    Line ends become ``\\n`` and NUL characters the replacement character; nothing else
    is changed, so that offsets are those of the file's own text.

    Raises:
        DocumentError: The bytes are not text.
    """
    text = _decode_unicode(data)
    if text is None:
        text = _decode_legacy(data, document_id)
    sample = text[:_SAMPLE]
    if len(_CONTROL.findall(sample)) > _MOST_CONTROL * len(sample):
        raise refuse(document_id, "is binary, not text; remove it or convert it.")
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")


def _decode_unicode(data: bytes) -> str | None:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    sample = data[:_SAMPLE]
    # UTF-16 without a mark: every other byte of Western text is zero.
    for first, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        high, low = sample[first::2], sample[1 - first :: 2]
        if high and high.count(0) > 0.4 * len(high) and low.count(0) < 0.05 * len(low):
            return data.decode(encoding, errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        # A broken byte here and there, or a file cut off inside a character, is UTF-8 still.
        text = data.decode("utf-8", errors="replace")
        wide = len(data) - len(text)
        return text if wide > 20 * text.count("\ufffd") and error.start >= 0 else None


def _decode_legacy(data: bytes, document_id: str) -> str:
    from charset_normalizer import from_bytes

    if b"\0" in data[:_SAMPLE]:
        raise refuse(document_id, "is binary, not text; remove it or convert it.")
    best = from_bytes(
        _telling_sample(data), cp_isolation=_ENCODINGS, preemptive_behaviour=False
    ).best()
    encoding = best.encoding if best is not None else "cp1252"
    if encoding in _NEAR_WESTERN and _is_western(data):
        encoding = "cp1252"
    return data.decode(encoding, errors="replace")


def _is_western(data: bytes) -> bool:
    """Tell whether bytes read as cp1252 hold only letters that Western languages use.

    In a short text its near relatives look as likely; what they have of their own would show
    as signs that no such text holds.
    """
    wide = {letter for letter in data[: 16 * _SAMPLE].decode("cp1252", "replace") if letter > "~"}
    return wide <= _WESTERN


def _telling_sample(data: bytes) -> bytes:
    """Take the lines with bytes beyond ASCII, which alone tell encodings apart."""
    lines = [line for line in data[: 16 * _SAMPLE].splitlines() if not line.isascii()]
    return b"\n".join(lines)[:_SAMPLE] or data[:_SAMPLE]


def read_text(data: bytes, document_id: str, limits: Limits) -> Content:
    """Read plain text as it stands.

    Raises:
        DocumentError: The file is binary or too long.
    """
    text = decode(data, document_id).strip("\n")
    check_length(len(text), document_id, limits)
    return Content(text=text, media_type="text/plain")


def read_markdown(data: bytes, document_id: str, limits: Limits) -> Content:
    """Read Markdown; the canonical text is the source after its front matter.

    Raises:
        DocumentError: The front matter is not sound YAML, or the file is binary or too long.
    """
    text = decode(data, document_id)
    check_length(len(text), document_id, limits)
    metadata: dict[str, Any] = {}
    start = _FRONT_MATTER_START.match(text)
    if start:
        end = _FRONT_MATTER_END.search(text, start.end(), start.end() + _MAX_FRONT_MATTER)
        found = _parse_front_matter(text[start.end() : end.start()], document_id) if end else None
        if found is not None and end:
            metadata = found
            text = text[end.end() :]
    return Content(text=text.strip("\n"), media_type="text/markdown", metadata=metadata)


def _parse_front_matter(source: str, document_id: str) -> dict[str, Any] | None:
    """Parse YAML; None when it is no mapping, so that ``---`` was only a rule across the page."""
    import yaml

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        _check_events(yaml.parse(source, Loader=loader), document_id)
        parsed = yaml.load(source, Loader=loader)
        if isinstance(parsed, dict):
            return {str(key): value for key, value in parsed.items()}
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" (line {mark.line + 2})" if mark is not None else ""
        raise refuse(
            document_id, f"has front matter that is not valid YAML{where}; mend it or remove it."
        ) from None
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
        # What YAML's own constructors raise for values such as "2023-02-30" or "!!int x".
        detail = str(error).split("\n", 1)[0][:100]
        raise refuse(
            document_id,
            f"has front matter with a value that cannot be read ({detail}); mend it.",
        ) from None
    return {} if parsed is None else None


def _check_events(events: Any, document_id: str) -> None:
    """Refuse what makes a small YAML text large: aliases, and nesting beyond reason."""
    import yaml

    depth = 0
    for event in events:
        if isinstance(event, yaml.AliasEvent):
            raise refuse(
                document_id, "has front matter with YAML aliases, which are not read; remove them."
            )
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > _MAX_NESTING:
            raise refuse(document_id, "has front matter nested too deeply; simplify it.")
