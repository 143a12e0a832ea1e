"""The commands of the gate: keep figures as a baseline, and check that they are not worse."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from imbbench.cli_options import OFFLINE, STORE, common, effort, judged, metrics, selection

_BASELINE = click.argument("baseline", type=click.Path(path_type=Path))
_DEVICE = click.option(
    "--device", metavar="DEVICE", help="auto, cpu, cuda, cuda:N or mps.  [default: that of the baseline]"
)
_RUN = click.option("--run", type=int, metavar="RUN", help="Take this stored run; fit nothing.")


@click.group()
def baseline() -> None:
    """Keep figures that later runs are checked against: a file for version control."""


@baseline.command()
@_BASELINE
@selection
@metrics
@judged
@_RUN
@effort
@common
def write(baseline: Path, file: Path | None, plugin: tuple[str, ...], **given: Any) -> None:
    """Run a selection, or take a stored run, and write its figures to BASELINE.

    The selection is that of `run`; FILE is a benchmark file, whose [check] table goes along.
    """
    from imbbench.baseline_command import execute_write

    sys.exit(execute_write(baseline, file, plugin, given))


@baseline.command()
@_BASELINE
@click.option(
    "--only",
    multiple=True,
    metavar="NAME[,NAME...]",
    help="Accept cells of these datasets, splits, strategies or models; globs.",
)
@click.option("--all", "everything", is_flag=True, help="Accept every change.")
@judged
@STORE
@OFFLINE
@_DEVICE
@effort
@common
def update(baseline: Path, plugin: tuple[str, ...], **given: Any) -> None:
    """Run the plan of BASELINE, show what changed, and accept it as the new figures.

    What is the same within the tolerance stays as it is.
    """
    from imbbench.baseline_command import execute_update

    sys.exit(execute_update(baseline, plugin, given))


@click.command()
@_BASELINE
@_RUN
@judged
@click.option(
    "--config", type=click.Path(path_type=Path), metavar="FILE", help="A TOML file with a [check] table."
)
@click.option("--format", metavar="NAME", help="rich, markdown or json.  [default: rich]")
@click.option(
    "--junit", type=click.Path(path_type=Path), metavar="FILE", help="Also write a JUnit XML report there."
)
@click.option("-v", "--verbose", is_flag=True, help="Show also what is the same.")
@STORE
@OFFLINE
@_DEVICE
@effort
@common
def check(baseline: Path, plugin: tuple[str, ...], **given: Any) -> None:
    """Run the plan of BASELINE and fail if a metric is worse, or a cell failed, is missing or cannot be
    compared.

    Exit code 1 says so; 0 that all figures hold.
    """
    from imbbench.check_command import execute_check

    sys.exit(execute_check(baseline, plugin, given))
