"""The place where the tasks of one run are done on a Dask worker: each in a child that can be killed."""

from __future__ import annotations

import multiprocessing
import pickle
import platform
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from threading import Lock, Thread
from typing import Any, Literal, NamedTuple

from distributed import Worker, WorkerPlugin
from imbbench import Folder, Processes

from imbbench_dask.folders import Packed, Shelf


class Call(NamedTuple):
    """What a task is to do: a function, its time limit in seconds, its arguments."""

    function: Callable[..., Any]
    timeout: float | None
    args: tuple[Any, ...]


class Task(NamedTuple):
    """A call as it is sent.

    Parameters
    ----------
    bench : name of the coordinating executor's `Bench`.
    call : a pickled `Call`.
    reads : path -> version of the folders among its arguments that are there already; it writes all
        others.
    wanted : versions of all folders that later tasks may read.
    """

    bench: str
    call: bytes
    reads: dict[str, str]
    wanted: tuple[str, ...]


class Ended(NamedTuple):
    """How a task ended, as plain data.

    Parameters
    ----------
    how : the function "returned", took longer than the "timeout", its process "died", or it was "lost";
        or a folder is "missing" on the worker.
    value : what the function returned; the exit code of the process that died; the worker's address.
    text : the reason in words, unless it returned.
    written : folders that the function wrote.
    """

    how: Literal["returned", "timeout", "died", "lost", "missing"]
    value: Any = None
    text: str = ""
    written: tuple[Packed, ...] = ()


def obstacle() -> str | None:
    """Why this process cannot run tasks, if it cannot."""
    if not multiprocessing.current_process().daemon:
        return None
    return (
        f"the Dask worker on {platform.node()} is a daemonic process, which may have no children, but each "
        "task has to run in a child that can be killed; start workers by `dask worker --no-nanny`, or set "
        "`distributed.worker.daemon: false` in their Dask configuration "
        "(DASK_DISTRIBUTED__WORKER__DAEMON=False in their environment)"
    )


class Bench(WorkerPlugin):
    """The child processes and folders of one executor on a worker, for as long as its run lasts."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = Lock()
        self._idle: list[Processes] = []
        self._running: dict[Any, Processes] = {}
        self._used = time.monotonic()
        self.closed = False

    def setup(self, worker: Worker) -> None:
        """Called by Dask when this is attached to a worker."""
        self._worker = worker
        self._folder = Path(worker.local_directory) / self._name
        self._shelf = Shelf(self._folder)

    def teardown(self, worker: Worker) -> None:  # noqa: ARG002
        """Called by Dask when this is detached, and when the worker closes."""
        self.close()

    def transition(self, key: Any, start: str, finish: str, **kwargs: Any) -> None:  # noqa: ARG002
        """Called by Dask. A task that nobody waits for any more, since its run was stopped or killed,
        is killed."""
        if finish == "released" and (child := self._running.pop(key, None)):
            Thread(target=child.stop).start()

    def close(self) -> None:
        """Kill what runs, remove all files; tasks that Dask starts nevertheless are lost."""
        with self._lock:
            self.closed = True
            children = [*self._running.values(), *self._idle]
            self._running.clear()
            self._idle.clear()
        for child in children:
            child.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def idle(self) -> float:
        """For how many seconds no task has been running."""
        return 0.0 if self._running else time.monotonic() - self._used

    def run(self, key: Any, task: Task, folders: tuple[Packed, ...]) -> Ended:
        """Do a task in a child, with its folders under the paths that they have on this worker."""
        if why := obstacle():
            return Ended("lost", text=why)
        self._used = time.monotonic()
        self._shelf.tidy(task.wanted)
        sent = {packed.version: packed for packed in folders}
        here: dict[str, Path] = {}
        try:
            for path, version in task.reads.items():
                where = self._shelf.take(version, sent.get(version))
                if where is None:
                    return Ended("missing")
                here[path] = where
            return self._run(key, pickle.loads(task.call), here)
        finally:
            for path in here:
                self._shelf.give_back(task.reads[path])

    def _run(self, key: Any, call: Call, here: dict[str, Path]) -> Ended:
        paths = [arg.path for arg in call.args if isinstance(arg, Folder)]
        new = {path: self._shelf.new() for path in paths if path not in here}
        local = {**here, **new}
        args = [Folder(str(local[arg.path])) if isinstance(arg, Folder) else arg for arg in call.args]
        try:
            ended = self._supervised(key, call._replace(args=tuple(args)))
            if ended.how != "returned":
                return ended
            written = [self._shelf.keep(where, path) for path, where in new.items() if where.is_dir()]
            return ended._replace(written=tuple(written))
        finally:
            for where in new.values():
                shutil.rmtree(where, ignore_errors=True)

    def _supervised(self, key: Any, call: Call) -> Ended:
        with self._lock:
            if self.closed:
                return Ended("lost", text="the Dask worker was told that the run is over")
            child = self._running[key] = self._idle.pop() if self._idle else Processes(1)
        try:
            # Now that `transition` would see it: has Dask dropped the task already?
            state = self._worker.state.tasks.get(key)
            if state is None or state.state == "cancelled":
                return Ended("lost", text="nobody waits for it")
            return Ended("returned", child.submit(call.function, call.timeout, *call.args).result())
        except TimeoutError as error:
            return Ended("timeout", text=str(error))
        except BaseException as error:  # a function may end with SystemExit too
            code = getattr(error, "exitcode", None)
            text = f"{type(error).__name__}: {error}"
            return Ended("lost", text=text) if code is None else Ended("died", code, str(error))
        finally:
            with self._lock:
                self._used = time.monotonic()
                if self._running.pop(key, None):  # else it was stopped
                    self._idle.append(child)
