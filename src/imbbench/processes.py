"""Functions run in processes that can be killed, each forked from one that has imported what it needs."""

from __future__ import annotations

import os
import pickle
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from concurrent.futures import Future

    from pebble import ProcessPool

MEMORY = 77  # the exit code by which a worker says that it reached its limit of memory
PRELOAD = "IMBBENCH_PRELOAD"  # the environment variable that tells the forkserver what to import
_TICK = 0.1  # seconds between two looks at a pool that may have broken without a word
_STARTING = threading.Lock()


class Processes:
    """Runs up to `jobs` functions at a time, each in a worker process of its own.

    A worker runs one function after another until one of them times out or ends it; a new one takes
    its place. Workers start when they are first needed, all with the environment variables and the
    working folder that this process had at the first `submit`, and never import its `__main__`. They end
    with this process, whichever way it ends; the forkserver they come from stays until then.

    Each worker is a pebble pool of its own, driven by a thread. In a pool of several, workers share
    one pipe and its locks: one that is killed while it holds them stops all the others for good.
    """

    def __init__(self, jobs: int) -> None:
        from concurrent.futures import ThreadPoolExecutor

        self._threads = ThreadPoolExecutor(jobs, "imbbench-worker")
        self._lock = threading.Lock()
        self._idle: list[ProcessPool] = []
        self._pools: set[ProcessPool] = set()
        self._surroundings: tuple[dict[str, str], str] | None = None
        self._stopped = False

    def submit(self, function: Callable[..., Any], timeout: float | None, /, *args: Any) -> Future[Any]:
        """Run `function(*args)` in a worker, within `timeout` seconds from its start if it is given.

        The future ends as `ExecutorLike` says: with what the function returned or raised; with
        TimeoutError where it was killed for taking longer; with pebble's ProcessExpired, which has the
        `exitcode`, where it ended its process; with any other exception where it was lost. RuntimeError
        after `stop()`; pickle's errors where function or arguments cannot be pickled.
        """
        if self._surroundings is None:
            self._surroundings = dict(os.environ), str(Path.cwd())
        return self._threads.submit(self._run, pickle.dumps((function, args)), timeout)

    def stop(self) -> None:
        """Kill what runs, drop what waits, end all workers. Futures that were not done end with
        CancelledError. Later calls do nothing."""
        with self._lock:
            self._stopped = True
            pools = list(self._pools)
        for pool in pools:
            pool.stop()
        self._threads.shutdown(cancel_futures=True)  # each thread joins the pool that it was using
        while self._idle:
            self._discard(self._idle.pop())

    def _run(self, task: bytes, timeout: float | None) -> Any:
        """Have a worker do the task. Whatever goes wrong, that worker is not used again."""
        from concurrent.futures import wait

        from pebble import ProcessExpired

        from imbbench.child import call
        from imbbench.launch import NO_ERROR, kill_group

        pool = self._take()
        try:
            future = pool.submit(call, timeout, task)
            while not wait([future], _TICK).done:
                self._check(pool)
            answer = future.result()
        except BaseException as error:
            self._discard(pool)
            if isinstance(error, ProcessExpired):
                kill_group(error.pid)
                error.exitcode = 0 if error.exitcode == NO_ERROR else error.exitcode
            raise
        with self._lock:
            self._idle.append(pool)
        returned, value = pickle.loads(answer)
        if not returned:
            raise value
        return value

    def _take(self) -> ProcessPool:
        """A pool that nobody uses, or a new one."""
        from concurrent.futures import CancelledError

        with self._lock:
            while self._idle and not self._stopped:
                pool = self._idle.pop()
                if pool.active:
                    return pool
                self._discard(pool)  # its worker died while it had nothing to do
            if self._stopped:
                raise CancelledError
            pool = self._new()
            self._pools.add(pool)
            return pool

    def _new(self) -> ProcessPool:
        from pebble import ProcessPool

        from imbbench.child import begin
        from imbbench.launch import Context

        preload(())
        return ProcessPool(1, initializer=begin, initargs=self._surroundings or (), context=Context())

    def _check(self, pool: ProcessPool) -> None:
        """Raise where the pool will never answer."""
        from concurrent.futures import BrokenExecutor, CancelledError

        if self._stopped:
            raise CancelledError
        if not pool.active:
            raise BrokenExecutor("the worker was lost before it took the task")

    def _discard(self, pool: ProcessPool) -> None:
        pool.stop()
        pool.join()
        self._pools.discard(pool)


def preload(modules: Sequence[str]) -> None:
    """Start the forkserver, which imports `modules` meanwhile and hands them to every worker.

    Returns at once. Does nothing where it is running already, or where there is none (Windows). A
    module that cannot be imported is passed over. A child that this process forks has none: it starts
    its own.
    """
    import json
    import multiprocessing

    if "forkserver" not in multiprocessing.get_all_start_methods():
        return
    import sys
    from multiprocessing import forkserver, resource_tracker

    from imbbench.fork import part_at_fork

    with _STARTING:
        part_at_fork(_STARTING)
        # It would complain about what a killed run leaves behind, which it tidies up all the same.
        with _variables(PYTHONWARNINGS="ignore"):
            resource_tracker.ensure_running()
        forkserver.set_forkserver_preload(["imbbench.forkserver"])
        wanted = {"path": [entry or str(Path.cwd()) for entry in sys.path], "modules": list(modules)}
        # Ctrl-C in a terminal reaches all processes, and this one would die of it while it imports.
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            # Started by `python -c`, it would look for modules in the working folder first.
            with _variables(PYTHONSAFEPATH="1", **{PRELOAD: json.dumps(wanted)}):
                forkserver.ensure_running()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)


@contextmanager
def _variables(**variables: str) -> Iterator[None]:
    """Environment variables for what is started meanwhile."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
