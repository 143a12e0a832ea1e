"""Rows that a strategy returned are its own or those of the training part that it was given."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING

from imbbench.data import TrainingSet
from imbbench.errors import PluginError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from imbbench.cell import Ready

    Hashes = NDArray[np.uint64]

#: Values of a row that stand nowhere in their columns of the training part, and show that it is known from
#: elsewhere. A strategy that puts given values together anew, as samplers of categories do, makes no such
#: value. One that computes new ones arrives now and then at a float32 of another row, in one column; in two
#: columns of the same row it does not.
NEW_VALUES = 2
#: How many folds are remembered, the first and the last ones, and how many rows of each class of a fold.
FOLDS, ROWS = 8, 1000


def row_hashes(X: NDArray[np.float32]) -> Hashes:
    """A number for each row of X (n, d), (n,): equal where rows are equal bit for bit."""
    import numpy as np

    hashes = np.zeros(len(X), np.uint64)
    for column in X.view(np.uint32).T:  # one round of FNV-1a on 64 bits; the upper ones are mixed in
        hashes ^= column
        hashes *= np.uint64(0x100000001B3)
        hashes ^= hashes >> np.uint64(29)
    return hashes


class RowGuard:
    """Holds what strategies return against the rows that they were not given.

    It remembers rows of the training parts of earlier folds, of one dataset: what a strategy has kept of them
    can be test rows of this fold, in the scale of that one.
    """

    def __init__(self) -> None:
        self._dataset = ""
        self._given: dict[tuple[object, ...], Hashes] = {}

    def check(self, ready: Ready, after: TrainingSet, who: str) -> None:
        """Check what the strategy `who` returned for a cell, `after`.

        Raises PluginError for rows that are known from elsewhere, and warns of those that may be there by
        chance.
        """
        import numpy as np

        cell = ready.draft.cell
        fold = cell.split, cell.random_state, cell.scale, cell.fold
        if cell.dataset != self._dataset:
            self._dataset, self._given = cell.dataset, {}
        if fold not in self._given:
            self._given[fold] = _sample(ready.whole)
            if len(self._given) > FOLDS:
                del self._given[list(self._given)[1]]
        if after.X.base is ready.train.X.base:  # its own rows, or some of them
            return
        others = {"of other folds": np.concatenate([*self._given.values()])}
        if len(ready.train.y) < len(ready.whole.y):
            others = {"held out within the training part": row_hashes(ready.whole.X)} | others
        check_rows(after, ready.train, ready.test.row_hashes, others, who)


def _sample(train: TrainingSet) -> Hashes:
    import numpy as np

    return row_hashes(train.X[np.concatenate([np.flatnonzero(train.y == label)[:ROWS] for label in (0, 1)])])


def check_rows(
    after: TrainingSet, given: TrainingSet, test: Hashes, others: Mapping[str, Hashes], who: str
) -> None:
    """Rows that a strategy returned, against those that it was not given.

    Rows of its own making are fine, and so are rows of the training part, however often. What equals a row
    that it was not given, and none that it was, bit for bit in all columns, is either known from elsewhere or
    met by chance, as in a table of few distinct values; see `NEW_VALUES`.

    Parameters
    ----------
    after, given : training sets after and before the strategy.
    test : `row_hashes` of the test part.
    others : of other rows that it was not given; where they are from, in words.
    who : the strategy.

    Raises
    ------
    PluginError : rows that are known from elsewhere. Test rows that can be there by chance are a warning.
    """
    hashes = row_hashes(after.X)
    is_new = ~_among(hashes, row_hashes(given.X))
    new, hashes = after.X[is_new], hashes[is_new]
    for origin, known in {"of the test part": test, **others}.items() if len(new) else ():
        met = new[_among(hashes, known)]
        count = int((_new_values(met, given.X) >= NEW_VALUES).sum()) if len(met) else 0
        if count:
            found = f"it returned {count:,} row{'s' * (count > 1)} {origin}, which it was not given"
            expected = "expected rows of the training part, or new ones made of them"
            raise PluginError(f"{found}; {expected}; keep nothing from earlier calls")
        if len(met) and known is test:
            text = "some rows that it made equal test rows: chance, where columns have few distinct values"
            warnings.warn(f"{who}: {text}", UserWarning, stacklevel=2)


def _among(hashes: Hashes, known: Hashes) -> NDArray[np.bool_]:
    """Which of some numbers are known: a quarter of the time of `np.isin`, on a few rows a sixth."""
    import numpy as np

    known = np.sort(known)
    found = np.searchsorted(known, hashes)
    return np.asarray(known[np.minimum(found, len(known) - 1)] == hashes)


def _new_values(rows: NDArray[np.float32], X: NDArray[np.float32]) -> NDArray[np.intp]:
    """For each of some rows (k, d), in how many columns its value is not one of X (n, d); (k,)."""
    import numpy as np

    new = [~np.isin(values, column) for values, column in zip(rows.T, X.T, strict=True)]
    return np.asarray(np.sum(new, axis=0))
