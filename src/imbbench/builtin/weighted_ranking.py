"""The figures of the order of the rows, of many resamples at once (see `weighted_metrics`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from imbbench import Predictions

    Figures = NDArray[np.float64]


def ratio(part: Figures, whole: Figures) -> Figures:
    """part / whole, broadcast; NaN where the whole is 0."""
    import numpy as np

    figures: Figures = np.full(np.broadcast_shapes(part.shape, whole.shape), np.nan)
    np.divide(part, whole, out=figures, where=whole != 0)
    return figures


def curve(p: Predictions, weights: Figures) -> tuple[Figures, Figures]:
    """(fp, tp), each (b, k + 1): the negatives and positives above each of k falling thresholds, 0 first.

    The thresholds are those at which a curve can bend: each distinct score of a positive, and what lies
    between two of them as one.
    """
    import numpy as np

    level = np.r_[True, p.score[1:] != p.score[:-1]].cumsum() - 1  # of tied rows, (n,)
    held = np.zeros(level[-1] + 1, dtype=bool)  # whether a level holds a positive
    held[level[p.y == 1]] = True
    bends = held[level]
    starts = np.flatnonzero(np.r_[True, (level[1:] != level[:-1]) & (bends[1:] | bends[:-1])])
    every = np.add.reduceat(weights, starts, axis=1)
    positives = np.flatnonzero(p.y == 1)
    segment = np.searchsorted(starts, positives, side="right") - 1  # of each positive
    true = np.zeros_like(every)
    if len(positives):
        own = np.flatnonzero(np.r_[True, segment[1:] != segment[:-1]])
        true[:, segment[own]] = np.add.reduceat(np.take(weights, positives, axis=1), own, axis=1)
    none = np.zeros((len(weights), 1))
    return (
        np.hstack([none, (every - true).cumsum(axis=1)]),
        np.hstack([none, true.cumsum(axis=1)]),
    )


def roc_auc(p: Predictions, weights: Figures) -> Figures:
    """Area under the ROC curve."""
    fp, tp = curve(p, weights)
    area = ((fp[:, 1:] - fp[:, :-1]) * (tp[:, 1:] + tp[:, :-1])).sum(axis=1) / 2
    return ratio(area, fp[:, -1] * tp[:, -1])


def average_precision(p: Predictions, weights: Figures) -> Figures:
    """Area under the precision-recall curve as a step function."""
    fp, tp = curve(p, weights)
    called = fp[:, 1:] + tp[:, 1:]
    steps = (tp[:, 1:] - tp[:, :-1]) * tp[:, 1:]
    area = (steps / (called + (called == 0))).sum(axis=1)
    return _of_two_classes(ratio(area, tp[:, -1]), fp)


def pr_auc_trapezoid(p: Predictions, weights: Figures) -> Figures:
    """Area under the precision-recall curve by the trapezoid, which begins at precision 1."""
    fp, tp = curve(p, weights)
    called = fp + tp
    precisions = (tp + (called == 0)) / (called + (called == 0))
    area = ((tp[:, 1:] - tp[:, :-1]) * (precisions[:, 1:] + precisions[:, :-1])).sum(axis=1) / 2
    return _of_two_classes(ratio(area, tp[:, -1]), fp)


def _of_two_classes(figures: Figures, fp: Figures) -> Figures:
    """The figures, NaN where no negative counts."""
    import numpy as np

    return np.where(fp[:, -1] > 0, figures, np.nan)


def partial_roc_auc(p: Predictions, weights: Figures, *, max_fpr: float = 0.1) -> Figures:
    """Area under the ROC curve up to a false positive rate, scaled as by McClish."""
    import numpy as np

    fp, tp = curve(p, weights)
    fpr, tpr = ratio(fp, fp[:, -1:]), ratio(tp, tp[:, -1:])
    left, right = fpr[:, :-1], fpr[:, 1:]
    end = np.minimum(right, max_fpr)
    within = np.divide(end - left, right - left, out=np.zeros_like(left), where=right > left)
    height = (tpr[:, :-1] + tpr[:, :-1] + within * (tpr[:, 1:] - tpr[:, :-1])) / 2
    area = ((end - np.minimum(left, max_fpr)) * height).sum(axis=1)
    chance = max_fpr**2 / 2
    scaled: Figures = (1 + (area - chance) / (max_fpr - chance)) / 2
    return scaled


def recall_at_precision(p: Predictions, weights: Figures, *, precision: float = 0.9) -> Figures:
    """Highest recall of all thresholds with at least this precision."""
    import numpy as np

    fp, tp = curve(p, weights)
    reached = ratio(tp, tp + fp) >= precision
    return ratio(np.where(reached, tp, 0).max(axis=1), tp[:, -1])


def precision_at_recall(p: Predictions, weights: Figures, *, recall: float = 0.9) -> Figures:
    """Highest precision of all thresholds with at least this recall."""
    import numpy as np

    fp, tp = curve(p, weights)
    reached = ratio(tp, tp[:, -1:]) >= recall
    highest = np.where(reached, ratio(tp, tp + fp), -np.inf).max(axis=1)
    return np.where(tp[:, -1] > 0, highest, np.nan)


def tpr_at_fpr(p: Predictions, weights: Figures, *, fpr: float = 0.01) -> Figures:
    """Highest true positive rate of all thresholds with at most this false positive rate."""
    import numpy as np

    fp, tp = curve(p, weights)
    kept = ratio(fp, fp[:, -1:]) <= fpr
    return _of_two_classes(ratio(np.where(kept, tp, 0).max(axis=1), tp[:, -1]), fp)


def precision_at_k(p: Predictions, weights: Figures, *, k: int = 100) -> Figures:
    """Positives among the k rows with the highest scores, over k."""
    return _positives_on_top(*curve(p, weights), k) / k


def recall_at_k(p: Predictions, weights: Figures, *, k: int = 100) -> Figures:
    """Share of all positives that are among the k rows with the highest scores."""
    fp, tp = curve(p, weights)
    return ratio(_positives_on_top(fp, tp, k), tp[:, -1])


def lift(p: Predictions, weights: Figures, *, fraction: float = 0.01) -> Figures:
    """Precision among this fraction of the rows over their prevalence."""
    import numpy as np

    fp, tp = curve(p, weights)
    rows = fp[:, -1] + tp[:, -1]
    k = np.maximum(1, np.rint(fraction * rows))
    return ratio(_positives_on_top(fp, tp, k) / k * rows, tp[:, -1])


def _positives_on_top(fp: Figures, tp: Figures, k: float | Figures) -> Figures:
    """Expected positives (b,) among the k rows with the highest scores: on straight lines between the points
    of the curve; NaN if there are not so many rows."""
    import numpy as np

    called = fp + tp
    k = np.broadcast_to(k, len(called))
    below = (called <= k[:, None]).sum(axis=1) - 1
    above = np.minimum(below + 1, called.shape[1] - 1)
    draw = np.arange(len(called))
    step = called[draw, above] - called[draw, below]
    part = np.divide(k - called[draw, below], step, out=np.zeros(len(called)), where=step > 0)
    found = tp[draw, below] + part * (tp[draw, above] - tp[draw, below])
    return np.where(k <= called[:, -1], found, np.nan)
