"""Datasets and folds as files: written by one task, mapped by others, each page of which is read once
and shared by all processes until one of them writes to its own copy."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from imbbench import facts
from imbbench.data import Data, TrainingSet, read_only
from imbbench.folders import Folder
from imbbench.folds import Fold, HeldOut

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from imbbench.registry import Bound

_DATA, _ARRAYS = "data.joblib", ("X_train", "y_train", "X_test", "y_test", "amount", "grid", "groups")
#: Names of the files that are written here.
_NAMES = frozenset({_DATA, *(f"{name}.npy" for name in _ARRAYS)})


def write_data(folder: Folder, data: Data) -> None:
    """Write a dataset as it passed the border."""
    import joblib

    Path(folder.path).mkdir(parents=True, exist_ok=True)
    file = folder.file(_DATA)  # arrays inside are stored as in .npy files, hence can be mapped
    joblib.dump(data, file)


def read_data(folder: Folder) -> Data:
    """The dataset that `write_data` wrote."""
    import joblib

    data: Data = joblib.load(folder.file(_DATA), mmap_mode="c")
    fixed: dict[str, Any] = {
        name: read_only(getattr(data, name))
        for name in ("y", "time", "groups", "amount")
        if getattr(data, name) is not None
    }
    return replace(data, **fixed)


def write_fold(folder: Folder, fold: Fold) -> None:
    """Write a prepared fold."""
    import numpy as np

    Path(folder.path).mkdir(parents=True, exist_ok=True)
    arrays: dict[str, NDArray[Any]] = {"X_train": fold.train.X, "y_train": fold.train.y}
    arrays |= {"X_test": fold.test.X, "y_test": fold.test.y}
    optional = {"amount": fold.test.amount, "grid": fold.test.grid, "groups": fold.groups}
    arrays |= {name: array for name, array in optional.items() if array is not None}
    for name, array in arrays.items():
        np.save(folder.file(f"{name}.npy"), array, allow_pickle=False)
    about = {"counts": fold.counts, "source": fold.source, "notes": fold.notes}
    folder.file("about.json").write_text(json.dumps(about), encoding="utf-8")


def read_fold(folder: Folder) -> Fold:
    """The fold that `write_fold` wrote."""
    about = json.loads(folder.file("about.json").read_text(encoding="utf-8"))
    counts = {part: (int(n0), int(n1)) for part, (n0, n1) in about["counts"].items()}
    train = TrainingSet(_mapped(folder, "X_train"), _mapped(folder, "y_train"))
    amount, grid, groups = (_optional(folder, name) for name in ("amount", "grid", "groups"))
    held_out = HeldOut(_mapped(folder, "X_test"), _mapped(folder, "y_test"), amount, grid)
    return Fold(train, held_out, counts, about["source"], tuple(about["notes"]), groups)


@dataclass(frozen=True)
class RowFiles:
    """Paths of files with rows of a dataset: those that it reads, and those of its folds.

    Parameters
    ----------
    own : resolved paths.
    around : resolved paths of folders, somewhere in which the files of its folds are.
    """

    own: frozenset[str]
    around: tuple[str, ...]

    def __contains__(self, path: object) -> bool:
        folder, _, name = str(path).rpartition(os.sep)
        return path in self.own or (name in _NAMES and folder.startswith(self.around))


def row_files(dataset: Bound, folders: Iterable[Folder]) -> RowFiles:
    """The files of a dataset whose folds are in these folders, and maybe in others beside them."""
    return _row_files(dataset, frozenset(Path(folder.path).parent for folder in folders))


@lru_cache(maxsize=16)
def _row_files(dataset: Bound, around: Iterable[Path]) -> RowFiles:
    try:
        own = facts.files_of(dataset)
    except (Exception, SystemExit):  # no such file, or a plugin's mistake: loading tells which
        own = set()
    return RowFiles(frozenset(map(os.path.realpath, own)), tuple(map(os.path.realpath, around)))


def _optional(folder: Folder, name: str) -> NDArray[Any] | None:
    return _mapped(folder, name) if folder.file(f"{name}.npy").exists() else None


def _mapped(folder: Folder, name: str) -> NDArray[Any]:
    import numpy as np

    mapped = np.load(folder.file(f"{name}.npy"), mmap_mode="c", allow_pickle=False)
    return read_only(mapped.view(np.ndarray))
