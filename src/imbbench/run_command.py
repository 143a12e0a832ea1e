"""`imbbench run`: from options and a benchmark file to a report and an exit code."""

from __future__ import annotations

import contextlib
import os
import sys
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from imbbench import benchfile
from imbbench.api import COLUMNS, Options, bench
from imbbench.cli import FAILED_PLUGIN, FAILURE, INTERRUPTED, NOTHING, registry_of, warn_of_failures
from imbbench.errors import NothingSelected, UsageError
from imbbench.estimate import estimate, in_words
from imbbench.execute import INTERRUPTED as INTERRUPTED_REASON
from imbbench.listing import show_cells
from imbbench.memory import return_large_blocks
from imbbench.output import check_output, report_for, write_report
from imbbench.plan import Grid, plan
from imbbench.registry import Bound, Registry
from imbbench.results import FAILED, SKIPPED, Cell, Results
from imbbench.spec import Spec, Text, literal, split_list

_SELECTION = ("dataset", "strategy", "model", "split", "scale", "data", "target", "positive")


def execute_run(file: Path | None, plugin: tuple[str, ...], given: Mapping[str, Any]) -> int:
    """Do what the options say and return the exit code."""
    grids, from_file = _grids(file, given)
    # What is said on the command line wins over what the file says.
    said = from_file | {key: value for key, value in given.items() if _is_said(value)}
    if said.get("offline"):
        os.environ["IMBBENCH_OFFLINE"] = "1"
    registry = registry_of([*_listed(from_file.get("plugin", [])), *plugin])
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
    count = "1 cell" if len(cells) == 1 else f"{len(cells)} cells"
    click.echo(f"{count}, {in_words(estimate(cells, registry))}", err=True)
    if said.get("dry_run"):
        show_cells(cells, sys.stdout)
        return 0
    results = _run(registry, cells, options)
    written = write_report(report, results, output)
    return exit_code(results, strict=bool(said.get("strict"))) or (0 if written else FAILURE)


def _checked(registry: Registry, said: Mapping[str, Any], output: Path | None) -> tuple[Bound, Options]:
    """The report and the options; every mistake in them is told before anything runs."""
    options = _options(said)
    registry.select("metric", options.metrics)
    registry.resolve("executor", options.executor)
    check_output(output)
    return report_for(registry, said.get("format"), output), options


def _run(registry: Registry, cells: Sequence[Cell], options: Options) -> Results:
    """The run with its progress bar; a warning that is no row's footnote is shown as a message."""
    from imbbench.progress import Progress

    return_large_blocks()  # the process is ours here; under `imbbench.run()` it is somebody else's

    def show(message: Warning | str, *_: Any, **__: Any) -> None:
        click.echo(f"Warning: {message}", err=True)

    # What a component prints must not mix with the report on standard output.
    with warnings.catch_warnings(), contextlib.redirect_stdout(sys.stderr):
        warnings.showwarning = show
        return bench(registry, cells, options, Progress(cells))


def _grids(file: Path | None, given: Mapping[str, Any]) -> tuple[list[Grid], dict[str, Any]]:
    named = [key for key in _SELECTION if given[key]]
    state = given["random_state"]
    if file is not None:
        if named or given["everything"]:
            what = "--all" if given["everything"] else f"--{named[0]}"
            raise UsageError(f"{file} says which cells to run, so {what} cannot; leave one of them out")
        grids, options = benchfile.read(file)
        return (grids if state is None else [_with_state(grid, state) for grid in grids]), options
    if not named and not given["everything"]:
        raise UsageError("nothing is selected; --all runs everything, -d, -s and -m choose, FILE says it all")
    axes = {axis: given[axis] for axis in ("dataset", "strategy", "model", "split") if given[axis]}
    if given["data"] or given["target"] or given["positive"]:
        axes["dataset"] = (*given["dataset"], _own_data(given))
    if given["scale"]:
        axes["scale"] = [item for items in given["scale"] for item in split_list(items)]
    return [Grid(**axes, random_state=state or 0)], {}


def _with_state(grid: Grid, random_state: int) -> Grid:
    from dataclasses import replace

    return replace(grid, random_state=random_state)


def _own_data(given: Mapping[str, Any]) -> Spec:
    """The dataset that --data, --target and --positive are short for."""
    if not given["data"] or not given["target"]:
        missing = "--target COLUMN" if given["data"] else "--data FILE"
        raise UsageError(
            f"your own data needs {missing}; write --data FILE --target COLUMN [--positive LABEL]"
        )
    params: dict[str, Any] = {"path": str(given["data"]), "target": given["target"]}
    if given["positive"] is not None:
        params["positive"] = Text(given["positive"])
    return Spec("csv", params)


def _is_said(value: Any) -> bool:
    """Whether an option was given; 0 is a value, though it equals False."""
    return value is not None and value is not False and value != ()


def _options(said: Mapping[str, Any]) -> Options:
    defaults = Options()
    return Options(
        threshold=_thresholds(said["threshold"]) if "threshold" in said else defaults.threshold,
        metrics=tuple(_listed(said.get("metrics", COLUMNS))),
        device=said.get("device", defaults.device),
        threads=said.get("threads", defaults.threads),
        executor=said.get("executor", defaults.executor),
        exitfirst=said.get("exitfirst", False),
        group=said.get("group", False),
        debug=said.get("debug", False),
    )


def _thresholds(given: Any) -> tuple[float, ...]:
    items = [
        part for item in _listed(given) for part in (split_list(item) if isinstance(item, str) else [item])
    ]
    numbers = [literal(item) if isinstance(item, str) else item for item in items]
    for number in numbers:
        if isinstance(number, bool) or not isinstance(number, int | float):
            raise UsageError(f"threshold {number!r} is no number")
    if not numbers:
        raise UsageError("no threshold is given; write probabilities between 0 and 1, such as 0.3,0.5")
    return tuple(dict.fromkeys(float(number) for number in numbers))


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def exit_code(results: Results, *, strict: bool) -> int:
    """130 interrupted, 5 nothing ran, 3 a cell failed (or, under strict, was skipped), else 0."""
    statuses = {row.status for row in results}
    if any(row.reason == INTERRUPTED_REASON for row in results):
        return INTERRUPTED
    if statuses <= SKIPPED:
        return NOTHING
    return FAILURE if statuses & FAILED or (strict and statuses & SKIPPED) else 0
