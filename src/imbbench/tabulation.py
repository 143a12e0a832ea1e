"""Results as tables of text: one per protocol, the best of each column marked.

What a reader sees is decided here, once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from imbbench.aggregate import (
    DASH,
    caption,
    clean,
    distinct,
    figure,
    heading,
    interval,
    remarks,
    seconds,
    status,
)
from imbbench.bootstrap import DRAWS
from imbbench.labels import protocol, shorten
from imbbench.readings import USED, Threshold, reading, threshold_text
from imbbench.table import Column, Entry, Table, numbered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from imbbench.result import Result
    from imbbench.results import Results


def tables(results: Results) -> tuple[Table, ...]:
    """One table for each protocol, in order of first appearance.

    A row is a strategy, a model and a threshold. Counts (tn, fp, fn, tp) are summed over folds and averaged
    over seeds; other metrics are means over both with their standard deviations, seconds are means.
    """
    groups = by_protocol(results)
    return tuple(_table(" · ".join(map(clean, title)), rows, results) for title, rows in groups.items())


def by_protocol(results: Iterable[Result]) -> dict[tuple[str, ...], list[Result]]:
    """Rows by what those of one table share, in words: dataset, split, preprocessing, random_state."""
    results = list(results)
    labels: dict[str, set[str]] = {}
    for result in results:
        if result.status == "ok":
            labels.setdefault(result.cell.dataset, set()).add(result.dataset)
    groups: dict[tuple[str, ...], list[Result]] = {}
    for result in results:
        groups.setdefault(_protocol(result, labels.get(result.cell.dataset, set())), []).append(result)
    return groups


def _protocol(result: Result, labels: set[str]) -> tuple[str, ...]:
    """What rows of one table share. A row that ended before its data was loaded cannot know that
    a stand-in was used; it stands with the rows that do."""
    unaware = result.status != "ok" and not result.source and len(labels) == 1
    return protocol(result.cell, next(iter(labels)) if unaware else result.dataset)


def _by_pair(results: Iterable[Result]) -> dict[tuple[str, str], list[Result]]:
    """Rows by strategy and model, in order of first appearance."""
    pairs: dict[tuple[str, str], list[Result]] = {}
    for result in results:
        pairs.setdefault((result.cell.strategy, result.cell.model), []).append(result)
    return pairs


@dataclass(frozen=True)
class Line:
    """A row of a table: a strategy and a model, read in one way.

    Parameters
    ----------
    strategy, model : as they are called in the table.
    threshold : key of the reading.
    fits : the results, of one `numerics`.
    total : how many fits there are of this strategy and model, with any numerics.
    """

    strategy: str
    model: str
    threshold: Threshold
    fits: Sequence[Result]
    total: int

    @cached_property
    def scored(self) -> list[Result]:
        """The fits that have figures, each once."""
        return distinct(fit for fit in self.fits if fit.status == "ok")

    @property
    def is_whole(self) -> bool:
        """Whether its figures are of all fits, so that they may be compared with those of other lines."""
        return len(self.fits) == self.total and all(fit.status == "ok" for fit in self.fits)


def lines(results: Iterable[Result], whole: Results) -> tuple[list[Line], tuple[str, ...]]:
    """(the lines of one protocol's table, which parameters their strategies and models share, in words)."""
    pairs = _by_pair(results)
    strategies, shared_by_strategies = shorten(strategy for strategy, _ in pairs)
    models, shared_by_models = shorten(model for _, model in pairs)
    found = [
        Line(clean(strategies[strategy]), clean(models[model]), threshold, fits, len(every))
        for (strategy, model), every in pairs.items()
        for fits in _by_numerics(every)
        for threshold in whole.thresholds
    ]
    return found, tuple(map(clean, (*shared_by_strategies, *shared_by_models)))


def entries(lines: Sequence[Line], metric: str, whole: Results) -> list[Entry]:
    """What stands in the column of a metric, the best marked."""
    shown = [
        Entry(*figure(line.scored, line.threshold, metric), interval(line.scored, line.threshold, metric))
        for line in lines
    ]
    if metric in whole.undirected:
        return shown
    fair = [line.is_whole for line in lines]
    return _with_best(shown, fair, min if metric in whole.lower_is_better else max)


def _table(title: str, results: Sequence[Result], whole: Results) -> Table:
    rows, shared = lines(results, whole)
    columns = [
        (Column("strategy", "name"), [Entry(row.strategy) for row in rows]),
        (Column("model", "name"), [Entry(row.model) for row in rows]),
        *_reading_columns(rows, whole),
        *((Column(heading(metric)), entries(rows, metric, whole)) for metric in whole.columns),
        (Column("fit seconds", "seconds"), [Entry(seconds(row.scored)) for row in rows]),
        (Column("status", "status"), [Entry(status(row.fits)) for row in rows]),
    ]
    shown = [list(row) for row in zip(*(column for _, column in columns), strict=True)]
    said = [remarks(row.fits, row.threshold, whole.columns, row.total) for row in rows]
    notes, footnotes = numbered(shown, said)
    above = (*caption(results), *_resampled(results, whole), *shared)
    headings = tuple(column for column, _ in columns)
    return Table(title, above, headings, tuple(map(tuple, shown)), notes, footnotes)


def _resampled(results: Sequence[Result], whole: Results) -> tuple[str, ...]:
    """A line on what the intervals are of, or why there are none."""
    if whole.confidence_level is None:
        return ()
    if any(result.intervals for result in results):
        level = f"{100 * whole.confidence_level:.6g}%"
        over = f"{DRAWS:,} stratified bootstrap draws of the test rows, the fit unchanged"
        return (f"in brackets: {level} intervals over {over}",)
    once = len({(result.cell.fold, result.cell.seed) for result in results}) == 1
    return () if once else ("intervals are for single holdouts; ± is the spread here",)


def _reading_columns(rows: Sequence[Line], whole: Results) -> Iterator[tuple[Column, list[Entry]]]:
    """How scores were read, and the probability at which that called rows positive where data chose it."""
    if len(whole.thresholds) > 1 or isinstance(whole.thresholds[0], str):
        kind = "text" if any(isinstance(key, str) for key in whole.thresholds) else "number"
        yield Column("threshold", kind), [Entry(threshold_text(row.threshold)) for row in rows]
    if any(reading(key).rule != "fixed" for key in whole.thresholds):
        yield Column("used"), [used(row) for row in rows]


def used(line: Line) -> Entry:
    """The probability above which rows were called positive; none is ever shown as 0 or 1."""
    text, spread = figure(line.scored, line.threshold, USED)
    return Entry({"0.0000": "<0.0001", "1.0000": ">0.9999"}.get(text, text), spread)


def _by_numerics(folds: Sequence[Result]) -> list[list[Result]]:
    """The folds that may be averaged: those fitted in groups and those fitted alone stand apart."""
    groups: dict[str, list[Result]] = {}
    for fold in folds:
        groups.setdefault(fold.numerics, []).append(fold)
    return list(groups.values())


def _with_best(
    shown: list[Entry], fair: Sequence[bool], best: Callable[[Iterable[float]], float]
) -> list[Entry]:
    """With a mark at those that show the best value, ties as they are displayed; none if none is worse.

    Rows that lack a fold (`fair` is False) were scored on other data and do not compete.
    """
    values = [
        float(entry.text) if own and entry.text != DASH else None
        for entry, own in zip(shown, fair, strict=True)
    ]
    known = {value for value in values if value is not None}
    if len(known) < 2:
        return shown
    target = best(known)
    return [replace(entry, best=value == target) for entry, value in zip(shown, values, strict=True)]
