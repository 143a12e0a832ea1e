"""Folds that keep the rows of a group in one part."""

from __future__ import annotations

import warnings
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from imbbench import UsageError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Pair = tuple[NDArray[np.intp], NDArray[np.intp]]

_MOST_FOLDS = 20  # that a holdout is put together from: its test part is exact to a 40th of the rows


def kfold_of_groups(
    y: NDArray[Any], groups: NDArray[Any], n_splits: int, n_repeats: int, state: int
) -> list[Pair]:
    """The folds of `StratifiedGroupKFold` for labels and groups (n,), repeated with new shuffles.

    Warns where repeats have folds in common. UsageError where the rarer class is in too few groups.
    """
    import numpy as np
    from sklearn.model_selection import StratifiedGroupKFold

    groups = kept_together(groups)
    if (there := _groups_of_rarer(y, groups)) < n_splits:
        raise UsageError(
            f"{n_splits} folds need {n_splits} groups with rows of each class, the rarer class has {there}; "
            "lower n_splits"
        )
    rng = np.random.RandomState(state)  # shared by the repeats, as in RepeatedStratifiedKFold
    splitter = StratifiedGroupKFold(n_splits, shuffle=True, random_state=rng)
    folds = [pair for _ in range(n_repeats) for pair in splitter.split(groups, y, groups)]
    if len({test.tobytes() for _, test in folds}) < len(folds):
        warnings.warn(
            "kfold: repeats have folds in common, since only groups with like class counts are shuffled",
            stacklevel=2,
        )
    return folds


def holdout_of_groups(
    y: NDArray[Any], groups: NDArray[Any], test_size: float, stratify: bool, state: int
) -> Pair:
    """(train, test) with whole groups in each: stratified, put together of folds of `StratifiedGroupKFold`,
    or drawn by `GroupShuffleSplit`. UsageError where the rarer class is in one group."""
    import numpy as np
    from sklearn.model_selection import GroupShuffleSplit, StratifiedGroupKFold

    check_test_size(test_size)
    groups, rows = kept_together(groups), np.arange(len(y))
    if not stratify:
        ((train, test),) = GroupShuffleSplit(1, test_size=test_size, random_state=state).split(
            rows, y, groups
        )
        return train, test
    most = min(_MOST_FOLDS, _groups_of_rarer(y, groups))
    if most < 2:
        raise UsageError("two parts need 2 groups with rows of each class, the rarer class has 1")
    share = Fraction(test_size).limit_denominator(most)
    share = min(max(share, Fraction(1, most)), 1 - Fraction(1, most))
    folds = StratifiedGroupKFold(share.denominator, shuffle=True, random_state=state).split(rows, y, groups)
    test = np.sort(np.concatenate([part for _, part in folds][: share.numerator]))
    return np.setdiff1d(rows, test), test


def kept_together(groups: NDArray[Any]) -> NDArray[np.intp]:
    """Groups (n,) of any type as numbers in their order, with a footnote on how many there are."""
    import pandas as pd

    numbers, names = pd.factorize(groups, sort=True)
    warnings.warn(f"rows of a group are kept together: {len(names):,} groups", stacklevel=2)
    return numbers


def _groups_of_rarer(y: NDArray[Any], groups: NDArray[np.intp]) -> int:
    """In how many groups the class is that is in fewer."""
    import numpy as np

    return min(len(np.unique(groups[y == label])) for label in (0, 1))


def check_test_size(test_size: float) -> None:
    """Raise UsageError unless it is a part of the rows."""
    if not 0 < test_size < 1:
        raise UsageError(f"test_size is {test_size}; expected a part of the rows between 0 and 1")
