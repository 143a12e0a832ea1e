"""What became of each cell since the baseline."""

from __future__ import annotations

import math
import re
from dataclasses import replace

import pytest

from imbbench import Metric, Model
from imbbench.compare import FAILING, VERDICTS, Finding, compare, counted
from imbbench.judge import NOT_COMPUTED
from imbbench.result import Cell, Result
from imbbench.rules import Rules, Tolerance
from tests.baselines import CELL, FIGURES, VERSIONS, baseline, folds, results, row

FOREST = replace(CELL, model="sklearn-rf")
NETWORK = replace(CELL, model="torch-mlp")
GONE = replace(CELL, model="mine[depth=3]")
DEFAULTS = Rules()
SKIPPED = ("unsupported", "missing-data", "missing-dependency")


def findings(
    registry, before: list[Result], now: list[Result], rules: Rules = DEFAULTS, **more
) -> tuple[Finding, ...]:
    return compare(baseline(registry, *before), results(*now, **more), rules, registry)


def finding(registry, before: Result | None, now: Result | None, rules: Rules = DEFAULTS, **more) -> Finding:
    """What is said of a cell, beside another that is as it was."""
    other = row(FOREST)
    sides = ([other, *filter(None, [side])] for side in (before, now))
    told = findings(registry, *sides, rules, **more)
    assert len(told) == 2
    (found,) = (found for found in told if found.cells != (FOREST,))
    return found


@pytest.mark.parametrize(
    ("figures", "verdict"),
    [
        ({}, "same"),
        ({"roc_auc": 0.8}, "worse"),
        ({"roc_auc": 0.95}, "better"),
        ({"brier": 0.2}, "worse"),
        ({"brier": 0.01}, "better"),
        ({"fn": 3.0}, "better"),
        ({"roc_auc": 0.95, "brier": 0.2}, "worse"),
        ({"precision": math.nan}, "worse"),
        ({"roc_auc": 0.9 - 1e-9}, "same"),
    ],
)
def test_of_figures(registry, figures, verdict):
    found = finding(registry, row(), row(**figures))
    assert (found.verdict, found.cells, found.dataset) == (verdict, (CELL,), "moons")
    assert {change.metric for change in found.changes} == set(FIGURES)
    moved = {change.metric for change in found.changes if change.verdict != "same"}
    assert moved == (set() if verdict == "same" else set(figures))
    assert found.seconds == 0.25


def test_a_metric_that_becomes_defined_makes_no_cell_new(registry):
    found = finding(registry, row(precision=math.nan), row())
    assert (found.verdict, found.reason) == ("new", "precision was undefined")
    assert found.verdict not in FAILING


def test_a_metric_that_is_no_longer_computed_is_missing(registry):
    now = row()
    del now.metrics[0.5]["roc_auc"]
    found = finding(registry, row(), now)
    assert (found.verdict, found.reason) == ("missing", NOT_COMPUTED)


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        (GONE, "no model named 'mine'"),
        (replace(CELL, model="sklearn-l"), r"no model named 'sklearn-l' \(did you mean 'sklearn-lr'"),
        (replace(CELL, model="sklearn-lr[c=1]"), "model 'sklearn-lr' has no parameter 'c'"),
        (replace(CELL, split="kfolds"), "no split named 'kfolds'"),
        (replace(CELL, strategy="smote"), "no strategy named 'smote'"),
        (replace(CELL, random_state=3), "^the run has no such cell$"),
    ],
)
def test_a_cell_that_is_gone_says_why(registry, cell, reason):
    found = finding(registry, row(cell), None)
    assert found.verdict == "missing"
    assert found.cells == (cell,)
    assert found.changes == ()
    assert re.search(reason, found.reason), found.reason


def test_a_dataset_that_is_gone(registry):
    with_mine = baseline(registry, row(), row(FOREST))
    rows = tuple(replace(each, cell=replace(each.cell, dataset="mine")) for each in with_mine.results)
    before = replace(with_mine, results=replace(with_mine.results, rows=rows))
    told = compare(before, results(), Rules(), registry)
    assert {found.verdict for found in told} == {"missing"}
    assert all(found.reason.startswith("no dataset named 'mine'") for found in told)


