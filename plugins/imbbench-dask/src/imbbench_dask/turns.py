"""Who may run at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Turns:
    """Any number at the same time, or one alone. Who wants to be alone goes before all that wait."""

    def __init__(self) -> None:
        self._running = 0
        self._alone = 0
        self._lock = asyncio.Lock()
        self._empty, self._open = asyncio.Event(), asyncio.Event()
        self._empty.set()
        self._open.set()

    @asynccontextmanager
    async def shared(self) -> AsyncIterator[None]:
        """With others."""
        while self._alone:
            await self._open.wait()
        self._running += 1
        self._empty.clear()
        try:
            yield
        finally:
            self._running -= 1
            if not self._running:
                self._empty.set()

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """Once all others are done, and with nobody else until the block ends."""
        self._alone += 1
        self._open.clear()
        try:
            async with self._lock:
                await self._empty.wait()
                yield
        finally:
            self._alone -= 1
            if not self._alone:
                self._open.set()
