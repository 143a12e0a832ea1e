from __future__ import annotations

import inspect
import json
import os
import subprocess
import sys

import numpy as np
import pytest
from imbbench import TrainingSet
from scipy.special import expit, logit

from samples import BUILD, SMALL, by_hand, context, rows, scores

NAMES = list(BUILD)
#: LightGBM by hand sums rows in whichever order is faster.
ROUNDING = 1e-9


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("params", [{}, {"learning_rate": 0.2, "max_depth": 3, "reg_lambda": 2.0}])
def test_scores_are_the_librarys_raw_margin(name, params):
    X, y = rows()
    margin, probability = by_hand(name, X, y, **params)
    ours = scores(name, TrainingSet(X, y), **params)
    assert ours.dtype == np.float64
    assert ours == pytest.approx(margin, abs=ROUNDING)
    assert expit(ours) == pytest.approx(probability, abs=1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_random_state_wins_over_the_seed_and_both_are_used(name):
    X, y = rows()
    train, drawn = TrainingSet(X, y), {"subsample": 0.5}
    expected = by_hand(name, X, y, seed=3, **drawn | ({"subsample_freq": 1} if name == "lightgbm" else {}))[0]
    assert scores(name, train, seed=3, **drawn) == pytest.approx(expected, abs=ROUNDING)
    assert scores(name, train, seed=7, random_state=3, **drawn) == pytest.approx(expected, abs=ROUNDING)
    assert np.abs(scores(name, train, seed=4, **drawn) - expected).max() > 0.01


@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("lightgbm", {"subsample": 0.5}),
        ("lightgbm", {"colsample_bytree": 0.5}),
        ("lightgbm", {"num_leaves": 4}),
        ("lightgbm", {"max_depth": 2}),
        ("lightgbm", {"min_child_samples": 200}),
        ("lightgbm", {"min_child_weight": 10.0}),
        ("lightgbm", {"min_split_gain": 5.0}),
        ("lightgbm", {"reg_alpha": 5.0}),
        ("lightgbm", {"reg_lambda": 5.0}),
        ("xgboost", {"subsample": 0.5}),
        ("xgboost", {"colsample_bytree": 0.5}),
        ("xgboost", {"max_depth": 2}),
        ("xgboost", {"min_child_weight": 10.0}),
        ("xgboost", {"max_delta_step": 0.1}),
        ("xgboost", {"gamma": 5.0}),
        ("xgboost", {"reg_alpha": 5.0}),
        ("xgboost", {"reg_lambda": 50.0}),
        ("xgboost", {"tree_method": "exact"}),
        ("catboost", {"subsample": 0.5}),
        ("catboost", {"colsample_bylevel": 0.5}),
        ("catboost", {"max_depth": 2}),
        ("catboost", {"random_strength": 0.0}),
        ("catboost", {"reg_lambda": 50.0}),
        *((name, {"learning_rate": 0.01}) for name in NAMES),
    ],
)
def test_every_parameter_has_an_effect(name, params):
    X, y = rows()
    train = TrainingSet(X, y)
    assert np.abs(scores(name, train, **params) - scores(name, train)).max() > 0.01


def test_defaults_are_the_librarys():
    from lightgbm import LGBMClassifier

    own = inspect.signature(LGBMClassifier).parameters
    for name, parameter in inspect.signature(BUILD["lightgbm"]).parameters.items():
        assert name == "context" or parameter.default == own[name].default
    for name, trees in (("xgboost", 100), ("catboost", 1000)):
        assert inspect.signature(BUILD[name]).parameters["n_estimators"].default == trees


