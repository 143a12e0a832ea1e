"""Calibrations against scikit-learn's, and the correction of the prior against a truth that is known."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.calibration import CalibratedClassifierCV
from sklearn.frozen import FrozenEstimator

import imbbench
from imbbench import Card, Data, Dataset, Strategy, TrainingSet
from imbbench.calibration import isotonic, platt, prior_shift

CARD = Card("rows", "made here", "none", "none")


class Given(ClassifierMixin, BaseEstimator):
    """Scores that are there already, in the only column."""

    classes_ = np.array([0, 1])

    def fit(self, X, y):
        return self

    def __sklearn_is_fitted__(self):
        return True

    def decision_function(self, X):
        return X[:, 0]

    def predict(self, X):
        return (X[:, 0] > 0).astype(int)


def moved(n=800, seed=0):
    """Scores that are 3 too high and twice as steep as the log-odds that the labels were drawn from."""
    rng = np.random.default_rng(seed)
    truth = rng.normal(-2, 1.5, n)
    return 2 * truth + 3, (rng.random(n) < expit(truth)).astype(np.int8), truth


@pytest.mark.parametrize(("function", "method"), [(platt, "sigmoid"), (isotonic, "isotonic")])
@pytest.mark.parametrize("seed", range(3))
def test_as_scikit_learn_calibrates(function, method, seed):
    score, y, _ = moved(seed=seed)
    theirs = CalibratedClassifierCV(FrozenEstimator(Given()), method=method).fit(score[:, None], y)
    other = np.linspace(score.min() - 1, score.max() + 1, 500)
    ours = expit(function(score, y)(other))
    assert ours == pytest.approx(theirs.predict_proba(other[:, None])[:, 1], abs=2e-4)


def test_platt_undoes_a_straight_line():
    score, y, truth = moved(50_000)
    assert platt(score, y)(score) == pytest.approx(truth, abs=0.15)


@pytest.mark.parametrize("function", [platt, isotonic])
def test_scores_of_certain_rows_stay_finite_and_in_order(function):
    score, y, _ = moved()
    score[:20], score[-20:] = -800, 800
    calibrated = function(score, y)
    ladder = np.array([-800, -30, -5, -1, 0, 1, 5, 30, 800.0])
    assert np.isfinite(calibrated(ladder)).all()
    assert (np.diff(calibrated(ladder)) >= 0).all()


def test_a_model_that_ranks_the_wrong_way_round_is_told():
    score, y, _ = moved()
    with pytest.warns(UserWarning, match="platt: on held-out rows a higher score is less often positive"):
        platt(-score, y)


def test_log_odds_beyond_the_clip_of_forests_are_taken_as_they_are():
    """A regression on separable rows has scores of thousands."""
    score, y, _ = moved()
    ladder = np.array([-5000.0, -900, -1, 0, 1, 900, 5000])
    assert (np.diff(platt(np.append(score, 5000.0), np.append(y, 1))(ladder)) > 0).all()


def test_certain_rows_do_not_decide_platts_line():
    score, y, _ = moved(5000)
    certain = np.where(score < np.quantile(score, 0.1), -800, score)
    near = np.array([-3.0, 0.0, 3.0])
    assert platt(certain, y)(near) == pytest.approx(platt(score, y)(near), abs=0.3)


def test_rows_of_one_score_are_no_obstacle():
    y = np.array([0, 0, 0, 1], np.int8)
    for function in (platt, isotonic):
        assert expit(function(np.zeros(4), y)(np.zeros(2))) == pytest.approx([0.25, 0.25], abs=0.1)


def trained(n0, n1, **more):
    y = np.repeat([0, 1], [n0, n1]).astype(np.int8)
    return TrainingSet(np.zeros((n0 + n1, 1), np.float32), y, **more)


def test_the_shift_is_the_log_ratio_of_the_odds_fitted_to_the_natural_ones():
    natural = (90, 10)
    assert prior_shift(trained(90, 10), natural) == 0
    assert prior_shift(trained(10, 10), natural) == pytest.approx(math.log(9))
    assert prior_shift(trained(90, 10, class_weight={0: 0.5, 1: 5}), natural) == pytest.approx(math.log(10))
    weights = np.repeat([1.0, 3.0], [90, 10])
    both = {"sample_weight": weights, "class_weight": {0: 1, 1: 2}}
    assert prior_shift(trained(90, 10, **both), natural) == pytest.approx(math.log(6))
    assert math.isnan(prior_shift(trained(90, 10, loss=lambda logits, y: logits), natural))


def simulated(*, n: int = 20_000) -> Data:
    """Labels drawn from log-odds that are linear in three normal columns; 5% are positive."""
    rng = np.random.default_rng(0)
    X = rng.standard_normal((n, 3))
    truth = X @ [1.2, -0.8, 0.5] - 3.8
    return Data(pd.DataFrame(X, columns=["a", "b", "c"]), (rng.random(n) < expit(truth)).astype(int))


MODELS = ["sklearn-lr", "torch-linear[lr=0.02]", "torch-mlp[epochs=10,min_steps=0]"]


def test_prior_brings_the_log_loss_back_where_the_truth_is_known():
    """Within 2% of the same model without any strategy."""
    rows = imbbench.run(
        Dataset("simulated", simulated, CARD), ["none", "class_weight", "pos_weight", "undersample"], MODELS,
        calibrate=["none", "prior"], metrics=["log_loss", "roc_auc"], executor="serial",
    )  # fmt: skip
    plain = {row.cell.model: row.metrics[0.5]["log_loss"] for row in rows if row.cell.strategy == "none"}
    for row in rows:
        raw, prior = row.metrics[0.5], row.metrics["prior 0.5"]
        assert prior["log_loss"] == pytest.approx(plain[row.cell.model], rel=0.02), row.cell
        assert prior["roc_auc"] == raw["roc_auc"]
        if row.cell.strategy != "none":
            assert raw["log_loss"] > 2 * plain[row.cell.model]


RANKING = (
    "roc_auc", "average_precision", "pr_auc_trapezoid", "recall_at_precision", "precision_at_recall",
    "tpr_at_fpr", "precision_at_k", "recall_at_k", "lift", "partial_roc_auc",
)  # fmt: skip


def test_ranking_does_not_move_under_prior():
    rows = imbbench.run(
        "moons[n_samples=2000,minority_fraction=0.1]", ["class_weight", "undersample"],
        ["sklearn-lr", "sklearn-rf[n_estimators=20]"], calibrate=["none", "prior"], metrics=RANKING,
        executor="serial",
    )  # fmt: skip
    for row in rows:
        before, after = row.metrics[0.5], row.metrics["prior 0.5"]
        assert [after[name] for name in RANKING] == [before[name] for name in RANKING], row.cell


def test_prior_knows_no_shift_of_a_loss_and_says_so():
    class Scorer:
        takes_loss = True

        def fit(self, train):
            return self

        def decision_function(self, X):
            return X[:, 0]

    (row,) = imbbench.run(
        Dataset("simulated", lambda: simulated(n=200), CARD),
        Strategy("own_loss", lambda train, seed: TrainingSet(train.X, train.y, loss=lambda logits, y: logits)),
        imbbench.Model("scorer", lambda context: Scorer()), calibrate=["none", "prior"], executor="serial",
    )  # fmt: skip
    assert row.status == "ok"
    assert all(map(math.isnan, row.metrics["prior 0.5"].values()))
    assert not math.isnan(row.metrics[0.5]["roc_auc"])
    assert any(note.startswith("prior 0.5: the strategy trains with a loss of its own") for note in row.notes)
