"""Whether a mean over folds is above a margin: tests that know that folds share their training rows."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence


def corrected_ttest(values: Sequence[float], margin: float, test_share: float) -> float:
    """p-value, one-sided, of the corrected resampled t-test that the mean of `values` is above `margin`.

    Nadeau and Bengio (2003), Inference for the Generalization Error, Machine Learning 52, 239-281: with n
    folds the variance of the mean is taken as (1/n + n_test/n_train) times that of the values, since the
    training parts of the folds overlap.

    Parameters
    ----------
    values : paired differences, one a fold; at least two.
    margin : the null hypothesis is that the true mean is not above it.
    test_share : n_test / n_train.
    """
    mean = statistics.mean(values) - margin  # exact, also where figures are huge
    error = corrected_error(values, test_share)
    if error == 0:  # the limit: there is no doubt
        return 0.0 if mean > 0 else 1.0
    from scipy.special import stdtr  # Student's distribution, without all of scipy.stats

    return float(stdtr(len(values) - 1, -mean / error))


def corrected_error(values: Sequence[float], test_share: float) -> float:
    """Standard error of the mean of `values`, one a fold, at least two, with the variance of
    `corrected_ttest`."""
    return math.sqrt(1 / len(values) + test_share) * statistics.stdev(values)


def holm(p_values: Sequence[float]) -> list[float]:
    """p-values adjusted for their number, so that of all those that are true the chance to reject any is
    below the level (Holm, 1979, A Simple Sequentially Rejective Multiple Test Procedure)."""
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    adjusted, least = [0.0] * len(p_values), 0.0
    for rank, index in enumerate(order):
        least = max(least, min(1.0, (len(p_values) - rank) * p_values[index]))
        adjusted[index] = least
    return adjusted
