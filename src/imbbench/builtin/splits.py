"""Ways to divide rows, on scikit-learn's splitters. Only training parts are ever treated.

Where a dataset has `groups`, the rows of a group stay in one part.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from imbbench import Data, Split, UsageError, hookimpl
from imbbench.builtin import fold_file, temporal
from imbbench.builtin.group_splits import holdout_of_groups, kfold_of_groups

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Pair = tuple[NDArray[np.intp], NDArray[np.intp]]

_REQUIRES = ("scikit-learn", "numpy")


def holdout(
    data: Data, seed: int, *, test_size: float = 0.3, stratify: bool = True, random_state: int | None = None
) -> Iterator[Pair]:
    """One pair by `train_test_split`, each part with the data's prevalence if `stratify`.

    Where the data have groups, the test part is made of whole ones: as many folds of
    `StratifiedGroupKFold` as come nearest to `test_size` of the rows, 3 of 10 for 0.3; without `stratify`
    that part of the groups, by `GroupShuffleSplit`.
    """
    yield _one_pair(data.y, data.groups, test_size, stratify, seed if random_state is None else random_state)


def kfold(
    data: Data, seed: int, *, n_splits: int = 5, n_repeats: int = 1, random_state: int | None = None
) -> Iterator[Pair]:
    """Stratified folds, shuffled; repeated with new shuffles by `RepeatedStratifiedKFold`. With one
    repeat these are the folds of `StratifiedKFold(n_splits, shuffle=True, random_state=...)`; of
    `StratifiedGroupKFold` where the data have groups."""
    from sklearn.model_selection import RepeatedStratifiedKFold

    state = seed if random_state is None else random_state
    if data.groups is not None:
        yield from kfold_of_groups(data.y, data.groups, n_splits, n_repeats, state)
        return
    positives = int(min((data.y == 0).sum(), (data.y == 1).sum()))
    if positives < n_splits:
        raise UsageError(
            f"{n_splits} folds need {n_splits} rows of each class, the rarer has {positives}; lower n_splits"
        )
    splitter = RepeatedStratifiedKFold(n_splits=n_splits, n_repeats=n_repeats, random_state=state)
    yield from splitter.split(data.X, data.y)


def balanced_holdout(
    data: Data, seed: int, *, test_size: float = 0.3, random_state: int | None = None
) -> Iterator[Pair]:
    """A balanced subset of rows (all of the rarer class, as many of the other), then a stratified
    holdout inside it; all other rows are in neither part. Test rows are half positive, so precision
    here says nothing about precision at the natural rate: a figure of .97 can be .05 there."""
    import numpy as np

    state = seed if random_state is None else random_state
    rng = np.random.default_rng(state)
    classes = [np.flatnonzero(data.y == label) for label in (0, 1)]
    size = min(map(len, classes))
    subset = np.sort(np.concatenate([rng.choice(rows, size, replace=False) for rows in classes]))
    warnings.warn(
        "balanced-holdout: test rows are half positive; precision and PR AUC there say nothing of the "
        "natural rate",
        stacklevel=2,
    )
    groups = None if data.groups is None else data.groups[subset]
    train, test = _one_pair(data.y[subset], groups, test_size, True, state)
    yield subset[train], subset[test]


def _one_pair(
    y: NDArray[Any], groups: NDArray[Any] | None, test_size: float, stratify: bool, state: int
) -> Pair:
    """One (train, test) of row numbers."""
    import numpy as np
    from sklearn.model_selection import train_test_split

    if groups is not None:
        return holdout_of_groups(y, groups, test_size, stratify, state)
    rows, labels = np.arange(len(y)), y if stratify else None
    train, test = train_test_split(rows, test_size=test_size, stratify=labels, random_state=state)
    return train, test


def kfold_folds(*, n_splits: int, n_repeats: int, **_: object) -> int:
    """All folds of all repeats."""
    if n_splits < 2 or n_repeats < 1:
        raise UsageError(f"n_splits={n_splits}, n_repeats={n_repeats}: expected at least 2 folds, 1 repeat")
    return n_splits * n_repeats


@hookimpl
def imbbench_splits() -> list[Split]:
    """`holdout` is the default."""
    return [
        Split("holdout", holdout, lambda **_: 1, requires=_REQUIRES),
        Split(
            "kfold",
            kfold,
            kfold_folds,
            requires=_REQUIRES,
        ),
        Split("balanced-holdout", balanced_holdout, lambda **_: 1, requires=_REQUIRES),
        temporal.SPLIT,
        fold_file.SPLIT,
    ]
