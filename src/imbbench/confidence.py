"""Results with confidence intervals, computed from their stored scores."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import chain

from imbbench.aggregate import distinct
from imbbench.bootstrap import Interval, bootstrap_seed, intervals
from imbbench.orders import rescoring
from imbbench.outcome import recorded
from imbbench.readings import Threshold
from imbbench.records import ScoreRecord
from imbbench.registry import Bound, Registry
from imbbench.result import Cell, Result
from imbbench.results import Results
from imbbench.scoring import unpacked
from imbbench.store_read import Reader
from imbbench.threads import Threads

NO_SCORES = "no intervals: no scores are stored of this cell (--no-scores)"


def with_intervals(
    registry: Registry,
    store: Reader,
    run: int,
    results: Results,
    level: float,
    done: Callable[[Cell], object] = lambda _: None,
) -> Results:
    """The rows of a stored run with the intervals of their shown columns.

    Rows that were fitted on several folds, or with several seeds, have none: they show a spread. One without
    scores says so.

    Parameters
    ----------
    level : such as 0.95.
    done : is told each cell when it has its intervals.
    """
    metrics = [registry.resolve("metric", spec) for spec in results.columns]
    alone = {row.cell: row for row in single(results)}
    found: dict[Cell, Result] = {}
    with Threads(1).limited():
        for _, stored, record in store.scored_rows(run):
            if row := alone.get(stored.cell):
                notes: list[str] = []
                with recorded(notes):
                    given = _intervals(row, record, metrics, results.thresholds, level)
                said = tuple(dict.fromkeys((*row.notes, *notes)))
                found[row.cell] = replace(row, intervals=given, notes=said)
                done(row.cell)
    for cell in alone.keys() - found.keys():
        found[cell] = replace(alone[cell], notes=(*alone[cell].notes, NO_SCORES))
    rows = tuple(found.get(row.cell, row) for row in results)
    return replace(results, rows=rows, confidence_level=level)


def single(results: Results) -> list[Result]:
    """The ok rows whose strategy and model was fitted once: on one fold, with one seed that matters."""
    fits: dict[Cell, list[Result]] = {}
    for row in results:
        fits.setdefault(replace(row.cell, fold=0, seed=0), []).append(row)
    once = (rows for rows in fits.values() if len(distinct(rows)) == 1)
    return [row for row in chain.from_iterable(once) if row.status == "ok"]


def _intervals(
    row: Result,
    record: ScoreRecord,
    metrics: list[Bound],
    thresholds: tuple[Threshold, ...],
    level: float,
) -> Mapping[Threshold, Mapping[str, Interval]]:
    order = rescoring(row, record)
    scored = unpacked(order.record, order.prevalence, order.shift)
    read = {key: scored.read(key) for key in thresholds}
    there = {key: seen for key, seen in read.items() if seen is not None and not math.isnan(seen.threshold)}
    return intervals(there, metrics, bootstrap_seed(row.cell), level) if there else {}
