from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import confusion_matrix

from imbbench import Predictions, UsageError
from imbbench.builtin import cost_metrics as metrics

ROWS = st.lists(
    st.tuples(st.integers(0, 1), st.sampled_from([-800.0, -1.0, 0.0, 1.0, 800.0]), st.floats(0, 1000)),
    min_size=1, max_size=30,
)  # fmt: skip
COST = st.floats(0, 200)


def predictions(rows, threshold=0.5):
    y, score, amount = (np.array(column) for column in zip(*rows, strict=True))
    return Predictions(y.astype("int8"), score, threshold, amount=amount)


@given(ROWS, COST, COST, st.sampled_from([0.1, 0.5, 0.9]))
def test_expected_cost_is_that_of_scikit_learns_errors(rows, fp, fn, threshold):
    p = predictions(rows, threshold)
    table = confusion_matrix(p.y, p.positive, labels=[0, 1])
    expected = (table * [[0, fp], [fn, 0]]).sum() / table.sum()
    assert metrics.expected_cost(p, fp=fp, fn=fn) == pytest.approx(expected, rel=1e-12)


@given(ROWS, COST)
def test_amounts_row_by_row(rows, case):
    """The matrix of Correa Bahnsen et al.: the case of what is called positive, the amount of what is missed."""
    p = predictions(rows)

    def cost(called):
        return sum(
            case if positive else (amount if label else 0)
            for (label, _, amount), positive in zip(rows, called, strict=True)
        )

    n, total = len(rows), cost(p.positive)
    assert metrics.amount_cost(p, case=case) == pytest.approx(total, rel=1e-12, abs=1e-12)
    trivial = min(cost([False] * n), cost([True] * n))
    if trivial:
        assert metrics.savings(p, case=case) == pytest.approx(1 - total / trivial, rel=1e-9)
    else:
        assert math.isnan(metrics.savings(p, case=case))


def test_savings_of_the_trivial_rules_and_of_the_truth():
    y = (np.arange(100) < 10).astype("int8")
    amount = np.full(100, 80.0)  # 800 at stake; to look into all costs 500

    def savings(score):
        return metrics.savings(Predictions(y, score, amount=amount))

    assert savings(np.ones(100)) == 0
    assert savings(-np.ones(100)) == pytest.approx(1 - 800 / 500)
    assert savings(y - 0.5) == pytest.approx(1 - 50 / 500)


def test_without_amounts():
    p = Predictions(np.array([0, 1], dtype="int8"), np.array([1.0, -1.0]))
    assert math.isnan(metrics.amount_cost(p))
    assert math.isnan(metrics.savings(p))
    assert metrics.expected_cost(p) == 101 / 2


@pytest.mark.parametrize("cost", [-1.0, math.nan, math.inf])
@pytest.mark.parametrize(
    ("name", "parameter"),
    [("expected_cost", "fp"), ("expected_cost", "fn"), ("amount_cost", "case"), ("savings", "case")],
)
def test_parameters_that_make_no_sense(name, parameter, cost):
    with pytest.raises(UsageError, match=f"{parameter} is {cost:g}; expected a cost, 0 or more"):
        getattr(metrics, name)(predictions([(1, 1.0, 5.0)]), **{parameter: cost})
