"""A plugin's own tests: what its code does, and that its figures stay as good as they are."""

from __future__ import annotations

import numpy as np
from imbbench_template import oversample

from imbbench import TrainingSet


def test_rows_of_class_1_are_repeated_and_none_is_lost() -> None:
    """Rows and weights stay together."""
    y = np.array([0, 1, 0, 0, 1, 0], dtype=np.int8)
    X = np.arange(12, dtype=np.float32).reshape(6, 2)
    weight = X[:, 0].astype(float)
    more = oversample(TrainingSet(X, y, sample_weight=weight), 0, ratio=1.0)
    assert np.array_equal(more.X[:6], X)
    assert np.bincount(more.y).tolist() == [4, 4]
    assert {tuple(row) for row in more.X[more.y == 1]} <= {tuple(row) for row in X[y == 1]}
    assert np.array_equal(more.sample_weight, more.X[:, 0])


def test_figures_hold(imbbench_check) -> None:
    """No metric is worse than in the file beside this one."""
    imbbench_check("baseline.json")
