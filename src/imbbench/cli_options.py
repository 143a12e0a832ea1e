"""Options that read the same on several commands."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

Command = Callable[..., None]
_ITEMS = "NAME[,NAME...]"
STORE = click.option(
    "--store",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Where runs are kept.  [default: .imbbench/results.sqlite]",
)
OFFLINE = click.option("--offline", is_flag=True, help="Download nothing (or set IMBBENCH_OFFLINE=1).")
_METRICS = (
    click.option("--metrics", multiple=True, metavar=_ITEMS, help="Columns to show."),
    click.option(
        "--threshold",
        multiple=True,
        metavar="P[,P...]",
        help="Positive above this probability, or by a rule: tuned:f1, at-recall=0.9, at-precision=0.8, "
        "at-fpr=0.01, cost:fp=1,fn=100.  [default: 0.5]",
    ),
    click.option(
        "--calibrate",
        multiple=True,
        metavar=_ITEMS,
        help="What makes scores probabilities: none, prior, platt, isotonic.  [default: none]",
    ),
)
_COMMON = (
    click.option("--debug", is_flag=True, help="Show the traceback of an error."),
    click.option(
        "-p", "--plugin", multiple=True, metavar="MODULE", help="Load a local plugin; no:NAME leaves one out."
    ),
)
_SELECTION = (
    click.argument("file", required=False, type=click.Path(path_type=Path)),
    click.option(
        "--all", "everything", is_flag=True, help="Every component on every axis that is not named."
    ),
    click.option(
        "-d", "--dataset", multiple=True, metavar=_ITEMS, help="Datasets: names, globs, name[key=value]."
    ),
    click.option("-s", "--strategy", multiple=True, metavar=_ITEMS, help="Imbalance strategies."),
    click.option("-m", "--model", multiple=True, metavar=_ITEMS, help="Models."),
    click.option("--split", multiple=True, metavar=_ITEMS, help="Splits.  [default: holdout]"),
    click.option(
        "--scale",
        multiple=True,
        metavar=_ITEMS,
        help="standard, none, minmax, power, robust.  [default: standard]",
    ),
    click.option(
        "--data",
        type=click.Path(path_type=Path, exists=True, dir_okay=False),
        metavar="FILE",
        help="Your own CSV, CSV.gz or Parquet file.",
    ),
    click.option("--target", metavar="COLUMN", help="The column of FILE to predict."),
    click.option("--positive", metavar="LABEL", help="The label that is class 1.  [default: the rarer]"),
    click.option(
        "--groups", metavar="COLUMN", help="Keep rows of FILE with one value there in one part of a fold."
    ),
    click.option(
        "--drop-duplicates", is_flag=True, help="Drop rows that equal an earlier one, of every dataset."
    ),
    click.option("--random-state", type=int, metavar="N", help="Base of every seed.  [default: 0]"),
    click.option(
        "--seeds", type=int, metavar="N", help="Fit each cell with N seeds, on the same folds.  [default: 1]"
    ),
    click.option("--device", metavar="DEVICE", help="auto, cpu, cuda, cuda:N or mps.  [default: auto]"),
    click.option("--threads", type=int, metavar="N", help="Threads of BLAS and torch.  [default: 1]"),
    click.option(
        "--group", is_flag=True, help="Fit replicates of a model together: faster, other last bits."
    ),
    STORE,
    OFFLINE,
)
_EFFORT = (
    click.option("--executor", metavar="NAME", help="What carries the cells.  [default: processes]"),
    click.option("--jobs", metavar="N", help="Cells at once.  [default: auto, by cores and free memory]"),
    click.option("--timeout", metavar="SECONDS", help="Kill a cell, or a load, that takes longer; or none."),
    click.option(
        "--memory-limit",
        metavar="SIZE",
        help="Kill one that takes more: 2GB, 500MB or none.  [default: auto, 80% of what is free / jobs]",
    ),
    click.option("--fresh", is_flag=True, help="Fit every cell, also those in the store."),
    click.option("--no-scores", is_flag=True, help="Store figures only: new metrics will need new fits."),
    click.option("--strict", is_flag=True, help="Failed plugins and skipped cells are failures."),
)
_JUDGED = (
    click.option(
        "--tolerance",
        multiple=True,
        metavar="METRIC=VALUE",
        help="How far a metric may fall: roc_auc=0.01, tp=2, cost=5%.  [default: 0.005 or 0.5%, the larger]",
    ),
    click.option(
        "--significance",
        is_flag=False,
        flag_value="0.05",
        metavar="[ALPHA]",
        help="Judge folds together: red only where a loss above the tolerance is significant.  [level: 0.05]",
    ),
)
_CHOSEN = (
    click.option(
        "-d", "--dataset", multiple=True, metavar=_ITEMS, help="Only these: names, globs, name[key=value]."
    ),
    click.option("-s", "--strategy", multiple=True, metavar=_ITEMS, help="Only these strategies."),
    click.option("-m", "--model", multiple=True, metavar=_ITEMS, help="Only these models."),
)
_SHOWN = (
    *_METRICS,
    click.option(
        "--format",
        metavar="NAME",
        help="rich, plain, markdown, latex, csv, json.  [default: rich, or by FILE]",
    ),
    click.option("--output", type=click.Path(path_type=Path), metavar="FILE", help="Write the report there."),
    click.option(
        "--ci",
        type=float,
        is_flag=False,
        flag_value=0.95,
        metavar="[LEVEL]",
        help="Confidence intervals of single holdouts, from stored scores.  [level: 0.95]",
    ),
)


def common(command: Command) -> Command:
    """Options of every command."""
    return _with(_COMMON, command)


def selection(command: Command) -> Command:
    """Options that say which cells there are, and what belongs to their identity."""
    return _with(_SELECTION, command)


def chosen(command: Command) -> Command:
    """Options that say which rows of a stored run are shown or drawn."""
    return _with(_CHOSEN, command)


def shown(command: Command) -> Command:
    """Options that say what is shown of results, and how."""
    return _with(_SHOWN, command)


def effort(command: Command) -> Command:
    """Options that say how cells are run, and change no figure."""
    return _with(_EFFORT, command)


def judged(command: Command) -> Command:
    """Options that say when a change is a loss."""
    return _with(_JUDGED, command)


def metrics(command: Command) -> Command:
    """Options that say which figures there are."""
    return _with(_METRICS, command)


def _with(options: tuple[Any, ...], command: Command) -> Command:
    for option in reversed(options):
        command = option(command)
    return command
