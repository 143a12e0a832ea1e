"""What a run returns: one frozen row per selected cell, whatever became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

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
    """

    dataset: str
    split: str
    fold: int
    scale: str
    strategy: str
    model: str
    random_state: int


@dataclass(frozen=True)
class Result:
    """What became of one cell.

    Parameters
    ----------
    cell : which fit this is.
    status : one of `STATUSES`.
    reason : in words, for every status but ok.
    source : the loaded `Data.source`; "simulated" for a stand-in.
    metrics : threshold -> metric spec -> value (NaN where undefined); empty unless ok.
    counts : (n0, n1) under "data", "train", "test" and, after the strategy, "fitted".
    device : the device that did the work ("cpu", "cuda:0", "mps").
    threads : threads BLAS and torch used.
    seconds : wall seconds of applying the strategy and fitting the model.
    notes : warnings raised on the way, shown as footnotes.
    info : what the classifier tells of its fit (`info_`: loss curve, iterations).
    key : hash of everything the figures depend on; None where the data was not loaded.
    cached : taken from an earlier run with the same key.
    hashes : of what it was scored on, 16 hex digits each: "data" of all rows of the dataset, "test" of the
        test part's row numbers and labels; empty where no fold was prepared.
    positive : what the data call class 1; empty where they do not say.
    numerics : "single", or "grouped" where the model was fitted together with others (`--group`): its
        last bits depend on them, so that the two are never averaged and have different keys.
    """

    cell: Cell
    status: str
    reason: str = ""
    source: str = ""
    metrics: Mapping[float, Mapping[str, float]] = field(default_factory=dict)
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

    @property
    def dataset(self) -> str:
        """The dataset as it must be shown: its spec, and in parentheses what stands in for it."""
        return f"{self.cell.dataset} ({self.source})" if self.source else self.cell.dataset


@dataclass(frozen=True, repr=False)
class Results:
    """All rows of a run, in the order of its plan, with what a reader needs to judge them.

    Parameters
    ----------
    rows : one per cell.
    environment : versions, device, CPU, platform and command.
    thresholds : probabilities at which every cell was scored.
    columns : metric specs to show, in order.
    lower_is_better : those metrics (of all computed) whose smaller values are better.
    """

    rows: tuple[Result, ...]
    environment: Mapping[str, Any] = field(default_factory=dict)
    thresholds: tuple[float, ...] = (0.5,)
    columns: tuple[str, ...] = ()
    lower_is_better: frozenset[str] = frozenset()

    def __iter__(self) -> Iterator[Result]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: int) -> Result:
        return self.rows[index]

    def __repr__(self) -> str:
        counts = Counter(row.status for row in self.rows)
        return f"<Results: {len(self)} cells, {', '.join(f'{n} {status}' for status, n in counts.items())}>"

    def to_frame(self) -> pd.DataFrame:
        """A DataFrame with a row per cell and threshold: the cell, its status and all its metrics."""
        import pandas as pd

        return pd.DataFrame(
            {
                **asdict(row.cell), "dataset": row.dataset, "threshold": threshold, "numerics": row.numerics,
                "status": row.status,
                "reason": row.reason, "seconds": row.seconds, **row.metrics.get(threshold, {}),
            }
            for row in self.rows
            for threshold in self.thresholds
        )  # fmt: skip
