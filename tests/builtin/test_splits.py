from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.model_selection import RepeatedStratifiedKFold, StratifiedKFold, train_test_split

from imbbench import Data, UsageError
from imbbench.builtin import splits
from imbbench.plan import n_folds

Y = np.random.default_rng(0).permutation(np.repeat([0, 1], [190, 10])).astype("int8")
DATA = Data(pd.DataFrame({"x": np.arange(200.0)}), Y)


def same(pairs, expected) -> bool:
    return all((a == c).all() and (b == d).all() for (a, b), (c, d) in zip(pairs, expected, strict=True))


@pytest.mark.parametrize("stratify", [True, False])
def test_holdout_is_train_test_split(stratify):
    expected = train_test_split(
        np.arange(200), test_size=0.2, random_state=13, stratify=Y if stratify else None
    )
    pairs = list(splits.holdout(DATA, 99, test_size=0.2, stratify=stratify, random_state=13))
    assert same(pairs, [expected])
    assert same(splits.holdout(DATA, 13, test_size=0.2, stratify=stratify), pairs)


def test_kfold_gives_published_folds():
    """With one repeat those of StratifiedKFold, else those of RepeatedStratifiedKFold."""
    expected = StratifiedKFold(5, shuffle=True, random_state=7).split(DATA.X, Y)
    assert same(splits.kfold(DATA, 0, random_state=7), expected)
    repeated = RepeatedStratifiedKFold(n_splits=3, n_repeats=4, random_state=7).split(DATA.X, Y)
    assert same(splits.kfold(DATA, 0, n_splits=3, n_repeats=4, random_state=7), repeated)


def test_kfold_with_fewer_positives_than_folds():
    with pytest.raises(
        UsageError, match="11 folds need 11 rows of each class, the rarer has 10; lower n_splits"
    ):
        list(splits.kfold(DATA, 0, n_splits=11))


def test_balanced_holdout_draws_a_balanced_subset_and_warns():
    with pytest.warns(UserWarning, match="say nothing of the natural rate"):
        ((train, test),) = splits.balanced_holdout(DATA, 5)
    used = np.concatenate([train, test])
    assert len(set(used)) == len(used) == 20
    assert Y[used].sum() == 10
    assert (len(test), Y[test].sum()) == (6, 3)


@pytest.mark.parametrize(
    ("spec", "folds"),
    [("holdout", 1), ("balanced-holdout", 1), ("kfold", 5), ("kfold[n_splits=3,n_repeats=4]", 12)],
)
def test_the_number_of_folds_needs_no_data(registry, spec, folds):
    assert n_folds(registry.resolve("split", spec)) == folds
