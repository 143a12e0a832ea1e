"""Whether a metric became worse: each in its own direction, against its tolerance."""

from __future__ import annotations

import math
import statistics
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from imbbench.aggregate import COUNTS
from imbbench.baseline_plan import Plan
from imbbench.readings import Threshold
from imbbench.result import Result
from imbbench.rules import Rules, noise
from imbbench.ttest import corrected_ttest, holm

NOT_COMPUTED = "not computed: the metric is not installed, or the run was stored without scores"


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
    threshold: Threshold
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
    """For each group of folds, with their seeds, (of one, where they are judged one by one) what became of
    each figure."""
    which = _figures(groups, plan)
    told = [
        [_change(group, metric, threshold, metric in lower_is_better, rules) for metric, threshold in which]
        for group in groups
    ]
    if rules.significance is not None:
        told = _decided(told, rules.significance)
    return [tuple(changes) for changes in told]


def _figures(groups: Sequence[Sequence[Pair]], plan: Plan) -> list[tuple[str, Threshold]]:
    """Every (metric, threshold); of one that no threshold moves, such as an area, just the first."""
    rows = [row for group in groups for pair in group for row in (pair.before, pair.now)]

    def values(metric: str, threshold: Threshold) -> str:
        return repr([row.metrics.get(threshold, {}).get(metric) for row in rows])

    first = {metric: values(metric, plan.threshold[0]) for metric in plan.metrics}
    return [
        (metric, threshold)
        for threshold in plan.threshold
        for metric in plan.metrics
        if threshold == plan.threshold[0] or values(metric, threshold) != first[metric]
    ]


def _change(group: Sequence[Pair], metric: str, threshold: Threshold, lower: bool, rules: Rules) -> Change:
    was = [pair.before.metrics[threshold][metric] for pair in group]
    if any(metric not in pair.now.metrics.get(threshold, {}) for pair in group):
        verdict = "missing" if any(map(math.isfinite, was)) else "same"
        return Change(metric, threshold, verdict, _mean(was), math.nan, reason=NOT_COMPUTED)
    values = [(before, pair.now.metrics[threshold][metric]) for before, pair in zip(was, group, strict=True)]
    defined = [(before, now) for before, now in values if math.isfinite(before) and math.isfinite(now)]
    lost = sum(math.isfinite(before) and not math.isfinite(now) for before, now in values)
    reason = _lost(metric, lost, group)
    if lost > len(defined) or not defined:
        return _undefined(metric, threshold, values, reason)
    folds = _by_fold(group, values)
    before, now = (_mean([value[side] for value in folds]) for side in (0, 1))
    allowed = rules.allowed(metric, before, lower_is_better=lower)
    losses = [(now - before) if lower else (before - now) for before, now in folds]
    change = Change(metric, threshold, "same", before, now, allowed, statistics.mean(losses), reason=reason)
    margin = allowed + noise(before)
    if rules.significance is not None and len({pair.now.cell.fold for pair in group}) > 1:
        return replace(change, p=_p_value(losses, margin, group)) if len(losses) > 1 else change
    if abs(change.loss) > margin:
        return replace(change, verdict="worse" if change.loss > 0 else "better")
    return change


def _by_fold(group: Sequence[Pair], values: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """(before, now) of each fold in which both are defined, means over its seeds: these share all their
    rows, and are no more folds to a test."""
    folds: dict[int, list[tuple[float, float]]] = {}
    for pair, value in zip(group, values, strict=True):
        if all(map(math.isfinite, value)):
            folds.setdefault(pair.now.cell.fold, []).append(value)
    return [(_mean([b for b, _ in each]), _mean([n for _, n in each])) for each in folds.values()]


def _p_value(losses: Sequence[float], margin: float, group: Sequence[Pair]) -> float:
    """That the mean loss is above the margin, or the mean gain if it is one."""
    share = statistics.fmean(sum(pair.now.counts["test"]) / sum(pair.now.counts["train"]) for pair in group)
    gain = statistics.mean(losses) < 0
    return corrected_ttest([-loss for loss in losses] if gain else losses, margin, share)


def _lost(metric: str, lost: int, group: Sequence[Pair]) -> str:
    """That a metric is undefined now, in words; empty where it is in none of the group."""
    if not lost:
        return ""
    fits = "fits" if any(pair.now.cell.seed for pair in group) else "folds"
    return f"{metric} is undefined now" + (f" in {lost} of {len(group)} {fits}" if len(group) > 1 else "")


def _undefined(metric: str, threshold: Threshold, values: Sequence[tuple[float, float]], lost: str) -> Change:
    """Of a metric that is defined on both sides in no fold, or in fewer than have `lost` it (in words)."""
    before, now = (_mean([value[side] for value in values]) for side in (0, 1))
    change = Change(metric, threshold, "same", before, now)
    if lost:
        return replace(change, verdict="worse", reason=lost)
    if any(math.isfinite(now) for _, now in values):
        return replace(change, verdict="new", reason=f"{metric} was undefined")
    return change


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
