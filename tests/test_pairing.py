"""Which folds two strategies share, and what is said of the others."""

from __future__ import annotations

import math

import pytest

from imbbench.judge import NOT_COMPUTED
from imbbench.pairing import Pairs, figures, pairs, sides
from tests.comparisons import METRIC, folds, row, run

NAMES = ("none", "lr"), ("other", "lr")


def of(*rows, metric=METRIC) -> Pairs:
    (members,) = sides(run(rows)).values()
    other, one = (members[names] for names in NAMES)
    return pairs(one, other, metric, 0.5)


def both(fold, none, other, **more):
    return row("d", "none", fold, {METRIC: none}, **more), row("d", "other", fold, {METRIC: other}, **more)


def test_folds_are_paired_by_their_number():
    found = of(*both(1, 0.5, 0.6), *both(0, 0.1, 0.4))
    assert found.values == ((0.4, 0.1), (0.6, 0.5))
    assert found.differences == pytest.approx([0.3, 0.1])
    assert found.remarks == ()


def test_a_fold_of_one_side_is_left_out_and_told():
    late = row("d", "other", 1, {}, status="timeout", reason="over 3 s")
    found = of(*both(0, 0.1, 0.4), row("d", "none", 1, {METRIC: 0.5}), late)
    assert found.values == ((0.4, 0.1),)
    assert found.remarks == ("both have 1 of 2 folds", "timeout: over 3 s")


def test_a_side_without_any_figure_says_why():
    rows = (row("d", "none", fold, {METRIC: 0.5}) for fold in range(2))
    failed = (row("d", "other", fold, {}, status="unsupported", reason="too few") for fold in range(2))
    found = of(*rows, *failed)
    assert (found.values, found.remarks) == ((), ("both have 0 of 2 folds", "unsupported: too few"))


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_an_undefined_fold_is_left_out_and_told(value):
    found = of(*both(0, 0.1, 0.4), *both(1, 0.5, value))
    assert found.values == ((0.4, 0.1),)
    assert found.remarks == ("1 fold left out: undefined there",)


def test_a_metric_that_was_not_computed_is_told():
    assert of(*both(0, 0.1, 0.4), metric="missing").remarks == (NOT_COMPUTED,)


def test_folds_with_other_test_rows_are_no_pair():
    """As in joined runs, where one split has changed. Rows stored before a hash was known are believed."""
    known, other = {"data": "a", "test": "b", "train": "c"}, {"data": "a", "test": "z", "train": "c"}
    first = (
        row("d", "none", 0, {METRIC: 0.1}, hashes=known),
        row("d", "other", 0, {METRIC: 0.4}, hashes=other),
    )
    second = row("d", "none", 1, {METRIC: 0.5}), row("d", "other", 1, {METRIC: 0.6}, hashes=known)
    found = of(*first, *second)
    assert found.values == ((0.6, 0.5),)
    assert found.remarks == ("1 fold left out: scored on other rows",)


def test_seeds_are_averaged_within_a_fold_first():
    seeds = [row("d", "other", 0, {METRIC: value}, seed=seed) for seed, value in enumerate((0.2, 0.4))]
    found = of(row("d", "none", 0, {METRIC: 0.1}), *seeds)
    assert found.values == ((0.2, 0.1),)  # of the seed that both have
    assert found.remarks == ("both have 1 of 2 fits",)
    found = of(row("d", "none", 0, {METRIC: 0.1}), row("d", "none", 0, {METRIC: 0.3}, seed=1), *seeds)
    assert found.values == (pytest.approx((0.3, 0.2)),)
    assert found.remarks == ()


def test_a_seed_that_failed_is_no_part_of_its_fold():
    """Fold 0 has a hard seed, which none failed at: its easy one is compared with the easy one."""
    hard = row("d", "none", 0, {}, status="error", seed=1)
    found = of(
        *both(0, 0.5, 0.6), hard, row("d", "other", 0, {METRIC: 0.1}, seed=1),
        *both(1, 0.5, 0.6), *both(1, 0.1, 0.2, seed=1),
    )  # fmt: skip
    assert found.values == ((0.6, 0.5), pytest.approx((0.4, 0.3)))
    assert found.remarks == ("both have 3 of 4 fits", "error: no reason is stored")


def test_a_fold_that_failed_on_both_sides_counts():
    failed = (row("d", name, 1, {}, status="error", reason="no") for name in ("none", "other"))
    assert of(*both(0, 0.5, 0.6), *failed).remarks == ("both have 1 of 2 folds", "error: no")


def test_fits_on_other_training_rows_are_no_pair():
    """Hashes of the training rows that one side does not know are believed."""

    def at(fold, one, other):
        known = {"data": "a", "test": "b"}
        return (
            row("d", "none", fold, {METRIC: 0.1}, hashes=known | one),
            row("d", "other", fold, {METRIC: 0.4}, hashes=known | other),
        )

    found = of(*at(0, {"train": "c"}, {"train": "d"}), *at(1, {"train": "c"}, {}), *at(2, {}, {}))
    assert len(found.values) == 2
    assert found.remarks == ("1 fold left out: fitted on other rows",)


def test_last_bits_are_no_difference():
    assert of(*both(0, 0.3, 0.1 + 0.2)).differences == [0.0]


def test_rows_that_know_nothing_of_a_stand_in_stand_with_those_that_do():
    failed = row("d", "other", 0, {}, status="error", reason="no")
    found = sides(run([row("d", "none", 0, {METRIC: 0.1}, source="simulated"), failed]))
    assert [*found] == [("d (simulated)", "kfold")]


def test_thresholds_that_change_nothing_are_looked_at_once():
    rows = [
        row("d", "none", fold, {
            0.5: {"roc_auc": 0.9, "recall": fold / 10, "f1": math.nan},
            0.3: {"roc_auc": 0.9, "recall": 0.5, "f1": math.nan},
            "tuned:f1": {"roc_auc": 0.9, "recall": fold / 10, "f1": 0.5},
        })
        for fold in range(3)
    ]  # fmt: skip
    known = figures(run(rows), ["roc_auc", "recall", "f1", "gone"], (0.5, 0.3, "tuned:f1"))
    assert known == [("roc_auc", 0.5), ("recall", 0.5), ("recall", 0.3), ("f1", "tuned:f1")]


def test_the_share_of_test_rows_is_that_of_the_folds():
    (members,) = sides(folds({"d": {"none": [0.1, 0.2], "other": [0.1, 0.2]}})).values()
    assert members[NAMES[0]].test_share == pytest.approx(1 / 9)
