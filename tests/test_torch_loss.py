from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from imbbench import TrainingSet
from imbbench.torch_loss import weighted_loss

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
