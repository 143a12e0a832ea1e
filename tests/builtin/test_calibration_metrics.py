"""Each figure against scikit-learn's, or against what defines it."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from scipy.special import expit, log_expit, logit
from sklearn import metrics as sk
from sklearn.calibration import calibration_curve
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression

from imbbench import Predictions, UsageError
from imbbench.builtin import calibration_metrics as metrics

SCORE = st.one_of(st.sampled_from([-800.0, 0.0, 800.0]), st.integers(-4, 4).map(float), st.floats(-9, 9))
ROWS = st.lists(st.tuples(st.integers(0, 1), SCORE), min_size=1, max_size=40)
BOTH = ROWS.filter(lambda rows: len({label for label, _ in rows}) == 2)
PREVALENCE = st.sampled_from([0.001, 0.1, 0.5, 0.9])


def predictions(rows, prevalence=math.nan):
    y, score = np.array([row[0] for row in rows], dtype="int8"), np.array([row[1] for row in rows])
    return Predictions(y, score, prevalence=prevalence)


def drawn(n, a, b, seed=0, spread=2.0):
    """Rows whose log-odds are a + b * score."""
    rng = np.random.default_rng(seed)
    score = rng.normal(-1, spread, n)
    return Predictions((rng.random(n) < expit(a + b * score)).astype("int8"), score, prevalence=0.3)


@given(ROWS)
def test_log_loss_is_scikit_learns(rows):
    p = predictions(rows)
    expected = sk.log_loss(p.y, p.probability, labels=[0, 1])
    assert metrics.log_loss(p) == pytest.approx(expected, rel=1e-14, abs=0)


@given(ROWS, PREVALENCE)
def test_skill_is_what_is_gained_on_scikit_learns_prior(rows, prevalence):
    p = predictions(rows, prevalence)
    train = (np.arange(1000) < round(1000 * prevalence)).astype(int)
    prior = DummyClassifier(strategy="prior").fit(train[:, None], train)
    said = prior.predict_proba(p.score[:, None])
    losses = {
        metrics.brier_skill: (metrics.brier(p), np.mean((said[:, 1] - p.y) ** 2)),
        metrics.log_loss_skill: (metrics.log_loss(p), sk.log_loss(p.y, said, labels=[0, 1])),
    }
    for skill, (loss, reference) in losses.items():
        assert skill(p) == pytest.approx(1 - loss / reference, rel=1e-9, abs=1e-12)


def test_skill_of_the_prior_itself_is_0_and_of_the_truth_1():
    y = (np.arange(50) < 5).astype("int8")
    for skill in (metrics.brier_skill, metrics.log_loss_skill):
        assert skill(Predictions(y, np.full(50, logit(0.2)), prevalence=0.2)) == pytest.approx(0, abs=1e-12)
        assert skill(Predictions(y, np.where(y == 1, 800.0, -800.0), prevalence=0.2)) == pytest.approx(1)
        assert math.isnan(skill(Predictions(y, np.zeros(50))))  # nobody said what the training part was


@given(BOTH, st.integers(1, 20))
def test_ece_is_that_of_scikit_learns_bins(rows, n_bins):
    p = predictions(rows)
    share, mean = calibration_curve(p.y, p.probability, n_bins=n_bins, strategy="quantile")
    edges = np.percentile(p.probability, np.linspace(0, 1, n_bins + 1) * 100)
    mass = np.unique(np.searchsorted(edges[1:-1], p.probability), return_counts=True)[1] / len(rows)
    expected = (mass * abs(share - mean)).sum()
    assert metrics.ece(p, n_bins=n_bins) == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_ece_of_rows_without_ties_has_bins_of_equal_mass():
    p = drawn(1500, 0, 1)
    order = np.argsort(p.score)
    gaps = [abs(p.probability[part].mean() - p.y[part].mean()) for part in np.split(order, 15)]
    assert metrics.ece(p) == pytest.approx(np.mean(gaps), rel=1e-12)


@given(st.lists(st.tuples(st.integers(0, 1), st.integers(-2, 2).map(float)), min_size=1, max_size=40))
def test_ece_never_tells_rows_of_one_score_apart(rows):
    """With more bins than rows each score is a bin of its own."""
    p = predictions(rows)
    gaps = [abs((p.probability - p.y)[p.score == level].sum()) for level in set(p.score)]
    assert metrics.ece(p, n_bins=200) == pytest.approx(sum(gaps) / len(rows), rel=1e-9, abs=1e-12)


def separated(p):
    """Whether a threshold tells the classes apart, but for rows that lie on it."""
    negatives, positives = p.score[p.y == 0], p.score[p.y == 1]
    return negatives.max() <= positives.min() or positives.max() <= negatives.min()


TAME = st.one_of(st.integers(-4, 4).map(float), st.integers(-900, 900).map(lambda number: number / 100))


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(st.integers(0, 1), TAME), min_size=2, max_size=40))
def test_the_slope_is_as_likely_as_that_of_scikit_learns_logistic_regression(rows):
    p = predictions(rows)
    slope = metrics.calibration_slope(p)
    if len(set(p.y)) == 1 or separated(p):
        assert math.isnan(slope)
        return

    def loss(a, b):
        return -(log_expit((2 * p.y - 1) * (a + b * p.score))).sum()

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of convergence, near separation
        fitted = LogisticRegression(C=np.inf, tol=1e-10, max_iter=1000).fit(p.score[:, None], p.y)
    ours = minimize_scalar(loss, args=(slope,)).fun  # with the best intercept beside it
    assert ours <= loss(fitted.intercept_[0], fitted.coef_[0, 0]) + 1e-8


@pytest.mark.parametrize(("a", "b"), [(0.0, 1.0), (-1.5, 0.4), (2.0, 1.8), (0.5, -0.3)])
def test_slope_and_intercept_recover_what_rows_were_drawn_with(a, b):
    p = drawn(200_000, a, b)
    assert metrics.calibration_slope(p) == pytest.approx(b, abs=0.03)
    shifted = drawn(200_000, a, 1.0)
    assert metrics.calibration_intercept(shifted) == pytest.approx(a, abs=0.03)


def test_slope_agrees_with_scikit_learn_to_many_digits():
    p = drawn(3000, -2, 0.7)
    fitted = LogisticRegression(C=np.inf, solver="newton-cholesky", tol=1e-12).fit(p.score[:, None], p.y)
    assert metrics.calibration_slope(p) == pytest.approx(float(fitted.coef_[0, 0]), rel=1e-7)


@pytest.mark.parametrize("unit", [1e-6, 1.0, 1e6])
def test_the_slope_has_the_scores_unit(unit):
    p = drawn(500, 0.3, 0.8)
    scaled = Predictions(p.y, p.score * unit)
    assert metrics.calibration_slope(scaled) * unit == pytest.approx(metrics.calibration_slope(p), rel=1e-9)


@given(BOTH)
def test_the_intercept_makes_the_mean_probability_that_of_the_labels(rows):
    p = predictions(rows)
    intercept = metrics.calibration_intercept(p)
    if math.isnan(intercept):
        assert np.abs(p.score).max() == 800
    else:
        assert expit(p.score + intercept).mean() == pytest.approx(p.y.mean(), abs=1e-9)


def test_the_intercept_is_the_likeliest():
    p = drawn(400, 1.2, 1.0)

    def loss(a):
        return -log_expit((2 * p.y - 1) * (p.score + a)).sum()

    assert metrics.calibration_intercept(p) == pytest.approx(minimize_scalar(loss).x, abs=1e-6)


def test_probabilities_of_0_and_1():
    """A forest's, right and wrong: the line through two scores is known."""
    score = np.repeat([800.0, 800.0, -800.0, -800.0], [30, 10, 5, 955])
    y = np.repeat([1, 0, 1, 0], [30, 10, 5, 955]).astype("int8")
    p = Predictions(y, score)
    assert metrics.calibration_slope(p) == pytest.approx((logit(30 / 40) - logit(5 / 960)) / 1600, rel=1e-9)
    assert math.isfinite(metrics.calibration_intercept(p))
    assert metrics.ece(p) == pytest.approx(15 / 1000)
    right = Predictions((score > 0).astype("int8"), score)
    assert math.isnan(metrics.calibration_slope(right))
    assert math.isnan(metrics.calibration_intercept(right))  # nothing that can be computed moves with it


