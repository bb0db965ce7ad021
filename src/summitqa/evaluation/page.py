"""The report as one page that needs nothing from outside: tables, plots and every case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.resources import files
from itertools import groupby
from pathlib import Path
from typing import Any

from summitqa.errors import SuiteError
from summitqa.evaluation.metrics import METRICS
from summitqa.evaluation.plots import plot_bars, plot_calibration, plot_risk_coverage
from summitqa.evaluation.table import TAG_METRICS

Record = Mapping[str, Any]

OUTCOMES = ("right", "wrong", "answered", "abstained", "failed", "worse", "better")
# Metrics drawn by tag: the first that the suite has.
_DRAWN = ("correct", "recall@5", "rewrite_F1")
_EXPECTED = (
    ("answers", "Accepted answers"),
    ("must_contain", "Must contain"),
    ("must_not_contain", "Must not contain"),
)


def write_page(path: Path, record: Record) -> None:
    """Write the report as a page.

    Args:
        path: The file.
        record: What `summitqa.evaluation.report.report_to_json` gives.

    Raises:
        SuiteError: The file cannot be written.
    """
    try:
        path.write_text(make_page(record), encoding="utf-8")
    except OSError as error:
        raise SuiteError(
            f"The page {path} cannot be written ({error.strerror or error}); choose another file."
        ) from None


def make_page(record: Record) -> str:
    """Give the page's HTML; what comes from documents and suites is escaped."""
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    assets = files("summitqa.evaluation") / "assets"

    def read(name: str) -> str:
        return (assets / name).read_text(encoding="utf-8")

    environment = Environment(autoescape=True, undefined=StrictUndefined)
    template = environment.from_string(read("report.html.j2"))
    suites = record["suites"]
    return template.render(
        names=", ".join(suite["suite"] for suite in suites),
        style=Markup(read("report.css")),
        script=Markup(read("report.js")),
        parts=[_part(each, record) for each in (*record["pooled"], *suites)],
        suites=[suite["suite"] for suite in suites],
        tags=sorted({tag for suite in suites for tag in suite["tags"]}),
        outcomes=OUTCOMES,
        cases=[_case(suite, result) for suite in suites for result in suite["results"]],
        about=[
            item for part in ("settings", "packages", "models") for item in record[part].items()
        ],
        anchor=lambda part, case: case if part["suites"] else f"{part['suite']}/{case}",
    )


def _part(suite: Record, record: Record) -> dict[str, Any]:
    """Give what the page shows of a suite or a pool of suites."""
    changes = suite["comparison"]["differences"] if suite["comparison"] else {}
    rows = [(METRICS[name], found, changes.get(name)) for name, found in suite["metrics"].items()]
    sizes = {tag: _tag_size(tag, suite, record) for tag in suite["tags"]}
    return {
        **suite,
        "suites": suite.get("suites", ()),
        "time": record["timings"]["suites"].get(suite["suite"]),
        "groups": [(group, list(each)) for group, each in groupby(rows, lambda row: row[0].group)],
        "plots": list(_plots(suite)),
        "tag_metrics": [name for name in TAG_METRICS if name in suite["metrics"]],
        "tag_sizes": sizes,
    }


def _tag_size(tag: str, suite: Record, record: Record) -> int:
    names = suite.get("suites", (suite["suite"],))
    return sum(
        tag in result["case"].get("tags", ())
        for each in record["suites"]
        if each["suite"] in names
        for result in each["results"]
    )


def _plots(suite: Record) -> Iterator[tuple[Any, str]]:
    from markupsafe import Markup

    metrics, curves = suite["metrics"], suite["curves"]
    if "AURC" in metrics:
        area = metrics["AURC"]["value"]
        svg = plot_risk_coverage(curves["risk_coverage"], curves["answered"], area)
        yield Markup(svg), "Risk and coverage: the share of wrong answers among the surest."
    if "ECE" in metrics:
        svg = plot_calibration(curves["calibration"], metrics["ECE"]["value"])
        yield Markup(svg), "Calibration: on the dashed line, confidence is the share answerable."
    drawn = next((name for name in _DRAWN if name in metrics), "")
    bars = {tag: found[drawn] for tag, found in suite["tags"].items() if drawn in found}
    if bars:
        yield Markup(plot_bars(drawn, bars)), METRICS[drawn].meaning


def _case(suite: Record, result: Record) -> dict[str, Any]:
    """Give what the page shows of a case."""
    case = result["case"]
    outcomes = _outcomes(suite, result)
    bad = {"wrong", "failed"} & set(outcomes)
    return {
        **result,
        "case": {"turns": [], "rewrite": None, "as_of": None, "gold": [], "gold_mode": "all"}
        | {**case, "gold": [_with_quotes(gold) for gold in case.get("gold", ())]},
        "suite": suite["suite"],
        "anchor": f"{suite['suite']}/{case['id']}",
        "outcomes": outcomes,
        "mark": "bad" if bad else "good" if "right" in outcomes else "",
        "asked": case.get("question") or case["turns"][-1],
        "expected": [
            (label, [each if isinstance(each, str) else " or ".join(each) for each in case[key]])
            for key, label in _EXPECTED
            if case.get(key)
        ],
        "gold_ranks": ", ".join(
            str(rank) for rank, hit in enumerate(result["hits"], 1) if hit["is_gold"]
        ),
    }


def _with_quotes(gold: Record) -> dict[str, Any]:
    """Give every place a quote, which may be None."""
    alternatives = [{"quote": None, **place} for place in gold.get("alternatives", ())]
    return {"quote": None, **gold, "alternatives": alternatives}


def _outcomes(suite: Record, result: Record) -> list[str]:
    """Say how a case went, in the words that the filter offers."""
    found = []
    if result["failure"]:
        found.append("failed")
    if "correct" in result["measures"]:
        found.append("right" if result["measures"]["correct"] else "wrong")
    if result["answer"]:
        found.append(result["answer"]["status"])
    flips = suite["comparison"]["flips"].values() if suite["comparison"] else ()
    name = result["case"]["id"]
    return found + [
        word for word in ("worse", "better") if any(name in each[word] for each in flips)
    ]
