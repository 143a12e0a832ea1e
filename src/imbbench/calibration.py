"""What makes scores probabilities again, after a strategy has moved them or a model never gave any."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING

from imbbench.data import TrainingSet

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Scores = NDArray[np.float64]

#: Log-odds of a probability of 0 or 1: finite, order kept, and its logistic function is exactly that.
LIMIT = 800.0


def prior_shift(train: TrainingSet, natural: tuple[int, int]) -> float:
    """How far a strategy has moved the log-odds: the log of the odds of class 1 in what is fitted over
    those in the training part, `natural` (n0, n1). Rows count with their weights.

    Subtracted from the scores it undoes reweighting and random sampling for a model that estimates
    probabilities by likelihood (King and Zeng 2001, Logistic Regression in Rare Events Data; Elkan 2001;
    Dal Pozzolo et al. 2015, Calibrating Probability with Undersampling for Unbalanced Classification). NaN
    for a strategy with a training loss of its own: what that does to log-odds is not a shift.
    """
    import numpy as np

    if train.loss is not None:
        return math.nan
    weight = np.ones(len(train.y)) if train.sample_weight is None else train.sample_weight
    total = [float(weight[train.y == label].sum()) for label in (0, 1)]
    if train.class_weight is not None:
        total = [mass * train.class_weight[label] for label, mass in enumerate(total)]
    return math.log(total[1] / total[0]) - math.log(natural[1] / natural[0])


def platt(score: Scores, y: NDArray[np.int8]) -> Callable[[Scores], Scores]:
    """Log-odds to log-odds: a * score + b, by logistic regression on held-out rows with Platt's targets
    (n1 + 1) / (n1 + 2) and 1 / (n0 + 2) (Platt 1999, Probabilistic Outputs for Support Vector Machines).

    Scores that stand for a probability of exactly 0 or 1 count as half as likely as the nearest other one.
    Warns of a line that falls: the model then ranks held-out rows the wrong way round.
    """
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    tame = _tamed(score)
    x = tame(score)
    centre, spread = float(x.mean()), float(x.std()) or 1.0
    n0, n1 = float((y == 0).sum()), float((y == 1).sum())
    target = np.where(y == 1, (n1 + 1) / (n1 + 2), 1 / (n0 + 2))
    rows = ((x - centre) / spread)[:, None]
    fitted = LogisticRegression(C=np.inf, tol=1e-8, max_iter=1000).fit(
        np.vstack([rows, rows]),
        np.repeat([1, 0], len(y)),
        sample_weight=np.concatenate([target, 1 - target]),
    )
    slope, intercept = float(fitted.coef_[0, 0]), float(fitted.intercept_[0])
    if slope < 0:
        text = "platt: on held-out rows a higher score is less often positive, so the line falls"
        warnings.warn(text, stacklevel=2)
    return lambda other: slope * (tame(other) - centre) / spread + intercept


def isotonic(score: Scores, y: NDArray[np.int8]) -> Callable[[Scores], Scores]:
    """Log-odds to log-odds: the rising step function that fits held-out rows best in squares (Zadrozny and
    Elkan 2002, Transforming Classifier Scores into Accurate Multiclass Probability Estimates), straight
    between its steps as in scikit-learn. A step at 0 or 1 becomes ∓800. Rows on one step are tied."""
    import numpy as np
    from scipy.special import logit
    from sklearn.isotonic import IsotonicRegression

    fitted = IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip").fit(score, y)
    return lambda other: np.clip(logit(fitted.predict(other)), -LIMIT, LIMIT)


FITTED = {"platt": platt, "isotonic": isotonic}


def _tamed(score: Scores) -> Callable[[Scores], Scores]:
    """Log-odds as they are, unless a model says probabilities of 0 or 1: then all beyond log(2) outside the
    outermost others are brought there. A straight line through points at ±800 would fit nothing else."""
    import numpy as np

    inner = score[np.abs(score) != LIMIT]
    if len(inner) == len(score):
        return lambda other: other
    low, high = (inner.min(), inner.max()) if len(inner) else (0.0, 0.0)
    return lambda other: np.clip(other, low - math.log(2), high + math.log(2))