@pytest.mark.filterwarnings("ignore:no tree has a split")
@pytest.mark.parametrize("name", NAMES)
def test_boosting_starts_from_a_constant_that_is_part_of_the_score(name):
    """Trees that cannot split leave the constant: LightGBM's boost_from_average and XGBoost's base_score are
    the log-odds of the prevalence; CatBoost starts from 0."""
    y = np.repeat([0, 1], [900, 100]).astype(np.int8)
    X = np.tile([[0.0], [1.0]], (500, 1)).astype(np.float32)  # as many positives on either side
    no_steps = {"lightgbm": {"min_child_samples": 600}, "xgboost": {"min_child_weight": 1e6}}
    params = no_steps.get(name, {"learning_rate": 1e-6})
    score = scores(name, TrainingSet(X, y), **params)
    assert score == pytest.approx(0.0 if name == "catboost" else logit(0.1), abs=1e-3)


@pytest.mark.parametrize("name", NAMES)
def test_info_has_the_number_of_trees(name):
    X, y = rows()
    model = BUILD[name](context(), **SMALL).fit(TrainingSet(X, y))
    assert model.info_["n_trees"] == 20
    assert json.loads(json.dumps(model.info_)) == model.info_


@pytest.mark.parametrize(("reg_lambda", "rate"), [(None, 0.4), (3.0, 0.03)])
def test_catboost_tells_the_learning_rate_that_it_chose(reg_lambda, rate):
    X, y = rows()
    model = BUILD["catboost"](context(), **SMALL, reg_lambda=reg_lambda).fit(TrainingSet(X, y))
    assert model.info_["learning_rate"] == pytest.approx(rate, abs=0.1 if reg_lambda is None else 1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_printed_and_no_file_is_left(name, tmp_path):
    """In a process of its own: LightGBM stays as quiet as it was told to be once."""
    code = f"from samples import *; print(len(scores({name!r}, TrainingSet(*rows()))))"
    env = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-B", "-c", code]
    run = subprocess.run(command, env=env, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert (run.stdout, run.stderr) == ("1500\n", "")
    assert list(tmp_path.iterdir()) == []


def hard_to_sum():
    """Weights over many orders of magnitude and overlapping sparse columns: other orders of summation show."""
    rng = np.random.default_rng(0)
    X = (rng.random((3000, 30)) < 0.2) * np.round(rng.standard_normal((3000, 30)) * 4) / 4
    y = (rng.random(3000) < expit(X @ rng.standard_normal(30) - 2)).astype(np.int8)
    weights = np.exp(4 * rng.standard_normal(3000))
    return TrainingSet(X.astype(np.float32), y, None, weights)


def test_lightgbm_gives_the_same_scores_on_any_number_of_threads():
    train = hard_to_sum()
    params = {"n_estimators": 15, "num_leaves": 10, "min_child_samples": 3}
    one = scores("lightgbm", train, threads=1, **params)
    for threads in (2, 3):
        np.testing.assert_array_equal(scores("lightgbm", train, threads=threads, **params), one)


def test_threads_of_the_context_are_used():
    train = TrainingSet(*rows(200))
    lightgbm, xgboost, catboost = (BUILD[name](context(threads=2), **SMALL).fit(train) for name in NAMES)
    assert lightgbm.fitted_.n_jobs == 2
    settings = json.loads(xgboost.fitted_.get_booster().save_config())
    assert settings["learner"]["generic_param"]["nthread"] == "2"
    assert catboost.fitted_.get_param("thread_count") == 2


@pytest.mark.parametrize(("name", "enough"), [("lightgbm", 200), ("xgboost", 30)])
def test_too_few_rows_for_a_single_split_are_warned_of(name, enough):
    X, y = rows()
    few = np.r_[np.flatnonzero(y == 1)[:2], np.flatnonzero(y == 0)[:2]]
    with pytest.warns(UserWarning, match="no tree has a split.*: 4 rows with min_child_"):
        score = scores(name, TrainingSet(X[few], y[few]), min_child_weight=2.0)
    assert len(set(score)) == 1
    many = np.r_[np.flatnonzero(y == 1)[:enough], np.flatnonzero(y == 0)[:enough]]
    assert len(set(scores(name, TrainingSet(X[many], y[many])))) > 1
