"""The corrected t-test against scikit-learn's example and scipy, Holm against its definition."""

from __future__ import annotations

import itertools
import math
import statistics

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from scipy import stats

from imbbench.ttest import corrected_ttest, holm

VALUES = st.lists(st.floats(-1, 1), min_size=2, max_size=30)
P_VALUES = st.lists(st.floats(0, 1), max_size=6)


def test_scikit_learns_published_example():
    """Its gallery, "Statistical comparison of models using grid search": rbf against linear."""
    from sklearn.datasets import make_moons
    from sklearn.model_selection import GridSearchCV, RepeatedStratifiedKFold
    from sklearn.svm import SVC

    X, y = make_moons(noise=0.352, random_state=1, n_samples=100)
    grid = [{"kernel": ["linear"]}, {"kernel": ["rbf"]}]
    folds = RepeatedStratifiedKFold(n_splits=10, n_repeats=10, random_state=0)
    search = GridSearchCV(SVC(random_state=0), grid, scoring="roc_auc", cv=folds, refit=False).fit(X, y)
    linear, rbf = (
        np.array([search.cv_results_[f"split{fold}_test_score"][kernel] for fold in range(100)])
        for kernel in (0, 1)
    )
    p = corrected_ttest((rbf - linear).tolist(), 0.0, 10 / 90)
    difference = rbf - linear
    t = difference.mean() / math.sqrt(difference.var(ddof=1) * (1 / 100 + 10 / 90))
    assert p == pytest.approx(stats.t.sf(t, 99), rel=1e-10)
    assert (round(t, 3), round(p, 3)) == (0.750, 0.227)  # as published


@settings(deadline=None)
@given(VALUES, st.floats(-0.5, 0.5))
def test_without_shared_rows_it_is_the_t_test_of_scipy(values, margin):
    assume(statistics.stdev(values) > 1e-6)
    expected = stats.ttest_1samp(values, margin, alternative="greater").pvalue
    assert corrected_ttest(values, margin, 0.0) == pytest.approx(expected, rel=1e-7, abs=1e-12)


@settings(deadline=None)
@given(VALUES, st.floats(0, 0.2), st.floats(0.01, 1))
def test_shared_rows_make_it_less_sure(values, margin, share):
    alone, shared = corrected_ttest(values, margin, 0.0), corrected_ttest(values, margin, share)
    assert 0 <= alone <= 1
    assert abs(shared - 0.5) <= abs(alone - 0.5) + 1e-12


@settings(deadline=None)
@given(VALUES, st.floats(0, 0.2), st.floats(0, 0.2))
def test_a_wider_margin_is_harder_to_pass(values, margin, more):
    assert corrected_ttest(values, margin + more, 0.1) >= corrected_ttest(values, margin, 0.1) - 1e-12


@settings(deadline=None)
@given(st.floats(-1, 1), st.floats(-1, 1), st.integers(2, 30))
def test_equal_values_leave_no_doubt(value, margin, number):
    assume(abs(value - margin) > 1e-9)
    assert corrected_ttest([value] * number, margin, 0.1) == (0.0 if value > margin else 1.0)


def test_huge_figures_are_no_trouble():
    for scale in (1e-300, 1.0, 1e300):
        values = [scale, 2 * scale, 1.5 * scale]
        assert corrected_ttest(values, 0.0, 0.1) == pytest.approx(corrected_ttest([1, 2, 1.5], 0.0, 0.1))


def closed(p_values: list[float]) -> list[float]:
    """Holm's procedure as what it is: the closure of Bonferroni's test. A hypothesis is rejected at a level
    if every set that holds it is, so its p-value is the largest of theirs."""
    indices = range(len(p_values))
    sets = [group for size in indices for group in itertools.combinations(indices, size + 1)]
    return [
        max(min(1.0, len(group) * min(p_values[i] for i in group)) for group in sets if index in group)
        for index in indices
    ]


@settings(deadline=None)
@given(P_VALUES)
@example([])
@example([0.01, 0.01, 0.04])
def test_holm_is_the_closure_of_bonferroni(p_values):
    assert holm(p_values) == pytest.approx(closed(p_values), rel=1e-12)


def test_holm_by_hand():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


@settings(deadline=None)
@given(P_VALUES, st.randoms(use_true_random=False))
def test_holm_knows_no_order(p_values, random):
    order = list(range(len(p_values)))
    random.shuffle(order)
    adjusted = holm(p_values)
    assert holm([p_values[i] for i in order]) == [adjusted[i] for i in order]
