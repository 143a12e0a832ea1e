"""Rows, and what the models are built with."""

from __future__ import annotations

import numpy as np
import pytest
from imbbench import Context, TrainingSet

pytest.importorskip("sklearnex", reason="scikit-learn-intelex has no wheel for this platform")


def context(seed=3, n_jobs=1, threads=1):
    return Context(seed, "cpu", n_jobs, threads, (90, 10))


def rows(n=2000, seed=0):
    """X float32 (n, 6) and labels, about one in twelve positive, that overlap."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, 6)).astype(np.float32)
    y = (X[:, 0] + X[:, 1] * X[:, 2] + rng.standard_normal(n) > 2.4).astype(np.int8)
    for array in (X, y):
        array.setflags(write=False)
    return X, y


def training_set(w0=None, w1=None, sample_weight=None, n=2000):
    X, y = rows(n)
    return TrainingSet(X, y, None if w0 is None else {0: w0, 1: w1}, sample_weight)
