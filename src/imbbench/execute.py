"""Driving an executor through a plan: one row per cell, whatever happens."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from imbbench.cell import Worker
from imbbench.components import ExecutorLike
from imbbench.group import run_task
from imbbench.results import FAILED, Result
from imbbench.tasks import Task

STOPPED = "not run: an earlier cell failed and -x stops at the first failure"
INTERRUPTED = "stopped by the user before it was done"


def execute(
    tasks: Sequence[Task], worker: Worker, executor: ExecutorLike, *, exitfirst: bool = False
) -> Iterator[Result]:
    """Yield a result per cell, task by task, as each is done.

    A task of several cells that the executor loses is tried again cell by cell; a cell that it loses is
    `crashed`. After the first failure under `exitfirst` the rest are yielded as `interrupted` with the
    reason.
    """
    stopped = False
    for task in tasks:
        if stopped:
            yield from (Result(cell, "interrupted", STOPPED) for cell in task)
            continue
        results = _carried(task, worker, executor)
        stopped = exitfirst and any(result.status in FAILED for result in results)
        yield from results


def _carried(task: Task, worker: Worker, executor: ExecutorLike) -> list[Result]:
    try:
        results = executor.submit(run_task, None, worker, task).result()
    except Exception as error:
        lost = f"the executor raised {type(error).__name__}: {error}"
    else:
        if isinstance(results, list) and [getattr(result, "cell", None) for result in results] == [*task]:
            return results
        lost = f"the executor returned a {type(results).__name__}, not the task's result"
    if len(task) > 1:
        return [result for cell in task for result in _carried((cell,), worker, executor)]
    return [Result(task[0], "crashed", lost)]
