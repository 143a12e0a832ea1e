"""Work that cells share is done once, and what one cell does to its arrays stays its own."""

from __future__ import annotations

import weakref
from dataclasses import replace
from itertools import count

import numpy as np
import pandas as pd
import pytest

from imbbench import Card, Data, Dataset, Executor, Folder, Split
from imbbench.arrays import unpack
from imbbench.bench import bench
from imbbench.builtin.executors import Serial
from imbbench.desk import Desk
from imbbench.fold_files import read_fold
from imbbench.folds import rows_digest
from imbbench.options import Options
from imbbench.orders import Load, Prepare
from imbbench.plan import Grid, plan
from imbbench.registry import Registry
from imbbench.result import Cell
from imbbench.settings import Settings

CARD = Card("rows", "made here", "none", "none")
CELL = Cell("rows", "halves", 0, "standard", "none", "sklearn-lr", 0)


def rows(seed: int = 0) -> Data:
    rng = np.random.default_rng(seed)
    y = np.tile([0, 0, 0, 1], 25)
    return Data(pd.DataFrame(rng.normal(size=(100, 2)), columns=["a", "b"]), y, amount=np.arange(100.0))


class Counting:
    """A dataset and a split that count their calls and remember what they saw; a desk that knows them."""

    def __init__(self, registry: Registry, place) -> None:
        self.calls: list[str] = []
        self.seen: list[weakref.ref[np.ndarray]] = []
        self.registry = registry.with_components(
            [
                Dataset("rows", self.load, CARD),
                Dataset("next", self.load_next, CARD),
                Split("halves", self.halves, lambda: 2),
                Split("broken", self.broken, lambda: 2),
                Executor("noting", self.noting, in_process=True),
            ]
        )
        self.desk = Desk(self.registry, Settings(scores=True))
        self._place, self._numbers = place, count()

    def load(self, *, seed: int = 0, broken: bool = False) -> Data:
        self.calls.append("load")
        if broken:
            raise RuntimeError("no rows today")
        return rows(seed)

    def load_next(self) -> Data:
        self.calls.append(f"{sum(ref() is not None for ref in self.seen)} still there")
        return rows()

    def halves(self, data, seed):
        self.calls.append("split")
        self.seen.append(weakref.ref(data.y))
        first, second = np.arange(40), np.arange(40, 100)
        return [(first, second), (second, first)]

    def broken(self, data, seed):
        self.calls.append("split")
        raise RuntimeError("no folds today")

    def noting(self, jobs):
        outer = self

        class Noting(Serial):
            def submit(self, function, timeout, /, order, *folders):
                if isinstance(order, Prepare):
                    outer.calls.append(f"prepare {order.cell.fold} {order.cell.scale}")
                return super().submit(function, timeout, order, *folders)

        return Noting()

    def folder(self) -> Folder:
        return Folder(str(self._place / str(next(self._numbers))))

    def loaded(self, dataset: str = "rows") -> Folder:
        folder = self.folder()
        assert self.desk.do(Load(dataset), folder).status == "ok"
        return folder

    def prepared(self, cell: Cell, data: Folder):
        """(the fold as its cells read it, what is told of it)."""
        folder = self.folder()
        answer = self.desk.do(Prepare(cell), data, folder)
        assert answer.status == "ok", answer.reason
        return read_fold(folder), answer.value

    def run(self, *datasets, **axes):
        grid = Grid(datasets, ("halves",), model=("sklearn-lr", "sklearn-rf[n_estimators=2]"), **axes)
        return bench(self.registry, plan(self.registry, [grid]), Options(executor="noting"))


@pytest.fixture
def counting(registry, tmp_path):
    return Counting(registry, tmp_path)


def test_cells_share_a_dataset_a_split_and_a_fold(counting):
    results = counting.run("rows", scale=("standard", "none"), strategy=("none", "class_weight"))
    assert {row.status for row in results} == {"ok"}
    assert len(results) == 2 * 2 * 2 * 2
    first, *folds = counting.calls
    assert first == "load"
    assert folds.count("split") == 1
    assert sorted(folds) == ["prepare 0 none", "prepare 0 standard", "prepare 1 none", "prepare 1 standard", "split"]  # fmt: skip


def test_another_random_state_is_another_split_of_the_same_rows(counting):
    data = counting.loaded()
    for cell in (CELL, replace(CELL, fold=1), replace(CELL, fold=1, scale="none")):
        counting.prepared(cell, data)
    assert counting.calls == ["load", "split"]
    counting.prepared(replace(CELL, random_state=1), data)
    assert counting.calls == ["load", "split", "split"]


