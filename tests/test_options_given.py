"""What was said, on the command line or in a file, as options."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imbbench.benchfile import OPTIONS
from imbbench.errors import UsageError
from imbbench.options import Options
from imbbench.options_given import options_of
from imbbench.store import DEFAULT


def test_what_was_not_said_is_the_default():
    assert options_of({}) == Options(store=DEFAULT)


@pytest.mark.parametrize(
    ("said", "name", "expected"),
    [
        ({"threshold": ("0.3,0.5", "0.3")}, "threshold", (0.3, 0.5)),
        ({"threshold": 0.2}, "threshold", (0.2,)),
        ({"threshold": [0.2, "0.4"]}, "threshold", (0.2, 0.4)),
        ({"metrics": ("tp,fp", "recall")}, "metrics", ("tp,fp", "recall")),
        ({"metrics": "tp"}, "metrics", ("tp",)),
        ({"jobs": "3"}, "jobs", 3),
        ({"jobs": 3}, "jobs", 3),
        ({"jobs": "auto"}, "jobs", "auto"),
        ({"timeout": 2.5}, "timeout", 2.5),
        ({"executor": "serial"}, "executor", "serial"),
        ({"device": "cuda:1"}, "device", "cuda:1"),
        ({"threads": 2}, "threads", 2),
        ({"store": "here.sqlite"}, "store", Path("here.sqlite")),
        ({"no_scores": True}, "scores", False),
        ({"fresh": True}, "fresh", True),
        ({"exitfirst": True}, "exitfirst", True),
        ({"group": True}, "group", True),
        ({"debug": True}, "debug", True),
    ],
)
def test_what_was_said_counts(said, name, expected):
    found = options_of(said)
    assert getattr(found, name) == expected
    others = [field.name for field in fields(Options) if field.name != name]
    assert all(getattr(found, other) == getattr(options_of({}), other) for other in others)


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ("2GB", 2 * 10**9),
        ("2 gb", 2 * 10**9),
        ("2G", 2 * 10**9),
        ("500MB", 500 * 10**6),
        ("1.5GiB", 3 * 2**29),
        ("64KiB", 2**16),
        ("10kB", 10**4),
        ("0.5T", 5 * 10**11),
        ("4096", 4096),
        ("4096B", 4096),
        (4096, 4096),
        ("none", None),
        ("auto", "auto"),
        (None, None),
    ],
)
def test_sizes(size, expected):
    assert options_of({"memory_limit": size}).memory_limit == expected


@pytest.mark.parametrize(
    "size",
    ["", "GB", "much", "-1", "-1GB", "1.2.3GB", ".", "1e9", "2 GB RAM", "1PB", "9" * 400, "２GB", "0", "0GB"],
)
def test_what_is_no_size_is_told(size):
    with pytest.raises(UsageError, match=r"memory.limit"):
        options_of({"memory_limit": size})


@given(st.text(max_size=8))
def test_any_text_is_a_size_or_told(size):
    try:
        found = options_of({"memory_limit": size}).memory_limit
    except UsageError:
        return
    assert found in (None, "auto") or found > 0


@pytest.mark.parametrize("jobs", ["many", "", "1.5", "0", "-2", 0])
def test_what_is_no_number_of_jobs_is_told(jobs):
    with pytest.raises(UsageError, match="jobs"):
        options_of({"jobs": jobs})


@pytest.mark.parametrize("threshold", [(), "", ("",), ("half",), True, ("none",), ("[0.5]",), "1.0"])
def test_what_is_no_threshold_is_told(threshold):
    with pytest.raises(UsageError, match="threshold"):
        options_of({"threshold": threshold})


@given(st.lists(st.floats(0.01, 0.99), min_size=1, max_size=5))
def test_thresholds_read_alike_however_they_are_written(numbers):
    written = [",".join(map(repr, numbers)), tuple(map(repr, numbers)), numbers, tuple(numbers)]
    expected = tuple(dict.fromkeys(numbers))
    assert {options_of({"threshold": one}).threshold for one in written} == {expected}


def test_calibrations_cross_thresholds_however_they_are_given():
    expected = (0.5, "tuned:f1", "prior 0.5", "prior tuned:f1")
    for threshold, calibrate in (
        ("0.5,tuned:f1", "none,prior"), (("0.5", "tuned:f1"), ("none", "prior")),
        ([0.5, "tuned:f1"], ["none", "prior"]), (expected, ()),
    ):  # fmt: skip
        assert options_of({"threshold": threshold, "calibrate": calibrate}).threshold == expected
    assert options_of({"calibrate": "prior"}).threshold == ("prior 0.5",)


def test_what_a_file_can_say_is_understood():
    """Each key of a benchmark file is an option, or is used before there are any."""
    elsewhere = {"plugin", "format", "output", "offline", "strict", "random_state", "seeds", "no_scores"}
    elsewhere.add("calibrate")  # it crosses the thresholds
    assert set(OPTIONS) - elsewhere <= {field.name for field in fields(Options)}
