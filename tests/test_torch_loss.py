from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from imbbench import Context, TorchClassifier, TrainingSet
from imbbench.errors import PluginError
from imbbench.torch_loss import OwnLoss, WeightedLoss, loss_of, weighted_loss

N = 200
Y = (torch.rand(N, generator=torch.Generator().manual_seed(1)) < 0.2).numpy().astype("int8")
ROWS = torch.randperm(N, generator=torch.Generator().manual_seed(2))[:64]
LOGITS = 8 * torch.randn(64, generator=torch.Generator().manual_seed(3))
WEIGHT = np.linspace(0.2, 3, N)


def training_set(class_weight=None, sample_weight=None):
    return TrainingSet(np.zeros((N, 1), "float32"), Y, class_weight, sample_weight)


@pytest.mark.parametrize(
    ("class_weight", "sample_weight"),
    [(None, None), ({0: 1.0, 1: 577.2}, None), ({0: 0.6, 1: 4.1}, None), (None, WEIGHT)],
)
def test_the_gradient_is_that_of_bce_with_logits_to_the_last_bit(class_weight, sample_weight):
    w0, w1 = (1.0, 1.0) if class_weight is None else (class_weight[0], class_weight[1])
    logits = LOGITS.clone().requires_grad_()
    weight = None if sample_weight is None else torch.tensor(sample_weight, dtype=torch.float32)[ROWS]
    criterion = nn.BCEWithLogitsLoss(weight=weight, pos_weight=torch.tensor(w1 / w0))
    value = w0 * criterion(logits, torch.tensor(Y)[ROWS].float())
    value.backward()
    loss = weighted_loss(training_set(class_weight, sample_weight), "cpu")
    assert torch.equal(loss.take(ROWS).gradient(LOGITS, len(ROWS)), logits.grad)
    assert loss.take(ROWS).values(LOGITS).mean().item() == pytest.approx(value.item(), rel=1e-6)


def test_class_and_sample_weights_multiply():
    both = weighted_loss(training_set({0: 0.6, 1: 4.1}, WEIGHT), "cpu")
    once = weighted_loss(training_set(None, np.where(Y == 1, 4.1, 0.6) * WEIGHT), "cpu")
    both, once = both.take(ROWS), once.take(ROWS)
    assert torch.allclose(both.values(LOGITS), once.values(LOGITS), rtol=1e-5)
    assert torch.allclose(both.gradient(LOGITS, 64), once.gradient(LOGITS, 64), rtol=1e-5)


@pytest.mark.parametrize("logit", [-90.0, -20.5, 0.0, 20.5, 90.0])
def test_the_loss_is_exact_far_from_the_threshold(logit):
    """float32 keeps a loss of 1e-9 apart from 0 and one of 90 from infinity."""
    values = weighted_loss(training_set(), "cpu").values(torch.full((N,), logit))
    expected = np.logaddexp(0, np.where(Y == 1, -logit, logit))
    assert values.numpy() == pytest.approx(expected, rel=1e-5, abs=3e-9)


def bce(logits, y):
    return nn.functional.binary_cross_entropy_with_logits(logits, y, reduction="none")


@pytest.mark.parametrize("class_weight", [None, {0: 0.6, 1: 4.1}])
@pytest.mark.parametrize("sample_weight", [None, WEIGHT])
def test_weights_multiply_a_loss_of_the_strategys(class_weight, sample_weight):
    """The logistic loss handed in as one of its own is the built-in one, weights and all."""
    train = training_set(class_weight, sample_weight)
    built_in = loss_of(train, "cpu").take(ROWS)
    own = loss_of(replace(train, loss=bce), "cpu").take(ROWS)
    assert isinstance(built_in, WeightedLoss)
    assert isinstance(own, OwnLoss)
    assert torch.allclose(own.values(LOGITS), built_in.values(LOGITS), rtol=1e-5, atol=1e-7)
    expected = built_in.gradient(LOGITS.clone(), 64)
    with torch.no_grad():  # as the loop may be: the gradient is taken anyway
        assert torch.allclose(own.gradient(LOGITS.clone(), 64), expected, rtol=1e-5, atol=1e-8)


def test_a_fit_with_the_logistic_loss_handed_in_is_the_usual_fit():
    rng = np.random.default_rng(4)
    X = (rng.standard_normal((N, 3)) + Y[:, None]).astype("float32")
    train = TrainingSet(X, Y, {0: 0.6, 1: 4.1})
    context = Context(
        seed=1, device="cpu", n_jobs=1, threads=1, class_counts=(int(N - Y.sum()), int(Y.sum()))
    )

    def fitted(train):
        return TorchClassifier(lambda d: nn.Linear(d, 1), context, batch_size=32, min_steps=200).fit(train)

    usual, own = fitted(train), fitted(replace(train, loss=bce))
    assert np.allclose(own.decision_function(X), usual.decision_function(X), rtol=1e-4, atol=1e-5)
    assert own.info_["loss_curve"] == pytest.approx(usual.info_["loss_curve"], rel=1e-4)
    squared = fitted(replace(train, loss=lambda logits, y: (logits.sigmoid() - y) ** 2))
    assert not np.allclose(squared.decision_function(X), usual.decision_function(X), rtol=0.05)


@pytest.mark.parametrize(
    ("loss", "message"),
    [
        (
            lambda logits, y: bce(logits, y).mean(),
            r"returned shape \(\); expected the loss of each row, \(64,\)",
        ),
        (lambda logits, y: bce(logits, y).tolist(), r"returned list; expected the loss of each row, \(64,\)"),
        (lambda logits, y: 1 / 0, "raised ZeroDivisionError: division by zero"),
        (lambda logits, y: bce(logits.detach(), y), "cannot be differentiated by torch in the logits"),
    ],
)
def test_a_loss_must_be_one_of_each_row(loss, message):
    own = loss_of(replace(training_set(), loss=loss), "cpu").take(ROWS)
    with pytest.raises(PluginError, match=rf"the strategy's loss {message}"):
        own.gradient(LOGITS.clone(), 64)


def test_a_class_with_a_fit_of_its_own_takes_a_loss_only_if_it_says_so():
    class Older(TorchClassifier):
        def fit(self, train):
            return super().fit(TrainingSet(train.X, train.y))

    class Newer(Older):
        takes_loss = True

        def fit(self, train):
            return TorchClassifier.fit(self, train)

    class Renamed(TorchClassifier):
        pass

    assert [cls.takes_loss for cls in (TorchClassifier, Older, Newer, Renamed)] == [True, False, True, True]
