"""What is done of a plan and when, and what becomes of each cell; through real desks."""

from __future__ import annotations

import tempfile
import warnings
from collections import Counter
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imbbench import Card, Dataset, Model, Strategy, facts
from imbbench.board import Board
from imbbench.crew import Crew
from imbbench.estimate import Estimates
from imbbench.execute import TRIES, execute
from imbbench.folders import Folder
from imbbench.lookup import Lookup
from imbbench.orders import AboutData, AboutFold, Alone, Answer, Fit, Fitted, Load, Prepare
from imbbench.plan import Grid, plan
from imbbench.records import FoldRecord
from imbbench.result import STATUSES, Cell, Result
from imbbench.settings import Settings
from imbbench.store import Store
from imbbench.store_schema import StoreError
from imbbench.supervise import Limits
from tests.boards import SETTINGS, Watched, by_cell, staged

SMALL, LARGE = "moons[n_samples=120,minority_fraction=0.3]", "moons[n_samples=240,minority_fraction=0.3]"
MODELS = ("sklearn-lr", "sklearn-rf[n_estimators=5]")
LINEAR = "torch-linear[epochs=1,min_steps=5]"
LR = {"strategy": ("none",), "model": ("sklearn-lr",)}


@pytest.fixture
def play(registry, tmp_path):
    """play(cells, fate) -> (cell -> row, executor); everything is done at once in this process."""

    def run(cells, fate=lambda order: None, **staging):
        executor = Watched(fate)
        board, crew = staged(staging.pop("registry", registry), cells, executor, tmp_path, **staging)
        rows = by_cell([*board.open(), *execute(board, crew)])
        assert list(rows) == sorted(rows, key=list(rows).index)
        assert set(rows) == set(cells)
        assert board.left() == []
        assert not any(path.is_file() for path in tmp_path.rglob("*")), "files are left"
        return rows, executor

    return run


def statuses(rows):
    return [row.result.status for row in rows.values()]


def test_the_cheapest_dataset_first_each_fold_when_its_turn_comes_and_gone_after_its_last_cell(
    play, registry, tmp_path
):
    cells = plan(registry, [Grid((LARGE, SMALL), ("kfold[n_splits=2]",), strategy=("none",), model=MODELS)])
    rows, executor = play(cells)
    assert statuses(rows) == ["ok"] * 8
    forest, lr = (f"fit {model}" for model in reversed(MODELS))
    whole = [
        "prepare 0", f"{forest} 0", f"{lr} 0", "release fold-0",
        "prepare 1", f"{forest} 1", f"{lr} 1", "release fold-1", "release data",
    ]  # fmt: skip
    assert executor.log == [f"load {SMALL}", *whole, f"load {LARGE}", *whole]
    assert [row.result.cell.dataset for row in rows.values()] == [SMALL] * 4 + [LARGE] * 4


def test_the_longest_cell_of_a_fold_comes_first(play, registry):
    cells = plan(registry, [Grid((SMALL,), strategy=("none", "class_weight"), model=MODELS)])
    seconds = {(cell.dataset, cell.strategy, cell.model): float(n) for n, cell in enumerate(cells)}
    _, executor = play(cells, seconds=seconds)
    assert executor.fits() == list(reversed(cells))


@pytest.mark.parametrize("status", ["error", "timeout", "crashed", "missing-data"])
def test_a_dataset_that_cannot_be_loaded_fails_its_cells_only(play, registry, status):
    cells = plan(registry, [Grid((SMALL, LARGE), ("kfold[n_splits=2]",), **LR)])
    answer = Answer(status, "no rows today", ("a warning",))
    rows, executor = play(cells, lambda order: answer if order == first_load(order, SMALL) else None)
    for cell in cells:
        result = rows[cell].result
        if cell.dataset == SMALL:
            said = f"loading dataset {SMALL!r}: " if status in ("timeout", "crashed") else ""
            assert (result.status, result.reason) == (status, f"{said}no rows today")
            assert result.notes == ("a warning",)
            assert (result.key, rows[cell].request, rows[cell].identity) == (None, "", "")
        else:
            assert result.status == "ok", result.reason
    assert executor.log[:2] == [f"load {SMALL}", "release data"]


def first_load(order, dataset):
    return order if isinstance(order, Load) and order.dataset == dataset else None


