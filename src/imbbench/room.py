"""Whether the disk has room for what a run will store."""

from __future__ import annotations

import shutil
import warnings
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from imbbench.estimate import table_rows
from imbbench.registry import Registry
from imbbench.result import Cell
from imbbench.store_schema import StoreError

#: The part of the rows that is tested by most splits, the bytes of a score, and those of a cell's figures.
PART, SCORE, CELL = 0.3, 8, 1500
#: From how many bytes on a run says how many it will write.
MUCH = 10**9


def check_room(
    store: Path, registry: Registry, cells: Sequence[Cell], *, scores: bool, inner: bool = False
) -> None:
    """Warn of a run that will write more than 1 GB; StoreError if the disk has no room for it.

    As far as it is known before the data are loaded: scores are counted as float64, not compressed; with
    `inner`, those of the training part too.
    """
    counted = Counter(cell.dataset for cell in cells)
    rows = sum(number * (table_rows(registry, dataset) or 0) for dataset, number in counted.items())
    size = len(cells) * CELL + (int(rows * (1 if inner else PART) * SCORE) if scores else 0)
    free = shutil.disk_usage(store.parent).free
    what = f"this run writes up to {size / 1e9:.1f} GB to {store}"
    advice = "--no-scores stores figures only" if scores else "name a file on another disk with --store"
    if size > free:
        raise StoreError(f"{what}, and {free / 1e9:.1f} GB are free there; {advice}")
    if size > MUCH:
        warnings.warn(f"{what}; {advice}", stacklevel=2)
