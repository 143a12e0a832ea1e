from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch
from sklearn.metrics import roc_auc_score
from torch import nn

from imbbench import Context, ImbbenchError, TorchClassifier, TrainingSet, Unsupported
from imbbench.builtin import torch_models
from imbbench.torch_parts import torch_threads
from imbbench.torch_stack import ACTIVATIONS, SMALLEST, stack_size, stacked_forward

pytestmark = pytest.mark.filterwarnings("ignore:equal steps for every strategy")
WEIGHTS = (None, {0: 0.6, 1: 4.0}, {0: 1.0, 1: 7.0})


@pytest.fixture(autouse=True)
def one_thread():
    with torch_threads(1):
        yield


def replicates(count, rows, *, columns=5, jitter=0, scale=1.0):
    """Contexts and training sets: own rows, own seeds, and every sort of weight."""
    contexts, trains = [], []
    for number in range(count):
        rng = np.random.default_rng(number)
        n = rows + number % (jitter + 1)
        X = (scale * rng.standard_normal((n, columns))).astype("float32")
        y = (X[:, 0] + scale * rng.standard_normal(n) > 1.2 * scale).astype("int8")
        weight = rng.uniform(0.5, 2, n) if number % 4 == 3 else None
        trains.append(TrainingSet(X, y, WEIGHTS[number % 3], weight))
        contexts.append(Context(number, "cpu", 1, 1, (n - int(y.sum()), int(y.sum()))))
    return contexts, trains


def both(build, contexts, trains, **params):
    alone = [build(context, **params).fit(train) for context, train in zip(contexts, trains, strict=True)]
    return alone, list(TorchClassifier.fit_many(build)(contexts, trains, **params))


@pytest.mark.parametrize("build", [torch_models.linear, torch_models.mlp])
@pytest.mark.parametrize(
    ("rows", "jitter"), [(200, 0), (200, 2), (192, 1), (20, 1)]
)  # 192 = 6 * 32: with one row more a pass has a batch more, and passes move apart
def test_after_50_steps_a_replicate_is_the_single_fit(build, rows, jitter):
    contexts, trains = replicates(7, rows, jitter=jitter)
    alone, together = both(build, contexts, trains, epochs=1, min_steps=50, batch_size=32)
    for one, other, train in zip(alone, together, trains, strict=True):
        expected = one.decision_function(train.X)
        assert other.decision_function(train.X) == pytest.approx(expected, abs=1e-5)
        assert other.info_["loss_curve"] == pytest.approx(one.info_["loss_curve"], rel=1e-5)
        assert other.info_["passes"] == one.info_["passes"]


@pytest.mark.parametrize("build", [torch_models.linear, torch_models.mlp])
def test_at_the_end_of_training_ranking_and_decisions_are_the_single_fits(build):
    contexts, trains = replicates(4, 300)
    alone, together = both(build, contexts, trains, epochs=1, min_steps=800, batch_size=64)
    for one, other, train in zip(alone, together, trains, strict=True):
        a, b = one.decision_function(train.X), other.decision_function(train.X)
        assert roc_auc_score(train.y, b) == pytest.approx(roc_auc_score(train.y, a), abs=1e-4)
        assert ((a > 0) == (b > 0)).all()


@pytest.mark.parametrize("optimizer", ["adamw", "sgd"])
def test_every_optimizer(optimizer):
    contexts, trains = replicates(4, 100)
    alone, together = both(
        torch_models.linear,
        contexts,
        trains,
        optimizer=optimizer,
        lr=0.01,
        weight_decay=0.1,
        min_steps=50,
        epochs=1,
    )
    for one, other, train in zip(alone, together, trains, strict=True):
        assert other.decision_function(train.X) == pytest.approx(one.decision_function(train.X), abs=1e-5)


def test_a_diverging_replicate_fails_alone():
    contexts, trains = replicates(5, 100)
    wild = TrainingSet(trains[2].X * np.float32(1e30), trains[2].y)
    params = {"optimizer": "sgd", "lr": 1e3, "min_steps": 60, "epochs": 1}
    _, together = both(torch_models.linear, contexts, trains, **params)
    several = [*trains[:2], wild, *trains[3:]]
    mixed = list(TorchClassifier.fit_many(torch_models.linear)(contexts, several, **params))
    assert isinstance(mixed[2], ImbbenchError)
    assert "training loss became" in str(mixed[2])
    for number in (0, 1, 3, 4):
        scores = mixed[number].decision_function(trains[number].X)
        assert (scores == together[number].decision_function(trains[number].X)).all()


def test_different_row_counts_make_groups_of_their_own():
    contexts, trains = replicates(9, 150)
    few = [TrainingSet(train.X[:40], train.y[:40]) for train in trains[:5]]
    contexts = [Context(c.seed, "cpu", 1, 1, (120, 30)) for c in contexts]  # one budget of steps for all
    answers = list(
        TorchClassifier.fit_many(torch_models.linear)(contexts, [*few, *trains[5:]], epochs=1, min_steps=20)
    )
    assert all(isinstance(answer, TorchClassifier) for answer in answers)
    answers = list(
        TorchClassifier.fit_many(torch_models.linear)(
            contexts, [*few, *trains[5:8], few[0]], epochs=1, min_steps=20
        )
    )
    assert [isinstance(answer, Unsupported) for answer in answers] == [False] * 5 + [True] * 3 + [False]
    assert f"at least {SMALLEST} cells" in str(answers[5])