@pytest.mark.parametrize("status", ["error", "timeout", "crashed"])
@pytest.mark.parametrize("group", [False, True])
def test_a_fold_that_cannot_be_prepared_fails_its_cells_only(play, registry, status, group):
    cells = plan(registry, [Grid((SMALL,), ("kfold[n_splits=3]",), strategy=("none",), model=(LINEAR,))])

    def fate(order):
        return Answer(status, "not today") if isinstance(order, Prepare) and order.cell.fold == 1 else None

    rows, executor = play(cells, fate, group=group)
    said = "" if status == "error" else f"preparing a fold of dataset {SMALL!r}: "
    assert [(rows[cell].result.status, rows[cell].result.reason) for cell in cells] == [
        ("ok", ""), (status, f"{said}not today"), ("ok", ""),
    ]  # fmt: skip
    assert executor.log.count("release fold-1") == 1
    assert executor.log.count("fit " + LINEAR + " 0,2") == group


def test_a_group_that_is_stopped_is_fitted_cell_by_cell_and_says_why(play, registry):
    cells = plan(registry, [Grid((SMALL,), ("kfold[n_splits=3]",), strategy=("none",), model=(LINEAR,))])

    def fate(order):
        grouped = isinstance(order, Fit) and len(order.cells) > 1
        return Answer("timeout", "stopped after 1 s, the time limit") if grouped else None

    rows, executor = play(cells, fate, group=True)
    assert executor.fits() == [*cells, *cells]
    for row in rows.values():
        assert (row.result.status, row.result.numerics) == ("ok", "single")
        assert row.result.notes == ("fitted alone: stopped after 1 s, the time limit",)
        assert row.result.key not in (row.request, None), "its figures are those of a cell fitted alone"
    assert [entry for entry in executor.log if entry.startswith("prepare")] == [
        "prepare 0", "prepare 1", "prepare 2"
    ]  # fmt: skip


def test_a_cell_that_is_better_fitted_alone_is(play, registry):
    cells = plan(registry, [Grid((SMALL,), ("kfold[n_splits=2]",), strategy=("none",), model=(LINEAR,))])

    def fate(order):
        if isinstance(order, Fit) and len(order.cells) > 1:
            return Answer(value=[Alone(cell, f"fitted alone: fold {cell.fold}") for cell in order.cells])
        return None

    rows, _ = play(cells, fate, group=True)
    assert [rows[cell].result.notes for cell in cells] == [
        ("fitted alone: fold 0",),
        ("fitted alone: fold 1",),
    ]
    assert statuses(rows) == ["ok"] * 2


# -- cells with one key


@pytest.fixture
def copies(tmp_path_factory):
    """The specs of two files with equal rows."""
    rng, place = np.random.default_rng(0), tmp_path_factory.mktemp("csv")
    frame = pd.DataFrame({"a": rng.normal(size=90), "label": rng.permutation(np.repeat([0, 1], [60, 30]))})
    for name in ("one", "two"):
        frame.to_csv(place / f"{name}.csv", index=False)
    return [f"csv[path='{place / name}.csv',target=label]" for name in ("one", "two")]


@pytest.mark.parametrize("fresh", [False, True])
@pytest.mark.parametrize("cores", [1, 2])
def test_cells_with_one_key_are_fitted_once(play, registry, copies, fresh, cores):
    cells = plan(registry, [Grid(copies, strategy=("none",), model=MODELS)])
    rows, executor = play(cells, fresh=fresh, cores=cores)
    assert len(executor.fits()) == 2
    for one, two in zip(cells[:2], cells[2:], strict=True):
        first, second = sorted((rows[one], rows[two]), key=lambda row: row.result.cached)
        assert (first.result.cached, second.result.cached) == (False, True)
        assert replace(second.result, cell=first.result.cell, cached=False) == first.result
        assert second.twin
    assert executor.log.count("release data") == 2


def test_cells_with_one_key_fail_together(play, registry, copies):
    cells = plan(registry, [Grid(copies, **LR)])
    answer = Answer("crashed", "killed")
    rows, executor = play(cells, lambda order: answer if isinstance(order, Fit) else None)
    assert len(executor.fits()) == 1
    assert [(row.result.status, row.result.reason, row.result.cached) for row in rows.values()] == [
        ("crashed", "killed", False)
    ] * 2


