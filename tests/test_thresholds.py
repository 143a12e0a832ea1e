"""Thresholds against brute force over all of them, and against scikit-learn's own tuning."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import logit
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.metrics import (
    balanced_accuracy_score,
    f1_score,
    fbeta_score,
    make_scorer,
    matthews_corrcoef,
    recall_score,
)
from sklearn.model_selection import StratifiedKFold, TunedThresholdClassifierCV

from imbbench.readings import reading
from imbbench.thresholds import candidates, cut_of


def g_mean(y, called):
    return math.sqrt(recall_score(y, called) * recall_score(1 - y, 1 - called))


def f2(y, called):
    return fbeta_score(y, called, beta=2)


SCORES = {
    "f1": f1_score, "f2": f2, "mcc": matthews_corrcoef, "g_mean": g_mean,
    "balanced_accuracy": balanced_accuracy_score, "youden": balanced_accuracy_score,
}  # fmt: skip

#: Few distinct scores, so that there are ties, and those of probabilities 0 and 1.
scored_rows = st.lists(
    st.tuples(
        st.sampled_from([-800.0, -2.0, -0.5, 0.0, np.nextafter(0.0, 1), 0.25, 3.0, 40.0, 45.0, 800.0]),
        st.integers(0, 1),
    ),
    min_size=2,
    max_size=25,
).filter(lambda rows: len({label for _, label in rows}) == 2)


def arrays(rows):
    score, y = map(np.array, zip(*rows, strict=True))
    return score, y.astype(np.int8)


def every_cut(score):
    """One cut in every gap, below all and above all."""
    return [-1e9, *sorted(set(score))]


@settings(deadline=None, max_examples=30)
@given(scored_rows)
def test_candidates_count_what_each_cut_calls_positive(rows):
    score, y = arrays(rows)
    cuts, fp, tp = candidates(score, y)
    assert len(cuts) == len(set(score)) + 1
    assert (np.diff(cuts) > 0).all()
    for cut, false, true in zip(cuts, fp, tp, strict=True):
        called = score > cut
        assert (false, true) == ((called & (y == 0)).sum(), (called & (y == 1)).sum())


@pytest.mark.parametrize("name", SCORES)
@settings(deadline=None, max_examples=30)
@given(rows=scored_rows)
def test_tuned_is_the_best_of_all_thresholds_and_of_equals_the_lowest(name, rows):
    score, y = arrays(rows)
    cut = cut_of(reading(f"tuned:{name}"), score, y)
    reached = {other: SCORES[name](y, (score > other).astype(int)) for other in every_cut(score)}
    found = SCORES[name](y, (score > cut).astype(int))
    assert found == pytest.approx(max(reached.values()), abs=1e-12)
    lower = [other for other in reached if (score > other).sum() > (score > cut).sum()]
    assert all(reached[other] < found - 1e-13 for other in lower)


def rates(score, y, cut):
    called = score > cut
    tp, fp = (called & (y == 1)).sum(), (called & (y == 0)).sum()
    precision = tp / (tp + fp) if tp + fp else math.nan
    return {"at-recall": tp / (y == 1).sum(), "at-fpr": fp / (y == 0).sum(), "at-precision": precision}


@pytest.mark.parametrize("rule", ["at-recall", "at-precision", "at-fpr"])
@settings(deadline=None, max_examples=30)
@given(rows=scored_rows, value=st.sampled_from([0.01, 0.25, 1 / 3, 0.5, 0.9, 1.0]))
def test_rates_are_kept_by_the_most_useful_cut_that_keeps_them(rule, rows, value):
    score, y = arrays(rows)
    value = min(value, 0.99) if rule == "at-fpr" else value
    cut = cut_of(reading(f"{rule}={value}"), score, y)

    def keeps(other):
        rate = rates(score, y, other)[rule]
        return rate <= value if rule == "at-fpr" else rate >= value - 1e-12

    fit = [other for other in every_cut(score) if keeps(other)]
    if not fit:
        assert math.isnan(cut)
        return
    assert keeps(cut)
    best = max(fit) if rule == "at-recall" else min(fit)
    assert ((score > cut) == (score > best)).all()


def test_fixed_thresholds_and_costs_need_no_rows():
    assert cut_of(reading(0.2), None, None) == logit(0.2)
    assert cut_of(reading("cost:fp=1,fn=99"), None, None) == pytest.approx(logit(0.01))
    assert cut_of(reading("cost:fp=3,fn=3"), None, None) == 0
    assert math.isnan(cut_of(reading("tuned:f1"), None, None))


class Given(ClassifierMixin, BaseEstimator):
    """Scores that are there already, in the only column."""

    def fit(self, X, y):
        self.classes_ = np.array([0, 1])
        return self

    def decision_function(self, X):
        return X[:, 0]

    def predict(self, X):
        return (X[:, 0] > 0).astype(int)


def noisy(n0, n1, seed):
    rng = np.random.default_rng(seed)
    y = np.repeat([0, 1], [n0, n1]).astype(np.int8)
    return rng.permutation(np.column_stack([rng.normal(y * 1.3), y]))


@pytest.mark.parametrize("name", ["f1", "f2", "mcc", "balanced_accuracy", "g_mean"])
@pytest.mark.parametrize("seed", range(3))
def test_tuned_as_scikit_learn_tunes_on_the_same_held_out_rows(name, seed):
    rows = noisy(300, 40, seed)
    score, y = rows[:, 0], rows[:, 1].astype(np.int8)
    fold = [(np.arange(170), np.arange(170, 340))]
    held_out = score[170:], y[170:]
    theirs = TunedThresholdClassifierCV(
        Given(), scoring=make_scorer(SCORES[name]), cv=fold, thresholds=candidates(*held_out)[0][:-1],
        response_method="decision_function",
    ).fit(score[:, None], y)  # fmt: skip
    cut = cut_of(reading(f"tuned:{name}"), *held_out)
    assert theirs.best_threshold_ == cut
    assert theirs.best_score_ == pytest.approx(SCORES[name](held_out[1], held_out[0] > cut))


@pytest.mark.parametrize("seed", range(3))
def test_over_folds_of_one_size_the_mean_that_scikit_learn_tunes_is_ours_over_all_rows(seed):
    rows = noisy(400, 50, seed)
    score, y = rows[:, 0], rows[:, 1].astype(np.int8)
    folds = StratifiedKFold(5, shuffle=True, random_state=seed)
    theirs = TunedThresholdClassifierCV(
        Given(), scoring="balanced_accuracy", cv=folds, thresholds=candidates(score, y)[0][:-1],
        response_method="decision_function",
    ).fit(score[:, None], y)  # fmt: skip
    cut = cut_of(reading("tuned:balanced_accuracy"), score, y)
    assert theirs.best_score_ == pytest.approx(balanced_accuracy_score(y, score > cut))
    assert ((score > theirs.best_threshold_) == (score > cut)).all()
