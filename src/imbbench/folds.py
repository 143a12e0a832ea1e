"""A loaded dataset and its folds, split and preprocessed."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from imbbench import guards, leaks, seeds
from imbbench.border_data import check_data, without_duplicates
from imbbench.border_folds import check_features, check_folds, warn_of_torn_groups
from imbbench.columns import Columns
from imbbench.data import Data, TrainingSet, read_only
from imbbench.plan import n_folds
from imbbench.preprocess import fit_preprocessing
from imbbench.registry import Bound
from imbbench.result import Cell
from imbbench.seal import Sealed
from imbbench.surface import Plane, prepared_grid

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from imbbench.components import IntArray


@dataclass(frozen=True, eq=False, repr=False)
class Loaded:
    """A dataset as it passed the border, and its columns, under seal."""

    data: Sealed[Data] = Sealed()  # noqa: RUF009
    columns: Sealed[Columns] = Sealed()  # noqa: RUF009

    @classmethod
    def of(cls, data: Data) -> Loaded:
        """With the columns of `data`, which has passed the border."""
        return cls(data, Columns.of(data.X))

    def only(self, features: Collection[str] | None) -> Loaded:
        """With these columns as features; None for all."""
        return self if features is None else replace(self, columns=self.columns.only(features))

    @cached_property
    def row_hashes(self) -> NDArray[np.uint64]:
        """`leaks.row_hashes` of the features, (n,)."""
        X = self.data.X
        names = {*self.columns.numeric, *self.columns.categorical}
        return leaks.row_hashes(X if len(names) == X.shape[1] else X.loc[:, [name in names for name in X]])


@dataclass(frozen=True, eq=False)
class Division:
    """What a split makes of a dataset: (train, test) row numbers of each fold, and the names of the columns
    that are features, None for all."""

    pairs: Sequence[tuple[IntArray, IntArray]]
    features: frozenset[str] | None = None


@dataclass(frozen=True, eq=False, repr=False)
class HeldOut:
    """The rows that a fit is scored on, under seal: X (k, d) like the training part's, y (k,), amount (k,) or
    None; the grid on their plane (size * size, d), like X, where there is one."""

    X: Sealed[NDArray[np.float32]] = Sealed()  # noqa: RUF009
    y: Sealed[NDArray[np.int8]] = Sealed()  # noqa: RUF009
    amount: Sealed[NDArray[Any] | None] = Sealed()  # noqa: RUF009
    grid: Sealed[NDArray[np.float32] | None] = Sealed(None)  # noqa: RUF009

    @cached_property
    def row_hashes(self) -> NDArray[np.uint64]:
        """`guards.row_hashes` of X, (k,)."""
        return guards.row_hashes(self.X)

    def fresh_rows(self) -> NDArray[np.float32]:
        """X, for one cell."""
        return _fresh(self.X)

    def fresh_grid(self) -> NDArray[np.float32] | None:
        """The grid, for one cell."""
        return None if self.grid is None else _fresh(self.grid)


@dataclass(frozen=True, eq=False)
class Fold:
    """A prepared fold.

    Parameters
    ----------
    train, test : its parts.
    counts : (n0, n1) under "data", "train" and "test".
    source : `Data.source`.
    groups : (m,) numbers of the groups that the training part's rows belong to, where the data have any.
    notes : warnings of loading, splitting and preprocessing: they concern every cell of the fold.
    """

    train: TrainingSet
    test: HeldOut
    counts: Mapping[str, tuple[int, int]]
    source: str = ""
    notes: tuple[str, ...] = ()
    groups: NDArray[Any] | None = None

    def fresh_train(self) -> TrainingSet:
        """The training part for one cell."""
        return TrainingSet(_fresh(self.train.X), _fresh(self.train.y))


def _fresh(array: NDArray[Any]) -> NDArray[Any]:
    """A copy: a flag does not keep a component from changing an array, as when torch shares its memory,
    and the next cell must not see that."""
    return read_only(array.copy())


def load(dataset: Bound, *, drop_duplicates: bool = False) -> Data:
    """What the dataset loads, as it passes the border; without rows that equal an earlier one if so asked."""
    data = check_data(dataset.call(), dataset.who)
    return without_duplicates(data) if drop_duplicates else data


def split_rows(cell: Cell, split: Bound, data: Data) -> Division:
    """All folds of the cell's split. Warns of groups that it does not keep together."""
    rows = replace(data, X=data.X.copy(deep=False))  # a column that it adds stays its own
    folds = split.call(rows, seeds.split_seed(cell))
    pairs = check_folds(folds, data.y, n_folds(split), split.who)
    if data.groups is not None:
        warn_of_torn_groups(pairs, data.groups, split.who)
    features = split.component.features
    if features is None:
        return Division(pairs)
    return Division(pairs, check_features(features(rows, **split.params), data.X.columns, split.who))


def warn_of_leaks(loaded: Loaded, division: Division) -> None:
    """Warn of what in the table makes figures better than they are elsewhere; see `leaks`."""
    features, y = loaded.only(division.features), loaded.data.y
    leaks.warn_of_columns(features.columns, y, division.pairs)
    leaks.warn_of_repeats(features.row_hashes, y, division.pairs)


def prepare(loaded: Loaded, train: IntArray, test: IntArray, scale: str, plane: Plane | None = None) -> Fold:
    """The fold with these row numbers, preprocessed; so is the grid on the plane of its test part, if
    given."""
    data = loaded.data
    X_train, transform = fit_preprocessing(loaded.columns, train, scale)
    X_test = transform(loaded.columns, test)
    grid = None if plane is None else prepared_grid(plane, transform)
    y_train, y_test = data.y[train], data.y[test]
    labels = {"data": data.y, "train": y_train, "test": y_test}
    counts = {part: class_counts(y) for part, y in labels.items()}
    amount = None if data.amount is None else read_only(data.amount[test])
    held_out = HeldOut(X_test, read_only(y_test), amount, grid)
    groups = None if data.groups is None else read_only(_numbered(data.groups[train]))
    return Fold(TrainingSet(X_train, y_train), held_out, counts, data.source, groups=groups)


def _numbered(groups: NDArray[Any]) -> NDArray[Any]:
    """A number for each group, whatever its name."""
    import pandas as pd

    return pd.factorize(groups)[0]


def rows_digest(test: IntArray, y: NDArray[np.int8]) -> str:
    """SHA-256 (64 hex digits) of a test part: its row numbers and their labels, each (k,)."""
    import numpy as np

    rows = np.ascontiguousarray(test, "<i8").tobytes() + np.ascontiguousarray(y, "<i1").tobytes()
    return hashlib.sha256(rows).hexdigest()


def parts_digest(train: IntArray, test: IntArray) -> str:
    """SHA-256 (64 hex digits) of the row numbers of both parts of a fold, (m,) and (k,), in their order."""
    import numpy as np

    parts = (np.ascontiguousarray(rows, "<i8").tobytes() for rows in ([len(train)], train, test))
    return hashlib.sha256(b"".join(parts)).hexdigest()


def class_counts(y: NDArray[np.int8]) -> tuple[int, int]:
    """(n0, n1)."""
    positives = int((y == 1).sum())
    return len(y) - positives, positives
