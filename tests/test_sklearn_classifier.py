from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler
from sklearn.svm import SVC, LinearSVC

from imbbench import ImbbenchError, SklearnClassifier, TrainingSet, Unsupported
from imbbench.builtin.strategies import class_weight, pos_weight

RNG = np.random.default_rng(0)
X = RNG.standard_normal((2000, 4)).astype("float32")
Y = (X @ [1, 2, 0, -1] + RNG.standard_normal(2000) > 4).astype("int8")
TRAIN = TrainingSet(X[:1500], Y[:1500])
TEST = X[1500:]
N0, N1 = int((TRAIN.y == 0).sum()), int(TRAIN.y.sum())


@pytest.mark.parametrize(
    "estimator",
    [
        LogisticRegression(),
        RandomForestClassifier(30, random_state=0, n_jobs=2),
        GradientBoostingClassifier(n_estimators=10),
        GaussianNB(),
        KNeighborsClassifier(),
    ],
    ids=lambda estimator: type(estimator).__name__,
)
def test_scores_are_log_odds_and_decide_as_predict_does(estimator):
    model = SklearnClassifier(estimator).fit(TRAIN)
    score = model.decision_function(TEST)
    fitted = model.estimator_
    assert np.isfinite(score).all()
    assert expit(score) == pytest.approx(fitted.predict_proba(TEST)[:, 1], abs=1e-7)
    assert ((score > 0) == (fitted.predict(TEST) == 1)).all()
    assert not hasattr(estimator, "classes_"), "a clone is fitted, not what was handed in"


def test_certain_probabilities_stay_exact_and_ordered():
    score = SklearnClassifier(RandomForestClassifier(5, random_state=0)).fit(TRAIN).decision_function(X)
    assert score.min() == -800
    assert score.max() == 800
    assert expit(-800.0) == 0.0
    assert expit(800.0) == 1.0


def test_a_margin_is_not_taken_for_log_odds():
    """SVC(probability) has a decision_function whose expit is not its probability."""
    model = SklearnClassifier(CalibratedClassifierCV(SVC(), ensemble=False)).fit(TRAIN)
    probability = model.estimator_.predict_proba(TEST)[:, 1]
    assert expit(model.decision_function(TEST)) == pytest.approx(probability, abs=1e-9)
    with pytest.raises(
        Unsupported, match=r"LinearSVC has no predict_proba; wrap it in .*CalibratedClassifierCV"
    ):
        SklearnClassifier(LinearSVC()).fit(TRAIN).decision_function(TEST)


@pytest.mark.parametrize("strategy", [class_weight, pos_weight])
@pytest.mark.parametrize(
    "estimator",
    [LogisticRegression(), RandomForestClassifier(20, random_state=0), GaussianNB()],
    ids=lambda estimator: type(estimator).__name__,
)
def test_class_weights_reach_every_kind_of_estimator(strategy, estimator):
    """Through class_weight or through sample_weight: heavier positives, higher probabilities."""
    plain = SklearnClassifier(estimator).fit(TRAIN).decision_function(TEST)
    weighted = SklearnClassifier(estimator).fit(strategy(TRAIN, 0)).decision_function(TEST)
    assert expit(weighted).mean() > expit(plain).mean()


def test_sample_and_class_weights_multiply():
    sample_weight = RNG.uniform(0.5, 2, 1500)
    both = TrainingSet(TRAIN.X, TRAIN.y, {0: 1.0, 1: 3.0}, sample_weight)
    product = sample_weight * np.where(TRAIN.y == 1, 3.0, 1.0)
    expected = GaussianNB().fit(TRAIN.X, TRAIN.y, sample_weight=product).predict_proba(TEST)[:, 1]
    assert expit(SklearnClassifier(GaussianNB()).fit(both).decision_function(TEST)) == pytest.approx(expected)
    expected = LogisticRegression().fit(TRAIN.X, TRAIN.y, sample_weight=product).decision_function(TEST)
    assert SklearnClassifier(LogisticRegression()).fit(both).decision_function(TEST) == pytest.approx(
        expected, abs=1e-4
    )


