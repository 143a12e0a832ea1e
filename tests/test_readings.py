"""What thresholds and calibrations can be asked for, and how they are spelt."""

from __future__ import annotations

import pytest

from imbbench import UsageError
from imbbench.readings import (
    Reading,
    key_of,
    keys_of,
    needs_inner,
    reading,
    rule_of,
    split_rules,
    threshold_text,
)


@pytest.mark.parametrize(
    ("given", "calibrate", "key"),
    [
        (0.5, "none", 0.5),
        ("0.50", "none", 0.5),
        (".25", "prior", "prior 0.25"),
        ("tuned:f1", "none", "tuned:f1"),
        ("at-recall=0.90", "platt", "platt at-recall=0.9"),
        ("at-precision=1", "none", "at-precision=1"),
        ("at-fpr=1e-3", "none", "at-fpr=0.001"),
        ("cost:fn=100,fp=1.0", "none", "cost:fp=1,fn=100"),
        ("cost:fp=0.5,fn=1234567.5", "isotonic", "isotonic cost:fp=0.5,fn=1234567.5"),
        ("prior  tuned:mcc", "none", "prior tuned:mcc"),
        ("prior 0.5", "prior", "prior 0.5"),
        ("none 0.5", "none", 0.5),
    ],
)
def test_a_reading_has_one_spelling(given, calibrate, key):
    assert key_of(given, calibrate) == key
    assert key_of(key) == key
    assert type(key_of(given, calibrate)) is type(key)


def test_what_a_key_stands_for():
    assert reading(0.3) == Reading("none", "fixed", values={"p": 0.3})
    assert reading("platt at-fpr=0.01") == Reading("platt", "at-fpr", values={"value": 0.01})
    assert reading("tuned:youden") == Reading("none", "tuned", "youden")
    assert reading("cost:fp=1,fn=20") == Reading("none", "cost", values={"fp": 1, "fn": 20})


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (0, "threshold 0 is not strictly between 0 and 1"),
        ("1.5", "threshold 1.5 is not strictly between 0 and 1"),
        ("nan", "threshold nan is not strictly between 0 and 1"),
        (True, "threshold True: expected a probability"),
        ("half", "threshold 'half': expected a probability such as 0.3, tuned:NAME"),
        ("tuned", "threshold 'tuned': expected a probability"),
        ("tuned:yoden", r"no objective is named 'yoden' \(did you mean 'youden'\?\); objectives are f1, f2"),
        ("at-recall=0", "0 is no rate; expected one above 0, at most 1"),
        ("at-fpr=1", "1 is no rate"),
        ("at-precision=high", "threshold 'at-precision=high': expected"),
        ("cost:fp=1", "expected both costs once, such as cost:fp=1,fn=100"),
        ("cost:fp=1,fn=2,fn=3", "expected both costs once"),
        ("cost:fp=1,fn=0", "expected costs above 0"),
        ("cost:fp=1,fn=inf", "expected costs above 0"),
        ("plat 0.5", r"no calibration is named 'plat' \(did you mean 'platt'\?\)"),
    ],
)
def test_what_makes_no_sense_is_told(given, said):
    with pytest.raises(UsageError, match=said):
        key_of(given)


def test_calibrations_cross_thresholds_each_once():
    assert keys_of([0.5, "tuned:f1", 0.5], ["none", "prior"]) == (
        0.5, "tuned:f1", "prior 0.5", "prior tuned:f1",
    )  # fmt: skip
    with pytest.raises(UsageError, match="no calibration is named 'beta'"):
        keys_of([0.5], ["beta"])
    with pytest.raises(UsageError, match=r"'prior 0\.5' has a calibration of its own beside platt"):
        keys_of(["prior 0.5"], ["platt"])


def test_the_comma_between_costs_is_no_end():
    text = "0.5,cost:fp=1,fn=100,tuned:f1, cost:fn=5,fp=2"
    assert split_rules(text) == ["0.5", "cost:fp=1,fn=100", "tuned:f1", "cost:fn=5,fp=2"]


@pytest.mark.parametrize(
    ("key", "needs"),
    [
        (0.5, False), ("prior 0.5", False), ("cost:fp=1,fn=2", False), ("platt 0.5", True),
        ("isotonic cost:fp=1,fn=2", True), ("tuned:f2", True), ("at-recall=0.9", True),
    ],
)  # fmt: skip
def test_which_need_rows_held_out_within_the_training_part(key, needs):
    assert needs_inner([key]) == needs


def test_parts_and_text_of_a_key():
    assert [rule_of(key) for key in (0.5, "prior 0.5", "platt tuned:f1")] == [0.5, 0.5, "tuned:f1"]
    assert [threshold_text(key) for key in (0.5, 0.125, "tuned:f1")] == ["0.5", "0.125", "tuned:f1"]
