"""What the command line shows while a run goes on: messages, a progress bar, tables as they are done."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Self

import click

from imbbench.estimate import Estimates, in_words
from imbbench.hookspecs import hookimpl
from imbbench.output import stop_output
from imbbench.progress import Progress
from imbbench.registry import Bound, Registry
from imbbench.result import Cell, Result
from imbbench.results import Results

if TYPE_CHECKING:
    from types import TracebackType


class Display:
    """Follows a run.

    Parameters
    ----------
    cells : the plan.
    report : printed dataset by dataset, if it can be; None where it goes to a file.
    """

    def __init__(self, registry: Registry, cells: Sequence[Cell], report: Bound | None) -> None:
        can = report is not None and report.component.write_tables and report.component.write_footer
        self._registry, self._cells = registry, cells
        self._report = report if can else None
        self._stdout = sys.stdout
        self._progress: Progress | None = None

    def __enter__(self) -> Self:
        self._registry.manager.register(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._registry.manager.unregister(self)
        if self._progress is not None:
            self._progress.__exit__(kind, error, trace)

    def begun(self, left: Sequence[Cell], estimates: Estimates, jobs: int) -> None:
        """Say how many cells there are and how long they take, and start the bar."""
        stored = len(self._cells) - len(left)
        taken = f", {stored} of them stored" if stored else ""
        time = f", {in_words(estimates.total(left, jobs))}" if left else ""
        click.echo(f"{counted(self._cells)}{taken}{time}", err=True)
        self._progress = Progress(left, estimates).__enter__()

    @hookimpl
    def imbbench_cell_done(self, result: Result) -> None:
        """Move the bar."""
        if self._progress is not None:
            self._progress.advance(result.cell)

    def dataset_done(self, results: Results) -> None:
        """Print the tables of a dataset, if the report can do so."""
        if self._report is None:
            return
        with self._progress.hidden() if self._progress is not None else contextlib.nullcontext():
            try:
                self._report.component.write_tables(results, self._stdout, **self._report.params)
                self._stdout.flush()
            except BrokenPipeError:
                stop_output()
            except (Exception, SystemExit):
                self._report = None  # at the end the whole report is tried, and what is wrong is told

    @property
    def has_printed(self) -> bool:
        """Whether all tables are printed: only the report's footer is missing."""
        return self._report is not None and self._progress is not None


def counted(cells: Sequence[Cell]) -> str:
    """How many cells, in words."""
    return "1 cell" if len(cells) == 1 else f"{len(cells)} cells"
