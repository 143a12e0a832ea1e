"""Tests over data sets that look at ranks: Demšar (2006), Statistical Comparisons of Classifiers over
Multiple Data Sets, JMLR 7, 1-30."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from imbbench.rules import NOISE

if TYPE_CHECKING:
    from imbbench.data import FloatArray

#: Data sets that tests need: with 5, the smallest p-value of a signed-rank test is 2 / 2**5 = 0.06.
FEWEST = 6
LEVEL = 0.05


def wilcoxon(differences: Sequence[float]) -> float:
    """Two-sided p-value of Wilcoxon's signed-rank test that differences, one a data set, are around 0.

    Ranks of zero differences are split evenly, so that they speak for neither side. NaN for fewer than
    `FEWEST` data sets, 1 where all are 0.
    """
    if len(differences) < FEWEST:
        return math.nan
    if not any(differences):
        return 1.0
    from scipy.stats import wilcoxon as signed_rank

    return float(signed_rank(differences, zero_method="zsplit").pvalue)


def pseudo_median(differences: Sequence[float]) -> float:
    """The estimate beside Wilcoxon's test: the median of the means of all pairs of differences, each with
    itself too (Hodges and Lehmann, 1963, Estimates of Location Based on Rank Tests).

    Its sign is never against the rank sums': they are the numbers of these means above 0 and below it. It is
    0 where at least half of these means are.
    """
    import numpy as np

    values = np.asarray(differences, dtype=np.float64)
    first, second = np.triu_indices(len(values))
    return float(np.median((values[first] + values[second]) / 2))


def mean_ranks(blocks: Any) -> FloatArray:
    """Mean ranks, shape (k,), of the columns of `blocks`, shape (n, k), where larger is better: rank 1 is the
    best of a row. Equal figures share their ranks."""
    import numpy as np
    from scipy.stats import rankdata

    values = np.asarray(blocks, dtype=np.float64)
    steps = -np.round(values / NOISE)  # last bits make no ranks
    return np.asarray(rankdata(steps, axis=1).mean(axis=0))


def friedman(blocks: Any) -> float:
    """p-value that all columns of `blocks`, shape (n, k), have the same rank.

    Friedman's statistic, corrected for ties, as the F of Iman and Davenport (1980). NaN for fewer than
    `FEWEST` rows or 3 columns, 1 where all figures of each row are equal.
    """
    import numpy as np

    steps = np.round(np.asarray(blocks, dtype=np.float64) / NOISE)
    rows, columns = steps.shape
    if rows < FEWEST or columns < 3:
        return math.nan
    if (steps == steps[:, :1]).all():
        return 1.0
    from scipy.special import fdtrc
    from scipy.stats import friedmanchisquare

    chi2 = float(friedmanchisquare(*steps.T).statistic)
    left = rows * (columns - 1) - chi2
    if left <= 1e-9 * rows:  # the same order in every row
        return 0.0
    return float(fdtrc(columns - 1, (columns - 1) * (rows - 1), (rows - 1) * chi2 / left))


def critical_difference(columns: int, rows: int) -> float:
    """How far mean ranks of `columns` over `rows` data sets must differ for Nemenyi's test at 0.05."""
    from scipy.stats import studentized_range

    return float(studentized_range.ppf(1 - LEVEL, columns, math.inf) * _scale(columns, rows))


def nemenyi(ranks: Sequence[float], rows: int) -> list[list[float]]:
    """p-values of Nemenyi's test for each pair of mean ranks over `rows` data sets."""
    from scipy.stats import studentized_range

    number, scale = len(ranks), _scale(len(ranks), rows)

    def p_value(difference: float) -> float:
        return float(studentized_range.sf(difference / scale, number, math.inf)) if difference else 1.0

    return [[p_value(abs(one - other)) for other in ranks] for one in ranks]


def _scale(columns: int, rows: int) -> float:
    return math.sqrt(columns * (columns + 1) / (12 * rows))
