"""What in a table makes figures better than they are elsewhere: a column that holds the target, and rows that
stand on both sides of a split. Both are said, not judged: real data can be like that.

Each is a single line for all folds of a split, so that a table has it once.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from imbbench.preprocess import MIN_FREQUENCY

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from imbbench.columns import Columns
    from imbbench.components import IntArray

    Pairs = Sequence[tuple[IntArray, IntArray]]

#: How many columns are named; the others are counted.
NAMED = 3
#: A column of noise tells the classes of a tiny training part apart by chance. Nothing is said where that
#: would happen in one table of so many.
ONCE_IN = 1000
#: Rows of each class that are looked at first: nearly every column is out with them.
FIRST = 100


def warn_of_columns(columns: Columns, y: NDArray[np.int8], pairs: Pairs) -> None:
    """Warn of columns each of which alone tells the classes apart in the training part of every fold: some
    score of its values, gaps among them, has an area under the ROC curve of 1.

    A number is its own score, in either direction. A category can have any score, but those too rare to be
    kept apart by preprocessing share one: an identifier would tell every row from every other.

    Parameters
    ----------
    columns : of the whole table.
    y : (n,) labels in {0, 1}.
    pairs : (train, test) row numbers of each fold; test rows are not looked at.
    """
    names = [*columns.numeric, *columns.categorical]
    codes = {name: column.factorize()[0] for name, column in columns.categorical.items()}
    for train, _ in pairs:
        parts = tuple(train[y[train] == label] for label in (0, 1))
        if not _is_telling(len(parts[0]), len(parts[1]), len(names)):
            return
        names = [name for name in names if _apart(columns, codes, name, parts)]
    if names:
        _warn(_leak(names))


def _is_telling(n0: int, n1: int, columns: int) -> bool:
    """Whether columns of noise hardly ever tell so many rows of the classes apart: one that orders rows at
    random does with probability 2 / binomial(n0 + n1, n1)."""
    return math.comb(n0 + n1, min(n0, n1, 5)) >= 2 * columns * ONCE_IN


def _apart(
    columns: Columns, codes: Mapping[str, NDArray[np.intp]], name: str, parts: Sequence[IntArray]
) -> bool:
    """Whether a column tells apart the rows of class 0 and those of class 1."""
    if name in codes:
        zeros, ones = (codes[name][part] for part in parts)
        return _categories_apart(zeros, ones)
    values = columns.numeric[name]
    first = [part[:FIRST] for part in parts]
    return all(_numbers_apart(values[zeros], values[ones]) for zeros, ones in (first, parts))


def _numbers_apart(zeros: NDArray[Any], ones: NDArray[Any]) -> bool:
    """Whether all numbers of one class lie above all of the other, gaps on one end."""
    import numpy as np

    for gap in (-np.inf, np.inf):
        low, high = (np.where(np.isnan(values), gap, values) for values in (zeros, ones))
        if high.min() > low.max() or high.max() < low.min():
            return True
    return False


def _categories_apart(zeros: NDArray[np.intp], ones: NDArray[np.intp]) -> bool:
    """Whether no category has rows of both classes; code -1 is a gap."""
    import numpy as np

    size = max(zeros.max(), ones.max()) + 2
    counts = np.array([np.bincount(codes + 1, minlength=size) for codes in (zeros, ones)])
    rare = counts.sum(axis=0) < MIN_FREQUENCY
    merged = np.column_stack([counts[:, ~rare], counts[:, rare].sum(axis=1)])
    return not (merged > 0).all(axis=0).any()


def _leak(names: Sequence[str]) -> str:
    listed = ", ".join(map(repr, names[:NAMED]))
    if len(names) > NAMED:
        listed += f" and {len(names) - NAMED:,} more"
    if len(names) == 1:
        return f"column {listed} alone tells the classes apart (AUC 1.0): does it hold the target?"
    return f"columns {listed} each tell the classes apart alone (AUC 1.0): do they hold the target?"


def warn_of_repeats(rows: NDArray[np.uint64], y: NDArray[np.int8], pairs: Pairs) -> None:
    """Warn of test rows that equal a training row in every feature.

    Parameters
    ----------
    rows : (n,) from `row_hashes`.
    y : (n,) labels in {0, 1}.
    pairs : (train, test) row numbers of each fold.
    """
    import numpy as np
    import pandas as pd

    repeats = pd.Series(rows).duplicated()
    if not repeats.any():
        return
    shared, of = max((int(np.isin(rows[test], rows[train]).sum()), len(test)) for train, test in pairs)
    if not shared:
        return
    most = "up to " if len(pairs) > 1 else ""
    whole = f"{repeats.sum():,} of all {len(rows):,} rows repeat an earlier one"
    if pd.DataFrame({"row": rows, "y": y}).duplicated().any():
        whole += "; see --drop-duplicates"
    _warn(f"{most}{shared:,} of {of:,} test rows equal a training row in every feature ({whole})")


def row_hashes(X: pd.DataFrame) -> NDArray[np.uint64]:
    """A number for each row of a table, (n,): equal where rows are equal in every column, gaps included."""
    import numpy as np
    import pandas as pd

    return np.asarray(pd.util.hash_pandas_object(X, index=False))


def _warn(text: str) -> None:
    warnings.warn(text, UserWarning, stacklevel=3)
