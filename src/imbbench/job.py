"""What the coordinating process has in hand: jobs for workers, and rows that are done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from imbbench.folders import Folder
from imbbench.orders import Order
from imbbench.records import ScoreRecord
from imbbench.result import Cell, Result
from imbbench.store_rows import Stored


@dataclass(eq=False)
class Job:
    """An order with what is needed to carry it out in time.

    Parameters
    ----------
    dataset : spec of the one that it belongs to.
    order, folders : for the worker; an order that is large is made when its turn comes.
    rank : the job with the lowest is done first.
    cells : those that fail if the job does.
    seconds : estimate.
    device : that it keeps busy.
    parallel : more cores make it faster and no figure different.
    blocked : the number of its folds that are not prepared yet.
    why : cells are fitted alone for this reason, though a group was asked for.
    tries : how often it was lost.
    stored : the stored cell whose metrics it computes.
    """

    dataset: str
    order: Order | Callable[[], Order]
    folders: tuple[Folder, ...]
    rank: tuple[float, ...]
    cells: tuple[Cell, ...] = ()
    seconds: float = 0.0
    device: str = "cpu"
    parallel: bool = False
    blocked: int = 0
    why: str = ""
    tries: int = 0
    stored: Stored | None = None

    def __lt__(self, other: Job) -> bool:
        return self.rank < other.rank


@dataclass(frozen=True)
class Row:
    """A result, with what the store keeps of it.

    Parameters
    ----------
    request, identity : the key that it was asked for under, and the parts of its own key; empty where
        the data was not loaded.
    scores : of an ok cell that was fitted.
    stored : its number, where it was found in the store.
    renamed : the stored cell is named otherwise.
    rescored : its metrics are new.
    twin : the result is that of another cell with the same key.
    """

    result: Result
    request: str = ""
    identity: str = ""
    scores: ScoreRecord | None = None
    stored: int | None = None
    renamed: bool = False
    rescored: bool = False
    twin: bool = False
