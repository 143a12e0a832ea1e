"""What one task writes another one reads, to the last bit, and cannot change."""

from __future__ import annotations

import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from hypothesis.extra import pandas as frames

from imbbench.data import Data, TrainingSet
from imbbench.fingerprint import fingerprint
from imbbench.fold_files import read_data, read_fold, write_data, write_fold
from imbbench.folders import Folder
from imbbench.folds import Fold, HeldOut

Y = np.array([0, 1, 0, 0, 1, 0], dtype=np.int8)
N = len(Y)


def frame() -> pd.DataFrame:
    """A column of every kind that a dataset may have."""
    text = ["a", "b", None, "ü", "", "a"]
    return pd.DataFrame(
        {
            "float32": np.array([1, np.nan, -0.0, np.inf, 1e-30, 3], dtype=np.float32),
            "float64": [0.1, np.nan, -np.inf, 5e-324, 2.0, 3.0],
            "int": np.arange(N),
            "uint8": np.arange(N, dtype=np.uint8),
            "bool": [True, False, True, True, False, False],
            "category": pd.Categorical(["low", "high", None, "low", "low", "high"], ["low", "high", "never"]),
            "ordered": pd.Categorical([1, 2, 3, 1, 2, 3], ordered=True),
            "nullable int": pd.array([1, None, 3, 4, 5, 2**62], dtype="Int64"),
            "nullable float": pd.array([1.5, None, 3, 4, 5, 6], dtype="Float64"),
            "nullable bool": pd.array([True, None, False, True, None, False], dtype="boolean"),
            "text": text,
            "string": pd.array(text, dtype="string"),
            "object": np.array(text, dtype=object),
            7: np.arange(N) * 0.5,  # names need not be text
        }
    )


def data(X: pd.DataFrame | None = None, **more) -> Data:
    return Data(frame() if X is None else X, Y, **more)


def round_trip(known: Data, place: Path) -> Data:
    folder = Folder(str(place / "data"))
    write_data(folder, known)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return read_data(folder)


def assert_same(found, expected):
    assert (found.dtype, found.shape) == (expected.dtype, expected.shape)
    assert found.tobytes() == expected.tobytes()
    assert not found.flags.writeable


def test_a_dataset_comes_back_with_every_kind_of_column(tmp_path):
    known = data()
    found = round_trip(known, tmp_path)
    assert list(found.X.dtypes) == list(known.X.dtypes)
    assert found.X.equals(known.X), "gaps where gaps were"
    for name in ("float32", "float64"):
        assert found.X[name].to_numpy().tobytes() == known.X[name].to_numpy().tobytes()
    assert [type(name) for name in found.X] == [type(name) for name in known.X]
    assert found.X["object"].tolist() == known.X["object"].tolist()
    assert_same(found.y, known.y)
    assert (found.time, found.groups, found.amount, found.source) == (None, None, None, "")
    assert fingerprint(found) == fingerprint(known)


def test_what_is_no_feature_comes_back_too(tmp_path):
    known = data(
        time=np.datetime64("2020-01-01", "s") + np.arange(N),
        groups=np.array(list("aabbcc")),
        amount=np.linspace(0, 1, N),
        source="simulated",
    )
    found = round_trip(known, tmp_path)
    for name in ("y", "time", "groups", "amount"):
        assert_same(getattr(found, name), getattr(known, name))
    assert found.source == "simulated"


def test_groups_may_be_objects(tmp_path):
    known = data(groups=np.array(["a", "bb", "a", "c", "c", "c"], dtype=object))
    assert round_trip(known, tmp_path).groups.tolist() == known.groups.tolist()


@given(
    frames.data_frames(
        [
            frames.column("a", dtype=np.float64),
            frames.column("b", dtype=np.float32),
            frames.column("c", dtype=np.int64),
            frames.column("d", dtype=bool),
        ],
        index=frames.range_indexes(min_size=N, max_size=N),
    )
)
@settings(max_examples=30, deadline=None)
def test_numbers_come_back_to_the_last_bit(tmp_path_factory, X):
    found = round_trip(data(X), tmp_path_factory.mktemp("data"))
    for name in X:
        assert found.X[name].to_numpy().tobytes() == X[name].to_numpy().tobytes()


