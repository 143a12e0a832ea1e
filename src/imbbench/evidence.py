"""How sure a difference between two strategies is, and what that makes of it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from imbbench.ranks import LEVEL
from imbbench.readings import Threshold

#: Of the posterior that two are practically equivalent.
SURE = 0.95
EQUIVALENT, BETTER, WORSE, UNCLEAR = "equivalent", "better", "worse", "unclear"


@dataclass(frozen=True)
class Contrast:
    """Who is compared with whom, in what.

    Parameters
    ----------
    name, against : two strategies (two models, where models are compared).
    beside : the model (the strategy) that both have.
    metric, threshold : a spec and a key of `Result.metrics`; of a metric that no threshold moves the first.
    """

    name: str
    against: str
    beside: str
    metric: str
    threshold: Threshold


@dataclass(frozen=True)
class Evidence:
    """How sure a difference is; everything is NaN where there was nothing to test.

    Parameters
    ----------
    p : two-sided p-value that there is no difference.
    p_adjusted : by Holm, for all comparisons of the same metric at the same threshold in one table.
    p_worse, p_equivalent, p_better : posterior probabilities that `name` is worse than `against` by more than
        the rope, within it, better by more than it, in the metric's own direction.
    """

    p: float = math.nan
    p_adjusted: float = math.nan
    p_worse: float = math.nan
    p_equivalent: float = math.nan
    p_better: float = math.nan


def verdict(evidence: Evidence, gain: float) -> str:
    """Equivalent: probably within the rope. Better, worse: a difference that luck does not explain, in the
    direction of `gain`. Unclear: neither. Empty where nothing was tested."""
    if math.isnan(evidence.p_adjusted):
        return ""
    if evidence.p_equivalent > SURE:
        return EQUIVALENT
    if evidence.p_adjusted < LEVEL and gain:
        return BETTER if gain > 0 else WORSE
    return UNCLEAR
