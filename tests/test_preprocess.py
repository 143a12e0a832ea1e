"""Preprocessing against plain scikit-learn, and what it may never learn from test rows."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    OneHotEncoder,
)

from imbbench import ImbbenchError, preprocess
from imbbench.columns import Columns
from imbbench.preprocess import MAX_CATEGORIES, MIN_FREQUENCY, SCALES
from tests.scalers import PLAIN

N = 200


def fold(n: int = N, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rows = np.random.default_rng(seed).permutation(n)
    return rows[: n * 7 // 10], rows[n * 7 // 10 :]


def prepare_fold(X: pd.DataFrame, train: np.ndarray, test: np.ndarray, scale: str):
    columns = Columns.of(X)
    train_part, transform = preprocess.fit_preprocessing(columns, train, scale)
    return train_part, transform(columns, test)


def table(n: int = N, seed: int = 0) -> pd.DataFrame:
    """Numbers with and without gaps, booleans, text and categories with gaps and rare values."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "text": rng.choice(["a", "b", "c", "once", "twice"], n, p=[0.5, 0.3, 0.16, 0.02, 0.02]),
            "number": rng.lognormal(size=n),
            "gaps": rng.normal(size=n),
            "flag": rng.random(n) < 0.3,
            "count": pd.array(rng.integers(0, 9, n), dtype="Int64"),
            "maybe": pd.array(rng.random(n) < 0.3, dtype="boolean"),
            "kind": pd.Categorical(rng.choice([1, 2, 3], n)),
        }
    )
    for column in ("text", "gaps", "count", "maybe", "kind"):
        frame.loc[rng.random(n) < 0.2, column] = None
    return frame


def same(one: np.ndarray, two: np.ndarray) -> bool:
    return one.shape == two.shape and one.tobytes() == two.tobytes()


def test_every_scale_has_a_plain_reference() -> None:
    assert set(SCALES) == set(PLAIN)
    assert SCALES[0] == "standard"


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("layout", ["rows", "columns", "float32", "separate"])
def test_numbers_without_gaps_equal_scikit_learn_to_the_last_bit(scale: str, layout: str) -> None:
    X = np.random.default_rng(1).lognormal(size=(N, 4)) * [1, 1e-3, 1e4, 1]
    frame = {
        "rows": pd.DataFrame(X, columns=list("abcd"), copy=False),
        "columns": pd.DataFrame(np.asfortranarray(X), columns=list("abcd"), copy=False),
        "float32": pd.DataFrame(X.astype(np.float32), columns=list("abcd")),
        "separate": pd.DataFrame({name: X[:, j].copy() for j, name in enumerate("abcd")}),
    }[layout]
    X = X.astype(np.float32).astype(np.float64) if layout == "float32" else X
    train, test = fold()
    reference = PLAIN[scale]().fit(X[train])
    X_train, X_test = prepare_fold(frame, train, test, scale)
    assert same(X_train, reference.transform(X[train]).astype(np.float32))
    assert same(X_test, reference.transform(X[test]).astype(np.float32))


@pytest.mark.parametrize("scale", SCALES)
def test_gaps_and_categories_equal_a_column_transformer(scale: str) -> None:
    X = table()
    numeric, categorical = ["number", "gaps", "flag", "count", "maybe"], ["text", "kind"]
    plain = X.astype(dict.fromkeys(numeric, "float64")).astype(dict.fromkeys(categorical, object))
    encoder = OneHotEncoder(
        min_frequency=MIN_FREQUENCY, max_categories=MAX_CATEGORIES, handle_unknown="infrequent_if_exist"
    )
    reference = ColumnTransformer(
        [
            ("numeric", make_pipeline(SimpleImputer(strategy="median"), PLAIN[scale]()), numeric),
            ("categorical", encoder, categorical),
        ],
        sparse_threshold=0,
    )
    train, test = fold()
    reference.fit(plain.iloc[train])
    for part, rows in zip(prepare_fold(X, train, test, scale), (train, test), strict=True):
        np.testing.assert_allclose(part, reference.transform(plain.iloc[rows]), rtol=1e-6, atol=1e-6)


def test_the_arrays_are_ready_for_every_model() -> None:
    for frame in (table(), table()[["number", "flag"]], table()[["text"]]):
        for part in prepare_fold(frame, *fold(), "standard"):
            assert part.dtype == np.float32
            assert part.flags.c_contiguous
            assert not part.flags.writeable
            assert np.isfinite(part).all()


