"""How a cell ends when it does not end well, and what was said on the way."""

from __future__ import annotations

import signal
import traceback
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import parent_process
from typing import Any

from imbbench.child import is_out_of_memory, memory_reached
from imbbench.errors import ImbbenchError, MissingData, MissingDependency, Unsupported
from imbbench.orders import Fitted
from imbbench.result import Cell, Result

_STATUS_OF = {
    Unsupported: "unsupported",
    MissingData: "missing-data",
    MissingDependency: "missing-dependency",
}


#: scikit-learn's threads, as of a forest, empty the list of filters that they share (1.9, Python before
#: 3.14), and the next one then takes itself for not properly started. It depends on luck alone.
_SPURIOUS = "`sklearn.utils.parallel.delayed` should be used with"


class Failure(Exception):
    """A cell ends here, with this status and reason."""

    def __init__(self, status: str, reason: str) -> None:
        super().__init__(reason)
        self.status = status


@contextmanager
def blame(who: str, *, debug: bool = False) -> Iterator[None]:
    """Turn whatever a component raises, `sys.exit` included, into a status and a reason naming it.

    With `debug` the traceback is printed too. KeyboardInterrupt passes where the user can cause it; in
    worker processes, which ignore the signal, it is the component's own.
    """
    try:
        yield
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt) and not in_worker():
            raise
        if is_out_of_memory(error) and in_worker():
            memory_reached()
        if debug:
            traceback.print_exc()
        status = next((status for kind, status in _STATUS_OF.items() if isinstance(error, kind)), "error")
        text = " ".join(str(error).split())
        if not isinstance(error, ImbbenchError):
            text = f"raised {type(error).__name__}: {text}"
        raise Failure(status, text if text.startswith(who) else f"{who}: {text}") from error


def in_worker() -> bool:
    """Whether this is a process of the `Processes`: those ignore the user's Ctrl-C."""
    return parent_process() is not None and signal.getsignal(signal.SIGINT) == signal.SIG_IGN


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
            if str(warning.message).startswith(_SPURIOUS):
                continue
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
    scores, inner, surface : packed, where they are wanted.
    failure : how the cell ended, if it did not end well.
    """

    cell: Cell
    known: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    scores: bytes | None = None
    inner: bytes | None = None
    surface: bytes | None = None
    failure: Failure | None = None

    @contextmanager
    def step(self) -> Iterator[None]:
        """A part of the cell's work: its warnings become notes, and a Failure in it ends the cell."""
        try:
            with recorded(self.notes):
                yield
        except Failure as failure:
            self.failure = failure

    def fitted(self) -> Fitted:
        """The row, whatever became of the cell."""
        status, reason = (self.failure.status, str(self.failure)) if self.failure else ("ok", "")
        notes = tuple(dict.fromkeys(self.notes))
        result = Result(self.cell, status, reason, notes=notes, **self.known)
        return Fitted(result, self.scores, self.inner, self.surface)
