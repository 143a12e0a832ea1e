"""Results as tables of text: one per protocol, the best of each column marked, footnotes numbered.

What a reader sees is decided here, once; the reports only lay tables out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from imbbench.aggregate import (
    DASH,
    NO_ROOM,
    SPREAD,
    caption,
    clean,
    figure,
    heading,
    remarks,
    seconds,
    status,
)
from imbbench.labels import protocol, shorten

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from imbbench.results import Result, Results


@dataclass(frozen=True)
class Column:
    """A column of a table; its `kind` is name (folded where there is no room), text, number, seconds or
    status."""

    heading: str
    kind: str = "number"


@dataclass(frozen=True)
class Entry:
    """What stands in one column of one row.

    Parameters
    ----------
    text : a name or a figure; a dash where there is none.
    spread : standard deviation over folds, as text; empty where there is none.
    best : no comparable figure of the column is better, and some are worse.
    marks : numbers of the footnotes that are about this row.
    """

    text: str
    spread: str = ""
    best: bool = False
    marks: tuple[int, ...] = ()

    def __str__(self) -> str:
        spread = f" ± {self.spread}" if self.spread else ""
        marks = "".join(f"[{number}]" for number in self.marks)
        return f"{self.text}{spread}{' ' if marks else ''}{marks}"


@dataclass(frozen=True)
class Table:
    """The rows of one protocol: one dataset, split, preprocessing and random_state.

    Parameters
    ----------
    title : the dataset as it must be shown, and the protocol.
    caption : lines on class counts, on folds, and on parameters that a component's rows share.
    columns, rows : strategy, model, the threshold if there are several, metrics, seconds, status.
    notes : what holds for every row.
    footnotes : what holds for the rows that carry its number; the first is number 1.
    """

    title: str
    caption: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: tuple[tuple[Entry, ...], ...]
    notes: tuple[str, ...]
    footnotes: tuple[str, ...]

    def without(self, kinds: Collection[str]) -> Table:
        """The table less columns of these kinds; "spread" takes the standard deviations off.

        Without its status column, the model carries the marks of the row's footnotes.
        """
        marked = self.columns[-1].kind in kinds
        kept = [index for index, column in enumerate(self.columns) if column.kind not in kinds]
        rows = []
        for row in self.rows:
            entries = [replace(entry, spread="") if "spread" in kinds else entry for entry in row]
            if marked:
                entries[1] = replace(entries[1], marks=row[-1].marks)
            rows.append(tuple(entries[index] for index in kept))
        lines = tuple(line.replace(SPREAD, NO_ROOM) if "spread" in kinds else line for line in self.caption)
        columns = tuple(self.columns[index] for index in kept)
        return replace(self, caption=lines, columns=columns, rows=tuple(rows))


def tables(results: Results) -> tuple[Table, ...]:
    """One table for each protocol, in order of first appearance.

    A row is a strategy, a model and a threshold. Over folds, counts (tn, fp, fn, tp) are summed;
    other metrics are means with their standard deviations, seconds are means.
    """
    labels: dict[str, set[str]] = {}
    for result in results:
        if result.status == "ok":
            labels.setdefault(result.cell.dataset, set()).add(result.dataset)
    groups: dict[tuple[str, ...], list[Result]] = {}
    for result in results:
        groups.setdefault(_protocol(result, labels.get(result.cell.dataset, set())), []).append(result)
    return tuple(_table(" · ".join(map(clean, title)), rows, results) for title, rows in groups.items())


def _protocol(result: Result, labels: set[str]) -> tuple[str, ...]:
    """What rows of one table share. A row that ended before its data was loaded cannot know that
    a stand-in was used; it stands with the rows that do."""
    unaware = result.status != "ok" and not result.source and len(labels) == 1
    return protocol(result.cell, next(iter(labels)) if unaware else result.dataset)


def _table(title: str, results: Sequence[Result], whole: Results) -> Table:
    pairs: dict[tuple[str, str], list[Result]] = {}
    for result in results:
        pairs.setdefault((result.cell.strategy, result.cell.model), []).append(result)
    strategies, shared_by_strategies = shorten(strategy for strategy, _ in pairs)
    models, shared_by_models = shorten(model for _, model in pairs)
    lines = [
        ((strategies[strategy], models[model]), threshold, folds, len(every))
        for (strategy, model), every in pairs.items()
        for folds in _by_numerics(every)
        for threshold in whole.thresholds
    ]
    rows = [_row(names, threshold, folds, whole) for names, threshold, folds, _ in lines]
    fair = [len(folds) == total and all(fold.status == "ok" for fold in folds) for *_, folds, total in lines]
    thresholds = (Column("threshold"),) if len(whole.thresholds) > 1 else ()
    columns = (
        *(Column("strategy", "name"), Column("model", "name"), *thresholds),
        *(Column(heading(metric)) for metric in whole.columns),
        *(Column("fit seconds", "seconds"), Column("status", "status")),
    )
    for index, metric in enumerate(whole.columns, start=2 + len(thresholds)):
        _mark_best(rows, index, fair, min if metric in whole.lower_is_better else max)
    notes, footnotes = numbered(
        rows, [remarks(folds, threshold, whole.columns, total) for _, threshold, folds, total in lines]
    )
    said = (*caption(results), *map(clean, (*shared_by_strategies, *shared_by_models)))
    return Table(title, said, columns, tuple(map(tuple, rows)), notes, footnotes)


def _by_numerics(folds: Sequence[Result]) -> list[list[Result]]:
    """The folds that may be averaged: those fitted in groups and those fitted alone stand apart."""
    groups: dict[str, list[Result]] = {}
    for fold in folds:
        groups.setdefault(fold.numerics, []).append(fold)
    return list(groups.values())


def _row(names: tuple[str, str], threshold: float, folds: Sequence[Result], whole: Results) -> list[Entry]:
    scored = [fold for fold in folds if fold.status == "ok"]
    return [
        *(Entry(clean(name)) for name in names),
        *([Entry(f"{threshold:g}")] if len(whole.thresholds) > 1 else []),
        *(Entry(*figure(scored, threshold, metric)) for metric in whole.columns),
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


def numbered(rows: list[list[Entry]], said: Sequence[list[str]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Remarks made on every row become notes; the others are numbered and marked at their rows."""
    every = list(dict.fromkeys(remark for own in said for remark in own))
    notes = [remark for remark in every if all(remark in own for own in said)]
    footnotes = [remark for remark in every if remark not in notes]
    for row, own in zip(rows, said, strict=True):
        marks = sorted(footnotes.index(remark) + 1 for remark in own if remark in footnotes)
        row[-1] = replace(row[-1], marks=tuple(marks))
    return tuple(notes), tuple(footnotes)
