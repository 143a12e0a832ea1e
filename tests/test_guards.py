"""Rows that a strategy was not given are found among those that it returns, and no others."""

from __future__ import annotations

import warnings
from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import imbbench
from imbbench import Card, Data, Dataset, Strategy, TrainingSet
from imbbench.errors import PluginError
from imbbench.guards import check_rows, row_hashes
from tests import peeking

DATA = "moons[n_samples=240,minority_fraction=0.25]"
OTHERS = "which it was not given; expected rows of the training part, or new ones made of them"


def rows_of(X) -> TrainingSet:
    X = np.asarray(X, np.float32)
    return TrainingSet(X, (np.arange(len(X)) % 2).astype(np.int8))


def cloud(n, seed=0, d=3):
    return np.random.default_rng(seed).normal(size=(n, d))


def returned(after, before, test):
    """What is said of rows that a strategy returned."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        check_rows(rows_of(after), rows_of(before), row_hashes(rows_of(test).X), {}, "it")
    return [str(warning.message) for warning in caught]


@given(
    arrays(np.float32, st.tuples(st.integers(1, 12), st.integers(1, 3)), elements=st.sampled_from([0, 1, 2]))
)
def test_hashes_are_equal_where_rows_are(X):
    hashes = row_hashes(X)
    for one, other in product(range(len(X)), repeat=2):
        assert (hashes[one] == hashes[other]) == (X[one].tobytes() == X[other].tobytes())


def test_hashes_of_many_rows_of_few_values_do_not_collide():
    X = np.array(list(product([0.0, -0.0, 2.0, -2.0], repeat=8)), np.float32)  # few of their bits differ
    assert len(np.unique(row_hashes(X))) == len(X)
    assert len(np.unique(row_hashes(X) % 2**16)) > 2**15, "all 64 bits are in use"
    assert (row_hashes(np.asfortranarray(X)) == row_hashes(X)).all()


@given(st.lists(st.integers(0, 29), min_size=1, max_size=60), st.integers(0, 5), st.integers(0, 5))
def test_test_rows_are_counted_and_nothing_else_is(chosen, stolen, made):
    before, test = cloud(30), cloud(10, seed=1)
    after = np.concatenate([before[chosen], test[:stolen], cloud(made, seed=2)])
    if not stolen:
        assert returned(after, before, test) == []
        return
    with pytest.raises(PluginError, match=f"it returned {stolen} rows? of the test part, {OTHERS}"):
        returned(after, before, test)


def test_a_row_that_is_in_both_parts_was_given():
    before, test = cloud(30), np.concatenate([cloud(3, seed=1), cloud(30)[:5]])
    assert returned(np.repeat(before, 3, axis=0), before, test) == []


def test_interpolated_rows_are_new():
    before, test = cloud(200), cloud(100, seed=1)
    rng = np.random.default_rng(3)
    one, other = rng.integers(0, 200, (2, 5000))
    made = before[one] + rng.random((5000, 1)) * (before[other] - before[one])
    assert returned(np.concatenate([before, made]), before, test) == []


def test_given_values_put_together_anew_can_be_test_rows_by_chance():
    every = np.array(list(product([0, 1, 2], repeat=4)))
    order = np.random.default_rng(0).permutation(len(every))
    before, test = every[order[:50]], every[order[50:]]  # no row twice: nothing else tells that it is chance
    (said,) = returned(every, before, test)
    assert said.startswith("it: some rows that it made equal test rows: chance, where columns have few")


@pytest.mark.parametrize(("columns", "known"), [(0, False), (1, False), (2, True), (3, True)])
def test_two_values_that_were_not_given_show_that_a_row_is_known(columns, known):
    before, row = np.array(list(product([0.0, 1.0], repeat=3)))[:-1], np.ones(3)
    row[:columns] = 0.5
    if known:
        with pytest.raises(PluginError, match="1 row of the test part"):
            returned([row], before, [row])
    else:
        assert len(returned([row], before, [row])) == 1


# -- in runs


def run(strategy, dataset=DATA, **options):
    options = {"executor": "serial", "metrics": ["roc_auc"], **options}
    return imbbench.run(dataset, strategy, "sklearn-lr", **options)


def own(apply):
    return Strategy("own", apply)


@pytest.mark.parametrize("scale", ["standard", "none"])
@pytest.mark.parametrize("options", [{}, {"executor": "processes", "jobs": 1}])
def test_rows_of_earlier_calls_are_found_whatever_the_scale(scale, options, monkeypatch):
    monkeypatch.setattr(peeking, "SEEN", [])
    split = {"split": "kfold[n_splits=3]", "plugins": ["tests.peeking"]}
    first, *others = run("remembers", scale=scale, **split, **options)
    assert first.status == "ok"
    where = "of other folds" if scale == "standard" else "of the test part"
    for row in others:
        assert row.status == "error"
        assert row.reason.startswith("strategy 'remembers' of plugin 'tests.peeking': it returned ")
        assert f"{where}, {OTHERS}; keep nothing from earlier calls" in row.reason


@pytest.mark.parametrize("kept", [0, -2])
def test_the_first_fold_of_a_dataset_and_the_last_are_remembered(kept):
    seen = {}

    def keeps(train, seed):
        known = seen.setdefault(len(train.y), [train])
        known.append(train)
        return known[kept]

    rows = run(own(keeps), [DATA, "moons[n_samples=120,minority_fraction=0.25]"], split="kfold[n_splits=12]")
    for dataset in (rows[:12], rows[12:]):
        assert [row.status for row in dataset] == ["ok", *["error"] * 11]
        assert all("of other folds" in row.reason for row in dataset[1:])


def test_rows_of_another_dataset_are_not_held_against_a_strategy():
    rows = run("undersample", [DATA, "circles[n_samples=240]"], split="kfold", scale=["none", "standard"])
    assert {row.status for row in rows} == {"ok"}
    assert not any("test rows" in note or "was not given" in note for row in rows for note in row.notes)


def test_rows_that_an_inner_fold_holds_out_are_found():
    seen = []

    def remembers(train, seed):
        seen.append(train)
        return replace(train, X=seen[0].X, y=seen[0].y)

    (row,) = run(own(remembers), threshold="tuned:f1")
    assert row.status == "error"
    assert "held out within the training part, which it was not given" in row.reason


def test_chance_is_a_note_of_the_row_and_said_once_a_fold_or_more():
    every = np.array(list(product([0, 1, 2], repeat=4)))
    y = (every.sum(axis=1) % 3 == 0).astype(int)
    table = pd.DataFrame(every, columns=list("abcd"))
    dataset = Dataset("every", lambda: Data(table, y), Card("made here", "none", "none", "none"))

    def recombines(train, seed):
        X = np.random.default_rng(seed).permuted(train.X, axis=0)
        return TrainingSet(np.concatenate([train.X, X]), np.concatenate([train.y, train.y]))

    rows = run(own(recombines), dataset, split="kfold")
    assert {row.status for row in rows} == {"ok"}
    said = {note for row in rows for note in row.notes if "chance" in note}
    assert len(said) == 1
    assert next(iter(said)).startswith(
        "strategy 'own' of plugin 'run()': some rows that it made equal test rows:"
    )
