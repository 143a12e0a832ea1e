"""What class weights do to oneDAL's forest, as the README says it."""

from __future__ import annotations

import numpy as np
import pytest
from imbbench import SklearnClassifier
from scipy.special import expit, logit

from imbbench_oneapi import random_forest
from imbbench_oneapi.classifier import OneDalClassifier
from samples import context, rows, training_set


@pytest.mark.parametrize(("w0", "w1"), [(1.0, 11.0), (0.5, 6.0), (3.0, 3.0), (2.0, 0.5)])
def test_weights_shift_the_share_of_unweighted_votes(w0, w1):
    """A row's log-odds are those of F plus log(w1 / w0); F is the mean, over trees, of the share that class 1
    has among the training rows in the row's leaf. Without bootstrap, trees tell these rows."""
    from sklearnex.ensemble import RandomForestClassifier

    train = training_set(w0, w1)
    few, exact = {"n_estimators": 7, "min_samples_leaf": 20}, {"bootstrap": False, "max_bins": len(train.y)}
    estimator = RandomForestClassifier(**few, **exact, max_features=1, random_state=0)
    model = OneDalClassifier(estimator, instead="sklearn-rf").fit(train)
    shares = []
    for tree in model.estimator_.estimators_:
        leaf = tree.tree_.apply(train.X)
        positives, all_rows = np.bincount(leaf, weights=train.y), np.bincount(leaf)
        shares.append(positives[leaf] / all_rows[leaf])
    F = np.mean(shares, axis=0)
    assert len(np.unique(F)) > 100
    ours = model.decision_function(train.X)
    assert expit(ours) == pytest.approx(expit(logit(F) + np.log(w1 / w0)), abs=1e-5)


def share_of_positives_drawn(forest):
    """Share of class 1 among the rows that trees were grown on."""
    return np.mean([tree.tree_.value[0, 0, 1] for tree in forest.estimators_])


def test_rows_are_drawn_without_the_weights_where_scikit_learn_draws_by_them():
    from sklearn.ensemble import RandomForestClassifier

    train = training_set(1.0, 11.0)
    ours = random_forest(context(), n_estimators=20, oob_score=False).fit(train)
    theirs = SklearnClassifier(RandomForestClassifier(20, random_state=0)).fit(train)
    share, odds = train.y.mean(), 11 * train.y.mean() / (1 - train.y.mean())
    assert share_of_positives_drawn(ours.estimator_) == pytest.approx(share, abs=0.01)
    assert share_of_positives_drawn(theirs.estimator_) == pytest.approx(odds / (1 + odds), abs=0.02)


def test_a_weighted_forest_calls_rows_positive_from_the_share_of_positives_on():
    train, new = training_set(), rows(1500, seed=1)[0]
    n0, n1 = np.bincount(train.y)
    weighted = training_set(1.0, n0 / n1)
    plain, heavy = (
        random_forest(context(), n_estimators=200, oob_score=False).fit(each).decision_function(new)
        for each in (train, weighted)
    )
    called = [(plain > 0).mean(), (heavy > 0).mean(), (plain > logit(n1 / (n0 + n1))).mean()]
    assert called[1] > 3 * called[0]
    assert called[1] == pytest.approx(called[2], abs=0.05)
    # Trees are other ones, too: their splits weigh the classes.
    assert np.abs(expit(heavy - np.log(n0 / n1)) - expit(plain)).max() > 0.05


def test_equal_weights_change_no_score():
    new = rows(1500, seed=1)[0]
    plain, equal = (
        random_forest(context(), n_estimators=20, oob_score=False).fit(train).decision_function(new)
        for train in (training_set(), training_set(1.0, 1.0))
    )
    assert expit(equal) == pytest.approx(expit(plain), abs=1e-6)
