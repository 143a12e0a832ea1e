"""The future is never trained on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.model_selection import TimeSeriesSplit

from imbbench import Data, Unsupported, UsageError
from imbbench.builtin import temporal as module
from imbbench.builtin.temporal import temporal


def timed(time, **given) -> Data:
    y = np.arange(len(time)) % 2
    return Data(pd.DataFrame({"x": np.zeros(len(time))}), y.astype("int8"), time=np.asarray(time), **given)


@given(st.integers(2, 60), st.integers(1, 29), st.randoms(use_true_random=False))
def test_temporal_is_the_last_part_of_a_time_series(n, size, random):
    """Of rows in any order, no two at one time."""
    size = min(size, n - 1)
    order = random.sample(range(n), n)
    ((train, test),) = temporal(timed(np.argsort(order)), 0, test_size=size / n)
    if n > 2 * size:  # as TimeSeriesSplit wants
        *_, (before, after) = TimeSeriesSplit(2, test_size=size).split(order)
        assert set(train) == set(np.array(order)[before])
        assert set(test) == set(np.array(order)[after])
    assert len(test) == size
    assert sorted([*train, *test]) == list(range(n))


@given(st.lists(st.integers(0, 9), min_size=2, max_size=50), st.floats(0.01, 0.99))
def test_rows_of_one_time_are_on_one_side_of_the_cut_that_is_nearest(times, test_size):
    time = np.array(times)
    if len(set(times)) == 1:
        with pytest.raises(Unsupported, match="all rows have the same time"):
            list(temporal(timed(time), 0, test_size=test_size))
        return
    ((train, test),) = temporal(timed(time), 0, test_size=test_size)
    assert sorted([*train, *test]) == list(range(len(time)))
    assert time[train].max() < time[test].min()
    sizes = [(time >= cut).sum() for cut in sorted(set(times))[1:]]
    assert len(test) == min(sizes, key=lambda size: (abs(size - test_size * len(time)), -size))


@pytest.mark.parametrize(
    "time",
    [
        pd.date_range("2020", periods=10).to_numpy(),
        np.array(pd.date_range("2020", periods=10, tz="UTC"), dtype=object),
        pd.to_timedelta(np.arange(10), unit="h").to_numpy(),
        np.arange(10).astype(object),
        np.linspace(-1, 1, 10, dtype=np.float32),
    ],
    ids=lambda time: f"{time.dtype} {type(time[0]).__name__}",
)
def test_time_is_numbers_or_dates(time):
    ((train, test),) = temporal(timed(time[::-1]), 0)
    assert (train.tolist(), test.tolist()) == (list(range(2, 10)), [0, 1])


def test_data_that_temporal_does_not_take():
    with pytest.raises(Unsupported, match=r"the data have no time; choose a dataset that has one \(csv"):
        list(temporal(replace(timed(np.arange(5)), time=None), 0))
    with pytest.raises(Unsupported, match=r"time is of type (str|object); expected numbers or dates"):
        list(temporal(timed([str(day) for day in range(12)]), 0))
    for test_size in (0.0, 1.0, -0.1, float("nan")):
        with pytest.raises(UsageError, match=r"test_size is .*; expected a part of the rows between 0 and 1"):
            list(temporal(timed(np.arange(5)), 0, test_size=test_size))


@pytest.mark.filterwarnings("ignore:rows of a group are kept together")
def test_temporal_keeps_groups_that_end_before_the_cut_and_declines_others():
    sessions = np.arange(20) // 4
    ((train, test),) = temporal(timed(np.arange(20), groups=sessions), 0)
    assert not set(sessions[train]) & set(sessions[test])
    with pytest.raises(Unsupported, match="3 of 3 groups have rows before and after the cut"):
        list(temporal(timed(np.arange(20), groups=np.arange(20) % 3), 0))


def features(data, **given):
    return module.features(data, test_size=0.2, **{"time_feature": False, **given})


def test_the_time_itself_is_no_feature_unless_asked():
    X = pd.DataFrame({"x": [3.0, 1, 2], "Time": [0.0, 5, 9], "again": [0, 5, 9], "name": ["a", "b", "c"]})
    data = Data(X, np.array([0, 1, 0]), time=np.array([0, 5, 9]))
    with pytest.warns(UserWarning, match="^temporal: Time, again is the time of the rows and no feature"):
        assert features(data) == ["x", "name"]
    assert features(data, time_feature=True) is None
    assert features(replace(data, X=X[["x", "name"]])) is None
    assert features(replace(data, time=None)) is None
    with pytest.raises(Unsupported, match="no column but the time"):
        features(replace(data, X=X[["Time", "again"]]))
