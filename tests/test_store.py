"""What is put into a store is there afterwards, whatever happens to the process or the disk."""

from __future__ import annotations

import itertools
import signal
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imbbench import store_schema
from imbbench.records import FoldRecord, ScoreRecord
from imbbench.result import STATUSES, Cell, Result
from imbbench.store import Store
from imbbench.store_schema import StoreError
from tests.stores import FOLD, SCORING, begin, cell, put, request, result

ROOT = Path(__file__).resolve().parents[1]
TEXT = st.text(max_size=6)
FIGURE = st.floats(allow_nan=True, allow_infinity=True)
SECONDS = st.floats(0) | st.just(float("nan"))
NAMES = st.lists(TEXT, max_size=3, unique=True)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXT, inner, max_size=2),
    max_leaves=4,
)
CELLS = st.builds(Cell, TEXT, TEXT, st.integers(0, 9), TEXT, TEXT, TEXT, st.integers())
RESULTS = st.builds(
    Result, CELLS, st.sampled_from(STATUSES), TEXT, TEXT,
    st.dictionaries(st.floats(0.01, 0.99), st.dictionaries(TEXT, FIGURE, max_size=3), max_size=3),
    st.dictionaries(TEXT, st.tuples(st.integers(), st.integers()), max_size=2), TEXT, st.integers(1, 64),
    SECONDS, st.lists(TEXT, max_size=2).map(tuple), st.dictionaries(TEXT, PLAIN, max_size=2),
    st.none() | TEXT, st.just(False), st.sampled_from(["single", "grouped"]),
)  # fmt: skip


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path / "results.sqlite") as opened:
        yield opened


def count(store, table):
    (found,) = store._db.execute(f"SELECT count(*) FROM {table}").fetchone()
    return found


@given(st.lists(RESULTS, max_size=3))
def test_every_field_comes_back_to_the_last_bit(results):
    with Store.open(None) as store:
        run = begin(store, len(results))
        for position, row in enumerate(results):
            store.put(run, position, None, "", row, {})
        assert list(map(repr, store.results(run))) == list(map(repr, results))  # in which NaN equals NaN


def test_what_results_tell_of_a_run_comes_back(store):
    run = store.begin({"command": "imbbench x", "cores": 2}, (0.3, 0.5), ("recall",), {"fp", "fn"}, 7)
    results = store.results(run)
    assert (results.environment, results.thresholds) == ({"command": "imbbench x", "cores": 2}, (0.3, 0.5))
    assert (results.columns, results.lower_is_better) == (("recall",), frozenset({"fp", "fn"}))
    assert (results.undirected, results.rows) == (frozenset(), ())
    other = store.begin({}, (0.5,), (), {"fp"}, 1, {"slope", "cut"})
    assert store.results(other).undirected == {"slope", "cut"}
    assert store.results(run).undirected == frozenset()


def test_text_that_utf8_cannot_hold_is_kept_readable(store):
    run = store.begin({"command": "imbbench \udcff"}, (0.5,), (), (), 1)
    store.put(run, 0, None, "\udcff", result(0, "error", source="caf\udce9.csv"), {})
    assert store.results(run)[0].source == "caf\udce9.csv"
    assert store.about(run).command == "imbbench \\udcff"


def test_scores_come_back_with_the_test_rows_they_are_of(store):
    run = begin(store)
    number = put(store, run, 1, scores=b"some scores")
    assert store.find([request(1)])[request(1)].has_scores
    assert store.scores_of(number) == ScoreRecord(b"some scores", FOLD)


def test_test_rows_are_stored_once(store):
    run = begin(store, 6)
    folds = [FoldRecord(b"a", b"b", amount) for amount in (None, b"", b"c", None)]
    folds += [FoldRecord(b"ab", b""), FoldRecord(b"", b"ab")]
    numbers = [
        store.put(run, position, None, "", result(position), SCORING, ScoreRecord(b"scores", fold))
        for position, fold in enumerate(folds)
    ]
    assert [store.scores_of(number).fold for number in numbers] == folds
    assert count(store, "folds") == 5
    assert count(store, "scorings") == 1


