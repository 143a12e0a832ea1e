"""Where scores are cut: by a rule, and for most rules on scores of rows held out within the training part.

Cuts are log-odds: a row is positive where its score lies strictly above.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from imbbench.readings import Reading

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from imbbench.data import FloatArray

#: Values of an objective this near its largest count as equal to it: sums differ in the last bits.
_EQUAL = 1e-12


def cut_of(reading: Reading, score: FloatArray | None, y: NDArray[np.int8] | None) -> float:
    """The log-odds above which a row is called positive; NaN where no threshold does what the rule asks.

    Parameters
    ----------
    score, y : (m,) log-odds and labels of rows that were held out within the training part, calibrated as
        the rows that the cut is for. Not needed by a fixed threshold nor by costs.

    A fixed probability p is cut at its log-odds. Costs are cut where calling a row positive becomes the
    cheaper choice: p = fp / (fp + fn) (Elkan 2001, The Foundations of Cost-Sensitive Learning, IJCAI).
    "tuned" takes the lowest of the thresholds at which the objective is largest over all rows together;
    at-recall the highest at which recall is reached; at-precision and at-fpr the lowest at which the rate is
    kept.
    """
    values = reading.values
    if reading.rule == "fixed":
        from scipy.special import logit

        return float(logit(values["p"]))
    if reading.rule == "cost":
        return math.log(values["fp"] / values["fn"])
    if score is None or y is None:
        return math.nan
    cuts, fp, tp = candidates(score, y)
    if reading.rule == "tuned":
        figures = objective(reading.name, fp, tp)
        return _first(cuts, figures >= figures.max() - _EQUAL)
    value = values["value"]
    if reading.rule == "at-recall":
        return _first(cuts[::-1], (tp / tp[0] >= value - _EQUAL)[::-1])
    if reading.rule == "at-precision":
        called = tp + fp
        return _first(cuts, (called > 0) & (tp >= (value - _EQUAL) * called))
    return _first(cuts, fp / fp[0] <= value + _EQUAL)


def candidates(
    score: FloatArray, y: NDArray[np.int8]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """(cuts, false positives, true positives), each (k + 1,), by ascending cut.

    Parameters
    ----------
    score, y : (m,), of both classes, with k distinct scores.

    The cuts lie half-way between neighbouring scores; the first is just below all scores, the last is the
    highest, so that all rows are positive at the one and none at the other.
    """
    import numpy as np

    distinct, place = np.unique(np.asarray(score, np.float64), return_inverse=True)
    per_score = [np.bincount(place[y == label], minlength=len(distinct)) for label in (0, 1)]
    middles = distinct[:-1] + (distinct[1:] - distinct[:-1]) / 2
    middles = np.where(middles < distinct[1:], middles, distinct[:-1])  # neighbours with nothing between
    cuts = np.concatenate([[np.nextafter(distinct[0], -np.inf)], middles, [distinct[-1]]])
    fp, tp = (np.append(counts[::-1].cumsum()[::-1], 0).astype(np.float64) for counts in per_score)
    return cuts, fp, tp


def objective(name: str, fp: NDArray[np.float64], tp: NDArray[np.float64]) -> NDArray[np.float64]:
    """What `tuned:NAME` makes largest, (k,), from counts at each cut; the first cut calls all rows positive.

    f1, f2 (van Rijsbergen 1979), mcc (Matthews 1975; 0 for one class only), g_mean (Kubat and Matwin 1997),
    balanced_accuracy (Brodersen et al. 2010), youden (sensitivity + specificity - 1, Youden 1950).
    """
    import numpy as np

    n0, n1 = fp[0], tp[0]
    tn, fn = n0 - fp, n1 - tp
    if name in ("f1", "f2"):
        weight = float(name[1]) ** 2
        return (1 + weight) * tp / ((1 + weight) * tp + weight * fn + fp)  # type: ignore[no-any-return]
    if name == "mcc":
        below = np.sqrt((tp + fp) * (tn + fn)) * np.sqrt(n0 * n1)
        above = tp * tn - fp * fn
        return np.divide(above, below, out=np.zeros_like(above), where=below > 0)  # type: ignore[no-any-return]
    recall, specificity = tp / n1, tn / n0
    if name == "g_mean":
        return np.sqrt(recall * specificity)  # type: ignore[no-any-return]
    both = recall + specificity
    return both / 2 if name == "balanced_accuracy" else both - 1  # type: ignore[no-any-return]


def _first(cuts: NDArray[np.float64], fit: NDArray[np.bool_]) -> float:
    """The first cut that is fit, NaN if none is."""
    import numpy as np

    places = np.flatnonzero(fit)
    return float(cuts[places[0]]) if len(places) else math.nan
