"""The markers and every hook a plugin can implement.

Component hooks take no arguments and return a list of components; observer hooks are told what
happened. Implement them as module-level functions marked with `imbbench.hookimpl`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from imbbench.components import Dataset, Executor, Metric, Model, Report, Split, Strategy
    from imbbench.result import Result
    from imbbench.results import Results

hookspec = pluggy.HookspecMarker("imbbench")
hookimpl = pluggy.HookimplMarker("imbbench")


@hookspec
def imbbench_datasets() -> Iterable[Dataset]:  # type: ignore[empty-body]
    """Datasets to offer. Loading must wait for `Dataset.load`. Since 0.1."""


@hookspec
def imbbench_splits() -> Iterable[Split]:  # type: ignore[empty-body]
    """Ways to divide rows into training and test parts. Since 0.1."""


@hookspec
def imbbench_strategies() -> Iterable[Strategy]:  # type: ignore[empty-body]
    """Treatments of the imbalance, applied to training parts only. Since 0.1."""


@hookspec
def imbbench_models() -> Iterable[Model]:  # type: ignore[empty-body]
    """Classifiers. Import the learning library inside `Model.build`. Since 0.1."""


@hookspec
def imbbench_metrics() -> Iterable[Metric]:  # type: ignore[empty-body]
    """Figures computed from the predictions of a cell. Since 0.1."""


@hookspec
def imbbench_executors() -> Iterable[Executor]:  # type: ignore[empty-body]
    """Transports that carry tasks to where they run. Since 0.1."""


@hookspec
def imbbench_reports() -> Iterable[Report]:  # type: ignore[empty-body]
    """Output formats for `--format`. Since 0.1."""


@hookspec
def imbbench_cell_done(result: Result) -> None:
    """Told once per cell, as it ends with whatever status. Raising loses nothing: it is reported
    and the run goes on. Since 0.1."""


@hookspec
def imbbench_run_done(results: Results) -> None:
    """Told once, after the last cell, with all rows. Since 0.1."""
