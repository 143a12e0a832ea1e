"""Each loss against its paper's formula, written with plain probabilities in float64."""

from __future__ import annotations

import math
import pickle

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from imbbench import TrainingSet
from torch.nn.functional import binary_cross_entropy_with_logits

import imbbench_losses as strategies
from imbbench_losses.losses import AsymmetricLoss, FocalLoss, ShiftedLoss

EXPONENT = st.floats(0, 5)
SIZES = st.tuples(st.integers(1, 400), st.integers(1, 400))
LOGITS = st.lists(st.floats(-15, 15), min_size=1, max_size=20)


def training_set(negatives, positives):
    y = np.r_[np.zeros(negatives, np.int8), np.ones(positives, np.int8)]
    return TrainingSet(np.zeros((len(y), 1), np.float32), y)


def losses(strategy, sizes, z, **parameters):
    """What a strategy has a model minimise, weights included: ((b,) for class 0, (b,) for class 1)."""
    train = strategy(training_set(*sizes), 0, **parameters)
    weights = train.class_weight or {0: 1.0, 1: 1.0}
    z = torch.as_tensor(z, dtype=torch.float64)
    return [weights[label] * train.loss(z, torch.full_like(z, label)).numpy() for label in (0, 1)]


def sigmoid(z):
    return 1 / (1 + np.exp(-np.asarray(z, dtype=np.float64)))


def softmax_loss(logits, label):
    """-log softmax of one class; `logits` is (logit of class 0, logit of class 1)."""
    powers = np.exp(np.broadcast_arrays(*logits))
    return -np.log(powers[label] / powers.sum(0))


def assert_equal(found, expected):
    for one, other in zip(found, expected, strict=True):
        assert one == pytest.approx(other, rel=1e-6, abs=1e-8)


@settings(deadline=None)
@given(LOGITS, EXPONENT, st.none() | st.floats(0.01, 0.99))
def test_focal(z, gamma, alpha):
    p = sigmoid(z)
    a0, a1 = (1, 1) if alpha is None else (1 - alpha, alpha)
    expected = -a0 * p**gamma * np.log(1 - p), -a1 * (1 - p) ** gamma * np.log(p)
    assert_equal(losses(strategies.focal, (3, 1), z, gamma=gamma, alpha=alpha), expected)


@settings(deadline=None)
@given(LOGITS, SIZES, st.floats(0, 0.99999), st.floats(0.01, 5))
def test_class_balanced_focal(z, sizes, beta, gamma):
    """The effective number by its recursion, E_n = 1 + beta E_(n-1)."""
    p = sigmoid(z)
    e0, e1 = (np.sum(beta ** np.arange(size)) for size in sizes)
    a0, a1 = (2 / effective / (1 / e0 + 1 / e1) for effective in (e0, e1))
    expected = -a0 * p**gamma * np.log(1 - p), -a1 * (1 - p) ** gamma * np.log(p)
    assert_equal(losses(strategies.class_balanced, sizes, z, beta=beta, gamma=gamma), expected)


@settings(deadline=None)
@given(LOGITS, SIZES, st.floats(0, 3))
def test_logit_adjusted(z, sizes, tau):
    z = np.asarray(z)
    prior = np.array(sizes) / sum(sizes)
    adjusted = tau * np.log(prior[0]), z + tau * np.log(prior[1])
    expected = softmax_loss(adjusted, 0), softmax_loss(adjusted, 1)
    assert_equal(losses(strategies.logit_adjusted, sizes, z, tau=tau), expected)


@settings(deadline=None)
@given(LOGITS, SIZES, st.floats(0, 3))
def test_ldam(z, sizes, max_m):
    """Two logits whose difference is z: the margin is taken off that of the row's own class."""
    z = np.asarray(z)
    per_class = np.array(sizes) ** -0.25
    margin = per_class * max_m / per_class.max()
    expected = softmax_loss((-z / 2 - margin[0], z / 2), 0), softmax_loss((-z / 2, z / 2 - margin[1]), 1)
    assert_equal(losses(strategies.ldam, sizes, z, max_m=max_m), expected)


