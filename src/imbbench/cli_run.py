"""The commands that begin with a selection of cells."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from imbbench.cli_options import common, metrics, selection, shown


@click.command()
@selection
@shown
@click.option("--executor", metavar="NAME", help="What carries the cells.  [default: processes]")
@click.option("--jobs", metavar="N", help="Cells at once.  [default: auto, by cores and free memory]")
@click.option("--timeout", metavar="SECONDS", help="Kill a cell, or a load, that takes longer; or none.")
@click.option(
    "--memory-limit",
    metavar="SIZE",
    help="Kill one that takes more: 2GB, 500MB or none.  [default: auto, 80% of what is free / jobs]",
)
@click.option("--fresh", is_flag=True, help="Fit every cell, also those in the store.")
@click.option("--no-scores", is_flag=True, help="Store figures only: new metrics will need new fits.")
@click.option("--dry-run", is_flag=True, help="Print the cells and stop.")
@click.option("-x", "--exitfirst", is_flag=True, help="Stop at the first failure.")
@click.option("--strict", is_flag=True, help="Failed plugins and skipped cells are failures.")
@common
def run(file: Path | None, plugin: tuple[str, ...], **given: Any) -> None:
    """Run a selection, or the benchmark FILE (TOML), and print its tables.

    Items are separated by commas and options can be repeated. An axis that is not named means every
    installed component. Cells that are in the store with the same key are not fitted again.
    """
    from imbbench.cli import main

    if file is not None and str(file) in main.commands:
        raise click.UsageError(f"options follow the command; write imbbench {file} and then the options")
    from imbbench.run_command import execute_run

    sys.exit(execute_run(file, plugin, given))


@click.command()
@selection
@metrics
@common
def explain(file: Path | None, plugin: tuple[str, ...], **given: Any) -> None:
    """Say of each cell of a selection whether it would be fitted again, and why.

    The selection is that of `run`: name one cell by its dataset, strategy and model.
    """
    from imbbench.explain import explain_selection

    explain_selection(file, plugin, given, sys.stdout)