@pytest.mark.parametrize("status", ["error", "timeout", "crashed", "interrupted"])
@pytest.mark.parametrize("before", [row(), None, row(status="unsupported")])
def test_a_cell_that_failed(registry, before, status):
    found = finding(registry, before, row(status=status, reason="it broke"))
    assert (found.verdict, found.reason, found.changes) == ("failed", f"{status}: it broke", ())


@pytest.mark.parametrize("status", SKIPPED)
def test_a_cell_that_is_skipped_now_is_missing(registry, status):
    found = finding(registry, row(), row(status=status, reason="no such file"))
    assert (found.verdict, found.reason) == ("missing", f"{status}: no such file")


@pytest.mark.parametrize("status", SKIPPED)
def test_a_cell_that_was_unsupported_and_is_skipped(registry, status):
    found = finding(registry, row(status="unsupported", reason="a"), row(status=status, reason="b"))
    assert (found.verdict, found.reason) == ("same", f"{status}: b")


def test_a_cell_that_was_unsupported_and_runs_is_new(registry):
    found = finding(registry, row(status="unsupported", reason="a"), row())
    assert (found.verdict, found.reason) == ("new", "was unsupported")


def test_another_label_is_positive(registry):
    was, is_ = replace(row(), positive="malignant"), replace(row(), positive="benign")
    found = finding(registry, was, is_)
    assert found.verdict == "not comparable"
    assert found.reason == "the positive label differs: class 1 was 'malignant', is 'benign'"


def test_a_cell_that_the_baseline_lacks_is_new(registry):
    assert finding(registry, None, row()) == Finding((CELL,), "moons", "new", seconds=0.25)
    skipped = finding(registry, None, row(status="unsupported", reason="no weights"))
    assert (skipped.verdict, skipped.reason) == ("new", "unsupported: no weights")


DIFFER = "the data differ (fingerprint da7ada7ada7ada7a, now x)"


def scored_on(counts: tuple[int, int] = (450, 50), source: str = "", **hashes: str) -> Result:
    """A row that was scored on other rows: of a dataset with these class counts and hashes."""
    it = row()
    return replace(it, counts={**it.counts, "data": counts}, source=source, hashes={**it.hashes, **hashes})


@pytest.mark.parametrize(
    ("now", "reason"),
    [
        (scored_on(test="x"), "the split differs: of the same data other rows are in the test part"),
        (
            scored_on(test="x", train="y"),
            "the split differs: of the same data other rows are in the test part",
        ),
        (scored_on(train="y"), "the split differs: of the same data other rows are in the training part"),
        (
            scored_on((50, 450), data="x", test="y"),
            "the positive label differs: 50 of 500 rows were positive, now 450 are",
        ),
        (
            scored_on((4_450, 50), data="x", test="y"),
            f"{DIFFER}: 50 of 500 rows positive, now 50 of 4,500 rows positive",
        ),
        (
            scored_on(data="x"),
            f"{DIFFER}: 50 of 500 rows positive as before, other values",
        ),
        (
            scored_on((900, 50), source="simulated", data="x", test="y"),
            f"{DIFFER}: real rows before, simulated ones now; 50 of 500 rows positive, now 50 of 950 rows positive",
        ),
        (
            replace(row(), hashes={}),
            "the run was stored before hashes of rows were; run it again (--fresh)",
        ),
    ],
)
def test_a_cell_that_was_scored_on_other_rows(registry, now, reason):
    found = finding(registry, scored_on(train="7ra1"), now)
    assert (found.verdict, found.reason, found.changes) == ("not comparable", reason, ())
    assert found.dataset == now.dataset


@pytest.mark.parametrize(("before", "now"), [(row(), scored_on(train="x")), (scored_on(train="x"), row())])
def test_a_hash_that_only_one_side_has_is_not_compared(registry, before, now):
    """Baselines and stores of before have none of both parts."""
    assert finding(registry, before, now).verdict == "same"


def test_simulated_rows_in_the_baseline_and_real_ones_now(registry):
    found = finding(registry, scored_on(source="simulated"), scored_on((5, 5), data="x"))
    assert found.verdict == "not comparable"
    assert "simulated rows before, real ones now; 50 of 500 rows positive, now 5 of 10" in found.reason


