"""The command that makes a page of stored runs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from imbbench.cli_options import STORE, common, metrics


@click.command()
@click.argument("runs", type=int, nargs=-1, metavar="[RUN]...")
@click.option(
    "--html",
    type=click.Path(path_type=Path),
    required=True,
    metavar="FILE",
    help="Write the page there: one file, which needs no network.",
)
@metrics
@STORE
@common
def report(runs: tuple[int, ...], plugin: tuple[str, ...], **given: Any) -> None:
    """Write stored RUNs (by default the latest) as a page that one can explore and send.

    Summary, tables, curves, reliability, scores and ranks, with a threshold to move. Several runs are joined:
    of equal cells that of the later run counts.
    """
    from imbbench.report_command import execute_report

    sys.exit(execute_report(runs, plugin, given))
