"""A folder of the coordinating process, for workers that lack it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any
from uuid import uuid4

from distributed import Client

from imbbench_dask.folders import pack


class SharedFolder:
    """A folder that is scattered once, when the first worker lacks it; and again only if every worker
    that held it died, since the coordinating process keeps its copy.

    Parameters
    ----------
    path : of the folder.
    version : under which workers know it already; None gives it a new one.
    """

    def __init__(self, path: str, version: str | None = None) -> None:
        self.path = path
        self.version = version or uuid4().hex
        self._scattered: asyncio.Task[Any] | None = None

    async def on(self, client: Client) -> Any:
        """Dask's future of the `Packed` folder."""
        task = self._scattered
        if task is None or (task.done() and (task.exception() or task.result().status != "finished")):
            task = self._scattered = asyncio.create_task(self._scatter(client))
        return await asyncio.shield(task)

    async def _scatter(self, client: Client) -> Any:
        packed = await asyncio.to_thread(pack, Path(self.path), self.path, self.version)
        while True:
            try:
                [future] = await client.scatter([packed], hash=False)
            except TimeoutError:  # no worker at present: Dask waits for one, and so does a task
                continue
            return future
