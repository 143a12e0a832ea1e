"""What a pair of class weights and sample weights become in each library."""

from __future__ import annotations

import numpy as np
import pytest
from imbbench import TrainingSet
from scipy.special import logit

from samples import BUILD, SMALL, by_hand, context, rows, scores, weighted

NAMES = list(BUILD)
ROUNDING = 1e-9


@pytest.fixture
def sample():
    X, y = rows()
    return X, y, np.random.default_rng(1).uniform(0.5, 2, len(y))


@pytest.mark.parametrize("name", NAMES)
def test_a_weight_of_1_for_negatives_is_scale_pos_weight(name, sample):
    X, y, u = sample
    expected = by_hand(name, X, y, scale_pos_weight=6.5)[0]
    assert scores(name, weighted(X, y, 1.0, 6.5)) == pytest.approx(expected, abs=ROUNDING)
    expected = by_hand(name, X, y, u, scale_pos_weight=6.5)[0]
    assert scores(name, weighted(X, y, 1.0, 6.5, u)) == pytest.approx(expected, abs=ROUNDING)


@pytest.mark.parametrize("name", NAMES)
def test_other_class_weights_are_weights_of_rows(name, sample):
    X, y, u = sample
    w = np.where(y == 1, 3.5, 0.6)
    assert scores(name, weighted(X, y, 0.6, 3.5)) == pytest.approx(by_hand(name, X, y, w)[0], abs=ROUNDING)
    expected = by_hand(name, X, y, w * u)[0]
    assert scores(name, weighted(X, y, 0.6, 3.5, u)) == pytest.approx(expected, abs=ROUNDING)


@pytest.mark.parametrize("name", NAMES)
def test_sample_weights_reach_the_library(name, sample):
    X, y, u = sample
    assert scores(name, weighted(X, y, None, None, u)) == pytest.approx(
        by_hand(name, X, y, u)[0], abs=ROUNDING
    )


@pytest.mark.parametrize(("name", "native"), [("lightgbm", "class_weight"), ("catboost", "class_weights")])
def test_the_librarys_own_class_weights_are_weights_of_rows(name, native, sample):
    X, y, _ = sample
    expected = by_hand(name, X, y, **{native: {0: 0.6, 1: 3.5}})[0]
    assert scores(name, weighted(X, y, 0.6, 3.5)) == pytest.approx(expected, abs=ROUNDING)


# What the README says about where scale_pos_weight and equal weights of rows part.


def test_catboosts_scale_pos_weight_is_weights_of_rows(sample):
    X, y, _ = sample
    of_rows = weighted(X, y, None, None, np.where(y == 1, 6.5, 1.0))
    assert scores("catboost", weighted(X, y, 1.0, 6.5)) == pytest.approx(
        scores("catboost", of_rows), abs=ROUNDING
    )


def test_xgboosts_is_where_no_histogram_is_drawn_by_weight(sample):
    X, y, _ = sample
    of_rows = weighted(X, y, None, None, np.where(y == 1, 6.5, 1.0))
    hist, exact = (
        np.abs(
            scores("xgboost", weighted(X, y, 1.0, 6.5), **params) - scores("xgboost", of_rows, **params)
        ).max()
        for params in ({}, {"tree_method": "exact"})
    )
    assert exact < 1e-3
    assert hist > 0.01


@pytest.mark.filterwarnings("ignore:no tree has a split")
def test_lightgbms_start_knows_weights_of_rows_but_not_scale_pos_weight():
    y = np.repeat([0, 1], [900, 100]).astype(np.int8)
    X = np.zeros((1000, 1), np.float32)
    assert scores("lightgbm", weighted(X, y, 1.0, 9.0)) == pytest.approx(logit(0.1))
    assert scores("lightgbm", weighted(X, y, 0.5, 4.5)) == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize(
    ("name", "params"),
    [("lightgbm", {}), ("xgboost", {}), ("catboost", {"random_strength": 0.0, "subsample": 1.0})],
)
def test_a_common_factor_of_all_weights_matters_to_xgboost_alone(name, params, sample):
    """Weights of rows that all differ leave no two splits equally good, for rounding to choose from."""
    X, y, u = sample
    light, heavy = (scores(name, weighted(X, y, 0.5 * k, 3.0 * k, u), **params) for k in (1, 8))
    assert (np.abs(light - heavy).max() > 0.1) == (name == "xgboost")
    assert name == "xgboost" or light == pytest.approx(heavy, abs=1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_weights_do_not_stay_for_the_next_fit(name, sample):
    X, y, _ = sample
    model = BUILD[name](context(), **SMALL)
    model.fit(weighted(X, y, 1.0, 6.5))
    again = model.fit(TrainingSet(X, y)).decision_function(X)
    np.testing.assert_array_equal(again, scores(name, TrainingSet(X, y)))
