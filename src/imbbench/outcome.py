"""How a cell ends when it does not end well, and what was said on the way."""

from __future__ import annotations

import traceback
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from imbbench.errors import ImbbenchError, MissingData, MissingDependency, Unsupported
from imbbench.results import Cell, Result

_STATUS_OF = {
    Unsupported: "unsupported",
    MissingData: "missing-data",
    MissingDependency: "missing-dependency",
}


class Failure(Exception):
    """A cell ends here, with this status and reason."""

    def __init__(self, status: str, reason: str) -> None:
        super().__init__(reason)
        self.status = status


@contextmanager
def blame(who: str, *, debug: bool = False) -> Iterator[None]:
    """Turn whatever a component raises, `sys.exit` included, into a status and a reason naming it.

    With `debug` the traceback is printed too.
    """
    try:
        yield
    except (Exception, SystemExit) as error:
        if debug:
            traceback.print_exc()
        status = next((status for kind, status in _STATUS_OF.items() if isinstance(error, kind)), "error")
        text = " ".join(str(error).split())
        if not isinstance(error, ImbbenchError):
            text = f"raised {type(error).__name__}: {text}"
        raise Failure(status, text if text.startswith(who) else f"{who}: {text}") from error


@contextmanager
def recorded(notes: list[str]) -> Iterator[None]:
    """Keep warnings meant for users as notes; others pass as usual."""
    caught: list[warnings.WarningMessage] = []
    try:
        with warnings.catch_warnings(record=True) as caught:
            for category in (UserWarning, RuntimeWarning):
                warnings.simplefilter("always", category)
            yield
    finally:
        for warning in caught:
            if issubclass(warning.category, UserWarning | RuntimeWarning):
                # The first paragraph says what happened; what follows is general advice.
                notes.append(" ".join(str(warning.message).split("\n\n")[0].split()))
            else:
                warnings.warn_explicit(warning.message, warning.category, warning.filename, warning.lineno)


@dataclass
class Draft:
    """A result in the making.

    Parameters
    ----------
    cell : which fit it is of.
    known : fields of `Result` that are known by now.
    notes : warnings so far.
    failure : how the cell ended, if it did not end well.
    """

    cell: Cell
    known: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    failure: Failure | None = None

    @contextmanager
    def step(self) -> Iterator[None]:
        """A part of the cell's work: its warnings become notes, and a Failure in it ends the cell."""
        try:
            with recorded(self.notes):
                yield
        except Failure as failure:
            self.failure = failure

    def result(self) -> Result:
        """The row, whatever became of the cell."""
        status, reason = (self.failure.status, str(self.failure)) if self.failure else ("ok", "")
        return Result(self.cell, status, reason, notes=tuple(dict.fromkeys(self.notes)), **self.known)
