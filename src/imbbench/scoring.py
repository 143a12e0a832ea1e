"""What the scores of one fit say: read in each of the run's ways, and measured by every metric.

A metric that fails is NaN and said, and never takes another figure with it.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from imbbench.arrays import unpack
from imbbench.calibration import FITTED
from imbbench.data import Predictions, read_only
from imbbench.errors import NoThreshold
from imbbench.outcome import Failure, blame
from imbbench.readings import Reading, Threshold, reading, threshold_text
from imbbench.records import ScoreRecord
from imbbench.registry import Bound, Registry
from imbbench.settings import Settings
from imbbench.thresholds import cut_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from imbbench.data import FloatArray

    Scores = NDArray[np.float64]

NO_INNER = "there are no scores of rows held out within the training part to fit it on"
NO_SHIFT = "the strategy trains with a loss of its own, which moves log-odds by no constant"
NOT_STORED = "what it is fitted on is not stored; `imbbench run` with it fits that"
OUT_OF_REACH = "no threshold reaches it on the rows held out within the training part"
AT_FACE_VALUE = (
    "takes the scores for probabilities, which a strategy or a model may have moved; --calibrate makes "
    "them ones"
)


@dataclass(frozen=True, eq=False)
class Scored:
    """What is known of one fit on one fold.

    Parameters
    ----------
    y, score, amount : (n,) labels, log-odds, and money or None, of the test part.
    prevalence : fraction of class 1 in the training part before the strategy.
    shift : `calibration.prior_shift`; None where it is not known.
    inner_y, inner_score : (m,) labels and log-odds of the training part's rows, each scored by a fit that had
        not seen it; None where there are none, scores of shape (0,) where there can be none.
    """

    y: NDArray[np.int8]
    score: Scores
    prevalence: float = math.nan
    amount: FloatArray | None = None
    shift: float | None = None
    inner_y: NDArray[np.int8] | None = None
    inner_score: Scores | None = None

    def read(self, key: Threshold) -> Predictions | None:
        """The predictions that a reading makes of it; None where they cannot be calibrated so. What is
        undefined is said in a warning."""
        how = reading(key)
        plain = Predictions(self.y, self.score, prevalence=self.prevalence, amount=self.amount)
        if how.calibrate == "none" and how.rule == "fixed":
            return replace(plain, threshold=how.values["p"])
        for remark in self._remarks(how):
            warnings.warn(f"{threshold_text(key)}: {remark}", stacklevel=2)
        if not self._can_be(how.calibrate):
            return None
        from scipy.special import expit

        score, inner_score = self._calibrated(how.calibrate)
        cut = cut_of(how, inner_score, self.inner_y) if self._has_inner or not how.needs_inner else math.nan
        if math.isnan(cut) and self._has_inner:
            warnings.warn(f"{threshold_text(key)}: {OUT_OF_REACH}", stacklevel=2)
        return replace(plain, score=score, threshold=float(expit(cut)), cut=cut)

    def _remarks(self, how: Reading) -> Iterator[str]:
        """What is missing to read it so, or to believe it."""
        if how.needs_inner and not self._has_inner:
            yield NOT_STORED if self.inner_score is None else NO_INNER
        if how.calibrate == "prior" and not self._can_be("prior"):
            yield NOT_STORED if self.shift is None else NO_SHIFT
        if how.rule == "cost" and how.calibrate == "none":
            yield AT_FACE_VALUE

    def _can_be(self, calibrate: str) -> bool:
        """Whether there is what the calibration needs."""
        known = {"none": True, "prior": self.shift is not None and not math.isnan(self.shift)}
        return known.get(calibrate, self._has_inner)

    @property
    def _has_inner(self) -> bool:
        return self.inner_score is not None and len(self.inner_score) > 0

    @cached_property
    def _made(self) -> dict[str, tuple[Scores, Scores | None]]:
        return {"none": (self.score, self.inner_score)}

    def _calibrated(self, calibrate: str) -> tuple[Scores, Scores | None]:
        """Test and inner scores, calibrated; each way is fitted once."""
        if calibrate not in self._made:
            function = self._function(calibrate)
            inner = None if self.inner_score is None else read_only(function(self.inner_score))
            self._made[calibrate] = read_only(function(self.score)), inner
        return self._made[calibrate]

    def _function(self, calibrate: str) -> Callable[[Scores], Scores]:
        if calibrate == "prior":
            shift = self.shift
            return lambda score: score - shift  # type: ignore[operator]
        return FITTED[calibrate](self.inner_score, self.inner_y)  # type: ignore[arg-type]


def unpacked(record: ScoreRecord, prevalence: float, shift: float | None) -> Scored:
    """What the store has of a fit."""
    import numpy as np

    def array(packed: bytes | None, dtype: Any) -> Any:
        return None if packed is None else read_only(unpack(packed).astype(dtype, copy=False))

    fold = record.fold
    test = array(fold.y, np.int8), array(record.scores, np.float64)
    inner = array(fold.train_y, np.int8), array(record.inner, np.float64)
    return Scored(*test, prevalence, array(fold.amount, np.float64), shift, *inner)


def all_metrics(
    registry: Registry, settings: Settings, scored: Scored
) -> tuple[dict[Threshold, dict[str, float]], list[str]]:
    """(key of each of the run's readings -> metric spec -> value, what went wrong with those asked for).

    A metric that raises is NaN; if nobody asked for it that is a note only. So are all where the scores
    cannot be calibrated, and those that a threshold decides where there is none.
    """
    failures: list[str] = []
    metrics: dict[Threshold, dict[str, float]] = {}
    for key in settings.thresholds:
        seen = scored.read(key)
        if seen is None:
            metrics[key] = dict.fromkeys(settings.metrics, math.nan)
            continue
        metrics[key], failed = _at_one(registry, settings, seen)
        failures += failed
    return metrics, list(dict.fromkeys(failures))


def _at_one(
    registry: Registry, settings: Settings, predictions: Predictions
) -> tuple[dict[str, float], list[str]]:
    figures: dict[str, float] = {}
    failed = []
    for spec in settings.metrics:
        metric = registry.resolve("metric", spec)
        try:
            with blame(metric.who, debug=settings.debug):
                figures[spec] = _figure(metric, predictions)
        except Failure as failure:
            figures[spec] = float("nan")
            if spec in settings.columns:
                failed.append(str(failure))
            else:
                warnings.warn(str(failure), stacklevel=2)
    return figures, failed


def _figure(metric: Bound, predictions: Predictions) -> float:
    try:
        return float(metric.call(predictions))
    except NoThreshold:
        return math.nan
