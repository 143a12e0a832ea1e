"""The border for splits: what it lets pass, and what it says about everything else."""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sklearn.model_selection import GroupKFold, StratifiedKFold

from imbbench import ImbbenchError
from imbbench.border_folds import check_features, check_folds, warn_of_torn_groups
from imbbench.errors import PluginError

WHO = "split 's' of plugin 'p'"


def refuses(message: str) -> Any:
    """An error that names who and says `message`."""
    return pytest.raises(ImbbenchError, match=f"(?s)^{WHO}.*{message}")


LABELS_OF_FOLDS = np.array([0, 1] * 10, dtype=np.int8)


@pytest.mark.filterwarnings("ignore:only [1-9] positive")
@given(st.integers(2, 10), st.integers(0, 99))
def test_scikit_learns_folds_pass_unchanged(n_splits: int, seed: int) -> None:
    splits = StratifiedKFold(n_splits, shuffle=True, random_state=seed).split(
        LABELS_OF_FOLDS, LABELS_OF_FOLDS
    )
    pairs = list(splits)
    for (train, test), pair in zip(
        check_folds(iter(pairs), LABELS_OF_FOLDS, n_splits, WHO), pairs, strict=True
    ):
        np.testing.assert_array_equal(train, pair[0])
        np.testing.assert_array_equal(test, pair[1])


def test_lists_and_small_integers_are_welcome() -> None:
    with pytest.warns(
        UserWarning, match="only 1 positive in the test part: each is 100% of the recall there"
    ):
        ((train, test),) = check_folds([([0, 1], np.array([3, 2], dtype=np.uint8))], LABELS_OF_FOLDS, 1, WHO)
    assert train.dtype == test.dtype == np.intp
    assert test.tolist() == [3, 2]


PAIRS = [
    (None, "is a NoneType; expected a pair"),
    (([0, 1],), "is a tuple; expected a pair"),
    (([0, 1], []), r"test is an array of float64, shape \(0,\)"),
    (([], [0, 1]), "train is an array of float64"),
    (([0.0, 1.0], [2]), "train is an array of float64"),
    ((LABELS_OF_FOLDS == 0, LABELS_OF_FOLDS == 1), "train is an array of bool.*np.flatnonzero"),
    (([[0, 1]], [2]), r"train is an array of int64, shape \(1, 2\)"),
    (([0, 1], [-1, 2]), "test has rows from -1 to 2; expected 0 to 19"),
    (([0, 1, 20], [2]), "train has rows from 0 to 20"),
    (([0, 1, 1], [2]), "train has 1 rows twice"),
    (([0, 1], [2, 2, 3]), "test has 1 rows twice"),
    (([0, 1, 2], [2, 3]), "1 rows are in both train and test"),
    (([0, 2, 4], [1, 3]), "no row of class 1 in train, 10 in the data.*use fewer folds"),
    (([1, 3, 5], [0, 2]), "no row of class 0 in train"),
    (([0, 1], [2, 4, 6]), "no row of class 1 in test, 10 in the data; expected both classes in both parts"),
    (([0, 1], [3]), "no row of class 0 in test"),
]


@pytest.mark.parametrize(("pair", "message"), PAIRS)
def test_what_a_fold_may_not_be(pair: Any, message: str) -> None:
    good = ([0, 1], [2, 3])
    with refuses(f"fold 1.*{message}"):
        check_folds([good, pair], LABELS_OF_FOLDS, 2, WHO)


def test_the_number_of_folds_is_the_promised_one() -> None:
    def endless() -> Iterator[tuple[list[int], list[int]]]:
        return itertools.repeat(([0, 1], [2, 3]))

    with refuses("n_folds says 3, split gave more"):
        check_folds(endless(), LABELS_OF_FOLDS, 3, WHO)
    with refuses("n_folds says 3, split gave only 2"):
        check_folds(itertools.islice(endless(), 2), LABELS_OF_FOLDS, 3, WHO)
    with refuses("split returned a NoneType"):
        check_folds(None, LABELS_OF_FOLDS, 3, WHO)  # type: ignore[arg-type]


def folds_with(*positives: int) -> tuple[list[tuple[Any, Any]], Any]:
    """Folds with so many positives in their test parts, and the labels of the rows."""
    y = np.tile([0, 1], 100).astype(np.int8)
    return [(np.arange(100, 200), np.arange(2 * number)) for number in positives], y


@given(st.lists(st.integers(1, 30), min_size=1, max_size=6))
@example([9])
@example([12, 10])
def test_few_positives_are_said_once_for_all_folds(positives: list[int]) -> None:
    pairs, y = folds_with(*positives)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        check_folds(pairs, y, len(pairs), WHO)
    fewest = min(positives)
    assert len(said) == (fewest < 10)
    if said:
        text = str(said[0].message)
        assert text.startswith(f"only {fewest} positive{'s' * (fewest > 1)} in the test part")
        assert (f"of fold {positives.index(fewest)}:" in text) == (len(positives) > 1)
        assert f"{round(100 / fewest)}% of the recall" in text


@pytest.mark.parametrize(
    ("returned", "expected"),
    [
        (None, None),
        (["a"], {"a"}),
        (("b", "a"), {"a", "b"}),
        (iter("ab"), {"a", "b"}),
        (np.array(["b"]), {"b"}),
    ],
)
def test_features_are_names_of_columns(returned: Any, expected: set[str] | None) -> None:
    assert check_features(returned, ["a", "b", "c"], WHO) == expected


@pytest.mark.parametrize(
    ("returned", "found"),
    [([], "no name"), (["a", "d"], "'a', 'd'"), ([0], "0"), ("a", "a str"), (7, "a int")],
)
def test_what_features_may_not_be(returned: Any, found: str) -> None:
    with pytest.raises(PluginError, match=f"^{WHO}: features returned {found}; expected"):
        check_features(returned, ["a", "b", "c"], WHO)


def test_groups_in_both_parts_are_counted() -> None:
    groups = np.repeat(list("pqrst"), 4)
    together = list(GroupKFold(5).split(groups, groups=groups))
    warn_of_torn_groups(together, groups, WHO)  # a warning is an error in tests
    torn = [*together, (np.arange(6), np.arange(6, 20)), (np.arange(0, 20, 2), np.arange(1, 10, 2))]
    with pytest.warns(UserWarning, match=f"^{WHO}: 3 of 5 groups have rows in both parts of a fold"):
        warn_of_torn_groups(torn, groups, WHO)