def test_as_many_rows_of_each_class_are_other_data_not_another_label(registry):
    found = finding(registry, scored_on((50, 50)), scored_on((50, 50), data="x", test="y"))
    assert "data differ" in found.reason


def test_figures_of_other_rows_are_not_judged(registry):
    found = finding(registry, row(), replace(scored_on(test="x"), metrics={0.5: {"roc_auc": 0.0}}))
    assert found.verdict == "not comparable"


# -- the order


def test_the_worst_stands_first(registry):
    cells = {name: replace(CELL, random_state=number) for number, name in enumerate("abcdefghijk")}
    before = [row(cell) for name, cell in cells.items() if name != "h"]
    now = {
        "a": row(cells["a"]),
        "b": row(cells["b"], roc_auc=0.95),
        "c": row(cells["c"], roc_auc=0.7),
        "d": row(cells["d"], roc_auc=0.5, brier=0.0),
        "e": row(cells["e"], precision=math.nan),
        "f": replace(row(cells["f"]), hashes={"data": "x", "test": "y"}),
        "h": row(cells["h"]),
        "i": row(cells["i"], "error", "it broke"),
        "j": row(cells["j"], roc_auc=0.85),
    }  # g and k are missing
    told = findings(registry, before, list(now.values()))
    names = {cell: name for name, cell in cells.items()}
    order = [(found.verdict, names[found.cells[0]]) for found in told]
    assert order == [
        ("failed", "i"), ("missing", "g"), ("missing", "k"), ("not comparable", "f"), ("worse", "e"),
        ("worse", "d"), ("worse", "c"), ("worse", "j"), ("better", "b"), ("new", "h"), ("same", "a"),
    ]  # fmt: skip
    assert counted(told) == {
        "failed": 1, "missing": 2, "not comparable": 1, "worse": 4, "better": 1, "new": 1, "same": 1,
    }  # fmt: skip
    assert list(counted(told)) == list(VERDICTS)


def test_four_verdicts_fail():
    assert sorted(FAILING) == ["failed", "missing", "not comparable", "worse"]
    assert counted([]) == {}


# -- versions


NEW = VERSIONS | {"scikit-learn": "1.9.1", "torch": "2.10", "pandas": "3.1"}


def test_versions_are_named_only_where_they_may_matter(registry):
    changed = {"roc_auc": 0.8}
    learned = finding(registry, row(), row(**changed), versions=NEW)
    assert learned.versions == "pandas not installed -> 3.1, scikit-learn 1.8.0 -> 1.9.1"
    fitted = finding(registry, row(NETWORK), row(NETWORK, **changed), versions=NEW)
    assert fitted.versions.endswith("scikit-learn 1.8.0 -> 1.9.1, torch 2.9 -> 2.10")
    assert finding(registry, row(), row(), versions=NEW).versions == ""
    assert finding(registry, None, row(), versions=NEW).versions == ""
    assert finding(registry, row(), row(**changed)).versions == ""
    for now in (None, row(status="error"), scored_on(test="x"), row(roc_auc=0.99)):
        assert "scikit-learn 1.8.0 -> 1.9.1" in finding(registry, row(), now, versions=NEW).versions
    without = {name: version for name, version in VERSIONS.items() if name != "scikit-learn"}
    gone = finding(registry, row(), row(**changed), versions=without)
    assert gone.versions == "scikit-learn 1.8.0 -> not installed"


def test_what_a_component_or_a_changed_metric_requires_is_named(registry):
    mine = Model("mine", lambda context: None, requires=("lightgbm",))
    cost = Metric("cost", lambda predictions: 1.0, requires=("costly",))
    known = registry.with_components([mine, cost])
    cell, new = replace(CELL, model="mine"), VERSIONS | {"lightgbm": "4.6", "costly": "2"}
    columns = ("roc_auc", "cost")
    for moved, versions in (
        ({"roc_auc": 0.8}, "lightgbm not installed -> 4.6"),
        ({"cost": -1.0}, "lightgbm not installed -> 4.6, costly not installed -> 2"),
    ):
        before = baseline(known, row(cell, cost=1.0), columns=columns)
        now = results(row(cell, **({"cost": 1.0} | moved)), versions=new, columns=columns)
        (found,) = compare(before, now, Rules(), known)
        assert (found.verdict, found.versions) == ("worse", versions)


