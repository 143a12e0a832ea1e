"""What a strategy makes of a training part."""

from __future__ import annotations

from imbbench.border import check_training_set
from imbbench.data import TrainingSet
from imbbench.registry import Bound
from imbbench.testing.guards import same
from imbbench.testing.verdict import Nonconforming


def treated(bound: Bound, train: TrainingSet, seed: int = 0) -> TrainingSet:
    """What the strategy makes of a training part, checked at the border."""
    return check_training_set(bound.call(train, seed), train, bound.who)


def difference(one: TrainingSet, other: TrainingSet) -> str:
    """What differs between two training sets, in words; empty if nothing does."""
    for name in ("X", "y", "sample_weight"):
        first, second = getattr(one, name), getattr(other, name)
        if (first is None) != (second is None):
            return f"{name} is there only once"
        if first is not None and len(first) != len(second):
            return f"{name} has {len(first):,} rows once and {len(second):,} the other time"
        if first is not None and not same(first, second):
            return f"{name} has other values"
    same_weights = one.class_weight == other.class_weight
    return "" if same_weights else f"class_weight is {one.class_weight} once, then {other.class_weight}"


def check_within(after: TrainingSet, train: TrainingSet) -> None:
    """Require that no value lies farther outside of its column's range than that range is wide."""
    low, high = train.X.min(axis=0), train.X.max(axis=0)
    lowest, highest = after.X.min(axis=0), after.X.max(axis=0)
    outside = ((low - lowest > high - low) | (highest - high > high - low)).nonzero()[0]
    if len(outside):
        column = int(outside[0])
        raise Nonconforming(
            "rows made of those of the training part, each value in its column",
            f"column {column} goes from {lowest[column]:g} to {highest[column]:g}; in the "
            f"training part it goes from {low[column]:g} to {high[column]:g}",
        )
