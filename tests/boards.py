"""A plan on its board, as a run has it, and transports that tests can look into."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from imbbench.board import Board
from imbbench.crew import Crew
from imbbench.desk import Desk
from imbbench.estimate import Estimates
from imbbench.folders import Folder
from imbbench.job import Row
from imbbench.lookup import Lookup
from imbbench.options import COLUMNS
from imbbench.orders import Answer, Fit, Load, Order, Prepare
from imbbench.registry import Registry
from imbbench.result import Cell
from imbbench.settings import Settings
from imbbench.store import Store
from imbbench.supervise import Limits

SETTINGS = Settings(metrics=COLUMNS, columns=COLUMNS)


def text(order: Order) -> str:
    """An order in a word or two: "load moons", "prepare 0", "fit sklearn-lr 0"."""
    match order:
        case Load():
            return f"load {order.dataset}"
        case Prepare():
            return f"prepare {order.cell.fold}"
        case Fit():
            return f"fit {order.cells[0].model} {','.join(str(cell.fold) for cell in order.cells)}"
    return type(order).__name__.lower()


class Watched:
    """Does each task at once, in this process, unless it is told what becomes of the order.

    Parameters
    ----------
    fate : what becomes of an order: an answer, an exception, or None for what really comes of it.
    """

    def __init__(self, fate: Callable[[Order], Answer | Exception | None] = lambda order: None) -> None:
        self.fate = fate
        self.orders: list[Order] = []
        self.folders: list[tuple[Folder, ...]] = []
        self.log: list[str] = []
        self.written: set[Folder] = set()

    def submit(self, function: Any, timeout: float | None, /, order: Order, *folders: Folder) -> Future[Any]:
        assert timeout is None
        self.orders.append(order)
        self.folders.append(folders)
        self.log.append(text(order))
        future: Future[Any] = Future()
        found = self.fate(order)
        if isinstance(found, Exception):
            future.set_exception(found)
        else:
            future.set_result(function(order, *folders) if found is None else found)
        if found is None and isinstance(order, Load | Prepare):
            self.written.add(folders[-1])
        return future

    def release(self, folder: Folder) -> None:
        assert Path(folder.path).exists() or folder not in self.written, "told after the files went"
        self.log.append(f"release {Path(folder.path).name}")

    def fits(self) -> list[Cell]:
        """Cells that were fitted, in this order."""
        return [cell for order in self.orders if isinstance(order, Fit) for cell in order.cells]


def staged(
    registry: Registry,
    cells: Sequence[Cell],
    executor: Any,
    place: Path,
    *,
    store: Store | None = None,
    settings: Settings = SETTINGS,
    seconds: Any = None,
    cores: int = 1,
    in_process: bool = True,
    **looked_up: Any,
) -> tuple[Board, Crew]:
    """The board and the crew of a plan; `executor` does the work of a real desk."""
    lookup = Lookup(registry, store or Store.open(None), settings, **looked_up)
    crew = Crew(lambda: executor, Desk(registry, settings).do, Limits(), cores, in_process=in_process)
    return Board(cells, lookup, Estimates(registry, seconds), place, crew.release), crew


def by_cell(rows: Iterable[Row]) -> dict[Cell, Row]:
    """Each row under its cell; no cell has two."""
    found: dict[Cell, Row] = {}
    for row in rows:
        assert row.result.cell not in found, "a second row of one cell"
        found[row.result.cell] = row
    return found
