"""A run from its plan to its results: what `imbbench run` and `imbbench.run()` share."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import Protocol

from imbbench.board import Board
from imbbench.crew import prompt_threads
from imbbench.environment import environment
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
from imbbench.results import Cell, Results
from imbbench.room import check_room
from imbbench.scratch import scratch
from imbbench.settings import Settings
from imbbench.store import Store


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
    with Store.open(options.store, scores=options.scores) as store, scratch() as place:
        estimates = Estimates(registry, store.seconds())
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
                if options.store is not None:
                    check_room(options.store, registry, board.to_fit(), scores=options.scores)
                if watcher is not None:
                    watcher.begun(board.to_fit(), estimates, crew.cores)
                    ledger.follow(board.datasets, watcher.dataset_done)
                with contextlib.nullcontext() if crew.in_process else prompt_threads():
                    for row in execute(board, crew, exitfirst=options.exitfirst):
                        ledger.keep(row)
            except KeyboardInterrupt:  # in this very process; what was done is kept
                interrupts.asked = True
        results = ledger.close(INTERRUPTED if interrupts.asked else STOPPED)
    notify(registry, "imbbench_run_done", results=results)
    return results


def settings_of(registry: Registry, options: Options) -> Settings:
    """What a run's workers must know: its metrics are all there are, and those that were asked for."""
    columns = tuple(bound.spec for bound in registry.select("metric", options.metrics))
    computed = tuple(bound.spec for bound in registry.select("metric", ["all", *columns]))
    wanted = options.scores and options.store is not None
    return Settings(options.threshold, computed, columns, options.threads, wanted, options.debug)


def _empty(registry: Registry, settings: Settings, device: str) -> Results:
    """The results of a run without its rows."""
    metrics = (registry.resolve("metric", spec) for spec in settings.metrics)
    lower = frozenset(bound.spec for bound in metrics if not bound.component.greater_is_better)
    return Results((), environment(registry, device), settings.thresholds, settings.columns, lower)
