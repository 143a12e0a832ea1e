from __future__ import annotations

import copy
import math
import pickle

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from imbbench import Context, ImbbenchError, TorchClassifier, TrainingSet
from imbbench.builtin import torch_models
from imbbench.torch_loss import weighted_loss

RNG = np.random.default_rng(0)
X = RNG.standard_normal((300, 3)).astype("float32")
Y = (X[:, 0] + RNG.standard_normal(300) > 1.5).astype("int8")
N1 = int(Y.sum())
CONTEXT = Context(seed=42, device="cpu", n_jobs=1, threads=1, class_counts=(300 - N1, N1))


def plain_loop(module, X, y, *, seed, steps, batch_size, make_optimizer, loss):
    """An independent training loop: module made after manual_seed, permutations of its own generator."""
    generator = torch.Generator()
    generator.manual_seed(seed)
    optimizer = make_optimizer(module.parameters())
    X, y = torch.tensor(X), torch.tensor(y).float()
    done = 0
    while True:
        permutation = torch.randperm(len(y), generator=generator)
        for batch in permutation.split(batch_size):
            if done == steps:
                return module
            optimizer.zero_grad()
            loss(module(X[batch]).squeeze(1), y[batch], batch).backward()
            optimizer.step()
            done += 1


def mean_bce(w0=1.0, w1=1.0, sample_weight=None):
    def loss(logit, y, batch):
        each = functional.binary_cross_entropy_with_logits(logit, y, reduction="none")
        each = each * torch.where(y == 1, w1, w0)
        if sample_weight is not None:
            each = each * torch.tensor(sample_weight)[batch].float()
        return each.sum() / len(batch)

    return loss


def logits(module):
    with torch.no_grad():
        return module(torch.tensor(X)).squeeze(1).numpy()


@pytest.mark.parametrize("threads", [1, 2])
def test_training_equals_an_independent_loop(threads):
    torch.manual_seed(42)
    module = nn.Sequential(nn.Linear(3, 8), nn.GELU(), nn.Linear(8, 1))
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    plain_loop(
        module, X, Y, seed=42, steps=5 * 10, batch_size=32,
        make_optimizer=lambda p: torch.optim.Adam(p, lr=0.01, weight_decay=1e-5, fused=True), loss=mean_bce(),
    )  # fmt: skip
    expected = logits(module)
    torch.set_num_threads(before)
    context = Context(42, "cpu", 1, threads, CONTEXT.class_counts)
    model = torch_models.mlp(
        context, hidden_layer_sizes=(8,), lr=0.01, epochs=5, batch_size=32, min_steps=0, weight_decay=1e-5
    )
    score = model.fit(TrainingSet(X, Y)).decision_function(X)
    assert score == pytest.approx(expected, abs=1e-5)
    assert ((score > 0) == (expected > 0)).all()


@pytest.mark.parametrize(
    ("class_weight", "sample_weight"),
    [(None, None), ({0: 0.6, 1: 4.0}, None), ({0: 1.0, 1: 6.0}, None), (None, np.linspace(0.5, 2, 300)),
     ({0: 0.6, 1: 4.0}, np.linspace(0.5, 2, 300))],
)  # fmt: skip
def test_weights_are_factors_of_each_rows_loss(class_weight, sample_weight):
    """Over the whole training, against a loop that multiplies row by row."""
    torch.manual_seed(42)
    module = nn.Linear(3, 1)
    w0, w1 = (1.0, 1.0) if class_weight is None else (class_weight[0], class_weight[1])
    plain_loop(
        module, X, Y, seed=42, steps=100, batch_size=64,
        make_optimizer=lambda p: torch.optim.SGD(p, lr=0.1), loss=mean_bce(w0, w1, sample_weight),
    )  # fmt: skip
    model = torch_models.linear(CONTEXT, optimizer="sgd", lr=0.1, epochs=20, batch_size=64, min_steps=0)
    train = TrainingSet(X, Y, class_weight, sample_weight)
    assert model.fit(train).decision_function(X) == pytest.approx(logits(module), abs=1e-4)