@settings(deadline=None)
@given(LOGITS, EXPONENT, EXPONENT, st.floats(0, 0.9))
def test_asymmetric(z, gamma_pos, gamma_neg, clip):
    p = sigmoid(z)
    q = np.maximum(p - clip, 0)
    expected = -(q**gamma_neg) * np.log(1 - q), -((1 - p) ** gamma_pos) * np.log(p)
    parameters = {"gamma_pos": gamma_pos, "gamma_neg": gamma_neg, "clip": clip}
    found = losses(strategies.asymmetric, (3, 1), z, **parameters)
    assert_equal(found, [np.where(p > clip, expected[0], 0), expected[1]])


ALL = [
    FocalLoss(0.0),
    FocalLoss(0.5),
    FocalLoss(2.0),
    ShiftedLoss(0.24, -0.5),
    ShiftedLoss(-3.0, -3.0),
    AsymmetricLoss(0.0, 4.0, 0.05),
    AsymmetricLoss(1.0, 0.5, 0.05),
    AsymmetricLoss(0.0, 1e-7, 0.0),
    AsymmetricLoss(0.5, 0.5, 1e-12),
]
NEUTRAL = [FocalLoss(0.0), ShiftedLoss(0.0, 0.0), AsymmetricLoss(0.0, 0.0, 0.0)]


@pytest.mark.parametrize("loss", ALL, ids=str)
def test_the_gradient_is_that_of_finite_differences(loss):
    z = torch.linspace(-6, 6, 24, dtype=torch.float64, requires_grad=True)  # none at a clip's corner
    for label in (0.0, 1.0):
        assert torch.autograd.gradcheck(lambda logits, y=label: loss(logits, torch.full_like(logits, y)), z)


def values_and_slopes(loss, z, label):
    z = z.clone().requires_grad_()
    values = loss(z, torch.full_like(z, label))
    (slopes,) = torch.autograd.grad(values.sum(), z)
    return values.detach(), slopes


@pytest.mark.parametrize("label", [0.0, 1.0])
@pytest.mark.parametrize("loss", NEUTRAL, ids=str)
def test_neutral_parameters_are_the_logistic_loss(loss, label):
    z = torch.linspace(-30, 30, 601)

    def logistic(logits, y):
        return binary_cross_entropy_with_logits(logits, y, reduction="none")

    for found, expected in zip(
        values_and_slopes(loss, z, label), values_and_slopes(logistic, z, label), strict=True
    ):
        assert found.dtype == torch.float32
        torch.testing.assert_close(found, expected, rtol=1e-5, atol=5e-7)


