"""Driving an executor through a plan: one row per cell, whatever happens."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import replace

from imbbench.cell import Worker
from imbbench.components import ExecutorLike
from imbbench.group import Alone, run_task
from imbbench.results import FAILED, Result
from imbbench.tasks import Task

STOPPED = "not run: an earlier cell failed and -x stops at the first failure"
INTERRUPTED = "stopped by the user before it was done"


def execute(
    tasks: Sequence[Task], worker: Worker, executor: ExecutorLike, *, exitfirst: bool = False
) -> Iterator[Result]:
    """Yield a result per cell, task by task, as each is done.

    Cells of a group that are to be fitted alone, or whose group the executor lost, follow one by one; a
    cell that it loses is `crashed`. After the first failure under `exitfirst` the rest are yielded as
    `interrupted` with the reason.
    """
    waiting = deque((task, "") for task in tasks)
    stopped = False
    while waiting:
        task, why = waiting.popleft()
        if stopped:
            yield from (Result(cell, "interrupted", STOPPED) for cell in task)
            continue
        answers = _carried(task, worker, executor)
        alone = [((answer.cell,), answer.why) for answer in answers if isinstance(answer, Alone)]
        waiting.extendleft(reversed(alone))
        for result in answers:
            if isinstance(result, Result):
                stopped |= exitfirst and result.status in FAILED
                yield replace(result, notes=(*result.notes, why)) if why else result


def _carried(task: Task, worker: Worker, executor: ExecutorLike) -> list[Result | Alone]:
    try:
        answers = executor.submit(run_task, None, worker, task).result()
    except Exception as error:
        lost = f"the executor raised {type(error).__name__}: {error}"
    else:
        if isinstance(answers, list) and [getattr(answer, "cell", None) for answer in answers] == [*task]:
            return answers
        lost = f"the executor returned a {type(answers).__name__}, not the task's result"
    if len(task) > 1:
        return [Alone(cell, f"fitted alone: {lost}") for cell in task]
    return [Result(task[0], "crashed", lost)]
