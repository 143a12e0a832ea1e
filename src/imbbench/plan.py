"""From a selection to cells: pure, sorted, and without loading any data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product

from imbbench.errors import ImbbenchError, NothingSelected, UsageError
from imbbench.preprocess import SCALES
from imbbench.registry import Bound, Registry
from imbbench.result import Cell
from imbbench.spec import Spec
from imbbench.suggest import did_you_mean

Choice = str | Spec


@dataclass(frozen=True)
class Grid:
    """A product of choices; each item is a spec, a comma list, a glob, or "all".

    Parameters
    ----------
    seeds : how often each cell is fitted, on the same folds with other seeds.
    where : it was written, for messages.
    """

    dataset: Sequence[Choice] = ("all",)
    split: Sequence[Choice] = ("holdout",)
    scale: Sequence[str] = ("standard",)
    strategy: Sequence[Choice] = ("all",)
    model: Sequence[Choice] = ("all",)
    random_state: int = 0
    seeds: int = 1
    where: str = ""


def plan(registry: Registry, grids: Iterable[Grid]) -> tuple[Cell, ...]:
    """The union of the grids' cells, each once.

    Cells that share a dataset, a split and a fold stand together, so that the work they share is
    done once; otherwise they keep the order of the selection, the seeds of a cell one after another.

    Raises
    ------
    UsageError : an unknown name, parameter or scale; seeds that are no number of at least 1.
    NothingSelected : a glob without a match, or no cell at all.
    """
    cells = list(dict.fromkeys(cell for grid in grids for cell in _located(registry, grid)))
    if not cells:
        raise NothingSelected("no cell is selected; name a dataset, a strategy and a model, or use --all")
    order: dict[object, int] = {}

    def place(cell: Cell) -> tuple[int, ...]:
        shared = (cell.dataset, cell.split, cell.scale, cell.random_state)
        ranks = [order.setdefault(shared[: size + 1], len(order)) for size in range(len(shared))]
        return (*ranks, cell.fold)

    return tuple(sorted(cells, key=place))


def _located(registry: Registry, grid: Grid) -> list[Cell]:
    """The grid's cells; what is wrong with it is told with the place where it was written."""
    try:
        return list(_cells(registry, grid))
    except (UsageError, NothingSelected) as error:
        raise type(error)(f"{grid.where}: {error}" if grid.where else str(error)) from error


def _cells(registry: Registry, grid: Grid) -> Iterable[Cell]:
    for scale in grid.scale:
        if scale not in SCALES:
            raise UsageError(
                f"no scale is named {scale!r}{did_you_mean(scale, SCALES)}; scales are {', '.join(SCALES)}"
            )
    if type(grid.seeds) is not int or grid.seeds < 1:
        raise UsageError(f"seeds is {grid.seeds!r}; expected how often each cell is fitted, at least 1")
    datasets, splits, strategies, models = (
        registry.select(kind, items)
        for kind, items in [
            ("dataset", grid.dataset),
            ("split", grid.split),
            ("strategy", grid.strategy),
            ("model", grid.model),
        ]
    )
    for dataset, split, scale in product(datasets, splits, grid.scale):
        each = product(range(n_folds(split)), strategies, models, range(grid.seeds))
        for fold, strategy, model, seed in each:
            names = strategy.spec, model.spec, grid.random_state
            yield Cell(dataset.spec, split.spec, fold, scale, *names, seed)


def n_folds(split: Bound) -> int:
    """How many folds a split makes; the data is not needed."""
    try:
        folds = int(split.component.n_folds(**split.params))
    except ImbbenchError as error:
        raise UsageError(f"{split.who}: {error}") from error
    except (Exception, SystemExit) as error:
        raise UsageError(f"{split.who}: its n_folds raised {type(error).__name__}: {error}") from error
    if folds < 1:
        raise UsageError(f"{split.who} makes {folds} folds; expected at least one")
    return folds
