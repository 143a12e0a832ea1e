"""The executor and the cores of a run, and the jobs that are on them."""

from __future__ import annotations

import contextlib
import math
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import replace
from queue import SimpleQueue
from typing import Any

from imbbench.board import Board
from imbbench.components import ExecutorLike
from imbbench.folders import Folder
from imbbench.job import Job
from imbbench.orders import Answer, Fit, Order
from imbbench.supervise import Limits, supervise, verdict

#: Seconds that a job which stands in line may take.
SHORT = 1.0


@contextlib.contextmanager
def prompt_threads() -> Iterator[None]:
    """Let the executor's threads have their turn while this one is busy with a row: by Python's default
    they wait up to 5 ms for it, and a worker waits with them."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(min(before, 1e-4))
    try:
        yield
    finally:
        sys.setswitchinterval(before)


class Crew:
    """Carries out jobs, as many at once as there are cores for.

    Parameters
    ----------
    create : makes the executor, when there is something to do for the first time.
    work : the function that it carries, `(order, *folders) -> Answer`.
    cores : how many jobs of one core may run at once.
    helpers : cores that a job may use besides, where it is the only one that can run.
    several : a job that can use more than one core may have some that would idle: they are of one machine.
    in_process : jobs run in this very process, and have ended when they are submitted.
    """

    def __init__(
        self,
        create: Callable[[], ExecutorLike],
        work: Callable[..., Answer],
        limits: Limits,
        cores: int,
        helpers: int = 0,
        *,
        several: bool = True,
        in_process: bool = False,
    ) -> None:
        self.cores, self.in_process = cores, in_process
        self._create, self._work, self._limits = create, work, limits
        self._free, self._helpers, self._several = cores, helpers, several
        self._most = cores if in_process else 2 * cores  # jobs that are submitted at a time
        self._executor: ExecutorLike | None = None
        self._running: dict[Future[Any], tuple[Job, int]] = {}
        self._over: SimpleQueue[Future[Any] | None] = SimpleQueue()
        self.submitting = False
        self.broken_off = False

    @property
    def busy(self) -> bool:
        """Whether a job is running."""
        return bool(self._running)

    def ask(self, order: Order) -> Answer | None:
        """The answer to one order, before any job runs; None if the user breaks it off."""
        self._submit(order, ())
        future = self._over.get()
        return None if future is None else verdict(future, self._limits)

    def start(self, board: Board, ended: float = 0.0) -> None:
        """Begin as many jobs as there are cores for; `ended` are seconds of a job that is over and that the
        board has not heard of.

        One short fit more for each core stands in line, so that no worker waits for this process. It must
        not run beside a job that has several cores, which leaves workers idle.
        """
        while not self.broken_off and (self._free > 0 or self.cores <= len(self._running) < self._most):
            job = board.take(self._busy(), math.inf if self._free > 0 else SHORT)
            if job is None:
                return
            cores = self._cores_for(job, board.seconds_left - ended)
            order = job.order
            if isinstance(order, Fit):
                order = replace(order, n_jobs=cores + self._helpers)
            self._free -= cores
            future = self._submit(order, job.folders)
            self._running[future] = job, cores

    def _submit(self, order: Order | Callable[[], Order], folders: tuple[Folder, ...]) -> Future[Any]:
        if self._executor is None:
            self._executor = self._create()
        self.submitting = True
        try:
            future = supervise(self._executor, self._work, self._limits, order, folders)
        finally:
            self.submitting = False
        future.add_done_callback(self._over.put)
        return future

    def _busy(self) -> set[str]:
        """Devices on which one job is as much as they take."""
        return {job.device for job, _ in self._running.values()} - {"cpu"}

    def _cores_for(self, job: Job, left: float) -> int:
        """More than one for a fit that can use them, where cores would idle once all else is done."""
        if not (job.parallel and self._several) or left <= 0:
            return 1
        share = job.seconds * self.cores / left
        return max(1, int(min(self._free, share + 1e-6)))  # what is left is a sum, hence not exact

    def wait(self) -> tuple[Job, Answer] | None:
        """The next job that is over, and how it ended; None if the user breaks the run off."""
        future = self._over.get()
        if future is None:
            return None
        job, cores = self._running.pop(future)
        self._free += cores
        return job, verdict(future, self._limits)

    def wake(self) -> None:
        """Let `wait` return, and begin no more jobs. May be called by a signal handler."""
        self.broken_off = True
        self._over.put(None)

    def release(self, folder: Folder) -> None:
        """No later job will name this folder."""
        release = getattr(self._executor, "release", None)
        if release is not None:
            release(folder)

    def close(self) -> None:
        """Kill what runs and end the executor's processes."""
        stop = getattr(self._executor, "stop", None)
        if stop is not None:
            stop()
