"""Whether a metric became worse, metric by metric."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from imbbench.baseline_plan import Plan
from imbbench.judge import NOT_COMPUTED, Change, Pair, judged
from imbbench.result import Result
from imbbench.rules import Rules, Tolerance
from tests.baselines import CELL, LOWER, folds, row

NAN = math.nan
EXACT = Rules({name: Tolerance() for name in ("tp", "fn", "roc_auc", "brier")})


def change(before: Result, now: Result, metric: str, rules: Rules = EXACT) -> Change:
    """What is said of a metric of one fold."""
    return together([before], [now], metric, rules)


def together(before: list[Result], now: list[Result], metric: str, rules: Rules) -> Change:
    """What is said of a metric of folds that are judged together."""
    pairs = [Pair(*sides) for sides in zip(before, now, strict=True)]
    ((found,),) = judged([pairs], Plan((), metrics=(metric,)), LOWER, rules)
    return found


@pytest.mark.parametrize(
    ("metric", "before", "now", "verdict", "loss"),
    [
        ("roc_auc", 0.9, 0.8, "worse", 0.1),
        ("roc_auc", 0.9, 0.95, "better", -0.05),
        ("roc_auc", 0.9, 0.9, "same", 0.0),
        ("brier", 0.08, 0.09, "worse", 0.01),
        ("brier", 0.08, 0.07, "better", -0.01),
        ("tp", 6, 5, "worse", 1),
        ("tp", 6, 7, "better", -1),
        ("fn", 4, 5, "worse", 1),
        ("fn", 4, 3, "better", -1),
        ("roc_auc", 0.0, 0.0, "same", 0.0),
        ("brier", -0.5, -0.6, "better", -0.1),
    ],
)
def test_each_metric_in_its_own_direction(metric, before, now, verdict, loss):
    found = change(row(**{metric: before}), row(**{metric: now}), metric)
    assert (found.verdict, found.before, found.now, found.allowed) == (verdict, before, now, 0)
    assert found.loss == pytest.approx(loss)
    assert math.isnan(found.p)


@pytest.mark.parametrize("metric", ["roc_auc", "brier", "tp", "fn"])
@settings(deadline=None)
@given(before=st.floats(0, 1e6), move=st.floats(-3, 3), allowed=st.floats(0, 1))
def test_worse_and_better_are_mirror_images(metric, before, move, allowed):
    rules = Rules({metric: Tolerance(allowed)})
    one = change(row(**{metric: before}), row(**{metric: before + move}), metric, rules)
    other = change(row(**{metric: before}), row(**{metric: before - move}), metric, rules)
    mirror = {"same": "same", "worse": "better", "better": "worse"}
    assert other.verdict == mirror[one.verdict] or abs(abs(move) - one.allowed) < 1e-7 * (1 + before)
    assert one.verdict != ("better" if (move > 0) == (metric in LOWER) else "worse")


@pytest.mark.parametrize(
    ("tolerance", "now", "verdict"),
    [(2, 98, "same"), (2, 97, "worse"), (2, 102, "same"), (2, 103, "better"), (0, 100, "same"),
     (0, 99, "worse"), ("3%", 97, "same"), ("3%", 96, "worse"), ("29%", 71, "same"), ("29%", 70, "worse")],
)  # fmt: skip
def test_a_count_off_by_one_inside_and_outside_of_the_tolerance(tolerance, now, verdict):
    share = isinstance(tolerance, str)
    given = Tolerance(relative=float(tolerance[:-1]) / 100) if share else Tolerance(tolerance)
    assert change(row(tp=100), row(tp=now), "tp", Rules({"tp": given})).verdict == verdict


@pytest.mark.parametrize("significance", [None, 0.05])
@pytest.mark.parametrize("metric", ["roc_auc", "brier"])
def test_the_float_noise_of_another_machine_passes_without_any_tolerance(metric, significance):
    rules = replace(EXACT, significance=significance)
    for sign in (1e-9, -1e-9):
        before = folds({metric: [0.3, 0.5, 0.7]})
        now = folds({metric: [0.3 + sign, 0.5 + sign, 0.7 + sign]})
        assert together(before[:1], now[:1], metric, rules).verdict == "same"
        assert together(before, now, metric, rules).verdict == "same"
    assert change(row(roc_auc=0.9), row(roc_auc=0.9 - 1e-7), "roc_auc").verdict == "worse"
    assert change(row(brier=3e6), row(brier=3e6 + 0.01), "brier").verdict == "same"
    assert change(row(brier=3e6), row(brier=3e6 + 0.1), "brier").verdict == "worse"


@pytest.mark.parametrize(
    ("before", "now", "verdict", "reason"),
    [
        (0.9, NAN, "worse", "roc_auc is undefined now"),
        (NAN, 0.9, "new", "roc_auc was undefined"),
        (NAN, NAN, "same", ""),
        (math.inf, NAN, "same", ""),
        (0.9, math.inf, "worse", "roc_auc is undefined now"),
    ],
)
def test_a_metric_that_is_undefined(before, now, verdict, reason):
    found = change(row(roc_auc=before), row(roc_auc=now), "roc_auc")
    assert (found.verdict, found.reason) == (verdict, reason)
    assert found.badness == (0 if verdict == "same" else math.inf)


def test_a_metric_that_is_no_longer_computed():
    now = row()
    without = replace(now, metrics={0.5: {"tp": 6}})
    for gone in (without, replace(now, metrics={}), replace(now, metrics={0.4: now.metrics[0.5]})):
        found = change(row(), gone, "roc_auc")
        assert (found.verdict, found.before, found.reason) == ("missing", 0.9, NOT_COMPUTED)
        assert math.isnan(found.now)
    assert change(row(roc_auc=NAN), without, "roc_auc").verdict == "same"  # there was nothing to lose


def test_every_metric_at_every_threshold_that_moves_it():
    before, now = row(), row(roc_auc=0.1)
    before = replace(before, metrics={0.5: before.metrics[0.5], 0.3: before.metrics[0.5] | {"tp": 9}})
    now = replace(now, metrics={0.5: now.metrics[0.5], 0.3: now.metrics[0.5] | {"tp": 8}})
    plan = Plan((), (0.3, 0.5), ("tp", "roc_auc"))
    (changes,) = judged([[Pair(before, now)]], plan, LOWER, EXACT)
    assert [(each.threshold, each.metric, each.verdict) for each in changes] == [
        (0.3, "tp", "worse"), (0.3, "roc_auc", "worse"), (0.5, "tp", "same"),
    ]  # fmt: skip


def test_badness_counts_tolerances():
    rules = Rules({"roc_auc": Tolerance(0.02)})
    assert change(row(roc_auc=0.9), row(roc_auc=0.8), "roc_auc", rules).badness == pytest.approx(5)
    assert change(row(roc_auc=0.9), row(roc_auc=0.89), "roc_auc", rules).badness == 0
    assert change(row(roc_auc=0.8), row(roc_auc=0.9), "roc_auc", rules).badness == pytest.approx(-5)
    assert change(row(tp=6), row(tp=5), "tp").badness == 1  # of no tolerance: by rows


# -- folds together


BEFORE = [0.90, 0.92, 0.88, 0.91, 0.89]


def judged_folds(
    losses: list[float], tolerance: float = 0.0, level: float = 0.05, metric: str = "roc_auc"
) -> Change:
    sign = 1 if metric in LOWER else -1
    before = folds({metric: BEFORE})
    now = folds({metric: [value + sign * loss for value, loss in zip(BEFORE, losses, strict=True)]})
    return together(before, now, metric, Rules({metric: Tolerance(tolerance)}, level))


@pytest.mark.parametrize("metric", ["roc_auc", "brier"])
@pytest.mark.parametrize("tolerance", [0.0, 0.005, 0.03])
def test_the_mean_over_folds_is_tested_against_the_tolerance(metric, tolerance):
    losses = [0.03, 0.01, 0.02, 0.04, 0.02]
    found = judged_folds(losses, tolerance, metric=metric)
    mean, deviation = np.mean(losses), np.std(losses, ddof=1)
    t = (mean - tolerance) / (deviation * math.sqrt(1 / 5 + 100 / 400))  # 100 test rows, 400 training rows
    assert found.p == pytest.approx(stats.t.sf(t, 4), rel=1e-3)
    assert found.loss == pytest.approx(mean)
    assert found.before == pytest.approx(np.mean(BEFORE))
    assert found.verdict == ("worse" if stats.t.sf(t, 4) < 0.05 else "same")


def test_noise_is_not_red_and_a_real_loss_is():
    assert judged_folds([0.06, -0.05, 0.04, -0.03, 0.02]).verdict == "same"
    assert judged_folds([0.06, 0.05, 0.04, 0.05, 0.05]).verdict == "worse"
    assert judged_folds([0.06, 0.05, 0.04, 0.05, 0.05], tolerance=0.1).verdict == "same"
    assert judged_folds([-0.06, -0.05, -0.04, -0.05, -0.05]).verdict == "better"
    assert judged_folds([-0.06, -0.05, -0.04, -0.05, -0.05], tolerance=0.1).verdict == "same"


def test_the_level_decides():
    p = judged_folds([0.03, 0.01, 0.02, 0.04, 0.02]).p
    for level, verdict in ((p * 1.01, "worse"), (p * 0.99, "same")):
        assert judged_folds([0.03, 0.01, 0.02, 0.04, 0.02], level=level).verdict == verdict


def test_folds_that_all_differ_alike_leave_no_doubt():
    flat = folds({"roc_auc": [0.9] * 5})
    rules = Rules({"roc_auc": Tolerance(0.05)}, 0.05)
    for now, verdict, p in (
        (0.8, "worse", 0.0),
        (0.86, "same", 1.0),
        (0.9, "same", 1.0),
        (1.0, "better", 0.0),
    ):
        found = together(flat, folds({"roc_auc": [now] * 5}), "roc_auc", rules)
        assert (found.verdict, found.p) == (verdict, p)


def test_one_fold_has_nothing_to_test():
    rules = Rules({"roc_auc": Tolerance(0.02)}, 0.05)
    for now, verdict in ((0.8, "worse"), (0.89, "same"), (0.95, "better")):
        found = change(row(roc_auc=0.9), row(roc_auc=now), "roc_auc", rules)
        assert found.verdict == verdict
        assert math.isnan(found.p)


def seeded(values: list[list[float]], metric: str = "roc_auc") -> list[Result]:
    """A row for each fold and seed."""
    return [
        row(replace(CELL, fold=fold, seed=seed), **{metric: value})
        for fold, each in enumerate(values)
        for seed, value in enumerate(each)
    ]


def test_seeds_of_a_fold_are_averaged_and_make_no_test_surer():
    rules = Rules({"roc_auc": Tolerance()}, 0.05)
    rng = np.random.default_rng(1)
    losses = np.array([0.03, 0.01, 0.02, 0.04, 0.02])
    before = rng.uniform(0.7, 0.9, (5, 3))
    now = before - losses[:, None] - rng.normal(size=(5, 1)) * [[-1, 0, 1]]  # far apart, the mean as it is
    found = together(seeded(before.tolist()), seeded(now.tolist()), "roc_auc", rules)
    means = [folds({"roc_auc": each.mean(axis=1).tolist()}) for each in (before, now)]
    expected = together(*means, "roc_auc", rules)
    assert found.p == pytest.approx(expected.p)
    assert (found.before, found.now, found.loss) == pytest.approx(
        (expected.before, expected.now, losses.mean())
    )
    t = losses.mean() / (losses.std(ddof=1) * math.sqrt(1 / 5 + 100 / 400))  # of five folds
    assert found.p == pytest.approx(stats.t.sf(t, 4), rel=1e-3)


def test_seeds_of_one_fold_are_held_against_the_tolerance_by_their_mean():
    rules = Rules({"roc_auc": Tolerance(0.02)}, 0.05)
    for now, verdict in (([0.8, 0.9, 1.0], "same"), ([0.7, 0.8, 0.9], "worse"), ([0.9, 0.95, 1.0], "better")):
        found = together(seeded([[0.9] * 3]), seeded([now]), "roc_auc", rules)
        assert (found.verdict, found.now) == (verdict, pytest.approx(np.mean(now)))
        assert math.isnan(found.p)


def test_seeds_that_have_lost_a_metric_are_counted():
    rules = Rules(significance=0.05)
    before = seeded([[0.5, 0.6], [0.5, 0.6], [0.5, 0.6]], "precision")
    some = seeded([[0.5, NAN], [0.5, 0.6], [NAN, 0.6]], "precision")
    found = together(before, some, "precision", rules)
    assert (found.verdict, found.reason) == ("same", "precision is undefined now in 2 of 6 fits")
    assert found.loss == pytest.approx(0)
    most = seeded([[NAN, NAN], [0.5, NAN], [NAN, 0.6]], "precision")
    found = together(before, most, "precision", rules)
    assert (found.verdict, found.reason) == ("worse", "precision is undefined now in 4 of 6 fits")


def test_the_mean_of_a_count_is_judged_by_whole_rows():
    before, now = folds({"tp": [100.0] * 4}), folds({"tp": [98.0, 99.0, 98.0, 99.0]})
    found = together(before, now, "tp", Rules({"tp": Tolerance(relative=0.019)}, 0.05))
    assert (found.loss, found.allowed, found.verdict) == (1.5, 1, "same")
    assert together(before, now, "tp", Rules({"tp": Tolerance(0)}, 0.05)).verdict == "worse"


def test_folds_where_a_side_is_undefined_are_not_averaged():
    rules = Rules({"precision": Tolerance()}, 0.05)
    before = folds({"precision": [NAN, 0.9, 0.8, 0.7, 0.9]})
    now = folds({"precision": [0.1, 0.8, 0.7, 0.6, NAN]})
    found = together(before, now, "precision", rules)
    assert (found.verdict, found.before, found.now) == ("worse", pytest.approx(0.8), pytest.approx(0.7))
    assert found.loss == pytest.approx(0.1)
    nothing = folds({"precision": [NAN] * 5})
    first, second = folds({"precision": [0.9, NAN]}), folds({"precision": [NAN, 0.9]})
    for was, is_, verdict in (
        (before, nothing, "worse"), (nothing, now, "new"), (nothing, nothing, "same"), (first, second, "worse"),
    ):  # fmt: skip
        found = together(was, is_, "precision", rules)
        assert found.verdict == verdict
        assert math.isnan(found.p)


@pytest.mark.parametrize(("lost", "verdict"), [(4, "same"), (5, "same"), (6, "worse"), (9, "worse")])
def test_a_metric_that_most_folds_have_lost_is_worse(lost, verdict):
    was, is_ = folds({"precision": [0.5] * 10}), folds({"precision": [NAN] * lost + [0.5] * (10 - lost)})
    found = together(was, is_, "precision", Rules(significance=0.05))
    assert found.verdict == verdict
    said = f"precision is undefined now in {lost} of 10 folds"
    assert found.reason == said
    assert together(is_, was, "precision", Rules(significance=0.05)).verdict == "same"


def test_one_fold_that_is_left_is_not_judged_alone():
    was, is_ = folds({"precision": [NAN, NAN, 0.9]}), folds({"precision": [NAN, NAN, 0.1]})
    assert together(was, is_, "precision", Rules(significance=0.05)).verdict == "same"


def test_folds_of_which_some_lack_the_metric():
    before = folds({"roc_auc": BEFORE})
    now = [*before[:4], replace(before[4], metrics={0.5: {}})]
    assert together(before, now, "roc_auc", Rules(significance=0.05)).verdict == "missing"


# -- many tests at once


def many(losses: list[list[float]], level: float = 0.05) -> list[Change]:
    """One change for each cell, of which each fold lost that much ROC AUC."""
    groups = []
    for number, lost in enumerate(losses):
        cell = replace(CELL, random_state=number)
        before = folds({"roc_auc": [0.9] * len(lost)}, cell)
        now = folds({"roc_auc": [0.9 - loss for loss in lost]}, cell)
        groups.append([Pair(*sides) for sides in zip(before, now, strict=True)])
    changes = judged(groups, Plan((), metrics=("roc_auc",)), LOWER, Rules({"roc_auc": Tolerance()}, level))
    return [change for (change,) in changes]


NOTHING = [0.05, -0.05, 0.03, -0.03, 0.01]
DOUBTFUL = [0.03, 0.01, 0.02, 0.04, 0.02]
CERTAIN = [0.0500, 0.0501, 0.0499, 0.0502, 0.0498]


def test_a_lone_small_p_among_many_is_not_red_and_a_tiny_one_is():
    (alone,) = many([DOUBTFUL])
    assert (alone.verdict, alone.p < 0.05) == ("worse", True)
    crowd = many([DOUBTFUL, CERTAIN, *[NOTHING] * 30])
    assert crowd[0].verdict == "same"
    assert crowd[1].verdict == "worse"
    assert crowd[1].p == pytest.approx(32 * many([CERTAIN])[0].p)
    assert {each.verdict for each in crowd[2:]} == {"same"}


def test_gains_are_told_from_losses():
    gains = [[-loss for loss in lost] for lost in (DOUBTFUL, CERTAIN)]
    found = many([DOUBTFUL, CERTAIN, *gains, *[NOTHING] * 30])
    assert [each.verdict for each in found[:4]] == ["same", "worse", "same", "better"]
    assert found[1].p == pytest.approx(found[3].p)
    assert all(0 <= each.p <= 1 for each in found)


def test_sure_gains_make_no_loss_likelier():
    gains = [[-loss for loss in CERTAIN]] * 3
    assert many([DOUBTFUL, *gains])[0].p == pytest.approx(4 * many([DOUBTFUL])[0].p)


def test_what_was_not_tested_is_not_adjusted():
    single = many([[0.1], CERTAIN])
    assert [each.verdict for each in single] == ["worse", "worse"]
    assert single[1].p == pytest.approx(many([CERTAIN])[0].p)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_nothing_but_noise_is_red_as_seldom_as_the_level_says(seed):
    """Each example is one check of 40 figures, all null; the level is so small that none may be red."""
    rng = np.random.default_rng(seed)
    found = many(rng.normal(scale=0.02, size=(40, 10)).tolist(), level=1e-6)
    assert {each.verdict for each in found} == {"same"}


def test_the_share_of_false_alarms_is_below_the_level():
    """400 checks of 8 figures without any loss, independent folds; the level is 10%."""
    rng = np.random.default_rng(0)
    red = sum(
        any(each.verdict == "worse" for each in many(losses.tolist(), level=0.1))
        for losses in rng.normal(scale=0.02, size=(400, 8, 6))
    )
    assert red <= stats.binom.ppf(0.999, 400, 0.1)
