"""The border: what it converts, and what it says about everything else."""

from __future__ import annotations

import dataclasses
import datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest

from imbbench import Data, ImbbenchError, TrainingSet
from imbbench.border import check_scores, check_training_set
from imbbench.border_data import check_data
from imbbench.errors import PluginError

WHO = "dataset 'd' (plugin 'p')"
Y = [0, 0, 0, 1]


def table(**columns: object) -> pd.DataFrame:
    return pd.DataFrame({"a": [1.0, np.nan, 3.0, 4.0], **columns})


def refuses(message: str) -> Any:
    """An error that names who and says `message`."""
    return pytest.raises(
        ImbbenchError, match=rf"(?s)^{WHO.replace('(', '[(]').replace(')', '[)]')}.*{message}"
    )


# data


@pytest.mark.parametrize(
    "y",
    [
        Y, tuple(Y), np.array(Y), np.array(Y, dtype=bool), np.array(Y, dtype=float), pd.Series(Y),
        pd.array(Y, dtype="Int64"), pd.Series(Y, dtype="boolean"), pd.Series(Y, dtype="category"),
        pd.Series(Y, index=[7, 8, 9, 10]), [False, False, False, True], pd.Series(Y, dtype=object),
    ],
)  # fmt: skip
def test_labels_become_int8(y: Any) -> None:
    data = check_data(Data(table(), y), WHO)
    assert isinstance(data.y, np.ndarray)
    assert data.y.dtype == np.int8
    assert data.y.tolist() == Y


def test_an_array_gets_named_columns() -> None:
    data = check_data(Data(np.arange(8.0).reshape(4, 2), Y), WHO)  # type: ignore[arg-type]
    assert list(data.X.columns) == ["x0", "x1"]
    assert data.X.to_numpy().tolist() == np.arange(8.0).reshape(4, 2).tolist()


def test_names_become_text_and_rows_are_numbered() -> None:
    frame = pd.DataFrame({0: [1, 2, 3, 4], ("b", 1): [1, 2, 3, 4]}, index=list("wxyz"))
    data = check_data(Data(frame, pd.Series(Y, index=list("wxyz"))), WHO)
    assert list(data.X.columns) == ["0", "('b', 1)"]
    assert data.X.index.equals(pd.RangeIndex(4))


@pytest.mark.parametrize(
    ("values", "dtype"),
    [
        ([1, 2.5, None, 4], "float64"), ([1, 2, 3, None], "float64"), ([1, 2, 3, 4], "float64"),
        ([True, False, None, True], "boolean"), ([True, False, False, True], "boolean"), (["x", None, "y", "x"], "object"),
    ],
)  # fmt: skip
def test_object_columns_get_the_type_they_hold(values: list[object], dtype: str) -> None:
    frame = table(b=pd.Series(values, dtype=object))
    before = frame.copy(deep=True)
    column = check_data(Data(frame, Y), WHO).X["b"]  # type: ignore[arg-type]
    assert column.dtype == dtype
    assert [None if pd.isna(value) else value for value in column] == values
    pd.testing.assert_frame_equal(frame, before)


@pytest.mark.parametrize(
    "dtype", ["float32", "int8", "bool", "Int64", "Float64", "boolean", "str", "category"]
)
def test_other_columns_stay_as_they_are(dtype: str) -> None:
    column = pd.Series([0, 1, 1, 0]).astype(dtype)
    pd.testing.assert_series_equal(
        check_data(Data(table(b=column), Y), WHO).X["b"], column, check_names=False
    )  # type: ignore[arg-type]


def test_the_callers_frame_is_not_changed() -> None:
    frame = pd.DataFrame({0: [1.0, 2, 3, 4], 1: pd.Series([1, None, 3, 4], dtype=object)}, index=[3, 2, 1, 0])
    before = frame.copy(deep=True)
    check_data(Data(frame, Y), WHO)  # type: ignore[arg-type]
    pd.testing.assert_frame_equal(frame, before)


def test_time_groups_and_amount_become_arrays() -> None:
    time = pd.Series(pd.date_range("2020", periods=4))
    data = check_data(
        Data(table(), Y, time=time, groups=list("gghh"), amount=[1, 2, 3, 4], source="simulated"), WHO
    )  # type: ignore[arg-type]
    assert data.time.dtype.kind == "M"  # type: ignore[union-attr]
    assert data.groups.tolist() == list("gghh")  # type: ignore[union-attr]
    assert data.amount.dtype == np.float64  # type: ignore[union-attr]
    assert data.source == "simulated"


def test_checking_twice_changes_nothing() -> None:
    once = check_data(Data(table(b=pd.Series([1, None, 3, 4], dtype=object)), Y, groups=list("gghh")), WHO)  # type: ignore[arg-type]
    twice = check_data(once, WHO)
    pd.testing.assert_frame_equal(once.X, twice.X)
    assert once.y.tolist() == twice.y.tolist()


