"""One task under its limits: the same statuses whatever carries it."""

from __future__ import annotations

import signal
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from imbbench.components import ExecutorLike
from imbbench.folders import Folder
from imbbench.orders import Answer, Fit, Order
from imbbench.processes import MEMORY

#: Status of a task that no worker has done; it can be tried again.
LOST = "lost"


@dataclass(frozen=True)
class Limits:
    """What one cell, load or fold may take.

    Parameters
    ----------
    timeout : seconds; None for no limit. Cells that are fitted together have it for each of them.
    memory : bytes beyond what the libraries take; None for no limit.
    """

    timeout: float | None = None
    memory: int | None = None


def supervise(
    executor: ExecutorLike,
    work: Callable[..., Answer],
    limits: Limits,
    order: Order | Callable[[], Order],
    folders: tuple[Folder, ...],
) -> Future[Any]:
    """Give an order, or one that is made now, to an executor; `verdict` tells what became of it."""
    cells = len(order.cells) if isinstance(order, Fit) else 1
    timeout = limits.timeout and limits.timeout * cells
    try:
        order = order() if callable(order) else order
        return executor.submit(work, timeout, order, *folders)
    except Exception as error:
        refused: Future[Any] = Future()
        refused.set_exception(error)
        return refused


def verdict(future: Future[Any], limits: Limits) -> Answer:
    """How a task that is over has ended: its own answer, `timeout`, `crashed` or `LOST`."""
    try:
        answer = future.result()
    except BaseException as error:  # a task's own sys.exit must not end this process
        if isinstance(error, TimeoutError) and limits.timeout is not None:
            return Answer("timeout", f"stopped after {limits.timeout:g} s, the time limit")
        exitcode = getattr(error, "exitcode", None)
        if exitcode is not None:
            return Answer("crashed", _how_it_died(exitcode, limits))
        return Answer(LOST, f"the executor raised {type(error).__name__}: {error}")
    if isinstance(answer, Answer):
        return answer
    return Answer(LOST, f"the executor returned a {type(answer).__name__}, not the task's answer")


def _how_it_died(exitcode: int, limits: Limits) -> str:
    if exitcode == MEMORY:
        limit = "" if limits.memory is None else f" of {limits.memory / 1e9:.3g} GB"
        return f"memory limit{limit} reached; raise --memory-limit or lower --jobs"
    if exitcode >= 0:
        return f"its process ended with exit code {exitcode}"
    try:
        name = signal.Signals(-exitcode).name
    except ValueError:
        name = f"signal {-exitcode}"
    what = {"SIGSEGV": ", a crash in native code", "SIGKILL": ", as when the system runs out of memory"}
    return f"its process was killed by {name}{what.get(name, '')}"
