"""What a run returns: one frozen row per selected cell, whatever became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from imbbench.readings import Threshold
from imbbench.result import Result

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from imbbench.comparison import Comparison
    from imbbench.registry import Bound

#: What `Results.compare` looks at: ranking where positives are rare, ranking, probabilities.
COMPARED = ("average_precision", "roc_auc", "log_loss_skill")


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
    store, runs : the file and the numbers of the runs in it where the rows' scores are; None and none where
        nothing was kept. Of rows that several runs have the scores of the last one count.
    """

    rows: tuple[Result, ...]
    environment: Mapping[str, Any] = field(default_factory=dict)
    thresholds: tuple[Threshold, ...] = (0.5,)
    columns: tuple[str, ...] = ()
    lower_is_better: frozenset[str] = frozenset()
    undirected: frozenset[str] = frozenset()
    confidence_level: float | None = None
    store: Path | None = field(default=None, compare=False)
    runs: tuple[int, ...] = field(default=(), compare=False)

    def __iter__(self) -> Iterator[Result]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: int) -> Result:
        return self.rows[index]

    def __repr__(self) -> str:
        counts = Counter(row.status for row in self.rows)
        return f"<Results: {len(self)} cells, {', '.join(f'{n} {status}' for status, n in counts.items())}>"

    def _repr_html_(self) -> str:
        """The tables in a notebook."""
        from imbbench.page.notebook import results_html

        return results_html(self)

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

    def plot(
        self,
        kind: str,
        *,
        dataset: str | Sequence[str] | None = None,
        strategy: str | Sequence[str] | None = None,
        model: str | Sequence[str] | None = None,
        metric: str | Sequence[str] | None = None,
        calibrate: str | None = None,
        ax: Axes | None = None,
    ) -> Axes | NDArray[Any]:
        """Draw a figure with matplotlib; `pip install 'imbbench[plots]'`.

        Parameters
        ----------
        kind : pr, roc, calibration, scores or boundary, from stored scores, of every fit without averaging;
            heatmap or ranks, of metrics.
        dataset, strategy, model : specs or globs of what is drawn, one, a comma list or several; None for
            all.
        metric : specs of what heatmap and ranks show; None for average precision, or else the first column.
        calibrate : none, prior, platt or isotonic: what makes the scores probabilities; None for the run's
            first. Boundaries are of scores as they are.
        ax : Axes to draw into, where there is one panel; None for a new figure of pyplot's.

        Returns the Axes of the only panel, or an array of Axes, shape (protocols, models); boundary has a row
        for each protocol and strategy, heatmap a column for each metric, ranks one column only.

        Warns of rows that are not drawn. Raises UsageError for what no row has, MissingDependency without
        matplotlib, ImbbenchError where nothing can be drawn.
        """
        from imbbench.plots import plot

        chosen = {"dataset": dataset, "strategy": strategy, "model": model}
        return plot(self, kind, **chosen, metric=metric, calibrate=calibrate, ax=ax)

    def to_html(self, path: str | Path | None = None) -> str | None:
        """The page of `imbbench report`: its text, or None where it is written to `path`.

        Pictures are drawn from stored scores: run(..., store="results.sqlite") keeps them.
        """
        from imbbench.output import check_output, replace_file
        from imbbench.page import page

        if path is None:
            return page(self)
        check_output(Path(path), "path")
        replace_file(Path(path), lambda stream: stream.write(page(self)))
        return None

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
