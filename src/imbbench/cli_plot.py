"""The command that draws figures."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from imbbench.cli_options import STORE, chosen, common

_ITEMS = "NAME[,NAME...]"


@click.command()
@click.argument(
    "kind", type=click.Choice(["pr", "roc", "calibration", "scores", "boundary", "heatmap", "ranks"])
)
@click.argument("runs", type=int, nargs=-1, metavar="[RUN]...")
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Draw into this file: svg, png or pdf.  [default: KIND.svg]",
)
@chosen
@click.option(
    "--metrics",
    multiple=True,
    metavar=_ITEMS,
    help="What heatmap and ranks show.  [default: average_precision]",
)
@click.option(
    "--threshold",
    metavar="P",
    help="Read scores there, for heatmap, ranks and boundary: 0.3, tuned:f1.  [default: the run's first]",
)
@click.option(
    "--calibrate",
    type=click.Choice(["none", "prior", "platt", "isotonic"]),
    help="What makes scores probabilities.  [default: the run's first]",
)
@STORE
@common
def plot(kind: str, runs: tuple[int, ...], plugin: tuple[str, ...], **given: Any) -> None:
    """Draw a figure of stored RUNs (by default the latest), several joined as in compare.

    \b
    pr, roc      curves of precision and recall, of true and false positives
    calibration  reliability diagrams
    scores       distributions of the scores of each class
    boundary     decision boundaries, of data with two features
    heatmap      a metric as colours, strategies x models
    ranks        mean ranks over data sets, with the critical difference

    One panel for each data set and model, one line for each fit. Needs pip install 'imbbench[plots]'.
    """
    from imbbench.plot_command import execute_plot

    sys.exit(execute_plot(kind, runs, plugin, given))
