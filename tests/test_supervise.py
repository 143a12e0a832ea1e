"""One meaning for whatever a future can end with."""

from __future__ import annotations

import signal
from concurrent.futures import CancelledError, Future

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imbbench.builtin.executors import Serial
from imbbench.folders import Folder
from imbbench.orders import Answer, Fit, Load, Prepare
from imbbench.processes import MEMORY
from imbbench.result import Cell
from imbbench.supervise import LOST, Limits, supervise, verdict

CELLS = tuple(Cell("moons", "kfold", fold, "standard", "none", "sklearn-lr", 0) for fold in range(3))


class Died(Exception):
    """As pebble's ProcessExpired."""

    def __init__(self, exitcode: int) -> None:
        super().__init__("abnormal termination")
        self.exitcode = exitcode


class Asked:
    """Keeps what it was asked to carry."""

    def submit(self, function, timeout, /, *args):
        self.function, self.timeout, self.args = function, timeout, args
        return Future()


def ended(end: object) -> Future:
    future = Future()
    future.set_exception(end) if isinstance(end, BaseException) else future.set_result(end)
    return future


def test_an_answer_is_passed_on_as_it_is():
    answer = Answer("unsupported", "no weights", ("a note",))
    assert verdict(ended(answer), Limits()) is answer


def test_too_long_is_a_timeout_that_names_the_limit():
    found = verdict(ended(TimeoutError()), Limits(timeout=2.5))
    assert (found.status, found.reason) == ("timeout", "stopped after 2.5 s, the time limit")


def test_a_timeout_of_the_transports_own_is_no_timeout_of_the_task():
    found = verdict(ended(TimeoutError("connect")), Limits())
    assert (found.status, found.reason) == (LOST, "the executor raised TimeoutError: connect")


@pytest.mark.parametrize(
    ("exitcode", "reason"),
    [
        (-signal.SIGSEGV, "its process was killed by SIGSEGV, a crash in native code"),
        (-signal.SIGKILL, "its process was killed by SIGKILL, as when the system runs out of memory"),
        (-signal.SIGABRT, "its process was killed by SIGABRT"),
        (-99, "its process was killed by signal 99"),
        (0, "its process ended with exit code 0"),
        (4, "its process ended with exit code 4"),
    ],
)
def test_a_dead_process_is_a_crash_that_names_how_it_died(exitcode, reason):
    found = verdict(ended(Died(exitcode)), Limits())
    assert (found.status, found.reason) == ("crashed", reason)


@pytest.mark.parametrize(
    ("memory", "named"), [(None, "memory limit reached"), (2 * 10**9, "memory limit of 2 GB")]
)
def test_a_worker_that_reached_its_limit_of_memory_says_so(memory, named):
    found = verdict(ended(Died(MEMORY)), Limits(memory=memory))
    assert found.status == "crashed"
    assert found.reason.startswith(named)
    assert "--memory-limit" in found.reason


@pytest.mark.parametrize(
    "error", [ConnectionError("gone"), CancelledError(), SystemExit(3), KeyboardInterrupt(), GeneratorExit()]
)
def test_anything_else_is_lost_and_never_raised_here(error):
    found = verdict(ended(error), Limits(timeout=1.0))
    assert found.status == LOST
    assert type(error).__name__ in found.reason


def test_a_future_that_was_cancelled_is_lost():
    future = Future()
    future.cancel()
    assert verdict(future, Limits()).status == LOST


@given(st.none() | st.integers() | st.text() | st.binary() | st.lists(st.integers()))
def test_junk_is_lost(junk):
    found = verdict(ended(junk), Limits())
    assert found.status == LOST
    assert type(junk).__name__ in found.reason


@pytest.mark.parametrize(
    ("order", "times"),
    [
        (Load("moons"), 1),
        (Prepare(CELLS[0]), 1),
        (Fit(CELLS[:1], (0,)), 1),
        (Fit(CELLS, (0, 1, 2)), 3),
        (lambda: Load("moons"), 1),
    ],
)
def test_the_limit_is_for_each_cell(order, times):
    asked = Asked()
    supervise(asked, "work", Limits(timeout=2.0), order, (Folder("a"), Folder("b")))
    assert asked.timeout == 2.0 * times
    supervise(asked, "work", Limits(), order, ())
    assert asked.timeout is None


def test_what_is_carried_is_the_order_and_its_folders():
    asked, order = Asked(), Load("moons")
    supervise(asked, "work", Limits(), order, (Folder("a"), Folder("b")))
    assert (asked.function, asked.args) == ("work", (order, Folder("a"), Folder("b")))
    supervise(asked, "work", Limits(), lambda: order, ())
    assert asked.args == (order,)


def test_an_order_that_cannot_be_made_or_given_is_lost():
    def broken():
        raise LookupError("its scores are gone")

    for future in (
        supervise(Serial(), lambda order: Answer(), Limits(), broken, ()),
        supervise(object(), lambda order: Answer(), Limits(), Load("moons"), ()),
    ):
        assert future.done()
        assert verdict(future, Limits()).status == LOST
