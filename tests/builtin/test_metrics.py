from __future__ import annotations

import math
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit
from sklearn import metrics as sk

from imbbench import Predictions
from imbbench.builtin import metrics

REFERENCE = {
    "precision": lambda y, yhat, s: sk.precision_score(y, yhat, zero_division=np.nan),
    "recall": lambda y, yhat, s: sk.recall_score(y, yhat, zero_division=np.nan),
    "specificity": lambda y, yhat, s: sk.recall_score(y, yhat, pos_label=0, zero_division=np.nan),
    "f1": lambda y, yhat, s: sk.f1_score(y, yhat),
    "balanced_accuracy": lambda y, yhat, s: sk.balanced_accuracy_score(y, yhat),
    "mcc": lambda y, yhat, s: sk.matthews_corrcoef(y, yhat) if len(set(yhat)) == 2 else math.nan,
    "roc_auc": lambda y, yhat, s: sk.roc_auc_score(y, s),
    "average_precision": lambda y, yhat, s: sk.average_precision_score(y, s),
    "brier": lambda y, yhat, s: sk.brier_score_loss(y, expit(s)),
    "log_loss": lambda y, yhat, s: sk.log_loss(y, expit(s)),
    "g_mean": lambda y, yhat, s: math.sqrt(sk.recall_score(y, yhat) * sk.recall_score(y, yhat, pos_label=0)),
    "pr_auc_trapezoid": lambda y, yhat, s: sk.auc(*sk.precision_recall_curve(y, s)[1::-1]),
}

# Few distinct scores, so that ties are common; extreme ones, as forests give.
scores = st.lists(
    st.tuples(st.integers(0, 1), st.one_of(st.sampled_from([-800.0, 0.0, 800.0]), st.integers(-4, 4).map(float))),
    min_size=2, max_size=40,
).filter(lambda rows: len({label for label, _ in rows}) == 2)  # fmt: skip


@given(scores, st.sampled_from([0.1, 0.5, 0.9]))
def test_every_metric_agrees_with_scikit_learn(rows, threshold):
    y = np.array([label for label, _ in rows], dtype="int8")
    score = np.array([score for _, score in rows])
    p = Predictions(y, score, threshold)
    yhat = (expit(score) > threshold).astype(int)
    assert p.counts == tuple(sk.confusion_matrix(y, yhat, labels=[0, 1]).ravel())
    for name, reference in REFERENCE.items():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            expected = reference(y, yhat, score)
        assert getattr(metrics, name)(p) == pytest.approx(expected, rel=1e-12, abs=1e-12, nan_ok=True), name


@given(scores, st.randoms())
def test_the_order_of_rows_does_not_matter(rows, random):
    def all_metrics(rows):
        p = Predictions(np.array([r[0] for r in rows], dtype="int8"), np.array([r[1] for r in rows]))
        return [metric.score(p) for metric in metrics.imbbench_metrics()]

    shuffled = random.sample(rows, len(rows))
    assert all_metrics(shuffled) == pytest.approx(all_metrics(rows), rel=1e-12, nan_ok=True)


def test_undefined_is_nan():
    nothing_positive = Predictions(np.array([0, 1, 0], dtype="int8"), np.array([-1.0, -2.0, -3.0]))
    one_class = Predictions(np.zeros(3, dtype="int8"), np.array([-1.0, -2.0, -3.0]))
    assert math.isnan(metrics.precision(nothing_positive))
    assert math.isnan(metrics.mcc(nothing_positive))
    assert metrics.f1(nothing_positive) == 0
    for name in ("recall", "roc_auc", "average_precision", "pr_auc_trapezoid", "balanced_accuracy", "g_mean"):
        assert math.isnan(getattr(metrics, name)(one_class)), name


def test_direction_is_true():
    """A perfect scorer beats its opposite on every metric, in that metric's own direction."""
    y = np.tile([0, 0, 0, 1, 1], 40).astype("int8")
    said = np.where(y == 1, 3.0, -3.0)
    perfect, worst = (Predictions(y, sign * said, 0.5, 0.4, np.full(200, 20.0)) for sign in (1, -1))
    directed = [metric for metric in metrics.imbbench_metrics() if metric.greater_is_better is not None]
    assert len(directed) == 29
    for metric in directed:
        good, bad = metric.score(perfect), metric.score(worst)
        assert (good > bad) is metric.greater_is_better, metric.name


def test_what_is_neither_better_nor_worse():
    undirected = {each.name for each in metrics.imbbench_metrics() if each.greater_is_better is None}
    assert undirected == {"calibration_slope", "calibration_intercept", "threshold_used"}
    y, score = np.array([0, 1], dtype="int8"), np.array([0.0, 1.0])
    assert metrics.threshold_used(Predictions(y, score, 0.3)) == 0.3


def test_a_random_scorer_on_the_moons_tutorials_rows(registry):
    """Figures of the tutorial (REFERENCE 2)."""
    data = registry.resolve("dataset", "moons[n_samples=100,minority_fraction=0.5]").call()
    split = registry.resolve("split", "holdout[test_size=0.2,stratify=false,random_state=13]")
    ((_, test),) = split.call(data, 0)
    p = Predictions(data.y[test], np.random.default_rng(39).standard_normal(20))
    assert metrics.roc_auc(p) == pytest.approx(0.5252525252525253, abs=1e-15)
    assert metrics.pr_auc_trapezoid(p) == pytest.approx(0.540114743045365, abs=1e-15)
