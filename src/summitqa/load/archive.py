"""Open DOCX, PPTX and EPUB, which are ZIP archives of XML, without falling for a bomb."""

from __future__ import annotations

import io
import zipfile
import zlib
from xml.parsers import expat

from summitqa.load.content import Limits, refuse

_MAX_MEMBERS = 20_000
# Deflate cannot do better than 1032 to 1; honest XML reaches about 20 to 1.
_MAX_RATIO = 200
_RATIO_FROM = 10_000_000
_MARKUP = (".xml", ".rels", ".opf", ".ncx", ".xhtml", ".html", ".htm", ".vml")


class Archive:
    """A ZIP archive whose declared sizes are within the limits.

    The declared sizes can be relied on: no more than a member's declared size is ever
    unpacked, and a member that holds something else fails its checksum.
    """

    def __init__(self, data: bytes, document_id: str, limits: Limits) -> None:
        """Open an archive.

        Raises:
            DocumentError: It is no archive, encrypted, or too large once unpacked.
        """
        self._document_id = document_id
        try:
            self.zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
            if data.startswith(b"\xd0\xcf\x11\xe0"):
                raise refuse(
                    document_id,
                    "is an encrypted or old Office file; save it unencrypted in today's format.",
                ) from None
            raise refuse(
                document_id, "is damaged: it is not the archive it should be; save it anew."
            ) from None
        self.names = frozenset(self.zip.namelist())
        self._check(limits)

    def _check(self, limits: Limits) -> None:
        members = self.zip.infolist()
        unpacked = sum(member.file_size for member in members)
        packed = sum(member.compress_size for member in members)
        if len(members) > _MAX_MEMBERS:
            raise refuse(
                self._document_id, f"holds {len(members):,} files inside, too many to be read."
            )
        if unpacked > limits.max_unpacked_bytes:
            raise refuse(
                self._document_id,
                f"unpacks to {unpacked:,} bytes, more than the {limits.max_unpacked_bytes:,} "
                "allowed; raise max_unpacked_bytes or split it.",
            )
        if unpacked > _RATIO_FROM and unpacked > _MAX_RATIO * max(1, packed):
            raise refuse(
                self._document_id,
                f"unpacks to {unpacked // max(1, packed)} times its size, as only a bomb does; "
                "remove it.",
            )
        for member in members:
            if member.flag_bits & 1:
                raise refuse(self._document_id, "is encrypted; save an open copy.")

    def read(self, name: str) -> bytes:
        """Unpack one member.

        Raises:
            DocumentError: It is missing or damaged.
        """
        try:
            return self.zip.read(name)
        except (KeyError, zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
            missing = isinstance(error, KeyError)
            what = "lacks a part" if missing else "has a damaged part"
            raise refuse(
                self._document_id, f"is damaged: it {what} that it needs; save it anew."
            ) from None
        except NotImplementedError:
            raise refuse(
                self._document_id, "is packed in a way that is not known; save it anew."
            ) from None

    def check_markup(self) -> None:
        """Refuse XML with entities of its own, which is how a small file grows without end.

        Raises:
            DocumentError: A member declares entities.
        """
        for name in sorted(self.names):
            if name.lower().endswith(_MARKUP) and declares_entities(self.read(name)):
                raise refuse(
                    self._document_id,
                    "declares XML entities, which no such file needs and bombs are made of; "
                    "remove it.",
                )


class _EntityFoundError(Exception):
    """The XML declares an entity."""


class _RootReachedError(Exception):
    """The first element was reached; declarations come before it."""


def declares_entities(data: bytes) -> bool:
    """Tell whether XML declares entities; only what comes before its first element is read."""

    def found(*_: object) -> None:
        raise _EntityFoundError

    def reached(*_: object) -> None:
        raise _RootReachedError

    parser = expat.ParserCreate()
    parser.EntityDeclHandler = found
    parser.StartElementHandler = reached
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    try:
        parser.Parse(data, True)
    except _EntityFoundError:
        return True
    except (_RootReachedError, expat.ExpatError, ValueError, LookupError):
        return False
    return False
