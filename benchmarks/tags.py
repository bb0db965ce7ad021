"""Two sets of stored results of the evaluation suites, tag by tag.

    git archive COMMIT evals/baselines | tar -x -C /tmp/before
    python -m benchmarks.tags /tmp/before/evals/baselines evals/baselines

For each tag the share of correct answers over all shipped suites, before and after, with the
95% interval of the paired bootstrap of the change; for conflicts also the disagreements shown.
Only cases that both sets hold in the same wording are compared.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from summitqa.evaluation.baseline import read_baseline
from summitqa.evaluation.bootstrap import compare
from summitqa.evaluation.metrics import METRICS
from summitqa.evaluation.suite_file import read_suite

SUITES = Path(__file__).resolve().parents[1] / "evals" / "suites"
SHOWN = ("correct", "sentence_hit@1", "shows_disagreement")

Measures = dict[str, float]


def pair_cases(before: Path, after: Path) -> dict[str, list[tuple[Measures, Measures]]]:
    """Give the measures of the cases that both folders hold alike, by tag.

    Args:
        before: A folder of baselines.
        after: Another one.
    """
    pairs: dict[str, list[tuple[Measures, Measures]]] = defaultdict(list)
    for path in sorted(SUITES.glob("*.yaml")):
        old, new = before / f"{path.stem}.json", after / f"{path.stem}.json"
        if not old.is_file() or not new.is_file():
            continue
        one, other = read_baseline(old).cases, read_baseline(new).cases
        for case in read_suite(path).suite.cases:
            known = one.get(case.id), other.get(case.id)
            if known[0] is None or known[1] is None or known[0][0] != known[1][0]:
                continue
            for tag in (*case.tags, "all"):
                pairs[tag].append((known[0][1], known[1][1]))
    return pairs


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a row for each tag and metric that both sets measure."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("before", type=Path, help="a folder of baselines")
    parser.add_argument("after", type=Path, help="a folder of baselines")
    chosen = parser.parse_args(arguments)
    pairs = pair_cases(chosen.before, chosen.after)
    if not pairs:
        parser.error("the two folders have no case in common; name folders of baselines")
    print("| tag | metric | cases | before | after | change, 95% interval |")
    print("|---|---|---|---|---|---|")
    for tag, found in sorted(pairs.items()):
        for name in SHOWN:
            change = compare(METRICS[name], [old for old, _ in found], [new for _, new in found])
            if change is not None:
                print(
                    f"| {tag} | {name} | {change.cases} | {change.before:.3f} "
                    f"| {change.after:.3f} | {change.low:+.3f} to {change.high:+.3f} |"
                )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
