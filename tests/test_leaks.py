"""Columns that tell the classes apart, and rows on both sides of a split, against plain scikit-learn and pandas."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold

import imbbench
from imbbench import Card, Data, Dataset, tables
from imbbench.columns import Columns
from imbbench.leaks import row_hashes, warn_of_columns, warn_of_repeats
from imbbench.preprocess import MIN_FREQUENCY

N, ONES = 60, 20
Y = np.repeat([0, 1], [N - ONES, ONES]).astype(np.int8)
ALL = [(np.arange(N), np.arange(0))]
CARD = Card("made here", "none", "none", "none")
rng = np.random.default_rng(0)
NOISE = rng.normal(size=N)


def said(warn, *arguments):
    """The only warning; empty without one."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        warn(*arguments)
    assert len(caught) <= 1
    return str(caught[0].message) if caught else ""


def of_column(values, y=Y, pairs=ALL):
    return said(
        warn_of_columns, Columns.of(pd.DataFrame({"noise": np.resize(NOISE, len(y)), "it": values})), y, pairs
    )


TELLS = "column 'it' alone tells the classes apart (AUC 1.0): does it hold the target?"
GAP = np.nan


@pytest.mark.parametrize(
    "values",
    [
        Y,
        -2.5 * Y + NOISE / 1e6,
        Y == 1,
        pd.array(Y == 0, dtype="boolean"),
        pd.array(Y, dtype="Int64"),
        np.where(Y == 1, GAP, NOISE),  # missingness alone
        np.where(Y == 1, NOISE, GAP),
        np.where(Y == 1, np.where(NOISE > 0, 9.0, GAP), NOISE),  # a large number, or none
        np.where(Y == 1, "refunded", np.where(NOISE > 0, "paid", "open")),
        pd.Categorical(np.where(Y == 1, "a", "b")),
        np.where(Y == 1, None, np.where(NOISE > 0, "a", "b")),
        [f"refund {i}" if label else "paid" for i, label in enumerate(Y)],  # the rare ones are of one class
    ],
    ids=str,
)
def test_a_column_that_holds_the_target_is_named(values):
    assert of_column(values) == TELLS


@pytest.mark.parametrize(
    "values",
    [
        NOISE,
        np.ones(N),
        np.where(np.arange(N) == 0, 1, Y),  # one row is wrong
        np.where(Y == 1, GAP, np.where(NOISE > 0, GAP, NOISE)),
        np.where(NOISE > 0, "a", "b"),
        [f"customer {i}" for i in range(N)],
        [f"{label} {i // 2}" for i, label in enumerate(Y)],  # nearly an identifier
        np.where(Y == 1, "a", np.where(np.arange(N) == 3, "a", "b")),
    ],
    ids=str,
)
def test_other_columns_are_not(values):
    assert of_column(values) == ""


@given(st.lists(st.sampled_from([0.0, 1.0, 2.0, GAP]), min_size=6, max_size=6))
def test_numbers_are_judged_as_by_scikit_learn(levels):
    values = np.array(levels).repeat(10)
    scores = [np.where(np.isnan(values), gap, values) for gap in (-1.0, 3.0)]
    best = max(roc_auc_score(Y, sign * score) for score in scores for sign in (1, -1))
    assert (of_column(values) == TELLS) == (best == 1.0)


@given(st.lists(st.sampled_from(["a", "b", "c", None]), min_size=9, max_size=9))
def test_categories_are_judged_as_by_the_share_of_each(levels):
    levels = np.repeat(np.array(levels, object), [10, 10, 10, 5, 5, 5, 5, 5, 5])
    column = pd.Series(levels).fillna("none")
    kept = column.where(column.map(column.value_counts()) >= MIN_FREQUENCY, "rare")
    share = pd.Series(Y).groupby(kept).transform("mean")
    assert (of_column(levels) == TELLS) == (roc_auc_score(Y, share) == 1.0)


def test_several_columns_are_one_line():
    table = Columns.of(pd.DataFrame({name: Y + number for number, name in enumerate("abcde")}))
    assert said(warn_of_columns, table, Y, ALL) == (
        "columns 'a', 'b', 'c' and 2 more each tell the classes apart alone (AUC 1.0): do they hold the target?"
    )


def test_only_training_rows_are_looked_at_and_all_folds_count():
    values = np.where(np.arange(N) == 0, 1, Y)
    train, test = np.arange(1, N), np.array([0])
    assert of_column(values, pairs=[(train, test)]) == TELLS
    assert of_column(values, pairs=[(train, test), (np.arange(N - 1), np.array([N - 1]))]) == ""


def test_rows_beyond_the_first_count():
    y = np.repeat([0, 1], 500)
    values = y.copy()
    values[-1] = 0
    assert of_column(values, y, [(np.arange(1000), np.arange(0))]) == ""
    assert of_column(y, y, [(np.arange(1000), np.arange(0))]) == TELLS


def test_tiny_training_parts_are_told_apart_by_chance():
    y = np.array([0] * 20 + [1] * 2, np.int8)
    assert of_column(y * 1.0, y, [(np.arange(22), np.arange(0))]) == ""


# -- rows that repeat


def repeats(table, y, pairs):
    return said(warn_of_repeats, row_hashes(table), np.asarray(y), pairs)


def test_test_rows_that_equal_a_training_row_are_counted():
    table = pd.DataFrame({"a": [1.0, 2, 3, 1, 2, GAP, GAP], "b": list("xyzxxgg")})
    train, test = np.array([0, 1, 2, 5]), np.array([3, 4, 6])
    assert repeats(table, [0, 1, 0, 0, 1, 1, 1], [(train, test)]) == (
        "2 of 3 test rows equal a training row in every feature (2 of all 7 rows repeat an earlier one; "
        "see --drop-duplicates)"
    )
    assert repeats(table, [0, 1, 0, 1, 1, 1, 0], [(train, test)]).endswith("repeat an earlier one)")
    assert repeats(table, [0, 1, 0, 0, 1, 1, 1], [(np.array([0, 3, 5, 6]), np.array([1, 2, 4]))]) == ""


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=20, max_size=20))
def test_they_are_counted_as_by_a_join(rows):
    table, y = pd.DataFrame(rows, columns=["a", "b"]), np.arange(20) % 2
    pairs = list(StratifiedKFold(4).split(table, y))
    counts = [
        int(
            table.iloc[test]
            .merge(table.iloc[train].drop_duplicates(), how="left", indicator=True)["_merge"]
            .eq("both")
            .sum()
        )
        for train, test in pairs
    ]
    text = repeats(table, y, pairs)
    assert text.startswith(f"up to {max(counts)} of 5 test rows equal") if max(counts) else text == ""


# -- in tables


def test_a_table_has_each_line_once_over_its_folds():
    values = rng.integers(0, 4, N) * 1.0
    table = pd.DataFrame({"few": values, "is_refunded": Y == 1})
    dataset = Dataset("refunds", lambda: Data(table, Y), CARD)
    results = imbbench.run(dataset, "none,undersample", "sklearn-lr", split="kfold", executor="serial")
    (whole,) = tables(results)
    about = [note for note in whole.notes if "refunded" in note or "test rows" in note]
    assert about[0] == TELLS.replace("it'", "is_refunded'")
    assert about[1].startswith("up to 12 of 12 test rows equal a training row in every feature (5")
    assert len(about) == 2
    assert not any("refunded" in note or "test rows" in note for note in whole.footnotes)
