"""Rows, and the libraries by hand."""

from __future__ import annotations

import numpy as np
from imbbench import Context, TrainingSet

from imbbench_boosting import catboost, lightgbm, xgboost

SMALL = {"n_estimators": 20}
BUILD = {"lightgbm": lightgbm, "xgboost": xgboost, "catboost": catboost}


def rows(n=1500, d=5, seed=0):
    """Log-odds linear in d standard normal columns; about one row in eight is positive. Read-only."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, d)).astype(np.float32)
    y = (rng.random(n) < 1 / (1 + np.exp(3 - X @ rng.standard_normal(d)))).astype(np.int8)
    for array in (X, y):
        array.setflags(write=False)
    return X, y


def context(seed=7, threads=1):
    return Context(seed=seed, device="cpu", n_jobs=1, threads=threads, class_counts=(1, 1))


def scores(name, train, seed=7, threads=1, **params):
    model = BUILD[name](context(seed, threads), **SMALL | params)
    return model.fit(train).decision_function(train.X)


def by_hand(name, X, y, sample_weight=None, seed=7, **params):
    """(raw margin, probability of class 1), by the library alone, with its own defaults."""
    params = SMALL | {"random_state": seed} | params
    if name == "lightgbm":
        from lightgbm import LGBMClassifier

        fitted = LGBMClassifier(n_jobs=1, verbosity=-1, **params).fit(X, y, sample_weight=sample_weight)
        margin = fitted.predict(X, raw_score=True)
    elif name == "xgboost":
        from xgboost import XGBClassifier

        fitted = XGBClassifier(n_jobs=1, **params).fit(X, y, sample_weight=sample_weight)
        margin = fitted.predict(X, output_margin=True)
    else:
        from catboost import CatBoostClassifier

        quiet = {"logging_level": "Silent", "allow_writing_files": False}
        fitted = CatBoostClassifier(thread_count=1, **quiet, **params).fit(X, y, sample_weight=sample_weight)
        margin = fitted.predict(X, prediction_type="RawFormulaVal")
    return margin, fitted.predict_proba(X)[:, 1]


def weighted(X, y, w0=None, w1=None, sample_weight=None):
    return TrainingSet(X, y, None if w0 is None else {0: w0, 1: w1}, sample_weight)
