"""The Bayesian signed-rank test against baycomp and against itself turned around."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imbbench.rope import signed_rank_probabilities

DIFFERENCES = st.lists(st.floats(-0.1, 0.1), min_size=2, max_size=12)


@pytest.mark.parametrize("centre", [-0.02, 0.0, 0.006, 0.012])
@pytest.mark.parametrize("number", [6, 20])
def test_it_agrees_with_baycomp(centre, number):
    baycomp = pytest.importorskip("baycomp")
    x = np.random.default_rng(number).uniform(0.5, 0.9, number)
    y = x + np.random.default_rng(1).normal(centre, 0.015, number)
    expected = baycomp.SignedRankTest.probs(x, y, 0.01, nsamples=10_000, random_state=0)
    found = signed_rank_probabilities((y - x).tolist(), 0.01)
    assert found == pytest.approx(expected, abs=0.02)  # both draw: 4 standard deviations at most


@settings(deadline=None, max_examples=30)
@given(DIFFERENCES, st.floats(0.001, 0.05), st.randoms(use_true_random=False))
def test_probabilities_know_no_order_and_turn_around(differences, rope, random):
    found = signed_rank_probabilities(differences, rope)
    assert sum(found) == pytest.approx(1)
    shuffled = random.sample(differences, len(differences))
    assert signed_rank_probabilities(shuffled, rope) == found
    turned = signed_rank_probabilities([-value for value in differences], rope)
    assert turned == pytest.approx(found[::-1], abs=0.03)


def test_what_is_clear_is_sure():
    assert signed_rank_probabilities([0.0] * 10, 0.01) == (0.0, 1.0, 0.0)
    assert signed_rank_probabilities([0.009, -0.009] * 5, 0.01)[1] == 1.0
    assert signed_rank_probabilities([0.5] * 10, 0.01)[2] > 0.999
    assert signed_rank_probabilities([-0.5] * 10, 0.01)[0] > 0.999


def test_the_prior_is_a_data_set_without_a_difference():
    """With a single data set that is clearly better, w_1**2 > 1 - w_1**2 decides, w_1 ~ Beta(1, 1/2)."""
    from scipy.stats import beta

    # The prior with the data set lies at half the difference, here within the rope.
    found = signed_rank_probabilities([0.015], 0.01)[2]
    assert found == pytest.approx(beta(1, 0.5).sf(np.sqrt(0.5)), abs=0.015)
