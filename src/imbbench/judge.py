"""Whether a metric became worse: each in its own direction, against its tolerance."""

from __future__ import annotations

import math
import statistics
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from imbbench.aggregate import COUNTS
from imbbench.baseline_plan import Plan
from imbbench.results import Result
from imbbench.rules import Rules, noise
from imbbench.ttest import corrected_ttest, holm


@dataclass(frozen=True)
class Pair:
    """A cell as it was and as it is, both ok and scored on the same rows."""

    before: Result
    now: Result


@dataclass(frozen=True)
class Change:
    """A metric at a threshold, then and now.

    Parameters
    ----------
    verdict : same, better, worse, missing (no longer computed) or new (it was undefined).
    before, now : values, means where folds are judged together; NaN where undefined.
    allowed : how far it may fall.
    loss : how far it fell, in the metric's own direction; below 0 where it rose.
    p : of the test that the loss is above what is allowed (for better: the gain), adjusted for the number
        of tests of the check; NaN where none was made.
    reason : in words, where the figures do not tell it.
    """

    metric: str
    threshold: float
    verdict: str
    before: float
    now: float
    allowed: float = math.nan
    loss: float = math.nan
    p: float = math.nan
    reason: str = ""

    @property
    def badness(self) -> float:
        """How many times the tolerance it fell; a count, how many times a whole row at least."""
        if self.verdict == "same":
            return 0.0
        least = 1.0 if self.metric in COUNTS else noise(self.before)
        return self.loss / max(self.allowed, least) if math.isfinite(self.loss) else math.inf


def judged(
    groups: Sequence[Sequence[Pair]], plan: Plan, lower_is_better: Collection[str], rules: Rules
) -> list[tuple[Change, ...]]:
    """For each group of folds (of one, where folds are judged one by one) all metrics at all thresholds."""
    which = [(metric, threshold) for threshold in plan.threshold for metric in plan.metrics]
    told = [
        [_change(group, metric, threshold, metric in lower_is_better, rules) for metric, threshold in which]
        for group in groups
    ]
    if rules.significance is not None:
        told = _decided(told, rules.significance)
    return [tuple(changes) for changes in told]


def _change(group: Sequence[Pair], metric: str, threshold: float, lower: bool, rules: Rules) -> Change:
    was = [pair.before.metrics[threshold][metric] for pair in group]
    if any(metric not in pair.now.metrics.get(threshold, {}) for pair in group):
        verdict = "missing" if any(map(math.isfinite, was)) else "same"
        return Change(metric, threshold, verdict, _mean(was), math.nan, reason=f"{metric} was not computed")
    values = [(before, pair.now.metrics[threshold][metric]) for before, pair in zip(was, group, strict=True)]
    defined = [(before, now) for before, now in values if math.isfinite(before) and math.isfinite(now)]
    if not defined:
        return _undefined(metric, threshold, values)
    before, now = (_mean([value[side] for value in defined]) for side in (0, 1))
    allowed = rules.allowed(metric, before)
    losses = [(now - before) if lower else (before - now) for before, now in defined]
    change = Change(metric, threshold, "same", before, now, allowed, statistics.mean(losses))
    if len(losses) > 1 and rules.significance is not None:
        share = statistics.fmean(
            sum(pair.now.counts["test"]) / sum(pair.now.counts["train"]) for pair in group
        )
        gain = change.loss < 0
        margin = allowed + noise(before)
        p = corrected_ttest([-loss for loss in losses] if gain else losses, margin, share)
        return replace(change, p=p)
    if abs(change.loss) > allowed + noise(before):
        return replace(change, verdict="worse" if change.loss > 0 else "better")
    return change


def _undefined(metric: str, threshold: float, values: Sequence[tuple[float, float]]) -> Change:
    """Of a metric that is undefined on one side, or on both, in every fold."""
    before, now = (_mean([value[side] for value in values]) for side in (0, 1))
    was, is_ = (any(math.isfinite(value[side]) for value in values) for side in (0, 1))
    if not (was or is_):
        return Change(metric, threshold, "same", before, now)
    verdict, reason = ("worse", "is undefined now") if was else ("new", "was undefined")
    return Change(metric, threshold, verdict, before, now, reason=f"{metric} {reason}")


def _decided(told: list[list[Change]], level: float) -> list[list[Change]]:
    """With the verdicts of the tests, adjusted for the number of losses and of gains that were tested."""
    tested = [change for changes in told for change in changes if not math.isnan(change.p)]
    decided = {}
    for verdict, rose in (("worse", False), ("better", True)):
        # Every test counts, also those of figures that moved the other way.
        p_values = holm([change.p if (change.loss < 0) == rose else 1.0 for change in tested])
        for change, p in zip(tested, p_values, strict=True):
            if (change.loss < 0) == rose:
                decided[id(change)] = replace(change, p=p, verdict=verdict if p < level else "same")
    return [[decided.get(id(change), change) for change in changes] for changes in told]


def _mean(values: Sequence[float]) -> float:
    return statistics.mean(values) if all(map(math.isfinite, values)) else math.nan
