"""`imbbench plot`: from stored runs to a figure in a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from imbbench.cli import registry_of
from imbbench.errors import UsageError
from imbbench.output import check_output
from imbbench.plots import OF_METRICS, check, save
from imbbench.plots.canvas import check_suffix
from imbbench.readings import reading, split_rules
from imbbench.rescore import joined_results


def execute_plot(kind: str, runs: Sequence[int], plugin: tuple[str, ...], given: Mapping[str, Any]) -> int:
    """Do what the options say and return the exit code."""
    output = given["output"] or Path(f"{kind}.svg")
    check_output(output)
    check_suffix(output, "--output")
    calibrate = given["calibrate"]
    check(kind, metric=given["metrics"] or None, calibrate=calibrate)
    _check_threshold(kind, given["threshold"])
    asked = {
        "store": given["store"],
        "metrics": given["metrics"],
        "threshold": (given["threshold"],) if given["threshold"] else (),
        "calibrate": (calibrate,) if calibrate and kind in OF_METRICS else (),
    }
    results = joined_results(registry_of(plugin), runs, asked)
    chosen = {name: given[name] or None for name in ("dataset", "strategy", "model")}
    metric = results.columns if given["metrics"] else None
    for note in save(results, kind, output, **chosen, metric=metric, calibrate=calibrate):
        click.echo(f"Warning: {note}", err=True)
    click.echo(f"Wrote {output}", err=True)
    return 0


def _check_threshold(kind: str, threshold: str | None) -> None:
    """UsageError for one that the picture does not depend on, or cannot be drawn."""
    if threshold is None:
        return
    if kind not in (*OF_METRICS, "boundary"):
        raise UsageError(f"plot {kind} is of scores, not of a threshold; leave --threshold out")
    if kind == "heatmap" and len(split_rules(threshold)) > 1:
        raise UsageError(f"--threshold {threshold}: plot heatmap shows figures at one")
    if kind == "boundary" and reading(threshold).rule != "fixed":
        raise UsageError(f"--threshold {threshold}: plot boundary draws fixed ones, such as 0.3")