def test_an_estimator_without_weights_says_so():
    with pytest.raises(
        Unsupported, match="KNeighborsClassifier takes neither class_weight nor sample_weight"
    ):
        SklearnClassifier(KNeighborsClassifier()).fit(class_weight(TRAIN, 0))


def test_two_class_weights_contradict():
    estimator = LogisticRegression(class_weight="balanced")
    with pytest.raises(ImbbenchError, match="already has class_weight='balanced'"):
        SklearnClassifier(estimator).fit(class_weight(TRAIN, 0))
    SklearnClassifier(estimator).fit(TRAIN)


# The equivalences that DESIGN documents.


def coefficients(train, **params):
    estimator = LogisticRegression(tol=1e-10, max_iter=5000, **params)
    fitted = SklearnClassifier(estimator, dtype="float64").fit(train).estimator_
    return np.append(fitted.coef_, fitted.intercept_)


def test_unpenalised_lr_gives_the_same_coefficients_for_both_weightings():
    both = (coefficients(strategy(TRAIN, 0), C=np.inf) for strategy in (class_weight, pos_weight))
    assert next(both) == pytest.approx(next(both), rel=1e-6)


def test_penalised_lr_differs_by_the_weights_scale():
    """pos_weight at C equals class_weight at C * 2 n0 / n."""
    first = coefficients(pos_weight(TRAIN, 0), C=0.1)
    assert first == pytest.approx(coefficients(class_weight(TRAIN, 0), C=0.1 * 2 * N0 / (N0 + N1)), rel=1e-5)
    assert first != pytest.approx(coefficients(class_weight(TRAIN, 0), C=0.1), rel=1e-3)


def test_a_forest_sees_only_the_ratio_of_the_weights():
    def scores(strategy):
        forest = RandomForestClassifier(20, random_state=0)
        return SklearnClassifier(forest).fit(strategy(TRAIN, 0)).decision_function(TEST)

    assert (scores(class_weight) == scores(pos_weight)).all()


def test_what_the_fit_tells_of_itself():
    forest = SklearnClassifier(RandomForestClassifier(50, oob_score=True, random_state=0)).fit(TRAIN)
    assert forest.info_ == {"oob_score": forest.estimator_.oob_score_}
    lr = SklearnClassifier(LogisticRegression()).fit(TRAIN)
    assert lr.info_ == {"n_iter": lr.estimator_.n_iter_[0]}


@pytest.mark.parametrize("final", [LogisticRegression(), GaussianNB()], ids=["class_weight", "sample_weight"])
def test_a_pipeline_hands_weights_to_its_last_step(final):
    """As the last step by hand, on what the steps before it make of the rows."""
    train = class_weight(TRAIN, 0)
    train = replace(train, sample_weight=np.linspace(1, 2, len(train.y)))
    pipeline = make_pipeline(StandardScaler(), make_pipeline(PolynomialFeatures(), final))
    found = SklearnClassifier(pipeline).fit(train).decision_function(TEST)
    before = make_pipeline(StandardScaler(), PolynomialFeatures()).fit(train.X)
    by_hand = SklearnClassifier(final).fit(replace(train, X=before.transform(train.X)))
    assert found == pytest.approx(by_hand.decision_function(before.transform(TEST)))
    unweighted = SklearnClassifier(pipeline).fit(TRAIN).decision_function(TEST)
    assert found.mean() > unweighted.mean() + 0.5


def test_a_pipeline_whose_last_step_takes_no_weights_says_so():
    pipeline = make_pipeline(StandardScaler(), KNeighborsClassifier())
    with pytest.raises(
        Unsupported, match="KNeighborsClassifier takes neither class_weight nor sample_weight"
    ):
        SklearnClassifier(pipeline).fit(class_weight(TRAIN, 0))