FRAMES = [
    (
        table(b=pd.date_range("2020", periods=4)),
        r"'b' holds times \(datetime64\).*hours since a reference, or drop it",
    ),
    (table(b=pd.date_range("2020", periods=4, tz="UTC")), "'b' holds times"),
    (table(b=pd.to_timedelta([1, 2, 3, 4], unit="s")), "'b' holds times"),
    (table(b=pd.period_range("2020", periods=4, freq="D")), "'b' holds times"),
    (table(b=[datetime.date(2020, 1, 1)] * 4), "'b' holds times"),
    (table(b=[1j, 2j, 3j, 4j]), "'b' holds values of type complex"),
    (table(b=[[1], [2], [3], [4]]), "'b' holds values of type list"),
    (table(b=[1, "x", 2, "y"]), "'b' holds values of type int, str; expected only"),
    (table(b=[True, "x", True, "y"]), "'b' holds values of type bool, str"),
    (table(b=[1.0, np.inf, -np.inf, 2.0]), "'b' has 2 infinite values in 4 rows"),
    (table(b=np.array([1, np.inf, 3, 4], dtype=np.float32)), "'b' has 1 infinite"),
    (table(b=pd.Series([1, np.inf, None, 4], dtype=object)), "'b' has 1 infinite"),
    (table(b=[np.nan] * 4), "no value at all in column 'b'"),
    (table(b=pd.Series([None] * 4, dtype="category")), "no value at all in column 'b'"),
    (pd.DataFrame(np.ones((4, 2)), columns=["a", "a"]), "more than one column named 'a'"),
    (pd.DataFrame(np.ones((4, 2)), columns=[1, "1"]), "more than one column named '1'"),
    (table().iloc[:0], "X has 0 rows and 1 columns"),
    (table()[[]], "X has 4 rows and 0 columns"),
    (np.ones(4), r"X is a ndarray of shape \(4,\); expected a DataFrame"),
    ([[1], [2], [3], [4]], "X is a list; expected a DataFrame"),
]


@pytest.mark.parametrize(("frame", "message"), FRAMES)
def test_what_x_may_not_be(frame: Any, message: str) -> None:
    with refuses(message):
        check_data(Data(frame, Y), WHO)  # type: ignore[arg-type]


LABELS = [
    ([0, 0, 1], r"y has shape \(3,\) beside X of shape \(4, 1\)"),
    (np.array(Y).reshape(4, 1), r"y has shape \(4, 1\) beside X"),
    (None, r"y has shape \(\) beside X"),
    ([1, 1, 1, 2], "labels 1, 2; expected 0 and 1, where 1 is the positive"),
    ([-1, -1, 1, 1], "labels -1, 1; expected 0 and 1"),
    (list("0001"), "labels '0', '1'; expected 0 and 1"),
    ([0, 1, 0.5, 0], "labels 0.0, 1.0, 0.5"),
    ([0, 1, np.nan, 0], "y is missing in 1 of 4 rows"),
    ([0, 1, None, 0], "y is missing in 1 of 4 rows"),
    ([0.0, 0.0, 0.0, 0.0], "all 4 rows are of class 0"),
    ([True] * 4, "all 4 rows are of class 1"),
]


@pytest.mark.parametrize(("y", "message"), LABELS)
def test_what_y_may_not_be(y: Any, message: str) -> None:
    with refuses(message):
        check_data(Data(table(), y), WHO)


def test_labels_in_another_order_than_the_rows_are_not_paired() -> None:
    shuffled = pd.Series(Y, index=[1, 0, 2, 3])
    with refuses("index of y is that of X in another order"):
        check_data(Data(table(), shuffled), WHO)  # type: ignore[arg-type]
    assert check_data(Data(table(), shuffled.to_numpy()), WHO).y.tolist() == Y


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        ({"time": [1, 2, 3]}, r"time has shape \(3,\)"),
        ({"groups": ["a", None, "b", "b"]}, "groups is missing in 1 of 4 rows"),
        ({"amount": ["a", "b", "c", "d"]}, "amount is of type (object|str).*expected real numbers"),
        ({"amount": [1, 2, np.inf, 3]}, "amount has 0 NaN and 1 infinite"),
    ],
)
def test_what_the_extras_may_not_be(extra: Any, message: str) -> None:
    with refuses(message):
        check_data(Data(table(), Y, **extra), WHO)  # type: ignore[arg-type]


@pytest.mark.parametrize("returned", [None, (table(), Y), table()])
def test_load_must_return_data(returned: object) -> None:
    with refuses("load returned a .*; expected imbbench.Data"):
        check_data(returned, WHO)


# training sets

BEFORE = TrainingSet(np.ones((6, 2), dtype=np.float32), np.array([0, 0, 0, 0, 1, 1], dtype=np.int8))