@pytest.mark.parametrize("cores", [1, 2])
def test_a_dataset_whose_load_fails_does_not_fail_another_with_equal_rows(play, registry, copies, cores):
    """Not even when its fingerprint is remembered, so that its keys are known without loading."""
    cells = plan(registry, [Grid(copies, **LR)])
    with Store.open(None) as store:
        play(cells, store=store, fresh=True)
        answer = Answer("timeout", "stopped")
        broken = cells[0].dataset
        rows, _ = play(
            cells, lambda order: answer if order == first_load(order, broken) else None,
            store=store, fresh=True, cores=cores,
        )  # fmt: skip
    assert [rows[cell].result.status for cell in cells] == ["timeout", "ok"]
    assert rows[cells[0]].request == "", "its data were not loaded"


def test_files_of_a_dataset_all_of_whose_cells_were_fitted_elsewhere_go_too(registry, copies, tmp_path):
    cells = plan(registry, [Grid(copies, **LR)])
    executor = Watched()
    board, crew = staged(registry, cells, executor, tmp_path, fresh=True)
    assert list(board.open()) == []
    jobs = [board.take(()) for _ in cells]  # both loads, before any fit
    for job in jobs:
        assert list(board.done(job, crew._work(job.order, *job.folders))) == []
    assert len(list(execute(board, crew))) == 2
    assert list(tmp_path.iterdir()) == []
    assert executor.log.count("release data") == 2


# -- what the transport loses


@pytest.mark.parametrize("kind", [Load, Prepare, Fit])
@pytest.mark.parametrize("times", [TRIES, TRIES + 1])
def test_what_is_lost_is_tried_again_so_many_times(play, registry, kind, times):
    cells = plan(registry, [Grid((SMALL,), **LR)])
    lost = []

    def fate(order):
        if isinstance(order, kind) and len(lost) < times:
            lost.append(order)
            return ConnectionError("worker gone")
        return None

    rows, _ = play(cells, fate)
    assert len(lost) == times
    (row,) = rows.values()
    if times <= TRIES:
        assert row.result.status == "ok"
    else:
        assert row.result.status == "crashed"
        doing = {Load: "loading dataset ", Prepare: "preparing a fold of dataset "}.get(kind, "the executor")
        assert row.result.reason.startswith(doing)
        assert row.result.reason.endswith("the executor raised ConnectionError: worker gone")


# -- what is in the store


def test_what_is_stored_needs_no_worker_and_what_failed_is_tried_again(registry, tmp_path):
    cells = plan(registry, [Grid((SMALL,), strategy=("none",), model=MODELS)])
    with Store.open(tmp_path / "store.sqlite") as store:
        first = Watched(lambda order: Answer("timeout", "slow") if fits(order, MODELS[1]) else None)
        board, crew = staged(registry, cells, first, tmp_path / "1", store=store)
        store_rows(board, crew, store)
        board, crew = staged(registry, cells, second := Watched(), tmp_path / "2", store=store)
        (row,) = board.open()
        assert row.result.cached
        assert row.result.cell == cells[0]
        assert board.left() == [cells[1]]
        (row,) = execute(board, crew)
        assert (row.result.cell, row.result.status, row.result.cached) == (cells[1], "ok", False)
    assert second.fits() == [cells[1]]


def fits(order, model):
    return isinstance(order, Fit) and order.cells[0].model == model


def store_rows(board, crew, store):
    run, scoring = store.begin({}, (0.5,), (), (), 1), board._lookup.scoring
    for number, row in enumerate([*board.open(), *execute(board, crew)]):
        kept = row.identity, row.result, scoring, row.scores
        store.put(run, number, row.request or None, *kept)


def test_changed_rows_are_loaded_and_fitted_though_a_fingerprint_is_remembered(
    registry, tmp_path, monkeypatch
):
    """As of a dataset that says nothing of the files that it reads."""
    cells = plan(registry, [Grid((SMALL,), strategy=("none",), model=MODELS)])
    with Store.open(None) as store:
        board, crew = staged(registry, cells[:1], Watched(), tmp_path / "1", store=store)
        store_rows(board, crew, store)
        identity = facts.data_identity(registry.resolve("dataset", SMALL))
        store.remember("data", identity, {"fingerprint": "that of other rows"})
        board, crew = staged(registry, cells, executor := Watched(), tmp_path / "2", store=store)
        rows = by_cell([*board.open(), *execute(board, crew)])
    assert [rows[cell].result.cached for cell in cells] == [True, False], "found once the rows are known"
    assert executor.fits() == [cells[1]]


