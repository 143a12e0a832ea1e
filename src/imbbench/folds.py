"""A loaded dataset and its folds, split and preprocessed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from imbbench import seeds
from imbbench.border import check_folds
from imbbench.border_data import check_data
from imbbench.columns import Columns
from imbbench.data import Data, TrainingSet, read_only
from imbbench.plan import n_folds
from imbbench.preprocess import prepare_fold
from imbbench.registry import Bound
from imbbench.results import Cell

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from imbbench.components import IntArray


@dataclass(frozen=True, eq=False)
class Loaded:
    """A dataset as it passed the border, and its columns."""

    data: Data
    columns: Columns

    @classmethod
    def of(cls, data: Data) -> Loaded:
        """With the columns of `data`, which has passed the border."""
        return cls(data, Columns.of(data.X))


@dataclass(frozen=True, eq=False)
class HeldOut:
    """The rows that a fit is scored on: X (k, d) like the training part's, y (k,), amount (k,) or None."""

    X: NDArray[np.float32]
    y: NDArray[np.int8]
    amount: NDArray[Any] | None

    def fresh_rows(self) -> NDArray[np.float32]:
        """X, for one cell."""
        return _fresh(self.X)


@dataclass(frozen=True, eq=False)
class Fold:
    """A prepared fold.

    Parameters
    ----------
    train, test : its parts.
    counts : (n0, n1) under "data", "train" and "test".
    source : `Data.source`.
    notes : warnings of loading, splitting and preprocessing: they concern every cell of the fold.
    """

    train: TrainingSet
    test: HeldOut
    counts: Mapping[str, tuple[int, int]]
    source: str = ""
    notes: tuple[str, ...] = ()

    def fresh_train(self) -> TrainingSet:
        """The training part for one cell."""
        return TrainingSet(_fresh(self.train.X), _fresh(self.train.y))


def _fresh(array: NDArray[Any]) -> NDArray[Any]:
    """A copy: a flag does not keep a component from changing an array, as when torch shares its memory,
    and the next cell must not see that."""
    return read_only(array.copy())


def load(dataset: Bound) -> Data:
    """What the dataset loads, as it passes the border."""
    return check_data(dataset.call(), dataset.who)


def split_rows(cell: Cell, split: Bound, data: Data) -> Sequence[tuple[IntArray, IntArray]]:
    """(train, test) row numbers of all folds of the cell's split."""
    rows = replace(data, X=data.X.copy(deep=False))  # a column that it adds stays its own
    folds = split.call(rows, seeds.split_seed(cell))
    return check_folds(folds, data.y, n_folds(split), split.who)


def prepare(loaded: Loaded, train: IntArray, test: IntArray, scale: str) -> Fold:
    """The fold with these row numbers, preprocessed."""
    data = loaded.data
    X_train, X_test = prepare_fold(loaded.columns, train, test, scale)
    y_train, y_test = data.y[train], data.y[test]
    labels = {"data": data.y, "train": y_train, "test": y_test}
    counts = {part: class_counts(y) for part, y in labels.items()}
    amount = None if data.amount is None else read_only(data.amount[test])
    held_out = HeldOut(X_test, read_only(y_test), amount)
    return Fold(TrainingSet(X_train, y_train), held_out, counts, data.source)


def rows_digest(test: IntArray, y: NDArray[np.int8]) -> str:
    """SHA-256 (64 hex digits) of a test part: its row numbers and their labels, each (k,)."""
    import numpy as np

    rows = np.ascontiguousarray(test, "<i8").tobytes() + np.ascontiguousarray(y, "<i1").tobytes()
    return hashlib.sha256(rows).hexdigest()


def class_counts(y: NDArray[np.int8]) -> tuple[int, int]:
    """(n0, n1)."""
    positives = int((y == 1).sum())
    return len(y) - positives, positives
