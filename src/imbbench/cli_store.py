"""The commands that read the store: which runs there are, and what one of them gave."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from imbbench.cli_options import STORE, chosen, common, metrics, shown
from imbbench.errors import UsageError

if TYPE_CHECKING:
    from imbbench.store_runs import RunInfo

_HEADINGS = ("run", "started", "seconds", "cells", "status", "command")


@click.command()
@STORE
@common
def runs(store: Path | None, plugin: tuple[str, ...], debug: bool) -> None:  # noqa: ARG001
    """Show every run that is stored: when, how long, cells done of those planned, how they ended."""
    from imbbench.print_columns import print_columns
    from imbbench.store import DEFAULT, Store

    with Store.read(store or DEFAULT) as reader:
        print_columns(_HEADINGS, map(_described, reader.runs()), sys.stdout)


def _described(run: RunInfo) -> tuple[str, ...]:
    seconds = f"{(run.finished - run.started).total_seconds():.1f}" if run.finished else "not finished"
    cached = f" ({run.cached} cached)" if run.cached else ""
    ended = [f"{count} {status}{cached if status == 'ok' else ''}" for status, count in run.counts.items()]
    return (
        str(run.number),
        f"{run.started.astimezone():%Y-%m-%d %H:%M}",
        seconds,
        f"{run.done} of {run.planned}",
        ", ".join(ended) or "-",
        run.command,
    )


@click.command()
@click.argument("run", type=int, required=False)
@STORE
@chosen
@shown
@click.option(
    "--plot",
    type=click.Choice(("pr", "roc", "calibration", "scores")),
    help="Draw curves with characters instead, a picture for each data set and model.",
)
@common
def show(
    run: int | None, store: Path | None, plugin: tuple[str, ...], plot: str | None, **given: Any
) -> None:
    """Print the report of a stored RUN, by default the latest; `imbbench runs` lists them.

    Other metrics and thresholds than the run's, and intervals, are computed from its scores, without a fit.
    """
    from imbbench.cli import FAILURE, registry_of
    from imbbench.output import check_output, report_for, write_report

    if plot and (given["format"] or given["output"]):
        raise UsageError("--plot draws on the terminal; imbbench plot draws into an --output FILE")
    if plot and (ignored := [f"--{name}" for name in ("metrics", "threshold", "ci") if given[name]]):
        raise UsageError(f"--plot draws the scores; leave {' and '.join(ignored)} out")
    output = given["output"].absolute() if given["output"] else None
    check_output(output)
    registry = registry_of(plugin)
    report = report_for(registry, given["format"], output)
    from imbbench.plots.chosen import chosen as chosen_of
    from imbbench.rescore import stored_results

    whole = stored_results(registry, store, run, given)
    items = [given[kind] or None for kind in ("dataset", "strategy", "model")]
    results = chosen_of(whole, *items) if any(items) else whole
    if plot:
        from imbbench.palette import styles
        from imbbench.terminal_plot import print_plots

        print_plots(results, plot, sys.stdout, styles(row.cell.strategy for row in whole))
        return
    sys.exit(0 if write_report(report, results, output) else FAILURE)


@click.command()
@click.argument("run", type=int, required=False)
@STORE
@metrics
@common
def rescore(run: int | None, store: Path | None, plugin: tuple[str, ...], **given: Any) -> None:
    """Compute metrics of a stored RUN (by default the latest) anew from its scores, and store them.

    All installed metrics at the run's thresholds, unless --metrics and --threshold say which.
    """
    from imbbench.cli import registry_of
    from imbbench.rescore import rescore as compute
    from imbbench.store import DEFAULT, Store

    registry = registry_of(plugin)
    Store.read(store or DEFAULT).close()  # a file that is not there is not made
    with Store.open(store or DEFAULT) as opened:
        about = opened.about(run)
        done, metrics = compute(registry, opened, about.number, given)
    click.echo(f"run {about.number}: {metrics} metrics of {done} cells computed anew and stored", err=True)
