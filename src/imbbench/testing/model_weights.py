"""Checks of what models make of weights, and of a loss that a strategy names."""

from __future__ import annotations

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
    import torch

#: How much heavier class 1 is made: no model that looks at weights can miss it.
HEAVY = 10.0


def heavier_class_weight_is_felt(bound: Bound) -> None:
    """A heavier class_weight on 1 raises the mean probability of 1, or the fit says `Unsupported`."""
    train = lattice()
    _check_felt(bound, train, replace(train, class_weight={0: 1.0, 1: HEAVY}), "class_weight")


def heavier_sample_weight_is_felt(bound: Bound) -> None:
    """A heavier sample_weight on rows of class 1 raises the mean probability of 1, or it is `Unsupported`."""
    train = lattice()
    _check_felt(bound, train, weighted(train, HEAVY), "sample_weight")


def weights_multiply(bound: Bound) -> None:
    """class_weight and sample_weight multiply: where they cancel out, the fit is the one without weights."""
    train = lattice()
    heavy = replace(train, class_weight={0: 1.0, 1: HEAVY})
    both = weighted(heavy, 1 / HEAVY)
    what = f"class_weight {HEAVY:g} and sample_weight {1 / HEAVY:g} on class 1"
    _check_cancel(bound, (train, heavy, both), what)


def loss_is_minimised(bound: Bound) -> None:
    """A classifier that says `takes_loss` minimises `train.loss`, and class weights multiply it.

    Of any other, nothing is asked: its cells are `unsupported` where a strategy names a loss.
    """
    train = lattice()
    if getattr(build(bound, train), "takes_loss", False):
        heavy = replace(train, loss=heavier_positives)
        _check_felt(bound, train, heavy, "loss")
        both = replace(heavy, class_weight={0: 1.0, 1: 1 / HEAVY})
        what = f"a loss times {HEAVY:g} and class_weight {1 / HEAVY:g} on class 1"
        _check_cancel(bound, (train, heavy, both), what)


def heavier_positives(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """The logistic loss of each row, times `HEAVY` for rows of class 1."""
    from torch.nn.functional import binary_cross_entropy_with_logits

    return binary_cross_entropy_with_logits(logits, labels, reduction="none") * (1 + (HEAVY - 1) * labels)


def weighted(train: TrainingSet, one: float) -> TrainingSet:
    """With this sample weight on the rows of class 1, and 1 on the others."""
    import numpy as np

    return replace(train, sample_weight=read_only(np.where(train.y == 1, one, 1.0)))


def _check_felt(bound: Bound, train: TrainingSet, heavy: TrainingSet, what: str) -> None:
    """A fit with more weight on class 1 has a higher mean probability of it, or is `Unsupported`."""
    before = fit_scores(bound, train)
    try:
        after = fit_scores(bound, heavy)
    except Unsupported as error:
        raise Declined(f"the model takes no {what}: {error}") from error
    expected = f"{HEAVY:g} times the {what} on class 1 raises its mean probability; or raise Unsupported"
    require(not same(before, after), expected, "the same scores as without: it is ignored")
    p, heavier = probability(before).mean(), probability(after).mean()
    require(heavier > p, expected, f"a mean probability of {p:.4f} without and {heavier:.4f} with it")


def _check_cancel(bound: Bound, trains: tuple[TrainingSet, TrainingSet, TrainingSet], what: str) -> None:
    """Without weights, with one, with two that cancel out: the last is near the first, or `Unsupported`."""
    plain = fit_scores(bound, trains[0])
    try:
        heavy, both = (fit_scores(bound, train) for train in trains[1:])
    except Unsupported as error:
        raise Declined(f"the model does not take {what}: {error}") from error
    p, with_one, with_both = (float(probability(scores).mean()) for scores in (plain, heavy, both))
    found = f"{p:.4f} without weights, {with_one:.4f} with one of them, {with_both:.4f} with both"
    expected = f"{what} cancel out in the mean probability"
    require(abs(with_both - p) <= 0.5 * abs(with_one - p), expected, found)
