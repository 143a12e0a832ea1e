"""The seven kinds of component a plugin provides; `data` holds what they exchange.

A component is a frozen dataclass: a name and a callable. The callable's keyword-only arguments *are* the
component's parameters: their defaults and annotations drive the command line. Annotations may be int, float,
bool, str, pathlib.Path, tuple[...], Literal[...], None and unions of these; without one the type of the
default counts. A parameter for randomness is called `random_state`, defaults to None, and wins over the seed
that is passed: `seed if random_state is None else random_state`.

Every component also has `requires`, the names of the distributions (without versions) that its figures depend
on: a row is `missing-dependency` where one is not installed, and their versions are part of its key; and
`in_all`, False where it is only chosen by name or glob, never by "all" or --all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from concurrent.futures import Future

    import numpy as np
    from numpy.typing import NDArray

    from imbbench.card import Card
    from imbbench.data import Classifier, Data, TrainingSet
    from imbbench.results import Results

    IntArray = NDArray[np.integer[Any]]


class ExecutorLike(Protocol):
    """What an executor's `create` returns. It transports a function and its arguments, nothing else.

    It may also have `stop()`, called at the end of a run, also of one that the user breaks off: kill what
    runs, drop what waits, end all processes; and `release(folder)`: no later task names this `Folder`.
    """

    def submit(self, function: Callable[..., Any], timeout: float | None, /, *args: Any) -> Future[Any]:
        """Run `function(*args)` somewhere, within `timeout` seconds if it is given.

        Function and arguments can be pickled, and what it returns is plain data. A `Folder` among the
        arguments is to be there, or to be made available afterwards if the function wrote it. The future
        ends with what the function returned; with TimeoutError where it was killed for taking longer;
        with an exception that has an `exitcode` (minus the number of the signal, as in `subprocess`)
        where its process died; with any other where the executor lost it: it is then tried again.
        """


@dataclass(frozen=True)
class Dataset:
    """`load(**params) -> Data`; `files(**params)` names the files it reads without reading them, none for
    one that computes its rows: what has not changed is not loaded again. Without `files` it is loaded in
    every run, to see. Raise `MissingData` where they are not there."""

    name: str
    load: Callable[..., Data]
    card: Card
    files: Callable[..., Iterable[Path]] | None = None
    requires: tuple[str, ...] = ()
    in_all: bool = True


@dataclass(frozen=True)
class Split:
    """`split(data, seed, **params)` yields (train_idx, test_idx) pairs; `n_folds(**params)` says
    how many without seeing the data. Both parts of each hold both classes, or nothing is fitted.

    `features(data, **params)` names the columns of X that are features under this split; None, as without
    it, is all. `files(**params)` names the files it reads: a key has their content in the place of the
    parameters that name them, and one that changes while a run goes on ends the run's other folds.
    """

    name: str
    split: Callable[..., Iterable[tuple[IntArray, IntArray]]]
    n_folds: Callable[..., int]
    requires: tuple[str, ...] = ()
    in_all: bool = True
    features: Callable[..., Iterable[str] | None] | None = None
    files: Callable[..., Iterable[Path]] | None = None


@dataclass(frozen=True)
class Strategy:
    """`apply(train, seed, **params) -> TrainingSet`: what is done about the imbalance. It sees
    the training part of a fold only. `deterministic` as of a `Model`."""

    name: str
    apply: Callable[..., TrainingSet]
    requires: tuple[str, ...] = ()
    in_all: bool = True
    deterministic: bool | Callable[..., bool] = False


@dataclass(frozen=True)
class Model:
    """`build(context, **params)` returns a `Classifier` or a scikit-learn classifier.

    `seconds_per_row` is a rough guess of the fit's seconds per row, on one core, for the estimate that is
    printed when a run begins and the order of cells that were never timed.

    `parallel` says that the fit uses `context.n_jobs` (idle) cores, and no figure depends on how many.

    `fit_many(contexts, trains, **params)` fits replicates together, where that is faster than one after
    another. It gets cells of one dataset, scale and model (all of the model's parameters), whatever
    their split, fold, seed, strategy and random_state, but none with a `loss`; arrays are read-only. It
    returns one answer for each context, in their order: a fitted classifier, an exception in the place of
    one that failed, or `Unsupported` for one that is better fitted alone (it is). Under --group only, and
    several times where memory wants it. `TorchClassifier.fit_many(build)` makes one.

    `deterministic` says that the seed changes no bit of the scores; `deterministic(**params)` says so where
    it depends on parameters. Where model and strategy both are, --seeds fits a cell once. One with a
    `random_state` of its own is, without saying so.
    """

    name: str
    build: Callable[..., Any]
    requires: tuple[str, ...] = ()
    in_all: bool = True
    seconds_per_row: float = 1e-5
    fit_many: Callable[..., Iterable[Classifier | Exception]] | None = None
    parallel: bool = False
    deterministic: bool | Callable[..., bool] = False


@dataclass(frozen=True)
class Metric:
    """`score(predictions, **params) -> float`; NaN where it is undefined. All installed metrics with
    `in_all` are computed for every cell, so return NaN rather than raise where one does not apply.

    `greater_is_better` is False for losses and costs, and None for what is neither better nor worse, such as
    a slope whose ideal is 1: no table marks a best one, and no baseline holds it.

    `weighted(predictions, weights, **params) -> (b,)` gives the figures of b resamples at once, for
    intervals: in the j-th, row i counts weights[j, i] times: whole numbers, float64 (b, n). Rows come in
    order of falling score. Without it `score` is called on every resample: the same figures, more slowly.
    """

    name: str
    score: Callable[..., float]
    greater_is_better: bool | None = True
    requires: tuple[str, ...] = ()
    in_all: bool = True
    weighted: Callable[..., NDArray[np.float64]] | None = None


@dataclass(frozen=True)
class Executor:
    """`create(jobs, **params)` returns an `ExecutorLike`. With `in_process` it runs functions in this very
    process, one after another, and is given no limits."""

    name: str
    create: Callable[..., ExecutorLike]
    requires: tuple[str, ...] = ()
    in_all: bool = True
    in_process: bool = False


@dataclass(frozen=True)
class Report:
    """`write(results, stream, **params)` writes all results to a text stream.

    One that can be printed while a run goes on also has `write_tables`, called with each dataset's results
    when they are complete, and `write_footer`, called with all at the end: `write` in two parts.
    """

    name: str
    write: Callable[[Results, IO[str]], None]
    requires: tuple[str, ...] = ()
    in_all: bool = True
    write_tables: Callable[[Results, IO[str]], None] | None = None
    write_footer: Callable[[Results, IO[str]], None] | None = None


Component = Dataset | Split | Strategy | Model | Metric | Executor | Report
#: kind -> (class, name of its main callable); the order in which `imbbench list` shows them.
KINDS: Mapping[str, tuple[type, str]] = {
    "dataset": (Dataset, "load"),
    "split": (Split, "split"),
    "strategy": (Strategy, "apply"),
    "model": (Model, "build"),
    "metric": (Metric, "score"),
    "executor": (Executor, "create"),
    "report": (Report, "write"),
}


def kind_of(component: Component) -> str:
    """The kind a component is of. TypeError if it is none."""
    for kind, (cls, _) in KINDS.items():
        if isinstance(component, cls):
            return kind
    raise TypeError(f"expected a component (Dataset, Strategy, Model, ...) or its name, not {component!r}")


def main_callable(component: Component) -> Callable[..., Any]:
    """The callable whose keyword-only arguments are the component's parameters."""
    return getattr(component, KINDS[kind_of(component)][1])  # type: ignore[no-any-return]
