"""What several test modules share: settings on temporary folders, and the shared data."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from summitqa.settings import Settings, load_settings

ROOT = Path(__file__).resolve().parents[1]

# A shell starts what runs in the background with Ctrl-C ignored, and so would every process be
# that a test starts to see how Ctrl-C ends it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings whose corpus and index lie in an empty temporary folder."""
    return load_settings(corpus_dir=tmp_path / "corpus", index_dir=tmp_path / "index", threads=1)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with public data and real documents; the test is skipped without it."""
    folder = Path(os.environ.get("SUMMITQA_SHARED", ROOT.parent / "shared"))
    if not folder.is_dir():
        pytest.skip("the shared data folder is not here; set SUMMITQA_SHARED to use it")
    return folder