def test_a_cell_that_was_accepted_under_other_versions(registry):
    before = baseline(registry, row(), row(FOREST))
    before = replace(before, older={CELL: VERSIONS | {"numpy": "1.26"}})
    now = results(row(roc_auc=0.8), row(FOREST, roc_auc=0.8))
    told = {found.cells[0]: found.versions for found in compare(before, now, Rules(), registry)}
    assert told == {CELL: "numpy 1.26 -> 2.0", FOREST: ""}


# -- folds together


LOSSES = [0.06, 0.05, 0.05, 0.05, 0.05]
TOGETHER = Rules({"roc_auc": Tolerance()}, 0.05)
BEFORE = {"roc_auc": [0.9] * 5}
NOW = {"roc_auc": [0.9 - loss for loss in LOSSES]}


def test_the_folds_of_a_cell_are_judged_together(registry):
    before, now = folds(BEFORE), folds(NOW)
    (found,) = findings(registry, before, now, TOGETHER)
    assert found.verdict == "worse"
    assert found.cells == tuple(each.cell for each in now)
    assert found.seconds == pytest.approx(5 * 0.25)
    alone = findings(registry, before, now)
    assert [len(each.cells) for each in alone] == [1] * 5


@pytest.mark.parametrize(
    ("differ", "why"),
    [
        ({"model": "sklearn-rf"}, "a model"),
        ({"strategy": "pos_weight"}, "a strategy"),
        ({"scale": "none"}, "a scale"),
        ({"random_state": 1}, "a seed"),
        ({"split": "kfold[n_repeats=2]"}, "a split"),
    ],
)
def test_only_folds_are_put_together(registry, differ, why):
    other = replace(CELL, **differ)
    told = findings(
        registry, [*folds(BEFORE), *folds(BEFORE, other)], [*folds(NOW), *folds(NOW, other)], TOGETHER
    )
    assert sorted(len(found.cells) for found in told) == [5, 5], why


def test_folds_fitted_in_groups_are_never_averaged_with_others(registry):
    before, now = folds(BEFORE), folds(NOW)
    now[1:3] = (replace(each, numerics="grouped") for each in now[1:3])
    told = findings(registry, before, now, TOGETHER)
    assert sorted(len(found.cells) for found in told) == [2, 3]


def test_folds_that_cannot_be_compared_stand_alone(registry):
    before, now = folds(BEFORE), folds(NOW)
    failed = row(now[0].cell, "timeout", "60 s")
    moved = replace(now[1], hashes={"data": "da7a" * 4, "test": "x"})
    told = findings(registry, before, [failed, moved, *now[2:4]], TOGETHER)
    assert [(found.verdict, [cell.fold for cell in found.cells]) for found in told] == [
        ("failed", [0]), ("missing", [4]), ("not comparable", [1]), ("worse", [2, 3]),
    ]  # fmt: skip
    (auc,) = (change for change in told[-1].changes if change.metric == "roc_auc")
    assert auc.loss == pytest.approx(0.05)


def test_seeds_are_judged_one_by_one_and_together_with_the_folds(registry):
    cells = [replace(CELL, fold=fold, seed=seed) for fold in range(3) for seed in range(2)]
    before = [row(cell) for cell in cells]
    now = [row(cell, roc_auc=0.85) for cell in cells]
    assert {found.cells for found in findings(registry, before, now)} == {(cell,) for cell in cells}
    (found,) = findings(registry, before, now, TOGETHER)
    assert found.cells == tuple(cells)


def test_nothing_on_either_side(registry):
    before = baseline(registry, row())
    assert compare(before, results(), Rules(), registry)[0].verdict == "missing"


def test_a_cell_is_found_whatever_the_order_of_rows(registry):
    cells: list[Cell] = [replace(CELL, fold=fold) for fold in range(5)]
    told = findings(registry, [row(cell) for cell in cells], [row(cell) for cell in reversed(cells)])
    assert {found.verdict for found in told} == {"same"}
    assert len(told) == 5
