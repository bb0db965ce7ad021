"""What must hold for every input: a sound document, or one sentence that names the file."""

from __future__ import annotations

from pathlib import Path

from summitqa.errors import DocumentError
from summitqa.load import LoadingWorker, load_document
from summitqa.settings import Settings
from summitqa.split import split_document


def check_input(
    data: bytes, suffix: str, folder: Path, settings: Settings, worker: LoadingWorker
) -> bool:
    """Load one input and split what it gives.

    Returns:
        Whether it was read; False when it was refused in the right way.

    Raises:
        AssertionError: Something that every document promises does not hold.
    """
    name = f"input{suffix}"
    path = folder / name
    path.write_bytes(data)
    try:
        document = load_document(path, name, settings, worker)
    except DocumentError as error:
        message = str(error)
        assert message.startswith(f"{name} "), message
        assert "\n" not in message, message
        return False
    text = document.text
    text.encode("utf-8")
    assert text.strip()
    assert "\r" not in text
    assert "\0" not in text
    starts = document.page_starts
    assert list(starts) == sorted(starts)
    assert all(0 <= start <= len(text) for start in starts)
    assert document.title.strip()
    assert "\n" not in document.title
    passages, sentences = split_document(document, settings)
    spans = [(each.start, each.end, each.text) for each in passages]
    spans += [(each.start, each.end, each.text) for each in sentences]
    assert all(text[start:end] == piece for start, end, piece in spans)
    return True
