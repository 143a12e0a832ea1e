"""Loaded datasets and prepared folds, each made once for all the neighbouring cells that share it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from imbbench import seeds
from imbbench.border import check_folds
from imbbench.border_data import check_data
from imbbench.columns import Columns
from imbbench.data import Data, TrainingSet, read_only
from imbbench.fingerprint import fingerprint
from imbbench.kept import Kept
from imbbench.outcome import blame
from imbbench.plan import n_folds
from imbbench.preprocess import prepare_fold
from imbbench.registry import Bound
from imbbench.results import Cell

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Loaded:
    """A dataset as it passed the border, its columns, and the hash of its rows."""

    data: Data
    columns: Columns
    fingerprint: str


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
    """A prepared fold; `counts` has (n0, n1) under "data", "train" and "test"."""

    train: TrainingSet
    test: HeldOut
    counts: Mapping[str, tuple[int, int]]

    def fresh_train(self) -> TrainingSet:
        """The training part for one cell."""
        return TrainingSet(_fresh(self.train.X), _fresh(self.train.y))


def _fresh(array: NDArray[Any]) -> NDArray[Any]:
    """A copy: a flag does not keep a component from changing an array, as when torch shares its memory,
    and the next cell must not see that."""
    return read_only(array.copy())


class Folds:
    """Loads, splits and prepares for one cell at a time, and keeps the last of each."""

    def __init__(self, *, debug: bool) -> None:
        self._debug = debug
        self._kept = Kept()

    def loaded(self, cell: Cell, dataset: Bound) -> Loaded:
        """The cell's dataset. Raises Failure."""

        def load() -> Loaded:
            self._kept.forget("split", "fold")  # of the dataset before: its memory goes first
            with blame(dataset.who, debug=self._debug):
                data = check_data(dataset.call(), dataset.who)
                return Loaded(data, Columns.of(data.X), fingerprint(data))

        return self._kept.get("data", cell.dataset, load)  # type: ignore[no-any-return]

    def prepared(self, cell: Cell, dataset: Bound, split: Bound) -> Fold:
        """The cell's fold, preprocessed. Raises Failure."""
        loaded = self.loaded(cell, dataset)
        data = loaded.data

        def prepare() -> Fold:
            train, test = self._split(cell, split, data)[cell.fold]
            with blame(dataset.who, debug=self._debug):
                X_train, X_test = prepare_fold(loaded.columns, train, test, cell.scale)
            y_train, y_test = data.y[train], data.y[test]
            labels = {"data": data.y, "train": y_train, "test": y_test}
            counts = {part: class_counts(y) for part, y in labels.items()}
            amount = None if data.amount is None else read_only(data.amount[test])
            return Fold(TrainingSet(X_train, y_train), HeldOut(X_test, read_only(y_test), amount), counts)

        which = (cell.dataset, cell.split, cell.random_state, cell.fold, cell.scale)
        return self._kept.get("fold", which, prepare)  # type: ignore[no-any-return]

    def _split(self, cell: Cell, split: Bound, data: Data) -> Any:
        """(train, test) row numbers of all folds."""

        def make() -> Any:
            with blame(split.who, debug=self._debug):
                rows = replace(data, X=data.X.copy(deep=False))  # a column that it adds stays its own
                folds = split.call(rows, seeds.split_seed(cell))
                return check_folds(folds, data.y, n_folds(split), split.who)

        return self._kept.get("split", (cell.dataset, cell.split, cell.random_state), make)


def class_counts(y: NDArray[np.int8]) -> tuple[int, int]:
    """(n0, n1)."""
    positives = int((y == 1).sum())
    return len(y) - positives, positives