def test_loss_arithmetic_of_the_tutorial():
    """REFERENCE 2: the same loss from probabilities and from their log-odds; pos_weight over batch size."""
    odds = math.log(0.9 / 0.1), math.log(0.2 / 0.8)
    assert odds == pytest.approx((2.1972, -1.3863), abs=1e-4)
    assert math.log(0.75 / 0.25) == pytest.approx(1.0986, abs=1e-4)
    assert 0.75 / 0.25 == 3

    def loss_of(logit, y, class_weight=None):
        train = TrainingSet(np.zeros((len(y), 1), "float32"), np.array(y, "int8"), class_weight)
        return weighted_loss(train, "cpu").values(torch.tensor(logit)).mean().item()

    assert loss_of(odds, [1, 0]) == pytest.approx(0.1643, abs=5e-5)
    bce = functional.binary_cross_entropy(torch.tensor([0.9, 0.2]), torch.tensor([1.0, 0.0])).item()
    assert bce == pytest.approx(0.1643, abs=5e-5)
    four = (odds[0], odds[1], odds[1], odds[1])
    mean = loss_of(four, [1, 0, 0, 0], {0: 1.0, 1: 3.0})
    assert mean == pytest.approx(0.2464, abs=5e-5)
    assert mean * 4 / (3 * 1 + 3) == pytest.approx(0.1643, abs=5e-5)


def test_a_batch_without_positives_is_fine():
    """The loss is divided by the batch size, never by the weights' sum."""
    train = TrainingSet(X[:4], np.zeros(4, "int8"), {0: 0.5, 1: 100.0})
    loss = weighted_loss(train, "cpu").values(torch.zeros(4))
    assert loss.mean().item() == pytest.approx(0.5 * math.log(2))


@pytest.mark.parametrize(
    ("params", "rows", "steps", "epochs_in_curve"),
    [
        ({"epochs": 3, "batch_size": 100, "min_steps": 0}, 300, 9, 3),
        ({"epochs": 3, "batch_size": 100, "min_steps": 0}, 60, 9, 3),  # counted on the natural rows
        ({"epochs": 3, "batch_size": 100, "min_steps": 20}, 300, 20, 7),
        ({"epochs": 3, "batch_size": 50, "budget": "epochs"}, 60, 6, 3),  # counted on the strategy's rows
        ({"epochs": 3, "batch_size": 7, "min_steps": 0}, 300, 129, 3),
    ],
)
def test_every_strategy_gets_the_same_number_of_steps(params, rows, steps, epochs_in_curve):
    model = TorchClassifier(lambda d: nn.Linear(d, 1), CONTEXT, **params).fit(TrainingSet(X[:rows], Y[:rows]))
    assert model.info_["steps"] == steps
    assert len(model.info_["loss_curve"]) == epochs_in_curve
    batch = params["batch_size"]
    full, rest = divmod(steps, math.ceil(rows / batch))
    assert model.info_["passes"] == pytest.approx(full + rest * batch / rows)


def test_many_passes_over_few_rows_are_said():
    with pytest.warns(
        UserWarning, match=r"40 steps are 40 passes over the 60 rows of this one \(nominal: 3\)"
    ):
        torch_models.linear(CONTEXT, epochs=3, min_steps=40).fit(TrainingSet(X[:60], Y[:60]))


def test_the_loss_curve_is_the_mean_loss_of_each_epoch():
    """With a learning rate of 0 nothing moves, so each epoch's mean is the loss over all rows."""
    model = TorchClassifier(
        lambda d: nn.Linear(d, 1), CONTEXT, optimizer="sgd", lr=0.0, epochs=3, batch_size=70, min_steps=0
    ).fit(TrainingSet(X, Y, {0: 1.0, 1: 5.0}))
    weight = np.where(Y == 1, 5.0, 1.0)
    expected = np.mean(weight * np.logaddexp(0, np.where(Y == 1, -1, 1) * logits(model.module_)))
    assert model.info_["loss_curve"] == pytest.approx([expected] * 3, rel=1e-5)


def test_a_diverging_loss_is_an_error_that_says_so():
    model = torch_models.linear(CONTEXT, optimizer="sgd", lr=1e38, epochs=3)
    with pytest.raises(
        ImbbenchError, match=r"training loss became (nan|inf) at step \d+ of 2000 .* try an lr below"
    ):
        model.fit(TrainingSet(X * 1e3, Y))


def test_a_module_with_another_output_shape():
    with pytest.raises(ImbbenchError, match=r"returned shape \(300, 2\); expected one logit a row"):
        TorchClassifier(lambda d: nn.Linear(d, 2), CONTEXT).fit(TrainingSet(X, Y))


def test_same_seed_same_scores_and_the_global_generator_is_untouched():
    def with_dropout(d):
        return nn.Sequential(nn.Linear(d, 8), nn.Dropout(0.5), nn.Linear(8, 1))

    def scores(seed):
        context = Context(seed, "cpu", 1, 1, CONTEXT.class_counts)
        return (
            TorchClassifier(with_dropout, context, min_steps=50).fit(TrainingSet(X, Y)).decision_function(X)
        )

    torch.manual_seed(1)
    state, threads = torch.get_rng_state(), torch.get_num_threads()
    first = scores(3)
    assert torch.equal(torch.get_rng_state(), state)
    assert torch.get_num_threads() == threads
    torch.manual_seed(2)
    assert (scores(3) == first).all()
    assert (scores(4) != first).any()


