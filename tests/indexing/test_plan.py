"""The plan follows from the hashes alone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from summitqa.indexing.plan import plan_run

HASHES = st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from("12345"))


@given(HASHES, HASHES)
def test_every_file_has_exactly_one_fate(found: dict[str, str], indexed: dict[str, str]) -> None:
    plan = plan_run(found, indexed, {})
    now = [*plan.unchanged, *plan.changed, *plan.added, *plan.renamed]
    assert sorted(now) == sorted(found)
    before = [*plan.unchanged, *plan.changed, *plan.removed, *plan.renamed.values()]
    assert sorted(before) == sorted(indexed)
    assert all(found[name] == indexed[name] for name in plan.unchanged)
    assert all(found[name] != indexed[name] for name in plan.changed)
    assert all(found[new] == indexed[old] for new, old in plan.renamed.items())


def test_a_copy_is_an_addition_and_a_move_is_a_rename() -> None:
    assert plan_run({"a": "1", "b": "1"}, {"a": "1"}, {}).added == ("b",)
    assert plan_run({"b": "1"}, {"a": "1"}, {}).renamed == {"b": "a"}
    assert plan_run({"c": "1", "d": "1"}, {"a": "1"}, {}).renamed == {"c": "a"}


def test_a_known_failure_is_left_until_its_content_changes() -> None:
    known = {"bad": ("1", "is empty")}
    assert plan_run({"bad": "1"}, {}, known).still_failed == {"bad": "is empty"}
    assert plan_run({"bad": "2"}, {}, known).added == ("bad",)
