"""What a run returns: one frozen row per selected cell, whatever became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from imbbench.readings import Threshold

if TYPE_CHECKING:
    import pandas as pd

    from imbbench.comparison import Comparison
    from imbbench.registry import Bound

#: Every status a cell can end with, in the order a footer counts them.
STATUSES = (
    "ok", "error", "timeout", "crashed", "interrupted", "unsupported", "missing-data", "missing-dependency",
)  # fmt: skip
FAILED = frozenset({"error", "timeout", "crashed"})
SKIPPED = frozenset({"unsupported", "missing-data", "missing-dependency"})
#: What `Results.compare` looks at: ranking where positives are rare, ranking, probabilities.
COMPARED = ("average_precision", "roc_auc", "log_loss_skill")


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


@dataclass(frozen=True, repr=False)
class Results:
    """All rows of a run, in the order of its plan, with what a reader needs to judge them.

    Parameters
    ----------
    rows : one per cell.
    environment : versions, device, CPU, platform and command.
    thresholds : keys of the readings of every cell's scores, as in `Result.metrics`.
    columns : metric specs to show, in order.
    lower_is_better : those metrics (of all computed) whose smaller values are better.
    undirected : those of which no value is better than another.
    confidence_level : of the rows' intervals, such as 0.95; None where none were asked for.
    """

    rows: tuple[Result, ...]
    environment: Mapping[str, Any] = field(default_factory=dict)
    thresholds: tuple[Threshold, ...] = (0.5,)
    columns: tuple[str, ...] = ()
    lower_is_better: frozenset[str] = frozenset()
    undirected: frozenset[str] = frozenset()
    confidence_level: float | None = None

    def __iter__(self) -> Iterator[Result]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: int) -> Result:
        return self.rows[index]

    def __repr__(self) -> str:
        counts = Counter(row.status for row in self.rows)
        return f"<Results: {len(self)} cells, {', '.join(f'{n} {status}' for status, n in counts.items())}>"

    def compare(
        self,
        against: str | None = None,
        metrics: str | Sequence[str] = COMPARED,
        *,
        by: Literal["strategy", "model"] = "strategy",
        rope: float = 0.01,
    ) -> Comparison:
        """Whether differences between strategies are real: on each data set, and over data sets.

        Parameters
        ----------
        against : spec of the strategy that others are compared with, or "all" for every pair; None for
            "none", and for all pairs of models.
        metrics : specs of metrics that the rows have; one, a comma list or several.
        by : "strategy", or "model" to compare models.
        rope : differences up to this, in units of the metrics, do not matter.

        Raises UsageError for a name that no row has, and where there is nothing to compare.
        """
        from imbbench.compared import compared

        return compared(self, against, metrics, by=by, rope=rope)

    def to_frame(self) -> pd.DataFrame:
        """A DataFrame with a row per cell and threshold: the cell, its status and all its metrics; behind
        them, where intervals were asked for, METRIC_low and METRIC_high."""
        import pandas as pd

        return pd.DataFrame(
            {
                **asdict(row.cell), "dataset": row.dataset, "threshold": threshold, "numerics": row.numerics,
                "status": row.status,
                "reason": row.reason, "seconds": row.seconds, **row.metrics.get(threshold, {}),
                **{
                    f"{metric}_{end}": value
                    for metric, interval in row.intervals.get(threshold, {}).items()
                    for end, value in zip(("low", "high"), interval, strict=True)
                },
            }
            for row in self.rows
            for threshold in self.thresholds
        )  # fmt: skip


def directions(metrics: Iterable[Bound]) -> dict[str, frozenset[str]]:
    """`lower_is_better` and `undirected` of these metrics, as keywords of `Results`."""
    says = {bound.spec: bound.component.greater_is_better for bound in metrics}
    undirected = frozenset(spec for spec, greater in says.items() if greater is None)
    lower = frozenset(spec for spec, greater in says.items() if not greater)
    return {"lower_is_better": lower - undirected, "undirected": undirected}
