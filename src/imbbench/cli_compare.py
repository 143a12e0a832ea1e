"""The command that says whether a difference is real."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from imbbench.cli_options import STORE, common


@click.command()
@click.argument("runs", type=int, nargs=-1, metavar="[RUN]...")
@click.option(
    "--against",
    metavar="NAME",
    help="The strategy that others are compared with; all for every pair.  [default: none]",
)
@click.option(
    "--by",
    type=click.Choice(["strategy", "model"]),
    default="strategy",
    help="What is compared.  [default: strategy; --by model takes all pairs unless --against names one]",
)
@click.option(
    "--rope",
    type=float,
    default=0.01,
    metavar="VALUE",
    help="Differences up to this, in units of the metric, do not matter.  [default: 0.01]",
)
@click.option(
    "--diagram",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Draw mean ranks over data sets with critical differences: svg, png or pdf.",
)
@click.option("--format", metavar="NAME", help="rich, plain, markdown or json.  [default: rich, or by FILE]")
@click.option("--output", type=click.Path(path_type=Path), metavar="FILE", help="Write the report there.")
@click.option("-v", "--verbose", is_flag=True, help="Show every data set, also where there are many.")
@click.option(
    "--metrics",
    multiple=True,
    metavar="NAME[,NAME...]",
    help="Metrics to compare by.  [default: average_precision, roc_auc, log_loss_skill]",
)
@click.option(
    "--threshold",
    multiple=True,
    metavar="P[,P...]",
    help="Read scores with other thresholds or rules: 0.3, tuned:f1.  [default: the run's own]",
)
@click.option(
    "--calibrate",
    multiple=True,
    metavar="NAME[,NAME...]",
    help="Read them calibrated: none, prior, platt, isotonic.  [default: the run's own]",
)
@STORE
@common
def compare(runs: tuple[int, ...], plugin: tuple[str, ...], **given: Any) -> None:
    """Say whether differences between strategies are real, from stored RUNs (by default the latest).

    Fold by fold on each data set, and over data sets. Several runs are joined: of equal cells that of the
    later run counts.
    """
    from imbbench.compare_command import execute_compare

    sys.exit(execute_compare(runs, plugin, given))
