"""A run from its plan to its results: what `imbbench run` and `imbbench.run()` share."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from imbbench.board import Board
from imbbench.confidence import with_intervals
from imbbench.crew import prompt_threads
from imbbench.environment import environment
from imbbench.errors import UsageError
from imbbench.estimate import Estimates
from imbbench.execute import INTERRUPTED, STOPPED, execute
from imbbench.hire import hire, resolved_device
from imbbench.interrupt import Interrupts
from imbbench.ledger import Ledger
from imbbench.lookup import Lookup
from imbbench.memory import no_collection
from imbbench.observers import notify
from imbbench.options import Options
from imbbench.registry import Registry
from imbbench.result import Cell
from imbbench.results import Results, directions
from imbbench.room import check_room
from imbbench.scratch import scratch
from imbbench.settings import Settings
from imbbench.store import Store
from imbbench.store_schema import StoreError


class Watcher(Protocol):
    """Who follows a run."""

    def begun(self, left: Sequence[Cell], estimates: Estimates, jobs: int) -> None:
        """The store was asked; these cells are left to be fitted."""

    def dataset_done(self, results: Results) -> None:
        """All rows of a dataset are there."""


def bench(
    registry: Registry, cells: Sequence[Cell], options: Options, watcher: Watcher | None = None
) -> Results:
    """Run every cell, telling observers; the rows are in the order of the plan.

    Raises
    ------
    UsageError : limits that the executor cannot keep, no such device, a component that cannot travel.
    StoreError : the store cannot be used; nothing has run.
    """
    settings = settings_of(registry, options)
    _check_row_numbers(registry, cells, options)
    with Store.open(options.store, scores=options.scores) as store, scratch() as place:
        estimates = Estimates(registry, store.seconds(), inner=settings.inner)
        crew = hire(registry, options, settings, cells)
        with Interrupts(crew) as interrupts, contextlib.closing(crew):
            device = resolved_device(options.device, registry, cells, store, crew)
            lookup = Lookup(registry, store, settings, device, options.group, options.fresh)
            board = Board(cells, lookup, estimates, place, crew.release)
            ledger = Ledger(_empty(registry, settings, device), cells, lookup)
            try:
                with no_collection():
                    for row in board.open():
                        ledger.keep(row)
                left = board.to_fit()
                if options.store is not None:
                    check_room(options.store, registry, left, scores=options.scores, inner=settings.inner)
                if watcher is not None:
                    watcher.begun(left, estimates, crew.cores)
                    ledger.follow(board.datasets, watcher.dataset_done)
                with contextlib.nullcontext() if crew.in_process else prompt_threads():
                    for row in execute(board, crew, exitfirst=options.exitfirst):
                        ledger.keep(row)
            except KeyboardInterrupt:  # in this very process; what was done is kept
                interrupts.asked = True
        results = ledger.close(INTERRUPTED if interrupts.asked else STOPPED)
        if options.store is not None:
            results = replace(results, store=options.store.absolute(), runs=(ledger.run,))
        if options.ci is not None and not interrupts.asked:
            results = _with_intervals(registry, store, ledger.run, results, options.ci)
    notify(registry, "imbbench_run_done", results=results)
    return results


def _with_intervals(registry: Registry, store: Store, run: int, results: Results, level: float) -> Results:
    """The results with confidence intervals; without, and a warning, where the store cannot be read."""
    try:
        return with_intervals(registry, store, run, results, level)
    except StoreError as error:
        warnings.warn(f"{error}. So there are no intervals", stacklevel=2)
        return results


def settings_of(registry: Registry, options: Options) -> Settings:
    """What a run's workers must know: its metrics are all there are, and those that were asked for."""
    columns = tuple(bound.spec for bound in registry.select("metric", options.metrics))
    computed = tuple(bound.spec for bound in registry.select("metric", ["all", *columns]))
    wanted = options.scores and options.store is not None
    how = options.threads, wanted, options.debug, options.drop_duplicates
    return Settings(options.threshold, computed, columns, *how)


def _check_row_numbers(registry: Registry, cells: Sequence[Cell], options: Options) -> None:
    """Raise UsageError for a split that reads row numbers, which dropping rows would shift."""
    for spec in dict.fromkeys(cell.split for cell in cells):
        split = registry.resolve("split", spec)
        if options.drop_duplicates and split.component.files is not None:
            raise UsageError(
                f"{split.who} takes row numbers from a file, and --drop-duplicates would shift them; leave "
                "one of the two out"
            )


def _empty(registry: Registry, settings: Settings, device: str) -> Results:
    """The results of a run without its rows."""
    metrics = (registry.resolve("metric", spec) for spec in settings.metrics)
    about = environment(registry, device)
    if settings.drop_duplicates:
        about["drop_duplicates"] = True
    lower, neither = directions(metrics).values()
    return Results((), about, settings.thresholds, settings.columns, lower, neither)
