"""Running one check on one component, in surroundings that are always the same."""

from __future__ import annotations

import os
from unittest import mock

from imbbench.errors import ImbbenchError, MissingData, MissingDependency, Unsupported
from imbbench.outcome import recorded
from imbbench.registry import Bound
from imbbench.testing.advice import advice
from imbbench.testing.components import missing
from imbbench.testing.fits import THREADS
from imbbench.testing.guards import generators_restored
from imbbench.testing.table import COMMON, Check
from imbbench.testing.verdict import Declined, Nonconforming

#: Modules that stand between a check and a component.
_OWN = ("imbbench.testing.", "imbbench.registry")
#: Kinds of which any rows may be `Unsupported`: there may be too few of them, or no column of time.
MAY_DECLINE = ("strategy", "split")


class NotHere(Exception):
    """The check cannot be made here: something is not installed, or rows are not there."""


def examine(check: Check, subject: Bound | str) -> Nonconforming | NotHere | None:
    """Run a check of a component, or of a module by name: offline, on one thread, as cells are by default.

    Returns None if it is passed; else `Nonconforming`, whose cause is whatever else the component raised, or
    `NotHere`. Warnings that imbbench would show as footnotes are let pass.
    """
    if isinstance(subject, Bound) and check not in COMMON and (absent := missing(subject)):
        return NotHere(absent)
    kind = subject.kind if isinstance(subject, Bound) else "plugin"
    offline = mock.patch.dict(os.environ, {"IMBBENCH_OFFLINE": "1"})
    try:
        with offline, generators_restored(), recorded([]), THREADS.limited():
            check.run(subject)
    except (Declined, MissingData, MissingDependency) as error:
        return NotHere(str(error))
    except Nonconforming as error:
        return _complete(error, error.__cause__, check, subject)
    except Unsupported as error:
        if kind in MAY_DECLINE:
            return NotHere(f"the {kind} does not take the rows of this check: {error}")
        return _complete(Nonconforming(check.about, str(error)), None, check, subject)
    except ImbbenchError as error:  # the border's or the component's own: it says what was found and expected
        return _complete(Nonconforming(check.about, str(error)), None, check, subject)
    except (Exception, SystemExit) as error:
        found = f"{type(error).__name__}: {error}{advice(error, kind)}"
        what = Nonconforming(check.about, found)
        return _complete(what, _of_component(error), check, subject)
    return None


def _of_component(error: BaseException) -> BaseException:
    """The error without the frames of the kit that led to it."""
    trace = error.__traceback__
    while trace and trace.tb_next and trace.tb_frame.f_globals.get("__name__", "").startswith(_OWN):
        trace = trace.tb_next
    return error.with_traceback(trace)


def _complete(
    error: Nonconforming, cause: BaseException | None, check: Check, subject: Bound | str
) -> Nonconforming:
    who = subject.who if isinstance(subject, Bound) else f"plugin {subject!r}"
    whole = Nonconforming(error.expected, error.found, who=who, check=check.name, section=check.section)
    whole.__cause__ = cause
    return whole
