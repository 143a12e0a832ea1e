"""What a store tells of the cells in it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from imbbench.store import Store
from imbbench.store_schema import StoreError
from tests.stores import FOLD, SCORING, begin, cell, put, request, result


@pytest.fixture
def store():
    with Store.open(None) as opened:
        yield opened


def test_found_are_the_latest_ok_cells(store):
    run = begin(store, 4)
    put(store, run, 0, seconds=1.0)
    put(store, run, 1, "error")
    run = begin(store, 4)
    latest = put(store, run, 0, seconds=2.0)
    put(store, run, 1, "timeout")
    run = begin(store, 4)
    put(store, run, 0, "crashed")
    (found,) = store.find([request(number) for number in range(3)]).items()
    assert found[0] == request(0)
    assert found[1].cell_id == latest
    assert found[1].scoring == SCORING
    assert repr(found[1].result) == repr(result(0, seconds=2.0, cached=True))


def test_thousands_are_found_at_once(store):
    run = begin(store, 2500)
    for number in range(0, 2500, 2):
        put(store, run, number)
    found = store.find([request(number) for number in range(2500)])
    assert {key: stored.result.cell for key, stored in found.items()} == {
        request(number): cell(number) for number in range(0, 2500, 2)
    }
    assert store.find([]) == {}
    assert store.find([request(2)] * 2000).keys() == {request(2)}


def test_a_cell_without_a_key_is_never_found(store):
    store.put(begin(store), 0, None, "", result(0), SCORING)
    assert store.find(["", "None"]) == {}
    assert len(store.results()) == 1


def test_seconds_are_the_mean_of_fits_that_went_well(store):
    run = begin(store, 9)
    for number, seconds in ((0, 1.0), (3, 2.0), (6, float("nan")), (1, 5.0)):
        put(store, run, number, seconds=seconds)
    put(store, run, 9, "timeout", seconds=1000.0)
    known = ("none", "sklearn-lr")
    assert store.seconds() == {("data0", *known): 1.5, ("data1", *known): 5.0}


def test_the_last_of_a_cell_whatever_became_of_it(store):
    first = begin(store, 3)
    put(store, first, 0)
    second = begin(store, 3)
    put(store, second, 0, "error")
    put(store, second, 3)  # of the same dataset
    last = store.last_like(cell(0))
    assert (last.identity, last.result.status, last.result.reason, last.run) == (
        "number=0",
        "error",
        "error!",
        second,
    )
    assert store.last_like(replace(cell(0), scale="none")) is None
    assert store.last_like(replace(cell(0), random_state=1)) is None
    assert store.last_like(cell(1)) is None


def test_scored_rows_can_be_updated_on_the_way(tmp_path):
    with Store.open(tmp_path / "x.sqlite") as store:
        run = begin(store, 4)
        for number in range(3):
            put(store, run, number, scores=bytes([number]))
        put(store, run, 3, "error")
        seen = []
        for cell_id, row, record in store.scored_rows(run):
            store.update_metrics(cell_id, {0.5: {"mcc": record.scores[0] / 8}}, {"mcc": "m"}, ())
            seen.append((row.cell, record.scores, record.fold))
        assert seen == [(cell(number), bytes([number]), FOLD) for number in range(3)]
        assert [row.metrics[0.5]["mcc"] for row in store.results(run).rows[:3]] == [0, 1 / 8, 2 / 8]


@pytest.mark.parametrize(
    "damage",
    ["figures = zeroblob(20)", "figures = X'00'", "info = '{'", "info = CAST(X'ff' AS TEXT)", "layout = 99",
     "common = 99"],
)  # fmt: skip
def test_rows_that_make_no_sense_are_damage(store, damage):
    put(store, begin(store), 0)
    store._db.execute("PRAGMA foreign_keys = OFF")
    store._db.execute(f"UPDATE cells SET {damage}")
    for asked in (lambda: store.find([request(0)]), store.results, lambda: store.last_like(cell(0))):
        with pytest.raises(StoreError, match="store in memory"):
            asked()


def test_a_closed_store_says_so(store):
    store.close()
    with pytest.raises(StoreError, match="closed"):
        store.seconds()
