"""What paired differences, one a fold, say of the mean difference on one data set."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from imbbench.rules import NOISE
from imbbench.ttest import corrected_error

#: Of the intervals.
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Paired:
    """The mean difference, and how sure it is. What one fold cannot tell is NaN.

    Parameters
    ----------
    mean : of the differences, in the metric's units.
    half_width : the 95% interval is `mean` plus and minus this.
    p : two-sided, of the corrected resampled t-test that the true mean is 0.
    below, within, above : posterior probabilities that the true mean is below -rope, within plus and minus
        rope, above rope.
    """

    mean: float
    half_width: float = math.nan
    p: float = math.nan
    below: float = math.nan
    within: float = math.nan
    above: float = math.nan


def paired(differences: Sequence[float], test_share: float, rope: float) -> Paired:
    """The mean of paired differences with interval, test and probabilities.

    All of them come from one Student distribution with n - 1 degrees of freedom around the mean. Its
    squared scale is (1/n + n_test/n_train) times the variance of the differences: Nadeau and Bengio (2003),
    Inference for the Generalization Error, Machine Learning 52, 239-281. With a flat prior it is also the
    posterior of the Bayesian correlated t-test: Corani and Benavoli (2015), A Bayesian approach for
    comparing cross-validated algorithms on multiple data sets, Machine Learning 100, 285-304.

    Parameters
    ----------
    differences : one a fold, at least one.
    test_share : n_test / n_train.
    rope : half the width of the region of practical equivalence, in the metric's units.

    Where all differences are the same, there is no doubt: it is the limit of ever less spread.
    """
    mean = statistics.fmean(differences)
    if len(differences) < 2:
        return Paired(mean)
    error = corrected_error(differences, test_share)
    if error <= NOISE:
        regions = (float(mean < -rope), float(abs(mean) <= rope), float(mean > rope))
        return Paired(mean, 0.0, 0.0 if any(differences) else 1.0, *regions)
    from scipy.special import stdtr, stdtrit  # Student's distribution, without all of scipy.stats

    free = len(differences) - 1
    below, above = float(stdtr(free, (-rope - mean) / error)), float(stdtr(free, (mean - rope) / error))
    return Paired(
        mean,
        half_width=float(stdtrit(free, (1 + CONFIDENCE) / 2)) * error,
        p=2 * float(stdtr(free, -abs(mean) / error)),
        below=below,
        within=max(0.0, 1 - below - above),
        above=above,
    )