def test_metrics_and_thresholds_that_are_missing_are_computed_from_stored_scores(registry, tmp_path):
    cells = plan(registry, [Grid((SMALL,), **LR)])
    few = Settings(metrics=("tp",), columns=("tp",), scores=True)
    more = Settings((0.2, 0.5), ("tp", "recall"), ("tp",), scores=True)
    with Store.open(tmp_path / "store.sqlite") as store:
        board, crew = staged(registry, cells, Watched(), tmp_path / "1", store=store, settings=few)
        store_rows(board, crew, store)
        board, crew = staged(registry, cells, old := Watched(), tmp_path / "2", store=store, settings=more)
        (row,) = [*board.open(), *execute(board, crew)]
        board, crew = staged(
            registry, cells, Watched(), tmp_path / "3", store=store, settings=more, fresh=True
        )
        (fitted,) = [*board.open(), *execute(board, crew)]
    assert old.log == ["rescore"]
    assert row.rescored
    assert row.stored is not None
    assert row.result.cached
    assert row.result.metrics == fitted.result.metrics


def test_scores_that_the_store_has_lost_are_a_crash_of_that_cell(registry, tmp_path):
    cells = plan(registry, [Grid((SMALL,), strategy=("none",), model=MODELS)])
    more = Settings((0.2,), SETTINGS.metrics, SETTINGS.columns, scores=True)
    with Store.open(tmp_path / "store.sqlite") as store:
        board, crew = staged(
            registry, cells, Watched(), tmp_path / "1", store=store, settings=replace(SETTINGS, scores=True)
        )
        store_rows(board, crew, store)
        store._db.execute("DELETE FROM scores WHERE cell = 1")
        board, crew = staged(registry, cells, Watched(), tmp_path / "2", store=store, settings=more)
        found = Counter(row.result.status for row in [*board.open(), *execute(board, crew)])
    assert found == {"crashed": 1, "ok": 1}


def test_a_store_that_fails_meanwhile_costs_no_row(play, registry, monkeypatch):
    cells = plan(registry, [Grid((SMALL, LARGE), **LR)])

    def full(*_):
        raise StoreError("store x cannot grow")

    with Store.open(None) as store:
        monkeypatch.setattr(store, "remember", full)
        rows, _ = play(cells, store=store)
        assert statuses(rows) == ["ok"] * 2
        monkeypatch.setattr(store, "find", full)
        rows, _ = play(cells, store=store)
        assert statuses(rows) == ["ok"] * 2
        assert all(row.result.key == row.request for row in rows.values())


# -- rows


def test_a_missing_package_is_told_before_anything_is_loaded(registry, tmp_path):
    known = registry.with_components([Model("mine", lambda context: None, requires=("no-such-package",))])
    cells = plan(known, [Grid((SMALL,), strategy=("none",), model=("mine", "sklearn-lr"))])
    board, _ = staged(known, cells, Watched(), tmp_path)
    (row,) = board.open()
    assert (row.result.cell, row.result.status) == (cells[0], "missing-dependency")
    assert "pip install no-such-package" in row.result.reason
    assert board.left() == [cells[1]]


def test_a_row_tells_of_its_fold_also_where_no_worker_came_through(play, registry):
    cells = plan(registry, [Grid((SMALL,), **LR)])
    (ok,) = play(cells)[0].values()
    answer = Answer("crashed", "killed")
    (row,) = play(cells, lambda order: answer if isinstance(order, Fit) else None)[0].values()
    assert row.result.counts == {part: ok.result.counts[part] for part in ("data", "train", "test")}
    assert row.request == ok.request
    assert row.result.key is None


@pytest.mark.parametrize("kind", [Prepare, Fit])
def test_warnings_of_the_load_come_with_what_no_worker_came_through_with(registry, tmp_path, kind):
    def load():
        warnings.warn("a column is constant", UserWarning, stacklevel=2)
        return registry.resolve("dataset", SMALL).call()

    known = registry.with_components([Dataset("warns", load, Card("", "", "", ""))])
    cells = plan(known, [Grid(("warns",), **LR)])
    answer = Answer("crashed", "killed", ("last words",))
    executor = Watched(lambda order: answer if isinstance(order, kind) else None)
    (row,) = execute_all(*staged(known, cells, executor, tmp_path))
    assert row.result.notes == ("a column is constant", "last words")


