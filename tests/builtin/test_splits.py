"""The built-in splits give scikit-learn's folds, and keep groups together."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.model_selection import (
    GroupShuffleSplit,
    RepeatedStratifiedKFold,
    StratifiedGroupKFold,
    StratifiedKFold,
    train_test_split,
)

import imbbench
from imbbench import Data, UsageError
from imbbench.builtin import splits
from imbbench.plan import n_folds

Y = np.random.default_rng(0).permutation(np.repeat([0, 1], [190, 10])).astype("int8")
DATA = Data(pd.DataFrame({"x": np.arange(200.0)}), Y)
GROUPS = np.random.default_rng(1).integers(0, 40, 400)
Y_OF_GROUPS = (np.random.default_rng(2).random(400) < 0.2).astype("int8")
GROUPED = Data(pd.DataFrame({"x": np.arange(400.0)}), Y_OF_GROUPS, groups=GROUPS)
COUNTED = pytest.mark.filterwarnings("ignore:rows of a group are kept together")


def same(pairs, expected) -> bool:
    parts = zip(pairs, expected, strict=True)
    return all(np.array_equal(a, c) and np.array_equal(b, d) for (a, b), (c, d) in parts)


def is_torn(groups, train, test) -> bool:
    return bool(set(groups[train]) & set(groups[test]))


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
    subset = np.sort(used)
    expected = train_test_split(subset, test_size=0.3, stratify=Y[subset], random_state=5)
    assert same([(train, test)], [expected])


@pytest.mark.parametrize(
    ("spec", "folds"),
    [
        ("holdout", 1),
        ("balanced-holdout", 1),
        ("temporal", 1),
        ("kfold", 5),
        ("kfold[n_splits=3,n_repeats=4]", 12),
    ],
)
def test_the_number_of_folds_needs_no_data(registry, spec, folds):
    assert n_folds(registry.resolve("split", spec)) == folds


# -- groups


def test_kfold_of_groups_is_stratified_group_kfold():
    expected = list(StratifiedGroupKFold(5, shuffle=True, random_state=7).split(GROUPS, Y_OF_GROUPS, GROUPS))
    with pytest.warns(UserWarning, match="^rows of a group are kept together: 40 groups$"):
        assert same(splits.kfold(GROUPED, 0, random_state=7), expected)
    names = np.array([f"customer {number:02}" for number in GROUPS], dtype=object)
    with pytest.warns(UserWarning, match="40 groups"):
        assert same(splits.kfold(replace(GROUPED, groups=names), 7), expected)


@COUNTED
def test_repeats_of_groups_are_shuffled_anew_and_begin_as_one_repeat_does():
    folds = list(splits.kfold(GROUPED, 3, n_splits=4, n_repeats=3))
    assert len(folds) == 12
    assert same(folds[:4], splits.kfold(GROUPED, 3, n_splits=4))
    assert not same(folds[:4], folds[4:8])
    assert not same(folds[4:8], folds[8:])
    for repeat in range(3):
        tests = [test for _, test in folds[4 * repeat : 4 * repeat + 4]]
        assert sorted(np.concatenate(tests)) == list(range(400))
    assert not any(is_torn(GROUPS, *fold) for fold in folds)


@COUNTED
def test_repeats_that_are_alike_are_told():
    """Groups of which each is larger than the one before are dealt out in one order only."""
    groups = np.repeat(np.arange(12), 2 ** np.arange(12))
    y = np.concatenate([np.arange(2**number) == 0 for number in range(12)]).astype("int8")
    data = Data(pd.DataFrame({"x": groups}), y, groups=groups)
    with pytest.warns(UserWarning, match="kfold: repeats have folds in common"):
        folds = list(splits.kfold(data, 0, n_splits=3, n_repeats=2))
    assert same(folds[:3], folds[3:])


@COUNTED
@given(st.floats(0.05, 0.95), st.integers(0, 50))
def test_a_holdout_of_groups_keeps_them_whole_and_both_classes_as_they_are(test_size, seed):
    ((train, test),) = splits.holdout(GROUPED, seed, test_size=test_size)
    assert sorted([*train, *test]) == list(range(400))
    assert not is_torn(GROUPS, train, test)
    assert abs(len(test) / 400 - test_size) < 0.06, "40 groups of 10 rows, and parts exact to a 40th"
    assert abs(Y_OF_GROUPS[test].mean() - Y_OF_GROUPS.mean()) < 0.15


@COUNTED
def test_the_default_holdout_of_groups_is_three_of_ten_stratified_folds():
    folds = list(StratifiedGroupKFold(10, shuffle=True, random_state=4).split(GROUPS, Y_OF_GROUPS, GROUPS))
    ((_, test),) = splits.holdout(GROUPED, 4)
    assert sorted(test) == sorted(row for _, part in folds[:3] for row in part)


@COUNTED
def test_without_stratify_it_is_a_shuffle_of_the_groups():
    (expected,) = GroupShuffleSplit(1, test_size=0.25, random_state=9).split(GROUPS, groups=GROUPS)
    assert same(splits.holdout(GROUPED, 9, test_size=0.25, stratify=False), [expected])


@COUNTED
@pytest.mark.filterwarnings("ignore:balanced-holdout")
def test_a_balanced_holdout_keeps_groups_whole():
    ((train, test),) = splits.balanced_holdout(GROUPED, 2)
    assert not is_torn(GROUPS, train, test)
    assert 2 * Y_OF_GROUPS[[*train, *test]].sum() == len(train) + len(test)


@COUNTED
def test_too_few_groups_of_a_class():
    y = (GROUPS < 3).astype("int8")
    few = replace(GROUPED, y=y)
    with pytest.raises(UsageError, match=r"5 folds need 5 groups with rows of each class.*class has 3"):
        list(splits.kfold(few, 0))
    ((train, test),) = splits.holdout(few, 0)
    assert set(y[train]) == set(y[test]) == {0, 1}
    with pytest.raises(UsageError, match=r"two parts need 2 groups.*rarer class has 1"):
        list(splits.holdout(replace(GROUPED, y=(GROUPS == 3).astype("int8")), 0))


@pytest.mark.parametrize("params", ["n_splits=1", "n_repeats=0", "n_splits=0"])
def test_what_makes_no_folds_is_told_before_anything_runs(params):
    with pytest.raises(UsageError, match=r"kfold.*expected at least 2 folds, 1 repeat"):
        imbbench.run("moons", "none", "sklearn-lr", split=f"kfold[{params}]", executor="serial")
