"""Tests over data sets: Demšar's published example, and scipy."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from imbbench.ranks import FEWEST, critical_difference, friedman, mean_ranks, nemenyi, pseudo_median, wilcoxon

#: Table 6 of Demšar (2006): AUC of C4.5, with m, with cf, with both, on 14 data sets. On the last but one its
#: ranks tell apart what is printed as 0.975 twice.
DEMSAR = np.array([
    [0.763, 0.768, 0.771, 0.798], [0.599, 0.591, 0.590, 0.569], [0.954, 0.971, 0.968, 0.967],
    [0.628, 0.661, 0.654, 0.657], [0.882, 0.888, 0.886, 0.898], [0.936, 0.931, 0.916, 0.931],
    [0.661, 0.668, 0.609, 0.685], [0.583, 0.583, 0.563, 0.625], [0.775, 0.838, 0.866, 0.875],
    [1.000, 1.000, 1.000, 1.000], [0.940, 0.962, 0.965, 0.962], [0.619, 0.666, 0.614, 0.669],
    [0.972, 0.981, 0.9751, 0.975], [0.957, 0.978, 0.946, 0.970],
])  # fmt: skip
BLOCKS = arrays(
    float,
    st.tuples(st.integers(FEWEST, 12), st.integers(3, 5)),
    elements=st.sampled_from([0.1, 0.2, 0.3, 0.4]),
)


def test_demsars_published_ranks_and_critical_difference():
    assert mean_ranks(DEMSAR).round(3).tolist() == [3.143, 2.0, 2.893, 1.964]
    assert critical_difference(4, 14) == pytest.approx(1.25, abs=0.005)


def test_demsars_published_wilcoxon():
    """The sum of ranks of the losses is 12 of 105: significant at 0.05 with 14 data sets."""
    differences = (DEMSAR[:, 1] - DEMSAR[:, 0]).round(3).tolist()
    assert wilcoxon(differences) < 0.05
    assert wilcoxon(differences) == wilcoxon([-value for value in differences])


def test_demsars_published_friedman():
    """Without the correction for ties, which `friedman` makes, chi2 is 9.28 and F is 3.69."""
    ranks = mean_ranks(DEMSAR)
    chi2 = 12 * 14 / (4 * 5) * (float((ranks**2).sum()) - 4 * 5**2 / 4)
    assert chi2 == pytest.approx(9.28, abs=0.01)
    assert 13 * chi2 / (14 * 3 - chi2) == pytest.approx(3.69, abs=0.01)
    ties = (4**3 - 4) + 3 * (2**3 - 2)  # all four of a data set, and two of three others
    chi2 /= 1 - ties / (14 * (4**3 - 4))
    assert friedman(DEMSAR) == pytest.approx(stats.f.sf(13 * chi2 / (14 * 3 - chi2), 3, 39))


@settings(deadline=None)
@given(BLOCKS)
def test_friedman_is_the_analysis_of_variance_of_ranks(blocks):
    """Its F is that of a two-way layout on the ranks (Conover, Practical Nonparametric Statistics)."""
    ranks = stats.rankdata(-blocks, axis=1)
    n, k = ranks.shape
    means = ranks.mean(axis=0)
    between = n * float(((means - (k + 1) / 2) ** 2).sum())
    within = float(((ranks - (k + 1) / 2) ** 2).sum()) - between
    if between < 1e-9:
        assert friedman(blocks) == pytest.approx(1.0)
    elif within < 1e-9:
        assert friedman(blocks) == 0.0
    else:
        f = (n - 1) * between / within
        assert friedman(blocks) == pytest.approx(stats.f.sf(f, k - 1, (k - 1) * (n - 1)), rel=1e-6, abs=1e-12)


@settings(deadline=None)
@given(
    st.lists(st.floats(0.001, 1), min_size=FEWEST, max_size=20, unique=True),
    st.randoms(use_true_random=False),
)
def test_wilcoxon_is_that_of_scipy(sizes, random):
    values = [size * random.choice((1, -1)) for size in sizes]
    assert wilcoxon(values) == pytest.approx(stats.wilcoxon(values).pvalue)


def test_a_zero_speaks_for_neither_side():
    assert wilcoxon([0.0] * 8) == 1.0
    some = [0.01, 0.02, 0.03, 0.04, 0.05, 0.06]
    assert wilcoxon([*some, *[0.0] * 6]) >= wilcoxon(some)
    assert wilcoxon([*some, *[0.0] * 30]) > wilcoxon(some)


def test_too_few_data_sets_are_not_tested():
    assert math.isnan(wilcoxon([0.1] * (FEWEST - 1)))
    assert wilcoxon([0.1, 0.2, 0.3, 0.4, 0.5, 0.6]) < 0.05
    assert stats.wilcoxon([0.1, 0.2, 0.3, 0.4, 0.5]).pvalue > 0.05  # why there must be 6
    assert math.isnan(friedman(DEMSAR[: FEWEST - 1]))
    assert math.isnan(friedman(DEMSAR[:, :2]))


def test_last_bits_make_no_ranks():
    blocks = np.full((8, 3), 0.7) + np.random.default_rng(0).normal(scale=1e-13, size=(8, 3))
    assert mean_ranks(blocks).tolist() == [2.0, 2.0, 2.0]
    assert friedman(blocks) == 1.0


def test_nemenyi_is_that_of_scikit_posthocs():
    posthocs = pytest.importorskip("scikit_posthocs")
    ranks = mean_ranks(DEMSAR).tolist()
    assert np.array(nemenyi(ranks, 14)) == pytest.approx(
        posthocs.posthoc_nemenyi_friedman(-DEMSAR).to_numpy(), abs=1e-6
    )


@pytest.mark.parametrize(("columns", "rows"), [(2, 6), (4, 14), (10, 30)])
def test_ranks_as_far_apart_as_the_critical_difference_are_at_the_level(columns, rows):
    away = critical_difference(columns, rows)
    assert nemenyi([1.0, 1.0 + away, *[1.0] * (columns - 2)], rows)[0][1] == pytest.approx(0.05, abs=1e-6)


@settings(deadline=None)
@given(st.lists(st.integers(-4, 4), min_size=1, max_size=25))
def test_the_pseudo_median_does_not_contradict_the_rank_sums(values):
    """Of whole numbers, with many ties and zeros. Rank sums are of scipy, zeros split."""
    means = [(a + b) / 2 for i, a in enumerate(values) for b in values[i:]]
    found = pseudo_median(values)
    assert found == np.median(means)
    ranks = stats.rankdata(np.abs(values))
    assert found * np.sum(np.sign(values) * ranks) >= 0
    assert pseudo_median([-value for value in values]) == -found
