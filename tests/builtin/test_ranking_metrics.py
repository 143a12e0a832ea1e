"""Each figure against scikit-learn's curves, or against every threshold and every order of ties tried."""

from __future__ import annotations

import math
import warnings
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as sk

from imbbench import Predictions, UsageError
from imbbench.builtin import ranking_metrics as metrics

# Few distinct scores, so that ties are common; extreme ones, as forests give.
SCORE = st.one_of(st.sampled_from([-800.0, 0.0, 800.0]), st.integers(-4, 4).map(float), st.floats(-9, 9))
ROWS = st.lists(st.tuples(st.integers(0, 1), SCORE), min_size=1, max_size=40)
BOTH = ROWS.filter(lambda rows: len({label for label, _ in rows}) == 2)
RATE = st.one_of(st.sampled_from([0.01, 0.1, 0.25, 1 / 3, 0.5, 0.75, 0.9, 1.0]), st.floats(0.001, 1))


def predictions(rows):
    return Predictions(np.array([row[0] for row in rows], dtype="int8"), np.array([row[1] for row in rows]))


@given(BOTH, RATE)
def test_precision_and_recall_at_a_rate_are_points_of_scikit_learns_curve(rows, rate):
    p = predictions(rows)
    precisions, recalls, _ = sk.precision_recall_curve(p.y, p.score)
    assert metrics.recall_at_precision(p, precision=rate) == recalls[precisions >= rate].max()
    assert metrics.precision_at_recall(p, recall=rate) == precisions[:-1][recalls[:-1] >= rate].max()


@given(BOTH, st.one_of(RATE, st.just(0.0)))
def test_tpr_at_fpr_is_a_point_of_scikit_learns_curve(rows, rate):
    p = predictions(rows)
    fpr, tpr, _ = sk.roc_curve(p.y, p.score, drop_intermediate=False)
    assert metrics.tpr_at_fpr(p, fpr=rate) == tpr[fpr <= rate].max()


@given(BOTH, RATE)
def test_the_partial_area_is_scikit_learns(rows, rate):
    p = predictions(rows)
    expected = sk.roc_auc_score(p.y, p.score, max_fpr=rate)
    assert metrics.partial_roc_auc(p, max_fpr=rate) == pytest.approx(expected, rel=1e-9, abs=1e-12)


@given(BOTH, st.integers(1, 45))
def test_rows_on_top_without_ties_are_the_highest(rows, k):
    p = predictions([(label, float(place)) for place, (label, _) in enumerate(rows)])
    found = p.y[::-1][:k].sum()
    if k > len(rows):
        assert math.isnan(metrics.precision_at_k(p, k=k))
        assert math.isnan(metrics.recall_at_k(p, k=k))
    else:
        assert metrics.precision_at_k(p, k=k) == pytest.approx(found / k, rel=1e-12)
        assert metrics.recall_at_k(p, k=k) == pytest.approx(found / p.y.sum(), rel=1e-12)


@given(
    st.lists(st.tuples(st.integers(0, 1), st.integers(0, 2).map(float)), min_size=1, max_size=6), st.data()
)
def test_ties_count_as_the_mean_of_all_their_orders(rows, data):
    p, k = predictions(rows), data.draw(st.integers(1, len(rows)))
    every = [sorted(order, key=lambda row: -row[1])[:k] for order in permutations(rows)]
    expected = np.mean([sum(label for label, _ in top) for top in every]) / k
    assert metrics.precision_at_k(p, k=k) == pytest.approx(expected, rel=1e-12)


@given(BOTH, RATE)
def test_lift_is_precision_on_top_over_prevalence(rows, fraction):
    p = predictions(rows)
    k = max(1, round(fraction * len(rows)))
    expected = metrics.precision_at_k(p, k=k) / p.y.mean()
    assert metrics.lift(p, fraction=fraction) == pytest.approx(expected, rel=1e-12)
    assert metrics.lift(p, fraction=1.0) == pytest.approx(1)


def test_lift_of_a_perfect_order_is_one_over_the_prevalence():
    y = (np.arange(1000) < 20).astype("int8")
    assert metrics.lift(Predictions(y, -np.arange(1000.0))) == pytest.approx(50)
    assert metrics.lift(Predictions(y, np.arange(1000.0))) == 0
    assert metrics.lift(Predictions(y, np.zeros(1000))) == pytest.approx(1)


def test_a_rate_that_no_threshold_has():
    """The first row is a negative: above any threshold that lets nothing but positives through there is none."""
    p = Predictions(np.array([0, 1, 0, 1], dtype="int8"), np.array([4.0, 3.0, 2.0, 1.0]))
    assert metrics.recall_at_precision(p) == 0
    assert metrics.tpr_at_fpr(p) == 0
    assert metrics.precision_at_recall(p) == 0.5
    assert metrics.tpr_at_fpr(p, fpr=0.5) == 0.5


UNDEFINED = {  # with (no positives, no negatives)
    "recall_at_precision": (True, False), "precision_at_recall": (True, False), "tpr_at_fpr": (True, True),
    "partial_roc_auc": (True, True), "recall_at_k": (True, False), "precision_at_k": (False, False),
    "lift": (True, False), "roc_auc": (True, True), "average_precision": (True, True),
    "pr_auc_trapezoid": (True, True),
}  # fmt: skip


@given(st.lists(SCORE, min_size=1, max_size=9), st.integers(0, 1))
def test_one_class(score, label):
    p = Predictions(np.full(len(score), label, dtype="int8"), np.array(score))
    for name, undefined in UNDEFINED.items():
        k = {"k": len(score)} if name.endswith("_k") else {}
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            figure = getattr(metrics, name)(p, **k)
        assert math.isnan(figure) is undefined[label], name
        assert math.isnan(figure) or figure == label, name


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        ("recall_at_precision", {"precision": 1.5}, "precision is 1.5; expected a rate above 0, at most 1"),
        ("recall_at_precision", {"precision": 0.0}, "precision is 0; expected"),
        ("precision_at_recall", {"recall": -0.1}, "recall is -0.1; expected"),
        ("tpr_at_fpr", {"fpr": 1.1}, "fpr is 1.1; expected a rate from 0 to 1"),
        ("partial_roc_auc", {"max_fpr": 0.0}, "max_fpr is 0; expected"),
        ("partial_roc_auc", {"max_fpr": math.nan}, "max_fpr is nan; expected"),
        ("lift", {"fraction": 2.0}, "fraction is 2; expected"),
        ("precision_at_k", {"k": 0}, "k is 0; expected a number of rows, at least 1"),
        ("recall_at_k", {"k": -1}, "k is -1; expected"),
    ],
)
def test_parameters_that_make_no_sense(name, given, expected):
    p = predictions([(0, 1.0), (1, 2.0)])
    with pytest.raises(UsageError, match=expected):
        getattr(metrics, name)(p, **given)
