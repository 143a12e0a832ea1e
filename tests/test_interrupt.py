"""Ctrl-C, in real processes: once it stops and keeps what was done, twice it ends at once."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from imbbench.interrupt import Interrupts

#: A model that is quick once and then sleeps for an hour; each fit leaves a line.
PLUGIN = """
import pathlib, time
from imbbench import Model, hookimpl

class Sleeper:
    def __init__(self, seconds, stubborn):
        self.seconds, self.stubborn = seconds, stubborn

    def fit(self, train):
        with open("fits", "a") as file:
            file.write("fit\\n")
        end = time.monotonic() + self.seconds
        while time.monotonic() < end:
            try:
                time.sleep(max(0, end - time.monotonic()))
            except KeyboardInterrupt:
                if not self.stubborn:
                    raise
                pathlib.Path("caught").touch()
        return self

    def decision_function(self, X):
        return X[:, 0] * 3

def build(context, *, seconds: float = 0.0, stubborn: bool = False):
    return Sleeper(seconds, stubborn)

@hookimpl
def imbbench_models():
    return [Model("sleeper", build)]
"""
SELECTION = (
    "-p",
    "sleeping",
    "-d",
    "moons[n_samples=100,minority_fraction=0.3]",
    "-s",
    "none",
    "--format",
    "json",
)


class Crew:
    """As far as a handler sees it."""

    def __init__(self, submitting=False):
        self.submitting = submitting
        self.woken = 0

    def wake(self):
        self.woken += 1


def interrupt():
    signal.raise_signal(signal.SIGINT)


def test_the_first_wakes_the_crew_and_nothing_else():
    with Interrupts(crew := Crew()) as interrupts:
        assert not interrupts.asked
        interrupt()
        assert (interrupts.asked, crew.woken) == (True, 1)


def test_the_first_breaks_off_what_runs_in_this_process():
    with Interrupts(crew := Crew(submitting=True)) as interrupts:
        with pytest.raises(KeyboardInterrupt):
            interrupt()
        assert (interrupts.asked, crew.woken) == (True, 1)


@pytest.mark.parametrize("before", [signal.SIG_IGN, signal.SIG_DFL, signal.default_int_handler])
def test_the_handler_of_before_is_there_again(before):
    ours = signal.signal(signal.SIGINT, before)
    try:
        with contextlib.suppress(ZeroDivisionError), Interrupts(Crew()):
            assert signal.getsignal(signal.SIGINT) != before
            raise ZeroDivisionError
        assert signal.getsignal(signal.SIGINT) == before
    finally:
        signal.signal(signal.SIGINT, ours)


def test_outside_the_main_thread_there_is_no_handler():
    seen = []

    def run():
        with Interrupts(Crew()) as interrupts:
            seen.append((signal.getsignal(signal.SIGINT), interrupts.asked))

    before = signal.getsignal(signal.SIGINT)
    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert seen == [(before, False)]


# -- the command line


@pytest.fixture
def begin(tmp_path):
    """begin(models, executor, ignored) -> a run that has begun its last fit."""
    (tmp_path / "sleeping.py").write_text(PLUGIN)
    processes = []

    def run(models, *options, fits, ignored=False):
        env = {key: value for key, value in os.environ.items() if not key.startswith("IMBBENCH")}
        process = subprocess.Popen(
            [sys.executable, "-m", "imbbench", *SELECTION, "-m", models, *options],
            cwd=tmp_path, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            preexec_fn=(lambda: signal.signal(signal.SIGINT, signal.SIG_IGN)) if ignored else None,
        )  # fmt: skip
        processes.append(process)
        end = time.monotonic() + 60
        while not (tmp_path / "fits").exists() or (tmp_path / "fits").read_text().count("\n") < fits:
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < end, "it never began"
            time.sleep(0.01)
        return process

    yield run
    for process in processes:
        process.kill()
        process.communicate()


def statuses(stdout):
    return {row["model"]: (row["status"], row["reason"]) for row in json.loads(stdout)["cells"]}


QUICK_THEN_SLOW = "sleeper,sleeper[seconds=3600]"


@pytest.mark.parametrize("ignored", [False, True], ids=["as usual", "inherited as ignored"])
def test_a_cell_in_this_process_is_broken_off_and_what_was_done_is_kept(begin, ignored):
    process = begin(QUICK_THEN_SLOW, "--executor", "serial", fits=2, ignored=ignored)
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=30)
    assert process.returncode == 130, stderr
    assert statuses(stdout) == {
        "sleeper": ("ok", ""),
        "sleeper[seconds=3600.0]": ("interrupted", "stopped by the user before it was done"),
    }
    assert "Traceback" not in stderr


def test_a_component_that_swallows_it_does_not_keep_the_run_going(begin, tmp_path):
    """It ends with that cell, which is ok, and begins no other."""
    models = "sleeper[seconds=3.0,stubborn=true],sleeper"
    process = begin(models, "--executor", "serial", fits=1)
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=30)
    assert process.returncode == 130, stderr
    assert (tmp_path / "caught").exists()
    assert (tmp_path / "fits").read_text() == "fit\n"
    assert statuses(stdout)["sleeper"][0] == "interrupted"


@pytest.mark.parametrize("ignored", [False, True], ids=["as usual", "inherited as ignored"])
def test_the_second_ends_it_at_once(begin, tmp_path, ignored):
    process = begin("sleeper[seconds=3600,stubborn=true]", "--executor", "serial", fits=1, ignored=ignored)
    process.send_signal(signal.SIGINT)
    end = time.monotonic() + 30
    while not (tmp_path / "caught").exists() and time.monotonic() < end:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    stdout, _ = process.communicate(timeout=10)
    assert (process.returncode, stdout) == (130, "")


def test_a_later_run_takes_what_was_kept_and_fits_the_rest(begin, tmp_path):
    process = begin(QUICK_THEN_SLOW, "--executor", "serial", fits=2)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    (tmp_path / "fits").unlink()
    process = begin(QUICK_THEN_SLOW, "--executor", "serial", fits=1)
    process.send_signal(signal.SIGINT)
    stdout, _ = process.communicate(timeout=30)
    assert (tmp_path / "fits").read_text() == "fit\n", "the quick one was there"
    assert statuses(stdout)["sleeper"] == ("ok", "")
