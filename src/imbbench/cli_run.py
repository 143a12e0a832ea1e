"""The commands that begin with a selection of cells."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from imbbench.cli_options import common, effort, metrics, selection, shown


@click.command()
@selection
@shown
@effort
@click.option("--dry-run", is_flag=True, help="Print the cells and stop.")
@click.option("-x", "--exitfirst", is_flag=True, help="Stop at the first failure.")
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
