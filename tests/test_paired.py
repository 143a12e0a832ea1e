"""Intervals, tests and probabilities of paired differences, against scikit-learn, scipy and baycomp."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from imbbench.paired import paired
from imbbench.ttest import corrected_ttest

VALUES = st.lists(st.floats(-1, 1), min_size=2, max_size=30)


def test_scikit_learns_published_example():
    """Its gallery, "Statistical comparison of models using grid search": rbf against linear, the one-sided
    p-value, the 95% interval and the probability of practical equivalence."""
    from sklearn.datasets import make_moons
    from sklearn.model_selection import RepeatedStratifiedKFold, cross_val_score
    from sklearn.svm import SVC

    X, y = make_moons(noise=0.352, random_state=1, n_samples=100)
    folds = RepeatedStratifiedKFold(n_splits=10, n_repeats=10, random_state=0)
    rbf, linear = (
        cross_val_score(SVC(kernel=kernel, random_state=0), X, y, scoring="roc_auc", cv=folds)
        for kernel in ("rbf", "linear")
    )
    found = paired((rbf - linear).tolist(), 10 / 90, 0.01)
    assert round(found.p / 2, 3) == 0.227
    assert round(found.mean - found.half_width, 6) == -0.016445
    assert round(found.mean + found.half_width, 6) == 0.036445
    assert round(found.within, 3) == 0.432


@settings(deadline=None)
@given(VALUES, st.floats(0.01, 1), st.floats(0.001, 0.5))
def test_one_students_distribution_says_all_of_it(values, share, rope):
    assume(np.std(values, ddof=1) > 1e-4)
    n, error = len(values), np.std(values, ddof=1) * math.sqrt(1 / len(values) + share)
    student = stats.t(n - 1, np.mean(values), error)
    found = paired(values, share, rope)
    low, high = student.interval(0.95)
    assert found.mean == pytest.approx(np.mean(values), abs=1e-12)
    assert (found.mean - found.half_width, found.mean + found.half_width) == pytest.approx((low, high))
    assert found.p == pytest.approx(2 * min(student.cdf(0), student.sf(0)), rel=1e-6, abs=1e-12)
    expected = (student.cdf(-rope), student.cdf(rope) - student.cdf(-rope), student.sf(rope))
    assert (found.below, found.within, found.above) == pytest.approx(expected, abs=1e-9)
    assert (found.p < 0.05) == (low > 0 or high < 0)


@settings(deadline=None)
@given(VALUES, st.floats(0.001, 0.5))
def test_without_shared_rows_it_is_the_t_test_of_scipy(values, rope):
    assume(np.std(values, ddof=1) > 1e-4)
    known = stats.ttest_1samp(values, 0)
    found, interval = paired(values, 0.0, rope), known.confidence_interval()
    assert found.p == pytest.approx(known.pvalue, rel=1e-6, abs=1e-12)
    assert found.mean - found.half_width == pytest.approx(interval.low)
    assert found.mean + found.half_width == pytest.approx(interval.high)


def test_probabilities_are_those_of_baycomp():
    baycomp = pytest.importorskip("baycomp")
    random = np.random.default_rng(1)
    for shift in (0.0, 0.005, 0.02):
        x = random.uniform(0.6, 0.8, 50)
        y = x + shift + random.normal(scale=0.02, size=50)
        found = paired((y - x).tolist(), 1 / 4, 0.01)  # 10 times 5 folds
        expected = baycomp.two_on_single(x, y, rope=0.01, runs=10)
        # baycomp's variance is the one without Bessel's correction.
        assert (found.below, found.within, found.above) == pytest.approx(expected, abs=0.01)


def test_one_fold_has_a_mean_and_nothing_else():
    found = paired([0.25], 0.1, 0.01)
    assert found.mean == 0.25
    assert all(map(math.isnan, (found.half_width, found.p, found.below, found.within, found.above)))


@pytest.mark.parametrize("number", [2, 10])
def test_equal_everywhere_is_no_difference(number):
    found = paired([0.0] * number, 0.1, 0.01)
    assert (found.mean, found.half_width, found.p, found.within) == (0.0, 0.0, 1.0, 1.0)


@pytest.mark.parametrize("value", [0.05, -1 / 3])
def test_the_same_difference_everywhere_is_the_limit(value):
    found, near = (
        paired([value + step * 1e-6 for step in steps], 0.1, 0.01) for steps in ([0] * 7, range(7))
    )
    assert found.mean == pytest.approx(value)
    assert (found.p, found.half_width) == (0.0, 0.0)
    assert found.p == corrected_ttest([abs(value)] * 7, 0.0, 0.1) == pytest.approx(near.p, abs=1e-9)
    expected = (near.below, near.within, near.above)
    assert (found.below, found.within, found.above) == pytest.approx(expected, abs=1e-9)


def test_the_same_difference_within_the_region_is_within():
    assert (found := paired([0.005] * 4, 0.1, 0.01)).within == 1.0
    assert found.p == 0.0
