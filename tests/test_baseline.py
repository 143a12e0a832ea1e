"""Which figures a baseline keeps, and how changes are accepted into it."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imbbench.baseline import accepted, baseline_of
from imbbench.baseline_file import to_text
from imbbench.errors import ImbbenchError
from imbbench.plan import Grid, plan
from imbbench.spec import Spec
from tests.baselines import CELL, VERSIONS, baseline, nan_aware, results, row

FOREST = replace(CELL, model="sklearn-rf")
OTHER = replace(CELL, dataset="circles")


def test_rows_are_sorted_and_keep_nothing_of_one_run(registry):
    ran = replace(
        row(), notes=("slow",), info={"loss": 1}, key="abc", cached=True, device="cuda:1",
        counts={"fitted": (40, 40), "test": (90, 10), "train": (360, 40), "data": (450, 50)},
    )  # fmt: skip
    skipped = row(FOREST, "unsupported", "no weights here")
    known = baseline(registry, row(replace(CELL, fold=1)), skipped, ran, row(OTHER))
    assert [each.cell for each in known.results] == [OTHER, CELL, replace(CELL, fold=1), FOREST]
    _, kept, _, forest = known.results
    assert math.isnan(kept.seconds)
    assert (kept.notes, kept.info, kept.key, kept.cached, kept.device) == ((), {}, None, False, "cuda")
    assert list(kept.counts) == ["data", "train", "test"]
    assert (forest.status, forest.reason, forest.metrics) == ("unsupported", "", {})
    assert known.results.environment == {"versions": VERSIONS, "cpu": "Abacus 3000"}


def test_only_the_metrics_and_thresholds_that_are_shown(registry):
    ran = row()
    ran = replace(ran, metrics={0.7: ran.metrics[0.5], **ran.metrics, 0.3: ran.metrics[0.5]})
    known = baseline(registry, ran, columns=("roc_auc", "fn"), thresholds=(0.5, 0.3))
    assert known.results[0].metrics == {0.5: {"fn": 4, "roc_auc": 0.9}, 0.3: {"fn": 4, "roc_auc": 0.9}}
    assert list(known.results[0].metrics[0.5]) == ["fn", "roc_auc"]
    assert known.plan.metrics == ("roc_auc", "fn")
    assert known.plan.threshold == (0.5, 0.3)
    assert known.results.lower_is_better == {"fn"}


def test_what_is_neither_better_nor_worse_is_not_held(registry):
    known = baseline(registry, row(), columns=("roc_auc", "fn"), undirected=frozenset({"fn"}))
    assert known.plan.metrics == ("roc_auc",)
    assert [*known.results[0].metrics[0.5]] == ["roc_auc"]
    assert known.results.lower_is_better == frozenset()
    with pytest.raises(ImbbenchError, match=r"fn: no value is better .*; choose other --metrics"):
        baseline(registry, row(), columns=("fn",), undirected=frozenset({"fn"}))


def test_a_metric_that_a_row_lacks_is_told(registry):
    ran = row()
    del ran.metrics[0.5]["brier"]
    with pytest.raises(ImbbenchError, match=r"brier at threshold 0\.5 was not computed of every cell"):
        baseline(registry, ran)


@settings(deadline=None)
@given(value=st.floats(allow_nan=True, allow_infinity=True))
def test_figures_have_ten_digits(registry, value):
    kept = baseline(registry, row(brier=value)).results[0].metrics[0.5]["brier"]
    assert nan_aware(kept) == nan_aware(float(f"{value:.9e}"))


def test_other_sums_do_not_show(registry):
    one, other = (
        baseline(registry, row(roc_auc=value, brier=value * 1e7))
        for value in (0.1 + 0.2, math.fsum([0.1, 0.2]))
    )
    assert to_text(one) == to_text(other)


def test_the_plan_tells_how_the_figures_are_made_again(registry):
    ran = [replace(row(), threads=3, numerics="grouped", device="cuda:1"), row(FOREST)]
    known = replace(results(*ran), environment={"versions": VERSIONS | {"pandas": None}, "device": "cuda:1"})
    made = baseline_of(known, replace(registry, local=("mine",)), {"significance": 0.05})
    plan = made.plan
    assert (plan.threads, plan.group, plan.device, plan.plugins) == (3, True, "cuda", ("mine",))
    assert made.check == {"significance": 0.05}
    assert made.results.environment == {"versions": VERSIONS, "cpu": ""}
    assert plan.grids == (
        Grid(("moons",), ("kfold",), ("standard",), ("none",), ("sklearn-lr", "sklearn-rf")),
    )
    plain = baseline(registry, row()).plan
    assert (plain.threads, plain.group, plain.device, plain.plugins) == (1, False, "cpu", ())


def test_the_selection_is_kept_as_it_was_said_and_its_cells_spell_it(registry):
    said = Grid(
        ["moons,circles[noise=0.2,factor=0.5]"], ["kfold"], ["none"],
        [Spec("none"), "class_weight,undersample"], ["torch-*", Spec("sklearn-lr", {"C": 2.0})], 3, 2, "bench.toml",
    )  # fmt: skip
    (kept,) = baseline_of(results(row()), registry, {}, [said]).plan.grids
    assert kept == Grid(
        ("moons", "circles[noise=0.2]"), ("kfold",), ("none",),
        ("none", "class_weight", "undersample"), ("torch-*", "sklearn-lr[C=2.0]"), 3, 2,
    )  # fmt: skip
    assert plan(registry, [kept]) == plan(registry, [said])


@pytest.mark.parametrize(
    "status", ["error", "timeout", "crashed", "interrupted", "missing-data", "missing-dependency"]
)
def test_failed_rows_are_refused(registry, status):
    said = rf"1 of 2 cells have no figures .*\(moons, none, sklearn-rf: {status}: it broke\); no baseline was"
    with pytest.raises(ImbbenchError, match=said):
        baseline(registry, row(), row(FOREST, status, "it broke"))


def test_nothing_to_hold_on_to(registry):
    for rows, more in (((), {}), ((row(status="unsupported"),), {}), ((row(),), {"columns": ()})):
        with pytest.raises(ImbbenchError, match="no cell has figures to hold on to; no baseline was written"):
            baseline(registry, *rows, **more)


# -- accepting changes


NEW = VERSIONS | {"scikit-learn": "1.9.1"}
NEXT = replace(CELL, strategy="class_weight")


def test_a_change_is_accepted_and_all_else_is_as_it_was(registry):
    before = baseline(registry, row(), row(FOREST), row(NEXT), check={"significance": 0.1})
    now = results(row(roc_auc=0.8), row(FOREST, roc_auc=0.7), row(NEXT, roc_auc=0.6))
    after = accepted(before, now, {FOREST})
    assert [each.metrics[0.5]["roc_auc"] for each in after.results] == [0.9, 0.9, 0.7]
    assert [each.cell for each in after.results] == [NEXT, CELL, FOREST]
    assert (after.plan, after.check, after.older) == (before.plan, before.check, {})
    old, new = to_text(before).splitlines(), to_text(after).splitlines()
    assert [(was, is_) for was, is_ in zip(old, new, strict=True) if was != is_] == [
        (line, line.replace('"roc_auc": 0.9', '"roc_auc": 0.7')) for line in old[-3:-2]
    ]


def test_nothing_accepted_changes_nothing(registry):
    before = baseline(registry, row(), row(FOREST))
    assert to_text(accepted(before, results(row(roc_auc=0.1), row(FOREST)), set())) == to_text(before)


def test_a_cell_is_added_and_one_is_removed(registry):
    before = baseline(registry, row(), row(FOREST))
    now = results(row(), row(NEXT))
    after = accepted(before, now, {FOREST, NEXT})
    assert [each.cell for each in after.results] == [NEXT, CELL]
    assert math.isnan(after.results[0].seconds)
    skipped = accepted(before, results(row(FOREST, "unsupported", "why")), {FOREST})
    assert [each.status for each in skipped.results] == ["ok", "unsupported"]


def test_cells_that_are_kept_remember_their_versions(registry):
    before = baseline(registry, row(), row(FOREST), row(NEXT))
    once = accepted(before, results(row(), versions=NEW), {CELL})
    assert once.older == {FOREST: VERSIONS, NEXT: VERSIONS}
    assert once.results.environment["versions"] == NEW
    assert [once.versions_of(cell) for cell in (CELL, FOREST)] == [NEW, VERSIONS]
    newest = NEW | {"numpy": "2.1"}
    twice = accepted(once, results(row(FOREST), versions=newest), {FOREST})
    assert twice.older == {CELL: NEW, NEXT: VERSIONS}
    again = accepted(twice, results(row(FOREST), row(NEXT), versions=VERSIONS), {FOREST, NEXT})
    assert again.older == {CELL: NEW}
    assert accepted(again, results(row(), versions=VERSIONS), {CELL}).older == {}


def test_the_text_of_kept_cells_changes_by_their_versions_only(registry):
    before = baseline(registry, row(), row(FOREST))
    old = to_text(before).splitlines()
    new = to_text(accepted(before, results(row(roc_auc=0.8), versions=NEW), {CELL})).splitlines()
    changed = [(was, is_) for was, is_ in zip(old, new, strict=True) if was != is_]
    (*_, environment), (*_, auc), (was, is_) = changed
    assert "1.9.1" in environment
    assert "0.8" in auc
    assert '"sklearn-rf"' in was
    assert is_ == f'{was[:-1]}, "versions": {json.dumps(VERSIONS, sort_keys=True)},'


def test_a_metric_that_is_gone_is_accepted_as_undefined(registry):
    before = baseline(registry, row())
    now = row()
    del now.metrics[0.5]["brier"]
    after = accepted(before, results(now, columns=("roc_auc",)), {CELL})
    assert math.isnan(after.results[0].metrics[0.5]["brier"])
    assert after.results[0].metrics[0.5]["roc_auc"] == 0.9


def test_failed_cells_are_not_accepted(registry):
    before = baseline(registry, row(), row(FOREST))
    now = results(row(status="error", reason="it broke"), row(FOREST, roc_auc=0.8))
    with pytest.raises(ImbbenchError, match="error: it broke"):
        accepted(before, now, {CELL, FOREST})
    assert accepted(before, now, {FOREST}).results[1].metrics[0.5]["roc_auc"] == 0.8


def test_a_baseline_without_any_cell_is_refused(registry):
    with pytest.raises(ImbbenchError, match="nothing would be left of the baseline; delete the file"):
        accepted(baseline(registry, row()), results(), {CELL})
