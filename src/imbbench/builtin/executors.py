"""Executors only transport a function and its arguments to where it runs."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from imbbench import Executor, Processes, UsageError, hookimpl


class Serial:
    """Runs each task at once, in this process."""

    def submit(self, function: Callable[..., Any], timeout: float | None, /, *args: Any) -> Future[Any]:
        """A future that is already done. A time limit cannot be kept here, so it is refused."""
        if timeout is not None:
            raise UsageError("executor 'serial' cannot stop a running task; leave the time limit out")
        future: Future[Any] = Future()
        try:
            future.set_result(function(*args))
        except Exception as error:
            future.set_exception(error)
        return future


def processes(jobs: int) -> Processes:
    """In worker processes, which can be killed: a cell that hangs or crashes takes no other with it."""
    return Processes(jobs)


def serial(jobs: int) -> Serial:  # noqa: ARG001
    """In this process, one cell after another; forests use all cores."""
    return Serial()


@hookimpl
def imbbench_executors() -> list[Executor]:
    """Processes (the default) and, for debugging, none."""
    return [Executor("processes", processes), Executor("serial", serial, in_process=True)]
