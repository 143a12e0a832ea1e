"""A check: a run, or a stored one, held against a baseline."""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from imbbench.baseline import Baseline
from imbbench.baseline_plan import Plan
from imbbench.compare import FAILING, Finding, compare
from imbbench.environment import environment
from imbbench.errors import NothingSelected, UsageError
from imbbench.lookup import KINDS
from imbbench.plan import Choice, Grid, plan
from imbbench.registry import Registry
from imbbench.result import SKIPPED, Cell
from imbbench.results import Results
from imbbench.rules import Rules, merged, rules_of


@dataclass(frozen=True)
class Checked:
    """What a check found.

    Parameters
    ----------
    findings : of every cell of either side, the worst first.
    rules : by which they were judged.
    cpus : processor of the baseline, and of now.
    ran : whether there is any row of now that is not skipped.
    """

    findings: tuple[Finding, ...]
    rules: Rules
    cpus: tuple[str, str]
    ran: bool

    @property
    def compared(self) -> bool:
        """Whether any figure was held against another."""
        return any(finding.changes for finding in self.findings)

    @property
    def passed(self) -> bool:
        """Whether no finding fails the check."""
        return not any(finding.verdict in FAILING for finding in self.findings)


def checked(
    baseline: Baseline, now: Results, registry: Registry, table: Mapping[str, Any] | None = None
) -> Checked:
    """Hold results against a baseline.

    Parameters
    ----------
    now : with the metrics and thresholds of the baseline.
    table : `[check]` table that wins over that of the baseline.
    """
    rules = rules_of(merged(baseline.check, table or {}), baseline.plan.metrics)
    cpus = str(baseline.results.environment.get("cpu", "")), str(now.environment.get("cpu", ""))
    ran = any(row.status not in SKIPPED for row in now)
    return Checked(compare(baseline, now, rules, registry), rules, cpus, ran)


def said_of(registry: Registry, known: Plan) -> dict[str, Any]:
    """How the plan is run, as keywords of `Options`."""
    return {
        "threshold": known.threshold,
        "metrics": metrics_of(registry, known),
        "threads": known.threads,
        "group": known.group,
        "device": known.device,
        "drop_duplicates": known.drop_duplicates,
    }


def made_again(registry: Registry, known: Plan, run: Callable[[tuple[Cell, ...]], Results]) -> Results:
    """The plan's results as they are now: what `run` makes of its cells; no row if all are gone."""
    cells = cells_of(registry, known)
    if not cells:
        return Results((), environment(registry, known.device), known.threshold, metrics_of(registry, known))
    return run(cells)


def cells_of(registry: Registry, known: Plan) -> tuple[Cell, ...]:
    """The cells that the plan selects of what is installed; those of components that are gone are left
    out, so that the others are checked and these are reported as missing."""
    try:
        return plan(registry, [_with(grid, partial(_is_there, registry)) for grid in known.grids])
    except NothingSelected:
        return ()


def settled(baseline: Baseline, registry: Registry) -> Baseline:
    """Without those choices of its plan that are gone and of which it has no cell any more."""
    cells = [row.cell for row in baseline.results]

    def is_used(kind: str, choice: Choice) -> bool:
        name = str(choice).partition("[")[0]
        pattern = "*" if name == "all" else name
        named = [getattr(cell, kind).partition("[")[0] for cell in cells]
        return _is_there(registry, kind, choice) or bool(fnmatch.filter(named, pattern))

    grids = (_with(grid, is_used) for grid in baseline.plan.grids)
    left = tuple(grid for grid in grids if all(getattr(grid, kind) for kind in KINDS))
    return replace(baseline, plan=replace(baseline.plan, grids=left))


def _with(grid: Grid, keep: Callable[[str, Choice], bool]) -> Grid:
    """The grid with some of its choices."""
    dataset, split, strategy, model = (
        tuple(choice for choice in getattr(grid, kind) if keep(kind, choice)) for kind in KINDS
    )
    return replace(grid, dataset=dataset, split=split, strategy=strategy, model=model)


def _is_there(registry: Registry, kind: str, choice: Choice) -> bool:
    try:
        registry.select(kind, [choice])
    except (UsageError, NothingSelected):
        return False
    return True


def metrics_of(registry: Registry, known: Plan) -> tuple[str, ...]:
    """The metrics of the plan that are installed."""
    return tuple(metric for metric in known.metrics if _is_there(registry, "metric", metric))
