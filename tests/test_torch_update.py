from __future__ import annotations

import pytest
import torch
from torch import nn

from imbbench.torch_parts import torch_threads
from imbbench.torch_update import FusedUpdate

OPTIMIZERS = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW, "sgd": torch.optim.SGD}


@pytest.fixture(autouse=True)
def one_thread():
    with torch_threads(1):
        yield


def module():
    torch.manual_seed(3)
    return nn.Sequential(nn.Linear(5, 7), nn.GELU(), nn.Linear(7, 1))


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_gradient_that_lies_in_memory_in_another_order(name):
    """The kernels go along memory; autograd gives such gradients of einsum and attention."""
    gradient = torch.tensor([[1.0, -1.0, 1.0], [1.0, 1.0, -1.0]])
    for given in (gradient, gradient.T.contiguous().T):
        value = torch.zeros(2, 3, requires_grad=True)
        FusedUpdate([value], name, 1.0, 0.0)([given])
        assert torch.equal(value.detach().sign(), -gradient)


def gradients_of(net, X, skip=()):
    gradients = torch.autograd.grad(net(X).square().sum(), list(net.parameters()))
    return [None if number in skip else gradient for number, gradient in enumerate(gradients)]


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("weight_decay", [0.0, 0.01])
def test_equal_to_torch_optim_to_the_last_bit(name, weight_decay):
    ours, theirs = module(), module()
    update = FusedUpdate(list(ours.parameters()), name, 0.01, weight_decay)
    optimizer = OPTIMIZERS[name](theirs.parameters(), lr=0.01, weight_decay=weight_decay, fused=True)
    for step in range(50):
        X = torch.randn(16, 5, generator=torch.Generator().manual_seed(step))
        skip = (1, 2) if step % 7 == 3 else ()  # some steps leave parameters without a gradient
        update(gradients_of(ours, X, skip))
        for parameter, gradient in zip(theirs.parameters(), gradients_of(theirs, X, skip), strict=True):
            parameter.grad = gradient
        optimizer.step()
    for a, b in zip(ours.parameters(), theirs.parameters(), strict=True):
        assert torch.equal(a, b)
