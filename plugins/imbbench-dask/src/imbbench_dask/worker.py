"""What runs on a Dask worker."""

from __future__ import annotations

import platform

from distributed import Worker, get_worker
from distributed.utils import sync

from imbbench_dask.bench import Bench, Ended, Task
from imbbench_dask.folders import Packed

#: Seconds after which another run may take a run that does nothing on a worker for dead.
IDLE = 60.0


def perform(task: Task, *folders: Packed) -> Ended:
    """Do a task in a child of this worker; `folders` are those it reads, if they were sent along."""
    worker = get_worker()
    try:
        bench = worker.plugins.get(task.bench)
        if not isinstance(bench, Bench):
            bench = sync(worker.loop, attach, worker, task.bench)
        ended = bench.run(worker.get_current_task(), task, folders)
    except Exception as error:  # it may not survive the way back
        return Ended("lost", text=f"the Dask worker on {platform.node()}: {type(error).__name__}: {error}")
    return ended._replace(value=worker.address) if ended.how == "missing" else ended


async def attach(worker: Worker, name: str) -> Bench:
    """The `Bench` of that name on this worker, which is set up if need be.

    Those of runs that are over are removed, and those that have done nothing for long: their run may have
    been killed, and each keeps a process. A living run sets its own up again with its next task.
    """
    for other, plugin in list(worker.plugins.items()):
        if other != name and isinstance(plugin, Bench) and (plugin.closed or plugin.idle > IDLE):
            await worker.plugin_remove(other)
    if name not in worker.plugins:
        await worker.plugin_add(Bench(name), name=name, catch_errors=False)
    bench = worker.plugins[name]
    assert isinstance(bench, Bench)
    return bench


async def close(name: str, dask_worker: Worker) -> None:
    """Kill what runs on the `Bench` of that name, and remove its files. It stays, closed, since Dask may
    yet start tasks that waited for their turn."""
    (await attach(dask_worker, name)).close()
