"""The identity of a dataset: equal for equal rows, different for any difference."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from imbbench import Data
from imbbench.fingerprint import fingerprint

Y = np.array([0, 0, 0, 1], dtype=np.int8)


def of(**columns: object) -> str:
    return fingerprint(Data(pd.DataFrame(columns), Y))


def mixed() -> Data:
    frame = pd.DataFrame(
        {
            "f": [1.0, np.nan, 3.0, 4.0],
            "f4": np.array([1, 2, 3, 4], dtype=np.float32),
            "i": [1, 2, 3, 4],
            "b": [True, False, True, True],
            "s": ["x", None, "y", "x"],
            "c": pd.Categorical(["x", None, "y", "x"]),
            "n": pd.array([1, None, 3, 4], dtype="Int64"),
        }
    )
    return Data(frame, Y, time=np.arange(4), groups=np.array(["g", "g", "h", "h"]), amount=np.arange(4.0))


def test_is_a_sha256() -> None:
    assert len(bytes.fromhex(fingerprint(mixed()))) == 32


@given(hnp.arrays(np.float64, (4, 3)))
def test_layout_does_not_matter(values: np.ndarray) -> None:
    names = ["a", "b", "c"]
    row_major = pd.DataFrame(np.ascontiguousarray(values), columns=names, copy=False)
    column_major = pd.DataFrame(np.asfortranarray(values), columns=names, copy=False)
    separate = pd.DataFrame({name: values[:, j].copy() for j, name in enumerate(names)})
    foreign = pd.DataFrame({name: values[:, j].astype(">f8") for j, name in enumerate(names)})
    relabelled = separate.set_axis([9, 8, 7, 6])
    frames = [row_major, column_major, separate, foreign, relabelled]
    assert len({fingerprint(Data(frame, Y)) for frame in frames}) == 1


@given(
    hnp.arrays(st.sampled_from(["f4", "f8", "i8", "?"]), 4),
    hnp.arrays(st.sampled_from(["f4", "f8", "i8", "?"]), 4),
)
def test_equal_exactly_when_the_columns_are(one: np.ndarray, two: np.ndarray) -> None:
    def bits(values: np.ndarray) -> list[bytes]:
        return [b"nan" if value != value else value.tobytes() for value in values]

    same = one.dtype == two.dtype and bits(one) == bits(two)
    assert (of(a=one) == of(a=two)) == same


TEXTS = st.lists(
    st.one_of(st.none(), st.text(st.characters(exclude_categories=["Cs"]), max_size=3)),
    min_size=4,
    max_size=4,
)


@given(TEXTS, TEXTS, st.sampled_from(["object", "str", "category"]))
def test_equal_exactly_when_the_texts_are(one: list[object], two: list[object], dtype: str) -> None:
    first, second = (pd.Series(texts, dtype=object).astype(dtype) for texts in (one, two))
    assert (of(a=first) == of(a=second)) == (one == two)


@given(TEXTS, TEXTS)
def test_values_do_not_run_from_column_to_column(one: list[object], two: list[object]) -> None:
    assert (of(a=one, b=two) == of(a=two, b=one)) == (one == two)


def test_every_kind_of_gap_and_nan_is_one() -> None:
    odd = np.array([0x7FF8000000000001], dtype=np.uint64).view(np.float64)[0]
    assert of(a=[1.0, np.nan, 2, 3]) == of(a=[1.0, -np.nan, 2, 3]) == of(a=[1.0, odd, 2, 3])
    gaps = [pd.Series(["x", gap, "y", "x"], dtype=object) for gap in (None, np.nan, pd.NA)]
    assert len({of(a=column) for column in gaps}) == 1


def test_what_lies_under_a_gap_does_not_matter() -> None:
    mask = np.array([False, True, False, False])
    one, two = (pd.arrays.IntegerArray(np.array([1, hidden, 3, 4]), mask) for hidden in (2, 99))
    assert of(a=one) == of(a=two)


def test_installing_pyarrow_does_not_matter() -> None:
    pytest.importorskip("pyarrow")
    columns = [
        pd.array(["x", None, "y", "x"], dtype=pd.StringDtype(storage, na_value=np.nan))
        for storage in ("python", "pyarrow")
    ]
    assert of(a=columns[0]) == of(a=columns[1])


def test_unused_categories_and_their_order_do_not_matter() -> None:
    values = ["x", "y", "x", "x"]
    assert of(a=pd.Categorical(values)) == of(a=pd.Categorical(values, categories=["z", "y", "x"]))


@pytest.mark.parametrize("column", ["b", "c", "f", "i", "n", "s", "f4"])
def test_any_changed_value_shows(column: str) -> None:
    data, other = mixed(), mixed()
    other.X.loc[0, column] = {"b": False, "c": "y", "s": "y"}.get(column, 2)
    assert fingerprint(data) != fingerprint(other)


def test_names_types_order_labels_and_extras_show() -> None:
    data = mixed()
    frames = [
        data.X,
        data.X.rename(columns={"f": "g"}),
        data.X[data.X.columns[::-1]],
        data.X.astype({"f4": "float64"}),
        data.X.astype({"s": "category"}),
        data.X.astype({"i": "Int64"}),
        data.X.iloc[[1, 0, 2, 3]],
        data.X.drop(columns="n"),
    ]
    others = [dataclasses.replace(data, X=frame) for frame in frames]
    others.append(dataclasses.replace(data, y=Y[::-1].copy()))
    for name in ("time", "groups", "amount"):
        changed = getattr(data, name).copy()
        changed[0] = changed[3]
        others += [dataclasses.replace(data, **{name: None}), dataclasses.replace(data, **{name: changed})]
    others.append(dataclasses.replace(data, time=data.amount, amount=data.time))
    assert len({fingerprint(other) for other in others}) == len(others)


def test_numbers_and_their_text_differ() -> None:
    assert (
        len({of(a=pd.Series(values, dtype=object)) for values in ([1, 2, 3, 4], ["1", "2", "3", "4"])}) == 2
    )


def test_the_same_in_another_process() -> None:
    code = (
        "import numpy as np, pandas as pd; from imbbench import Data; from imbbench.fingerprint import fingerprint;"
        "X = pd.DataFrame({'a': [1.0, np.nan, 3.0, 4.0], 's': ['x', None, 'y', 'x']});"
        "print(fingerprint(Data(X, np.array([0, 0, 0, 1], dtype=np.int8))))"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "7"}
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    )
    assert run.stdout.strip() == of(a=[1.0, np.nan, 3.0, 4.0], s=["x", None, "y", "x"])


def test_a_pinned_example() -> None:
    """Stored results are found by this value: a change of the algorithm must be meant."""
    frame = pd.DataFrame({"a": [1.0, np.nan, 3.0, 4.0], "i": np.array([1, 2, 3, 4], dtype=np.int64)})
    assert fingerprint(Data(frame, Y)) == ("60681ecba578249744d50d0e181c3e7513e41c93e88db004a330750c8b3d7ee2")
