"""One row per cell, whatever becomes of it, whatever the executor does."""

from __future__ import annotations

from concurrent.futures import Future

import pytest

from imbbench import Card, Dataset, Executor, Model, Unsupported, hookimpl
from imbbench.bench import bench
from imbbench.builtin.executors import Serial
from imbbench.execute import STOPPED, TRIES
from imbbench.options import Options
from imbbench.orders import Fit, Load, Prepare
from imbbench.plan import Grid, plan

MOONS = "moons[n_samples=200,minority_fraction=0.2]"
LINEAR = "torch-linear[epochs=1,min_steps=5]"
FITTED = []


class Told:
    """A classifier that fits as it is told to."""

    def __init__(self, ends: str) -> None:
        self.ends = ends

    def fit(self, train):
        FITTED.append(self.ends)
        if self.ends == "error":
            raise ArithmeticError("as it was told")
        if self.ends == "unsupported":
            raise Unsupported("as it was told")
        return self

    def decision_function(self, X):
        return X[:, 0].astype("float64") * 20


def told(context, *, ends: str = "ok", number: int = 0):
    return Told(ends)


def no_rows():
    raise RuntimeError("no rows today")


class Losing(Serial):
    """A real executor whose transport breaks for the first order of a kind, a number of times."""

    def __init__(self, kind: type, times: int, lost: object) -> None:
        self.kind, self.times, self.lost = kind, times, lost
        self.order: object = None

    def submit(self, function, timeout, /, order, *folders):
        if self.order is None and isinstance(order, self.kind):
            self.order = order
        if order != self.order or not self.times:
            return super().submit(function, timeout, order, *folders)
        self.times -= 1
        if isinstance(self.lost, Exception) and self.times % 2:
            raise self.lost  # at once, or later through the future
        future = Future()
        future.set_exception(self.lost) if isinstance(self.lost, Exception) else future.set_result(self.lost)
        return future


class LosesGroups(Serial):
    def __init__(self, lost: object) -> None:
        self.lost = lost

    def submit(self, function, timeout, /, order, *folders):
        if not isinstance(order, Fit) or len(order.cells) == 1:
            return super().submit(function, timeout, order, *folders)
        return Losing(Fit, 1, self.lost).submit(function, timeout, order, *folders)


@pytest.fixture
def run(registry):
    """run(models, datasets, executor, split, **options) -> Results: cells in this process."""
    handed = [Model("told", told), Dataset("no-rows", no_rows, Card("", "", "", ""))]

    def run(*models, datasets=(MOONS,), executor=None, split="holdout", strategy=("none",), **options):
        made = Executor("mine", lambda jobs: executor or Serial(), in_process=True)
        known = registry.with_components([*handed, made])
        cells = plan(known, [Grid(datasets, (split,), strategy=strategy, model=models)])
        results = bench(known, cells, Options(device="cpu", executor="mine", **options))
        assert [row.cell for row in results] == list(cells)
        return results

    FITTED.clear()
    return run


def statuses(results):
    return [row.status for row in results]


ALL = ("told", "told[ends=error]", "told[ends=unsupported]", "told[number=1]")


def test_one_row_per_cell_in_the_order_of_the_plan(run):
    results = run(*ALL, datasets=("no-rows", MOONS))
    assert statuses(results) == ["error"] * 4 + ["ok", "error", "unsupported", "ok"]
    assert sorted(FITTED) == ["error", "ok", "ok", "unsupported"]


def test_exitfirst_stops_at_the_first_failure_and_skips_are_none(run):
    results = run("told[ends=unsupported]", "told[ends=error]", "told", "told[number=1]", exitfirst=True)
    assert statuses(results) == ["unsupported", "error", "interrupted", "interrupted"]
    assert results[2].reason == STOPPED
    assert FITTED == ["unsupported", "error"]


def test_exitfirst_stops_at_a_dataset_that_fails(run):
    results = run("told", "told[number=1]", datasets=("no-rows", MOONS), exitfirst=True)
    assert statuses(results) == ["error", "error", "interrupted", "interrupted"]
    assert FITTED == []


@pytest.mark.parametrize("kind", [Load, Prepare, Fit])
def test_what_the_executor_loses_is_tried_again(run, kind):
    results = run(*ALL, executor=Losing(kind, TRIES, ConnectionError("worker gone")))
    assert statuses(results) == ["ok", "error", "unsupported", "ok"]


def test_a_cell_that_is_lost_again_and_again_is_crashed_and_the_others_run(run):
    results = run(*ALL, executor=Losing(Fit, TRIES + 1, ConnectionError("worker gone")))
    assert sorted(statuses(results)) == ["crashed", "error", "ok", "unsupported"]
    (crashed,) = [row for row in results if row.status == "crashed"]
    assert crashed.reason == "the executor raised ConnectionError: worker gone"
    assert len(FITTED) == 3


@pytest.mark.parametrize("kind", [Load, Prepare])
def test_a_dataset_or_fold_that_is_lost_again_and_again_takes_its_cells_and_no_others(run, kind):
    executor = Losing(kind, TRIES + 1, ConnectionError("worker gone"))
    results = run("told", "told[number=1]", datasets=(MOONS, "circles[n_samples=200]"), executor=executor)
    assert sorted(statuses(results)) == ["crashed", "crashed", "ok", "ok"]
    assert len({row.cell.dataset for row in results if row.status == "crashed"}) == 1


def test_rows_come_as_they_are_done(run, registry):
    class Watching:
        def __init__(self):
            self.told = []

        @hookimpl
        def imbbench_cell_done(self, result):
            self.told.append((result.status, len(FITTED)))

    watching = Watching()
    registry.manager.register(watching)
    try:
        run("told", "told[ends=error]", "told[number=1]")
    finally:
        registry.manager.unregister(watching)
    assert [fits for _, fits in watching.told] == [1, 2, 3]
    assert [status for status, _ in watching.told] == ["ok", "error", "ok"]


def test_what_an_executor_returns_is_checked(run):
    (row,) = run("told", executor=Losing(Fit, TRIES + 1, "junk"))
    assert (row.status, row.reason) == ("crashed", "the executor returned a str, not the task's answer")


@pytest.mark.parametrize(
    ("lost", "why"),
    [
        (MemoryError("killed"), "raised MemoryError: killed"),
        ("junk", "returned a str, not the task's answer"),
    ],
)
def test_a_group_that_the_executor_loses_is_run_again_cell_by_cell(run, lost, why):
    results = run(LINEAR, split="kfold", executor=LosesGroups(lost), group=True)
    assert {(row.status, row.numerics) for row in results} == {("ok", "single")}
    assert all(f"fitted alone: the executor {why}" in row.notes for row in results)
    assert {row.numerics for row in run(LINEAR, split="kfold", group=True)} == {"grouped"}
