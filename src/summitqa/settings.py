"""Settings, built once at the edge and passed inwards.

Precedence: flags, then ``SUMMITQA_*`` environment variables, then ``summitqa.toml``
in the working folder, then the defaults here.
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from summitqa.errors import SettingsError

SETTINGS_FILE = "summitqa.toml"


def _checkout_root() -> Path | None:
    """Return the root of the source checkout this package runs from, if it does."""
    root = Path(__file__).resolve().parents[2]
    return root if (root / "pyproject.toml").is_file() and (root / "corpus").is_dir() else None


def default_corpus_dir() -> Path:
    """Return the checkout's ``corpus``, or the briefs that travel in the wheel."""
    root = _checkout_root()
    return root / "corpus" if root else Path(__file__).resolve().parent / "corpus"


def default_index_dir() -> Path:
    """Return the checkout's ``index``, or the user's data folder outside one."""
    root = _checkout_root()
    if root:
        return root / "index"
    from platformdirs import user_data_path

    return user_data_path("summitqa", appauthor=False) / "index"


def default_data_dir(name: str) -> Path:
    """Return a folder in the checkout, or in the user's data folder outside one."""
    root = _checkout_root()
    if root:
        return root / name
    from platformdirs import user_data_path

    return user_data_path("summitqa", appauthor=False) / name


def default_cache_dir() -> Path:
    """Return the user's cache folder for models in the form the engine runs."""
    from platformdirs import user_cache_path

    return user_cache_path("summitqa", appauthor=False)


class Settings(BaseSettings):
    """All settings with their defaults."""

    model_config = SettingsConfigDict(
        env_prefix="SUMMITQA_", frozen=True, extra="ignore", toml_file=SETTINGS_FILE
    )

    corpus_dir: Path = Field(default_factory=default_corpus_dir)
    """Folder with the documents."""
    index_dir: Path = Field(default_factory=default_index_dir)
    """Folder for the index; generated."""
    embedding_model: str = "all-MiniLM-L6-v2"
    """The shipped model, or any sentence-transformers model by name or path."""
    allow_model_download: bool = False
    """Whether a model that is not on this machine may be fetched from the configured hub."""
    cache_dir: Path = Field(default_factory=default_cache_dir)
    """Folder for models converted to the form the engine runs; generated, safe to delete."""
    threads: int = Field(default_factory=lambda: min(4, os.cpu_count() or 1), ge=1)
    """Threads for inference."""
    debug: bool = False

    # Splitting (part of the index digest).
    passage_tokens: int = Field(default=120, ge=20, le=400)
    """Words-and-punctuation tokens a passage aims at."""
    passage_overlap_sentences: int = Field(default=1, ge=0, le=5)
    """Sentences a passage shares with the one before it."""

    # Retrieval and answering.
    candidates: int = Field(default=50, ge=1, le=1000)
    """Hits taken from each of the dense and the lexical stage before fusion."""
    read_passages: int = Field(default=12, ge=1, le=100)
    """Fused hits that the reader re-ranks."""
    top_k: int = Field(default=8, ge=1, le=100)
    """Passages reported as evidence."""
    max_sentences: int = Field(default=3, ge=1, le=10)
    """Quoted sentences in an answer."""
    abstain_below: float | None = Field(default=None, ge=0, le=1)
    """Confidence below which the answer is an abstention; the calibrated default if unset."""
    exact_search_below: int = Field(default=20000, ge=0)
    """Number of passages up to which dense search is exact; HNSW beyond."""

    # Limits.
    max_question_characters: int = Field(default=4000, ge=1)
    max_file_bytes: int = Field(default=100_000_000, ge=1)
    max_pages: int = Field(default=5000, ge=1)
    max_load_seconds: float = Field(default=120.0, gt=0)
    max_load_memory_bytes: int = Field(default=2_000_000_000, ge=100_000_000)
    max_text_characters: int = Field(default=20_000_000, ge=1)
    max_unpacked_bytes: int = Field(default=500_000_000, ge=1)
    """What a DOCX, PPTX or EPUB may hold once unpacked."""
    fetch_timeout_seconds: float = Field(default=30.0, gt=0)
    """Longest silence of a server while a document is downloaded."""
    max_fetch_seconds: float = Field(default=600.0, gt=0)
    """Longest time one download may take."""
    allow_private_hosts: bool = False
    """Whether URL fetching may reach private and loopback addresses."""
    lock_timeout_seconds: float = Field(default=30.0, ge=0)

    # Language model (optional).
    llm: str | None = None
    """A LangChain chat model such as ``ollama:llama3.2``; none by default."""
    llm_base_url: str | None = None
    """Address of an OpenAI-compatible or Ollama server."""
    llm_api_key: SecretStr | None = None
    """Key, where the provider's own environment variable is not used."""
    llm_timeout_seconds: float = Field(default=30.0, gt=0)
    """Seconds for a whole reply; past it the extractive answer is given."""
    llm_max_tokens: int = Field(default=600, ge=16)
    """Tokens a reply may have."""
    llm_max_retries: int = Field(default=2, ge=0, le=10)
    """Further tries after a server's error, with back-off."""
    llm_evidence: int = Field(default=12, ge=1, le=50)
    """Sentences of evidence shown to the model."""
    llm_unsupported: Literal["remove", "mark"] = "remove"
    """What happens to a sentence that its citations do not support."""

    # Serving.
    host: str = "127.0.0.1"
    port: int = Field(default=7860, ge=0, le=65535)
    read_only: bool = False
    """Whether adding, removing and re-indexing are refused."""
    api_token: SecretStr | None = None
    """Token that programs must send; none by default."""
    users_file: Path | None = None
    """File with users and hashed passwords; anybody who reaches the server may ask without it."""
    requests_per_minute: int = Field(default=120, ge=0)
    """Requests that cost work, per client and minute; 0 for no limit. Not applied on loopback."""
    max_upload_bytes: int = Field(default=200_000_000, ge=1)
    """Bytes of one upload, all its files together."""
    conversations_dir: Path = Field(default_factory=lambda: default_data_dir("conversations"))
    """Folder for conversations that people choose to keep on the server's disk."""
    evals_dir: Path = Field(default_factory=lambda: default_data_dir("evals"))
    """Folder with ``suites`` and ``baselines``, for the Evaluation part of the page."""
    feedback_dir: Path = Field(default_factory=lambda: default_data_dir("feedback"))
    """Folder for the feedback on answers."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Order the sources: flags, environment, file."""
        return (init_settings, env_settings, TomlConfigSettingsSource(settings_cls))


def load_settings(**flags: Any) -> Settings:
    """Build the settings; flags that are None count as not given.

    Raises:
        SettingsError: A value is wrong; the message names the setting.
    """
    given = {name: value for name, value in flags.items() if value is not None}
    try:
        return Settings(**given)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        # A key is never shown, not even a malformed one.
        secret = name.endswith(("key", "token"))
        given_value = "" if secret else f" (got {first.get('input')!r})"
        raise SettingsError(
            f"The setting {name} is wrong: {first['msg']}{given_value}; "
            f"see the flag, SUMMITQA_{name.upper()} or {SETTINGS_FILE}."
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{SETTINGS_FILE} is not valid TOML: {error}; mend the file.") from None
