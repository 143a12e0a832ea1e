"""The models beside scikit-learn-intelex used by hand."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from scipy.special import expit, logit

from imbbench_oneapi import imbbench_models, logistic_regression, random_forest
from samples import context, rows, training_set

NEW, _ = rows(1500, seed=1)
FEW = {"n_estimators": 20, "oob_score": False}


def scores(train, n_jobs=1, seed=3, **params):
    return random_forest(context(seed, n_jobs), **params).fit(train).decision_function(NEW)


def forest_by_hand(train, seed=3, **params):
    from sklearnex.ensemble import RandomForestClassifier

    weights = None if train.class_weight is None else dict(train.class_weight)
    forest = RandomForestClassifier(**FEW | params, random_state=seed, n_jobs=1, class_weight=weights)
    return forest.fit(train.X, train.y)


@pytest.mark.parametrize("weights", [(), (1.0, 11.0), (0.54, 6.2)])
@pytest.mark.parametrize(
    "params", [{}, {"max_features": 0.5, "max_depth": 6}, {"min_samples_leaf": 5, "max_features": None}]
)
def test_forest_is_the_librarys(weights, params):
    train = training_set(*weights)
    forest = forest_by_hand(train, **params)
    ours = scores(train, **FEW | params)
    probability = forest.predict_proba(NEW)[:, 1].astype(float)
    assert np.array_equal(ours, np.clip(logit(probability), -800, 800))
    assert np.array_equal(ours > 0, forest.predict(NEW) == 1)
    assert 5 < (ours > 0).sum() < 900


def test_logistic_regression_is_the_librarys():
    from sklearnex.linear_model import LogisticRegression

    train = training_set()
    X = train.X.astype(np.float64)
    by_hand = LogisticRegression(C=0.01, max_iter=1000, n_jobs=1).fit(X, train.y)
    ours = logistic_regression(context(), C=0.01).fit(train).decision_function(NEW)
    assert np.array_equal(ours, by_hand.decision_function(NEW.astype(np.float64)))
    assert expit(ours) == pytest.approx(by_hand.predict_proba(NEW.astype(np.float64))[:, 1])


def test_logistic_regression_ends_where_scikit_learns_does():
    from sklearn.linear_model import LogisticRegression

    train = training_set()
    theirs = LogisticRegression(C=0.01, tol=1e-10).fit(train.X.astype(np.float64), train.y)
    ours = logistic_regression(context(), C=0.01, tol=1e-8).fit(train).estimator_
    assert ours.coef_ == pytest.approx(theirs.coef_, abs=1e-6)
    assert ours.intercept_ == pytest.approx(theirs.intercept_, abs=1e-6)


@pytest.mark.parametrize(
    "params",
    [
        {"n_estimators": 30},
        {"max_features": None},
        {"max_depth": 3},
        {"min_samples_leaf": 40},
        {"random_state": 4},
    ],
)
def test_every_parameter_of_the_forest_has_an_effect(params):
    assert (
        np.abs(expit(scores(training_set(), **FEW | params)) - expit(scores(training_set(), **FEW))).max()
        > 0.05
    )


@pytest.mark.parametrize("params", [{"C": 1e-4}, {"max_iter": 2}, {"tol": 100.0}])
@pytest.mark.filterwarnings("ignore:lbfgs failed to converge")  # max_iter=2
def test_every_parameter_of_logistic_regression_has_an_effect(params):
    default, other = (logistic_regression(context(), **given).fit(training_set()) for given in ({}, params))
    assert np.abs(default.estimator_.coef_ - other.estimator_.coef_).max() > 1e-3


def test_random_state_wins_over_the_seed_and_both_are_used():
    train = training_set()
    first = scores(train, seed=3, **FEW)
    assert np.array_equal(first, scores(train, seed=3, **FEW))
    assert np.array_equal(first, scores(train, seed=9, random_state=3, **FEW))
    assert not np.array_equal(first, scores(train, seed=9, **FEW))


@pytest.mark.parametrize("weights", [(), (0.54, 6.2)])
def test_forest_is_the_same_on_any_number_of_cores(weights):
    train = training_set(*weights, n=6000)
    one, *others = (random_forest(context(n_jobs=n_jobs), **FEW).fit(train) for n_jobs in (1, 2, 3))
    for other in others:
        assert np.array_equal(one.decision_function(NEW), other.decision_function(NEW))
        assert one.info_ == other.info_


def test_cores_of_the_context_are_used_and_given_back(caplog):
    import daal4py

    before = daal4py.num_threads()
    other = before + 1
    with caplog.at_level("DEBUG", "sklearnex"):
        random_forest(context(n_jobs=other, threads=before), **FEW).fit(training_set())
        logistic_regression(context(n_jobs=before, threads=other)).fit(training_set())
    said = [text for text in caplog.messages if "setting" in text]
    assert len(said) == 2
    assert all(f"fit: setting {other} threads (previous - {before})" in text for text in said)
    assert daal4py.num_threads() == before


def test_out_of_bag_score_is_kept_and_its_false_alarm_is_not():
    train = training_set()
    with pytest.warns(UserWarning, match="Some inputs do not have OOB scores"):
        forest = forest_by_hand(train, n_estimators=100, oob_score=True)
    votes = forest.oob_decision_function_
    assert np.allclose(votes.sum(axis=1), 1)  # there is nothing to be warned of
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = random_forest(context()).fit(train)
    assert model.info_ == {"oob_score": pytest.approx((votes.argmax(axis=1) == train.y).mean(), abs=1e-6)}
    assert random_forest(context(), oob_score=False).fit(train).info_ == {}


def test_rows_in_all_bags_are_told():
    model = random_forest(context(), n_estimators=3)
    with pytest.warns(UserWarning, match="too few trees") as caught:
        model.fit(training_set())
    words = str(caught[0].message).split()
    assert words[words.index("of") + 1] == "2,000"
    share = int(words[words.index("of") - 1]) / 2000
    assert share == pytest.approx((1 - np.exp(-1)) ** 3, abs=0.04)  # a row is in a bag with 1 - 1/e
    assert len(caught) == 1


def test_figures_depend_on_onedals_version():
    for model in imbbench_models():
        assert {"scikit-learn-intelex", "daal"} <= {*model.requires}
