"""What an executor carries: a cell, or several whose model fits them together."""

from __future__ import annotations

from collections.abc import Sequence

from imbbench.registry import Registry
from imbbench.result import Cell

Task = tuple[Cell, ...]


def single(cells: Sequence[Cell]) -> list[Task]:
    """Each cell alone."""
    return [(cell,) for cell in cells]


def grouped(cells: Sequence[Cell], registry: Registry, jobs: int) -> list[Task]:
    """Cells of one dataset and one model that can `fit_many` as one task, the others alone.

    A task stands where its first cell stood. At least as many tasks as jobs, as far as there are cells.
    """
    tasks: dict[object, list[Cell]] = {}
    for cell in cells:
        many = registry.resolve("model", cell.model).component.fit_many
        shared = (cell.dataset, cell.scale, cell.model) if many else cell
        tasks.setdefault(shared, []).append(cell)
    found = [tuple(task) for task in tasks.values()]
    while len(found) < min(jobs, len(cells)):
        largest = max(range(len(found)), key=lambda number: len(found[number]))
        task = found[largest]
        found[largest : largest + 1] = [task[: len(task) // 2], task[len(task) // 2 :]]
    return found
