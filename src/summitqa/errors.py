"""Every error that SummitQA raises on purpose.

    SummitQAError            one sentence for the person; exit code 1
    ├── UsageError           the request itself is wrong; exit code 2
    │   └── SettingsError    a flag, environment variable or settings file is wrong
    ├── CorpusError          the corpus folder cannot be used as it is
    ├── DocumentError        one document cannot be read; the others can
    ├── IndexStateError      the index is missing, foreign, damaged or of another version
    │   └── IndexLockedError another process is writing the index
    ├── ModelError           an embedding model or the reader cannot be loaded
    ├── FetchError           an address cannot be fetched or must not be
    ├── SuiteError           an evaluation suite or baseline is malformed
    └── LanguageModelError   the configured language model cannot be used

The message of each is one sentence that says what was wrong and what to do.
"""

from __future__ import annotations


class SummitQAError(Exception):
    """An error with a message fit to be shown to a person."""

    exit_code = 1


class UsageError(SummitQAError):
    """The request itself is wrong."""

    exit_code = 2


class SettingsError(UsageError):
    """A flag, an environment variable or the settings file is wrong."""


class CorpusError(SummitQAError):
    """The corpus folder cannot be used as it is."""


class DocumentError(SummitQAError):
    """One document cannot be read; the others can."""


class IndexStateError(SummitQAError):
    """The index is missing, not ours, damaged or of another version."""


class IndexLockedError(IndexStateError):
    """Another process is writing the index."""


class ModelError(SummitQAError):
    """An embedding model or the reader cannot be loaded."""


class FetchError(SummitQAError):
    """An address cannot be fetched, or must not be."""


class SuiteError(SummitQAError):
    """An evaluation suite or a baseline is malformed."""


class LanguageModelError(SummitQAError):
    """The configured language model cannot be used."""