def test_scores_of_the_training_part_are_stored_beside(store):
    record = ScoreRecord(b"scores", FoldRecord(b"a", b"b", None, b"labels"), b"inner")
    run = begin(store, 2)
    number = store.put(run, 0, request(0), "", result(0, shift=-1.5), SCORING, record)
    put(store, run, 1)
    assert store.scores_of(number) == record
    found = store.find([request(0), request(1)])
    assert [found[request(number)].has_inner for number in (0, 1)] == [True, False]
    assert [row.shift for row in store.results(run)] == [-1.5, None]


def test_scores_of_a_grid_are_stored_and_its_plane_once(store):
    run = begin(store, 3)
    fold = FoldRecord(b"a", b"b", None, None, '{"axes": ["x", "y"]}', b"points")
    records = [ScoreRecord(b"scores", fold, None, b"surface"), ScoreRecord(b"others", fold)]
    numbers = [
        store.put(run, position, request(position), "", result(position), SCORING, record)
        for position, record in enumerate(records)
    ]
    assert [store.scores_of(number) for number in numbers] == records
    assert store.scores_of(put(store, run, 2)) == ScoreRecord(b"scores", FOLD)
    assert count(store, "folds") == 2


@pytest.mark.parametrize("where", ["file", "memory"])
def test_scores_are_left_out_where_they_are_not_wanted(tmp_path, where):
    with Store.open(tmp_path / "x.sqlite" if where == "file" else None, scores=where == "memory") as store:
        number = put(store, begin(store), 1)
        assert not store.find([request(1)])[request(1)].has_scores
        assert store.scores_of(number) is None
        assert (count(store, "scores"), count(store, "folds")) == (0, 0)


def test_linked_rows_are_cached_and_may_have_a_name_of_their_own(store):
    first = begin(store, 2)
    numbers = [put(store, first, number) for number in (0, 1)]
    second = begin(store, 3)
    renamed = replace(cell(1), dataset="data1[noise=0.1]", random_state=2**80)
    store.link(second, [(2, numbers[1], renamed), (0, numbers[0], None)])
    put(store, second, 1, "crashed")
    rows = store.results(second).rows
    assert [row.cell for row in rows] == [cell(0), cell(1), renamed]
    assert [(row.status, row.cached) for row in rows] == [("ok", True), ("crashed", False), ("ok", True)]
    assert rows[2].metrics[0.5]["recall"] == 1 / 7
    assert [row.cached for row in store.results(first)] == [False, False]


def test_new_metrics_and_thresholds_join_those_that_are_there(store):
    run = begin(store)
    number = put(store, run, 0)
    store.update_metrics(
        number, {0.5: {"recall": 0.9, "mcc": 0.25}, 0.3: {"mcc": -1.0}}, {"mcc": "of mcc"}, ["new"]
    )
    row = store.results(run)[0]
    assert repr(row.metrics) == "{0.5: {'recall': 0.9, 'roc_auc': nan, 'mcc': 0.25}, 0.3: {'mcc': -1.0}}"
    assert store.find([request(0)])[request(0)].scoring == {**SCORING, "mcc": "of mcc"}
    assert repr(replace(row, metrics={})) == repr(replace(result(0), metrics={}, notes=("new",)))


def test_facts_are_remembered_until_there_are_newer_ones(store):
    store.remember("data", "moons", {"fingerprint": "abc", "counts": [9, 1]})
    store.remember("device", "moons", {"device": "cpu"})
    assert store.recall("data", "moons") == {"fingerprint": "abc", "counts": [9, 1]}
    store.remember("data", "moons", {"fingerprint": "def"})
    assert store.recall("data", "moons") == {"fingerprint": "def"}
    assert store.recall("data", "circles") is None


def test_a_row_of_a_run_that_is_not_there_is_refused(store):
    with pytest.raises(StoreError, match="FOREIGN KEY"):
        put(store, 99, 0)
    assert count(store, "cells") == 0


def test_a_full_database_loses_nothing_and_can_go_on(store):
    run = begin(store, 100)
    put(store, run, 0)
    (pages,) = store._db.execute("PRAGMA page_count").fetchone()
    store._db.execute(f"PRAGMA max_page_count = {pages + 3}")
    with pytest.raises(StoreError, match=r"results\.sqlite cannot grow: the disk or the database is full"):
        put(store, run, 1, scores=bytes(100_000))  # the cell itself had room
    assert [row.cell for row in store.results(run)] == [cell(0)]
    assert store.find([request(1)]) == {}
    store._db.execute(f"PRAGMA max_page_count = {pages + 100}")
    put(store, run, 1, scores=bytes(100_000))
    assert [row.cell for row in store.results(run)] == [cell(0), cell(1)]


