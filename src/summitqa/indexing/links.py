"""Files that are indexed where they are: the links file in the corpus folder.

``summitqa-links.toml`` lies in the corpus, not in the index, so that an index made from
nothing sees the same documents. It maps a name in the corpus to a file or folder
elsewhere; documents of a linked folder are called ``name/path/inside/it``.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path

from summitqa.errors import CorpusError
from summitqa.store.layout import replace_file

LINKS_FILE = "summitqa-links.toml"
_HEAD = (
    "# Files and folders that SummitQA indexes where they are (summitqa add --in-place).\n[links]\n"
)


def read_links(corpus_dir: Path) -> dict[str, Path]:
    """Read the links of a corpus: name to target.

    Raises:
        CorpusError: The links file is not valid.
    """
    path = corpus_dir / LINKS_FILE
    try:
        links = tomllib.loads(path.read_text(encoding="utf-8")).get("links", {})
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise CorpusError(f"{path} cannot be read ({error}); mend or delete it.") from None
    if not isinstance(links, dict) or not all(isinstance(target, str) for target in links.values()):
        raise CorpusError(f'{path} must hold lines such as "name" = "/path"; mend or delete it.')
    for name in links:
        if name.startswith("/") or any(part in ("", ".", "..") for part in name.split("/")):
            raise CorpusError(f"{path} holds the name {name!r}, which leaves the corpus; mend it.")
    return {name: corpus_dir / Path(target).expanduser() for name, target in links.items()}


def write_links(corpus_dir: Path, links: Mapping[str, Path]) -> None:
    """Write the links of a corpus, in the order of their names."""
    path = corpus_dir / LINKS_FILE
    if not links:
        path.unlink(missing_ok=True)
        return
    # A JSON string is a TOML basic string as long as DEL is escaped, which JSON leaves alone.
    lines = (f"{_quote(name)} = {_quote(str(links[name]))}\n" for name in sorted(links))
    replace_file(path, _HEAD + "".join(lines))


def _quote(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
