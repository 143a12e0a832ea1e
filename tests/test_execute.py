from __future__ import annotations

from concurrent.futures import Future

import pytest

from imbbench.builtin.executors import Serial
from imbbench.cell import Worker as RealWorker
from imbbench.execute import STOPPED, execute
from imbbench.plan import Grid, plan
from imbbench.results import Cell, Result
from imbbench.settings import Settings
from imbbench.tasks import grouped, single

CELLS = [Cell("moons", "holdout", fold, "standard", "none", "sklearn-lr", 0) for fold in range(4)]
GRID = Grid(
    ("moons[n_samples=200,minority_fraction=0.2]",), ("kfold",), strategy=("none",),
    model=("torch-linear[epochs=1,min_steps=5]",),
)  # fmt: skip


class Worker:
    """Stands where the real one does: says what becomes of each fold."""

    def __init__(self, statuses):
        self.statuses = statuses

    def run(self, cell):
        return Result(cell, self.statuses[cell.fold])


class Losing:
    """A real executor whose transport breaks at the second task."""

    def __init__(self):
        self.tasks = 0

    def submit(self, function, timeout, /, *args):
        self.tasks += 1
        if self.tasks == 2:
            future = Future()
            future.set_exception(ConnectionError("worker gone"))
            return future
        return Serial().submit(function, timeout, *args)


def test_one_row_per_cell_in_order():
    rows = list(execute(single(CELLS), Worker(["ok", "error", "unsupported", "ok"]), Serial()))
    assert [row.cell for row in rows] == CELLS
    assert [row.status for row in rows] == ["ok", "error", "unsupported", "ok"]


def test_exitfirst_stops_at_the_first_failure_and_skips_are_none():
    rows = list(
        execute(single(CELLS), Worker(["unsupported", "error", "ok", "ok"]), Serial(), exitfirst=True)
    )
    assert [row.status for row in rows] == ["unsupported", "error", "interrupted", "interrupted"]
    assert rows[2].reason == STOPPED


def test_a_cell_that_the_executor_loses_is_crashed_and_the_others_run():
    rows = list(execute(single(CELLS), Worker(["ok"] * 4), Losing()))
    assert [row.status for row in rows] == ["ok", "crashed", "ok", "ok"]
    assert rows[1].reason == "the executor raised ConnectionError: worker gone"


def test_rows_come_as_they_are_done():
    worker = Worker(["ok"] * 4)
    rows = execute(single(CELLS), worker, Serial())
    assert next(rows).cell is CELLS[0]
    worker.statuses[1] = "error"
    assert next(rows).status == "error"


def test_what_an_executor_returns_is_checked():
    class Junk:
        def submit(self, function, timeout, /, *args):
            future = Future()
            future.set_result("junk")
            return future

    (row,) = execute(single(CELLS[:1]), Worker(["ok"]), Junk())
    assert (row.status, row.reason) == ("crashed", "the executor returned a str, not the task's result")


@pytest.mark.parametrize("loss", ["raises", "returns junk", "returns too few"])
def test_a_group_that_the_executor_loses_is_run_again_cell_by_cell(registry, loss):
    class LosesGroups(Serial):
        def submit(self, function, timeout, /, *args):
            future = super().submit(function, timeout, *args)
            if len(args[1]) == 1:
                return future
            lost = Future()
            if loss == "raises":
                lost.set_exception(MemoryError("killed"))
            else:
                lost.set_result("junk" if loss == "returns junk" else future.result()[1:])
            return lost

    cells = plan(registry, [GRID])
    worker = RealWorker(registry, Settings())
    rows = list(execute(grouped(cells, registry, 1), worker, LosesGroups()))
    assert [row.cell for row in rows] == list(cells)
    assert {(row.status, row.numerics) for row in rows} == {("ok", "single")}
