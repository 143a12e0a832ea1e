"""Executor `dask`: the tasks of a run on the workers of a Dask cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imbbench import Executor, hookimpl

if TYPE_CHECKING:
    from imbbench_dask.executor import Dask


def dask(jobs: int, *, scheduler: str | None = None) -> Dask:
    """On the workers of the cluster whose scheduler has this address, as in `tcp://10.0.0.5:8786`;
    without one on `jobs` worker processes of a cluster that is started here for the run."""
    from imbbench_dask.executor import Dask

    return Dask(jobs, scheduler)


@hookimpl
def imbbench_executors() -> list[Executor]:
    """What this package adds."""
    return [Executor("dask", dask, requires=("distributed",))]
