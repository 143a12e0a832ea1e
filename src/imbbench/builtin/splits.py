"""Ways to divide rows, on scikit-learn's splitters. Only training parts are ever treated."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING

from imbbench import Data, Split, UsageError, hookimpl

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Pair = tuple[NDArray[np.intp], NDArray[np.intp]]


def holdout(
    data: Data, seed: int, *, test_size: float = 0.3, stratify: bool = True, random_state: int | None = None
) -> Iterator[Pair]:
    """One pair by `train_test_split`, each part with the data's prevalence if `stratify`."""
    import numpy as np
    from sklearn.model_selection import train_test_split

    yield train_test_split(
        np.arange(len(data.y)),
        test_size=test_size,
        stratify=data.y if stratify else None,
        random_state=seed if random_state is None else random_state,
    )


def kfold(
    data: Data, seed: int, *, n_splits: int = 5, n_repeats: int = 1, random_state: int | None = None
) -> Iterator[Pair]:
    """Stratified folds, shuffled; repeated with new shuffles by `RepeatedStratifiedKFold`. With one
    repeat these are the folds of `StratifiedKFold(n_splits, shuffle=True, random_state=...)`."""
    from sklearn.model_selection import RepeatedStratifiedKFold

    positives = int(min((data.y == 0).sum(), (data.y == 1).sum()))
    if positives < n_splits:
        raise UsageError(
            f"{n_splits} folds need {n_splits} rows of each class, the rarer has {positives}; lower n_splits"
        )
    state = seed if random_state is None else random_state
    splitter = RepeatedStratifiedKFold(n_splits=n_splits, n_repeats=n_repeats, random_state=state)
    yield from splitter.split(data.X, data.y)


def balanced_holdout(
    data: Data, seed: int, *, test_size: float = 0.3, random_state: int | None = None
) -> Iterator[Pair]:
    """A balanced subset of rows (all of the rarer class, as many of the other), then a stratified
    holdout inside it; all other rows are in neither part. Test rows are half positive, so precision
    here says nothing about precision at the natural rate: a figure of .97 can be .05 there."""
    import numpy as np
    from sklearn.model_selection import train_test_split

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
    yield train_test_split(subset, test_size=test_size, stratify=data.y[subset], random_state=state)


@hookimpl
def imbbench_splits() -> list[Split]:
    """`holdout` is the default."""
    return [
        Split("holdout", holdout, lambda **_: 1, requires=("scikit-learn", "numpy")),
        Split(
            "kfold",
            kfold,
            lambda *, n_splits, n_repeats, **_: n_splits * n_repeats,
            requires=("scikit-learn", "numpy"),
        ),
        Split("balanced-holdout", balanced_holdout, lambda **_: 1, requires=("scikit-learn", "numpy")),
    ]
