"""Checks of what models make of weights, and of a loss that a strategy names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from imbbench.data import TrainingSet, read_only
from imbbench.errors import Unsupported
from imbbench.registry import Bound
from imbbench.testing.fits import build, fit_scores, probability
from imbbench.testing.guards import same
from imbbench.testing.samples import lattice
from imbbench.testing.verdict import Declined, require

if TYPE_CHECKING:
    import numpy as np
    import torch
    from numpy.typing import NDArray

#: How much heavier a class, or a row, is made: no model that looks at weights can miss it.
HEAVY = 10.0
#: A difference of mean probabilities that is none: rounding.
ROUNDING = 1e-5


def heavier_class_weight_is_felt(bound: Bound) -> None:
    """A heavier class_weight on 1 raises the mean probability of 1, on 0 lowers it, or `Unsupported`."""
    train = lattice()
    heavy = {label: replace(train, class_weight={label: HEAVY, 1 - label: 1.0}) for label in (1, 0)}
    _check_felt(bound, train, heavy, "class_weight")


def heavier_sample_weight_is_felt(bound: Bound) -> None:
    """A heavier sample_weight on class 1 raises its mean probability, on 0 lowers it, or `Unsupported`."""
    train = lattice()
    heavy = {label: weighted(train, label, HEAVY) for label in (1, 0)}
    _check_felt(bound, train, heavy, "sample_weight")


def each_row_has_its_weight(bound: Bound) -> None:
    """Heavier rows of class 1 raise its probability where they lie, more than elsewhere, or `Unsupported`.

    Compared with the same total weight, spread evenly over all rows of class 1.
    """
    import numpy as np

    train = lattice()
    there = train.X[:, 0] > 0
    ones = train.y == 1
    uneven = np.where(ones & there, HEAVY, 1.0)
    trains = weighted(train, 1, uneven[ones].mean()), replace(train, sample_weight=read_only(uneven))
    spread, own = _fits(bound, trains, "sample_weight")
    before, after = (p[there].mean() - p[~there].mean() for p in (spread, own))
    where = "at rows whose first column is above 0"
    expected = f"{HEAVY:g} times the sample_weight on rows of class 1 {where} raises their probability most"
    found = (
        f"it is higher there by {before:.5f} with weights spread over the class, by {after:.5f} with these"
    )
    require(after > before + ROUNDING, expected, found)


def weights_multiply(bound: Bound) -> None:
    """class_weight and sample_weight multiply: where they cancel out, the fit is the one without weights."""
    train = lattice()
    heavy = replace(train, class_weight={0: 1.0, 1: HEAVY})
    what = f"class_weight {HEAVY:g} and sample_weight {1 / HEAVY:g} on class 1"
    _check_cancel(bound, (train, heavy, weighted(heavy, 1, 1 / HEAVY)), what)


def loss_is_minimised(bound: Bound) -> None:
    """A classifier that says `takes_loss` minimises `train.loss`, and both weights multiply it.

    Of any other, nothing is asked: its cells are `unsupported` where a strategy names a loss.
    """
    train = lattice()
    if not getattr(build(bound, train), "takes_loss", False):
        return
    heavy = replace(train, loss=heavier_positives)
    _check_felt(bound, train, {1: heavy}, "loss")
    both = {
        "class_weight": replace(heavy, class_weight={0: 1.0, 1: 1 / HEAVY}),
        "sample_weight": weighted(heavy, 1, 1 / HEAVY),
    }
    for weight, given in both.items():
        what = f"a loss times {HEAVY:g} and {weight} {1 / HEAVY:g} on class 1"
        _check_cancel(bound, (train, heavy, given), what)


def heavier_positives(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """The logistic loss of each row, times `HEAVY` for rows of class 1."""
    from torch.nn.functional import binary_cross_entropy_with_logits

    return binary_cross_entropy_with_logits(logits, labels, reduction="none") * (1 + (HEAVY - 1) * labels)


def weighted(train: TrainingSet, label: int, weight: float) -> TrainingSet:
    """With this sample weight on the rows of a class, and 1 on the others."""
    import numpy as np

    return replace(train, sample_weight=read_only(np.where(train.y == label, weight, 1.0)))


def _fits(bound: Bound, trains: tuple[TrainingSet, ...], what: str) -> list[NDArray[np.float64]]:
    """The probabilities of class 1 of each fit; `Declined` where one is `Unsupported`."""
    try:
        return [probability(fit_scores(bound, train)) for train in trains]
    except Unsupported as error:
        raise Declined(f"the model does not take {what}: {error}") from error


def _check_felt(bound: Bound, train: TrainingSet, heavy: Mapping[int, TrainingSet], what: str) -> None:
    """Fits with more weight on class 1 have a higher mean probability of it, on class 0 a lower one."""
    before = probability(fit_scores(bound, train))
    for label, after in zip(heavy, _fits(bound, tuple(heavy.values()), what), strict=True):
        moves = "raises" if label else "lowers"
        times = f"{HEAVY:g} times the {what} on class {label}"
        expected = f"{times} {moves} the mean probability of 1; or raise Unsupported"
        require(not same(before, after), expected, "the same scores as without: it is ignored")
        p, heavier = before.mean(), after.mean()
        found = f"a mean probability of {p:.4f} without and {heavier:.4f} with it"
        require(heavier > p if label else heavier < p, expected, found)


def _check_cancel(bound: Bound, trains: tuple[TrainingSet, TrainingSet, TrainingSet], what: str) -> None:
    """Without weights, with one, with two that cancel out: the last is near the first, or `Unsupported`."""
    plain = probability(fit_scores(bound, trains[0]))
    p, with_one, with_both = (float(q.mean()) for q in (plain, *_fits(bound, trains[1:], what)))
    found = f"{p:.4f} without weights, {with_one:.4f} with one of them, {with_both:.4f} with both"
    expected = f"{what} cancel out in the mean probability"
    require(abs(with_both - p) <= 0.5 * abs(with_one - p), expected, found)
