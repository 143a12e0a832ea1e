from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import average_precision_score, roc_auc_score

from imbbench import Metric, Predictions, bootstrap
from imbbench.bootstrap import Resamples, bootstrap_seed, intervals, percentile
from imbbench.result import Cell

CELL = Cell("moons[noise=0.2]", "holdout", 0, "standard", "none", "sklearn-lr", 0)


def predictions(n0=150, n1=50, d=1.0, seed=0, threshold=0.5):
    """Normal scores, their means d apart, in no order."""
    rng = np.random.default_rng(seed)
    y = rng.permutation(np.repeat([0, 1], [n0, n1])).astype("int8")
    return Predictions(y, rng.standard_normal(n0 + n1) + d * y, threshold, n1 / (n0 + n1))


def one(registry, metric, p, seed=1, level=0.95, **more):
    (found,) = intervals({0.5: p}, [registry.resolve("metric", metric)], seed, level, **more)[0.5].values()
    return found


@pytest.mark.parametrize(
    ("metric", "score"), [("roc_auc", roc_auc_score), ("average_precision", average_precision_score)]
)
def test_it_is_what_a_plain_loop_over_the_same_draws_gives(registry, metric, score):
    p = predictions()
    classes = [np.flatnonzero(p.y == label) for label in (0, 1)]
    rng = np.random.default_rng(7)
    figures = []
    for _ in range(200):
        rows = np.concatenate([rows[rng.integers(len(rows), size=len(rows))] for rows in classes])
        figures.append(score(p.y[rows], p.score[rows]))
    expected = np.percentile(figures, [5, 95])
    assert one(registry, metric, p, 7, 0.9, draws=200) == pytest.approx(expected, rel=1e-12)


def test_it_agrees_with_scipy_where_each_class_is_a_sample_of_its_own(registry):
    p = predictions(60, 30)

    def auc(negative, positive, axis):
        return (positive[..., :, None] > negative[..., None, :]).mean(axis=(-1, -2))

    samples = p.score[p.y == 0], p.score[p.y == 1]
    theirs = stats.bootstrap(
        samples, auc, n_resamples=2000, method="percentile", rng=np.random.default_rng(1)
    )
    ours = one(registry, "roc_auc", p, draws=4000)
    assert ours == pytest.approx(theirs.confidence_interval, abs=0.3 * theirs.standard_error)


def test_the_true_area_is_covered_about_as_often_as_the_level_says(registry):
    truth = stats.norm.cdf(1 / math.sqrt(2))
    found = [one(registry, "roc_auc", predictions(seed=seed), seed, draws=200) for seed in range(100)]
    covered = sum(low <= truth <= high for low, high in found)
    assert stats.binom.cdf(covered, 100, 0.95) > 1e-4
    assert np.mean([high - low for low, high in found]) == pytest.approx(
        0.15, abs=0.02
    )  # neither all nor nothing


def test_counts_of_the_classes_stay(registry):
    """It is stratified: fn and tp always add up to the positives."""
    p = predictions()
    for counts in Resamples(p.y, 3, 50).counts():
        assert (counts[:, :150].sum(axis=1) == 150).all()
        assert (counts[:, 150:].sum(axis=1) == 50).all()
    fn, tp = (one(registry, name, p) for name in ("fn", "tp"))
    assert fn == (50 - tp[1], 50 - tp[0])


def test_neither_other_metrics_nor_other_thresholds_nor_the_size_of_a_step_move_it(registry, monkeypatch):
    p = predictions()
    alone = one(registry, "f1", p, 5)
    metrics = [registry.resolve("metric", name) for name in ("recall", "f1", "roc_auc")]
    monkeypatch.setattr(bootstrap, "_AT_ONCE", 1234)
    together = intervals({"prior 0.5": replace(p, score=p.score - 1), 0.5: p}, metrics, 5, 0.95)
    assert together[0.5]["f1"] == alone
    assert together["prior 0.5"]["f1"] != alone
    assert together["prior 0.5"]["roc_auc"] == pytest.approx(together[0.5]["roc_auc"], rel=1e-12)
    assert one(registry, "f1", p, 6) != alone


