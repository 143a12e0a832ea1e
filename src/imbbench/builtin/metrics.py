"""Figures computed from the predictions of a cell: pure functions, NaN where undefined."""

from __future__ import annotations

import math

from imbbench import Metric, Predictions, hookimpl


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


def _one_class(p: Predictions) -> bool:
    return bool((p.y == p.y[0]).all())


def roc_auc(p: Predictions) -> float:
    """Area under the ROC curve; undefined when the test part holds one class."""
    from sklearn.metrics import roc_auc_score

    return math.nan if _one_class(p) else float(roc_auc_score(p.y, p.score))


def average_precision(p: Predictions) -> float:
    """Area under the precision-recall curve as a step function, without interpolation."""
    from sklearn.metrics import average_precision_score

    return math.nan if _one_class(p) else float(average_precision_score(p.y, p.score))


def pr_auc_trapezoid(p: Predictions) -> float:
    """Area under the precision-recall curve by the trapezoid: too optimistic (Davis & Goadrich,
    2006), kept to reproduce old tables."""
    from sklearn.metrics import auc, precision_recall_curve

    if _one_class(p):
        return math.nan
    precisions, recalls, _ = precision_recall_curve(p.y, p.score)
    return float(auc(recalls, precisions))


def brier(p: Predictions) -> float:
    """Mean squared difference of probability and label (Brier, 1950)."""
    return float(((p.probability - p.y) ** 2).mean())


def log_loss(p: Predictions) -> float:
    """Mean negative log-likelihood in nats, probabilities clipped as scikit-learn clips them."""
    from sklearn.metrics import log_loss as sklearn_log_loss

    return float(sklearn_log_loss(p.y, p.probability, labels=[0, 1]))


@hookimpl
def imbbench_metrics() -> list[Metric]:
    """Counts at the threshold, rates at the threshold, ranking, probabilities."""
    at_threshold = [precision, recall, specificity, f1, balanced_accuracy, g_mean, mcc]
    curves = [roc_auc, average_precision, pr_auc_trapezoid]
    return [
        Metric("tn", tn),
        Metric("fp", fp, greater_is_better=False),
        Metric("fn", fn, greater_is_better=False),
        Metric("tp", tp),
        *(Metric(function.__name__, function) for function in at_threshold),
        *(Metric(function.__name__, function, requires=("scikit-learn",)) for function in curves),
        Metric("brier", brier, greater_is_better=False, requires=("scipy",)),
        Metric("log_loss", log_loss, greater_is_better=False, requires=("scikit-learn", "scipy")),
    ]
