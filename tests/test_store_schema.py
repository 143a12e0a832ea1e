"""Which files are taken for a store, which are not, and that those are left as they are."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from imbbench import store_schema
from imbbench.errors import ImbbenchError
from imbbench.records import ScoreRecord
from imbbench.store import DEFAULT, Store
from imbbench.store_schema import MIGRATIONS, StoreError
from tests.stores import FOLD, begin, cell, put

NOT_ROOT = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="permissions do not hold for the superuser"
)


def filled(path: Path, cells: int = 3, scores: bytes = b"scores") -> Path:
    with Store.open(path) as store:
        run = begin(store, cells)
        for number in range(cells):
            put(store, run, number, scores=scores)
    return path


@pytest.fixture
def path(tmp_path):
    return tmp_path / "results.sqlite"


def refused(path: Path, what: str) -> None:
    """Neither writing nor reading takes the file, and it stays as it is, alone in its folder."""
    before = {each: each.read_bytes() for each in path.parent.iterdir()}
    for opened in (Store.open, Store.read):
        with pytest.raises(StoreError, match=what) as raised:
            opened(path)
        assert str(path) in str(raised.value)
        assert "--store" in str(raised.value)
    assert {each: each.read_bytes() for each in path.parent.iterdir()} == before


def test_a_new_store_is_what_it_says(path):
    with Store.open(path) as store:
        found = {
            name: store._db.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "application_id", "user_version", "foreign_keys", "synchronous")
        }
    expected = {
        "journal_mode": "wal",
        "application_id": int.from_bytes(b"imbb", "big"),
        "user_version": len(MIGRATIONS),
    }
    assert found == expected | {"foreign_keys": 1, "synchronous": 1}
    assert [each.name for each in path.parent.iterdir()] == ["results.sqlite"]


def test_the_default_folder_is_kept_out_of_version_control(tmp_path):
    Store.open(tmp_path / "deep" / DEFAULT).close()
    folder = tmp_path / "deep" / ".imbbench"
    assert (folder / ".gitignore").read_text().splitlines()[-1] == "*"
    (folder / ".gitignore").unlink()
    Store.open(folder / "results.sqlite").close()
    Store.open(tmp_path / "mine" / "results.sqlite").close()
    assert not list(tmp_path.rglob(".gitignore"))


def test_odd_names_are_names(tmp_path):
    path = tmp_path / "a?mode=memory#b %20 é" / "results & more.sqlite"
    filled(path)
    with Store.read(path) as store:
        assert len(store.results()) == 3


def test_an_empty_file_is_taken(path):
    path.touch()
    filled(path)
    with Store.read(path) as store:
        assert len(store.results()) == 3


@pytest.mark.parametrize("empty", [False, True])
def test_reading_what_is_not_there_makes_nothing(path, empty):
    if empty:
        path.touch()
    with pytest.raises(
        ImbbenchError, match=r"no run is stored in .*results\.sqlite; start one with imbbench run"
    ):
        Store.read(path)
    assert path.exists() == empty
    assert not empty or path.read_bytes() == b""


@pytest.mark.parametrize("content", [b"recall,roc_auc\n0.5,0.7\n" * 100, b"short", bytes(5000)])
def test_another_kind_of_file_is_refused(path, content):
    path.write_bytes(content)
    refused(path, "is no SQLite database, so no store; move it away")


@pytest.mark.parametrize(
    "script",
    ["CREATE TABLE runs (id)", "PRAGMA user_version = 1", "PRAGMA application_id = 7; CREATE TABLE t (a)"],
)
@pytest.mark.parametrize("journal", ["delete", "wal"])
def test_a_database_of_another_program_is_refused(path, script, journal):
    other = sqlite3.connect(path)
    other.executescript(f"PRAGMA journal_mode = {journal}; {script}")
    other.close()
    refused(path, "is a database of another program; expected one of imbbench")


def test_a_store_of_a_newer_imbbench_is_refused(path):
    with Store.open(path) as store:
        store._db.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    refused(path, f"of a newer imbbench; this one knows up to {len(MIGRATIONS)}; upgrade it")


@pytest.mark.parametrize("kept", [100, 512, 5000, -4096])
def test_a_truncated_store_is_refused(path, kept):
    filled(path)
    path.write_bytes(path.read_bytes()[:kept])
    refused(path, "is damaged|is no SQLite database")


def test_a_folder_in_its_place_is_refused(tmp_path):
    (tmp_path / "sub").mkdir()
    for opened in (Store.open, Store.read):
        with pytest.raises(StoreError, match="is no file; expected one, or none yet"):
            opened(tmp_path / "sub")


@pytest.mark.parametrize("below", ["results.sqlite", "folder/results.sqlite"])
def test_a_place_below_a_file_is_refused(tmp_path, below):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(StoreError, match=r"its folder cannot be made \(.*\); name another file with --store"):
        Store.open(tmp_path / "file" / below)
    assert (tmp_path / "file").read_text() == "mine"


@NOT_ROOT
def test_a_store_that_cannot_be_written_is_refused_at_once_but_can_be_read(path):
    filled(path)
    path.chmod(0o444)
    with pytest.raises(StoreError, match="cannot be written; make the file and its folder writable"):
        Store.open(path)
    with Store.read(path) as store:
        assert len(store.results()) == 3


@NOT_ROOT
def test_a_folder_that_cannot_be_written(tmp_path, path):
    filled(path)
    tmp_path.chmod(0o555)
    try:
        for name in ("results.sqlite", "new.sqlite", "sub/new.sqlite"):
            with pytest.raises(StoreError, match=r"writable|its folder cannot be made"):
                Store.open(tmp_path / name)
        with Store.read(path) as store:  # as from an archive
            assert len(store.results()) == 3
    finally:
        tmp_path.chmod(0o755)


def test_damage_anywhere_is_an_error_or_does_no_harm(path):
    whole = filled(path, cells=30, scores=bytes(3000)).read_bytes()
    with Store.read(path) as store:
        expected = repr(store.results())
        figures = [row.metrics for row in store.results()]
    outcomes = []
    for start in range(0, len(whole), 4096):
        path.write_bytes(whole[:start] + b"\xff" * 4096 + whole[start + 4096 :])
        try:
            with Store.read(path) as store:
                results = store.results()
                scores = [record.scores for *_, record in store.scored_rows(1)]
        except StoreError as error:
            outcomes.append("refused" if "--store" in str(error) else str(error))
        else:
            assert repr(results) == expected
            assert repr([row.metrics for row in results]) == repr(figures)
            outcomes.append("the same" if scores == [bytes(3000)] * 30 else "other scores")
    assert outcomes[0] == "refused"
    assert outcomes.count("refused") > 10
    assert "the same" in outcomes  # pages that these questions do not need


def test_later_schema_versions_keep_what_is_there(path, monkeypatch):
    filled(path)
    later = (*MIGRATIONS, ("ALTER TABLE runs ADD COLUMN host TEXT", "UPDATE runs SET host = 'here'"))
    monkeypatch.setattr(store_schema, "MIGRATIONS", later)
    for opened in (Store.read, Store.open):  # whichever command comes first
        with opened(path) as store:
            assert store._db.execute("SELECT host FROM runs").fetchall() == [("here",)]
            assert store._db.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS) + 1,)
            assert [row.cell for row in store.results()] == [cell(number) for number in range(3)]


@pytest.mark.parametrize("archived", [False, True])
def test_scores_from_before_there_were_grids_have_none(path, monkeypatch, archived):
    with monkeypatch.context() as older:
        older.setattr(store_schema, "MIGRATIONS", MIGRATIONS[:3])
        with Store.open(path) as store:
            number = put(store, begin(store), 0, scores=None)
            fill = store._db.execute
            fill("INSERT INTO folds (digest, test, y, amount) VALUES (?, ?, ?, ?)",
                 (FOLD.digest, FOLD.test, FOLD.y, FOLD.amount))  # fmt: skip
            fill("UPDATE cells SET test_rows = (SELECT id FROM folds)")
            fill("INSERT INTO scores VALUES (?, ?, NULL)", (number, b"scores"))
    assert sqlite3.connect(path).execute("PRAGMA user_version").fetchone() == (3,)
    monkeypatch.setattr(store_schema, "_is_archived", lambda path: archived)
    with Store.read(path) as store:
        assert store.scores_of(number) == ScoreRecord(b"scores", FOLD)
        assert store.scores_of(number).surface is None
    if not archived:
        with Store.open(path) as store:
            newer = put(store, begin(store), 1)
            assert store.scores_of(newer).fold == store.scores_of(number).fold
            assert store._db.execute("SELECT count(*) FROM folds").fetchone() == (1,)


def test_a_schema_change_that_fails_changes_nothing(path, monkeypatch):
    filled(path)
    with monkeypatch.context() as patched:
        patched.setattr(
            store_schema, "MIGRATIONS", (*MIGRATIONS, ("CREATE TABLE extra (a)", "CREATE TABLE runs (a)"))
        )
        with pytest.raises(StoreError, match="table runs already exists"):
            Store.open(path)
    with Store.open(path) as store:
        assert store._db.execute("SELECT count(*) FROM sqlite_master WHERE name = 'extra'").fetchone() == (0,)
        assert len(store.results()) == 3


def test_an_archived_store_of_an_older_schema_is_read_and_left_as_it_is(path, monkeypatch):
    before = filled(path).read_bytes()
    monkeypatch.setattr(store_schema, "MIGRATIONS", (*MIGRATIONS, ("ALTER TABLE runs ADD COLUMN host TEXT",)))
    monkeypatch.setattr(store_schema, "_is_archived", lambda path: True)  # the superuser may write anywhere
    with Store.read(path) as store:
        assert [row.cell for row in store.results()] == [cell(number) for number in range(3)]
        assert store._db.execute("SELECT host FROM runs").fetchall() == [(None,)]
    assert path.read_bytes() == before