@pytest.mark.parametrize("scale", SCALES)
def test_the_callers_frame_is_not_changed(scale: str) -> None:
    for frame in (table(), pd.DataFrame(np.random.default_rng(0).normal(size=(N, 3)), columns=list("abc"))):
        before = frame.copy(deep=True)
        prepare_fold(frame, *fold(), scale)
        pd.testing.assert_frame_equal(frame, before)


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(SCALES), st.integers(0, 9), st.data())
def test_nothing_is_learnt_from_test_rows(scale: str, seed: int, draw: st.DataObject) -> None:
    """Other test rows, gaps and unseen categories included, change neither the training part nor
    what becomes of a test row that stays."""
    X, (train, test) = table(seed=seed), fold(seed=seed)
    if draw.draw(st.booleans(), label="all numeric, no gaps"):
        X = X[["number", "flag"]].copy()
    changed = X.copy(deep=True)
    rows = test[1:]
    for column in X.columns:
        if X[column].dtype.kind == "f":
            values = draw.draw(
                hnp.arrays(np.float64, len(rows), elements=st.just(np.nan) | st.floats(-1e3, 1e3))
            )
            changed.loc[rows, column] = values if X[column].isna().any() else np.nan_to_num(values)
        elif column == "text":
            changed.loc[rows, column] = draw.draw(st.sampled_from(["unseen", "a", "once", None]))
        elif column != "flag":
            changed.loc[rows, column] = None
    one, two = prepare_fold(X, train, test, scale), prepare_fold(changed, train, test, scale)
    assert same(one[0], two[0])
    assert same(one[1][0], two[1][0])


def test_a_gap_in_the_test_part_alone_takes_the_training_median() -> None:
    X = pd.DataFrame({"a": [1.0, 2.0, 9.0, np.nan, 100.0]})
    X_train, X_test = prepare_fold(X, np.arange(3), np.arange(3, 5), "none")
    assert X_train.ravel().tolist() == [1, 2, 9]
    assert X_test.ravel().tolist() == [2, 100]


@pytest.mark.parametrize("scale", SCALES)
def test_columns_without_a_training_value_carry_nothing(scale: str) -> None:
    X, (train, test) = table(), fold()
    X["late"], X["later"] = np.nan, None
    X["later"] = X["later"].astype(object)
    X.loc[test, "late"], X.loc[test, "later"] = 1e6, "x"
    with pytest.warns(UserWarning, match="no value of 'late', 'later' in the training part"):
        X_train, X_test = prepare_fold(X, train, test, scale)
    constant = [j for j in range(X_train.shape[1]) if len(np.unique(np.r_[X_train[:, j], X_test[:, j]])) == 1]
    assert len(constant) == 2
    without = prepare_fold(X.drop(columns=["late", "later"]), train, test, scale)
    np.testing.assert_array_equal(np.delete(X_train, constant, axis=1), without[0])
    np.testing.assert_array_equal(np.delete(X_test, constant, axis=1), without[1])


def test_rare_and_unseen_categories_share_a_column() -> None:
    text = ["a"] * 20 + ["b"] * 20 + ["r1"] * (MIN_FREQUENCY - 1) + ["r2"] + ["new", "a"]
    train = np.arange(len(text) - 2)
    X_train, X_test = prepare_fold(pd.DataFrame({"t": text}), train, np.array([50, 51]), "standard")
    assert X_train.shape == (50, 3)
    assert X_train.sum(axis=0).tolist() == [20, 20, MIN_FREQUENCY]
    assert X_test.tolist() == [[0, 0, 1], [1, 0, 0]]


def test_an_unseen_category_is_none_of_them_where_none_is_rare() -> None:
    text = ["a"] * 20 + ["b"] * 20 + ["new"]
    _, X_test = prepare_fold(pd.DataFrame({"t": text}), np.arange(40), np.array([40]), "standard")
    assert X_test.tolist() == [[0, 0]]


def test_a_column_of_many_categories_stays_narrow() -> None:
    X = pd.DataFrame({"postcode": [f"{j % 300:05}" for j in range(6000)]})
    with pytest.warns(UserWarning, match="most values of column 'postcode' are too rare"):
        X_train, _ = prepare_fold(X, *fold(6000), "standard")
    assert X_train.shape[1] == MAX_CATEGORIES
    assert (X_train.sum(axis=1) == 1).all()


def test_text_types_are_one() -> None:
    """object, str, string and category columns of the same text give the same figures."""
    train, test = fold()
    parts = [
        prepare_fold(table()[["text"]].astype({"text": dtype}), train, test, "standard")
        for dtype in ("object", "str", "string", "category")
    ]
    assert all(same(part[0], parts[0][0]) and same(part[1], parts[0][1]) for part in parts)


def test_what_float32_cannot_hold_is_an_error_with_the_columns_name() -> None:
    X = pd.DataFrame({"fine": [1.0, 2.0, 3.0, 4.0], "huge": [1.0, 2.0, 3.0, 1e39]})
    with pytest.raises(ImbbenchError, match=r"'huge' holds 1e\+39"):
        prepare_fold(X, np.arange(2), np.arange(2, 4), "none")


def test_an_unknown_scale_names_those_that_exist() -> None:
    with pytest.raises(ImbbenchError, match="no scale named 'log'; scales are standard, none"):
        prepare_fold(table(), *fold(), "log")


def test_importing_the_names_of_scales_is_cheap() -> None:
    code = (
        "import sys; from imbbench.preprocess import SCALES;"
        "sys.exit(' '.join({'numpy', 'pandas', 'sklearn'} & set(sys.modules)) or None)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