@pytest.mark.parametrize("name", ["y", "amount"])
def test_writing_to_what_is_mapped_changes_no_file(tmp_path, name):
    folder = Folder(str(tmp_path / "data"))
    write_data(folder, data(amount=np.linspace(0, 1, N)))
    before = {file: file.read_bytes() for file in Path(folder.path).iterdir()}
    found = read_data(folder)
    array = getattr(found, name)
    with pytest.raises(ValueError, match="read-only"):
        array[0] = 1
    overwrite(array)
    found.X["float64"] = 0.0
    assert {file: file.read_bytes() for file in Path(folder.path).iterdir()} == before
    assert (
        getattr(read_data(folder), name).tolist() == getattr(data(amount=np.linspace(0, 1, N)), name).tolist()
    )


def overwrite(array):
    """Do what a careless library does: write to the memory behind a read-only view."""
    while not array.flags.writeable:
        assert array.base is not None
        array = array.base
    array[...] = 1


def fold(amount=None, n=5, d=3) -> Fold:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n, d)).astype(np.float32)
    train = TrainingSet(X, np.resize(Y, n))
    counts = {"data": (6, 4), "train": (3, 2), "test": (3, 2)}
    return Fold(train, HeldOut(X[:3] * 2, Y[:3], amount), counts, "simulated", ("one", "ü: two\nlines"))


@pytest.mark.parametrize("amount", [None, np.array([0.5, 2.0, 1e9]), np.array([1, 2, 3])])
def test_a_fold_comes_back(tmp_path, amount):
    folder, known = Folder(str(tmp_path / "deep" / "fold")), fold(amount)
    write_fold(folder, known)
    found = read_fold(folder)
    pairs = [(found.train.X, known.train.X), (found.train.y, known.train.y),
             (found.test.X, known.test.X), (found.test.y, known.test.y)]  # fmt: skip
    assert found.test.grid is None
    if amount is None:
        assert found.test.amount is None
    else:
        pairs.append((found.test.amount, amount))
    for one, other in pairs:
        assert_same(one, other)
    assert (found.counts, found.source, found.notes) == (known.counts, known.source, known.notes)
    assert (found.train.class_weight, found.train.sample_weight) == (None, None)


def test_the_grid_of_a_fold_comes_back(tmp_path):
    folder, known, grid = Folder(str(tmp_path)), fold(), np.arange(6, dtype=np.float32).reshape(3, 2)
    write_fold(folder, replace(known, test=HeldOut(known.test.X, known.test.y, None, grid)))
    found = read_fold(folder).test
    assert_same(found.grid, grid)
    overwrite(found.fresh_grid())
    assert_same(found.grid, grid)
    assert_same(found.X, known.test.X)
    assert known.test.fresh_grid() is None


@given(arrays.arrays(np.float32, st.tuples(st.integers(0, 4), st.integers(0, 4))))
@settings(max_examples=30, deadline=None)
def test_a_fold_of_any_shape_comes_back(tmp_path_factory, X):
    folder = Folder(str(tmp_path_factory.mktemp("fold")))
    y = np.zeros(len(X), np.int8)
    write_fold(folder, Fold(TrainingSet(X, y), HeldOut(X, y, None), {"train": (len(X), 0)}))
    found = read_fold(folder)
    assert_same(found.train.X, X)
    assert_same(found.test.y, y)


def test_writing_to_a_mapped_fold_changes_no_file_and_no_other_reader(tmp_path):
    folder, known = Folder(str(tmp_path)), fold()
    write_fold(folder, known)
    before = {file: file.read_bytes() for file in tmp_path.iterdir()}
    one, other = read_fold(folder), read_fold(folder)
    for array in (one.train.X, one.train.y, one.test.X, one.test.y):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1
        overwrite(array)
    assert {file: file.read_bytes() for file in tmp_path.iterdir()} == before
    assert_same(other.train.X, known.train.X)


def test_what_one_cell_is_given_is_a_copy_of_its_own(tmp_path):
    folder, known = Folder(str(tmp_path)), fold()
    write_fold(folder, known)
    found = read_fold(folder)
    overwrite(found.fresh_train().X)
    overwrite(found.test.fresh_rows())
    assert_same(found.train.X, known.train.X)
    assert_same(found.test.X, known.test.X)


def test_files_may_go_while_they_are_mapped(tmp_path):
    folder, known = Folder(str(tmp_path)), fold()
    write_fold(folder, known)
    found = read_fold(folder)
    for file in tmp_path.iterdir():
        file.unlink()
    assert_same(found.train.X, known.train.X)


def test_a_fold_that_is_written_again_is_the_newer_one(tmp_path):
    folder = Folder(str(tmp_path))
    write_fold(folder, fold(n=9))
    write_fold(folder, fold(n=4))
    assert len(read_fold(folder).train.X) == 4
