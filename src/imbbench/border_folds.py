"""The border for splits: what `split` and `features` return is checked here, once, and trusted behind it."""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from imbbench.border import kind, some
from imbbench.errors import ImbbenchError, PluginError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from imbbench.components import IntArray

#: Test parts with fewer positives get a footnote.
FEW = 10


def check_folds(
    folds: Iterable[Any], y: NDArray[np.int8], expected: int, who: str
) -> list[tuple[IntArray, IntArray]]:
    """What `split` returned: `expected` pairs (train, test) of row numbers.

    No row twice, none in both parts, both classes in every part. Few positives in a test part are a
    warning, one for all folds.
    """
    if not isinstance(folds, Iterable):
        raise PluginError(f"{who}: split returned {kind(folds)}; expected pairs (train_idx, test_idx)")
    pairs = list(itertools.islice(folds, expected + 1))  # one too many is enough to know
    if len(pairs) != expected:
        found = "more" if len(pairs) > expected else f"only {len(pairs)}"
        raise PluginError(f"{who}: n_folds says {expected}, split gave {found}; make the two agree")
    checked = [_fold(pair, y, f"{who}: fold {number}") for number, pair in enumerate(pairs)]
    positives = [int((y[test] == 1).sum()) for _, test in checked]
    fewest = min(positives)
    if fewest < FEW:
        fold = f" of fold {positives.index(fewest)}" if expected > 1 else ""
        text = f"only {fewest} positive{'s' * (fewest > 1)} in the test part{fold}"
        warnings.warn(f"{text}: each is {1 / fewest:.0%} of the recall there", UserWarning, stacklevel=2)
    return checked


def _fold(pair: Any, y: NDArray[np.int8], where: str) -> tuple[IntArray, IntArray]:
    import numpy as np

    if not isinstance(pair, tuple | list) or len(pair) != 2:
        raise PluginError(f"{where} is {kind(pair)}; expected a pair (train_idx, test_idx)")
    parts, present = [], []
    for name, given in zip(("train", "test"), pair, strict=True):
        rows = np.asarray(given)
        if rows.ndim != 1 or not len(rows) or rows.dtype.kind not in "iu":
            found = f"{name} is an array of {rows.dtype}, shape {rows.shape}"
            raise PluginError(
                f"{where}: {found}; expected row numbers (m,), m > 0; np.flatnonzero makes them of a mask"
            )
        if rows.min() < 0 or rows.max() >= len(y):
            found = f"{name} has rows from {rows.min()} to {rows.max()}"
            raise PluginError(f"{where}: {found}; expected 0 to {len(y) - 1}")
        present.append(np.zeros(len(y), dtype=bool))
        present[-1][rows] = True
        repeated = len(rows) - int(present[-1].sum())
        if repeated:
            raise PluginError(f"{where}: {name} has {repeated:,} rows twice; expected each once")
        parts.append(rows.astype(np.intp, copy=False))
    train, test = parts
    shared = int((present[0] & present[1]).sum())
    if shared:
        raise PluginError(f"{where}: {shared:,} rows are in both train and test; expected none")
    for part, rows in (("train", train), ("test", test)):
        for label in (0, 1):
            if not (y[rows] == label).any():
                found = f"no row of class {label} in {part}, {(y == label).sum():,} in the data"
                advice = "stratify, use fewer folds, or another test_size"
                raise ImbbenchError(f"{where}: {found}; expected both classes in both parts; {advice}")
    return train, test


def check_features(features: object, columns: Iterable[str], who: str) -> frozenset[str] | None:
    """What `features` of a split returned: names of columns, at least one; None for all."""
    if features is None:
        return None
    if isinstance(features, str) or not isinstance(features, Iterable):
        raise PluginError(f"{who}: features returned {kind(features)}; expected names of columns, or None")
    names, known = list(features), set(columns)
    if not names or not known.issuperset(names):
        found = f"features returned {some(names) or 'no name'}"
        raise PluginError(f"{who}: {found}; expected at least one column of X, or None for all")
    return frozenset(names)


def warn_of_torn_groups(folds: Iterable[tuple[IntArray, IntArray]], groups: NDArray[Any], who: str) -> None:
    """Warn, once for all folds, of groups (n,) that have rows in both parts of one."""
    import numpy as np
    import pandas as pd

    numbers, names = pd.factorize(groups)
    torn = max(len(np.intersect1d(numbers[train], numbers[test])) for train, test in folds)
    if torn:
        text = f"{who}: {torn:,} of {len(names):,} groups have rows in both parts of a fold"
        warnings.warn(f"{text}: what is learnt of a group there is not new when it is tested", stacklevel=2)