def test_a_fold_has_what_its_rows_have(counting):
    (fold, about), data = counting.prepared(CELL, counting.loaded()), rows()
    X = data.X.to_numpy()
    mean, deviation = X[:40].mean(axis=0), X[:40].std(axis=0)
    np.testing.assert_allclose(fold.train.X, (X[:40] - mean) / deviation, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(fold.test.X, (X[40:] - mean) / deviation, rtol=1e-5, atol=1e-6)
    assert fold.train.y.tolist() == data.y[:40].tolist()
    assert fold.test.y.tolist() == data.y[40:].tolist()
    assert fold.test.amount.tolist() == data.amount[40:].tolist()
    assert fold.counts == about.counts == {"data": (75, 25), "train": (30, 10), "test": (45, 15)}
    assert unpack(about.rows.test).tolist() == list(range(40, 100))
    assert unpack(about.rows.y).tolist() == data.y[40:].tolist()
    assert unpack(about.rows.amount).tolist() == data.amount[40:].tolist()


def test_the_first_fold_has_a_grid_where_scores_are_kept(counting):
    data = counting.loaded()
    found = [counting.prepared(replace(CELL, fold=fold), data)[0].test.grid for fold in (0, 1)]
    assert found[0].shape == (64 * 64, 2)
    counting.desk = Desk(counting.registry, Settings())
    assert counting.prepared(CELL, data)[0].test.grid is found[1] is None


def test_a_result_says_which_rows_it_was_scored_on(counting):
    digests = {
        fold: rows_digest(np.arange(*part), rows().y[slice(*part)])
        for fold, part in ((0, (40, 100)), (1, (0, 40)))
    }
    first, again = counting.run("rows", scale=("standard", "none")), counting.run("rows", strategy=("none",))
    other, broken = counting.run("rows[seed=1]"), counting.run("rows[broken=true]")
    assert {row.hashes["test"] for row in first if row.cell.fold == 0} == {digests[0][:16]}
    assert {row.hashes["test"] for row in first if row.cell.fold == 1} == {digests[1][:16]}
    (data,) = {row.hashes["data"] for row in (*first, *again)}
    assert len(data) == 16
    assert {row.hashes["data"] for row in other} != {data}
    assert {row.hashes["test"] for row in other} == {digest[:16] for digest in digests.values()}
    assert all(row.hashes == {} for row in broken)


def test_a_digest_of_rows_knows_their_numbers_their_order_and_their_labels():
    test, y = np.array([5, 1, 3]), np.array([0, 1, 0], dtype=np.int8)
    known = rows_digest(test, y)
    assert known == rows_digest(test.astype(np.int32), y.astype(np.int64))  # whatever a split gives
    assert known == rows_digest(np.repeat(test, 2)[::2], np.repeat(y, 2)[::2])
    others = [(test[::-1], y), (test, 1 - y), (test + 1, y), (test[:2], y[:2])]
    assert len({known, *(rows_digest(*each) for each in others)}) == 5


def test_fresh_arrays_are_read_only_and_nobodys_else(counting):
    fold, _ = counting.prepared(CELL, counting.loaded())
    before = [array.copy() for array in (fold.train.X, fold.train.y, fold.test.X)]
    train, X = fold.fresh_train(), fold.test.fresh_rows()
    for array in (train.X, train.y, X):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0
        array.base[...] = 7  # what torch.from_numpy(array) can do
    for array, kept in zip((fold.train.X, fold.train.y, fold.test.X), before, strict=True):
        assert (array == kept).all()


def test_what_is_written_to_a_mapped_fold_never_reaches_its_files(counting):
    folder = counting.folder()
    counting.desk.do(Prepare(CELL), counting.loaded(), folder)
    fold = read_fold(folder)
    kept = fold.train.X.copy()
    with pytest.raises(ValueError, match="read-only"):
        fold.train.X[0] = 0
    fold.train.X.base[...] = 7
    assert (kept == read_fold(folder).train.X).all()


def test_a_failing_dataset_is_told_to_every_cell_and_found_out_once(counting):
    results = counting.run("rows[broken=true]", strategy=("none", "class_weight"))
    assert len(results) == 8
    assert {row.status for row in results} == {"error"}
    assert all("raised RuntimeError: no rows today" in row.reason for row in results)
    assert counting.calls == ["load"]


def test_a_failing_split_is_told_to_every_fold_and_found_out_once(counting):
    data = counting.loaded()
    for fold in (0, 1):
        answer = counting.desk.do(Prepare(replace(CELL, split="broken", fold=fold)), data, counting.folder())
        assert answer.status == "error"
        assert "split 'broken' of plugin 'run()': raised RuntimeError: no folds today" in answer.reason
    assert counting.calls == ["load", "split"]


def test_the_old_datasets_memory_goes_before_the_next_is_loaded(counting):
    counting.prepared(CELL, counting.loaded())
    counting.loaded("next")
    assert counting.calls == ["load", "split", "0 still there"]
