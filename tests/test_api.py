from __future__ import annotations

import subprocess
import sys

import pytest

import imbbench
from imbbench import ImbbenchError, UsageError
from imbbench.bench import bench
from imbbench.options import COLUMNS, Options
from imbbench.plan import Grid, plan

from .conftest import figures

SMALL = {"dataset": ["moons[n_samples=300]", "circles[n_samples=300]"], "split": "kfold[n_splits=2]"}
MODELS = ["sklearn-rf[n_estimators=5,oob_score=false]", "sklearn-lr", "torch-linear[min_steps=50,epochs=1]"]


def test_numbers_depend_on_neither_repetition_nor_order_nor_selection_nor_executor():
    whole = figures(imbbench.run(**SMALL, model=MODELS, jobs=2))
    assert figures(imbbench.run(**SMALL, model=MODELS, jobs=1)) == whole
    backwards = {axis: items[::-1] if isinstance(items, list) else items for axis, items in SMALL.items()}
    strategies = ["pos_weight", "undersample", "class_weight", "none"]
    reverse = imbbench.run(**backwards, strategy=strategies, model=MODELS[::-1], executor="serial")
    assert figures(reverse) == whole
    one = {"dataset": "circles[n_samples=300]", "strategy": "undersample", "model": MODELS[2]}
    part = figures(imbbench.run(**one, split="kfold[n_splits=2]", executor="serial"))
    assert part.items() <= whole.items()
    assert len(part) == 2


def test_the_random_state_of_the_run_changes_folds_and_fits():
    zero, one = (
        imbbench.run("moons[n_samples=300]", "none", "sklearn-lr", random_state=state, executor="serial")[0]
        for state in (0, 1)
    )
    assert zero.metrics != one.metrics


def test_results_say_what_was_asked_for():
    results = imbbench.run(
        "moons[n_samples=300]",
        "none",
        "sklearn-lr",
        threshold=[0.3, 0.5],
        metrics=["f1", "brier"],
        scale="none",
        executor="serial",
    )
    assert results.thresholds == (0.3, 0.5)
    assert results.columns == ("f1", "brier")
    assert set(COLUMNS) < set(results.rows[0].metrics[0.3])
    losses = {"fp", "fn", "brier", "log_loss", "ece", "expected_cost", "amount_cost"}
    assert results.lower_is_better == losses
    assert results.undirected == {"calibration_slope", "calibration_intercept", "threshold_used"}
    assert results.rows[0].cell.scale == "none"


def test_mistakes_are_exceptions():
    with pytest.raises(UsageError, match="no model named 'x'"):
        imbbench.run("moons", model="x")
    with pytest.raises(UsageError, match=r"threshold 1\.5 is not strictly between"):
        imbbench.run("moons", threshold=1.5)
    assert issubclass(UsageError, ImbbenchError)


@pytest.mark.parametrize("store", [True, 123])
def test_a_store_is_a_path(store, elsewhere):
    with pytest.raises(UsageError, match=rf"store is {store}; expected the path of a file, or None"):
        imbbench.run("moons[n_samples=300]", "none", "sklearn-lr", executor="serial", store=store)
    assert not any(elsewhere.iterdir())


def test_observers_are_told_of_every_cell_and_a_watcher_of_what_is_left_and_of_datasets(registry):
    class Counting:
        def __init__(self):
            self.cells, self.ends, self.left, self.datasets = [], [], [], []

        @imbbench.hookimpl
        def imbbench_cell_done(self, result):
            self.cells.append(result.cell)

        @imbbench.hookimpl
        def imbbench_run_done(self, results):
            self.ends.append(results)

        def begun(self, left, estimates, jobs):
            self.left.append((list(left), estimates.total(left, jobs) > 0))

        def dataset_done(self, results):
            self.datasets.append({row.cell.dataset for row in results})

    counting = Counting()
    cells = plan(registry, [Grid(("moons[n_samples=300]", "circles[n_samples=300]"), model=("sklearn-lr",))])
    options = Options(device="cpu", executor="serial")
    registry.manager.register(counting)
    try:
        results = bench(registry, cells, options, counting)
    finally:
        registry.manager.unregister(counting)
    assert sorted(map(str, counting.cells)) == sorted(map(str, cells))
    assert counting.ends == [results]
    assert counting.left == [(list(cells), True)]
    assert counting.datasets == [{"moons[n_samples=300]"}, {"circles[n_samples=300]"}]
    bench(registry, cells, options)
    assert len(counting.cells) == len(cells), "told no more"


def test_a_plan_without_torch_models_does_not_import_torch():
    code = (
        "import sys, imbbench;"
        "imbbench.run('moons[n_samples=300]', 'none', 'sklearn-lr', executor='serial');"
        "print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_results_can_be_looked_at_as_users_expect():
    results = imbbench.run(
        "moons[n_samples=300]", "none,undersample", "sklearn-lr", threshold=[0.3, 0.5], executor="serial"
    )
    assert repr(results) == "<Results: 2 cells, 2 ok>"
    assert results[1] is results.rows[1]
    frame = results.to_frame()
    assert len(frame) == 4
    chosen = frame.query("strategy == 'undersample' and threshold == 0.3").iloc[0]
    assert chosen["roc_auc"] == results[1].metrics[0.3]["roc_auc"]
    assert chosen["tp"] == results[1].metrics[0.3]["tp"]
