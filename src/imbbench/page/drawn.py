"""What the page draws of one fit, in JSON's types: small whole numbers, from which it computes the rest."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from imbbench.readings import Threshold, reading

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from imbbench.curve import Curve
    from imbbench.data import Predictions

    Counts = NDArray[np.integer[Any]]

#: Log-odds between which the page shows how scores are distributed, and in how many bins.
SHOWN, BINS = 15, 60
#: Probabilities near 0 at which a threshold can be set, beside thousandths; those near 1 mirror them.
_SMALL = (1e-6, 2e-6, 5e-6, 1e-5, 2e-5, 5e-5, 1e-4, 2e-4, 5e-4)


def grid_of(thresholds: Iterable[Threshold]) -> tuple[float, ...]:
    """The probabilities at which the page can set a threshold, rising: thousandths, some near 0 and 1, and
    the fixed ones of these readings."""
    own = (reading(key).values["p"] for key in thresholds if reading(key).rule == "fixed")
    near = (*_SMALL, *(round(1 - p, 6) for p in _SMALL))
    return tuple(sorted({*(part / 1000 for part in range(1, 1000)), *near, *own}))


def drawn(predictions: Predictions, cuts: NDArray[np.float64]) -> dict[str, Any]:
    """Class counts, histogram over the grid, curve, reliability bins and log-odds of the scores of a fit.

    Parameters
    ----------
    cuts : (k,) the log-odds of the grid, rising.

    "at", "neg" and "pos" have the rows of each class with the same number of cuts strictly below their score,
    wherever there are any. A threshold at the k-th cut hence calls positive those with more than k, counted
    from 0, exactly as `Predictions.positive` does. "at", "fp" and "tp" are differences, the first from 0.
    """
    import numpy as np

    classes = [predictions.score[predictions.y == label] for label in (0, 1)]
    below = [np.bincount(np.searchsorted(cuts, score), minlength=len(cuts) + 1) for score in classes]
    at = np.flatnonzero(below[0] + below[1])
    fp, tp = thinned(predictions.curve)
    return {
        "n0": len(classes[0]),
        "n1": len(classes[1]),
        "at": _steps(at),
        "neg": below[0][at].tolist(),
        "pos": below[1][at].tolist(),
        "fp": _steps(fp),
        "tp": _steps(tp),
        "bins": _reliability(predictions),
        "hist": [_histogram(score) for score in classes],
    }


def thinned(curve: Curve) -> tuple[Counts, Counts]:
    """(fp, tp), each (m,), of as few points of a curve as a picture needs, from (0, 0) to all rows.

    No point of the curve is further than 1/1000 from the straight lines between those that are left, in
    either direction, neither in the ROC diagram nor in that of precision and recall: less than a pixel of
    a picture 1,000 wide.

    First the points within a straight line of both go: those between two of the same tp, or between two
    of fp 0, whose precision is 1. Then, of those in a row whose recall, false positive rate and precision
    are in the same thousandths, all but the first. Precision is 1 where no row is called positive, a rate
    of a class without rows 0.
    """
    import numpy as np

    fp, tp = (np.append(0, counts) for counts in (curve.fp, curve.tp))
    level = np.diff(tp) == 0
    corner = np.ones(len(fp), dtype=bool)
    corner[1:-1] = ~((level[:-1] & level[1:]) | (fp[2:] == 0))
    fp, tp = fp[corner], tp[corner]
    rates = tp / max(tp[-1], 1), fp / max(fp[-1], 1), np.append(1, tp[1:] / (tp + fp)[1:])
    places = np.floor(np.stack(rates) * 1000)
    same = (places[:, 1:] == places[:, :-1]).all(axis=0)
    kept = np.ones(len(fp), dtype=bool)
    kept[1:-1] = ~same[:-1]
    return fp[kept], tp[kept]


def _steps(values: Counts) -> list[int]:
    import numpy as np

    steps: list[int] = np.diff(values, prepend=0).tolist()
    return steps


def _reliability(predictions: Predictions) -> list[list[float]]:
    """[mean probability, share of positives, rows] of each bin of the metric `ece`, to 6 digits."""
    import numpy as np

    from imbbench.builtin.calibration_metrics import bin_of

    own = bin_of(predictions)
    rows, mass, positives = (
        np.bincount(own, weights=weights) for weights in (None, predictions.probability, predictions.y)
    )
    return [
        [
            float(f"{mass[place] / rows[place]:.6g}"),
            float(f"{positives[place] / rows[place]:.6g}"),
            int(rows[place]),
        ]
        for place in np.flatnonzero(rows)
    ]


def _histogram(score: NDArray[np.float64]) -> list[int]:
    """Rows in each of `BINS` bins of log-odds from -`SHOWN` to `SHOWN`; the ends have what is beyond."""
    import numpy as np

    place = np.floor((score + SHOWN) * (BINS / (2 * SHOWN)))
    counts: list[int] = np.bincount(np.clip(place, 0, BINS - 1).astype(int), minlength=BINS).tolist()
    return counts
