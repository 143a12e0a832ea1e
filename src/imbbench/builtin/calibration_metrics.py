"""Figures of the probabilities: how far off they are, and in which way."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from imbbench import Predictions, UsageError
from imbbench.builtin.ranking_metrics import one_class

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

#: Steps after which a fit that has not converged is given up; 10 are usual.
_STEPS = 100
#: Half the squared distance to the maximum, in standard errors, at which a fit has converged.
_CONVERGED = 1e-16
#: Share of a row's information, 1/4 at most, that all rows must have on average for an intercept to be found:
#: with less, sums in floating point no longer change with it.
_FLAT = 1e-9


def brier(p: Predictions) -> float:
    """Mean squared difference of probability and label (Brier, 1950)."""
    return float(((p.probability - p.y) ** 2).mean())


def log_loss(p: Predictions) -> float:
    """Mean negative log-likelihood in nats, probabilities clipped as scikit-learn clips them."""
    import numpy as np

    # What scikit-learn's log_loss computes; its checks of what it is given would take ten times as long.
    eps = np.finfo(np.float64).eps
    own = np.where(p.y == 1, p.probability, 1 - p.probability)  # of the true label
    return float((-np.log(np.clip(own, eps, 1 - eps))).mean())


def brier_skill(p: Predictions) -> float:
    """1 - Brier score / that of always saying the training part's prevalence: 1 is perfect, 0 no better than
    that, below 0 worse."""
    return _skill(brier(p), float(((p.prevalence - p.y) ** 2).mean()))


def log_loss_skill(p: Predictions) -> float:
    """1 - log loss / that of always saying the training part's prevalence: 1 is perfect, 0 no better than
    that, below 0 worse."""
    if not 0 < p.prevalence < 1:
        return math.nan
    positive = float(p.y.mean())
    reference = -positive * math.log(p.prevalence) - (1 - positive) * math.log1p(-p.prevalence)
    return _skill(log_loss(p), reference)


def _skill(loss: float, reference: float) -> float:
    return 1 - loss / reference if reference else math.nan


def ece(p: Predictions, *, n_bins: int = 15) -> float:
    """Expected calibration error (Naeini et al., 2015; Guo et al., 2017) with bins of equal mass: mean over
    rows of |mean probability - share of positives| of the row's bin.

    The bins lie between quantiles of the probabilities, as in scikit-learn's
    `calibration_curve(strategy="quantile")`: rows of one probability are all in one bin, the lower one where
    it is a quantile, so that ties leave fewer bins. Chance alone puts it above 0, the more the fewer rows a
    bin has.
    """
    import numpy as np

    own = bin_of(p, n_bins)
    return float(np.abs(np.bincount(own, weights=p.probability - p.y)).sum() / len(p.y))


def bin_of(p: Predictions, n_bins: int = 15) -> NDArray[np.intp]:
    """The bin of `ece` that each row is in, (n,), 0 for the lowest probabilities; some may have no row."""
    import numpy as np

    if n_bins < 1:
        raise UsageError(f"n_bins is {n_bins}; expected a number of bins, at least 1")
    edges = np.percentile(p.probability, np.linspace(0, 1, n_bins + 1) * 100)
    return np.searchsorted(edges[1:-1], p.probability)


def calibration_slope(p: Predictions) -> float:
    """b of logit P(y = 1) = a + b * score, by maximum likelihood (Cox, 1958): ideal is 1, below it scores are
    too extreme, above it too timid. Undefined where no finite b is the likeliest: with one class, one score,
    or scores that a threshold separates by class, to floating point."""
    import numpy as np

    score, n, tp = _by_score(p)
    if one_class(p):
        return math.nan
    low, high = (score[rows] for rows in (n > tp, tp > 0))  # falling
    if low[0] <= high[-1] or high[0] <= low[-1]:
        return math.nan
    centre = float((n * score).sum() / n.sum())
    spread = math.sqrt(float((n * (score - centre) ** 2).sum() / n.sum()))
    return _slope(np.stack([np.ones_like(score), (score - centre) / spread]), n, tp) / spread


def calibration_intercept(p: Predictions) -> float:
    """a of logit P(y = 1) = a + score, by maximum likelihood: calibration in the large (Van Calster et al.,
    2019, Calibration: the Achilles heel of predictive analytics). Ideal is 0; above it probabilities are too
    low on the whole, below it too high. Undefined with one class, and where almost all probabilities are so
    near 0 or 1 that any a is as likely."""
    from scipy.optimize import brentq
    from scipy.special import expit

    if one_class(p):
        return math.nan
    score, n, tp = _by_score(p)
    positives, rows = float(tp.sum()), float(n.sum())

    def surplus(a: float) -> float:
        return float((n * expit(score + a)).sum()) - positives

    odds = math.log(positives / (rows - positives))  # the answer if all scores were 0
    a = brentq(surplus, odds - score[0] - 1, odds - score[-1] + 1, xtol=1e-12)
    probability = expit(score + a)
    information = float((n * probability * (1 - probability)).sum())
    return float(a) if information > _FLAT * rows else math.nan


def _by_score(p: Predictions) -> tuple[Array, Array, Array]:
    """(score, rows, positives), each (k,), of every distinct score, falling: equal rows need not be summed
    one by one."""
    import numpy as np

    tp, fp = (np.diff(counts, prepend=0).astype(np.float64) for counts in (p.curve.tp, p.curve.fp))
    return p.curve.score, tp + fp, tp


def _slope(x: Array, n: Array, tp: Array) -> float:
    """Second coefficient of the logistic regression of tp (k,) positives of n (k,) rows on x (2, k), whose
    first line is 1; NaN if it does not converge.

    Newton's method. What ends it is the Newton decrement, which no choice of units changes, unlike the
    gradient that general minimisers look at; a step is halved until it does not overshoot.
    """
    import numpy as np
    from scipy.special import expit

    beta = np.array([math.log(tp.sum() / (n - tp).sum()), 0.0])
    probability = expit(beta @ x)
    gradient = x @ (n * probability - tp)
    for _ in range(_STEPS):
        try:
            step = np.linalg.solve((x * (n * probability * (1 - probability))) @ x.T, -gradient)
        except np.linalg.LinAlgError:
            return math.nan
        decrement = float(-gradient @ step)
        if not math.isfinite(decrement):
            return math.nan
        if decrement < 2 * _CONVERGED:
            return float(beta[1] + step[1])
        while True:
            probability = expit((beta + step) @ x)
            gradient = x @ (n * probability - tp)
            if gradient @ step <= decrement / 2:
                break
            step, decrement = step / 2, decrement / 2
        beta = beta + step
    return math.nan