def test_a_custom_module_may_return_a_flat_output():
    class Flat(nn.Module):
        def __init__(self, d):
            super().__init__()
            self.layer = nn.Linear(d, 1)

        def forward(self, x):
            return self.layer(x)[:, 0]

    flat = TorchClassifier(Flat, CONTEXT, min_steps=50).fit(TrainingSet(X, Y))
    column = TorchClassifier(lambda d: nn.Linear(d, 1), CONTEXT, min_steps=50).fit(TrainingSet(X, Y))
    assert (flat.decision_function(X) == column.decision_function(X)).all()


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
@pytest.mark.parametrize("capturable", [False, True])
@pytest.mark.parametrize("batch_size", [64, 100, 1024])  # with and without a shorter last batch; one batch
def test_cpu_and_cuda_agree(capturable, batch_size):
    def scores(device):
        context = Context(7, device, 1, 1, CONTEXT.class_counts)
        model = TorchClassifier(
            lambda d: nn.Sequential(nn.Linear(d, 16), nn.GELU(), nn.Linear(16, 1)),
            context, min_steps=50, epochs=5, batch_size=batch_size, capturable=capturable,
        )  # fmt: skip
        return model.fit(TrainingSet(X, Y)).decision_function(X)

    assert scores("cuda:0") == pytest.approx(scores("cpu"), abs=1e-4)


@pytest.mark.parametrize("asked", ["highest", "medium"])
def test_float32_stays_float32_whatever_the_process_asks_for(asked):
    """bfloat16 products, which "medium" allows, would show in the third digit."""
    seen = []

    class Spy(nn.Linear):
        def forward(self, x):
            seen.append((torch.get_float32_matmul_precision(), torch.backends.cudnn.allow_tf32))
            return super().forward(x)

    before = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision(asked)
    try:
        model = TorchClassifier(lambda d: Spy(d, 1), CONTEXT, min_steps=5, epochs=1)
        model.fit(TrainingSet(X, Y)).decision_function(X)
        assert torch.get_float32_matmul_precision() == asked
    finally:
        torch.set_float32_matmul_precision(before)
    assert set(seen) == {("highest", False)}


def test_a_module_without_parameters_is_an_error():
    with pytest.raises(ImbbenchError, match="without a parameter to train"):
        TorchClassifier(lambda d: nn.Flatten(0), CONTEXT).fit(TrainingSet(X, Y))


def test_a_parameter_that_the_forward_does_not_use_stays():
    class Spare(nn.Linear):
        def __init__(self, d):
            super().__init__(d, 1)
            self.spare = nn.Parameter(torch.ones(3))

    model = TorchClassifier(Spare, CONTEXT, min_steps=20, epochs=2, weight_decay=0.1).fit(TrainingSet(X, Y))
    plain = TorchClassifier(lambda d: nn.Linear(d, 1), CONTEXT, min_steps=20, epochs=2, weight_decay=0.1)
    assert (model.decision_function(X) == plain.fit(TrainingSet(X, Y)).decision_function(X)).all()
    assert model.module_.spare.tolist() == [1.0, 1.0, 1.0]


def test_a_fitted_one_can_be_pickled_though_its_module_is_made_by_a_function_inside_another():
    def make(d):
        return nn.Sequential(nn.Linear(d, 4), nn.ReLU(), nn.Linear(4, 1))

    model = TorchClassifier(make, CONTEXT, min_steps=0, epochs=10).fit(TrainingSet(X, Y))
    other = pickle.loads(pickle.dumps(model))
    assert (other.decision_function(X) == model.decision_function(X)).all()
    assert other.info_ == model.info_
    with pytest.raises(ImbbenchError, match="made without its make_module; build a new one"):
        other.fit(TrainingSet(X, Y))
    assert model.fit(TrainingSet(X, Y)).make_module is make


def linear(columns):
    return nn.Linear(columns, 1)


@pytest.mark.parametrize(
    "copied", [copy.copy, copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))]
)
def test_a_copy_can_be_fitted_where_its_module_can_be_made_again(copied):
    model = TorchClassifier(linear, CONTEXT, min_steps=0, epochs=2).fit(TrainingSet(X, Y))
    again = copied(model).fit(TrainingSet(X, Y))
    assert (again.decision_function(X) == model.decision_function(X)).all()
