"""Figures of the order of the rows by score. But for the areas under whole curves, all are read off
`Predictions.curve`: rows with equal scores are above a threshold together or not at all."""

from __future__ import annotations

import math

from imbbench import Predictions, UsageError


def one_class(p: Predictions) -> bool:
    """Whether the test part lacks a class."""
    return bool((p.y == p.y[0]).all())


def roc_auc(p: Predictions) -> float:
    """Area under the ROC curve; undefined when the test part holds one class."""
    from sklearn.metrics import roc_auc_score

    return math.nan if one_class(p) else float(roc_auc_score(p.y, p.score))


def average_precision(p: Predictions) -> float:
    """Area under the precision-recall curve as a step function, without interpolation."""
    from sklearn.metrics import average_precision_score

    return math.nan if one_class(p) else float(average_precision_score(p.y, p.score))


def pr_auc_trapezoid(p: Predictions) -> float:
    """Area under the precision-recall curve by the trapezoid: too optimistic (Davis & Goadrich,
    2006), kept to reproduce old tables."""
    from sklearn.metrics import auc, precision_recall_curve

    if one_class(p):
        return math.nan
    precisions, recalls, _ = precision_recall_curve(p.y, p.score)
    return float(auc(recalls, precisions))


def partial_roc_auc(p: Predictions, *, max_fpr: float = 0.1) -> float:
    """Area under the ROC curve up to a false positive rate of `max_fpr`, scaled so that chance is 0.5 and the
    best 1 (McClish, 1989), as scikit-learn's `roc_auc_score(max_fpr=...)`; undefined with one class."""
    import numpy as np

    _check_rate("max_fpr", max_fpr)
    if one_class(p):
        return math.nan
    fpr, tpr = (np.append(0, counts) / counts[-1] for counts in (p.curve.fp, p.curve.tp))
    stop = int(np.searchsorted(fpr, max_fpr, side="right"))
    end = np.interp(max_fpr, fpr[stop - 1 : stop + 1], tpr[stop - 1 : stop + 1])
    area = np.trapezoid(np.append(tpr[:stop], end), np.append(fpr[:stop], max_fpr))
    chance = max_fpr**2 / 2
    return float(1 + (area - chance) / (max_fpr - chance)) / 2


def recall_at_precision(p: Predictions, *, precision: float = 0.9) -> float:
    """Highest recall of all thresholds with at least this precision; 0 if none has it, undefined without
    positives."""
    _check_rate("precision", precision)
    tp, called = p.curve.tp, p.curve.tp + p.curve.fp
    if not tp[-1]:
        return math.nan
    return float(tp[tp / called >= precision].max(initial=0) / tp[-1])


def precision_at_recall(p: Predictions, *, recall: float = 0.9) -> float:
    """Highest precision of all thresholds with at least this recall; undefined without positives."""
    _check_rate("recall", recall)
    tp, called = p.curve.tp, p.curve.tp + p.curve.fp
    if not tp[-1]:
        return math.nan
    return float((tp / called)[tp / tp[-1] >= recall].max())


def tpr_at_fpr(p: Predictions, *, fpr: float = 0.01) -> float:
    """Highest true positive rate of all thresholds with at most this false positive rate, none in between;
    undefined with one class."""
    _check_rate("fpr", fpr, least=True)
    tp, fp = p.curve.tp, p.curve.fp
    if not (tp[-1] and fp[-1]):
        return math.nan
    return float(tp[fp / fp[-1] <= fpr].max(initial=0) / tp[-1])


def precision_at_k(p: Predictions, *, k: int = 100) -> float:
    """Positives among the `k` rows with the highest scores, over k; undefined with fewer rows. Of rows that
    tie for the last places, what any order of them gives on average (McSherry & Najork, 2008)."""
    return _positives_on_top(p, _checked(k)) / k


def recall_at_k(p: Predictions, *, k: int = 100) -> float:
    """Share of all positives that are among the `k` rows with the highest scores; undefined with fewer rows
    or without positives. Ties count as in `precision_at_k`."""
    found, positives = _positives_on_top(p, _checked(k)), int(p.curve.tp[-1])
    return found / positives if positives else math.nan


def lift(p: Predictions, *, fraction: float = 0.01) -> float:
    """Precision among this fraction of the rows, those with the highest scores (a whole number of them, at
    least one), over the prevalence of the test part: how many times better than drawing rows at random.
    Undefined without positives. Ties count as in `precision_at_k`."""
    _check_rate("fraction", fraction)
    k, prevalence = max(1, round(fraction * len(p.y))), int(p.curve.tp[-1]) / len(p.y)
    return _positives_on_top(p, k) / k / prevalence if prevalence else math.nan


def _positives_on_top(p: Predictions, k: int) -> float:
    """Expected positives among the k rows with the highest scores; NaN if there are not so many."""
    import numpy as np

    if k > len(p.y):
        return math.nan
    # Of tied rows each is as likely to be among the first k: straight lines between the curve's points.
    called, tp = (np.append(0, counts) for counts in (p.curve.tp + p.curve.fp, p.curve.tp))
    return float(np.interp(k, called, tp))


def _checked(k: int) -> int:
    if k < 1:
        raise UsageError(f"k is {k}; expected a number of rows, at least 1")
    return k


def _check_rate(name: str, value: float, *, least: bool = False) -> None:
    """UsageError unless it is above 0, or, with `least`, 0, and at most 1."""
    if not (0 < value <= 1 or (least and value == 0)):
        expected = "from 0 to 1" if least else "above 0, at most 1"
        raise UsageError(f"{name} is {value:g}; expected a rate {expected}")
