"""`imbbench run`: from options and a benchmark file to a report and an exit code."""

from __future__ import annotations

import contextlib
import sys
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from imbbench.bench import bench
from imbbench.cli import FAILED_PLUGIN, FAILURE, INTERRUPTED, NOTHING, warn_of_failures
from imbbench.display import Display, counted
from imbbench.errors import NothingSelected
from imbbench.estimate import Estimates, in_words
from imbbench.execute import INTERRUPTED as INTERRUPTED_REASON
from imbbench.listing import show_cells
from imbbench.memory import return_large_blocks
from imbbench.options import Options
from imbbench.options_given import options_of
from imbbench.output import check_output, report_for, write_report
from imbbench.plan import plan
from imbbench.readings import needs_inner
from imbbench.registry import Bound, Registry
from imbbench.result import FAILED, SKIPPED, Cell
from imbbench.results import Results
from imbbench.selection import selected


def execute_run(file: Path | None, plugin: tuple[str, ...], given: Mapping[str, Any]) -> int:
    """Do what the options say and return the exit code."""
    grids, said, registry = selected(file, plugin, given)
    warn_of_failures(registry)
    failed_plugin = bool(said.get("strict") and registry.failures)
    output = Path(said["output"]).absolute() if "output" in said else None
    report, options = _checked(registry, said, output)
    try:
        cells = plan(registry, grids)
    except NothingSelected:
        if failed_plugin:  # it may be the one that had what was asked for
            return FAILED_PLUGIN
        raise
    if failed_plugin:
        return FAILED_PLUGIN
    if said.get("dry_run"):
        estimates = Estimates(registry, inner=needs_inner(options.threshold))
        click.echo(f"{counted(cells)}, {in_words(estimates.total(cells))}", err=True)
        show_cells(cells, sys.stdout)
        return 0
    display = Display(registry, cells, None if output or options.ci else report)
    results = run_shown(registry, cells, options, display)
    written = write_report(report, results, output, only_footer=display.has_printed)
    if missing := sum(row.reason == INTERRUPTED_REASON for row in results):
        click.echo(f"Interrupted: the same command fits the {missing} cells that are missing", err=True)
    return exit_code(results, strict=bool(said.get("strict"))) or (0 if written else FAILURE)


def _checked(registry: Registry, said: Mapping[str, Any], output: Path | None) -> tuple[Bound, Options]:
    """The report and the options; every mistake in them is told before anything runs."""
    options = options_of(said)
    registry.select("metric", options.metrics)
    registry.resolve("executor", options.executor)
    check_output(output)
    return report_for(registry, said.get("format"), output), options


def run_shown(registry: Registry, cells: Sequence[Cell], options: Options, display: Display) -> Results:
    """The run with its display; a warning that is no row's footnote is shown as a message."""
    return_large_blocks()  # the process is ours here; under `imbbench.run()` it is somebody else's

    def show(message: Warning | str, *_: Any, **__: Any) -> None:
        click.echo(f"Warning: {message}", err=True)

    # What a component prints must not mix with the report on standard output.
    with warnings.catch_warnings(), contextlib.redirect_stdout(sys.stderr), display:
        warnings.showwarning = show
        return bench(registry, cells, options, display)


def exit_code(results: Results, *, strict: bool) -> int:
    """130 interrupted, 5 nothing ran, 3 a cell failed (or, under strict, was skipped), else 0."""
    statuses = {row.status for row in results}
    if any(row.reason == INTERRUPTED_REASON for row in results):
        return INTERRUPTED
    if statuses <= SKIPPED:
        return NOTHING
    return FAILURE if statuses & FAILED or (strict and statuses & SKIPPED) else 0
