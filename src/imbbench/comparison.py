"""What a comparison found: differences on each data set, and over data sets."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from imbbench.evidence import Contrast, Evidence, verdict
from imbbench.readings import Threshold

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Difference:
    """Two strategies on one data set.

    Parameters
    ----------
    dataset : as it must be shown.
    protocol : split, and preprocessing and random state where they are not the usual ones.
    folds : how many were compared.
    reference : mean of `against` over these folds.
    difference : mean of `name` minus `against`, in the metric's units; NaN without a fold.
    low, high : the 95% interval of the difference; NaN for one fold.
    gain : the difference, above 0 where `name` is better.
    remarks : what of the folds could not be compared, and why.
    """

    contrast: Contrast
    dataset: str
    protocol: tuple[str, ...]
    folds: int
    reference: float = math.nan
    difference: float = math.nan
    low: float = math.nan
    high: float = math.nan
    gain: float = math.nan
    evidence: Evidence = field(default_factory=Evidence)
    remarks: tuple[str, ...] = ()

    @property
    def where(self) -> tuple[str, ...]:
        """The data set and its protocol."""
        return self.dataset, *self.protocol

    @property
    def verdict(self) -> str:
        """See `verdict`."""
        return verdict(self.evidence, self.gain)


@dataclass(frozen=True)
class Overall:
    """Two strategies over data sets.

    Parameters
    ----------
    protocol : as in `Difference`; empty where each data set has one of its own.
    datasets : how many were compared.
    wins, ties, losses : on how many `name` was better by more than the rope, within it, worse.
    difference : pseudo-median of the differences of the data sets (`ranks.pseudo_median`); NaN without any.
    gain : the difference, above 0 where `name` is better.
    evidence : of Wilcoxon's and the Bayesian signed-rank test; NaN for too few data sets.
    remarks : why there is no data set.
    """

    contrast: Contrast
    protocol: tuple[str, ...]
    datasets: int
    wins: int = 0
    ties: int = 0
    losses: int = 0
    difference: float = math.nan
    gain: float = math.nan
    evidence: Evidence = field(default_factory=Evidence)
    remarks: tuple[str, ...] = ()

    @property
    def where(self) -> tuple[str, ...]:
        """The protocol that the data sets share."""
        return self.protocol

    @property
    def verdict(self) -> str:
        """See `verdict`."""
        return verdict(self.evidence, self.gain)


@dataclass(frozen=True)
class Ranking:
    """Mean ranks over the data sets on which all that are ranked have figures; rank 1 is the best.

    Parameters
    ----------
    beside, metric, threshold : as in `Contrast`.
    protocol : as in `Overall`.
    datasets : how many there are.
    ranks : strategy -> mean rank, the best first.
    p : of Friedman's test that all ranks are the same; NaN where it was not made.
    critical_difference : of Nemenyi's test at 0.05; NaN for too few data sets.
    unranked : those without figures on the same two data sets.
    """

    beside: str
    metric: str
    threshold: Threshold
    protocol: tuple[str, ...]
    datasets: int
    ranks: Mapping[str, float]
    p: float = math.nan
    critical_difference: float = math.nan
    unranked: tuple[str, ...] = ()


@dataclass(frozen=True, repr=False)
class Comparison:
    """All that was compared.

    Parameters
    ----------
    by : "strategy" or "model": what is compared.
    rope : half the width of the region of practical equivalence, in units of the metrics.
    differences : on each data set.
    overall : over data sets; empty for one data set.
    rankings : over data sets.
    notes : what could not be compared.
    calibrations : that the scores as they are stored can be read with, without a new run.
    """

    by: str
    rope: float
    differences: tuple[Difference, ...]
    overall: tuple[Overall, ...] = ()
    rankings: tuple[Ranking, ...] = ()
    notes: tuple[str, ...] = ()
    calibrations: tuple[str, ...] = ()

    @property
    def other_axis(self) -> str:
        """What is the same on both sides of a comparison: "model" where strategies are compared."""
        return "model" if self.by == "strategy" else "strategy"

    @property
    def sentences(self) -> tuple[str, ...]:
        """What a person can act on, a sentence for each strategy and model."""
        from imbbench.comparison_text import sentences

        return sentences(self)

    def to_frame(self, *, overall: bool = False) -> pd.DataFrame:
        """A DataFrame with a row per difference, or per comparison over data sets; columns as in JSON."""
        import pandas as pd

        from imbbench.comparison_report import plain_data

        rows = plain_data(self)["overall" if overall else "differences"]
        return pd.DataFrame(
            {**row, "protocol": " · ".join(row["protocol"]), "remarks": "; ".join(row["remarks"])}
            for row in rows
        )

    def __str__(self) -> str:
        """Tables and sentences in plain text."""
        import io

        from imbbench.comparison_report import write_plain

        stream = io.StringIO()
        write_plain(self, stream, verbose=False)
        return stream.getvalue()

    def _repr_html_(self) -> str:
        """Tables and sentences in a notebook."""
        from imbbench.page.notebook import comparison_html

        return comparison_html(self)

    def __repr__(self) -> str:
        return f"<Comparison: {len(self.differences)} on data sets, {len(self.overall)} over them>"