def test_a_metric_without_a_vectorised_form_has_the_same_interval(registry):
    p = predictions(40, 20)
    for name in ("average_precision", "mcc", "log_loss"):
        metric = registry.resolve("metric", name)
        plain = replace(metric, component=replace(metric.component, weighted=None))
        fast, slow = (intervals({0.5: p}, [m], 2, 0.95, 60)[0.5][name] for m in (metric, plain))
        assert fast == pytest.approx(slow, rel=1e-9)


def test_amounts_are_drawn_with_their_rows(registry):
    p = predictions(40, 20)
    p = replace(p, amount=100.0 * p.y + p.score)
    mine = registry.with_components([Metric("stake", lambda p: float((p.amount - p.score)[p.y == 1].mean()))])
    assert one(mine, "stake", p, draws=20) == pytest.approx((100, 100))


def test_a_wider_level_is_a_wider_interval(registry):
    found = [one(registry, "roc_auc", predictions(), level=level) for level in (0.5, 0.8, 0.95, 0.99)]
    lows, highs = zip(*found, strict=True)
    assert [*lows] == sorted(lows, reverse=True)
    assert [*highs] == sorted(highs)


def test_up_to_one_draw_in_twenty_may_be_undefined():
    values = np.arange(100.0)
    assert percentile(np.r_[[math.nan] * 5, values[5:]], 0.95) == pytest.approx(
        np.quantile(values[5:], [0.025, 0.975])
    )
    assert all(map(math.isnan, percentile(np.r_[[math.inf] * 6, values[6:]], 0.95)))


def test_a_figure_that_is_often_undefined_has_no_interval(registry):
    """One row of 200 is called positive: a third of the resamples have none, and no precision."""
    p = predictions()
    p = replace(p, score=np.where(np.arange(200) == p.score.argmax(), 1.0, -1.0))
    assert all(map(math.isnan, one(registry, "precision", p)))
    assert one(registry, "recall", p)[0] == 0


def test_one_class_has_no_area_but_a_rate(registry):
    p = predictions(50, 0)
    assert all(map(math.isnan, one(registry, "roc_auc", p)))
    low, high = one(registry, "specificity", p)
    assert 0 < low < high < 1


def raises(p, weights):
    raise ZeroDivisionError("no rows")


@pytest.mark.parametrize(
    ("weighted", "message"),
    [
        (raises, "metric 'bad' of plugin 'run\\(\\)': raised ZeroDivisionError: no rows"),
        (
            lambda p, weights: 0.5,
            r"weighted returned an array of float64, shape \(\); expected one number for each",
        ),
        (lambda p, weights: weights, r"shape \(20, 200\); expected one number for each resample, \(20,\)"),
        (lambda p, weights: ["x"] * 20, r"array of <U1"),
    ],
)
def test_a_metric_that_fails_has_no_interval_and_takes_no_other_away(registry, weighted, message):
    mine = registry.with_components([Metric("bad", lambda p: 0.5, weighted=weighted)])
    metrics = [mine.resolve("metric", name) for name in ("bad", "roc_auc")]
    with pytest.warns(UserWarning, match=f"no interval: .*{message}"):
        found = intervals({0.5: predictions()}, metrics, 1, 0.95, draws=20)[0.5]
    assert all(map(math.isnan, found["bad"]))
    assert found["roc_auc"] == one(registry, "roc_auc", predictions(), draws=20)


def test_all_cells_of_a_fold_are_resampled_alike():
    others = replace(CELL, strategy="class_weight", model="sklearn-rf", scale="none", dataset="moons", seed=3)
    assert bootstrap_seed(others) == bootstrap_seed(CELL)
    for changed in ({"dataset": "circles"}, {"split": "kfold"}, {"fold": 1}, {"random_state": 1}):
        assert bootstrap_seed(replace(CELL, **changed)) != bootstrap_seed(CELL)
