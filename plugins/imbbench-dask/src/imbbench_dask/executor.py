"""The executor in the coordinating process: a client of a Dask cluster, driven from one thread."""

from __future__ import annotations

import asyncio
import pickle
import signal
from collections.abc import Callable, Coroutine
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from multiprocessing import resource_tracker
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import uuid4

from distributed import KilledWorker
from imbbench import Folder, ImbbenchError

from imbbench_dask.bench import Call, Ended, Task
from imbbench_dask.cluster import Connection
from imbbench_dask.folders import unpack
from imbbench_dask.shared import SharedFolder
from imbbench_dask.turns import Turns
from imbbench_dask.worker import close, perform

#: Times that a task is sent again because folders that it reads were lost with a worker.
ATTEMPTS = 5
#: Seconds that workers get to kill what runs, when a run ends.
GRACE = 5.0


class Lost(ImbbenchError):
    """The cluster did not run the task to its end."""


class Died(ImbbenchError):
    """The process of a task died; `exitcode` as in `subprocess`."""

    def __init__(self, message: str, exitcode: int) -> None:
        super().__init__(message)
        self.exitcode = exitcode


class Dask:
    """Runs each task in a child process of a Dask worker.

    Folders are brought along: what a task wrote comes back to the coordinating process with its result,
    is put under the path that the folder has there, and is scattered from there once, to workers that
    lack it when a task wants to read it. Hence a dead worker takes nothing with it.

    Parameters
    ----------
    jobs : worker processes of the cluster that is started here.
    scheduler : address of a running one, which then is used instead.
    """

    def __init__(self, jobs: int, scheduler: str | None = None) -> None:
        self._bench = f"imbbench-{uuid4().hex}"
        self._turns = Turns()
        self._folders: dict[str, SharedFolder] = {}
        self._futures: set[Future[Any]] = set()
        self._stopped = False
        self._loop = asyncio.new_event_loop()
        resource_tracker.ensure_running()  # first: it unblocks SIGINT
        self._thread = Thread(target=self._serve, name=self._bench, daemon=True)
        self._thread.start()
        self._connection = Connection(jobs, scheduler)
        opening = self._do(self._connection.open())
        self._futures.add(opening)
        try:
            opening.result()
        except BaseException:
            self.stop()
            raise

    def submit(self, function: Callable[..., Any], timeout: float | None, /, *args: Any) -> Future[Any]:
        """Run `function(*args)` on a worker, as `ExecutorLike` tells."""
        reads = {arg.path for arg in args if isinstance(arg, Folder) and Path(arg.path).is_dir()}
        call = pickle.dumps(Call(function, timeout, args))
        future = self._do(self._run(call, sorted(reads)))
        self._futures.add(future)
        future.add_done_callback(self._futures.discard)
        return future

    def release(self, folder: Folder) -> None:
        """No later task will name this folder: the workers let go of it."""
        self._loop.call_soon_threadsafe(self._folders.pop, folder.path, None)

    def stop(self) -> None:
        """Kill what runs, drop what waits, and end the cluster if it was started here."""
        if self._stopped:
            return
        self._stopped = True
        # Timers that Dask leaves behind are no news; what tasks raise is in their futures.
        self._loop.set_exception_handler(lambda _loop, _context: None)
        for future in list(self._futures):
            future.cancel()
        self._do(self._close()).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _serve(self) -> None:
        # Processes that are started here inherit this: Ctrl-C in a terminal is for the coordinating one.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        self._loop.run_forever()

    def _do(self, coroutine: Coroutine[Any, Any, Any]) -> Future[Any]:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop)

    async def _close(self) -> None:
        self._folders.clear()
        if self._connection.running:
            with suppress(Exception):  # workers that do not answer see that the client is gone
                killed = self._connection.client.run(close, self._bench, on_error="ignore")
                await asyncio.wait_for(killed, GRACE)
        await self._connection.close()

    async def _run(self, call: bytes, reads: list[str]) -> Any:
        folders = [self._folders.setdefault(path, SharedFolder(path)) for path in reads]
        ended = await self._ended(call, folders)
        match ended.how:
            case "returned":
                return ended.value
            case "timeout":
                raise TimeoutError(ended.text)
            case "died":
                raise Died(ended.text, ended.value)
            case _:
                raise Lost(ended.text)

    async def _ended(self, call: bytes, folders: list[SharedFolder]) -> Ended:
        """How a task ended. Dask gives up a task after several workers died on which it ran or waited, so
        it may have had no part in it: it is given a last chance, while no other of ours runs."""
        try:
            async with self._turns.shared():
                return await self._performed(call, folders)
        except KilledWorker:
            pass
        try:
            async with self._turns.alone():
                return await self._performed(call, folders)
        except KilledWorker as error:
            text = f"the Dask workers that ran it died, also while nothing else ran there: {error}"
            return Ended("died", -signal.SIGKILL, text)

    async def _performed(self, call: bytes, folders: list[SharedFolder]) -> Ended:
        """How a task ended, sent again while that has to do with where its folders are."""
        lacking = None
        try:
            for _ in range(ATTEMPTS):
                await self._connection.ready()
                try:
                    ended = await self._sent(call, folders, lacking)
                except CancelledError:  # the only worker that held a folder died, or the connection broke
                    continue
                if ended.how == "missing":
                    lacking = ended.value
                    continue
                for packed in ended.written:
                    await asyncio.to_thread(unpack, packed, Path(packed.path))
                    self._folders[packed.path] = SharedFolder(packed.path, packed.version)
                return ended
        except KilledWorker:
            raise
        except Exception as error:
            return Ended("lost", text=f"{type(error).__name__}: {error}")
        return Ended("lost", text=f"{ATTEMPTS} times workers that held its folders were lost")

    async def _sent(self, call: bytes, folders: list[SharedFolder], lacking: str | None) -> Ended:
        """The task on any worker that is free; or, with its folders, on the one that was lacking them.

        If the folders were always sent along, Dask would rather queue tasks where they are than send them
        to a worker that has nothing to do.
        """
        client = self._connection.client
        reads = {folder.path: folder.version for folder in folders}
        wanted = tuple(folder.version for folder in self._folders.values())
        task = Task(self._bench, call, reads, wanted)
        where = [] if lacking is None else [lacking]
        along = [await folder.on(client) for folder in folders if where]
        future: Any = client.submit(
            perform, task, *along, workers=where or None, allow_other_workers=bool(where), pure=False
        )
        ended: Ended = await future
        return ended
