"""The runs that are in a store, and their rows."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from imbbench.errors import ImbbenchError
from imbbench.result import Cell, Result
from imbbench.results import Results
from imbbench.store_rows import COLUMNS, Decoder
from imbbench.store_schema import no_run_in

_NAMED = 10  # how many runs a message names


@dataclass(frozen=True)
class RunInfo:
    """A run that is stored.

    Parameters
    ----------
    number : what it is called by.
    started, finished : in UTC; `finished` is None where it did not reach its end.
    command : that started it.
    planned : cells of its plan.
    counts : status -> cells that ended so far with it.
    cached : how many of them were taken from earlier runs.
    """

    number: int
    started: datetime
    finished: datetime | None
    command: str
    planned: int
    counts: Mapping[str, int]
    cached: int

    @property
    def done(self) -> int:
        """Cells that have a row."""
        return sum(self.counts.values())


def stored_runs(db: sqlite3.Connection) -> list[RunInfo]:
    """All runs, the oldest first."""
    counts: dict[int, dict[str, int]] = {}
    cached: dict[int, int] = {}
    for run, status, cells, from_store in db.execute(
        """SELECT run_cells.run, status, count(*), sum(cached) FROM run_cells
        JOIN cells ON cells.id = cell GROUP BY run_cells.run, status ORDER BY status"""
    ):
        counts.setdefault(run, {})[status] = cells
        cached[run] = cached.get(run, 0) + from_store
    rows = db.execute("SELECT id, started, finished, command, planned FROM runs ORDER BY id")
    return [
        RunInfo(
            number,
            datetime.fromisoformat(started),
            datetime.fromisoformat(finished) if finished else None,
            command,
            planned,
            counts.get(number, {}),
            cached.get(number, 0),
        )
        for number, started, finished, command, planned in rows
    ]


def run_number(db: sqlite3.Connection, path: Path | None, run: int | None) -> int:
    """The number of a run that is there; the latest for None. ImbbenchError names those there are."""
    known = [number for (number,) in db.execute("SELECT id FROM runs ORDER BY id")]
    if not known:
        raise no_run_in(path)
    if run is None:
        return int(known[-1])
    if run not in known:
        there = ", ".join(map(str, known[-_NAMED:])) + (", and older ones" if len(known) > _NAMED else "")
        raise ImbbenchError(f"no run {run} is stored in {path}; there is {there}; see imbbench runs")
    return run


def stored_results(db: sqlite3.Connection, decoder: Decoder, run: int) -> Results:
    """The rows of a run that are done, in the order of its plan."""
    about = "SELECT environment, thresholds, columns, lower_is_better, undirected FROM runs WHERE id = ?"
    environment, thresholds, columns, lower, undirected = map(
        json.loads, db.execute(about, (run,)).fetchone()
    )
    rows = tuple(result for _, result in rows_of(db, decoder, run))
    return Results(
        rows, environment, tuple(thresholds), tuple(columns), frozenset(lower), frozenset(undirected)
    )


def rows_of(db: sqlite3.Connection, decoder: Decoder, run: int) -> Iterator[tuple[int, Result]]:
    """(cell number, result) of each row of a run, in the order of its plan."""
    query = f"""SELECT cell, cached, own, {selected(COLUMNS)} FROM run_cells
        JOIN cells ON cells.id = cell WHERE run_cells.run = ? ORDER BY position"""
    for cell_id, cached, own, *row in db.execute(query, (run,)):
        result = decoder.result(row, cached=bool(cached))
        yield cell_id, replace(result, cell=Cell(**json.loads(own))) if own else result


def selected(columns: Sequence[str]) -> str:
    """Columns of `cells`, for a SELECT that also reads other tables."""
    return ", ".join(f"cells.{name}" for name in columns)
