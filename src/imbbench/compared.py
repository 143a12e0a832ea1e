"""A comparison of the strategies, or the models, of a run."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from numbers import Real

from imbbench import across, within
from imbbench.aggregate import COUNTS, heading
from imbbench.comparison import Comparison, Difference
from imbbench.errors import NothingToCompare, UsageError
from imbbench.pairing import Names, Protocol, Side, figures, sides
from imbbench.readings import Threshold, reading, threshold_text
from imbbench.results import Results
from imbbench.spec import split_list
from imbbench.suggest import did_you_mean

AXES = ("strategy", "model")
#: A rope below this share of a figure above 1 (money, a count) was not chosen for it.
_SHARE = 0.001


def compared(
    results: Results,
    against: str | None,
    metrics: str | Sequence[str],
    *,
    by: str,
    rope: float,
) -> Comparison:
    """Every strategy against `against`, on each data set and over them; see `Results.compare`."""
    if by not in AXES:
        raise UsageError(
            f"{by!r} cannot be compared{did_you_mean(str(by), AXES)}; expected strategy or model"
        )
    if not isinstance(rope, Real) or isinstance(rope, bool) or not 0 < rope < math.inf:
        raise UsageError(f"rope is {rope!r}; expected a number above 0, in units of the metrics")
    metrics = split_list(metrics) if isinstance(metrics, str) else metrics
    names = tuple(dict.fromkeys(getattr(row.cell, by) for row in results))
    reference = _reference(against, names, by)
    _check_metrics(results, metrics)
    known = tuple(figures(results, metrics, results.thresholds))
    missing = _missing(results, metrics)
    if not known:
        raise NothingToCompare(f"nothing can be compared: {'; '.join(missing)}")
    task = within.Task(by, names, reference, known, results.lower_is_better, float(rope))
    members = sides(results)
    found = [within.differences(task, protocol, named) for protocol, named in members.items()]
    told = tuple(one for differences, _ in found for one in differences)
    notes = (*missing, *(note for _, said in found for note in said), *_absent(task, members))
    if not told:
        raise NothingToCompare(f"nothing can be compared with {reference}: {'; '.join(notes)}")
    notes = (*notes, *_unfit_rope(task, told))
    comparison = Comparison(by, task.rope, told, notes=notes, calibrations=_calibrations(results))
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
        runs=tuple(run for part in parts for run in part.runs),
    )


def _missing(results: Results, metrics: Sequence[str]) -> list[str]:
    """A line for each threshold at which a metric is defined in no row."""
    lines = []
    for threshold in results.thresholds:
        lost = [metric for metric in metrics if not figures(results, [metric], [threshold])]
        if lost:
            there = any(metric in row.metrics.get(threshold, ()) for row in results for metric in lost)
            if reading(threshold).needs_inner:
                cause = "that takes fits within the training part; run it again with this threshold"
            elif there:
                cause = "undefined in every fold"
            else:
                cause = "stored without scores (--no-scores)? Then run it again with this threshold"
            lines.append(f"at {threshold_text(threshold)} no row has {', '.join(lost)}: {cause}")
    return lines


def _absent(task: within.Task, members: Mapping[Protocol, Mapping[Names, Side]]) -> Iterator[str]:
    """A line for each model without a strategy that others have, as in joined runs."""
    there = dict.fromkeys(task.split(names) for named in members.values() for names in named)
    for beside in dict.fromkeys(beside for _, beside in there):
        for name in task.names:
            if (name, beside) not in there and name != task.against:  # of that each data set is told
                yield f"{beside} has no {name} in any run"


def _unfit_rope(task: within.Task, told: Sequence[Difference]) -> Iterator[str]:
    """A line for each metric whose figures say that the rope was not chosen for it: a loss that is smaller
    throughout, as where positives are very rare, and figures in units far above it, as money is."""
    found: dict[str, list[float]] = {}
    for one in told:
        found.setdefault(one.contrast.metric, []).append(abs(one.reference))
    for metric, values in found.items():
        known = [value for value in values if not math.isnan(value)]
        middle = statistics.median(known) if known else 0.0
        small = metric in task.lower_is_better and metric not in COUNTS and 0 < middle < task.rope
        if small or (middle > 1 and task.rope < _SHARE * middle):
            form = ",.0f" if middle >= 1000 else ".3g"
            size = "more than" if small else "nothing beside"
            line = f"{heading(metric)} is about {middle:{form}}: a rope of {task.rope:g} is {size} that"
            yield f"{line}; choose another"


def _calibrations(results: Results) -> tuple[str, ...]:
    """What scores can be read with as they are stored: prior where it is known how far a strategy moved the
    log-odds, the fitted ones where one of them has figures, and hence the scores that it takes."""
    fitted = ("platt", "isotonic")
    read = {
        reading(key).calibrate for key in results.thresholds if any(map(math.isfinite, _values(results, key)))
    }
    return (*(("prior",) if any(row.shift for row in results) else ()), *(fitted if read & {*fitted} else ()))


def _values(results: Results, threshold: Threshold) -> Iterator[float]:
    return (float(value) for row in results for value in row.metrics.get(threshold, {}).values())


def _reference(against: str | None, names: Sequence[str], by: str) -> str:
    """Who all others are compared with; "all" for every pair."""
    if len(names) < 2:
        raise NothingToCompare(
            f"there is nothing to compare: the run has {len(names)} {by}{f', {names[0]}' if names else ''}"
        )
    chosen = str(against or ("none" if by == "strategy" else "all"))
    if chosen == "all" or chosen in names:
        return chosen
    plural = "strategies" if by == "strategy" else "models"
    raise UsageError(
        f"the run has no {by} {chosen!r} to compare with{did_you_mean(chosen, names)}; "
        f"against is one of its {plural}, or all: {', '.join(names)}"
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
