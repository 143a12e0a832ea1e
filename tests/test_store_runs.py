"""Runs as they are listed."""

from __future__ import annotations

import pytest

from imbbench.errors import ImbbenchError
from imbbench.store import Store
from tests.stores import begin, cell, put


@pytest.fixture
def store():
    with Store.open(None) as opened:
        yield opened


def test_runs_count_what_became_of_their_cells(store):
    first = begin(store, 5)
    numbers = [put(store, first, number) for number in (0, 1)]
    put(store, first, 2, "crashed")
    store.finish(first)
    second = begin(store, 3)
    store.link(second, [(position, number, None) for position, number in enumerate(numbers)])
    begin(store, 4)
    runs = store.runs()
    assert [(run.number, run.planned, run.done, run.cached) for run in runs] == [
        (1, 5, 3, 0),
        (2, 3, 2, 2),
        (3, 4, 0, 0),
    ]
    assert [run.counts for run in runs] == [{"ok": 2, "crashed": 1}, {"ok": 2}, {}]
    assert [run.finished is None for run in runs] == [False, True, True]
    assert {run.command for run in runs} == {"imbbench --all"}
    assert [store.about(run) for run in (1, 2, None)] == runs


def test_rows_come_in_the_order_of_the_plan_the_latest_run_by_default(store):
    run = begin(store, 3)
    put(store, run, 0)
    run = begin(store, 3)
    for number in (2, 0):
        put(store, run, number)
    assert [row.cell for row in store.results()] == [cell(0), cell(2)]
    assert [row.cell for row in store.results(1)] == [cell(0)]


def test_a_run_that_is_not_there(store):
    with pytest.raises(ImbbenchError, match="no run is stored in"):
        store.results(1)
    for _ in range(3):
        begin(store)
    for asked in (store.results, store.about, lambda run: list(store.scored_rows(run))):
        with pytest.raises(
            ImbbenchError, match=r"no run 7 is stored in .*; there is 1, 2, 3; see imbbench runs"
        ):
            asked(7)
    for _ in range(20):
        begin(store)
    with pytest.raises(ImbbenchError, match=r"there is 14, 15, .*, 23, and older ones"):
        store.results(0)
