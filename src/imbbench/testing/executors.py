"""Checks of executors."""

from __future__ import annotations

import time

from imbbench.registry import Bound
from imbbench.testing.verdict import require

#: Seconds to wait for an answer.
PATIENCE = 120.0
#: Seconds that a task may take, and that it would take.
LIMIT, LONG = 0.1, 3.0


def half(number: int) -> float:
    """What executors are asked to carry: half of a number. TypeError for text."""
    return number / 2


def brings_back_values_and_exceptions(bound: Bound) -> None:
    """A future ends with what the function returned, or with an exception that tells what it raised."""
    executor = bound.call(1)
    try:
        answer = executor.submit(half, None, 42).result(PATIENCE)
        error = executor.submit(half, None, "text").exception(PATIENCE)
    finally:
        if hasattr(executor, "stop"):
            executor.stop()
    require(answer == 21.0, "what the function returned, 21.0", repr(answer))
    expected = "the TypeError that the function raised, or an exception that tells of it"
    require("TypeError" in repr(error), expected, repr(error))


def time_limits_are_kept(bound: Bound) -> None:
    """A task that takes longer than its time limit is stopped: its future ends with TimeoutError."""
    executor = bound.call(1)
    try:
        executor.submit(half, None, 42).result(PATIENCE)  # from here on, its worker is there
        error = executor.submit(time.sleep, LIMIT, LONG).exception(PATIENCE)
    finally:
        if hasattr(executor, "stop"):
            executor.stop()
    expected = "TimeoutError, or in_process=True of an executor that cannot stop a task"
    found = f"{error!r}" if error else "no error"
    require(
        isinstance(error, TimeoutError), expected, f"{found} after {LONG:g} s with a limit of {LIMIT:g} s"
    )
