from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import confusion_matrix_at_thresholds

from imbbench import Predictions

ROWS = st.lists(
    st.tuples(st.integers(0, 1), st.sampled_from([-800.0, -1.5, -0.0, 0.0, 1e-300, 2.0, 800.0])),
    min_size=1, max_size=30,
)  # fmt: skip


@given(ROWS)
def test_it_has_the_counts_of_scikit_learn(rows):
    y, score = np.array([row[0] for row in rows], dtype="int8"), np.array([row[1] for row in rows])
    curve = Predictions(y, score).curve
    _, fp, _, tp, thresholds = confusion_matrix_at_thresholds(y, score)
    # scikit-learn's may begin with a threshold above all scores
    first = len(thresholds) - len(np.unique(score))
    np.testing.assert_array_equal(curve.fp, fp[first:])
    np.testing.assert_array_equal(curve.tp, tp[first:])
    np.testing.assert_array_equal(curve.score, thresholds[first:])


def test_it_is_computed_once_and_cannot_be_changed():
    p = Predictions(np.array([0, 1], dtype="int8"), np.array([1.0, 2.0]))
    assert p.curve is p.curve
    with pytest.raises(ValueError, match="read-only"):
        p.curve.tp[0] = 7
