"""One row of a run: which fit it was, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from imbbench.readings import Threshold

#: Every status a cell can end with, in the order a footer counts them.
STATUSES = (
    "ok", "error", "timeout", "crashed", "interrupted", "unsupported", "missing-data", "missing-dependency",
)  # fmt: skip
FAILED = frozenset({"error", "timeout", "crashed"})
SKIPPED = frozenset({"unsupported", "missing-data", "missing-dependency"})


@dataclass(frozen=True)
class Cell:
    """One fit, named by plain text: components are spec strings, so that a cell can travel.

    Parameters
    ----------
    dataset, split, strategy, model : spec strings, parameters that differ from the default given.
    fold : 0-based number of the split's (train, test) pair.
    scale : preprocessing of numeric columns (standard, none, minmax, power, robust).
    random_state : base of every seed of this cell.
    seed : 0-based number of the repetition: the same fold, with other draws of strategy and model.
    """

    dataset: str
    split: str
    fold: int
    scale: str
    strategy: str
    model: str
    random_state: int
    seed: int = 0


@dataclass(frozen=True)
class Result:
    """What became of one cell.

    Parameters
    ----------
    cell : which fit this is.
    status : one of `STATUSES`.
    reason : in words, for every status but ok.
    source : the loaded `Data.source`; "simulated" for a stand-in.
    metrics : key of a reading -> metric spec -> value (NaN where undefined); empty unless ok. The key of a
        fixed threshold is its probability, that of any other way to read the scores is text: "tuned:f1",
        "prior 0.5", "isotonic at-recall=0.9".
    counts : (n0, n1) under "data", "train", "test" and, after the strategy, "fitted".
    device : the device that did the work ("cpu", "cuda:0", "mps").
    threads : threads BLAS and torch used.
    seconds : wall seconds of applying the strategy and fitting the model.
    notes : warnings raised on the way, shown as footnotes.
    info : what the classifier tells of its fit (`info_`: loss curve, iterations).
    key : hash of everything the figures depend on; None where the data was not loaded.
    cached : taken from an earlier run, or from another cell of this one, with the same key.
    hashes : of what it was scored on, 16 hex digits each: "data" of all rows of the dataset, "test" of the
        test part's row numbers and labels, "train" of the row numbers of both parts; empty where no fold was
        prepared.
    positive : what the data call class 1; empty where they do not say.
    numerics : "single", or "grouped" where the model was fitted together with others (`--group`): its
        last bits depend on them, so that the two are never averaged and have different keys.
    shift : how far the strategy moved the log-odds (`calibration.prior_shift`); None where it is not known.
    intervals : key of a reading -> metric spec -> (low, high), NaN where undefined; empty unless they were
        asked for. Of the sampling of test rows (`bootstrap`), for the columns of a cell fitted once.
    """

    cell: Cell
    status: str
    reason: str = ""
    source: str = ""
    metrics: Mapping[Threshold, Mapping[str, float]] = field(default_factory=dict)
    counts: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    device: str = ""
    threads: int = 1
    seconds: float = float("nan")
    notes: tuple[str, ...] = ()
    info: Mapping[str, Any] = field(default_factory=dict)
    key: str | None = None
    cached: bool = False
    numerics: str = "single"
    hashes: Mapping[str, str] = field(default_factory=dict)
    positive: str = ""
    shift: float | None = None
    intervals: Mapping[Threshold, Mapping[str, tuple[float, float]]] = field(default_factory=dict)

    @property
    def dataset(self) -> str:
        """The dataset as it must be shown: its spec, and in parentheses what stands in for it."""
        return f"{self.cell.dataset} ({self.source})" if self.source else self.cell.dataset
