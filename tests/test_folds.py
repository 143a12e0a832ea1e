"""Work that cells share is done once, and what one cell does to its arrays stays its own."""

from __future__ import annotations

import weakref
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from imbbench import Card, Data, Dataset, Split
from imbbench.folds import Folds
from imbbench.outcome import Failure
from imbbench.registry import Registry
from imbbench.results import Cell

CARD = Card("rows", "made here", "none", "none")
CELL = Cell("rows", "halves", 0, "standard", "none", "sklearn-lr", 0)


def rows(seed: int = 0) -> Data:
    rng = np.random.default_rng(seed)
    y = np.tile([0, 0, 0, 1], 25)
    return Data(pd.DataFrame(rng.normal(size=(100, 2)), columns=["a", "b"]), y, amount=np.arange(100.0))


class Counting:
    """A dataset and a split that count their calls and remember what they made."""

    def __init__(self, registry: Registry) -> None:
        self.calls: list[str] = []
        self.frames: list[weakref.ref[pd.DataFrame]] = []
        self.registry = registry.with_components(
            [Dataset("rows", self.load, CARD), Split("halves", self.halves, lambda: 2)]
        )
        self.folds = Folds(debug=False)

    def load(self, *, seed: int = 0, broken: bool = False) -> Data:
        self.calls.append("load")
        if broken:
            raise RuntimeError("no rows today")
        data = rows(seed)
        self.frames.append(weakref.ref(data.X))
        return data

    def halves(self, data, seed):
        self.calls.append("split")
        first, second = np.arange(40), np.arange(40, 100)
        return [(first, second), (second, first)]

    def prepared(self, cell):
        return self.folds.prepared(
            cell, self.registry.resolve("dataset", cell.dataset), self.registry.resolve("split", cell.split)
        )


@pytest.fixture
def counting(registry):
    return Counting(registry)


def test_neighbours_share_a_dataset_a_split_and_a_fold(counting):
    first = counting.prepared(CELL)
    assert counting.prepared(replace(CELL, strategy="class_weight", model="sklearn-rf")) is first
    second = counting.prepared(replace(CELL, fold=1))
    assert second is not first
    assert counting.prepared(replace(CELL, fold=1, scale="none")) is not second
    assert counting.calls == ["load", "split"]
    counting.prepared(replace(CELL, random_state=1))
    assert counting.calls == ["load", "split", "split"]


def test_a_fold_has_what_its_rows_have(counting):
    fold, data = counting.prepared(CELL), rows()
    X = data.X.to_numpy()
    mean, deviation = X[:40].mean(axis=0), X[:40].std(axis=0)
    np.testing.assert_allclose(fold.train.X, (X[:40] - mean) / deviation, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(fold.test.X, (X[40:] - mean) / deviation, rtol=1e-5, atol=1e-6)
    assert fold.train.y.tolist() == data.y[:40].tolist()
    assert fold.test.y.tolist() == data.y[40:].tolist()
    assert fold.test.amount.tolist() == data.amount[40:].tolist()
    assert fold.counts == {"data": (75, 25), "train": (30, 10), "test": (45, 15)}


def test_fresh_arrays_are_read_only_and_nobodys_else(counting):
    fold = counting.prepared(CELL)
    before = [array.copy() for array in (fold.train.X, fold.train.y, fold.test.X)]
    train, X = fold.fresh_train(), fold.test.fresh_rows()
    for array in (train.X, train.y, X):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0
        array.base[...] = 7  # what torch.from_numpy(array) can do
    for array, kept in zip((fold.train.X, fold.train.y, fold.test.X), before, strict=True):
        assert (array == kept).all()


def test_a_failure_is_told_to_every_cell_and_found_out_once(counting):
    broken = replace(CELL, dataset="rows[broken=true]")
    for cell in (broken, replace(broken, fold=1)):
        with pytest.raises(Failure, match="raised RuntimeError: no rows today"):
            counting.prepared(cell)
    assert counting.calls == ["load"]


def test_the_old_datasets_memory_goes_before_the_next_is_loaded(counting):
    counting.prepared(CELL)
    alive = []
    load = counting.load

    def watching(*, seed: int = 0) -> Data:
        alive.append(counting.frames[0]() is not None)
        return load(seed=seed)

    registry = counting.registry.with_components([Dataset("next", watching, CARD)])
    counting.folds.loaded(replace(CELL, dataset="next"), registry.resolve("dataset", "next"))
    assert alive == [False]
