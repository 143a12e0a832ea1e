"""No row is lost, whatever the store and those who follow the run do."""

from __future__ import annotations

import sqlite3
import warnings
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import imbbench
from imbbench import hookimpl
from imbbench.job import Row
from imbbench.ledger import Ledger
from imbbench.lookup import Lookup
from imbbench.plugins import load_plugins
from imbbench.records import FoldRecord, ScoreRecord
from imbbench.result import Cell, Result
from imbbench.results import Results
from imbbench.settings import Settings
from imbbench.store import Store
from imbbench.store_schema import StoreError

CELLS = [
    Cell(dataset, "holdout", fold, "standard", "none", "sklearn-lr", 0)
    for dataset in ("moons", "circles", "moons[noise=0.2]")
    for fold in range(2)
]
EMPTY = Results((), {"command": "imbbench"}, (0.5,), ("tp",))
DATASETS = ["circles", "moons[noise=0.2]", "moons"]


@pytest.fixture
def known():
    """A registry of its own: observers are registered with it."""
    return load_plugins().with_components([])


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path / "store.sqlite") as store:
        yield store


def ledger_of(registry, store, cells=CELLS[:4], datasets=("circles", "moons"), told=None):
    ledger = Ledger(EMPTY, cells, Lookup(registry, store, Settings(metrics=("tp",))))
    if told is not None:
        ledger.follow(datasets, told)
    return ledger


def row(cell, status="ok", **more):
    result = Result(cell, status, metrics={0.5: {"tp": 1.0}} if status == "ok" else {}, seconds=1.0)
    kept = ScoreRecord(b"scores", FoldRecord(b"test", b"y")) if status == "ok" else None
    return Row(result, f"key of {cell}", "identity", kept, **more)


def test_results_are_in_the_order_of_the_plan(registry, store):
    ledger = ledger_of(registry, store)
    for cell in reversed(CELLS[:4]):
        ledger.keep(row(cell))
    results = ledger.close("")
    assert [found.cell for found in results] == CELLS[:4]
    assert replace(results, rows=()) == EMPTY
    assert [found.cell for found in store.results()] == CELLS[:4]
    assert store.runs()[0].finished is not None


def test_a_row_is_in_the_store_before_anybody_is_told(known, store):
    seen = []

    class Observer:
        @hookimpl
        def imbbench_cell_done(self, result):
            seen.append((result.cell, store.runs()[-1].done))

    known.manager.register(observer := Observer())
    ledger = ledger_of(known, store)
    for cell in CELLS[:4]:
        ledger.keep(row(cell))
    known.manager.unregister(observer)
    assert seen == [(cell, number) for number, cell in enumerate(CELLS[:4], 1)]


def test_what_is_left_says_why_and_the_run_is_not_finished(registry, store):
    ledger = ledger_of(registry, store)
    ledger.keep(row(CELLS[2]))
    results = ledger.close("stopped")
    assert [found.status for found in results] == ["interrupted"] * 2 + ["ok", "interrupted"]
    assert {found.reason for found in results if found.status != "ok"} == {"stopped"}
    assert store.runs()[0].finished is None
    assert [found.cell for found in store.results()] == [CELLS[2]], "the others are not there as rows"


@given(st.permutations(CELLS), st.integers(0, len(CELLS)))
@settings(deadline=None, max_examples=50)
def test_datasets_are_told_whole_once_and_in_their_order(registry, order, done):
    told = []
    with Store.open(None) as store:
        ledger = ledger_of(registry, store, CELLS, DATASETS, lambda results: told.append(results.rows))
        for number, cell in enumerate(order[:done], 1):
            ledger.keep(row(cell))
            over = [name for name in DATASETS if all(c in order[:number] for c in CELLS if c.dataset == name)]
            ready = [name for name, whole in zip(DATASETS, over, strict=False) if name == whole]
            assert [rows[0].cell.dataset for rows in told] == ready[: len(told)]
            assert len(told) == next(
                (n for n, name in enumerate(DATASETS) if name not in over), len(DATASETS)
            )
        ledger.close("stopped")
    begun = {cell.dataset for cell in order[:done]}  # of the others there is nothing to show
    assert [[found.cell for found in rows] for rows in told] == [
        [cell for cell in CELLS if cell.dataset == name] for name in DATASETS if name in begun
    ]


# -- a store that fails


def fail(monkeypatch, store, name):
    def full(*_, **__):
        raise StoreError("store x cannot grow")

    monkeypatch.setattr(store, name, full)


@pytest.mark.parametrize("name", ["put", "remember", "recall"])
@pytest.mark.parametrize("fine", [0, 1, 3])
def test_a_store_that_fails_in_the_middle_costs_a_warning_and_no_row(
    registry, store, monkeypatch, name, fine
):
    ledger = ledger_of(registry, store)
    for cell in CELLS[:fine]:
        ledger.keep(row(cell))
    fail(monkeypatch, store, name)
    expected = name == "put" or not fine  # components are remembered with the first row
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for cell in CELLS[fine:4]:
            ledger.keep(row(cell))
        results = ledger.close("")
    assert [found.status for found in results] == ["ok"] * 4
    said = [str(warning.message) for warning in caught]
    assert said == ["store x cannot grow. The run goes on, but from here nothing of it is kept"] * expected
    assert len(store.results()) == (fine if expected else 4)
    assert (store.runs()[0].finished is None) is expected


@pytest.mark.parametrize("name", ["link", "finish", "update_metrics"])
def test_a_store_that_fails_with_what_was_found_in_it(registry, store, monkeypatch, name):
    before = ledger_of(registry, store)
    before.keep(row(CELLS[0]))
    ledger = ledger_of(registry, store, CELLS[:2], ["moons"])
    fail(monkeypatch, store, name)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        ledger.keep(row(CELLS[0], stored=1, rescored=name == "update_metrics"))
        ledger.keep(row(CELLS[1]))
        results = ledger.close("")
    assert [str(warning.message)[:21] for warning in caught] == ["store x cannot grow. "]
    assert [found.status for found in results] == ["ok"] * 2


