"""``summitqa eval`` with the real index, embedding model and reader, on twelve documents."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.language_model.scripted_server import scripted_server

from summitqa.cli import main
from summitqa.cli.evaluate import suite_paths
from summitqa.evaluation.formats.collection import SourceText
from summitqa.retrieve import retrieve
from summitqa.settings import load_settings
from summitqa.types import Hit

FACTS = (
    ("Amber Lake", "is 120 metres deep", "How deep is Amber Lake?", "120 metres"),
    ("Birch Bridge", "was built by Ann Hale", "Who built Birch Bridge?", "Ann Hale"),
    ("Cedar Tower", "opened in 1911", "When did Cedar Tower open?", "1911"),
    ("Dover Museum", "shows 400 clocks", "How many clocks does Dover Museum show?", "400"),
    ("Elm School", "teaches Latin and Greek", "What does Elm School teach?", "Latin and Greek"),
    ("Fern Harbour", "is owned by the city of Lund", "Who owns Fern Harbour?", "city of Lund"),
    ("Grove Mill", "grinds oats", "What does Grove Mill grind?", "oats"),
    ("Heron Ferry", "leaves every hour", "How often does Heron Ferry leave?", "every hour"),
    ("Iris Garden", "holds 90 roses", "How many roses does Iris Garden hold?", "90"),
    ("Juniper Hall", "burned down in 1963", "When did Juniper Hall burn down?", "1963"),
    ("Kestrel Market", "sells fish", "What does Kestrel Market sell?", "fish"),
    ("Linden Station", "has seven platforms", "How many platforms has Linden Station?", "seven"),
)
Run = Callable[..., tuple[int, str, str]]


def case_of(number: int) -> dict[str, Any]:
    name, fact, question, answer = FACTS[number]
    return {
        "id": f"case-{number}",
        "question": question,
        "gold": [{"document": f"{number}.md", "quote": f"{name} {fact}."}],
        "answers": [answer],
        "tags": ["factoid"],
    }


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a corpus, its index, a suite and a baseline."""
    root = tmp_path_factory.mktemp("eval")
    (root / "corpus").mkdir()
    (root / "suites").mkdir()
    for number, (name, fact, _, _) in enumerate(FACTS):
        document = SourceText(f"{number}.md", name, f"{name} {fact}. It is well liked.")
        (root / "corpus" / document.id).write_text(document.as_file(), encoding="utf-8")
    suite = {
        "suite": "facts",
        "description": "Twelve facts.",
        "split": "dev",
        "gate": ["recall@1"],
        "cases": [case_of(number) for number in range(len(FACTS))],
    }
    (root / "suites" / "facts.yaml").write_text(yaml.safe_dump(suite), encoding="utf-8")
    return root


