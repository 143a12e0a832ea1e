"""`imbbench baseline`: write one, and accept changes on purpose."""

from __future__ import annotations

import fnmatch
import sys
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from imbbench import baseline_file
from imbbench.baseline import HELD, Baseline, accepted, baseline_of
from imbbench.check import checked, settled
from imbbench.check_command import show, write_out
from imbbench.check_run import check_only_stored, registry_for, results_now
from imbbench.cli import FAILED_PLUGIN, FAILURE, INTERRUPTED, registry_of, warn_of_failures
from imbbench.compare import Finding
from imbbench.display import Display, counted
from imbbench.errors import ImbbenchError, UsageError
from imbbench.options_given import options_of
from imbbench.output import check_output, replace_file
from imbbench.plan import Grid, plan
from imbbench.registry import Registry
from imbbench.rescore import plugins_of, stored_results
from imbbench.results import Results
from imbbench.rules import from_options, merged, rules_of
from imbbench.run_command import exit_code, run_shown
from imbbench.selection import is_selected, selected
from imbbench.spec import split_list
from imbbench.suggest import did_you_mean


def execute_write(path: Path, file: Path | None, plugin: tuple[str, ...], given: Mapping[str, Any]) -> int:
    """Write the baseline and return the exit code."""
    check_output(path, "baseline")
    _check_replaceable(path)
    judged = from_options(given["tolerance"], given["significance"])
    if given["run"] is not None:
        if file is not None or is_selected(given):
            raise UsageError(f"--run {given['run']} says which cells there are; leave the selection out")
        check_only_stored(given)
        there = plugins_of(given["store"], given["run"])
        registry, table = registry_of(list(dict.fromkeys([*there, *plugin]))), judged
        grids, strict = list[Grid](), given["strict"]
        warn_of_failures(registry)
        results = stored_results(registry, given["store"], given["run"], given)
    else:
        grids, said, registry = selected(file, plugin, given)
        warn_of_failures(registry)
        strict = bool(said.get("strict"))
        if strict and registry.failures:
            return FAILED_PLUGIN
        table, options = merged(said.get("check", {}), judged), options_of(said)
        metrics = registry.select("metric", options.metrics)
        rules_of(table, [each.spec for each in metrics if each.component.greater_is_better is not None])
        cells = plan(registry, grids)
        results = run_shown(registry, cells, options, Display(registry, cells, None))
    return _written(path, results, registry, table, grids, strict=strict)


def _check_replaceable(path: Path) -> None:
    """Raise UsageError if there is a file that is no baseline, also where it is a damaged one."""
    if path.is_file() and (text := path.read_bytes()[:100].strip()) and b'"plan": {' not in text:
        raise UsageError(f"{path} exists and is no baseline; give another name, or remove it first")


def _written(
    path: Path, results: Results, registry: Registry, table: Mapping[str, Any], grids: Sequence[Grid],
    *, strict: bool,
) -> int:  # fmt: skip
    code = exit_code(results, strict=strict)
    try:
        made = baseline_of(results, registry, table, grids)
    except ImbbenchError as error:
        if not code:
            raise
        click.echo(f"Error: {error}", err=True)
        return code
    write(path, made)
    metrics = len(made.plan.metrics)
    size = f"{counted([row.cell for row in results])}, {metrics} metric{'' if metrics == 1 else 's'}"
    left = [metric for metric in results.columns if metric not in made.plan.metrics]
    why = f"; left out {', '.join(left)}: no value is better than another" if left else ""
    click.echo(f"Wrote {path}: {size}{why}", err=True)
    return code


def write(path: Path, baseline: Baseline) -> None:
    """The file, whole or not at all."""
    text = baseline_file.to_text(baseline)
    try:
        replace_file(path.absolute(), lambda stream: stream.write(text))
    except OSError as error:
        raise ImbbenchError(f"baseline {path} cannot be written: {error}; it is as it was") from error


def execute_update(path: Path, plugin: tuple[str, ...], given: Mapping[str, Any]) -> int:
    """Show what changed, write what is accepted of it, and return the exit code."""
    names = [name for item in given["only"] for name in split_list(item)]
    if bool(names) == given["everything"]:
        raise UsageError("say what to accept: --only NAME for some of the cells, or --all")
    check_output(path, "baseline")
    before = baseline_file.read(path)
    registry = registry_for(before, plugin)
    if given["strict"] and registry.failures:
        return FAILED_PLUGIN
    table = from_options(given["tolerance"], given["significance"])
    now = results_now(before, registry, given)
    found = checked(before, now, registry, table)
    if exit_code(now, strict=False) == INTERRUPTED:
        click.echo(f"Interrupted: {path} is as it was", err=True)
        return INTERRUPTED
    _check_names(names, found.findings)
    changed = [finding for finding in found.findings if finding.verdict != "same"]
    chosen = [finding for finding in changed if not names or _is_named(finding, names)]
    if not chosen:
        click.echo(f"nothing changed of {', '.join(names) or 'any cell'}: {path} is as it was")
        return 0
    write_out(lambda: show(replace(found, findings=tuple(chosen)), sys.stdout, False))
    return _accept(path, before, now, registry, chosen)


def _accept(path: Path, before: Baseline, now: Results, registry: Registry, chosen: Sequence[Finding]) -> int:
    """Write what can be accepted of what was chosen, or say what cannot."""
    rows = {row.cell: row for row in now}
    missing = [finding for finding in chosen if finding.verdict == "missing"]
    skipped = [finding for finding in missing if finding.cells[0] in rows and not finding.changes]
    if failed := len(skipped) + sum(finding.verdict == "failed" for finding in chosen):
        advice = f"mend or leave them out with --only; {path} is as it was"
        click.echo(f"Error: {failed} failed, or lack data or a package: {advice}", err=True)
        return FAILURE
    if missing and registry.failures:
        raise UsageError(f"cells are missing, and {registry.failures[0]} failed to load: mend it first")
    cells = {cell for finding in chosen for cell in finding.cells}
    held = {cell for cell in cells if cell not in rows or rows[cell].status in HELD}
    write(path, settled(accepted(before, now, held), registry))
    write_out(lambda: click.echo(f"accepted in {path}: {counted([*held])}"))
    return 0


def _check_names(names: Iterable[str], findings: Collection[Finding]) -> None:
    """Raise UsageError for a name that no cell has, changed or not."""
    for name in names:
        if not any(_is_named(finding, [name]) for finding in findings):
            known = {name: None for finding in findings for name in _names(finding)}
            raise UsageError(
                f"--only {name}: no cell has it{did_you_mean(name, known)}; there are {', '.join(known)}"
            )


def _is_named(finding: Finding, names: Collection[str]) -> bool:
    """Whether a name or glob is that of a component of the cell, with its parameters or without."""
    known = _names(finding)
    return any(name in known or fnmatch.filter(known, name) for name in names)


def _names(finding: Finding) -> list[str]:
    cell = finding.cells[0]
    specs = (cell.dataset, cell.split, cell.strategy, cell.model)
    return [name for spec in specs for name in dict.fromkeys((spec.partition("[")[0], spec))]