def test_two_rows_out_of_order_do_not_hide_the_maximum():
    """Nearly separated: the likeliest slope is far from where the fit begins."""
    score = np.concatenate([np.linspace(-5, 0, 50), [1e-3], np.linspace(1, 5, 50), [0.0]])
    y = np.concatenate([np.zeros(51), np.ones(51)]).astype("int8")
    slope = metrics.calibration_slope(Predictions(y, score))
    step = 1e-6 * slope

    def best(b):
        return minimize_scalar(lambda a: -log_expit((2 * y - 1) * (a + b * score)).sum(), tol=1e-12).fun

    assert 10 < slope < 10_000
    assert best(slope) <= min(best(slope - 1e3 * step), best(slope + 1e3 * step))


@pytest.mark.parametrize("label", [0, 1])
def test_one_class(label):
    p = Predictions(np.full(4, label, dtype="int8"), np.array([-800.0, 0.0, 0.0, 800.0]), prevalence=0.1)
    assert math.isnan(metrics.calibration_slope(p))
    assert math.isnan(metrics.calibration_intercept(p))
    assert metrics.ece(p, n_bins=1) == 0.5


@given(ROWS, PREVALENCE)
def test_nothing_raises_warns_or_is_infinite(rows, prevalence):
    p = predictions(rows, prevalence)
    names = ("brier", "log_loss", "brier_skill", "log_loss_skill", "ece")
    for name in (*names, "calibration_slope", "calibration_intercept"):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert not math.isinf(getattr(metrics, name)(p)), name


def test_no_bins():
    with pytest.raises(UsageError, match="n_bins is 0; expected a number of bins, at least 1"):
        metrics.ece(predictions([(0, 1.0)]), n_bins=0)