@pytest.fixture
def run(home: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command line on that folder; the index is built at the first call."""

    def call(*arguments: str) -> tuple[int, str, str]:
        where = ["--corpus", str(home / "corpus"), "--index", str(home / "index")]
        if not (home / "index").exists():
            with pytest.raises(SystemExit):
                main(["index", *where])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(["eval", *arguments, *where])
        shown = capsys.readouterr()
        return int(ended.value.code or 0), shown.out, shown.err

    return call


def test_the_same_run_gives_the_same_bytes_but_for_timings(run: Run, home: Path) -> None:
    suite = str(home / "suites")
    records = []
    for workers in ("1", "3"):
        code, out, _ = run(suite, "--json", "--workers", workers)
        assert code == 0
        record = json.loads(out)
        assert record.pop("timings")["suites"]["facts"]["cases_ms"].keys() == {
            f"case-{number}" for number in range(len(FACTS))
        }
        records.append(json.dumps(record))
    assert records[0] == records[1]
    metrics = json.loads(records[0])["suites"][0]["metrics"]
    assert metrics["recall@1"]["value"] > 0.9
    assert metrics["citation_validity"]["value"] == 1.0


def test_a_retriever_that_drops_the_best_hit_fails_and_names_the_cases(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    suite = str(home / "suites" / "facts.yaml")
    code, _, err = run(suite, "--update-baseline")
    stored = home / "baselines" / "facts.json"
    assert code == 0 and f"Wrote {stored}" in err
    code, out, _ = run(suite, "--baseline", str(home / "baselines"))
    assert code == 0
    assert "compared with the baseline on 12 cases (the same index" in out

    def drops_the_best(*arguments: Any) -> tuple[Hit, ...]:
        hits = retrieve(*arguments)
        best = hits[0].passage.document
        return tuple(hit for hit in hits if hit.passage.document != best)

    monkeypatch.setattr("summitqa.ask.retrieve", drops_the_best)
    code, out, err = run(suite, "--baseline", str(stored))
    assert code == 1
    assert "facts: recall@1 fell significantly" in err
    worse = next(line for line in out.splitlines() if "recall@1 worse in" in line)
    assert "case-0, case-1" in worse


def test_a_suite_without_a_baseline_in_the_folder_fails_and_the_others_are_held(
    run: Run, home: Path, tmp_path: Path
) -> None:
    suite = yaml.safe_load((home / "suites" / "facts.yaml").read_text(encoding="utf-8"))
    for name in ("facts", "unheld"):
        part = {**suite, "suite": name, "cases": suite["cases"][:3]}
        (tmp_path / f"{name}.yaml").write_text(yaml.safe_dump(part), encoding="utf-8")
    (tmp_path / "baselines").mkdir()
    stored = tmp_path / "baselines" / "facts.json"
    suites = (str(tmp_path / "facts.yaml"), str(tmp_path / "unheld.yaml"))
    code, _, _ = run(suites[0], "--update-baseline", "--baseline", str(stored))
    assert code == 0 and stored.is_file()
    code, out, err = run(*suites, "--baseline", str(tmp_path / "baselines"))
    assert code == 1
    missing = stored.with_name("unheld.json")
    assert f"unheld: there is no baseline at {missing}; write it with --update-baseline." in err
    assert "summitqa: facts:" not in err
    assert "compared with the baseline on 3 cases" in out
    assert "unheld (dev): 3 cases" in out
    code, out, _ = run(*suites, "--baseline", str(tmp_path / "baselines"), "--json")
    assert code == 1 and json.loads(out)["passed"] is False
    # The lacking one is written in the same folder, and then the gate opens.
    code, _, _ = run(suites[1], "--update-baseline", "--baseline", str(tmp_path / "baselines"))
    assert code == 0 and missing.is_file()
    code, _, _ = run(*suites, "--baseline", str(tmp_path / "baselines"))
    assert code == 0


def test_a_folder_stands_for_the_suites_in_it_or_in_its_folders(tmp_path: Path) -> None:
    for name in ("b/one.yaml", "b/two.yml", "b/corpus/three.md", "a/four.yaml", "c/five.json"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()

    def names(*given: str) -> list[str]:
        found = suite_paths(tuple(str(tmp_path / each) for each in given))
        return [str(each.relative_to(tmp_path)) for each in found]

    assert names("") == ["a/four.yaml", "b/one.yaml", "b/two.yml"]
    assert names("b", "c/five.json") == ["b/one.yaml", "b/two.yml", "c/five.json"]
    assert names("c") == ["c"]


def test_a_crash_in_a_case_is_named_and_the_others_go_on(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def falls_over(question: str, *arguments: Any) -> tuple[Hit, ...]:
        if "Cedar" in question:
            raise RuntimeError("out of paper")
        return retrieve(question, *arguments)

    monkeypatch.setattr("summitqa.ask.retrieve", falls_over)
    code, out, err = run(str(home / "suites" / "facts.yaml"), "--json")
    record = json.loads(out)["suites"][0]
    assert code == 1
    assert record["failed"] == ["case-2"]
    assert record["metrics"]["recall@1"]["cases"] == 11
    assert "facts: case-2 failed: RuntimeError: out of paper" in err


def test_an_index_behind_the_corpus_is_said(run: Run, home: Path) -> None:
    path = home / "corpus" / "new.md"
    path.write_text("Moss Inn is closed.", encoding="utf-8")
    try:
        code, _, err = run(str(home / "suites" / "facts.yaml"), "--sample", "2")
    finally:
        path.unlink()
    assert code == 0
    assert err.startswith("summitqa: 1 documents of ")
    assert "run summitqa index first" in err


def test_a_collection_brings_its_own_index(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.evaluation.test_formats import squad

    # Another cache folder, with the models that are converted already.
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "models").symlink_to(load_settings().cache_dir / "models")
    monkeypatch.setenv("SUMMITQA_CACHE_DIR", str(tmp_path / "cache"))
    code, out, _ = run(str(squad(tmp_path)), "--json")
    assert code == 0
    suite = json.loads(out)["suites"][0]
    assert suite["cases"] == 3
    assert suite["metrics"]["recall@20"]["value"] == 1.0
    assert len(list((tmp_path / "cache" / "evaluation").iterdir())) == 1


def test_a_suite_with_a_corpus_of_its_own_is_asked_of_it_as_it_is_now(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "models").symlink_to(load_settings().cache_dir / "models")
    monkeypatch.setenv("SUMMITQA_CACHE_DIR", str(tmp_path / "cache"))
    own = tmp_path / "collections" / "oats"
    (own / "corpus").mkdir(parents=True)
    text = own / "corpus" / "mill.md"
    text.write_text("# Holm Mill\n\nHolm Mill grinds barley.\n", encoding="utf-8")
    case = {
        "id": "barley",
        "question": "What does Holm Mill grind?",
        "gold": [{"document": "mill.md", "quote": "Holm Mill grinds barley."}],
        "answers": ["barley"],
    }
    suite = {"suite": "oats", "description": "One mill.", "split": "dev", "corpus": "corpus"}
    (own / "oats.yaml").write_text(yaml.safe_dump({**suite, "cases": [case]}), encoding="utf-8")
    code, out, err = run(str(own), "--check")
    assert code == 0 and "0 errors" in err
    code, out, err = run(str(own), "--json", "--update-baseline")
    assert code == 0
    assert json.loads(out)["suites"][0]["metrics"]["correct"]["value"] == 1.0
    assert (tmp_path / "baselines" / "oats.json").is_file()
    text.write_text("# Holm Mill\n\nHolm Mill is closed to visitors.\n", encoding="utf-8")
    code, out, err = run(str(own), "--json")
    assert code == 1 and "barley" in err  # the quote is gone: the case cannot be graded
    code, out, err = run(str(own), "--check")
    assert code == 1 and "does not occur in mill.md" in out


def test_both_modes_are_run_and_compared_side_by_side(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    suite = str(home / "suites" / "facts.yaml")
    code, _, err = run(suite, "--side-by-side")
    assert code == 2 and "No language model is configured" in err
    with scripted_server() as server:
        monkeypatch.setenv("SUMMITQA_LLM", "openai:good")
        monkeypatch.setenv("SUMMITQA_LLM_BASE_URL", server.url)
        code, out, _ = run(suite, "--side-by-side", "--json", "--sample", "6")
        assert len(server.requests) == 6
    assert code == 0
    plain, written = json.loads(out)["suites"]
    assert plain["suite"] == "facts+extractive"
    assert written["suite"] == "facts+language-model"
    assert plain["comparison"] is None
    assert written["comparison"]["cases"] == 6
    modes = [
        {each["answer"]["mode"] for each in part["results"] if each["answer"]["citations"]}
        for part in (plain, written)
    ]
    assert modes == [{"extractive"}, {"language-model"}]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("nowhere.yaml",), 1, "There is no suite at nowhere.yaml"),
        (("SUITE", "--baseline", "nowhere.json"), 1, "There is no baseline at nowhere.json"),
        (("SUITE", "--baseline", "nowhere"), 1, "There is no folder of baselines at nowhere"),
        (("SUITE", "--update-baseline", "--sample", "1"), 2, "A baseline holds every case"),
        (("SUITE", "--sample", "0"), 2, "0 is not in the range"),
        (("SUITE", "SUITE", "--baseline", "x.json"), 2, "One baseline file is for one suite"),
        (("SUITE", "--format", "squad"), 1, "cannot be read as JSON"),
        (("from-feedback",), 2, "Give the feedback file"),
    ],
)
def test_wrong_use_gets_one_clear_sentence(
    run: Run, home: Path, arguments: tuple[str, ...], code: int, message: str
) -> None:
    suite = str(home / "suites" / "facts.yaml")
    found, out, err = run(*(suite if each == "SUITE" else each for each in arguments))
    assert found == code
    assert message in err
    assert "Traceback" not in out + err


def test_a_missing_index_names_the_command_to_run(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["eval", str(home / "suites" / "facts.yaml"), "--index", str(tmp_path / "none")])
    assert ended.value.code == 1
    assert "summitqa index" in capsys.readouterr().err


def test_check_exits_with_1_only_for_errors(run: Run, home: Path) -> None:
    suite = home / "suites" / "facts.yaml"
    code, out, err = run(str(suite), "--check")
    assert code == 0
    assert out.count("remark: ") >= 1
    assert "1 of 1 suites can be read, 12 cases; 0 errors" in err
    broken = home / "facts.yaml"
    broken.write_text(suite.read_text(encoding="utf-8").replace("0.md", "none.md"))
    code, out, _ = run(str(broken), "--check")
    assert code == 1
    assert "the corpus has no document 'none.md'" in out
