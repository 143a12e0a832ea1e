"""Results as tables of text: one per protocol, the best of each column marked.

What a reader sees is decided here, once.
"""

from __future__ import annotations

from dataclasses import replace
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
    from collections.abc import Callable, Iterable, Sequence

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


def by_pair(results: Iterable[Result]) -> dict[tuple[str, str], list[Result]]:
    """Rows by strategy and model, in order of first appearance."""
    pairs: dict[tuple[str, str], list[Result]] = {}
    for result in results:
        pairs.setdefault((result.cell.strategy, result.cell.model), []).append(result)
    return pairs


def _table(title: str, results: Sequence[Result], whole: Results) -> Table:
    pairs = by_pair(results)
    strategies, shared_by_strategies = shorten(strategy for strategy, _ in pairs)
    models, shared_by_models = shorten(model for _, model in pairs)
    lines = [
        ((strategies[strategy], models[model]), threshold, folds, len(every))
        for (strategy, model), every in pairs.items()
        for folds in by_numerics(every)
        for threshold in whole.thresholds
    ]
    rows = [_row(names, threshold, folds, whole) for names, threshold, folds, _ in lines]
    fair = [len(folds) == total and all(fold.status == "ok" for fold in folds) for *_, folds, total in lines]
    readings = _reading_columns(whole)
    columns = (
        *(Column("strategy", "name"), Column("model", "name"), *readings),
        *(Column(heading(metric)) for metric in whole.columns),
        *(Column("fit seconds", "seconds"), Column("status", "status")),
    )
    for index, metric in enumerate(whole.columns, start=2 + len(readings)):
        if metric not in whole.undirected:
            _mark_best(rows, index, fair, min if metric in whole.lower_is_better else max)
    notes, footnotes = numbered(
        rows, [remarks(folds, threshold, whole.columns, total) for _, threshold, folds, total in lines]
    )
    said = (
        *caption(results),
        *_resampled(results, whole),
        *map(clean, (*shared_by_strategies, *shared_by_models)),
    )
    return Table(title, said, columns, tuple(map(tuple, rows)), notes, footnotes)


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


def _reading_columns(whole: Results) -> list[Column]:
    """How scores were read, and the probability at which that called rows positive where data chose it."""
    kind = "text" if any(isinstance(key, str) for key in whole.thresholds) else "number"
    varied = [Column("threshold", kind)] if _is_varied(whole) else []
    return [*varied, *([Column("used")] if _is_chosen(whole) else [])]


def _used(scored: Sequence[Result], threshold: Threshold) -> Entry:
    """The probability above which rows were called positive; none is ever shown as 0 or 1."""
    text, spread = figure(scored, threshold, USED)
    return Entry({"0.0000": "<0.0001", "1.0000": ">0.9999"}.get(text, text), spread)


def _is_varied(whole: Results) -> bool:
    return len(whole.thresholds) > 1 or isinstance(whole.thresholds[0], str)


def _is_chosen(whole: Results) -> bool:
    return any(reading(key).rule != "fixed" for key in whole.thresholds)


def by_numerics(folds: Sequence[Result]) -> list[list[Result]]:
    """The folds that may be averaged: those fitted in groups and those fitted alone stand apart."""
    groups: dict[str, list[Result]] = {}
    for fold in folds:
        groups.setdefault(fold.numerics, []).append(fold)
    return list(groups.values())


def _row(
    names: tuple[str, str], threshold: Threshold, folds: Sequence[Result], whole: Results
) -> list[Entry]:
    scored = distinct(fold for fold in folds if fold.status == "ok")
    return [
        *(Entry(clean(name)) for name in names),
        *([Entry(threshold_text(threshold))] if _is_varied(whole) else []),
        *([_used(scored, threshold)] if _is_chosen(whole) else []),
        *(
            Entry(*figure(scored, threshold, metric), interval(scored, threshold, metric))
            for metric in whole.columns
        ),
        *(Entry(seconds(scored)), Entry(status(folds))),
    ]


def _mark_best(
    rows: list[list[Entry]], index: int, fair: Sequence[bool], best: Callable[[Iterable[float]], float]
) -> None:
    """Mark the rows that show the best value, ties as they are displayed; none if none is worse.

    Rows that lack a fold (`fair` is False) were scored on other data and do not compete.
    """
    shown = {
        number: float(row[index].text)
        for number, row in enumerate(rows)
        if fair[number] and row[index].text != DASH
    }
    if len(set(shown.values())) > 1:
        target = best(shown.values())
        for number, value in shown.items():
            rows[number][index] = replace(rows[number][index], best=value == target)
