"""Rows of a run as sides of comparisons: what two strategies made of the same folds."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from imbbench.judge import NOT_COMPUTED
from imbbench.readings import Threshold
from imbbench.results import Result, Results
from imbbench.rules import noise
from imbbench.tabulation import by_protocol

Protocol = tuple[str, ...]
#: A strategy and a model.
Names = tuple[str, str]


@dataclass(frozen=True)
class Side:
    """What a strategy made with a model of one data set.

    Parameters
    ----------
    rows : fold -> its rows that ended ok, one for each seed.
    failures : why others have no figures.
    """

    rows: Mapping[int, Sequence[Result]]
    failures: tuple[str, ...] = ()

    def value(self, fold: int, metric: str, threshold: Threshold) -> float:
        """The mean over seeds; NaN where it is undefined for one of them."""
        values = [float(row.metrics.get(threshold, {}).get(metric, math.nan)) for row in self.rows[fold]]
        return statistics.fmean(values) if all(map(math.isfinite, values)) else math.nan

    def has(self, metric: str, threshold: Threshold) -> bool:
        """Whether the metric was computed at all."""
        return all(metric in row.metrics.get(threshold, ()) for rows in self.rows.values() for row in rows)

    @property
    def test_share(self) -> float:
        """n_test / n_train, the mean over folds."""
        counts = [rows[0].counts for rows in self.rows.values()]
        return statistics.fmean(sum(count["test"]) / sum(count["train"]) for count in counts)


@dataclass(frozen=True)
class Pairs:
    """The figures that two sides have of the same folds, and what is missing."""

    values: tuple[tuple[float, float], ...]
    remarks: tuple[str, ...]

    @property
    def differences(self) -> list[float]:
        """The first minus the second, fold by fold; 0 for what is only noise of the last bits."""
        return [0.0 if abs(a - b) <= noise(b) else a - b for a, b in self.values]


def sides(results: Results) -> dict[Protocol, dict[Names, Side]]:
    """protocol (the data set as it must be shown, the split, ...) -> what was made of its folds."""
    return {protocol: _sides(rows) for protocol, rows in by_protocol(results).items()}


def _sides(rows: Iterable[Result]) -> dict[Names, Side]:
    found: dict[Names, tuple[dict[int, list[Result]], list[str]]] = {}
    for row in rows:
        folds, failures = found.setdefault((row.cell.strategy, row.cell.model), ({}, []))
        if row.status == "ok":
            folds.setdefault(row.cell.fold, []).append(row)
        else:
            failures.append(": ".join(filter(None, (row.status, row.reason))))
    return {names: Side(folds, tuple(dict.fromkeys(failures))) for names, (folds, failures) in found.items()}


def figures(
    results: Results, metrics: Iterable[str], thresholds: Sequence[Threshold]
) -> list[tuple[str, Threshold]]:
    """Every (metric, threshold) that any row has; of thresholds that make no difference to a metric, the
    first."""
    rows = [row for row in results if row.status == "ok"]
    told: dict[tuple[str, str], tuple[str, Threshold]] = {}
    for metric in metrics:
        for threshold in thresholds:
            values = [float(row.metrics.get(threshold, {}).get(metric, math.nan)) for row in rows]
            if any(map(math.isfinite, values)):
                told.setdefault((metric, repr(values)), (metric, threshold))
    return list(told.values())


def pairs(one: Side, other: Side, metric: str, threshold: Threshold) -> Pairs:
    """The figures of both of the folds that both have of the same test rows, where both are defined."""
    every = one.rows.keys() | other.rows.keys()
    both = sorted(one.rows.keys() & other.rows.keys())
    same = [fold for fold in both if _same_rows(one.rows[fold], other.rows[fold])]
    values = [(one.value(fold, metric, threshold), other.value(fold, metric, threshold)) for fold in same]
    defined = [pair for pair in values if all(map(math.isfinite, pair))]
    remarks = []
    if len(both) < len(every) or one.failures or other.failures:
        remarks.append(f"both have {len(both)} of {len(every)} folds")
    remarks += [*one.failures, *other.failures]
    if len(same) < len(both):
        remarks.append(f"{_folds(len(both) - len(same))} left out: scored on other rows")
    if not (one.has(metric, threshold) and other.has(metric, threshold)):
        remarks.append(NOT_COMPUTED)
    elif len(defined) < len(same):
        remarks.append(f"{_folds(len(same) - len(defined))} left out: undefined there")
    return Pairs(tuple(defined), tuple(dict.fromkeys(remarks)))


def _same_rows(one: Sequence[Result], other: Sequence[Result]) -> bool:
    """Whether all were scored on the same rows, as far as is known."""
    known = [row.hashes for row in (*one, *other) if row.hashes]
    return all(len({hashes.get(part) for hashes in known}) <= 1 for part in ("data", "test"))


def _folds(number: int) -> str:
    return "1 fold" if number == 1 else f"{number} folds"
