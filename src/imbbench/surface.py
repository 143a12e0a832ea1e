"""The plane of a dataset whose features are two numbers, and the grid on it that a decision boundary is drawn
from: the fitted model scores the grid at once, so that no picture needs another fit."""

from __future__ import annotations

import json
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from imbbench.arrays import pack, unpack
from imbbench.columns import Columns
from imbbench.errors import ImbbenchError
from imbbench.outcome import Failure, recorded

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from imbbench.cell import Ready, Worker
    from imbbench.components import IntArray
    from imbbench.data import Classifier
    from imbbench.preprocess import Transform
    from imbbench.records import FoldRecord

#: Points along each side of the grid, and how far it goes beyond the range of the test part, a fraction of
#: that.
SIZE, MARGIN = 64, 0.05
#: A model that would score the grid for longer leaves it: no picture may cost a cell its time limit.
MOST_SECONDS = 2.0


@dataclass(frozen=True, eq=False)
class Plane:
    """The test part of a fold in the plane of its two features, all in the units of the data.

    Parameters
    ----------
    axes : names of the features.
    x, y : (lowest, highest) value along each axis: the range of the points and a margin.
    points : float64 (k, 2), in the order of the scores; NaN where a value is missing.
    size : points along each side of the grid.
    """

    axes: tuple[str, str]
    x: tuple[float, float]
    y: tuple[float, float]
    points: NDArray[np.float64]
    size: int = SIZE

    @property
    def grid(self) -> NDArray[np.float64]:
        """The points of the grid, (size * size, 2): row by row, x rising in each, y from row to row."""
        import numpy as np

        x, y = (np.linspace(*limits, self.size) for limits in (self.x, self.y))
        return np.column_stack([np.tile(x, self.size), np.repeat(y, self.size)])

    @property
    def about(self) -> str:
        """All but the points, as JSON."""
        return json.dumps({"axes": self.axes, "x": self.x, "y": self.y, "size": self.size})


def plane_of(columns: Columns, test: IntArray) -> Plane | None:
    """The plane of a fold's test part, row numbers (k,). Booleans are the numbers 0 and 1.

    None where the features are not two columns of numbers, or one of them has no value in the test part.
    """
    import numpy as np

    if columns.categorical or len(columns.numeric) != 2:
        return None
    points = np.column_stack([values[test].astype(np.float64) for values in columns.numeric.values()])
    if np.isnan(points).all(axis=0).any():
        return None
    one, other = columns.numeric
    x, y = (_limits(float(np.nanmin(values)), float(np.nanmax(values))) for values in points.T)
    return Plane((one, other), x, y, points) if np.isfinite([x, y]).all() else None


def _limits(low: float, high: float) -> tuple[float, float]:
    """A range with its margin; around one value, as if the range were as large as the value, or 1."""
    margin = MARGIN * (high - low or abs(low) or 1.0)
    return low - margin, high + margin


def prepared_grid(plane: Plane, transform: Transform) -> NDArray[np.float32] | None:
    """The grid as a fold's preprocessing makes numbers of it, (size * size, p); None where it cannot."""
    import numpy as np

    columns = Columns(dict(zip(plane.axes, plane.grid.T, strict=True)), {}, frozenset())
    try:
        with warnings.catch_warnings():  # the grid is no data of the user's
            warnings.simplefilter("ignore")
            return transform(columns, np.arange(plane.size**2))
    except ImbbenchError:
        return None


def packed_surface(
    worker: Worker, ready: Ready, classifier: Classifier, seconds_a_row: float
) -> bytes | None:
    """A fitted classifier's scores of its fold's grid, packed, float32 (SIZE, SIZE); None without a grid.

    They are no figure of the cell: one whose model fails on them, points like no row, or is slow, is ok, and
    a warning says so. `seconds_a_row` is what it took to score a row of the test part.
    """
    grid = ready.test.fresh_grid()
    if grid is None:
        return None
    if (seconds := seconds_a_row * len(grid)) > MOST_SECONDS:
        warnings.warn(f"no decision boundary: to score its grid would take {seconds:.0f} s", stacklevel=2)
        return None
    try:
        with recorded([]):  # what a model has to say of its scores, it has said of the test part's
            return pack(worker.scored(ready, classifier, grid).astype("float32").reshape(SIZE, SIZE))
    except Failure as failure:
        warnings.warn(f"no decision boundary: {failure}", stacklevel=2)
        return None


def stored_plane(fold: FoldRecord) -> Plane | None:
    """The plane that is kept of a fold, if one is. Raises ImbbenchError where it cannot be read."""
    if fold.plane is None or fold.points is None:
        return None
    try:
        known: dict[str, Any] = json.loads(fold.plane)
        axes, x, y = (tuple(known[name]) for name in ("axes", "x", "y"))
        return Plane(axes, x, y, unpack(fold.points), known["size"])
    except (ValueError, TypeError, KeyError) as error:
        raise ImbbenchError(f"a stored plane cannot be read ({error}); its file is damaged") from None
