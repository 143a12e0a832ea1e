"""Checks of strategies."""

from __future__ import annotations

import pickle
from dataclasses import replace
from typing import TYPE_CHECKING

from imbbench.border import check_training_set
from imbbench.data import TrainingSet, read_only
from imbbench.errors import Unsupported
from imbbench.registry import Bound
from imbbench.testing.components import with_random_state
from imbbench.testing.guards import check_generators, check_unchanged, stir
from imbbench.testing.samples import SEEDS, training_part
from imbbench.testing.treated import check_within, difference, treated
from imbbench.testing.verdict import Declined, Nonconforming, require

if TYPE_CHECKING:
    import torch


def training_set_is_valid(bound: Bound) -> None:
    """The result is a TrainingSet: all columns, both classes, finite values, finite weights above 0."""
    for seed in SEEDS:
        treated(bound, training_part(), seed)


def same_seed_same_rows(bound: Bound) -> None:
    """The same rows and seed give the same result, whatever was drawn in between."""
    train = training_part()
    stir(1)
    first = treated(bound, train, 3)
    treated(bound, train, 4)
    stir(2)
    found = difference(first, treated(bound, train, 3))
    require(not found, "the same result from the same rows and seed", found)


def another_seed_changes_rows_only(bound: Bound) -> None:
    """The seed decides which rows there are, never which columns, nor the class weights."""
    train = training_part()
    one, other = (treated(bound, train, seed) for seed in (3, 4))
    found = f"class_weight {one.class_weight} with one seed, {other.class_weight} with another"
    require(one.class_weight == other.class_weight, "weights that no seed changes", found)
    check_within(one, train)
    check_within(other, train)


def random_state_wins(bound: Bound) -> None:
    """With a `random_state`, the seed that is passed changes nothing."""
    bound, train = with_random_state(bound), training_part()
    found = difference(treated(bound, train, 3), treated(bound, train, 4))
    require(not found, "random_state wins over the seed", f"another seed gave another result: {found}")


def deterministic_is_true(bound: Bound) -> None:
    """A strategy that says `deterministic` gives the same result with any seed."""
    train = training_part()
    found = difference(treated(bound, train, 3), treated(bound, train, 4))
    require(not found, "deterministic=True only where the seed changes nothing", found)


def input_not_modified(bound: Bound) -> None:
    """The training part that it is given stays as it is: weights and rows."""
    X, y = training_part().X.copy(), training_part().y.copy()
    weights = {0: 1.0, 1: 3.0}
    train = TrainingSet(read_only(X), read_only(y), weights)

    def run() -> None:
        try:
            bound.call(train, 0)
        except Unsupported:  # of weights
            bound.call(replace(train, class_weight=None), 0)

    check_unchanged({"X": X, "y": y}, run)
    require(weights == {0: 1.0, 1: 3.0}, "class_weight stays as it is; make a new dict", f"it is {weights}")


def weights_are_carried_on(bound: Bound) -> None:
    """Class weights, sample weights and a loss that come in go out again, each weight with its row.

    Unless the strategy sets the same itself, or says `Unsupported`. A new row may have any weight.
    """
    import numpy as np

    train = training_part()
    own = treated(bound, train)
    weight = read_only(np.linspace(0.5, 2.0, len(train.y)))
    given = replace(train, class_weight={0: 1.0, 1: 3.0}, sample_weight=weight, loss=_plain)
    try:
        after = treated(bound, given)
    except Unsupported as error:
        raise Declined(f"the strategy takes no weights: {error}") from error
    if own.class_weight is None:
        found = f"{given.class_weight} became {after.class_weight}"
        require(after.class_weight == given.class_weight, "class_weight is carried on; use replace()", found)
    if own.loss is None:
        require(after.loss is _plain, "loss is carried on; use dataclasses.replace()", f"it is {after.loss}")
    if own.sample_weight is None:
        _check_paired(after, given)


def _check_paired(after: TrainingSet, given: TrainingSet) -> None:
    """Each row of the training part that is still there has its own weight."""
    expected = "sample_weight is carried on, the weight of each row with the row"
    rows = "take the same rows of it as of X: train.sample_weight[rows]"
    if after.sample_weight is None or given.sample_weight is None:
        raise Nonconforming(f"{expected}; {rows}", "sample_weight is None")
    weight_of = {row.tobytes(): w for row, w in zip(given.X, given.sample_weight, strict=True)}
    wrong = [
        number
        for number, (row, w) in enumerate(zip(after.X, after.sample_weight, strict=True))
        if abs(weight_of.get(row.tobytes(), w) - w) > 1e-6
    ]
    require(not wrong, f"{expected}; {rows}", f"{len(wrong)} rows have the weight of another: {wrong[:5]}")


def works_with_1_positive(bound: Bound) -> None:
    """With a single positive row the result is as always, or `Unsupported` says why not."""
    _works_with(bound, 1)


def works_with_10_positives(bound: Bound) -> None:
    """With ten positive rows the result is as always, or `Unsupported` says why not."""
    _works_with(bound, 10)


def _works_with(bound: Bound, positives: int) -> None:
    train = training_part(positives, 190)
    try:
        after = bound.call(train, 0)
    except Unsupported as error:
        raise Declined(f"the strategy does not take {positives} of 190: {error}") from error
    check_training_set(after, train, bound.who)


def loss_is_one_value_a_row(bound: Bound) -> None:
    """A `loss` that it names maps logits and labels (b,) to finite losses (b,), and is differentiable."""
    loss = treated(bound, training_part()).loss
    if loss is None:
        return
    import torch

    logits = torch.linspace(-30, 30, 8, requires_grad=True)
    labels = torch.tensor([0.0, 1.0] * 4)
    values = loss(logits, labels)
    shape = tuple(getattr(values, "shape", ()))
    require(shape == (8,), "the loss of each row, shape (8,)", f"shape {shape}")
    require(bool(values.isfinite().all()), "finite losses of logits from -30 to 30", f"{values.tolist()}")
    (gradient,) = torch.autograd.grad(values.sum(), logits, allow_unused=True)
    expected = "a loss that is differentiable in the logits, with finite gradients"
    require(gradient is not None and bool(gradient.isfinite().all()), expected, f"gradient {gradient}")


def can_be_pickled(bound: Bound) -> None:
    """What it returns, its `loss` included, can be sent to another process."""
    after = bound.call(training_part(), 0)
    found = difference(after, pickle.loads(pickle.dumps(after)))
    require(not found, "the same training set after pickling", found)


def global_generators_untouched(bound: Bound) -> None:
    """`apply` neither draws from nor seeds the generators of random, numpy and torch."""
    train = training_part()
    bound.call(train, 0)
    check_generators(lambda: bound.call(train, 0))


def _plain(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """The logistic loss of each row."""
    from torch.nn.functional import binary_cross_entropy_with_logits

    return binary_cross_entropy_with_logits(logits, labels, reduction="none")