def after(**changes: Any) -> TrainingSet:
    return check_training_set(dataclasses.replace(BEFORE, **changes), BEFORE, WHO)


def test_an_unchanged_set_is_not_copied() -> None:
    train = check_training_set(BEFORE, BEFORE, WHO)
    assert np.shares_memory(train.X, BEFORE.X)
    assert np.shares_memory(train.y, BEFORE.y)
    assert not train.X.flags.writeable
    assert not train.y.flags.writeable
    assert train.class_weight is train.sample_weight is None


def test_a_resampled_set_is_converted() -> None:
    train = after(
        X=np.ones((3, 2)),
        y=[0, True, 1.0],
        class_weight={np.int64(1): np.float32(2), 0: 1},
        sample_weight=[1, 2, 3],
        loss=max,
    )
    assert train.loss is max
    assert (train.X.dtype, train.y.dtype) == (np.float32, np.int8)
    assert train.y.tolist() == [0, 1, 1]
    assert train.class_weight == {0: 1.0, 1: 2.0}
    assert all(type(label) is int and type(weight) is float for label, weight in train.class_weight.items())
    assert train.sample_weight is not None
    assert train.sample_weight.tolist() == [1, 2, 3]


SETS = [
    ({"X": np.ones((6, 3))}, r"X is a ndarray of shape \(6, 3\); expected a float array \(m, 2\)"),
    ({"X": np.ones((0, 2))}, "expected a float array"),
    ({"X": np.ones(6)}, "expected a float array"),
    ({"X": np.ones((6, 2), dtype=int)}, "expected a float array"),
    ({"X": pd.DataFrame(np.ones((6, 2)))}, "X is a DataFrame"),
    ({"X": np.full((6, 2), np.nan)}, "X has 12 NaN and 0 infinite of 12"),
    ({"X": np.full((6, 2), 1e39)}, "X has 0 NaN and 12 infinite"),
    ({"y": [0, 1]}, r"y has shape \(2,\) beside X of shape \(6, 2\)"),
    ({"y": [0] * 6}, "y holds the labels 0; expected both"),
    ({"y": [0, 1, 2, 0, 1, 2]}, "y holds the labels 0, 1, 2"),
    ({"y": [0, 1, np.nan, 0, 1, 1]}, "y holds the labels 0.0, 1.0, nan"),
    ({"class_weight": "balanced"}, "class_weight is 'balanced'; expected None or {0: w0, 1: w1}"),
    ({"class_weight": {1: 5.0}}, "class_weight is"),
    ({"class_weight": {0: 1.0, 1: 0.0}}, "class_weight has a weight of 0; expected weights above 0"),
    ({"class_weight": {0: 1.0, 1: np.inf}}, "class_weight has 0 NaN and 1 infinite"),
    ({"class_weight": {0: 1.0, 1: None}}, "class_weight is of type object"),
    ({"sample_weight": np.ones(5)}, r"sample_weight has shape \(5,\); expected \(6,\)"),
    ({"sample_weight": np.r_[np.ones(5), -1]}, "sample_weight has a weight of -1"),
    ({"sample_weight": np.r_[np.ones(5), np.nan]}, "sample_weight has 1 NaN"),
    ({"loss": "focal"}, r"loss is a str; expected None or a function \(logits, y\)"),
]


@pytest.mark.parametrize(("changes", "message"), SETS)
def test_what_a_training_set_may_not_be(changes: dict[str, Any], message: str) -> None:
    with refuses(message):
        after(**changes)


def test_apply_must_return_a_training_set() -> None:
    with pytest.raises(PluginError, match=r"apply returned a tuple; expected imbbench\.TrainingSet"):
        check_training_set((BEFORE.X, BEFORE.y), BEFORE, WHO)


# scores


@pytest.mark.parametrize(
    "scores", [[1, -2, 3], np.array([1, -2, 3], dtype=np.float32), pd.Series([1.0, -2, 3])]
)
def test_scores_become_float64(scores: object) -> None:
    checked = check_scores(scores, 3, WHO)
    assert checked.dtype == np.float64
    assert checked.tolist() == [1, -2, 3]


@pytest.mark.parametrize(
    ("scores", "message"),
    [
        (np.ones(2), r"shape \(2,\); expected \(3,\)$"),
        (np.ones((3, 1)), r"shape \(3, 1\); expected \(3,\); squeeze it"),
        (np.ones((3, 2)), r"shape \(3, 2\); expected \(3,\)$"),
        (None, r"shape \(\); expected \(3,\)"),
        ([np.nan, np.inf, 1.0], "1 NaN and 1 infinite of 3 values"),
        ([1j, 1, 1], "of type complex128; expected real numbers"),
        ([True, False, True], "of type bool"),
        (["a", "b", "c"], "expected real numbers"),
    ],
)
def test_what_scores_may_not_be(scores: object, message: str) -> None:
    with refuses(f"decision_function.*{message}"):
        check_scores(scores, 3, WHO)
