from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager

from imbbench_dask.turns import Turns


def test_one_alone_among_many() -> None:
    """Whoever asked to be alone was, before anybody who came later; everybody had a turn."""

    async def visit(turn: AbstractAsyncContextManager[None], name: str) -> None:
        async with turn:
            inside.add(name)
            seen.append(set(inside))
            await asyncio.sleep(0.01)
            inside.remove(name)

    async def all_visits() -> None:
        turns = Turns()
        visits = [visit(turns.shared(), f"early {number}") for number in range(3)]
        visits += [visit(turns.alone(), f"alone {number}") for number in range(2)]
        visits += [visit(turns.shared(), f"late {number}") for number in range(3)]
        await asyncio.gather(*visits)

    inside: set[str] = set()
    seen: list[set[str]] = []
    asyncio.run(all_visits())
    assert {"early 0", "early 1", "early 2"} in seen
    assert {"late 0", "late 1", "late 2"} in seen
    assert seen[3:5] == [{"alone 0"}, {"alone 1"}]
    assert len(seen) == 8


def test_a_turn_that_fails_or_is_cancelled_ends() -> None:
    async def all_visits() -> None:
        turns = Turns()
        waiting = asyncio.create_task(hold(turns))
        await asyncio.sleep(0)
        alone = asyncio.create_task(be_alone(turns))
        await asyncio.sleep(0)
        alone.cancel()
        waiting.cancel()
        await asyncio.gather(alone, waiting, return_exceptions=True)
        async with asyncio.timeout(5), turns.shared():
            pass
        async with asyncio.timeout(5), turns.alone():
            pass

    async def hold(turns: Turns) -> None:
        async with turns.shared():
            await asyncio.sleep(60)

    async def be_alone(turns: Turns) -> None:
        async with turns.alone():
            raise AssertionError

    asyncio.run(all_visits())
