"""The built-in metrics of many resamples at once: what `Metric.weighted` asks for.

Each takes predictions of n rows in order of falling score and weights (b, n), whole numbers that say how
often each row counts, and returns the b figures, NaN where one is undefined: what the metric of that name
gives for the rows repeated.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from imbbench.builtin import weighted_ranking as ranking
from imbbench.builtin.weighted_ranking import ratio

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy as np
    from numpy.typing import NDArray

    from imbbench import Predictions

    Figures = NDArray[np.float64]


def _count(weights: Figures, rows: NDArray[np.bool_]) -> Figures:
    return weights @ rows.astype(weights.dtype)


def tn(p: Predictions, weights: Figures) -> Figures:
    """True negatives."""
    return _count(weights, ~p.positive & (p.y == 0))


def fp(p: Predictions, weights: Figures) -> Figures:
    """False positives."""
    return _count(weights, p.positive & (p.y == 0))


def fn(p: Predictions, weights: Figures) -> Figures:
    """False negatives."""
    return _count(weights, ~p.positive & (p.y == 1))


def tp(p: Predictions, weights: Figures) -> Figures:
    """True positives."""
    return _count(weights, p.positive & (p.y == 1))


def precision(p: Predictions, weights: Figures) -> Figures:
    """tp / (tp + fp)."""
    return ratio(tp(p, weights), _count(weights, p.positive))


def recall(p: Predictions, weights: Figures) -> Figures:
    """tp / (tp + fn)."""
    return ratio(tp(p, weights), _count(weights, p.y == 1))


def specificity(p: Predictions, weights: Figures) -> Figures:
    """tn / (tn + fp)."""
    return ratio(tn(p, weights), _count(weights, p.y == 0))


def f1(p: Predictions, weights: Figures) -> Figures:
    """2 tp / (2 tp + fp + fn)."""
    return ratio(2 * tp(p, weights), _count(weights, p.positive) + _count(weights, p.y == 1))


def balanced_accuracy(p: Predictions, weights: Figures) -> Figures:
    """Mean of recall and specificity."""
    return (recall(p, weights) + specificity(p, weights)) / 2


def g_mean(p: Predictions, weights: Figures) -> Figures:
    """Geometric mean of recall and specificity."""
    return (recall(p, weights) * specificity(p, weights)) ** 0.5


def mcc(p: Predictions, weights: Figures) -> Figures:
    """Matthews correlation coefficient."""
    counts = [count(p, weights) for count in (tn, fp, fn, tp)]
    tn_, fp_, fn_, tp_ = counts
    below = (tp_ + fp_) * (tp_ + fn_) * (tn_ + fp_) * (tn_ + fn_)
    return ratio(tp_ * tn_ - fp_ * fn_, below**0.5)


def mean(weights: Figures, loss: NDArray[np.floating[Any]]) -> Figures:
    """Weighted means (b,) of a loss of each row, (n,)."""
    return ratio(weights @ loss, weights.sum(axis=1))


def brier(p: Predictions, weights: Figures) -> Figures:
    """Mean squared difference of probability and label."""
    return mean(weights, (p.probability - p.y) ** 2)


def log_loss(p: Predictions, weights: Figures) -> Figures:
    """Mean negative log-likelihood in nats, probabilities clipped as scikit-learn clips them."""
    import numpy as np

    own = np.where(p.y == 1, p.probability, 1 - p.probability)  # of the true label
    eps = np.finfo(np.float64).eps
    return mean(weights, -np.log(np.clip(own, eps, 1 - eps)))


def brier_skill(p: Predictions, weights: Figures) -> Figures:
    """1 - Brier score / that of always saying the training part's prevalence."""
    return 1 - ratio(brier(p, weights), mean(weights, (p.prevalence - p.y) ** 2))


def log_loss_skill(p: Predictions, weights: Figures) -> Figures:
    """1 - log loss / that of always saying the training part's prevalence."""
    import numpy as np

    if not 0 < p.prevalence < 1:
        return np.full(len(weights), np.nan)
    reference = -np.log(np.where(p.y == 1, p.prevalence, 1 - p.prevalence))
    return 1 - ratio(log_loss(p, weights), mean(weights, reference))


def expected_cost(p: Predictions, weights: Figures, *, fp: float = 1.0, fn: float = 100.0) -> Figures:
    """Mean cost of a row."""
    import numpy as np

    return mean(weights, np.where(p.positive, fp * (p.y == 0), fn * (p.y == 1)))


def amount_cost(p: Predictions, weights: Figures, *, case: float = 5.0) -> Figures:
    """The amounts of the positives that are missed, and `case` for each row called positive."""
    import numpy as np

    if p.amount is None:
        return np.full(len(weights), np.nan)
    return weights @ np.where(p.positive, case, p.amount * (p.y == 1))


def savings(p: Predictions, weights: Figures, *, case: float = 5.0) -> Figures:
    """1 - `amount_cost` / that of calling nothing positive, or everything, whichever is cheaper."""
    import numpy as np

    if p.amount is None:
        return np.full(len(weights), np.nan)
    cheaper = np.minimum(weights @ (p.amount * (p.y == 1)), case * weights.sum(axis=1))
    return 1 - ratio(amount_cost(p, weights, case=case), cheaper)


def threshold_used(p: Predictions, weights: Figures) -> Figures:
    """The threshold, which is chosen before rows are drawn."""
    import numpy as np

    return np.full(len(weights), p.threshold)


#: name of a metric -> its form for many resamples.
WEIGHTED: Mapping[str, Callable[..., Figures]] = {
    form.__name__: form
    for form in (
        *(tn, fp, fn, tp, precision, recall, specificity, f1, balanced_accuracy, g_mean, mcc),
        *(ranking.roc_auc, ranking.average_precision, ranking.pr_auc_trapezoid, ranking.partial_roc_auc),
        *(ranking.recall_at_precision, ranking.precision_at_recall, ranking.tpr_at_fpr),
        *(ranking.precision_at_k, ranking.recall_at_k, ranking.lift),
        *(brier, log_loss, brier_skill, log_loss_skill, expected_cost, amount_cost, savings, threshold_used),
    )
}
