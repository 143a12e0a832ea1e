"""The ensembles score as by hand; weights are used as they should be, or refused."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
import pytest
from imbbench import ImbbenchError, TrainingSet, Unsupported
from imblearn import ensemble
from scipy.special import expit, logit

from samples import MODELS, context, training_part

CLASSES = {
    "balanced-random-forest": ensemble.BalancedRandomForestClassifier,
    "easy-ensemble": ensemble.EasyEnsembleClassifier,
    "rusboost": ensemble.RUSBoostClassifier,
    "balanced-bagging": ensemble.BalancedBaggingClassifier,
}
#: Every parameter with another value than its default.
OTHER: dict[str, dict[str, Any]] = {
    "balanced-random-forest": {
        "n_estimators": 7,
        "criterion": "entropy",
        "max_depth": 5,
        "min_samples_leaf": 2,
        "max_features": 0.75,
        "bootstrap": True,
        "sampling_strategy": 0.5,
        "replacement": False,
    },
    "easy-ensemble": {"n_estimators": 3, "sampling_strategy": 0.5, "replacement": True},
    "rusboost": {"n_estimators": 2, "learning_rate": 0.5, "sampling_strategy": 0.5, "replacement": True},
    "balanced-bagging": {
        "n_estimators": 5,
        "max_samples": 0.5,
        "max_features": 2,
        "bootstrap": False,
        "bootstrap_features": True,
        "sampling_strategy": 0.5,
        "replacement": True,
    },
}
#: The estimator-valued, the idle in a single fit, and those that core decides.
LEFT_OUT = {
    "estimator",
    "sampler",
    "n_jobs",
    "class_weight",
    "warm_start",
    "verbose",
    "oob_score",
    "algorithm",
}
# scikit-learn's threads share their filters for warnings, and now and then this is a matter of luck.
LUCK = "ignore:`sklearn.utils.parallel.delayed` should be used with"

EARLY = "ignore:RUSBoostClassifier ended after round"


@pytest.fixture
def train() -> TrainingSet:
    return training_part()


def test_every_ensemble_is_here() -> None:
    assert {each.__name__ for each in CLASSES.values()} == set(ensemble.__all__)
    assert MODELS.keys() == CLASSES.keys()


@pytest.mark.parametrize("name", CLASSES)
def test_parameters_are_those_of_the_library(name: str) -> None:
    ours = {
        each.name: each.default
        for each in inspect.signature(MODELS[name].build).parameters.values()
        if each.kind is inspect.Parameter.KEYWORD_ONLY
    }
    theirs = {each.name: each.default for each in inspect.signature(CLASSES[name]).parameters.values()}
    assert ours.items() <= theirs.items()
    assert OTHER[name].keys() == ours.keys() - {"random_state"}
    trees = {"min_samples_split", "min_weight_fraction_leaf", "max_leaf_nodes", "min_impurity_decrease"}
    trees |= {"ccp_alpha", "max_samples", "monotonic_cst"}
    assert theirs.keys() - ours.keys() <= LEFT_OUT | trees


@pytest.mark.filterwarnings(EARLY)
@pytest.mark.parametrize("other", [False, True])
@pytest.mark.parametrize("name", CLASSES)
def test_scores_are_those_of_the_library(name: str, other: bool, train: TrainingSet) -> None:
    params = {**OTHER[name], "random_state": 5} if other else {}
    classifier = MODELS[name].build(context(), **params).fit(train)
    by_hand = CLASSES[name](**{"random_state": 3, **params}).fit(train.X, train.y)
    score = classifier.decision_function(train.X)
    if name == "rusboost":  # its decision function is log-odds
        np.testing.assert_array_equal(score, by_hand.decision_function(train.X))
    else:
        with np.errstate(divide="ignore"):
            expected = np.clip(logit(by_hand.predict_proba(train.X)[:, 1]), -800, 800)
        np.testing.assert_array_equal(score, expected)
    np.testing.assert_array_equal(score > 0, by_hand.predict_proba(train.X)[:, 1] > 0.5)


@pytest.mark.filterwarnings(LUCK)
@pytest.mark.parametrize("name", [name for name, model in MODELS.items() if model.parallel])
def test_jobs_change_no_bit(name: str, train: TrainingSet) -> None:
    scores = [
        MODELS[name].build(context(n_jobs=jobs), n_estimators=6).fit(train).decision_function(train.X)
        for jobs in (1, 3)
    ]
    np.testing.assert_array_equal(*scores)


@pytest.mark.filterwarnings(LUCK)
def test_members_grow_in_threads_of_this_process(train: TrainingSet) -> None:
    from joblib.externals.loky import reusable_executor

    MODELS["easy-ensemble"].build(context(n_jobs=2), n_estimators=2).fit(train)
    assert reusable_executor._executor is None


def test_only_rusboost_cannot_grow_in_parallel() -> None:
    assert [name for name, model in MODELS.items() if not model.parallel] == ["rusboost"]


@pytest.mark.filterwarnings(EARLY)
@pytest.mark.parametrize("kind", ["class_weight", "sample_weight"])
def test_weights_that_do_what_they_should(kind: str) -> None:
    """The heavier class 1, the more probable it is."""
    train = training_part(shift=2)
    forest = {"n_estimators": 20, "bootstrap": True}
    for name, params in (("balanced-random-forest", forest), ("rusboost", {})):
        means = []
        for weight in (1.0, 3.0, 30.0):
            given: Any = (
                {0: 1.0, 1: weight} if kind == "class_weight" else np.where(train.y == 1, weight, 1.0)
            )
            weighted = TrainingSet(train.X, train.y, **{kind: given})
            classifier = MODELS[name].build(context(), **params).fit(weighted)
            means.append(expit(classifier.decision_function(train.X)).mean())
        assert means == sorted(means)
        assert len(set(means)) == 3


def test_the_forest_refuses_weights_that_the_library_turns_around(train: TrainingSet) -> None:
    weighted = TrainingSet(train.X, train.y, {0: 1.0, 1: 10.0})
    with pytest.raises(Unsupported, match="set bootstrap=true"):
        MODELS["balanced-random-forest"].build(context()).fit(weighted)
    plain, heavy = (
        ensemble.BalancedRandomForestClassifier(random_state=3, class_weight=weight).fit(train.X, train.y)
        for weight in (None, {0: 1.0, 1: 10.0})
    )
    fresh = training_part(400, 3600).X
    assert heavy.predict_proba(fresh)[:, 1].mean() < plain.predict_proba(fresh)[:, 1].mean()


@pytest.mark.parametrize("name", ["easy-ensemble", "balanced-bagging"])
@pytest.mark.parametrize("weights", [{"class_weight": {0: 1.0, 1: 10.0}}, {"sample_weight": np.ones(400)}])
def test_no_weight_is_ignored(name: str, weights: dict[str, Any]) -> None:
    with pytest.raises(Unsupported, match="takes neither class_weight nor sample_weight"):
        MODELS[name].build(context()).fit(training_part(**weights))


def test_failures_say_how_many_rows_there_were() -> None:
    with pytest.raises(
        ImbbenchError, match=r"BalancedBaggingClassifier failed on 391 rows \(1 positive\): "
    ) as caught:
        MODELS["balanced-bagging"].build(context()).fit(training_part(1, 390))
    assert isinstance(caught.value.__cause__, ValueError)


def test_rusboost_says_when_it_ends_early(train: TrainingSet) -> None:
    by_hand = ensemble.RUSBoostClassifier(random_state=3).fit(train.X, train.y)
    rounds = len(by_hand.estimators_)
    assert 1 <= rounds < 50
    with pytest.warns(UserWarning, match=f"ended after round {rounds} of 50: the next was worse than chance"):
        MODELS["rusboost"].build(context()).fit(train)


def test_rusboost_is_silent_after_a_perfect_fit() -> None:
    classifier = MODELS["rusboost"].build(context()).fit(training_part(shift=50))
    assert len(classifier.estimator_.estimators_) == 1