def test_the_next_job_is_the_one_of_lowest_rank_on_a_device_that_is_free(registry, tmp_path):
    cells = plan(registry, [Grid((SMALL,), strategy=("none",), model=(LINEAR, "sklearn-lr"))])
    board, crew = staged(registry, cells, Watched(), tmp_path, device="cuda:0")
    list(board.open())
    for _ in ("load", "prepare"):
        job = board.take({"cuda:0"})
        list(board.done(job, crew._work(job.order, *job.folders)))
    assert [job.device for job in (board.take({"cuda:0"}), board.take(()))] == ["cpu", "cuda:0"]
    assert board.take(()) is None


def test_only_short_fits_stand_in_line(registry, tmp_path):
    """Not a load: it may take minutes, and keeps a worker from the datasets before it."""
    cells = plan(registry, [Grid((SMALL,), strategy=("none",), model=MODELS)])
    seconds = {(SMALL, "none", MODELS[0]): 0.1, (SMALL, "none", MODELS[1]): 5.0}
    board, crew = staged(registry, cells, Watched(), tmp_path, seconds=seconds)
    list(board.open())
    for _ in ("load", "prepare"):
        assert board.take((), 1.0) is None
        job = board.take(())
        list(board.done(job, crew._work(job.order, *job.folders)))
    assert board.take((), 1.0) is None, "the longest comes first, and takes longer than that"
    assert board.take(()).cells[0].model == MODELS[1]
    assert board.take((), 1.0).cells[0].model == MODELS[0]


def test_seconds_left_count_down_to_nothing(registry, tmp_path):
    cells = plan(registry, [Grid((SMALL, LARGE), ("kfold[n_splits=2]",), strategy=("none",), model=MODELS)])
    board, crew = staged(registry, cells, Watched(), tmp_path)
    assert board.seconds_left > 0
    seen = [board.seconds_left for _ in execute_all(board, crew)]
    assert seen == sorted(set(seen), reverse=True), "less after each row"
    assert board.seconds_left == pytest.approx(0, abs=1e-9)


def execute_all(board, crew):
    yield from board.open()
    yield from execute(board, crew)


def test_a_promise_covers_components_of_different_kinds_with_one_name(registry, tmp_path):
    known = registry.with_components(
        [Strategy("mine", lambda train, seed: train), Model("mine", lambda context: None)]
    )
    cells = plan(known, [Grid((SMALL,), strategy=("mine",), model=("mine",))])
    board, crew = staged(known, cells, executor := Watched(), tmp_path)
    list(execute_all(board, crew))
    (fit,) = [order for order in executor.orders if isinstance(order, Fit)]
    assert sorted((kind, spec) for kind, spec, _ in fit.promise) == [("model", "mine"), ("strategy", "mine")]


# -- any plan, whatever becomes of it


