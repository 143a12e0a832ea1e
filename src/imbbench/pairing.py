"""Rows of a run as sides of comparisons: what two strategies made of the same folds."""

from __future__ import annotations

import math
import statistics
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from imbbench.judge import NOT_COMPUTED
from imbbench.readings import Threshold
from imbbench.result import Result
from imbbench.results import Results
from imbbench.rules import noise
from imbbench.tabulation import by_protocol

Protocol = tuple[str, ...]
#: A strategy and a model.
Names = tuple[str, str]
#: A fold and a seed.
Fit = tuple[int, int]
UNDEFINED = "undefined there"


@dataclass(frozen=True)
class Side:
    """What a strategy made with a model of one data set.

    Parameters
    ----------
    rows : those of its fits that ended ok.
    failed : why others have no figures.
    """

    rows: Mapping[Fit, Result]
    failed: Mapping[Fit, str] = field(default_factory=dict)

    @property
    def fits(self) -> set[Fit]:
        """All of them."""
        return {*self.rows, *self.failed}

    def has(self, metric: str, threshold: Threshold) -> bool:
        """Whether the metric was computed at all."""
        return all(metric in row.metrics.get(threshold, ()) for row in self.rows.values())

    @property
    def test_share(self) -> float:
        """n_test / n_train, the mean over fits."""
        counts = [row.counts for row in self.rows.values()]
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
    found: dict[Names, tuple[dict[Fit, Result], dict[Fit, str]]] = {}
    for row in rows:
        known, failed = found.setdefault((row.cell.strategy, row.cell.model), ({}, {}))
        fit = (row.cell.fold, row.cell.seed)
        if row.status == "ok":
            known[fit] = row
        else:
            failed[fit] = f"{row.status}: {row.reason or 'no reason is stored'}"
    return {names: Side(*both) for names, both in found.items()}


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


def together(
    sides: Sequence[Side], metric: str, threshold: Threshold
) -> tuple[list[tuple[float, ...]], Counter[str]]:
    """(for each fold the figure of every side, how many fits were left out, by reason).

    A fold's figures are means over the seeds that all have there, fitted and scored on the same rows, with a
    finite figure for each.
    """
    folds: dict[int, list[list[float]]] = {}
    left: Counter[str] = Counter()
    for fit in sorted(set.intersection(*(set(side.rows) for side in sides))):
        rows = [side.rows[fit] for side in sides]
        values = [float(row.metrics.get(threshold, {}).get(metric, math.nan)) for row in rows]
        reason = _other_rows(rows) or ("" if all(map(math.isfinite, values)) else UNDEFINED)
        if reason:
            left[reason] += 1
        else:
            folds.setdefault(fit[0], []).append(values)
    return [tuple(map(statistics.fmean, zip(*seeds, strict=True))) for seeds in folds.values()], left


def pairs(one: Side, other: Side, metric: str, threshold: Threshold) -> Pairs:
    """The figures of both, of the folds that both have of the same rows, where both are defined."""
    every, both = one.fits | other.fits, one.rows.keys() & other.rows.keys()
    unit = "fit" if any(seed for _, seed in every) else "fold"
    values, left = together((one, other), metric, threshold)
    remarks = [f"both have {len(both)} of {len(every)} {unit}s"] if len(both) < len(every) else []
    remarks += [*one.failed.values(), *other.failed.values()]
    if not (one.has(metric, threshold) and other.has(metric, threshold)):
        del left[UNDEFINED]
        remarks.append(NOT_COMPUTED)
    remarks += [f"{n} {unit}{'s' if n > 1 else ''} left out: {reason}" for reason, n in left.items()]
    return Pairs(tuple((mine, its) for mine, its in values), tuple(dict.fromkeys(remarks)))


def _other_rows(rows: Sequence[Result]) -> str:
    """What of these fits had other rows, in words; empty if none had, as far as is known.

    Fits on other training rows are no pair either: what differs may be the rows.
    """
    for parts, words in ((("data", "test"), "scored on other rows"), (("train",), "fitted on other rows")):
        known = [{row.hashes[part] for row in rows if part in row.hashes} for part in parts]
        if any(len(hashes) > 1 for hashes in known):
            return words
    return ""
