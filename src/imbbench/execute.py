"""Driving an executor through a plan: one row per cell, whatever happens."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from imbbench.cell import Worker
from imbbench.components import ExecutorLike
from imbbench.results import FAILED, Cell, Result

STOPPED = "not run: an earlier cell failed and -x stops at the first failure"
INTERRUPTED = "stopped by the user before it was done"


def execute(
    cells: Sequence[Cell], worker: Worker, executor: ExecutorLike, *, exitfirst: bool = False
) -> Iterator[Result]:
    """Yield a result per cell, in order, as each is done.

    A cell that the executor loses is `crashed`. After the first failure under `exitfirst` the rest
    are yielded as `interrupted` with the reason.
    """
    stopped = False
    for cell in cells:
        if stopped:
            yield Result(cell, "interrupted", STOPPED)
            continue
        result = _carried(cell, worker, executor)
        stopped = exitfirst and result.status in FAILED
        yield result


def _carried(cell: Cell, worker: Worker, executor: ExecutorLike) -> Result:
    try:
        result = executor.submit(worker.run, None, cell).result()
    except Exception as error:
        return Result(cell, "crashed", f"the executor raised {type(error).__name__}: {error}")
    if isinstance(result, Result):
        return result
    return Result(cell, "crashed", f"the executor returned a {type(result).__name__}, not the task's result")
