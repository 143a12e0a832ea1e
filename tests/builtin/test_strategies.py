from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.utils.class_weight import compute_class_weight

from imbbench import TrainingSet
from imbbench.builtin import strategies


def training_set(n0: int, n1: int) -> TrainingSet:
    """Rows whose only feature is their number, classes mixed."""
    y = np.random.default_rng(n0).permutation(np.repeat([0, 1], [n0, n1])).astype("int8")
    return TrainingSet(np.arange(n0 + n1, dtype="float32")[:, None], y)


sizes = st.tuples(st.integers(1, 60), st.integers(1, 60))


@given(sizes)
def test_class_weight_is_scikit_learns_balanced(sizes):
    train = training_set(*sizes)
    expected = compute_class_weight("balanced", classes=np.array([0, 1]), y=train.y)
    assert strategies.class_weight(train, 0).class_weight == dict(enumerate(expected))


@given(sizes)
def test_pos_weight_is_the_ratio_of_the_classes(sizes):
    n0, n1 = sizes
    assert strategies.pos_weight(training_set(n0, n1), 0).class_weight == {0: 1.0, 1: n0 / n1}


@given(sizes, st.integers(0, 2**32 - 1))
def test_undersample_keeps_the_rarer_class_and_draws_without_replacement(sizes, seed):
    train = training_set(*sizes)
    under = strategies.undersample(train, seed)
    rows = under.X[:, 0].astype(int)
    assert len(set(rows)) == len(rows) == 2 * min(sizes)
    assert (train.y[rows] == under.y).all()
    assert under.y.sum() == min(sizes)
    assert (strategies.undersample(train, seed).X == under.X).all()


def test_undersample_draws_every_negative_sometimes_and_carries_sample_weights():
    train = training_set(20, 5)
    train = TrainingSet(train.X, train.y, sample_weight=train.X[:, 0] + 1)
    seen = set()
    for seed in range(60):
        under = strategies.undersample(train, seed)
        assert (under.sample_weight == under.X[:, 0] + 1).all()
        seen |= set(under.X[:, 0])
    assert len(seen) == 25


def test_a_random_state_wins_over_the_seed():
    train = training_set(50, 5)
    first, second = (strategies.undersample(train, seed, random_state=3).X for seed in (1, 2))
    assert (first == second).all()
    assert (first == strategies.undersample(train, 3).X).all()


def test_none_returns_what_it_was_given():
    train = training_set(3, 2)
    assert strategies.none(train, 0) is train


@pytest.mark.parametrize("strategy", [strategies.class_weight, strategies.pos_weight, strategies.undersample])
def test_input_is_never_modified(strategy):
    train = training_set(30, 4)
    train.X.setflags(write=False)
    train.y.setflags(write=False)
    before = train.X.copy()
    strategy(train, 0)
    assert (before == train.X).all()
    assert train.class_weight is None
