"""The plan of a baseline: how its figures are made again."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from imbbench.errors import ImbbenchError
from imbbench.lookup import KINDS
from imbbench.options import COLUMNS
from imbbench.plan import Choice, Grid
from imbbench.readings import Threshold
from imbbench.registry import Registry
from imbbench.result import Cell
from imbbench.spec import literal, parse, split_list


@dataclass(frozen=True)
class Plan:
    """How the figures are made again.

    Parameters
    ----------
    grids : which cells.
    threshold, metrics, threads, group, device : as in `Options`; the device is a kind ("cpu", "cuda").
    plugins : local modules to load.
    drop_duplicates : as in `Options`.
    """

    grids: tuple[Grid, ...]
    threshold: tuple[Threshold, ...] = (0.5,)
    metrics: tuple[str, ...] = COLUMNS
    threads: int = 1
    group: bool = False
    device: str = "cpu"
    plugins: tuple[str, ...] = ()
    drop_duplicates: bool = False


def grids_of(cells: Iterable[Cell]) -> Iterable[Grid]:
    """Grids that select exactly these cells, with all folds of their splits and all seeds up to the last."""
    seeds: dict[tuple[Any, ...], int] = {}
    for cell in cells:
        fit = cell.dataset, cell.split, cell.scale, cell.random_state, cell.strategy, cell.model
        seeds[fit] = max(cell.seed + 1, seeds.get(fit, 1))
    models: dict[tuple[Any, ...], dict[str, None]] = {}
    for (*which, strategy, model), number in seeds.items():
        models.setdefault((*which, number, strategy), {})[model] = None
    strategies: dict[tuple[Any, ...], list[str]] = {}
    for (*same, strategy), names in models.items():
        strategies.setdefault((*same, tuple(names)), []).append(strategy)
    for (dataset, split, scale, state, number, names), chosen in strategies.items():
        yield Grid((dataset,), (split,), (scale,), tuple(chosen), names, state, number)


def one_by_one(registry: Registry, grid: Grid) -> Grid:
    """The grid with each choice as one spec: names, globs and "all" as they were said, what has parameters
    as its cells spell it, so that another default does not make it another cell."""

    def spelt(kind: str) -> tuple[str, ...]:
        parts = (part for choice in getattr(grid, kind) for part in _parts(choice))
        return tuple(spec for part in parts for spec in _spelt(registry, kind, part))

    dataset, split, strategy, model = map(spelt, KINDS)
    return replace(
        grid, dataset=dataset, split=split, scale=tuple(grid.scale), strategy=strategy, model=model, where=""
    )


def _parts(choice: Choice) -> Sequence[Choice]:
    return split_list(choice) if isinstance(choice, str) else [choice]


def _spelt(registry: Registry, kind: str, part: Choice) -> list[str]:
    if isinstance(part, str) and "[" not in part:
        return [part]
    return [bound.spec for bound in registry.select(kind, [part])]


def check_paths(grids: Iterable[Grid]) -> None:
    """Raise ImbbenchError if a parameter is an absolute path: a baseline is for every machine."""
    for grid in grids:
        for choice in (choice for kind in KINDS for choice in getattr(grid, kind)):
            for name, value in parse(str(choice)).params.items():
                path = literal(value)
                if isinstance(path, str) and Path(path).expanduser().is_absolute():
                    near = os.path.relpath(Path(path).expanduser())
                    raise ImbbenchError(
                        f"{choice}: {name} is a path of this machine, and a baseline is for every one; "
                        f"no baseline was written; give the path relative to the folder of the check: {near}"
                    )
