"""What every threshold would do to a set of scores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Curve:
    """How many rows of each class score at least so much. Rows of one score are never told apart.

    Parameters
    ----------
    score : (k,) the distinct scores, falling.
    fp, tp : (k,) rows of class 0, of class 1, with at least that score; the last are all there are.
    """

    score: NDArray[np.float64]
    fp: NDArray[np.int64]
    tp: NDArray[np.int64]


def curve_of(y: NDArray[np.int8], score: NDArray[np.float64]) -> Curve:
    """The curve of these rows, y (n,) in {0, 1} and score (n,); n is at least 1."""
    import numpy as np

    from imbbench.data import read_only

    order = np.argsort(-score)
    falling = score[order]
    last = np.append(np.flatnonzero(falling[1:] != falling[:-1]), len(falling) - 1)  # row of each score
    tp = np.cumsum(y[order], dtype=np.int64)[last]
    return Curve(*map(read_only, (falling[last], last + 1 - tp, tp)))