@pytest.mark.parametrize("label", [0.0, 1.0])
@pytest.mark.parametrize("loss", ALL, ids=str)
def test_far_from_the_threshold_all_is_finite_and_as_in_double_precision(loss, label):
    """float32 sigmoids are 1 from 17 on, subnormal below -87.3, 0 below -88.7."""
    far = torch.tensor([17.0, 30.0, 87.0, 88.0, 88.7, 88.72, 89.0, 103.0, 200.0, 1e4])
    z = torch.cat([-far, torch.linspace(-16, 16, 1001), far])
    values, slopes = values_and_slopes(loss, z, label)
    assert values.isfinite().all()
    assert slopes.isfinite().all()
    assert (values >= 0).all()
    exact_values, exact_slopes = values_and_slopes(loss, z.double(), label)
    torch.testing.assert_close(values.double(), exact_values, rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(slopes.double(), exact_slopes, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("loss", ALL, ids=str)
def test_a_loss_travels_to_a_worker(loss):
    assert pickle.loads(pickle.dumps(loss)) == loss


def test_focal_weighs_easy_rows_down_as_the_paper_says():
    """Section 3.2: at gamma 2, p_t 0.9 has a hundredth of the loss, p_t about 0.968 a thousandth."""
    p = torch.tensor([0.5, 0.9, 0.968])
    one = torch.ones(3)
    ratio = strategies.focal(training_set(3, 1), 0).loss(p.logit(), one) / FocalLoss(0.0)(p.logit(), one)
    assert ratio.tolist() == pytest.approx([1 / 4, 1 / 100, 1 / 1000], rel=0.03)


def test_asymmetric_leaves_out_easy_negatives_and_forgives_impossible_ones():
    loss = AsymmetricLoss(0.0, 4.0, 0.05)
    z = torch.logit(torch.tensor([1e-6, 0.01, 0.0499, 0.051, 0.5, 0.9, 1 - 1e-6]))
    values, slopes = values_and_slopes(loss, z, 0.0)
    assert values[:3].tolist() == slopes[:3].tolist() == [0, 0, 0]
    assert (slopes[3:] > 0).all()
    assert slopes[-1] < 1e-4 < slopes[-2]  # one that is surely positive may be mislabelled
    assert values[-1].item() == pytest.approx(-(0.95**4) * math.log(0.05), rel=1e-4)
    positive, _ = values_and_slopes(loss, z, 1.0)
    torch.testing.assert_close(positive, -torch.nn.functional.logsigmoid(z))


@pytest.mark.parametrize("sizes", [(1600, 100), (100, 1600)])
def test_ldam_margins_fall_with_the_fourth_root_of_the_class_size(sizes):
    train = strategies.ldam(training_set(*sizes), 0, max_m=0.6)
    margins = {sizes[0]: train.loss.negative, sizes[1]: -train.loss.positive}
    assert margins == pytest.approx({100: 0.6, 1600: 0.3})


def optimum(loss, weights, eta):
    """The logit with the least expected loss where a row is positive with probability eta."""
    z = torch.linspace(-12, 12, 24_001, dtype=torch.float64)
    risk = (1 - eta) * weights[0] * loss(z, torch.zeros_like(z)) + eta * weights[1] * loss(
        z, torch.ones_like(z)
    )
    return z[risk.argmin()].item()


#: The probability that a score of 0.5 stands for, with 5% positives, as README.md has it.
STANDS_FOR = {
    "focal": (strategies.focal, {}, 0.75),
    "focal[alpha=none]": (strategies.focal, {"alpha": None}, 0.5),
    "class-balanced": (strategies.class_balanced, {"gamma": 0.5}, 0.066),
    "logit-adjusted": (strategies.logit_adjusted, {}, 0.05),
    "ldam": (strategies.ldam, {}, 0.473),
    "asymmetric": (strategies.asymmetric, {}, 0.128),
}


@pytest.mark.parametrize(("apply", "parameters", "expected"), STANDS_FOR.values(), ids=STANDS_FOR)
def test_what_a_probability_of_one_half_stands_for(apply, parameters, expected):
    train = apply(training_set(6650, 350), 0, **parameters)
    weights = train.class_weight or {0: 1, 1: 1}
    assert optimum(train.loss, weights, expected) == pytest.approx(0, abs=0.02)
    assert optimum(train.loss, weights, expected + 0.01) > 0 > optimum(train.loss, weights, expected - 0.01)


@pytest.mark.parametrize(
    "loss", [FocalLoss(0.5), FocalLoss(2.0), ShiftedLoss(0.24, -0.5), AsymmetricLoss(0.0, 4.0, 0.05)], ids=str
)
def test_at_the_optimum_rows_stand_in_the_order_of_their_probability(loss):
    etas = [0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 0.95]
    found = [optimum(loss, {0: 1, 1: 1}, eta) for eta in etas]
    assert found == sorted(set(found))
    p = sigmoid(found)
    if isinstance(loss, FocalLoss):  # without alpha: too near to one half, on either side
        assert (np.abs(p - 0.5) < np.abs(np.array(etas) - 0.5)).all()
    if isinstance(loss, AsymmetricLoss):
        assert p.min() > loss.clip
