from __future__ import annotations

import os
import time

import pytest

from imbbench import UsageError
from imbbench.builtin.executors import imbbench_executors, processes, serial


def test_serial_runs_at_once_in_this_process():
    calls = []
    future = serial(4).submit(lambda *args: calls.append(args) or sum(args), None, 1, 2)
    assert calls == [(1, 2)]
    assert future.result() == 3


def test_an_exception_is_the_futures():
    future = serial(1).submit(lambda: 1 / 0, None)
    with pytest.raises(ZeroDivisionError):
        future.result()


def test_limits_are_refused():
    with pytest.raises(UsageError, match="'serial' cannot stop a running task"):
        serial(1).submit(lambda: 1, 3.0)


def test_processes_run_elsewhere_and_can_be_stopped():
    executor = processes(1)
    try:
        assert executor.submit(os.getpid, 60).result() != os.getpid()
        with pytest.raises(TimeoutError):
            executor.submit(time.sleep, 0.2, 3600).result()
    finally:
        executor.stop()


def test_only_serial_runs_in_this_process():
    assert {executor.name: executor.in_process for executor in imbbench_executors()} == {
        "processes": False,
        "serial": True,
    }
