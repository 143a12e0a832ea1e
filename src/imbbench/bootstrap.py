"""Confidence intervals of the figures of one holdout, from the scores of its test rows.

The stratified percentile bootstrap (Efron and Tibshirani 1993, An Introduction to the Bootstrap, chapter 13):
each class of the test rows is drawn from with replacement as often as it has rows, the figure is computed of
each such resample, and the interval is what lies between two quantiles of these figures. It tells how far a
figure depends on which rows happened to be tested; the fitted model stays as it is.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from imbbench.errors import PluginError
from imbbench.outcome import Failure, blame
from imbbench.seeds import derive
from imbbench.spec import parse

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from imbbench.data import Predictions
    from imbbench.readings import Threshold
    from imbbench.registry import Bound
    from imbbench.result import Cell

#: (low, high)
Interval = tuple[float, float]

#: Resamples of an interval, and the part of them that may be undefined.
DRAWS, UNDEFINED = 1000, 0.05
#: Weights at once: 4 MB of them stay in a processor's cache.
_AT_ONCE = 2**19


def bootstrap_seed(cell: Cell) -> int:
    """One per dataset, split and fold: all cells of a fold are resampled alike."""
    names = parse(cell.dataset).name, parse(cell.split).name, cell.fold
    return derive(cell.random_state, "bootstrap", *names)


@dataclass(frozen=True, eq=False)
class Resamples:
    """Stratified resamples of the rows of one test part.

    Parameters
    ----------
    y : (n,) labels in {0, 1}.
    seed : the same for the same resamples, however many are taken at once.
    draws : how many.
    """

    y: NDArray[np.int8]
    seed: int
    draws: int = DRAWS

    @property
    def rows(self) -> NDArray[np.intp]:
        """(n,) the rows in the order in which `counts` has them: class 0, then class 1."""
        import numpy as np

        return np.argsort(self.y, kind="stable")

    def counts(self) -> Iterator[NDArray[np.float64]]:
        """Arrays (b, n), some resamples at a time: how often each of `rows` was drawn."""
        import numpy as np

        rng = np.random.default_rng(self.seed)
        n1 = int(self.y.sum())
        n0 = len(self.y) - n1
        at_once = max(1, _AT_ONCE // len(self.y))
        for first in range(0, self.draws, at_once):
            counts = np.empty((min(at_once, self.draws - first), len(self.y)))
            for resample in counts:
                for stratum in filter(len, (resample[:n0], resample[n0:])):
                    drawn = rng.integers(len(stratum), size=len(stratum))
                    stratum[:] = np.bincount(drawn, minlength=len(stratum))
            yield counts


def intervals(
    predictions: Mapping[Threshold, Predictions],
    metrics: Sequence[Bound],
    seed: int,
    level: float,
    draws: int = DRAWS,
) -> dict[Threshold, dict[str, Interval]]:
    """Percentile intervals (low, high) of metrics: threshold -> metric spec -> interval.

    Parameters
    ----------
    predictions : of the same n rows with the same labels, as they are read at each threshold. A threshold
        that was chosen is not chosen again: it stays what it is in every resample.
    seed : of the resamples, which all thresholds and metrics share.
    level : such as 0.95.

    A figure that is undefined in at most 5% of the resamples has the interval of the others; one that is
    undefined more often has (NaN, NaN). So has a metric that raises, and a warning says why.
    """
    import numpy as np

    resamples = Resamples(next(iter(predictions.values())).y, seed, draws)
    seen = {key: _by_falling_score(each, resamples.rows) for key, each in predictions.items()}
    figures: dict[tuple[Threshold, str], list[NDArray[np.float64]]] = {}
    for counts in resamples.counts():
        for key, (given, order) in seen.items():
            weights = np.take(counts, order, axis=1)
            for metric in metrics:
                figures.setdefault((key, metric.spec), []).append(_or_nan(metric, given, weights))
    found: dict[Threshold, dict[str, Interval]] = {key: {} for key in predictions}
    for key in predictions:
        for metric in metrics:
            values = np.concatenate(figures[key, metric.spec])
            found[key][metric.spec] = percentile(values, level)
    return found


def _or_nan(metric: Bound, given: Predictions, weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """`weighted`; NaN, and a warning, where the metric fails."""
    import numpy as np

    try:
        with blame(metric.who):
            return weighted(metric, given, weights)
    except Failure as failure:
        warnings.warn(f"no interval: {failure}", stacklevel=2)
        return np.full(len(weights), np.nan)


def _by_falling_score(given: Predictions, rows: NDArray[np.intp]) -> tuple[Predictions, NDArray[np.intp]]:
    """Predictions in order of falling score, and the place that each of their rows has among `rows`."""
    import numpy as np

    order = np.argsort(-given.score[rows], kind="stable")
    return taken(given, rows[order]), order


def taken(given: Predictions, rows: NDArray[np.intp]) -> Predictions:
    """Predictions of these rows only, which may be repeated."""
    from imbbench.data import read_only

    amount = None if given.amount is None else read_only(given.amount[rows])
    return replace(given, y=read_only(given.y[rows]), score=read_only(given.score[rows]), amount=amount)


def weighted(metric: Bound, given: Predictions, weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """The metric (b,) of rows in order of falling score, row i weights[j, i] times in the j-th resample."""
    import numpy as np

    if metric.component.weighted is None:
        rows = np.arange(len(given.y))
        resampled = (taken(given, np.repeat(rows, counts)) for counts in weights.astype(np.intp))
        return np.array([float(metric.call(each)) for each in resampled])
    figures = np.asarray(metric.component.weighted(given, weights, **metric.params))
    if figures.shape != (len(weights),) or figures.dtype.kind not in "fiu":
        found = f"weighted returned an array of {figures.dtype}, shape {figures.shape}"
        raise PluginError(f"{metric.who}: {found}; expected one number for each resample, ({len(weights)},)")
    return figures.astype(np.float64, copy=False)


def percentile(values: NDArray[np.float64], level: float) -> Interval:
    """What lies between the quantiles (1 - level) / 2 and (1 + level) / 2 of the finite values (draws,)."""
    import numpy as np

    defined = values[np.isfinite(values)]
    if len(defined) < (1 - UNDEFINED) * len(values):
        return math.nan, math.nan
    low, high = np.quantile(defined, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
