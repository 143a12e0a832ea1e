"""The store: one SQLite file that keeps every run. Only the coordinating process has it open."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from imbbench.readings import Threshold
from imbbench.records import FoldRecord, ScoreRecord
from imbbench.result import Cell, Result
from imbbench.store_read import Reader
from imbbench.store_rows import (
    COLUMNS,
    FOLD,
    Metrics,
    columns,
    figures,
    intern,
    sound,
    to_text,
)
from imbbench.store_schema import StoreError, connect, guarded, transaction

DEFAULT = Path(".imbbench/results.sqlite")
_PUT = ("run", "finished", "request", "scoring", "test_rows", *COLUMNS)
_PUT_CELL = f"INSERT INTO cells ({', '.join(_PUT)}) VALUES ({', '.join('?' * len(_PUT))})"
_PUT_FOLD = f"INSERT INTO folds (digest, {', '.join(FOLD)}) VALUES (?{', ?' * len(FOLD)})"


class Store(Reader):
    """A store that can be written. Each change is one transaction: it is there as a whole, whatever
    happens afterwards, or it raised StoreError and nothing of it is; the next may go well again."""

    def __init__(self, db: sqlite3.Connection, path: Path | None, *, scores: bool) -> None:
        super().__init__(db, path)
        self._keep_scores = scores

    @classmethod
    def open(cls, path: Path | None, *, scores: bool = True) -> Store:
        """The store in this file, made if there is none; None for one in memory.

        Parameters
        ----------
        scores : whether `put` keeps scores; one in memory never does.

        Raises StoreError for a file that is no store or cannot be written, and leaves it as it is.
        """
        if path is not None:
            _make_folder(path)
        return cls(connect(path, create=True), path, scores=scores and path is not None)

    def begin(
        self,
        environment: Mapping[str, Any],
        thresholds: Sequence[Threshold],
        columns: Sequence[str],
        lower_is_better: Iterable[str],
        planned: int,
        undirected: Iterable[str] = (),
    ) -> int:
        """Note that a run of `planned` cells begins, with what `Results` tells of it; its number."""
        sets = sorted(lower_is_better), sorted(undirected)
        about = map(to_text, (environment, thresholds, columns, *sets))
        row = (_now(), sound(environment.get("command", "")), planned, *about)
        with guarded(self.path), transaction(self._db):
            number = self._db.execute(
                """INSERT INTO runs
                (started, command, planned, environment, thresholds, columns, lower_is_better, undirected)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
                row,
            ).lastrowid
        assert number is not None
        return number

    def finish(self, run: int) -> None:
        """Note that a run has reached its end."""
        with guarded(self.path), transaction(self._db):
            self._db.execute("UPDATE runs SET finished = ? WHERE id = ?", (_now(), run))

    def put(
        self,
        run: int,
        position: int,
        request: str | None,
        identity: str,
        result: Result,
        scoring: Mapping[str, str],
        record: ScoreRecord | None = None,
    ) -> int:
        """Keep a cell that was fitted; returns its number, for `link`.

        Parameters
        ----------
        position : of its row in the run.
        request : key under which it will be found; None if it has none.
        identity : what the key was made of.
        scoring : metric spec -> digest of the code that computed it.
        record : its scores, which a store that keeps none leaves out.
        """
        db = self._db
        with guarded(self.path), transaction(db):
            kept = record if self._keep_scores else None
            about = intern(db, "scorings", dict(scoring)), self._fold(kept.fold) if kept else None
            row = (run, _now(), request, *about, *columns(db, result))
            cell = db.execute(_PUT_CELL, row).lastrowid
            assert cell is not None
            db.execute("INSERT INTO run_cells VALUES (?, ?, ?, 0, NULL)", (run, position, cell))
            if identity:
                db.execute("INSERT INTO identities VALUES (?, ?)", (cell, sound(identity)))
            if kept:
                packed = cell, kept.scores, kept.inner, kept.surface
                db.execute("INSERT INTO scores (cell, packed, inner, surface) VALUES (?, ?, ?, ?)", packed)
        return cell

    def _fold(self, fold: FoldRecord) -> int:
        found = self._db.execute("SELECT id FROM folds WHERE digest = ?", (fold.digest,)).fetchone()
        if found is None:
            row = [fold.digest, *(getattr(fold, name) for name in FOLD)]
            found = (self._db.execute(_PUT_FOLD, row).lastrowid,)
        return int(found[0])

    def link(self, run: int, rows: Iterable[tuple[int, int, Cell | None]]) -> None:
        """Make rows of a run, (position, cell number, cell), of cells that are there already.

        The cell is given where the row's is named otherwise than the stored one.
        """
        linked = (
            (run, position, cell_id, cell and json.dumps(asdict(cell))) for position, cell_id, cell in rows
        )
        with guarded(self.path), transaction(self._db):
            self._db.executemany("INSERT INTO run_cells VALUES (?, ?, ?, 1, ?)", linked)

    def update_metrics(
        self, cell_id: int, metrics: Metrics, scoring: Mapping[str, str], notes: Sequence[str]
    ) -> None:
        """Add metrics, or thresholds, that were computed from a cell's scores to those that it has; equal
        names are replaced, and what other code computed under such a name at other thresholds goes. `notes`
        are the cell's, with those of computing."""
        with guarded(self.path), transaction(self._db):
            layout, packed, known, common = self._db.execute(
                """SELECT layout, figures, scoring, commons.text FROM cells
                JOIN commons ON commons.id = common WHERE cells.id = ?""",
                (cell_id,),
            ).fetchone()
            before = self._decoder.scorings[known]
            merged: dict[Threshold, Mapping[str, float]] = {
                threshold: {
                    name: value
                    for name, value in values.items()
                    if scoring.get(name) in (None, before.get(name))
                }
                for threshold, values in self._decoder.metrics(layout, packed).items()
            }
            for threshold, values in metrics.items():
                merged[threshold] = {**merged.get(threshold, {}), **values}
            digests = intern(self._db, "scorings", {**before, **scoring})
            shared = intern(self._db, "commons", {**json.loads(common), "notes": list(notes)})
            self._db.execute(
                "UPDATE cells SET layout = ?, figures = ?, scoring = ?, common = ? WHERE id = ?",
                (*figures(self._db, merged), digests, shared, cell_id),
            )

    def remember(self, kind: str, identity: str, value: Mapping[str, Any]) -> None:
        """Keep a fact, plain data, for `recall`; it replaces the one of this kind and identity."""
        with guarded(self.path), transaction(self._db):
            self._db.execute("REPLACE INTO facts VALUES (?, ?, ?)", (kind, identity, to_text(value)))


def _make_folder(path: Path) -> None:
    """The folder that the file goes to; a new `.imbbench` is kept out of version control."""
    folder = path.parent
    if folder.is_dir():
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if folder.name == DEFAULT.parent.name:
            (folder / ".gitignore").write_text("# Made by imbbench.\n*\n", encoding="utf-8")
    except OSError as error:
        raise StoreError(
            f"store {path}: its folder cannot be made ({error.strerror}); name another file with --store"
        ) from None


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
