"""Driving an executor through a plan: one row per cell, whatever happens."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from imbbench.cell import Worker
from imbbench.components import ExecutorLike
from imbbench.results import FAILED, Cell, Result

STOPPED = "not run: an earlier cell failed and -x stops at the first failure"
INTERRUPTED = "interrupted by the user"


def execute(
    cells: Sequence[Cell], worker: Worker, executor: ExecutorLike, *, exitfirst: bool = False
) -> Iterator[Result]:
    """Yield a result per cell, in order, as each is done.

    After Ctrl-C, or after the first failure under `exitfirst`, the rest are yielded as
    `interrupted` with the reason.
    """
    stopped = ""
    for cell in cells:
        if stopped:
            yield Result(cell, "interrupted", stopped)
            continue
        try:
            result = executor.submit(worker.run, None, cell).result()
        except KeyboardInterrupt:
            stopped = INTERRUPTED
            result = Result(cell, "interrupted", stopped)
        if exitfirst and result.status in FAILED:
            stopped = STOPPED
        yield result
