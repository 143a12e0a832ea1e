"""Checks of executors."""

from __future__ import annotations

from imbbench.registry import Bound
from imbbench.testing.verdict import require

#: Seconds to wait for an answer.
PATIENCE = 120.0


def half(number: int) -> float:
    """What executors are asked to carry: half of a number. TypeError for text."""
    return number / 2


def brings_back_values_and_exceptions(bound: Bound) -> None:
    """A future ends with what the function returned, or with the exception that it raised."""
    executor = bound.call(1)
    try:
        answer = executor.submit(half, None, 42).result(PATIENCE)
        error = executor.submit(half, None, "text").exception(PATIENCE)
    finally:
        if hasattr(executor, "stop"):
            executor.stop()
    require(answer == 21.0, "what the function returned, 21.0", repr(answer))
    require(isinstance(error, TypeError), "the exception that the function raised, a TypeError", repr(error))
