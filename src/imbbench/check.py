"""A check: a run, or a stored one, held against a baseline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from imbbench.baseline import Baseline, Plan
from imbbench.compare import FAILING, Finding, compare
from imbbench.errors import NothingSelected, UsageError
from imbbench.plan import Choice, Grid, plan
from imbbench.registry import Registry
from imbbench.results import SKIPPED, Cell, Results
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


def cells_of(registry: Registry, known: Plan) -> tuple[Cell, ...]:
    """The cells that the plan selects of what is installed; those of components that are gone are left
    out, so that the others are checked and these are reported as missing."""
    grids = [grid for grid in (_runnable(registry, grid) for grid in known.grids) if grid is not None]
    try:
        return plan(registry, grids)
    except NothingSelected:
        return ()


def _runnable(registry: Registry, grid: Grid) -> Grid | None:
    """The grid with those of its choices that can be resolved; None if an axis has none left."""
    dataset, split, strategy, model = axes = [
        tuple(choice for choice in getattr(grid, kind) if _is_there(registry, kind, choice))
        for kind in ("dataset", "split", "strategy", "model")
    ]
    if not all(axes):
        return None
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
