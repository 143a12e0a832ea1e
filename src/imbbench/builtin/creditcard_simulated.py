"""The stand-in for creditcard.csv: a table of its size and shape, drawn from statistics of it.

`creditcard_statistics.json` holds, per class, the quantiles of each column and a Gaussian mixture
over the columns' normal scores. A row is drawn from the mixture, each of its values is turned
into a rank by the mixture's marginal distribution function, and each rank into a value by the
column's quantiles.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]

# Rows drawn at a time, so that the peak of memory stays near the size of the table itself. The
# order of the draws depends on it: another value gives another table.
_BLOCK = 8192


@dataclass(frozen=True, eq=False)
class Mixture:
    """One class of the table.

    Parameters
    ----------
    label, count : the class and its number of rows.
    probabilities : (q,) ranks of the quantiles, from 0 to 1.
    quantiles : (d, q) values of each column at these ranks.
    weights : (k,) of the components, summing to 1.
    means : (k, d) of the normal scores.
    factors : (k, d, d) lower Cholesky factors of their covariances.
    """

    label: int
    count: int
    probabilities: FloatArray
    quantiles: FloatArray
    weights: FloatArray
    means: FloatArray
    factors: FloatArray

    @cached_property
    def deviations(self) -> FloatArray:
        """(k, d) standard deviations of the normal scores."""
        import numpy as np

        return np.sqrt(np.square(self.factors).sum(axis=2))  # type: ignore[no-any-return]


def simulate(random_state: int = 0) -> tuple[pd.DataFrame, NDArray[np.int8]]:
    """Draw the whole table: (X, y), X float32 (284807, 30), y (284807,), sorted by column Time.

    The same `random_state` gives the same bits, whatever the number of cores: sums are written out
    column by column rather than left to BLAS. Takes about 1.3 seconds on one core; memory peaks at
    about 1.3 times the 34 MB of X.
    """
    import numpy as np
    import pandas as pd

    columns, mixtures = read_statistics()
    rng = np.random.default_rng(random_state)
    # One contiguous line per column: the DataFrame takes the transposed view without a copy.
    table = np.empty((len(columns), sum(mixture.count for mixture in mixtures)), dtype=np.float32)
    y = np.empty(table.shape[1], dtype=np.int8)
    start = 0
    for mixture in mixtures:
        y[start : start + mixture.count] = mixture.label
        _fill(table[:, start : start + mixture.count], mixture, rng)
        start += mixture.count
    order = np.argsort(table[columns.index("Time")], kind="stable")
    for line in table:
        line[:] = line[order]
    return pd.DataFrame(table.T, columns=columns, copy=False), y[order]


def read_statistics() -> tuple[list[str], list[Mixture]]:
    """The names of the 30 feature columns, and a mixture per class."""
    import numpy as np

    text = files("imbbench.builtin").joinpath("creditcard_statistics.json").read_text(encoding="utf-8")
    statistics = json.loads(text)
    mixtures = []
    for found in statistics["classes"]:
        weights = np.array(found["weights"])
        # LAPACK differs in the last bits between machines; rounded, the factors do not.
        factors = [np.linalg.cholesky(_symmetric(rows)).round(9) for rows in found["covariances_lower"]]
        mixtures.append(
            Mixture(
                label=found["label"],
                count=found["count"],
                probabilities=np.array(statistics["probabilities"]),
                quantiles=np.array(found["quantiles"]),
                weights=weights / weights.sum(),
                means=np.array(found["means"]),
                factors=np.stack(factors),
            )
        )
    return statistics["columns"], mixtures


def _symmetric(rows: list[list[float]]) -> FloatArray:
    """The covariance matrix of which `rows` is the lower triangle, line by line."""
    import numpy as np

    lower = np.zeros((len(rows), len(rows)))
    for i, row in enumerate(rows):
        lower[i, : i + 1] = row
    return lower + np.tril(lower, -1).T


def _fill(table: NDArray[np.float32], mixture: Mixture, rng: np.random.Generator) -> None:
    """Draw `mixture.count` rows into the columns of `table` (d, count), component by component."""
    start = 0
    for component, size in enumerate(rng.multinomial(mixture.count, mixture.weights)):
        for begin in range(start, start + size, _BLOCK):
            end = min(begin + _BLOCK, start + size)
            noise = rng.standard_normal((len(table), end - begin))
            for j, line in enumerate(table[:, begin:end]):
                line[:] = _column(mixture, component, j, noise)
        start += size


def _column(mixture: Mixture, component: int, j: int, noise: FloatArray) -> FloatArray:
    """Column `j` of the rows that `noise` (d, n), independent standard normal, stands for."""
    import numpy as np

    score = np.full(noise.shape[1], mixture.means[component, j])
    for factor, line in zip(mixture.factors[component, j, : j + 1], noise[: j + 1], strict=True):
        score += factor * line
    ranks = marginal_ranks(mixture, j, score)
    column: FloatArray = np.interp(ranks, mixture.probabilities, mixture.quantiles[j])
    return column


def marginal_ranks(mixture: Mixture, j: int, scores: FloatArray) -> FloatArray:
    """The mixture's distribution function of column `j` at `scores` (n,): ranks in [0, 1], (n,)."""
    import numpy as np
    from scipy.special import ndtr

    ranks = np.zeros_like(scores)
    for weight, mean, deviation in zip(
        mixture.weights, mixture.means[:, j], mixture.deviations[:, j], strict=True
    ):
        ranks += weight * ndtr((scores - mean) / deviation)
    return ranks
