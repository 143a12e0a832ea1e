"""How probable it is that two are practically equivalent on the next data set, from those at hand."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from imbbench.data import FloatArray

DRAWS = 20_000
#: Strength of the prior, which is one data set without any difference, weighted so much.
PRIOR = 0.5


def signed_rank_probabilities(differences: Sequence[float], rope: float) -> tuple[float, float, float]:
    """Posterior probabilities that the difference is most often below -rope, within plus and minus rope,
    above rope.

    The Bayesian signed-rank test of Benavoli, Corani, Demšar and Zaffalon (2017), Time for a Change: a
    Tutorial for Comparing Multiple Classifiers Through Bayesian Analysis, JMLR 18(77), section 4.2. A draw
    gives each data set a weight of Dirichlet(1/2, 1, ..., 1), the first for a prior difference of 0. A region
    wins it if the weighted share of pairs whose mean difference is there is the largest.

    Parameters
    ----------
    differences : one a data set, in the metric's units; their order does not matter.
    rope : half the width of the region of practical equivalence, in the metric's units, above 0.
    """
    import numpy as np

    values = np.array([0.0, *sorted(differences)])
    means = (values[:, None] + values[None, :]) / 2
    weights = _weights(len(differences))
    below, above = (
        np.einsum("si,si->s", weights @ region.astype(np.float64), weights)
        for region in (means < -rope, means > rope)
    )
    winners = np.argmax([below, 1 - below - above, above], axis=0)
    low, middle, high = np.bincount(winners, minlength=3) / DRAWS
    return float(low), float(middle), float(high)


@lru_cache(maxsize=8)
def _weights(number: int) -> FloatArray:
    """Draws of the weights of the prior and of so many data sets, shape (DRAWS, number + 1)."""
    import numpy as np

    return np.random.default_rng(0).dirichlet([PRIOR, *[1.0] * number], DRAWS)
