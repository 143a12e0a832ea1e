"""A check: which cells it runs, which metrics, by which rules, and whether it passed."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from imbbench import Card, Data, Dataset, Metric, Model, Split, Strategy
from imbbench.baseline import baseline_of
from imbbench.baseline_plan import Plan
from imbbench.bench import bench
from imbbench.check import cells_of, checked, made_again, metrics_of, said_of
from imbbench.errors import UsageError
from imbbench.options import Options
from imbbench.plan import Grid, plan
from imbbench.registry import Registry
from imbbench.results import Results
from tests.baselines import CELL, VERSIONS, baseline, results, row

FOREST = replace(CELL, model="sklearn-rf")


# -- which cells are run


def cells(registry: Registry, **axes) -> set[tuple[str, ...]]:
    """(dataset, split, strategy, model) of what a plan of one grid selects."""
    known = {"dataset": ("moons",), "split": ("holdout",), "strategy": ("none",), "model": ("sklearn-lr",)}
    chosen = cells_of(registry, Plan((Grid(**(known | axes)),)))
    return {(cell.dataset, cell.split, cell.strategy, cell.model) for cell in chosen}


@pytest.mark.parametrize("axis", ["dataset", "split", "strategy", "model"])
@pytest.mark.parametrize(
    "gone", ["mine", "mine[depth=3]", "sklearn-lr[c=1]", "mi*", "moons[x=1]", "holdout[test_size=a]"]
)
def test_components_that_are_gone_are_left_out_and_the_others_run(registry, axis, gone):
    there = {"dataset": "moons", "split": "holdout", "strategy": "none", "model": "sklearn-lr"}
    all_of_them = {tuple(there.values())}
    assert cells(registry) == all_of_them
    assert cells(registry, **{axis: (gone, there[axis])}) == all_of_them
    assert cells(registry, **{axis: (gone,)}) == set()


def test_grids_that_are_gone_leave_the_others(registry):
    gone, there = (
        Grid(("moons",), model=("mine",)),
        Grid(("circles",), strategy=("none",), model=("sklearn-rf",)),
    )
    assert {cell.dataset for cell in cells_of(registry, Plan((gone, there)))} == {"circles"}
    assert cells_of(registry, Plan((gone,))) == cells_of(registry, Plan(())) == ()


def test_what_a_glob_selects_may_grow(registry):
    models = Plan((Grid(("moons",), strategy=("none",), model=("all",)),))
    more = registry.with_components([Model("mine", lambda context: None)])
    before, after = set(cells_of(registry, models)), set(cells_of(more, models))
    assert {cell.model for cell in after - before} == {"mine"}
    assert before < after


def test_a_scale_that_is_none_is_an_error(registry):
    with pytest.raises(UsageError, match="no scale is named 'standart'"):
        cells_of(registry, Plan((Grid(("moons",), scale=("standart",)),)))


def test_metrics_that_are_gone_are_left_out(registry):
    known = Plan((), metrics=("tp", "mine", "roc_auc", "brier[x=1]"))
    assert metrics_of(registry, known) == ("tp", "roc_auc")
    more = registry.with_components([Metric("mine", lambda predictions: 0.0)])
    assert metrics_of(more, known) == ("tp", "mine", "roc_auc")


def test_the_plan_is_run_as_it_was(registry):
    known = Plan((), (0.3,), ("mine", "tp"), 2, True, "cuda", drop_duplicates=True)
    said = {"threshold": (0.3,), "metrics": ("tp",), "threads": 2, "group": True, "device": "cuda"}
    said |= {"drop_duplicates": True}
    assert said_of(registry, known) == said
    assert Options(**said)


def test_nothing_is_run_where_all_is_gone(registry):
    there, gone = Plan((GRID,)), Plan((replace(GRID, model=("mine",)),), (0.3,), ("tp", "mine"))
    none = made_again(registry, gone, lambda cells: pytest.fail(f"ran {cells}"))
    assert (none.rows, none.thresholds, none.columns) == ((), (0.3,), ("tp",))
    assert none.environment["versions"]["scikit-learn"]
    more = installed(registry)
    assert made_again(more, there, lambda cells: results(*map(row, cells))).rows == tuple(
        map(row, plan(more, [GRID]))
    )


# -- by which rules


def test_the_table_that_is_given_wins_over_that_of_the_baseline(registry):
    known = baseline(registry, row(), check={"tolerance": {"roc_auc": 0.2, "tp": 3}, "significance": 0.01})
    now = results(row(roc_auc=0.75, tp=3))
    assert checked(known, now, registry).passed
    assert checked(known, now, registry).rules.significance == 0.01
    strict = checked(known, now, registry, {"tolerance": {"roc_auc": 0.1}, "significance": "none"})
    assert not strict.passed
    assert strict.rules.significance is None
    moved = {
        change.metric: change.verdict for change in strict.findings[0].changes if change.verdict != "same"
    }
    assert moved == {"roc_auc": "worse"}


def test_a_tolerance_of_an_unknown_metric(registry):
    with pytest.raises(
        UsageError, match=r"no metric 'roc_auk' \(did you mean 'roc_auc'\?\); the baseline has"
    ):
        checked(baseline(registry, row()), results(row()), registry, {"tolerance": {"roc_auk": 1}})


# -- what was found


@pytest.mark.parametrize(
    ("now", "passed", "ran"),
    [
        ([row(), row(FOREST)], True, True),
        ([row(roc_auc=0.95), row(FOREST)], True, True),
        ([row(), row(FOREST), row(replace(CELL, fold=1))], True, True),
        ([row(roc_auc=0.5), row(FOREST)], False, True),
        ([row()], False, True),
        ([row(), row(FOREST, "error", "it broke")], False, True),
        ([row(), replace(row(FOREST), hashes={"data": "x", "test": "y"})], False, True),
        ([row(), row(FOREST, "unsupported", "why")], False, True),
        ([row(status="missing-data"), row(FOREST, "missing-dependency")], False, False),
        ([row(status="error"), row(FOREST, "error")], False, True),
        ([], False, False),
    ],
)
def test_whether_it_passed_and_anything_ran(registry, now, passed, ran):
    found = checked(baseline(registry, row(), row(FOREST)), results(*now), registry)
    assert (found.passed, found.ran) == (passed, ran)


def test_processors(registry):
    known, now = baseline(registry, row()), results(row())
    assert checked(known, now, registry).cpus == ("Abacus 3000", "Abacus 3000")
    elsewhere = replace(now, environment={"versions": VERSIONS})
    assert checked(known, elsewhere, registry).cpus == ("Abacus 3000", "")


# -- with components that really run


class Scores:
    """A model whose log-odds are a feature, `shift` and, of some rows, noise."""

    def __init__(self, shift: float, noise: float) -> None:
        self.shift, self.noise = shift, noise

    def fit(self, train):
        return self

    def decision_function(self, X):
        return X[:, 0] + self.shift + self.noise * np.sin(1e4 * X[:, 1])


def installed(
    registry: Registry, *, shift=0.0, noise=0.0, rows=0, flipped=False, moved=0, fails=False
) -> Registry:
    """A registry with components that are as they are told to be."""

    def load():
        rng = np.random.default_rng(rows)
        y = np.tile([0, 0, 0, 1], 50)
        X = pd.DataFrame({"a": 2 * y + rng.normal(size=200), "b": rng.normal(size=200)})
        return Data(X, (1 - y if flipped else y).astype("int8"))

    def halves(data, seed):
        order = np.roll(np.arange(200), moved)
        return [(order[:100], order[100:]), (order[100:], order[:100])]

    def build(context):
        if fails:
            raise RuntimeError("it broke")
        return Scores(shift, noise)

    card = Card("rows", "made here", "none", "none")
    return registry.with_components(
        [
            Dataset("rows", load, card),
            Split("halves", halves, lambda: 2),
            Strategy("as-is", lambda train, seed: train),
            Model("scores", build),
        ]
    )


GRID = Grid(("rows",), ("halves",), ("none",), ("as-is",), ("scores",))


METRICS = ("tp", "fn", "roc_auc", "brier")


def run(registry: Registry) -> Results:
    return bench(registry, plan(registry, [GRID]), Options(executor="serial", metrics=METRICS))


@pytest.mark.parametrize(
    ("change", "verdict", "reason"),
    [
        ({}, "same", ""),
        ({"noise": 3.0}, "worse", ""),
        ({"noise": 1e-12}, "same", ""),
        ({"rows": 1}, "not comparable", "the data differ"),
        (
            {"flipped": True},
            "not comparable",
            "the positive label differs: 50 of 200 rows were positive, now 150 are",
        ),
        ({"moved": 1}, "not comparable", "the split differs"),
        ({"fails": True}, "failed", "it broke"),
    ],
)
def test_the_real_thing(registry, change, verdict, reason):
    before = installed(registry)
    known = baseline_of(run(before), before, {"tolerance": dict.fromkeys(METRICS, 0)}, [GRID])
    after = installed(registry, **change)
    assert set(cells_of(after, known.plan)) == {each.cell for each in known.results}
    found = checked(known, run(after), after)
    assert {finding.verdict for finding in found.findings} == {verdict}
    assert all(reason in finding.reason for finding in found.findings)
    assert found.passed == (verdict == "same")


def test_a_shift_changes_counts_but_no_ranks(registry):
    before, after = installed(registry), installed(registry, shift=1.0)
    found = checked(baseline_of(run(before), before, {}), run(after), after)
    verdicts = {change.metric: change.verdict for finding in found.findings for change in finding.changes}
    assert verdicts["roc_auc"] == "same"
    assert verdicts["tp"] == verdicts["fn"] == "better"
    assert not any(math.isnan(change.before) for finding in found.findings for change in finding.changes)
