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

    def thinned(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """(fp, tp), each (m,), of as few points as a picture needs, from (0, 0) to all rows.

        No point of the curve is further than 1/1000 from the straight lines between those that are left, in
        either direction, neither in the ROC diagram nor in that of precision and recall: less than a pixel of
        a picture 1,000 wide.

        First the points within a straight line of both go: those between two of the same tp, or between two
        of fp 0, whose precision is 1. Then, of those in a row whose recall, false positive rate and precision
        are in the same thousandths, all but the first. Precision is 1 where no row is called positive, a rate
        of a class without rows 0.
        """
        import numpy as np

        fp, tp = (np.append(0, counts) for counts in (self.fp, self.tp))
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


def curve_of(y: NDArray[np.int8], score: NDArray[np.float64]) -> Curve:
    """The curve of these rows, y (n,) in {0, 1} and score (n,); n is at least 1."""
    import numpy as np

    from imbbench.data import read_only

    order = np.argsort(-score)
    falling = score[order]
    last = np.append(np.flatnonzero(falling[1:] != falling[:-1]), len(falling) - 1)  # row of each score
    tp = np.cumsum(y[order], dtype=np.int64)[last]
    return Curve(*map(read_only, (falling[last], last + 1 - tp, tp)))
