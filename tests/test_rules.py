"""Tolerances and what cannot be one."""

from __future__ import annotations

import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from imbbench.aggregate import COUNTS
from imbbench.errors import UsageError
from imbbench.rules import NOISE, Rules, Tolerance, check_table, from_options, merged, noise, rules_of

METRICS = ("tp", "fn", "roc_auc", "brier", "cost")


def rules(tolerance: dict[str, object]) -> Rules:
    return rules_of(check_table({"tolerance": tolerance}, "here"), METRICS)


@pytest.mark.parametrize(
    ("given", "before", "allowed"),
    [
        (0.01, 0.9, 0.01),
        (0, 0.9, 0),
        ("2%", 0.9, 0.018),
        ("2%", -50, 1.0),
        ([0.01, "2%"], 0.1, 0.01),
        (["2%", 0.01], 0.9, 0.018),
        ([1e-3, "0%"], 1e9, 1e-3),
        ("2.5%", 1000, 25),
    ],
)
def test_absolute_relative_or_the_larger_of_both(given, before, allowed):
    assert rules({"cost": given}).allowed("cost", before) == pytest.approx(allowed, rel=1e-12)


def test_what_is_not_named_may_move_by_half_a_percent_or_5_in_1000():
    these = rules({"cost": 3})
    assert these.allowed("roc_auc", 0.9) == 0.005
    assert these.allowed("brier", 40.0) == pytest.approx(0.2)
    assert [these.allowed("tp", count) for count in (0, 199, 200, 1000)] == [0, 0, 1, 5]
    assert these.significance is None


@given(st.integers(0, 10_000), st.integers(0, 10**6))
@example(29, 100)  # 0.29 * 100 is 28.999999999999996
def test_a_share_of_a_count_is_whole_rows_exactly(hundredths, count):
    allowed = rules({"tp": f"{hundredths / 100}%"}).allowed("tp", count)
    assert allowed == hundredths * count // 10_000


def test_counts_take_whole_numbers():
    assert rules({"tp": 2, "fn": 2.0}).tolerance == {"tp": Tolerance(2), "fn": Tolerance(2)}
    assert rules({"tp": [1, "10%"]}).allowed("tp", 19) == 1
    for metric in COUNTS:
        with pytest.raises(UsageError, match=f"tolerance of {metric} is 1.5; expected a whole number"):
            check_table({"tolerance": {metric: 1.5}}, "b.json")


@pytest.mark.parametrize(
    "value",
    [math.nan, math.inf, -1, -0.1, "-1%", "nan%", "inf%", True, False, "much", "%", "", None, {}, [], [[1]],
     [0.1, True], (1, 2), 1j, 10**400, "abc%"],
)  # fmt: skip
@pytest.mark.parametrize("metric", ["roc_auc", "tp"])
def test_what_is_no_tolerance_is_refused(metric, value):
    with pytest.raises(UsageError, match=rf"^b\.toml: tolerance of {metric} is .*; expected a .* or a share"):
        check_table({"tolerance": {metric: value}}, "b.toml")


@pytest.mark.parametrize("value", [0, 1, -0.1, 5, math.nan, False, "much", "", [], {}, 10**400])
def test_what_is_no_significance_is_refused(value):
    with pytest.raises(UsageError, match=r"^b\.toml: significance is .*; expected a level such as 0\.05"):
        check_table({"significance": value}, "b.toml")


def test_a_table_has_two_keys():
    with pytest.raises(
        UsageError, match=r"b\.toml, check: unknown key 'tolerances' \(did you mean 'tolerance'"
    ):
        check_table({"tolerances": {}}, "b.toml")
    with pytest.raises(UsageError, match=r"check is \[\]; expected a table with tolerance and significance"):
        check_table([], "b.toml")
    with pytest.raises(UsageError, match=r"tolerance is 0\.1; expected a table of metrics"):
        check_table({"tolerance": 0.1}, "b.toml")
    assert check_table({}, "b.toml") == {}


def test_a_metric_that_the_baseline_lacks():
    said = r"no metric 'rocauc' \(did you mean 'roc_auc'\?\); the baseline has tp, fn, roc_auc, brier, cost"
    with pytest.raises(UsageError, match=said):
        rules({"rocauc": 0.1})


def test_the_later_table_wins_metric_by_metric():
    baseline = {"tolerance": {"tp": 1, "cost": 1}, "significance": 0.01}
    file = {"tolerance": {"cost": 2, "fn": 2}}
    line = from_options(["fn=3"], "none")
    assert merged(baseline, file, line)["tolerance"] == {"tp": 1, "cost": 2, "fn": 3}
    assert rules_of(merged(baseline, file, line), METRICS).significance is None
    assert rules_of(merged(baseline, file), METRICS).significance == 0.01
    assert merged({}, {}) == merged() == {}
    assert merged(baseline) == baseline
    assert baseline == {"tolerance": {"tp": 1, "cost": 1}, "significance": 0.01}


def test_options_say_what_a_table_says():
    table = from_options(["roc_auc=0.005", "tp=2", "cost = 5%", "tp=10%", "f[beta=2]=0.1"], "0.05")
    assert table == {
        "tolerance": {"roc_auc": 0.005, "tp": [2, "10%"], "cost": "5%", "f[beta=2]": 0.1},
        "significance": 0.05,
    }
    assert from_options([], None) == {}


@pytest.mark.parametrize("item", ["roc_auc", "=3", "tp=1,roc_auc", "roc_auc:0.1"])
def test_an_option_without_metric_or_value(item):
    with pytest.raises(UsageError, match=r"expected METRIC=VALUE, such as roc_auc=0\.01"):
        from_options([item], None)


@pytest.mark.parametrize("text", ["0", "1", "-0.5", "5%", "often", "false", "nan", ""])
def test_a_significance_that_is_no_level_is_not_taken_for_none(text):
    with pytest.raises(UsageError, match="the command line: significance is"):
        from_options([], text)


def test_the_noise_of_another_machine():
    assert noise(0.9) == noise(0.0) == noise(-1.0) == NOISE
    assert noise(-1e6) == 1e6 * NOISE
    assert noise(0.5) > 1e-9
