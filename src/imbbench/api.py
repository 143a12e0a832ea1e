"""`imbbench.run()`: the command line's run, from Python; and `bench`, which both share."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from imbbench.components import Component
from imbbench.environment import cores, environment, resolve_device
from imbbench.errors import UsageError
from imbbench.execute import INTERRUPTED, execute
from imbbench.observers import notify
from imbbench.plan import Choice, Grid, plan
from imbbench.plugins import load_plugins
from imbbench.registry import Registry
from imbbench.results import Cell, Result, Results
from imbbench.settings import Settings
from imbbench.tasks import grouped, single

COLUMNS = ("tn", "fp", "fn", "tp", "precision", "recall", "roc_auc", "average_precision")


@dataclass(frozen=True)
class Options:
    """How to run a plan; nothing here changes which cells there are.

    Parameters
    ----------
    threshold : probabilities above which a row is called positive; a table row for each.
    metrics : specs of the metrics to show; all others are computed too.
    device : "auto", "cpu", "cuda", "cuda:N" or "mps", for models that use one.
    threads : for BLAS and torch; part of a result's identity.
    executor : spec of the executor.
    exitfirst : stop at the first failure.
    group : let models that can fit replicates together; part of a result's identity.
    debug : print the traceback of whatever a component raises.
    """

    threshold: tuple[float, ...] = (0.5,)
    metrics: tuple[Choice, ...] = COLUMNS
    device: str = "auto"
    threads: int = 1
    executor: str = "serial"
    exitfirst: bool = False
    group: bool = False
    debug: bool = False

    def __post_init__(self) -> None:
        for threshold in self.threshold:
            if not 0 < threshold < 1:
                raise UsageError(f"threshold {threshold} is not strictly between 0 and 1")
        if not isinstance(self.group, bool):
            raise UsageError(f"group is {self.group!r}; expected True or False")
        if self.threads < 1:
            raise UsageError(f"threads must be at least 1, not {self.threads}")


def bench(
    registry: Registry, cells: Sequence[Cell], options: Options, observer: object | None = None
) -> Results:
    """Run every cell, telling observers; the rows are in the order of the plan.

    Parameters
    ----------
    observer : a context manager with hook implementations, told like any plugin (the progress bar).
    """
    columns = [bound.spec for bound in registry.select("metric", options.metrics)]
    computed = {bound.spec: bound for bound in registry.select("metric", ["all", *columns])}
    executor = registry.resolve("executor", options.executor)
    device = _device(options.device, registry, cells)
    metrics = tuple(computed), tuple(columns)
    settings = Settings(options.threshold, *metrics, device, options.threads, cores(), options.debug)
    rows: dict[Cell, Result] = {}
    with _observing(registry, observer):
        from imbbench.cell import Worker

        worker = Worker(registry, settings)
        tasks = grouped(cells, registry, jobs=1) if options.group else single(cells)
        with contextlib.suppress(KeyboardInterrupt):  # what was done is kept
            for row in execute(tasks, worker, executor.call(1), exitfirst=options.exitfirst):
                rows[row.cell] = row
                notify(registry, "imbbench_cell_done", result=row)
    results = Results(
        tuple(rows.get(cell) or Result(cell, "interrupted", INTERRUPTED) for cell in cells),
        environment(registry, device),
        options.threshold,
        tuple(columns),
        frozenset(spec for spec, bound in computed.items() if not bound.component.greater_is_better),
    )
    notify(registry, "imbbench_run_done", results=results)
    return results


def run(
    dataset: Choice | Component | Sequence[Choice | Component],
    strategy: Choice | Component | Sequence[Choice | Component] = "all",
    model: Choice | Component | Sequence[Choice | Component] = "all",
    *,
    split: Choice | Component | Sequence[Choice | Component] = "holdout",
    scale: str | Sequence[str] = "standard",
    random_state: int = 0,
    threshold: float | Sequence[float] = 0.5,
    metrics: Choice | Component | Sequence[Choice | Component] = COLUMNS,
    device: str = "auto",
    threads: int = 1,
    group: bool = False,
    plugins: Sequence[str] = (),
) -> Results:
    """Cross datasets with strategies and models, and return a row for every cell.

    Parameters
    ----------
    dataset, strategy, model, split, metrics : specs as on the command line ("moons[noise=0.2]", "torch-*",
        "all"), component objects, or lists of either.
    scale, random_state, threshold, device, threads, group : as the options of `imbbench run`.
    plugins : names of modules to load as plugins for this run.

    Raises
    ------
    UsageError : an unknown component, parameter, scale or device.
    """
    registry = load_plugins(plugins)
    axes = {"dataset": dataset, "strategy": strategy, "model": model, "split": split, "metrics": metrics}
    handed = [item for items in axes.values() for item in _listed(items) if not isinstance(item, Choice)]
    registry = registry.with_components(handed)
    chosen: dict[str, Any] = {
        axis: [item if isinstance(item, Choice) else item.name for item in _listed(items)]
        for axis, items in axes.items()
    }
    columns = tuple(chosen.pop("metrics"))
    cells = plan(registry, [Grid(**chosen, scale=_listed(scale), random_state=random_state)])
    options = Options(tuple(_listed(threshold)), columns, device, threads, group=group)
    return bench(registry, cells, options)


def _listed(items: Any) -> list[Any]:
    return list(items) if isinstance(items, Iterable) and not isinstance(items, str) else [items]


def _device(asked: str, registry: Registry, cells: Sequence[Cell]) -> str:
    """The resolved device; "auto" does not import torch for a plan that has no use for it."""
    models = {cell.model for cell in cells}
    if asked == "auto" and not any(
        "torch" in registry.resolve("model", model).component.requires for model in models
    ):
        return "cpu"
    return resolve_device(asked)


@contextlib.contextmanager
def _observing(registry: Registry, observer: Any) -> Iterator[None]:
    """Register an observer for a while."""
    if observer is None:
        yield
        return
    with observer:
        registry.manager.register(observer)
        try:
            yield
        finally:
            registry.manager.unregister(observer)