class Chance:
    """A transport that ends its tasks in any order, with anything, and sees that each is as it must be.

    Files are not read: a folder is there, and that is all.
    """

    def __init__(self, draw, cores, fingerprints):
        self.draw, self.cores, self.fingerprints = draw, cores, fingerprints
        self.running: dict[Future, tuple] = {}
        self.there: dict[Folder, tuple] = {}  # folder -> what is in it
        self.released: list[Folder] = []
        self.fitted: list[Cell] = []

    def submit(self, function, timeout, /, order, *folders):
        used = [
            getattr(taken, "n_jobs", 1) for taken in (order, *(other for other, _ in self.running.values()))
        ]
        in_line = len(used) - self.cores
        assert sum(used) <= self.cores or (
            isinstance(order, Fit) and max(used) == 1 and in_line <= self.cores
        )
        if isinstance(order, Fit):
            assert len(set(folders)) == len(folders)
            for cell, number in zip(order.cells, order.folds, strict=True):
                assert self.there[folders[number]] == (cell.dataset, fold_of(cell))
            devices = [running.device for running, _ in self.running.values() if isinstance(running, Fit)]
            assert order.device == "cpu" or order.device not in devices
        elif isinstance(order, Prepare):
            data, into = folders
            assert self.there[data] == (order.cell.dataset,)
            assert into not in self.there
        future = Future()
        self.running[future] = order, folders
        return future

    def end_one(self):
        """End one of the tasks that run."""
        assert self.running, "nothing runs and nothing ends"
        future = self.draw(st.sampled_from(list(self.running)))
        order, folders = self.running.pop(future)
        fate = self.draw(st.sampled_from(["ok"] * 6 + ["error", "timeout", "crashed", "lost"]))
        if fate == "lost":
            future.set_exception(ConnectionError("gone"))
        elif fate == "ok":
            future.set_result(self.well(order, folders))
        else:
            future.set_result(Answer(fate, "by chance"))

    def well(self, order, folders):
        match order:
            case Load():
                self.write(folders[0], (order.dataset,))
                return Answer(value=AboutData(self.fingerprints[order.dataset], ""))
            case Prepare():
                self.write(folders[1], (order.cell.dataset, fold_of(order.cell)))
                return Answer(value=AboutFold({"train": (6, 2)}, "", FoldRecord(b"", b"")))
            case Fit():
                return Answer(value=[self.outcome(cell, order) for cell in order.cells])

    def write(self, folder, what):
        Path(folder.path).mkdir(parents=True, exist_ok=True)
        assert self.there.get(folder) is None, "no folder is written twice"
        self.there[folder] = what

    def outcome(self, cell, order):
        if len(order.cells) > 1 and self.draw(st.booleans()):
            return Alone(cell, "fitted alone: by chance")
        self.fitted.append(cell)
        status = self.draw(st.sampled_from(["ok", "ok", "error", "unsupported"]))
        return Fitted(Result(cell, status, numerics="grouped" if len(order.cells) > 1 else "single"))

    def release(self, folder):
        used = [folder for _, folders in self.running.values() for folder in folders]
        assert folder not in used, "somebody still reads it"
        self.there.pop(folder, None)
        self.released.append(folder)


def fold_of(cell):
    return cell.split, cell.random_state, cell.scale, cell.fold


class Stepping(Crew):
    """A crew whose tasks end when it is waited for."""

    def wait(self):
        self._executor.end_one()
        return super().wait()


#: Two specs of one dataset: where their rows are equal, so are the keys of their cells.
DATASETS = ["moons", "moons[noise=0.2]", "circles"]
ANY_MODEL = ["sklearn-lr", "sklearn-rf", "torch-linear", "torch-mlp"]


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_every_cell_of_any_plan_has_one_row_whatever_becomes_of_it(registry, data):
    draw = data.draw
    cells = draw(
        st.lists(
            st.builds(
                Cell,
                dataset=st.sampled_from(DATASETS),
                split=st.just("kfold[n_splits=3]"),
                fold=st.integers(0, 2),
                scale=st.sampled_from(["standard", "none"]),
                strategy=st.sampled_from(["none", "class_weight"]),
                model=st.sampled_from(ANY_MODEL),
                random_state=st.just(0),
            ),
            min_size=1,
            max_size=12,
            unique=True,
        )
    )
    cores, group, device = (
        draw(st.integers(1, 4)),
        draw(st.booleans()),
        draw(st.sampled_from(["cpu", "cuda:0"])),
    )
    fingerprints = {dataset: draw(st.sampled_from(["a", "b"])) for dataset in DATASETS}
    seconds = {(cell.dataset, cell.strategy, cell.model): draw(st.floats(0, 9)) for cell in cells}
    executor = Chance(draw, cores, fingerprints)
    with Store.open(None) as store, tempfile.TemporaryDirectory() as place:
        lookup = Lookup(registry, store, SETTINGS, device, group, fresh=True)
        crew = Stepping(lambda: executor, lambda: None, Limits(), cores)
        board = Board(cells, lookup, Estimates(registry, seconds), Path(place), crew.release)
        rows = by_cell([*board.open(), *execute(board, crew)])
        assert set(rows) == set(cells)
        assert list(Path(place).iterdir()) == []
        keys = [lookup.request(cell, fingerprints[cell.dataset]) for cell in executor.fitted]
        assert len(keys) == len(set(keys)), "cells with one key are fitted once"
    assert not executor.there, "every folder that was written was released"
    assert max(Counter(executor.released).values()) == 1
    assert {row.result.status for row in rows.values()} <= set(STATUSES)
    assert board.seconds_left == pytest.approx(0, abs=1e-6)
