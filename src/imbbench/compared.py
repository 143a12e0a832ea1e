"""A comparison of the strategies, or the models, of a run."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from imbbench import across, within
from imbbench.comparison import Comparison
from imbbench.errors import UsageError
from imbbench.pairing import figures, sides
from imbbench.readings import threshold_text
from imbbench.results import Results
from imbbench.suggest import did_you_mean

AXES = ("strategy", "model")


def compared(
    results: Results,
    against: str | None,
    metrics: Sequence[str],
    *,
    axis: str,
    rope: float,
) -> Comparison:
    """Every strategy against `against`, on each data set and over them; see `Results.compare`."""
    if axis not in AXES:
        raise UsageError(f"{axis!r} cannot be compared{did_you_mean(axis, AXES)}; expected strategy or model")
    if not 0 < rope < math.inf:
        raise UsageError(f"rope is {rope!r}; expected a number above 0, in units of the metrics")
    names = tuple(dict.fromkeys(getattr(row.cell, axis) for row in results))
    reference = _reference(against, names, axis)
    _check_metrics(results, metrics)
    known = tuple(figures(results, metrics, results.thresholds))
    missing = _missing(results, metrics)
    if not known:
        raise UsageError(f"nothing can be compared: {'; '.join(missing)}")
    task = within.Task(axis, names, reference, known, results.lower_is_better, float(rope))
    members = sides(results)
    found = [within.differences(task, protocol, named) for protocol, named in members.items()]
    told = tuple(one for differences, _ in found for one in differences)
    notes = (*missing, *(note for _, said in found for note in said))
    if not told:
        raise UsageError(f"nothing can be compared with {reference}: {'; '.join(notes)}")
    comparison = Comparison(axis, task.rope, told, notes=notes)
    if len(members) < 2:
        return comparison
    parts = across.shared(members)
    overall = tuple(across.overall(task, told, parts))
    return replace(comparison, overall=overall, rankings=tuple(across.rankings(task, members, parts)))


def joined(parts: Sequence[Results]) -> Results:
    """The rows of several runs; of equal cells that of the last one, which also has the environment."""
    rows = {row.cell: row for part in parts for row in part}
    return replace(
        parts[-1],
        rows=tuple(rows.values()),
        thresholds=tuple(dict.fromkeys(key for part in parts for key in part.thresholds)),
        lower_is_better=frozenset().union(*(part.lower_is_better for part in parts)),
        undirected=frozenset().union(*(part.undirected for part in parts)),
    )


def _missing(results: Results, metrics: Sequence[str]) -> list[str]:
    """A line for each threshold at which a metric is defined in no row."""
    lines = []
    for threshold in results.thresholds:
        lost = [metric for metric in metrics if not figures(results, [metric], [threshold])]
        if lost:
            lines.append(f"at {threshold_text(threshold)} no row has {', '.join(lost)}")
    return lines


def _reference(against: str | None, names: Sequence[str], axis: str) -> str:
    """Who all others are compared with; "all" for every pair."""
    if len(names) < 2:
        raise UsageError(
            f"there is nothing to compare: the run has {len(names)} {axis}{f', {names[0]}' if names else ''}"
        )
    chosen = against or ("none" if axis == "strategy" else "all")
    if chosen == "all" or chosen in names:
        return chosen
    plural = "strategies" if axis == "strategy" else "models"
    raise UsageError(
        f"the run has no {axis} {chosen!r} to compare with{did_you_mean(chosen, names)}; "
        f"name one of its {plural} with --against, or all: {', '.join(names)}"
    )


def _check_metrics(results: Results, metrics: Sequence[str]) -> None:
    if not metrics:
        raise UsageError("no metric is named to compare by")
    known = {name for row in results for named in row.metrics.values() for name in named}
    for metric in metrics:
        if metric not in known:
            hint = f"{did_you_mean(metric, known)}; there are {', '.join(sorted(known)) or 'none'}"
            raise UsageError(f"no row has the metric {metric!r}{hint}")
        if metric in results.undirected:
            raise UsageError(
                f"metric {metric!r} cannot be compared: neither larger nor smaller values of it are better"
            )
