"""`imbbench.run()`: the command line's run, from Python."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from imbbench.bench import bench
from imbbench.components import Component
from imbbench.errors import UsageError
from imbbench.execute import INTERRUPTED
from imbbench.options import COLUMNS, Options
from imbbench.plan import Choice, Grid, plan
from imbbench.plugins import load_plugins
from imbbench.readings import Threshold, keys_of
from imbbench.registry import Registry
from imbbench.results import Results


def run(
    dataset: Choice | Component | Sequence[Choice | Component],
    strategy: Choice | Component | Sequence[Choice | Component] = "all",
    model: Choice | Component | Sequence[Choice | Component] = "all",
    *,
    split: Choice | Component | Sequence[Choice | Component] = "holdout",
    scale: str | Sequence[str] = "standard",
    random_state: int = 0,
    seeds: int = 1,
    threshold: Threshold | Sequence[Threshold] = 0.5,
    calibrate: str | Sequence[str] = "none",
    metrics: Choice | Component | Sequence[Choice | Component] = COLUMNS,
    device: str = "auto",
    threads: int = 1,
    executor: Choice = "processes",
    jobs: int | Literal["auto"] = "auto",
    timeout: float | None = None,
    memory_limit: int | Literal["auto"] | None = "auto",
    store: str | Path | None = None,
    fresh: bool = False,
    scores: bool = True,
    group: bool = False,
    ci: float | None = None,
    drop_duplicates: bool = False,
    plugins: Sequence[str] = (),
) -> Results:
    """Cross datasets with strategies and models, and return a row for every cell.

    Parameters
    ----------
    dataset, strategy, model, split, metrics : specs as on the command line ("moons[noise=0.2]", "torch-*",
        "all"), component objects, or lists of either. Objects defined in a script or a notebook, rather
        than in a module, need executor="serial".
    scale, random_state, seeds, threshold, calibrate, device, threads, group, drop_duplicates : as the options
        of `imbbench run`.
    executor, jobs, timeout, fresh, scores : likewise.
    memory_limit : bytes, None for no limit, "auto" for 80% of the free memory divided by the jobs.
    ci : level of confidence intervals, such as 0.95, for cells fitted on one fold; needs a store with scores.
    store : file that keeps the run and has earlier ones; None keeps nothing.
    plugins : names of modules to load as plugins for this run.

    Raises
    ------
    UsageError : an unknown component, parameter, scale or device; limits that the executor cannot keep.
    StoreError : the store cannot be used; nothing has run.
    KeyboardInterrupt : the user broke it off; what was done is in the store, if there is one.
    """
    if not isinstance(store, str | Path | None):
        raise UsageError(f"store is {store!r}; expected the path of a file, or None to keep nothing")
    registry = load_plugins(plugins)
    axes = {"dataset": dataset, "strategy": strategy, "model": model, "split": split, "metrics": metrics}
    registry, chosen = with_objects(registry, axes)
    columns = tuple(chosen.pop("metrics"))
    cells = plan(registry, [Grid(**chosen, scale=_listed(scale), random_state=random_state, seeds=seeds)])
    options = Options(
        threshold=keys_of(_listed(threshold), _listed(calibrate)), metrics=columns, ci=ci, device=device,
        threads=threads, executor=str(executor), jobs=jobs, timeout=timeout, memory_limit=memory_limit,
        store=None if store is None else Path(store), fresh=fresh, scores=scores, group=group,
        drop_duplicates=drop_duplicates,
    )  # fmt: skip
    results = bench(registry, cells, options)
    if any(row.reason == INTERRUPTED for row in results):
        raise KeyboardInterrupt(f"{results!r}; a run with store= goes on from there")
    return results


def with_objects(registry: Registry, axes: Mapping[str, Any]) -> tuple[Registry, dict[str, Any]]:
    """The registry with the component objects among the choices, and the choices with names for objects."""
    handed = [item for items in axes.values() for item in _listed(items) if not isinstance(item, Choice)]
    chosen = {
        axis: [item if isinstance(item, Choice) else item.name for item in _listed(items)]
        for axis, items in axes.items()
    }
    return registry.with_components(handed), chosen


def _listed(items: Any) -> list[Any]:
    return list(items) if isinstance(items, Iterable) and not isinstance(items, str) else [items]