def test_a_full_disk(registry, tmp_path):
    """A real database that may grow no more."""
    with Store.open(tmp_path / "store.sqlite") as store:
        ledger = ledger_of(registry, store)
        ledger.keep(row(CELLS[0]))
        pages = store._db.execute("PRAGMA page_count").fetchone()[0]
        store._db.execute(f"PRAGMA max_page_count = {pages}")
        large = row(CELLS[1])
        large = replace(large, scores=replace(large.scores, scores=bytes(2**20)))
        with pytest.warns(UserWarning, match=r"disk or the database is full.*nothing of it is kept"):
            ledger.keep(large)
        ledger.keep(row(CELLS[2]))
        results = ledger.close("stopped")
    assert [found.status for found in results] == ["ok", "ok", "ok", "interrupted"]
    with Store.open(tmp_path / "store.sqlite") as store:
        assert [found.cell for found in store.results()] == CELLS[:1]


def test_a_store_that_cannot_be_begun_is_an_error_before_any_work(registry, store):
    store._db.close()
    with pytest.raises(StoreError):
        ledger_of(registry, store)
    store._db = sqlite3.connect(":memory:")


# -- rows that were there


def test_rows_of_the_store_are_linked(registry, store):
    first = ledger_of(registry, store)
    for cell in CELLS[:4]:
        first.keep(row(cell))
    first.close("")
    renamed = replace(CELLS[1], dataset="moons[noise=0.1]")
    cells = [CELLS[0], renamed, CELLS[4]]
    ledger = ledger_of(registry, store, cells, ["moons", renamed.dataset, "moons[noise=0.2]"])
    ledger.keep(row(CELLS[0], stored=1))
    ledger.keep(row(renamed, stored=2, renamed=True))
    ledger.keep(row(CELLS[4]))
    ledger.close("")
    assert [(found.cell, found.cached) for found in store.results()] == [
        (CELLS[0], True), (renamed, True), (CELLS[4], False),
    ]  # fmt: skip
    assert [info.cached for info in store.runs()] == [0, 2]
    assert store._db.execute("SELECT count(*) FROM cells").fetchone() == (5,)


def test_a_twin_is_a_link_to_the_cell_that_was_fitted(registry, store):
    twin = replace(CELLS[0], dataset="moons[noise=0.1]")
    ledger = ledger_of(registry, store, [CELLS[0], twin], ["moons", twin.dataset])
    first = row(CELLS[0])
    ledger.keep(first)
    second = Row(replace(first.result, cell=twin, cached=True), first.request, twin=True, renamed=True)
    ledger.keep(second)
    ledger.close("")
    assert [(found.cell, found.cached) for found in store.results()] == [(CELLS[0], False), (twin, True)]
    assert store._db.execute("SELECT count(*) FROM cells").fetchone() == (1,)


def test_a_twin_of_what_failed_is_a_row_of_its_own(registry, store):
    twin = replace(CELLS[0], dataset="moons[noise=0.1]")
    ledger = ledger_of(registry, store, [CELLS[0], twin], ["moons", twin.dataset])
    first = row(CELLS[0], "crashed")
    ledger.keep(first)
    ledger.keep(Row(replace(first.result, cell=twin), first.request, twin=True, renamed=True))
    ledger.close("")
    assert [(found.cell, found.status) for found in store.results()] == [
        (CELLS[0], "crashed"), (twin, "crashed"),
    ]  # fmt: skip


def test_metrics_that_are_new_join_the_stored_ones(registry, store):
    first = ledger_of(registry, store, CELLS[:1], ["moons"])
    first.keep(row(CELLS[0]))
    first.close("")
    ledger = ledger_of(registry, store, CELLS[:1], ["moons"])
    found = row(CELLS[0], stored=1, rescored=True)
    ledger.keep(replace(found, result=replace(found.result, metrics={0.3: {"tp": 2.0}}, cached=True)))
    ledger.close("")
    assert store.results()[0].metrics == {0.5: {"tp": 1.0}, 0.3: {"tp": 2.0}}


def test_an_observer_that_fails_loses_no_row(known, store):
    class Observer:
        @hookimpl
        def imbbench_cell_done(self, result):
            raise RuntimeError("no eyes")

    known.manager.register(observer := Observer())
    ledger = ledger_of(known, store)
    for cell in CELLS[:4]:
        with pytest.warns(UserWarning, match="no eyes"):
            ledger.keep(row(cell))
    known.manager.unregister(observer)
    assert len(ledger.close("")) == len(store.results()) == 4


def test_a_metric_that_raised_is_an_error_where_it_is_asked_for_stored_or_not(tmp_path, monkeypatch):
    (tmp_path / "raising_metric.py").write_text(
        "from imbbench import Metric, hookimpl\n\n"
        "@hookimpl\n"
        "def imbbench_metrics():\n"
        "    return [Metric('raising', lambda predictions: 1 / 0)]\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    selection = ("moons[n_samples=300]", "none", "sklearn-lr")
    options = {"plugins": ["raising_metric"], "store": tmp_path / "store.sqlite", "executor": "serial"}
    found = []
    for metrics in ((), ("raising",), ("raising",), ()):
        (row,) = imbbench.run(*selection, **options, **({"metrics": metrics} if metrics else {}))
        found.append((row.status, row.cached, "ZeroDivisionError" in row.reason + str(row.notes)))
    assert found == [("ok", False, True), ("error", False, True), ("error", False, True), ("ok", True, True)]
