"""Which rows and columns a run trains and tests on, from the command line's words to the rows of a table."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imbbench import Card, Data, Dataset, Folder, Split, UsageError, benchfile
from imbbench.arrays import unpack
from imbbench.baseline import baseline_of
from imbbench.baseline_file import from_text, to_text
from imbbench.bench import bench
from imbbench.border_data import check_data, without_duplicates
from imbbench.check import said_of
from imbbench.desk import Desk
from imbbench.fold_files import read_fold
from imbbench.folds import parts_digest
from imbbench.keys import component_part
from imbbench.options import Options
from imbbench.options_given import options_of
from imbbench.orders import Load, Prepare
from imbbench.plan import Grid, n_folds, plan
from imbbench.plugins import load_plugins
from imbbench.result import Cell
from imbbench.settings import Settings

CARD = Card("rows", "made here", "none", "none")
CELL = Cell("mine", "holdout", 0, "none", "none", "sklearn-lr", 0)


def rows(n: int = 120, **more) -> Data:
    rng = np.random.default_rng(0)
    y = (np.arange(n) % 3 == 0).astype("int8")
    X = pd.DataFrame(
        {"a": rng.normal(size=n) + y, "Time": rng.permutation(n).astype(float), "b": rng.normal(size=n)}
    )
    return Data(X, y, **more)


def run(registry, *components, split="holdout", **options):
    known = registry.with_components([*components])
    grid = Grid(("mine",), (split,), strategy=("none",), model=("sklearn-lr",))
    return bench(known, plan(known, [grid]), Options(executor="serial", **options))


def prepared(registry, place: Path, data: Data, split, **settings):
    """(the fold as it is written, the answer)."""
    parts = [Dataset("mine", lambda: data, CARD), *([split] if isinstance(split, Split) else [])]
    desk = Desk(registry.with_components(parts), Settings(scores=True, **settings))
    where, into = Folder(str(place / "data")), Folder(str(place / "fold"))
    loaded = desk.do(Load("mine"), where)
    assert loaded.status == "ok", loaded.reason
    cell = replace(CELL, split=split.name if isinstance(split, Split) else split)
    answer = desk.do(Prepare(cell, loaded.notes), where, into)
    assert answer.status == "ok", answer.reason
    return read_fold(into), answer


# -- features


def test_the_time_is_no_feature_of_the_past_unless_asked(registry, tmp_path):
    data = rows()
    data = replace(data, time=data.X["Time"].to_numpy())
    fold, answer = prepared(registry, tmp_path, data, "temporal[test_size=0.25]")
    test = unpack(answer.value.rows.test)
    assert sorted(data.time[test]) == list(range(90, 120))
    np.testing.assert_array_equal(fold.test.X, data.X[["a", "b"]].to_numpy(np.float32)[test])
    assert any("Time is the time of the rows and no feature" in note for note in fold.notes)
    fold, _ = prepared(registry, tmp_path, data, "temporal[time_feature=true]")
    assert fold.test.X.shape[1] == 3
    fold, _ = prepared(registry, tmp_path, data, "holdout")
    assert fold.test.X.shape[1] == 3, "other splits leave it in"
    assert fold.notes == ()


def halves(data, seed):
    return [(np.arange(60), np.arange(60, 120))]


def test_a_plugins_split_says_which_columns_are_features(registry, tmp_path):
    def some(data):
        del data.X["a"]  # what it does to its frame stays its own
        return {"b", "a"}

    fold, _ = prepared(registry, tmp_path, rows(), Split("halves", halves, lambda: 1, features=some))
    np.testing.assert_array_equal(fold.train.X, rows().X[["a", "b"]].to_numpy(np.float32)[:60])


def test_features_that_there_are_not_are_the_splits_mistake(registry):
    split = Split("halves", halves, lambda: 1, features=lambda data: ["z"])
    (row,) = run(registry, Dataset("mine", rows, CARD), split, split="halves")
    assert row.status == "error"
    assert row.reason.startswith("split 'halves' of plugin 'run()': features returned 'z'; expected at least")


@pytest.mark.parametrize("field", ["features", "files"])
def test_what_is_no_function_is_told_when_the_plugin_is_loaded(local_plugin, field):
    source = f"""
from imbbench import Split, hookimpl

@hookimpl
def imbbench_splits():
    return [Split("mine", lambda data, seed: [], lambda: 1, {field}="time")]