COUNT = itertools.count()


class Features(nn.Module):
    """Keeps drawn features that are neither parameter nor buffer."""

    def __init__(self, columns):
        super().__init__()
        self.W = torch.randn(columns, 16)
        self.layer = nn.Linear(16, 1)

    def forward(self, x):
        return self.layer(torch.tanh(x @ self.W))


class Ragged(nn.Module):
    """Looks at values in its forward."""

    def __init__(self, columns):
        super().__init__()
        self.layer = nn.Linear(columns, 1)

    def forward(self, x):
        return self.layer(x if x.sum() > 0 else -x)


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda d: nn.Sequential(nn.BatchNorm1d(d), nn.Linear(d, 1)), "buffers"),
        (lambda d: nn.Sequential(nn.Dropout(0.5), nn.Linear(d, 1)), "draws at random"),
        (Ragged, "data-dependent control flow"),
        (Features, "differ in more than their parameters"),
        (lambda d: nn.Sequential(nn.Linear(d, n := 2 + next(COUNT)), nn.Linear(n, 1)), "cannot be stacked"),
        (lambda d: nn.Sequential(nn.Linear(d, 4000), nn.ReLU(), nn.Linear(4000, 1)), "MB of activations"),
    ],
)
def test_what_cannot_be_stacked_or_would_not_gain_is_left_alone(make, why):
    contexts, trains = replicates(5, 200)

    def build(context):
        return TorchClassifier(make, context, min_steps=5, epochs=1)

    answers = list(TorchClassifier.fit_many(build)(contexts, trains))
    assert all(isinstance(answer, Unsupported) for answer in answers)
    assert why in str(answers[0])


def test_a_subclass_that_fits_in_its_own_way_is_left_to_it():
    class Mine(TorchClassifier):
        def fit(self, train):
            raise ImbbenchError("not today")

    contexts, trains = replicates(4, 100)
    with pytest.raises(Unsupported, match="another classifier than a plain TorchClassifier"):
        TorchClassifier.fit_many(lambda context: Mine(lambda d: nn.Linear(d, 1), context))(contexts, trains)


class Attention(nn.Module):
    """Layers of torch whose stacked gradients lie in memory in another order than the parameters."""

    def __init__(self, columns):
        super().__init__()
        self.embed = nn.Linear(1, 8)
        self.attention = nn.MultiheadAttention(8, 2, batch_first=True)
        self.head = nn.Linear(8, 1)

    def forward(self, x):
        tokens = self.embed(x.unsqueeze(-1))
        return self.head(self.attention(tokens, tokens, tokens, need_weights=False)[0].mean(1))


def local_class(columns):
    """Defined anew in each call, as where a plugin imports torch inside its build."""

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.W = nn.Parameter(torch.randn(8, columns) / 3)
            self.norm = nn.LayerNorm(8)
            self.head = nn.Linear(8, 1)

        def forward(self, x):
            return self.head(self.norm(torch.einsum("bd,hd->bh", x, self.W)))

    return Net()


@pytest.mark.filterwarnings("ignore:There is a performance drop")
@pytest.mark.parametrize("make", [Attention, local_class])
def test_other_modules_in_a_group_are_the_single_fits(make):
    def build(context):
        return TorchClassifier(make, context, epochs=1, min_steps=50, batch_size=32)

    contexts, trains = replicates(5, 100, jitter=2)
    alone, together = both(build, contexts, trains)
    for one, other, train in zip(alone, together, trains, strict=True):
        assert other.decision_function(train.X) == pytest.approx(one.decision_function(train.X), abs=1e-4)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_a_group_on_cuda_is_the_single_fits_on_the_cpu():
    contexts, trains = replicates(6, 200, jitter=1)
    alone, _ = both(torch_models.mlp, contexts, trains, min_steps=50, epochs=1, batch_size=32)
    there = [Context(c.seed, "cuda:0", 1, 1, c.class_counts) for c in contexts]
    fit_many = TorchClassifier.fit_many(torch_models.mlp)
    for one, other, train in zip(
        alone, fit_many(there, trains, min_steps=50, epochs=1, batch_size=32), trains, strict=True
    ):
        assert other.decision_function(train.X) == pytest.approx(one.decision_function(train.X), abs=1e-4)


def test_the_size_of_a_stack_follows_from_what_autograd_keeps():
    """A linear layer keeps its input: b * d floats, and its weight."""
    module, batch = nn.Linear(30, 1), torch.zeros(256, 30)
    assert stack_size(module, batch) == ACTIVATIONS["cpu"] // (4 * 30 * (256 + 1))


def test_a_stack_computes_what_its_modules_compute():
    torch.manual_seed(0)
    modules = [nn.Sequential(nn.Linear(3, 6, bias=False), nn.Tanh(), nn.Linear(6, 1)) for _ in range(4)]
    X = torch.randn(4, 10, 3)
    stacked, _ = torch.func.stack_module_state(modules)
    expected = torch.stack([module(x).squeeze(1) for module, x in zip(modules, X, strict=True)])
    assert torch.allclose(stacked_forward(modules[0])(stacked, X), expected, atol=1e-6)
    assert all(type(layer) in (nn.Linear, nn.Tanh) for layer in modules[0])  # the user's own is not changed
