"""The plan of a baseline: how its figures are made again."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from imbbench.errors import ImbbenchError
from imbbench.options import COLUMNS
from imbbench.plan import Choice, Grid
from imbbench.registry import Registry
from imbbench.results import Cell
from imbbench.spec import split_list


@dataclass(frozen=True)
class Plan:
    """How the figures are made again.

    Parameters
    ----------
    grids : which cells.
    threshold, metrics, threads, group, device : as in `Options`; the device is a kind ("cpu", "cuda").
    plugins : local modules to load.
    """

    grids: tuple[Grid, ...]
    threshold: tuple[float, ...] = (0.5,)
    metrics: tuple[str, ...] = COLUMNS
    threads: int = 1
    group: bool = False
    device: str = "cpu"
    plugins: tuple[str, ...] = ()


def grids_of(cells: Iterable[Cell]) -> Iterable[Grid]:
    """Grids that select exactly these cells, with all folds of their splits."""
    models: dict[tuple[Any, ...], dict[str, None]] = {}
    for cell in cells:
        where = cell.dataset, cell.split, cell.scale, cell.random_state, cell.strategy
        models.setdefault(where, {})[cell.model] = None
    strategies: dict[tuple[Any, ...], list[str]] = {}
    for (*same, strategy), names in models.items():
        strategies.setdefault((*same, tuple(names)), []).append(strategy)
    for (dataset, split, scale, state, names), chosen in strategies.items():
        yield Grid((dataset,), (split,), (scale,), tuple(chosen), names, state)


def one_by_one(grid: Grid) -> Grid:
    """The grid with each choice as one spec."""

    def listed(choices: Sequence[Choice]) -> tuple[str, ...]:
        parts = (split_list(choice) if isinstance(choice, str) else [str(choice)] for choice in choices)
        return tuple(item for items in parts for item in items)

    axes = (listed(axis) for axis in (grid.dataset, grid.split, grid.strategy, grid.model))
    dataset, split, strategy, model = axes
    return Grid(dataset, split, tuple(grid.scale), strategy, model, grid.random_state)


def check_paths(registry: Registry, grids: Iterable[Grid]) -> None:
    """Raise ImbbenchError if a dataset is named by an absolute path: a baseline is for every machine."""
    for bound in (bound for grid in grids for bound in registry.select("dataset", grid.dataset)):
        for name, value in bound.params.items():
            if isinstance(value, str | Path) and Path(value).is_absolute():
                near = os.path.relpath(value)
                raise ImbbenchError(
                    f"{bound.who}: {name} is a path of this machine, and a baseline is for every one; "
                    f"no baseline was written; give the path relative to the folder of the check: {near}"
                )
