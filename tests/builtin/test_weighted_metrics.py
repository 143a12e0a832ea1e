"""Each metric of many resamples at once is the metric of the rows repeated."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imbbench import Predictions
from imbbench.bootstrap import taken
from imbbench.builtin import metrics, weighted_ranking
from imbbench.components import Metric

METRICS = {metric.name: metric for metric in metrics.imbbench_metrics() if metric.weighted}
#: Parameters under which figures of few rows differ; without, the defaults.
PARAMETERS = {
    "partial_roc_auc": [{"max_fpr": 0.3}, {"max_fpr": 1.0}],
    "recall_at_precision": [{"precision": 0.5}, {"precision": 1.0}],
    "precision_at_recall": [{"recall": 0.5}, {"recall": 1.0}],
    "tpr_at_fpr": [{"fpr": 0.0}, {"fpr": 0.25}, {"fpr": 1.0}],
    "precision_at_k": [{"k": 1}, {"k": 5}],
    "recall_at_k": [{"k": 1}, {"k": 5}],
    "lift": [{"fraction": 0.2}, {"fraction": 1.0}, {}],
    "expected_cost": [{"fp": 2.0, "fn": 7.0}],
    "amount_cost": [{"case": 1.5}],
    "savings": [{"case": 1.5}],
}
#: What no row of weights can give: bins and fits depend on the resample.
PLAIN = {"ece", "calibration_slope", "calibration_intercept"}

# Few distinct scores, so that ties are common; extreme ones, as forests give. A row may count not at all.
rows = st.lists(
    st.tuples(
        st.integers(0, 1),
        st.one_of(st.sampled_from([-800.0, 0.0, 800.0]), st.integers(-4, 4).map(float)),
        st.integers(0, 3),
        st.integers(0, 1),
    ),
    min_size=1,
    max_size=40,
).filter(lambda rows: any(row[2] for row in rows) and any(row[3] for row in rows))


def predictions(rows, threshold=0.5):
    """In order of falling score, and the two weights of each row."""
    y, score, *weights = np.array(sorted(rows, key=lambda row: -row[1]), dtype=float).T
    amount = np.arange(len(y)) % 7 + 1.0
    return Predictions(y.astype("int8"), score, threshold, 0.2, amount), np.array(weights)


def repeated(metric: Metric, p: Predictions, counts, params) -> float:
    return float(metric.score(taken(p, np.repeat(np.arange(len(p.y)), counts.astype(int))), **params))


@settings(deadline=None, max_examples=60)  # the first call imports scikit-learn
@given(rows, st.sampled_from([0.1, 0.5, 0.9]))
def test_a_weight_is_how_often_a_row_counts(rows, threshold):
    p, weights = predictions(rows, threshold)
    for name, metric in METRICS.items():
        for params in PARAMETERS.get(name, [{}]):
            expected = [repeated(metric, p, counts, params) for counts in weights]
            found = metric.weighted(p, weights, **params)
            assert found == pytest.approx(expected, rel=1e-9, abs=1e-12, nan_ok=True), (name, params)


def test_every_built_in_metric_that_can_have_a_vectorised_form_has_one():
    assert {metric.name for metric in metrics.imbbench_metrics()} == set(METRICS) | PLAIN
    assert set(PARAMETERS) <= set(METRICS)


@pytest.mark.parametrize("name", ["amount_cost", "savings"])
def test_without_amounts_there_is_no_cost(name):
    p, weights = predictions([(1, 3.0, 1, 1), (0, 2.0, 1, 2)])
    assert np.isnan(METRICS[name].weighted(replace(p, amount=None), weights)).all()


def test_a_resample_without_a_class_is_undefined_alone():
    p, _ = predictions([(1, 3.0, 1, 1), (0, 2.0, 1, 1), (0, -1.0, 1, 1)])
    weights = np.array([[1.0, 1, 1], [0, 1, 1], [2, 0, 0], [1, 2, 0]])
    for name in (
        "roc_auc",
        "average_precision",
        "pr_auc_trapezoid",
        "recall",
        "specificity",
        "balanced_accuracy",
    ):
        undefined = np.isnan(METRICS[name].weighted(p, weights)).tolist()
        if name == "recall":
            assert undefined == [False, True, False, False]
        elif name == "specificity":
            assert undefined == [False, False, True, False]
        else:
            assert undefined == [False, True, True, False], name


def test_the_curve_bends_where_a_positive_is():
    """Two negatives above the first positive are one step, a tie of both classes is one step."""
    rows = [(0, 9.0, 1, 2), (0, 8.0, 1, 0), (1, 7.0, 1, 1), (0, 6.0, 1, 1), (1, 6.0, 1, 3), (0, 5.0, 1, 1)]
    p, weights = predictions(rows)
    fp, tp = weighted_ranking.curve(p, weights)
    assert fp.tolist() == [[0, 2, 2, 3, 4], [0, 2, 2, 3, 4]]
    assert tp.tolist() == [[0, 0, 1, 2, 2], [0, 0, 1, 4, 4]]


def test_means_of_nothing_are_undefined():
    p, _ = predictions([(1, 3.0, 1, 1), (0, 2.0, 1, 1)])
    assert all(
        math.isnan(METRICS[name].weighted(p, np.zeros((1, 2)))[0]) for name in ("brier", "log_loss", "mcc")
    )


@pytest.mark.parametrize("prevalence", [0.0, 1.0, math.nan])
def test_there_is_no_skill_over_a_reference_that_is_infinitely_wrong(prevalence):
    p, weights = predictions([(1, 3.0, 1, 1), (0, 2.0, 1, 2)])
    assert np.isnan(METRICS["log_loss_skill"].weighted(replace(p, prevalence=prevalence), weights)).all()
