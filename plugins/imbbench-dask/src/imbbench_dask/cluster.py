"""The connection to a Dask cluster, which is started here where none is named."""

from __future__ import annotations

import asyncio
import logging
from contextlib import ExitStack, suppress

import dask
from distributed import Client, LocalCluster
from distributed.utils import silence_logging_cmgr
from imbbench import UsageError

from imbbench_dask.bench import obstacle

#: Seconds within which a scheduler has to answer.
CONNECT = 10.0
#: Dask's configuration for as long as an executor lives.
SETTINGS = {
    "distributed.worker.daemon": False,  # read whenever a worker process is started here
    "distributed.admin.large-graph-warning-threshold": "1 TB",  # it has advice for Dask's own users
}


class Connection:
    """A client, and the cluster behind it if it is ours. `open` and `close` run in one event loop.

    Parameters
    ----------
    jobs : worker processes of a cluster of our own.
    scheduler : address of another one's scheduler; None for one of our own.
    """

    def __init__(self, jobs: int, scheduler: str | None) -> None:
        self._jobs = jobs
        self._scheduler = scheduler
        self._settings = ExitStack()
        self._cluster: LocalCluster | None = None
        self._client: Client | None = None

    @property
    def client(self) -> Client:
        """The client, once `open` was called."""
        assert self._client is not None
        return self._client

    @property
    def running(self) -> bool:
        """Whether the scheduler answers."""
        return self._client is not None and self._client.status == "running"

    async def open(self) -> None:
        """Connect. UsageError where no scheduler answers, or its workers cannot run tasks."""
        self._settings.enter_context(silence_logging_cmgr(logging.CRITICAL))
        self._settings.enter_context(dask.config.set(SETTINGS))
        if self._scheduler is None:
            self._cluster = LocalCluster(
                n_workers=self._jobs,
                threads_per_worker=1,
                memory_limit=None,  # imbbench limits the processes of tasks itself
                dashboard_address="127.0.0.1:0",  # of the status pages, which are always served
                scheduler_kwargs={"dashboard": False},
                silence_logs=logging.CRITICAL,
                asynchronous=True,
            )
            await self._cluster
        address = self._scheduler if self._cluster is None else self._cluster
        self._client = Client(address, asynchronous=True, set_as_default=False, timeout=CONNECT)
        try:
            await self._client
        except (OSError, ValueError) as error:
            raise UsageError(
                f"executor 'dask': no Dask scheduler answers at {self._scheduler!r} ({error}); give the "
                "address that `dask scheduler` prints, as in 'dask[scheduler=tcp://10.0.0.5:8786]'"
            ) from error
        # Every 10 ms by default, which is longer than what else a small task costs.
        if self._client.scheduler_comm:
            self._client.scheduler_comm.interval = 0.001
        await self._check()

    async def _check(self) -> None:
        """UsageError where tasks cannot be loaded, or may have no children. Workers that join later are
        looked at by each task that they get."""
        with suppress(OSError):
            try:
                await self.client.run_on_scheduler(obstacle)  # it loads tasks too
            except ImportError as error:
                raise _lacking("scheduler", error) from error
        found = await self.client.run(obstacle, on_error="return")
        for worker, why in found.items():
            if isinstance(why, str):
                raise UsageError(f"executor 'dask': {why}")
            if isinstance(why, Exception) and not isinstance(why, OSError):  # which has just died
                raise _lacking(f"worker at {worker}", why)

    async def ready(self) -> None:
        """Wait while Dask connects again, as it does for a while when the scheduler does not answer.
        ConnectionError once it gave up: what is sent to a client in that state never ends."""
        while self.client.status == "connecting":
            await asyncio.sleep(0.1)
        if not self.running:
            raise ConnectionError("the Dask scheduler is gone")

    async def close(self) -> None:
        """Leave the cluster, and end it if it is ours."""
        with suppress(Exception):
            if self._client:
                await self._client.close()
        with suppress(Exception):
            if self._cluster and (closing := self._cluster.close()):
                await closing
        self._settings.close()


def _lacking(who: str, error: Exception) -> UsageError:
    return UsageError(
        f"executor 'dask': the {who} cannot load imbbench-dask ({error}); install it, and all plugins that "
        "the run uses, where the scheduler and the workers run"
    )
