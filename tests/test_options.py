"""Options that make no sense are told at once, in words."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from imbbench.errors import UsageError
from imbbench.options import COLUMNS, Options


def test_the_defaults_are_those_of_the_command_line():
    options = Options()
    assert (options.executor, options.jobs, options.timeout, options.memory_limit) == (
        "processes", "auto", None, "auto",
    )  # fmt: skip
    assert (options.threshold, options.metrics, options.threads, options.device) == (
        (0.5,),
        COLUMNS,
        1,
        "auto",
    )
    assert options.store is None
    assert options.scores
    assert not any((options.fresh, options.exitfirst, options.group, options.debug))


@pytest.mark.parametrize(
    "given",
    [
        {"threshold": (1e-9, 0.999)},
        {"jobs": 1},
        {"jobs": 500},
        {"timeout": 0.1},
        {"timeout": 3600},
        {"memory_limit": 1},
        {"memory_limit": None},
        {"threads": 8},
        {"store": Path("somewhere.sqlite")},
    ],
)
def test_what_makes_sense_is_kept(given):
    (name, value), *_ = given.items()
    assert getattr(Options(**given), name) == value


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("threshold", (value,)) for value in (0, 1, -0.1, 1.5, math.nan, math.inf)),
        ("threshold", (0.5, 2)),
        *(("threads", value) for value in (0, -1, 1.5, "2", None)),
        *(("jobs", value) for value in (0, -1, 1.5, "2", None, True, "many")),
        *(("timeout", value) for value in (0, -1, math.nan, "5")),
        *(("memory_limit", value) for value in (0, -1, 2.5e9, "2GB", True, "none")),
        *(("group", value) for value in (1, "yes", None)),
    ],
)
def test_what_makes_none_is_told_by_name(name, value):
    with pytest.raises(UsageError, match=name):
        Options(**{name: value})


def test_options_do_not_change():
    with pytest.raises(AttributeError):
        Options().jobs = 2
    assert Options() == Options()
