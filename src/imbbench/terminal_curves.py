"""What a terminal's pictures are of: the points of each kind of curve, its axes and its reference."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from imbbench.page.drawn import BINS, SHOWN
from imbbench.plots.forms import chance_level

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from imbbench.data import Predictions

    #: (x, y), each (n,), x rising, to be joined by straight lines.
    Points = tuple[NDArray[np.float64], NDArray[np.float64]]
    Lines = list[tuple[tuple[float, float], tuple[float, float]]]
    Reference = tuple[str, Lines]

#: Finer than any terminal: points that fall together are drawn once.
_STEPS = 500
_SHARES = (0, 0.25, 0.5, 0.75, 1)


@dataclass(frozen=True)
class View:
    """A kind of picture.

    Parameters
    ----------
    x, y : names of the axes, which go from 0 to 1 unless they are of scores.
    points : the curves of a fit.
    reference : what the curves are held against, from fold -> share of positives of its test part: its name
        in a legend, and lines. None where there is no such thing.
    """

    x: str
    y: str
    points: Callable[[Predictions], list[Points]]
    reference: Callable[[Mapping[int, float]], Reference] | None = None

    def ticks(self, curves: Sequence[Points]) -> tuple[Sequence[float], Sequence[float]]:
        """Numbers that the axes show, the ends first and last."""
        if self.reference:
            return _SHARES, _SHARES
        x = [end for own, _ in curves for end in (own[0], own[-1])]
        y = [end for _, own in curves for end in (own.min(), own.max())]
        return _rounded(min(x), max(x)), (min(y), 0, max(y))


def _rounded(low: float, high: float) -> list[float]:
    """Whole numbers about evenly spaced, from below `low` to above `high`."""
    step = max(1, round((high - low) / 6))
    first, last = int(low // step), int(-(-high // step))
    return [float(place * step) for place in range(first, last + 1)]


def _pr(seen: Predictions) -> list[Points]:
    """Steps, as scikit-learn's display draws them."""
    from sklearn.metrics import precision_recall_curve

    precision, recall, _ = precision_recall_curve(seen.y, seen.score, drop_intermediate=True)
    return [_thinned(recall.repeat(2)[:0:-1], precision.repeat(2)[-2::-1])]


def _prevalence(prevalences: Mapping[int, float]) -> Reference:
    level = chance_level(prevalences)
    return f"chance level (AP = {level:.4f})", [((0, 1), (level, level))]


def _roc(seen: Predictions) -> list[Points]:
    from sklearn.metrics import roc_curve

    fpr, tpr, _ = roc_curve(seen.y, seen.score, drop_intermediate=True)
    return [_thinned(fpr, tpr)]


def _calibration(seen: Predictions) -> list[Points]:
    """In the bins of the metric `ece`."""
    from sklearn.calibration import calibration_curve

    true, predicted = calibration_curve(seen.y, seen.probability, pos_label=1, n_bins=15, strategy="quantile")
    return [(predicted, true)]


def _scores(seen: Predictions) -> list[Points]:
    """Densities of log-odds in bins, of negatives downwards and of positives upwards; what lies beyond the
    ends is in the outermost bins."""
    import numpy as np

    edges = np.linspace(-SHOWN, SHOWN, BINS + 1)
    score = np.clip(seen.score, -SHOWN, SHOWN)
    first, last = np.searchsorted(edges, (score.min(), score.max()))
    own = edges[max(first - 1, 0) : max(last, 1) + 1]
    return [
        (
            own.repeat(2),
            sign * np.pad(np.histogram(score[seen.y == label], own, density=True)[0].repeat(2), 1),
        )
        for label, sign in ((0, -1), (1, 1))
        if (seen.y == label).any()
    ]


def _thinned(x: NDArray[np.float64], y: NDArray[np.float64]) -> Points:
    """The points that a picture can tell apart."""
    import numpy as np

    places = np.round(np.stack((x, y)) * _STEPS)
    kept = np.append(True, (np.diff(places) != 0).any(axis=0))
    return x[kept], y[kept]


VIEWS = {
    "pr": View("recall", "precision", _pr, _prevalence),
    "roc": View(
        "false positive rate", "true positive rate", _roc, lambda _: ("chance level", [((0, 1), (0, 1))])
    ),
    "calibration": View(
        "mean predicted probability",
        "share of positives",
        _calibration,
        lambda _: ("perfectly calibrated", [((0, 1), (0, 1))]),
    ),
    "scores": View("log-odds", "density of negatives, positives", _scores),
}
