"""What all strategies share: one call of a sampler, and words for what it cannot do."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from imbbench import ImbbenchError, TrainingSet, Unsupported

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: What the figures of every component here depend on.
REQUIRES = ("imbalanced-learn", "scikit-learn", "numpy", "scipy")

# `sampling_strategy` of the three kinds of sampler. A float is the ratio of the rarer class to the other
# afterwards. With two classes "auto", "minority", "not majority" and "all" of an over-sampler are one
# and the same, as are "auto", "majority" and "not minority" of the others. The library's "not minority"
# for over-sampling is left out: it would do nothing.
OverSampling = float | Literal["auto", "minority", "not majority", "all"]
UnderSampling = float | Literal["auto", "majority", "not minority", "not majority", "all"]
Cleaning = Literal["auto", "majority", "not minority", "not majority", "all"]


class Neighbours(NamedTuple):
    """A parameter that asks for neighbours within the rarer class: `value` of them, and `others` more
    rows (1 where a row is not its own neighbour)."""

    parameter: str
    value: int
    others: int = 1


def resample(sampler: Any, train: TrainingSet, neighbours: Neighbours | None = None) -> TrainingSet:
    """What a sampler of imbalanced-learn makes of the training part: its rows in its order, bit for bit.

    X is float32 (m, d), also where the sampler computes in float64. Class weights are kept as they are;
    sample weights go with their rows.

    Parameters
    ----------
    sampler : with its parameters set, not yet fitted.
    neighbours : what the sampler needs of the rarer class; explains its failure where there are fewer.

    Raises
    ------
    Unsupported : where there are too few rows for the sampler, it leaves only one class, or rows have weights
        and it does not say which of them it kept.
    ImbbenchError : where it fails for another reason.
    """
    import numpy as np

    try:
        X, y = sampler.fit_resample(train.X, train.y)
    except (ValueError, RuntimeError) as error:
        raise _failure(sampler, train, neighbours, error) from error
    for label in (0, 1):
        if not (y == label).any():
            raise Unsupported(
                f"{_name(sampler)} left no row of class {label} among {rows(train)}; choose parameters with "
                "which it removes fewer, or another strategy"
            )
    weights = _weights(sampler, train, y)
    return replace(train, X=X.astype(np.float32, copy=False), y=y, sample_weight=weights)


def _failure(
    sampler: Any, train: TrainingSet, neighbours: Neighbours | None, error: Exception
) -> ImbbenchError:
    """`Unsupported` where there are fewer rows than it needs."""
    positives = int((train.y == 1).sum())
    rarer = min(positives, len(train.y) - positives)
    if neighbours is None or rarer >= neighbours.value + neighbours.others:
        return ImbbenchError(f"{_name(sampler)} failed on {rows(train)}: {error}")
    name, value, others = neighbours
    most = rarer - others
    todo = f"set {name}={most} or lower, or choose" if most > 0 else "no value is low enough: choose"
    return Unsupported(
        f"{_name(sampler)} was given {rows(train)}; {name}={value} needs {value + others} of the rarer "
        f"class; {todo} a strategy without neighbours, such as random-over"
    )


def _weights(sampler: Any, train: TrainingSet, y: NDArray[np.int8]) -> NDArray[np.floating[Any]] | None:
    """The weights of the rows that a sampler chose."""
    import numpy as np

    if train.sample_weight is None:
        return None
    chosen = getattr(sampler, "sample_indices_", None)
    if chosen is None:
        raise Unsupported(f"{_name(sampler)} makes new rows, for which there is no sample_weight")
    # RepeatedEditedNearestNeighbours (0.14) mixes them up where it removes nothing.
    if not np.array_equal(train.y[chosen], y):
        raise Unsupported(f"{_name(sampler)} does not say which rows it kept: they lose their sample_weight")
    kept: NDArray[np.floating[Any]] = train.sample_weight[chosen]
    return kept


def _name(sampler: Any) -> str:
    return type(sampler).__name__


def rows(train: TrainingSet) -> str:
    """How many rows there are, in words."""
    return f"{len(train.y):,} rows ({int((train.y == 1).sum()):,} positive)"
