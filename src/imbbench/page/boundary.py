"""What the page draws of a decision boundary, in JSON's types: the test points, and scores on a grid."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from imbbench.fit_scores import FitScores

#: Points that are drawn: more of them would cover each other, and the boundary.
MOST_POINTS = 1_000
#: How far beyond the page's thresholds, in log-odds, a surface goes: what is further away stands there.
_BEYOND = 0.5


def plane_data(fit: FitScores) -> dict[str, Any] | None:
    """The axes, their limits, the size of the grid, and [x, y, label] of test points; None without a plane.

    Of more than `MOST_POINTS` rows all positives, or half of that evenly spread over their rows, and
    negatives spread likewise. Values are rounded to a thousandth of their axis or less; points without a
    value have no place.
    """
    import numpy as np

    plane = fit.plane
    if plane is None:
        return None
    y = fit.scored.y
    there = np.isfinite(plane.points).all(axis=1)
    negatives, positives = (np.flatnonzero(there & (y == label)) for label in (0, 1))
    positives = _some(positives, max(MOST_POINTS // 2, MOST_POINTS - len(negatives)))
    negatives = _some(negatives, MOST_POINTS - len(positives))
    shown = np.concatenate([negatives, positives])  # positives are drawn above
    axes = [
        [round(value, 3 - math.floor(math.log10(high - low))) for value in plane.points[shown, axis].tolist()]
        for axis, (low, high) in enumerate((plane.x, plane.y))
    ]
    return {
        "axes": list(plane.axes), "x": list(plane.x), "y": list(plane.y), "size": plane.size,
        "points": [list(point) for point in zip(*axes, y[shown].tolist(), strict=True)],
        "of": len(y),
    }  # fmt: skip


def surface_data(fit: FitScores, cuts: NDArray[np.float64]) -> list[int] | None:
    """Log-odds on the grid of the plane, in hundredths, row by row, y from row to row: differences, the first
    from 0. None without a surface.

    Parameters
    ----------
    cuts : (k,) log-odds at which the page can set its threshold, rising.
    """
    import numpy as np

    if fit.surface is None:
        return None
    within = np.clip(fit.surface, cuts[0] - _BEYOND, cuts[-1] + _BEYOND)
    hundredths = np.rint(100 * within).astype(int).ravel()
    surface: list[int] = np.diff(hundredths, prepend=0).tolist()
    return surface


def _some(rows: NDArray[np.intp], most: int) -> NDArray[np.intp]:
    """At most so many of them, evenly spread."""
    import numpy as np

    return rows if len(rows) <= most else rows[np.arange(most) * len(rows) // most]
