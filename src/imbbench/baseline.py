"""A baseline: the figures that a check holds a run against, and the plan that makes them again."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from imbbench.baseline_plan import Plan, check_paths, grids_of, one_by_one
from imbbench.errors import ImbbenchError
from imbbench.labels import place
from imbbench.plan import Grid
from imbbench.readings import threshold_text
from imbbench.registry import Registry
from imbbench.result import Cell, Result
from imbbench.results import Results

#: How a cell of a baseline has ended: what failed or could not be tried is nothing to hold on to.
HELD = ("ok", "unsupported")
#: What to do with a damaged file.
ADVICE = "write it again with `imbbench baseline write`, or take it from version control"
#: Significant digits of a figure: what another order of sums leaves of it must not show in a diff.
_DIGITS = 10


@dataclass(frozen=True)
class Baseline:
    """Figures to hold a run against.

    Parameters
    ----------
    plan : how they are made again.
    check : the `[check]` table that goes with them.
    results : rows without what differs from run to run (seconds, notes, paths); the environment holds the
        versions and the processor.
    older : versions under which a cell was made, where they are not those of the environment.
    """

    plan: Plan
    check: Mapping[str, Any]
    results: Results
    older: Mapping[Cell, Mapping[str, str]] = field(default_factory=dict)

    def versions_of(self, cell: Cell) -> Mapping[str, str]:
        """Distribution -> version under which the cell was made."""
        return self.older.get(cell, self.results.environment["versions"])


def baseline_of(
    results: Results, registry: Registry, check: Mapping[str, Any], grids: Sequence[Grid] = ()
) -> Baseline:
    """The baseline that these results make.

    Parameters
    ----------
    grids : the selection that they come from; by default just their cells.

    Metrics that are neither better nor worse at any value are left out: nothing can be held against them.

    Raises ImbbenchError if a cell failed or lacks a metric, none has figures, or a dataset is named by an
    absolute path.
    """
    held = tuple(metric for metric in results.columns if metric not in results.undirected)
    if results.columns and not held:
        left = f"{', '.join(results.columns)}: no value is better than another"
        raise ImbbenchError(f"{left}, so that a baseline has nothing to hold on to; choose other --metrics")
    results = replace(results, columns=held)
    if not held or all(row.status == "unsupported" for row in results):
        raise ImbbenchError("no cell has figures to hold on to; no baseline was written; select others")
    rows = lasting(results)
    if lost := _not_computed(results):
        raise ImbbenchError(
            f"{lost} was not computed of every cell (--no-scores?); run it again with --fresh"
        )
    if any(row.status == "ok" and not row.hashes for row in results):
        raise ImbbenchError("the run is of an earlier version, without hashes; run it again with --fresh")
    plan = Plan(
        tuple(one_by_one(registry, grid) for grid in grids) or tuple(grids_of([row.cell for row in rows])),
        results.thresholds,
        results.columns,
        max(row.threads for row in rows),
        any(row.numerics == "grouped" for row in rows),
        str(results.environment.get("device", "cpu")).partition(":")[0],
        tuple(results.environment.get("plugins", registry.local)),
        bool(results.environment.get("drop_duplicates", False)),
    )
    check_paths(plan.grids)
    lower = results.lower_is_better & {*results.columns}
    return Baseline(
        plan, check, Results(rows, _environment(results), results.thresholds, results.columns, lower)
    )


def accepted(baseline: Baseline, now: Results, cells: Collection[Cell]) -> Baseline:
    """The baseline with these cells as they are now: changed, added or, where they are gone, removed.

    Raises ImbbenchError if one of them failed, or nothing would be left.
    """
    before = baseline.results
    new = lasting(replace(now, rows=tuple(row for row in now if row.cell in cells), columns=before.columns))
    kept = [row for row in before if row.cell not in cells]
    if not (new or kept):
        raise ImbbenchError(
            "nothing would be left of the baseline; delete the file if it has served its time"
        )
    if all(row.status == "unsupported" for row in (*kept, *new)):
        raise ImbbenchError("no cell of the baseline would have figures to hold on to; it is as it was")
    environment = _environment(now) if new else dict(before.environment)
    if kept and new and (cpu := before.environment["cpu"]) != environment["cpu"]:
        environment["cpu"] = "; ".join(dict.fromkeys([*cpu.split("; "), environment["cpu"]]))
    older = {row.cell: baseline.versions_of(row.cell) for row in kept}
    return Baseline(
        baseline.plan,
        baseline.check,
        replace(before, rows=tuple(sorted([*kept, *new], key=_place)), environment=environment),
        {cell: known for cell, known in older.items() if known != environment["versions"]},
    )


def lasting(results: Results) -> tuple[Result, ...]:
    """The rows, sorted, with the metrics of the columns and without what differs from run to run and from
    machine to machine. ImbbenchError if one failed, or lacks its data or a package."""
    failed = [row for row in results if row.status not in HELD]
    if failed:
        cell = failed[0].cell
        first = f"{cell.dataset}, {cell.strategy}, {cell.model}: {failed[0].status}: {failed[0].reason}"
        raise ImbbenchError(
            f"{len(failed)} of {len(results)} cells have no figures to hold on to ({first}); no baseline was "
            "written; what went well is in the store: mend or leave out the others and write again"
        )
    return tuple(sorted((_lasting(row, results) for row in results), key=_place))


def check_rows(rows: Iterable[Result], plan: Plan, where: str) -> None:
    """Raise ImbbenchError, which names `where` they are, for rows that are no baseline's: a cell that stands
    twice, failed, or lacks a hash or a figure of the plan."""
    cells: set[Cell] = set()
    for row in rows:
        cell = row.cell
        who = f"{where}: {row.dataset}, {cell.split}, {cell.strategy}, {cell.model}, {place(cell)}"
        if cell in cells:
            raise ImbbenchError(f"{who} stands twice; remove one, or take the file from version control")
        cells.add(cell)
        if row.status not in HELD:
            raise ImbbenchError(f"{who} has status {row.status!r}, which no baseline has; {ADVICE}")
        if row.status == "ok" and not {"data", "test"} <= row.hashes.keys():
            raise ImbbenchError(f"{who} lacks hashes of its rows; {ADVICE}")
        for threshold in plan.threshold if row.status == "ok" else ():
            for metric in plan.metrics:
                if metric not in row.metrics.get(threshold, {}):
                    at = f"at threshold {threshold_text(threshold)}"
                    raise ImbbenchError(f"{who} lacks {metric} {at}; {ADVICE}")
    if not (cells and plan.metrics):
        raise ImbbenchError(f"{where} has no {'metrics' if cells else 'cells'}; {ADVICE}")


def _lasting(row: Result, results: Results) -> Result:
    rounded = {
        threshold: {
            name: float(f"{row.metrics.get(threshold, {}).get(name, math.nan):.{_DIGITS}g}")
            for name in sorted(results.columns)
        }
        for threshold in (results.thresholds if row.status == "ok" else ())
    }
    counts = {part: row.counts[part] for part in ("data", "train", "test") if part in row.counts}
    return Result(
        row.cell, row.status, source=row.source, metrics=rounded, counts=counts,
        device=row.device.partition(":")[0], threads=row.threads, hashes=dict(sorted(row.hashes.items())),
        numerics=row.numerics, positive=row.positive,
    )  # fmt: skip


def _place(row: Result) -> tuple[Any, ...]:
    cell = row.cell
    names = cell.dataset, cell.split, cell.scale, cell.random_state, cell.strategy, cell.model
    return *names, cell.fold, cell.seed


def _not_computed(results: Results) -> str:
    """A metric that a cell with figures does not have; empty if there is none."""
    for row in results:
        for threshold in results.thresholds if row.status == "ok" else ():
            for metric in results.columns:
                if metric not in row.metrics.get(threshold, ()):
                    return f"{metric} at threshold {threshold_text(threshold)}"
    return ""


def _environment(results: Results) -> dict[str, Any]:
    known = results.environment
    versions = {name: version for name, version in sorted(known.get("versions", {}).items()) if version}
    return {"versions": versions, "cpu": known.get("cpu", "")}