FILL = """
import resource, signal, sys
from pathlib import Path
from imbbench.store import Store
from imbbench.store_schema import StoreError
from tests.stores import begin, put
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
with Store.open(Path(sys.argv[1])) as store:
    run = begin(store, 1000)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, resource.RLIM_INFINITY))
    try:
        for number in range(1000):
            put(store, run, number, scores=bytes(5000))
    except StoreError as error:
        print(number, error)
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    put(store, run, number)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs setrlimit")
def test_a_disk_that_takes_no_more_loses_nothing(tmp_path):
    path = tmp_path / "results.sqlite"
    said = run_python("-c", FILL, str(path)).stdout
    number, _, message = said.partition(" ")
    assert message.startswith(f"store {path} cannot be read or written; is its disk full, or gone?")
    with Store.read(path) as store:
        assert [row.cell for row in store.results()] == [cell(number) for number in range(int(number) + 1)]


def run_python(*arguments):
    return subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=True)


def writer(path, first, last):
    command = [sys.executable, "-m", "tests.stores", str(path), str(first), str(last)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
def test_what_was_committed_survives_sigkill(tmp_path):
    path = tmp_path / "results.sqlite"
    with writer(path, 0, 1_000_000) as process:
        said = [int(line) for line in itertools.islice(process.stdout, 100)]
        process.send_signal(signal.SIGKILL)
        said += [int(line) for line in process.stdout if line.endswith("\n")]
    with Store.open(path) as store:
        there = [row.cell for row in store.results()]
        assert there[: len(said)] == [cell(number) for number in said]
        assert len(there) - len(said) in (0, 1)  # one may be committed and not said yet
        about = store.about()
        assert (about.finished, about.done) == (None, len(there))
        assert store._db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        put(store, begin(store), len(there))


def test_two_processes_write_to_one_new_store(tmp_path):
    path = tmp_path / "new" / "results.sqlite"
    path.parent.mkdir()
    with writer(path, 0, 200) as one, writer(path, 200, 400) as other:
        assert len(one.stdout.readlines()) == len(other.stdout.readlines()) == 200
    assert one.returncode == other.returncode == 0
    with Store.read(path) as store:
        assert [run.done for run in store.runs()] == [200, 200]
        assert len(store.find([request(number) for number in range(400)])) == 400
        (fold,) = {
            store.scores_of(stored.cell_id).fold for stored in store.find([request(0), request(399)]).values()
        }
        assert fold == FOLD


def test_another_process_that_holds_the_store_is_waited_for_and_named(store, monkeypatch):
    monkeypatch.setattr(store_schema, "WAIT_SECONDS", 0.1)
    run = begin(store)
    other = sqlite3.connect(store.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with Store.read(store.path) as reader:
        assert reader.results().rows == ()  # reading goes on
    with pytest.raises(StoreError, match=r"is locked by another process for 0\.1 s; wait until it is done"):
        Store.open(store.path)
    other.close()
    with Store.open(store.path) as again:
        put(again, run, 0)
    assert store.about(run).done == 1


def test_a_run_is_finished_when_it_is_said_so(store):
    run = begin(store)
    assert store.about(run).finished is None
    store.finish(run)
    about = store.about(run)
    assert about.finished >= about.started
    assert about.started.utcoffset().total_seconds() == 0


def test_nothing_is_pickled():
    sources = [path.read_text() for path in (ROOT / "src" / "imbbench").glob("store*.py")]
    assert len(sources) >= 4
    assert not any("pickle" in source for source in sources)


def test_neither_numpy_nor_anything_else_that_is_large_is_imported():
    code = "import imbbench.store, sys; print(*{name.partition('.')[0] for name in sys.modules})"
    assert not {"numpy", "pandas", "sklearn", "torch", "rich", "click"} & set(
        run_python("-c", code).stdout.split()
    )
