"""What the store tells: earlier runs, cells that need no fit, facts that need not be found out again."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from imbbench.memory import no_collection
from imbbench.records import FoldRecord, ScoreRecord
from imbbench.result import Cell, Result
from imbbench.results import Results
from imbbench.store_rows import COLUMNS, FOLD, Decoder, Stored
from imbbench.store_runs import (
    RunInfo,
    rows_of,
    run_number,
    selected,
    stored_results,
    stored_runs,
)  # fmt: skip
from imbbench.store_schema import connect, guarded, no_run_in, store_error

_COLUMNS = selected(COLUMNS)
_HAS_INNER = "EXISTS (SELECT 1 FROM scores WHERE cell = cells.id AND inner IS NOT NULL)"
#: How many values one statement may safely name, whichever SQLite it is.
_AT_ONCE = 900


@dataclass(frozen=True)
class Earlier:
    """What became of a cell once: its result, the identity it had, when and in which run it ended."""

    identity: str
    result: Result
    finished: datetime
    run: int


class Reader:
    """A store that is only read. Every method raises StoreError where the file cannot be."""

    def __init__(self, db: sqlite3.Connection, path: Path | None) -> None:
        self.path = path
        self._db = db
        self._decoder = Decoder(db)

    @classmethod
    def read(cls, path: Path) -> Reader:
        """The store in this file. ImbbenchError if no run is stored there."""
        if not path.exists():
            raise no_run_in(path)
        return Reader(connect(path, create=False), path)

    def close(self) -> None:
        """Close the file; nothing else can be done afterwards."""
        with guarded(self.path):
            self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def find(self, requests: Sequence[str]) -> dict[str, Stored]:
        """The latest ok cell for each of the keys, where there is one."""
        found: dict[str, Stored] = {}
        with self._decoding(), no_collection():
            for start in range(0, len(requests), _AT_ONCE):
                found.update(self._found(requests[start : start + _AT_ONCE]))
        return found

    def _found(self, requests: Sequence[str]) -> Iterator[tuple[str, Stored]]:
        rows = self._db.execute(
            f"""SELECT request, id, scoring, test_rows IS NOT NULL, {_HAS_INNER}, {_COLUMNS} FROM cells
            WHERE status = 'ok' AND request IN ({", ".join("?" * len(requests))}) ORDER BY id""",
            requests,
        )
        for request, cell_id, scoring, has_scores, has_inner, *row in rows:
            result = self._decoder.result(row, cached=True)
            has = bool(has_scores), bool(has_inner)
            yield request, Stored(cell_id, result, self._decoder.scorings[scoring], *has)

    def scores_of(self, cell_id: int) -> ScoreRecord | None:
        """A cell's scores, if they are stored."""
        with self._decoding():
            row = self._db.execute(
                f"""SELECT packed, inner, surface, {", ".join(FOLD)} FROM scores
                JOIN cells ON cells.id = cell JOIN folds ON folds.id = test_rows WHERE cell = ?""",
                (cell_id,),
            ).fetchone()
            return row and ScoreRecord(row[0], FoldRecord(*row[3:]), *row[1:3])

    def recall(self, kind: str, identity: str) -> dict[str, Any] | None:
        """The fact that was last remembered under this kind and identity."""
        with self._decoding():
            row = self._db.execute(
                "SELECT value FROM facts WHERE kind = ? AND identity = ?", (kind, identity)
            ).fetchone()
            return row and dict(json.loads(row[0]))

    def seconds(self) -> dict[tuple[str, str, str], float]:
        """Mean seconds of a fit by (dataset, strategy, model), over all that went well."""
        with self._decoding():
            rows = self._db.execute(
                """SELECT dataset, strategy, model, avg(seconds) FROM cells
                WHERE status = 'ok' AND seconds IS NOT NULL GROUP BY dataset, strategy, model"""
            )
            return {(dataset, strategy, model): mean for dataset, strategy, model, mean in rows}

    def last_like(self, cell: Cell) -> Earlier | None:
        """What became of a cell the last time it was fitted, whatever its key was."""
        with self._decoding():
            rows = self._db.execute(
                f"""SELECT text, finished, run, {_COLUMNS} FROM cells
                LEFT JOIN identities ON identities.cell = cells.id
                WHERE (dataset, strategy, model, fold) = (?, ?, ?, ?) ORDER BY cells.id DESC""",
                (cell.dataset, cell.strategy, cell.model, cell.fold),
            )
            for identity, finished, run, *row in rows:
                result = self._decoder.result(row, cached=False)
                if result.cell == cell:
                    return Earlier(identity or "", result, datetime.fromisoformat(finished), run)
        return None

    def runs(self) -> list[RunInfo]:
        """All runs, the oldest first."""
        with self._decoding():
            return stored_runs(self._db)

    def about(self, run: int | None = None) -> RunInfo:
        """One run (None for the latest). ImbbenchError names the runs there are if there is no such one."""
        with self._decoding():
            number = run_number(self._db, self.path, run)
            return next(known for known in stored_runs(self._db) if known.number == number)

    def results(self, run: int | None = None) -> Results:
        """The rows of a run (None for the latest) that are done, in the order of its plan.

        ImbbenchError names the runs there are if there is no such one.
        """
        with self._decoding(), no_collection():
            number = run_number(self._db, self.path, run)
            results = stored_results(self._db, self._decoder, number)
        return replace(results, store=self.path and self.path.absolute(), runs=(number,))

    def scored_rows(
        self, run: int, wanted: Callable[[Result], bool] = lambda _: True
    ) -> Iterator[tuple[int, Result, ScoreRecord]]:
        """(cell number, result, scores) of each row of a run that has scores, of those that are wanted.

        One cell's scores are held at a time; cells may be updated in between.
        """
        with self._decoding():
            rows = list(rows_of(self._db, self._decoder, run_number(self._db, self.path, run)))
        for cell_id, result in rows:
            stored = self.scores_of(cell_id) if wanted(result) else None
            if stored:
                yield cell_id, result, stored

    @contextlib.contextmanager
    def _decoding(self) -> Iterator[None]:
        """What SQLite refuses to read, and what makes no sense when it is read, as StoreError."""
        try:
            with guarded(self.path):
                yield
        except (ValueError, TypeError, KeyError, struct.error) as error:
            raise store_error(self.path, error) from error