"""
    with pytest.raises(UsageError, match=f"split 'mine' whose {field} is .*; expected a function or None"):
        load_plugins([local_plugin("mysplits", source)])


# -- what every fold must hold


def test_a_fold_without_positives_stops_the_protocol_before_any_fit(registry):
    def last(data, seed):
        return [(np.arange(60), np.arange(60, 120)), (np.arange(60), np.array([61, 62]))]

    found = run(registry, Dataset("mine", rows, CARD), Split("last", last, lambda: 2), split="last")
    assert [row.status for row in found] == ["error", "error"]
    for row in found:
        assert "fold 1: no row of class 1 in test, 40 in the data; expected both classes" in row.reason


def test_few_positives_are_one_footnote_for_all_folds(registry):
    found = run(registry, Dataset("mine", lambda: rows(60), CARD), split="kfold[n_splits=4]")
    assert [row.status for row in found] == ["ok"] * 4
    assert {row.notes for row in found} == {
        ("only 5 positives in the test part of fold 0: each is 20% of the recall there",)
    }


def test_groups_are_counted_where_they_are_kept_together_and_where_not(registry, tmp_path):
    grouped = Dataset("mine", lambda: rows(groups=np.arange(120) // 4), CARD)
    for row in run(registry, grouped, split="kfold"):
        assert "rows of a group are kept together: 30 groups" in row.notes
    listed = tmp_path / "folds.csv"
    pd.DataFrame({"row": range(120), "fold": np.arange(120) % 4 // 3}).to_csv(listed, index=False)
    for row in run(registry, grouped, split=f"predefined[path='{listed}']"):
        assert row.status == "ok", row.reason
        assert any("30 of 30 groups have rows in both parts of a fold" in note for note in row.notes)


def test_hashes_tell_of_the_training_rows_too(registry):
    def other(data, seed, *, skip: int = 0):
        return [(np.arange(skip, 60), np.arange(60, 120))]

    split = Split("other", other, lambda **_: 1)
    first, second = (
        run(registry, Dataset("mine", rows, CARD), split, split=name)[0].hashes
        for name in ("other", "other[skip=1]")
    )
    assert (first["data"], first["test"]) == (second["data"], second["test"])
    assert first["train"] == parts_digest(np.arange(60), np.arange(60, 120))[:16]
    assert second["train"] != first["train"]


@given(st.integers(1, 9), st.integers(1, 9))
def test_a_digest_of_both_parts_knows_which_rows_are_in_which(m, n):
    order = np.random.default_rng(m * n).permutation(20)
    known = parts_digest(order[:m], order[m : m + n])
    assert known == parts_digest(order[:m].astype(np.int32), order[m : m + n])
    assert known != parts_digest(order[: m + 1], order[m + 1 : m + n])
    assert known != parts_digest(order[m : m + n], order[:m])


# -- folds from a file


@pytest.fixture
def listed(tmp_path) -> Path:
    path = tmp_path / "folds.csv"
    pd.DataFrame({"row": range(120), "fold": np.arange(120) % 2}).to_csv(path, index=False)
    return path


def key_part(registry, path):
    return component_part(registry.resolve("split", f"predefined[path='{path}']"))


def test_a_key_has_the_content_of_a_splits_file_and_not_its_name(registry, listed):
    before = key_part(registry, listed)
    assert before["params"] == {}
    copy = shutil.copy(listed, listed.with_name("copy.csv"))
    assert key_part(registry, copy) == before
    listed.write_text(listed.read_text() + "\n")
    assert key_part(registry, listed) != before
    listed.unlink()
    assert key_part(registry, listed)["files"] == [None], "who reads the folds says what is wrong"
    assert "files" not in component_part(registry.resolve("split", "holdout"))


def test_other_parameters_stay_in_the_key(registry, listed):
    def split(data, seed, *, path: str = "x", test: str = "folds.csv", size: int = 1):
        return []

    known = Split("mine", split, lambda **_: 1, files=lambda *, path, **_: [Path(path)])
    bound = registry.with_components([known]).resolve("split", f"mine[path='{listed}',size=2]")
    assert component_part(bound)["params"] == {"test": "folds.csv", "size": "2"}


def test_equal_files_are_one_fit_and_the_second_is_taken_from_the_store(registry, listed, tmp_path):
    copy, store = shutil.copy(listed, listed.with_name("copy.csv")), tmp_path / "store.sqlite"
    mine = Dataset("mine", rows, CARD)
    first = run(registry, mine, split=f"predefined[path='{listed}']", store=store)
    again = run(registry, mine, split=f"predefined[path='{copy}']", store=store)
    assert [row.status for row in first] == ["ok", "ok"]
    assert [row.key for row in first] == [row.key for row in again]
    assert [row.cached for row in again] == [True, True]


def test_a_file_that_changes_while_a_run_goes_on_ends_its_folds(registry, listed):
    """As code that changes does: keys would lie."""

    def load():
        listed.write_text("row,fold\n" + "".join(f"{row},{row // 60}\n" for row in range(120)))
        return rows()

    for row in run(registry, Dataset("mine", load, CARD), split=f"predefined[path='{listed}']"):
        assert row.status == "error"
        assert "than the run was planned with: a file that it reads changed; edit no code" in row.reason


def test_a_file_that_cannot_be_used_is_told_before_anything_runs(registry, tmp_path):
    bound = registry.resolve("split", f"predefined[path='{tmp_path}/none.csv']")
    with pytest.raises(UsageError, match=r"^split 'predefined\[.*none.csv cannot be read: No such file"):
        n_folds(bound)


def test_files_that_name_rows_and_dropped_rows_contradict(registry, listed):
    with pytest.raises(UsageError, match="takes row numbers from a file, and --drop-duplicates would shift"):
        run(registry, Dataset("mine", rows, CARD), split=f"predefined[path='{listed}']", drop_duplicates=True)


# -- duplicates

VALUES = st.lists(
    st.tuples(st.sampled_from([0.0, 1.5, None]), st.sampled_from(["x", "y", None]), st.integers(0, 1)),
    min_size=2,
    max_size=30,
).filter(lambda rows: {0, 1} == {row[2] for row in rows})


@pytest.mark.filterwarnings("ignore:.* rows were duplicates of earlier ones and dropped")
@given(VALUES)
def test_rows_that_pandas_would_drop_are_dropped_with_all_that_belongs_to_them(values):
    frame = pd.DataFrame(values, columns=["y", "0", "label"])  # names that must not get into the way
    n = len(frame)
    if frame[["y", "0"]].isna().all().any():
        return
    extras = {"time": np.arange(n), "groups": np.arange(n) % 3, "amount": np.arange(n) * 1.0}
    data = check_data(Data(frame[["y", "0"]], frame["label"], **extras), "d")
    left = frame.drop_duplicates()
    found = without_duplicates(data)
    pd.testing.assert_frame_equal(found.X, data.X.iloc[left.index].reset_index(drop=True))
    assert found.y.tolist() == left["label"].tolist()
    assert found.time.tolist() == found.amount.tolist() == left.index.tolist()
    assert found.groups.tolist() == [row % 3 for row in left.index]
    assert not found.y.flags.writeable
    assert (found is data) is (len(left) == n)
    assert without_duplicates(found) is found


def doubled() -> Data:
    data = rows()
    X = pd.concat([data.X, data.X.iloc[:30]])
    return Data(X, np.concatenate([data.y, data.y[:30]]))


def test_a_run_without_duplicates_says_how_many_there_were(registry):
    mine = Dataset("mine", doubled, CARD)
    (row,), (whole,) = run(registry, mine, drop_duplicates=True), run(registry, mine)
    assert row.notes == ("30 of 150 rows were duplicates of earlier ones and dropped",)
    assert sum(row.counts["data"]) == 120
    assert sum(whole.counts["data"]) == 150
    assert row.key != whole.key
    (clean,) = run(registry, Dataset("mine", rows, CARD))
    assert repr(row.metrics) == repr(clean.metrics), "as if they had never been there"


def test_what_is_remembered_of_a_file_tells_both_apart(registry, tmp_path):
    """The second run knows the fingerprint of each without loading."""
    store = tmp_path / "store.sqlite"
    loads = []

    def load():
        loads.append(1)
        return doubled()

    mine = Dataset("mine", load, CARD, files=list)
    keys = [run(registry, mine, store=store, drop_duplicates=drop)[0].key for drop in (False, True)]
    assert len(set(keys)) == 2
    assert len(loads) == 2
    again = [run(registry, mine, store=store, drop_duplicates=drop)[0] for drop in (False, True)]
    assert [row.key for row in again] == keys
    assert all(row.cached for row in again)
    assert len(loads) == 2


def test_a_baseline_drops_what_its_run_dropped(registry):
    mine = Dataset("mine", doubled, CARD)
    for drop in (True, False):
        results = run(registry, mine, drop_duplicates=drop)
        text = to_text(baseline_of(results, registry, {}))
        assert ('"drop_duplicates": true' in text) is drop
        assert ("drop_duplicates" in text) is drop, "as in files from before"
        read = from_text(text, "here").plan
        assert read.drop_duplicates is drop
        assert Options(**said_of(registry, read)).drop_duplicates is drop


def test_a_benchmark_file_says_it_for_all_datasets(tmp_path):
    file = tmp_path / "bench.toml"
    file.write_text('drop_duplicates = true\n[[grid]]\ndataset = "moons"\n')
    _, said = benchfile.read(file)
    assert options_of(said).drop_duplicates is True
    file.write_text('drop_duplicates = "yes"\n[[grid]]\ndataset = "moons"\n')
    with pytest.raises(UsageError, match="drop_duplicates = 'yes' does not fit; expected true or false"):
        benchfile.read(file)


def test_drop_duplicates_is_yes_or_no():
    with pytest.raises(UsageError, match="drop_duplicates is 'yes'; expected True or False"):
        Options(drop_duplicates="yes")
