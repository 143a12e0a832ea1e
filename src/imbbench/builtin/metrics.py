"""Figures computed from the predictions of a cell: pure functions, NaN where undefined."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from imbbench import Metric, Predictions, hookimpl
from imbbench.builtin.calibration_metrics import (
    brier,
    brier_skill,
    calibration_intercept,
    calibration_slope,
    ece,
    log_loss,
    log_loss_skill,
)
from imbbench.builtin.cost_metrics import amount_cost, expected_cost, savings
from imbbench.builtin.ranking_metrics import (
    average_precision,
    lift,
    partial_roc_auc,
    pr_auc_trapezoid,
    precision_at_k,
    precision_at_recall,
    recall_at_k,
    recall_at_precision,
    roc_auc,
    tpr_at_fpr,
)
from imbbench.builtin.weighted_metrics import WEIGHTED


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else math.nan


def tn(p: Predictions) -> float:
    """True negatives."""
    return p.counts[0]


def fp(p: Predictions) -> float:
    """False positives: negatives called positive."""
    return p.counts[1]


def fn(p: Predictions) -> float:
    """False negatives: positives missed."""
    return p.counts[2]


def tp(p: Predictions) -> float:
    """True positives."""
    return p.counts[3]


def precision(p: Predictions) -> float:
    """tp / (tp + fp); undefined when no row is called positive."""
    _, fp, _, tp = p.counts
    return _ratio(tp, tp + fp)


def recall(p: Predictions) -> float:
    """tp / (tp + fn): the true positive rate, sensitivity."""
    _, _, fn, tp = p.counts
    return _ratio(tp, tp + fn)


def specificity(p: Predictions) -> float:
    """tn / (tn + fp): the true negative rate."""
    tn, fp, _, _ = p.counts
    return _ratio(tn, tn + fp)


def f1(p: Predictions) -> float:
    """2 tp / (2 tp + fp + fn): harmonic mean of precision and recall."""
    _, fp, fn, tp = p.counts
    return _ratio(2 * tp, 2 * tp + fp + fn)


def balanced_accuracy(p: Predictions) -> float:
    """Mean of recall and specificity (Brodersen et al., 2010)."""
    return (recall(p) + specificity(p)) / 2


def g_mean(p: Predictions) -> float:
    """Geometric mean of recall and specificity (Kubat & Matwin, 1997)."""
    return math.sqrt(recall(p) * specificity(p))


def mcc(p: Predictions) -> float:
    """Matthews correlation coefficient; undefined when a row or column of the table is empty."""
    tn, fp, fn, tp = p.counts
    return _ratio(tp * tn - fp * fn, math.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)))


def threshold_used(p: Predictions) -> float:
    """The probability above which a row was called positive."""
    return p.threshold


_ALL: Sequence[Callable[..., float]] = (
    *(tn, fp, fn, tp, precision, recall, specificity, f1, balanced_accuracy, g_mean, mcc),
    *(roc_auc, average_precision, pr_auc_trapezoid, brier, log_loss),
    *(partial_roc_auc, recall_at_precision, precision_at_recall, tpr_at_fpr),
    *(precision_at_k, recall_at_k, lift),
    *(brier_skill, log_loss_skill, ece, calibration_slope, calibration_intercept),
    *(expected_cost, amount_cost, savings, threshold_used),
)
_LOSSES = (fp, fn, brier, log_loss, ece, expected_cost, amount_cost)
_UNDIRECTED = (calibration_slope, calibration_intercept, threshold_used)
_REQUIRES = {
    **dict.fromkeys((roc_auc, average_precision, pr_auc_trapezoid), ("scikit-learn",)),
    **dict.fromkeys((brier, log_loss, brier_skill, log_loss_skill, ece), ("scipy",)),
    **dict.fromkeys((calibration_slope, calibration_intercept), ("scipy",)),
}


@hookimpl
def imbbench_metrics() -> list[Metric]:
    """Counts and rates at the threshold, ranking, probabilities, costs."""
    return list(map(_metric, _ALL))


def _metric(function: Callable[..., float]) -> Metric:
    """With its form for many resamples, where there is one."""
    name, requires = function.__name__, _REQUIRES.get(function, ())
    greater = None if function in _UNDIRECTED else function not in _LOSSES
    return Metric(name, function, greater, requires, weighted=WEIGHTED.get(name))
