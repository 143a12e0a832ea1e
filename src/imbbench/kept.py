"""What cells share with their neighbours: computed once, kept until another is needed."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from imbbench.outcome import Failure, recorded


@dataclass
class _Outcome:
    """A value with the warnings of computing it, or how it failed."""

    of: object
    value: Any = None
    failure: Failure | None = None
    notes: list[str] = field(default_factory=list)


class Kept:
    """The last value of each sort (a dataset, a fold), so that neighbouring cells need not repeat it."""

    def __init__(self) -> None:
        self._last: dict[str, _Outcome] = {}

    def get(self, sort: str, of: object, compute: Callable[[], Any]) -> Any:
        """The value for `of`, computed unless it was the last of its sort.

        Its warnings are given again each time, and its failure raised again: they concern every
        cell that needs it.
        """
        if sort not in self._last or self._last[sort].of != of:
            self.forget(sort)  # its memory goes first
            outcome = _Outcome(of)
            try:
                with recorded(outcome.notes):
                    outcome.value = compute()
            except Failure as failure:
                outcome.failure = failure
            self._last[sort] = outcome
        outcome = self._last[sort]
        for note in outcome.notes:
            warnings.warn(note, stacklevel=2)
        if outcome.failure:
            raise outcome.failure
        return outcome.value

    def forget(self, *sorts: str) -> None:
        """Let go of the last values of these sorts."""
        for sort in sorts:
            self._last.pop(sort, None)
