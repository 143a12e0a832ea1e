from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from imbbench import Context, TrainingSet
from imbbench.torch_loop import Schedule, batch_means, train_module
from imbbench.torch_parts import torch_threads

N, D = 230, 4
X = torch.randn(N, D, generator=torch.Generator().manual_seed(0))
Y = (X[:, 0] > 1).float()
CONTEXT = Context(seed=5, device="cpu", n_jobs=1, threads=1, class_counts=(int((Y == 0).sum()), int(Y.sum())))
RATIO = 4.7


@pytest.fixture(autouse=True)
def one_thread():
    with torch_threads(1):
        yield


def module(seed=11):
    torch.manual_seed(seed)
    return nn.Sequential(nn.Linear(D, 6), nn.GELU(), nn.Linear(6, 1))


def textbook_loop(net, schedule):
    """zero_grad, forward, BCEWithLogitsLoss, backward, step: the losses, read one by one."""
    criterion = nn.BCEWithLogitsLoss(pos_weight=torch.tensor(RATIO))
    optimizer = torch.optim.Adam(
        net.parameters(), lr=schedule.lr, weight_decay=schedule.weight_decay, fused=True
    )
    generator, losses = torch.Generator().manual_seed(CONTEXT.seed), []
    while len(losses) < schedule.steps:
        for rows in torch.randperm(N, generator=generator).split(schedule.batch_size):
            if len(losses) < schedule.steps:
                optimizer.zero_grad()
                loss = criterion(net(X[rows]).squeeze(1), Y[rows])
                loss.backward()
                optimizer.step()
                losses.append(loss.item())
    return losses


class Einsum(nn.Module):
    """Gives the gradient of W transposed in memory."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(11)
        self.W = nn.Parameter(torch.randn(6, D))
        self.head = nn.Linear(6, 1)

    def forward(self, x):
        return self.head(torch.tanh(torch.einsum("bd,hd->bh", x, self.W)))


@pytest.mark.parametrize("make", [module, Einsum])
@pytest.mark.parametrize("steps", [1, 7, 8, 100])
def test_training_is_the_textbook_loop_to_the_last_bit(steps, make):
    """The weights; the losses, which are computed a pass at a time, within rounding."""
    schedule = Schedule(steps, 32, "adam", 0.01, 1e-4)
    ours, theirs = make(), make()
    train = TrainingSet(X.numpy(), Y.numpy().astype("int8"), {0: 1.0, 1: RATIO})
    losses = train_module(ours, train, schedule, CONTEXT, capturable=True)
    expected = textbook_loop(theirs, schedule)
    for a, b in zip(ours.parameters(), theirs.parameters(), strict=True):
        assert torch.equal(a, b)
    assert losses.numpy() == pytest.approx(np.array(expected), rel=1e-5)


def test_batch_sizes_add_up_to_the_passes():
    schedule = Schedule(19, 32, "sgd", 0.1, 0.0)
    passes = list(schedule.passes(N, torch.Generator().manual_seed(0)))
    assert [len(order) for order in passes] == [N, N, 3 * 32]
    assert all(len(order.unique()) == len(order) for order in passes)
    sizes = schedule.batch_rows(N)
    assert len(sizes) == 19
    assert sizes.sum() == sum(map(len, passes))


@pytest.mark.parametrize("rows", [3, 8, 13, 16])
def test_batch_means(rows):
    values = torch.arange(float(rows))
    expected = [part.mean().item() for part in values.split(8)]
    assert torch.cat(batch_means(values, 8)).tolist() == expected
