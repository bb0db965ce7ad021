"""A setting that is wrong gets one sentence; a key is shown nowhere."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from summitqa.errors import LanguageModelError, SettingsError
from summitqa.language_model.client import known_keys, open_model
from summitqa.language_model.failures import redact
from summitqa.settings import load_settings

KEY = "very-secret-value-4711"


@pytest.fixture(autouse=True)
def no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "SUMMITQA_LLM_API_KEY"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("openai:", "write it as PROVIDER:MODEL"),
        ("gpt-4o", "write it as PROVIDER:MODEL"),
        (":x", "write it as PROVIDER:MODEL"),
        ("openai:gpt-4o", "set OPENAI_API_KEY or SUMMITQA_LLM_API_KEY"),
        ("anthropic:claude-sonnet-4-5", "set ANTHROPIC_API_KEY or SUMMITQA_LLM_API_KEY"),
        ("nobody:model", "is not known"),
    ],
)
def test_what_is_missing_is_said_in_one_sentence(setting: str, said: str) -> None:
    with pytest.raises(LanguageModelError) as caught:
        open_model(load_settings(llm=setting))
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("localhost:8080", "is no web address"),
        ("ftp://localhost/v1", "is no web address"),
        ("http://", "is no web address"),
        ("http://localhost:port/v1", "is no web address"),
        (f"http://me:{KEY}@localhost:8080/v1", "put the key into SUMMITQA_LLM_API_KEY"),
        (f"http://localhost:8080/v1?api_key={KEY}", "put the key into SUMMITQA_LLM_API_KEY"),
    ],
)
def test_an_address_that_is_none_or_carries_a_key_is_refused(address: str, said: str) -> None:
    with pytest.raises(LanguageModelError) as caught:
        open_model(load_settings(llm="openai:any", llm_base_url=address))
    assert said in str(caught.value)
    assert KEY not in str(caught.value)


def test_an_address_may_name_the_version_of_a_protocol() -> None:
    address = "http://localhost:8080/v1?api-version=2031-03-04"
    assert open_model(load_settings(llm="openai:any", llm_base_url=address)).name == "openai:any"


def test_the_keys_of_every_provider_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOMEBODY_API_KEY", "somebody-4711")
    monkeypatch.setenv("OTHER_TOKEN", "other-4712-long")
    monkeypatch.setenv("SHORT_KEY", "no")
    monkeypatch.setenv("SUMMITQA_LLM_API_KEY", KEY)
    keys = known_keys(load_settings())
    assert {"somebody-4711", "other-4712-long", KEY} <= set(keys)
    assert "no" not in keys
    assert KEY not in redact(f"Bearer {KEY}x", keys)


@pytest.mark.parametrize(
    ("provider", "module"),
    [
        ("openai", "langchain_openai"),
        ("ollama", "langchain_ollama"),
        ("anthropic", "langchain_anthropic"),
    ],
)
def test_a_missing_package_is_named_with_its_extra(
    provider: str, module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(LanguageModelError, match=rf"pip install 'summitqa\[{provider}\]'"):
        open_model(load_settings(llm=f"{provider}:any", llm_api_key=KEY))


def test_every_extra_sets_up_with_its_real_package() -> None:
    for provider in ("openai", "ollama", "anthropic"):
        model = open_model(load_settings(llm=f"{provider}:any", llm_api_key=KEY))
        assert model.name == f"{provider}:any"
        assert KEY not in repr(model)


def test_a_server_that_is_not_there_is_told_apart(unused_tcp_port: int) -> None:
    for provider in ("openai", "ollama"):
        settings = load_settings(
            llm=f"{provider}:any",
            llm_base_url=f"http://127.0.0.1:{unused_tcp_port}",
            llm_max_retries=0,
        )
        with pytest.raises(LanguageModelError, match="cannot be reached"):
            open_model(settings).reply([("human", "Hello")])


@pytest.fixture
def unused_tcp_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def test_settings_never_show_a_key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SUMMITQA_LLM_API_KEY", KEY)
    settings = load_settings()
    assert settings.llm_api_key is not None
    assert settings.llm_api_key.get_secret_value() == KEY
    for text in (
        repr(settings),
        str(settings),
        settings.model_dump_json(),
        str(settings.model_dump()),
    ):
        assert KEY not in text
    monkeypatch.delenv("SUMMITQA_LLM_API_KEY")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "summitqa.toml").write_text("llm_api_key = 4711471147114711\n", encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert "llm_api_key" in str(caught.value)
    assert "4711471147114711" not in str(caught.value)


@pytest.mark.slow
@pytest.mark.parametrize("debug", [(), ("--debug",)])
def test_the_command_line_shows_no_key(debug: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus/a.md").write_text("# A\n\nTwelve countries signed.\n", encoding="utf-8")
    places = ("--corpus", str(tmp_path / "corpus"), "--index", str(tmp_path / "index"))
    environment = {
        **os.environ,
        "SUMMITQA_LLM": "nobody:model",
        "SUMMITQA_LLM_API_KEY": KEY,
        "OPENAI_API_KEY": KEY,
    }
    outputs = ""
    for command in (("index",), ("ask", "How many countries signed?")):
        done = subprocess.run(
            [sys.executable, "-m", "summitqa", *command, *debug, *places],
            capture_output=True, text=True, check=False, env=environment,
        )  # fmt: skip
        outputs += done.stdout + done.stderr
    assert "nobody" in outputs
    assert KEY not in outputs
