"""OpenML's data sets: any binary one by id, by task, and the CLIMB benchmark's by name."""

from __future__ import annotations

from imbbench import Dataset, hookimpl

from imbbench_openml import climb, datasets


@hookimpl
def imbbench_datasets() -> list[Dataset]:
    """By id first, then CLIMB's."""
    return [*datasets.DATASETS, *climb.DATASETS]
