"""Read CSV, JSON Lines and JSON: a record is a section, its text columns the paragraphs.

Which columns hold text the sidecar says (``text_columns = ["statement"]``); otherwise the
names and the lengths of the values tell. The other columns are written above the text as
``Country: Kenya; Signed: yes``, so that a passage still says what it is about. A table
without longer texts becomes a line a record.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from summitqa.load.content import Content, Limits, check_length, refuse
from summitqa.load.text import decode

Record = dict[str, str]

_TITLES = ("title", "headline", "heading", "subject", "name")
_TEXTS = frozenset(
    [
        "text",
        "body",
        "content",
        "contents",
        "description",
        "abstract",
        "summary",
        "statement",
        "passage",
        "paragraph",
        "question",
        "answer",
        "comment",
        "transcript",
        "speech",
        "article",
        "details",
        "notes",
        "remarks",
    ]
)
_LONG_VALUE = 80
_DELIMITERS = ",;\t|"
_MAX_COLUMNS = 1000
_MAX_DEPTH = 6


def read_csv(data: bytes, document_id: str, limits: Limits) -> Content:
    """Read CSV or TSV with a header line.

    Raises:
        DocumentError: There is no header and record, or a named column is missing.
    """
    source = decode(data, document_id)
    csv.field_size_limit(max(131_072, limits.max_text_characters))
    head = source.lstrip("\n").partition("\n")[0][:100_000]
    delimiter = max(_DELIMITERS, key=head.count)
    rows = csv.reader(io.StringIO(source), delimiter=delimiter)
    try:
        header = [" ".join(name.split()) for name in next(rows, [])]
        if len(header) > _MAX_COLUMNS:
            raise refuse(document_id, f"has {len(header):,} columns, too many to be read.")
        columns = [name or f"column {place}" for place, name in enumerate(header, start=1)]
        records = [record for row in rows if (record := _record_from_row(columns, row))]
    except csv.Error as error:
        raise refuse(
            document_id, f"is not sound CSV (line {rows.line_num}: {error}); mend it."
        ) from None
    if not records:
        raise refuse(document_id, "holds a header at most and no records; nothing was indexed.")
    return Content(text=_write(records, document_id, limits), media_type="text/csv")


def _record_from_row(columns: Sequence[str], row: Sequence[str]) -> Record:
    record = {name: value.strip() for name, value in zip(columns, row, strict=False)}
    rest = [value.strip() for value in row[len(columns) :] if value.strip()]
    if rest and columns:
        # An unquoted delimiter in the last column: what it cut off belongs to it.
        record[columns[-1]] = ", ".join([record[columns[-1]], *rest])
    return {name: value for name, value in record.items() if value}


def read_jsonl(data: bytes, document_id: str, limits: Limits) -> Content:
    """Read JSON Lines: one object a line.

    Raises:
        DocumentError: A line is not a JSON object.
    """
    records: list[Record] = []
    for number, line in enumerate(decode(data, document_id).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            value = _parse(line)
        except ValueError:
            raise refuse(document_id, f"has a line {number} that is not JSON; mend it.") from None
        if not isinstance(value, dict):
            raise refuse(document_id, f"has a line {number} that is not a JSON object; mend it.")
        records.append(_flatten(value))
    text = _write(records, document_id, limits)
    return Content(text=text, media_type="application/jsonl")


def read_json(data: bytes, document_id: str, limits: Limits) -> Content:
    """Read JSON: a list of objects, an object that holds one, or a single object.

    Raises:
        DocumentError: The file is not JSON, or holds no objects.
    """
    try:
        value = _parse(decode(data, document_id))
    except ValueError as error:
        line = getattr(error, "lineno", None)
        where = f" (line {line})" if line else ""
        raise refuse(document_id, f"is not JSON{where}; mend it.") from None
    metadata: dict[str, Any] = {}
    if isinstance(value, dict):
        lists = [name for name, each in value.items() if _is_objects(each)]
        if len(lists) == 1:
            metadata = {name: each for name, each in value.items() if name != lists[0]}
            value = value[lists[0]]
        else:
            metadata, value = value, [value]
    if not _is_objects(value):
        raise refuse(document_id, "holds no list of JSON objects; nothing was indexed from it.")
    records = [_flatten(each) for each in value]
    named = ("title", "date", "updated", "issuer", "publisher", "url", "kind", "summit")
    known = {key: metadata[key] for key in named if isinstance(metadata.get(key), str)}
    if "publisher" in known:
        known.setdefault("issuer", known.pop("publisher"))
    text = _write(records, document_id, limits)
    return Content(text=text, media_type="application/json", metadata=known)


def _parse(source: str) -> Any:
    """Parse JSON; numbers stay as they are written."""
    return json.loads(source, parse_int=str, parse_float=str, parse_constant=str)


def _is_objects(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(each, dict) for each in value)


def _flatten(value: Mapping[str, Any], prefix: str = "", depth: int = 0) -> Record:
    """Name nested values by their path: ``speaker.name``."""
    record: Record = {}
    for key, each in value.items():
        name = f"{prefix}{key}"
        if isinstance(each, dict) and depth < _MAX_DEPTH:
            record.update(_flatten(each, f"{name}.", depth + 1))
        elif isinstance(each, list) and all(isinstance(part, str) for part in each):
            record[name] = "\n\n".join(each) if _is_long(each) else ", ".join(each)
        elif isinstance(each, (list, dict)):
            record[name] = json.dumps(each, ensure_ascii=False)
        elif isinstance(each, bool):
            record[name] = "yes" if each else "no"
        elif each is not None:
            record[name] = str(each).strip()
    return {name: text for name, text in record.items() if text}


def _is_long(parts: Iterable[str]) -> bool:
    return any(len(part) > _LONG_VALUE for part in parts)


def _write(records: Sequence[Record], document_id: str, limits: Limits) -> str:
    columns = list(dict.fromkeys(name for record in records for name in record))
    texts = _text_columns(records, columns, document_id, limits)
    length = 0
    parts: list[str] = []
    for record in records:
        part = _section(record, texts) if texts else _line(record)
        length += len(part)
        check_length(length, document_id, limits)
        if part:
            parts.append(part)
    return ("\n\n" if texts else "\n").join(parts)


def _text_columns(
    records: Sequence[Record], columns: Sequence[str], document_id: str, limits: Limits
) -> list[str]:
    missing = [name for name in limits.text_columns if name not in columns]
    if missing:
        raise refuse(
            document_id,
            f"has no column {missing[0]!r}, which its sidecar names; it has "
            f"{', '.join(columns[:20])}.",
        )
    if limits.text_columns:
        return list(limits.text_columns)
    found = []
    for name in columns:
        lengths = [len(record[name]) for record in records if name in record]
        mean = sum(lengths) / max(1, len(lengths))
        known = name.rpartition(".")[2].lower() in _TEXTS
        if mean > _LONG_VALUE or (known and mean > _LONG_VALUE / 4):
            found.append(name)
    return found


def _section(record: Record, texts: Sequence[str]) -> str:
    title = next((name for name in record if name.lower() in _TITLES and name not in texts), None)
    facts = [
        f"{name}: {_one_line(value)}"
        for name, value in record.items()
        if name not in texts and name != title
    ]
    blocks = [f"## {_one_line(record[title])}"] if title else []
    if facts:
        blocks.append("; ".join(facts))
    blocks.extend(_paragraphs(record, texts))
    return "\n\n".join(blocks)


def _paragraphs(record: Record, texts: Sequence[str]) -> Iterator[str]:
    several = len(texts) > 1
    for name in texts:
        if name in record:
            value = record[name].replace("\r\n", "\n").replace("\r", "\n")
            yield f"{name}: {value}" if several else value


def _line(record: Record) -> str:
    facts = "; ".join(f"{name}: {_one_line(value)}" for name, value in record.items())
    return f"- {facts}" if facts else ""


def _one_line(text: str) -> str:
    return " ".join(text.split())
