"""Datasets and folds as files: written by one task, mapped by others, each page of which is read once
and shared by all processes until one of them writes to its own copy."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from imbbench.data import Data, TrainingSet, read_only
from imbbench.folders import Folder
from imbbench.folds import Fold, HeldOut

if TYPE_CHECKING:
    from numpy.typing import NDArray


def write_data(folder: Folder, data: Data) -> None:
    """Write a dataset as it passed the border."""
    import joblib

    Path(folder.path).mkdir(parents=True, exist_ok=True)
    file = folder.file("data.joblib")  # arrays inside are stored as in .npy files, hence can be mapped
    joblib.dump(data, file)


def read_data(folder: Folder) -> Data:
    """The dataset that `write_data` wrote."""
    import joblib

    data: Data = joblib.load(folder.file("data.joblib"), mmap_mode="c")
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
    if fold.test.amount is not None:
        arrays["amount"] = fold.test.amount
    for name, array in arrays.items():
        np.save(folder.file(f"{name}.npy"), array, allow_pickle=False)
    about = {"counts": fold.counts, "source": fold.source, "notes": fold.notes}
    folder.file("about.json").write_text(json.dumps(about), encoding="utf-8")


def read_fold(folder: Folder) -> Fold:
    """The fold that `write_fold` wrote."""
    about = json.loads(folder.file("about.json").read_text(encoding="utf-8"))
    counts = {part: (int(n0), int(n1)) for part, (n0, n1) in about["counts"].items()}
    train = TrainingSet(_mapped(folder, "X_train"), _mapped(folder, "y_train"))
    amount = _mapped(folder, "amount") if folder.file("amount.npy").exists() else None
    held_out = HeldOut(_mapped(folder, "X_test"), _mapped(folder, "y_test"), amount)
    return Fold(train, held_out, counts, about["source"], tuple(about["notes"]))


def _mapped(folder: Folder, name: str) -> NDArray[Any]:
    import numpy as np

    mapped = np.load(folder.file(f"{name}.npy"), mmap_mode="c", allow_pickle=False)
    return read_only(mapped.view(np.ndarray))
