"""A run's files go with it, however it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from imbbench import scratch as module
from imbbench.scratch import PREFIX, YOUNG, scratch

#: Keeps a folder with a file in it until it is told to end.
KEEP = """
import sys
from imbbench.scratch import scratch
with scratch() as place:
    (place / "rows").write_text("rows")
    print(place, flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def base(tmp_path, monkeypatch) -> Path:
    """The place for temporary files, of this process and those that it starts."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return tmp_path


@pytest.fixture
def other():
    """Another process that keeps a folder."""
    process = subprocess.Popen(
        [sys.executable, "-c", KEEP], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    process.place = Path(process.stdout.readline().strip())
    yield process
    process.kill()
    process.communicate()


def age(place: Path) -> None:
    """As if it had been made long ago."""
    then = time.time() - YOUNG - 1
    os.utime(place / "lock", (then, then))


def test_a_folder_is_there_and_then_gone(base):
    with scratch() as place:
        assert place.parent == base
        (place / "deep" / "er").mkdir(parents=True)
        (place / "deep" / "er" / "rows").write_text("rows")
    assert list(base.iterdir()) == []


def test_it_goes_with_an_error_too(base):
    with pytest.raises(ZeroDivisionError), scratch():
        raise ZeroDivisionError
    assert list(base.iterdir()) == []


def test_two_runs_of_one_process_have_a_folder_each(base):
    with scratch() as one:
        age(one)
        with scratch() as two:
            assert one != two
        assert one.is_dir(), "in use, though not by another process"
    assert list(base.iterdir()) == []


def test_what_a_killed_run_left_is_swept_by_the_next(other):
    other.send_signal(signal.SIGKILL)
    other.wait()
    assert (other.place / "rows").exists()
    age(other.place)
    with scratch() as place:
        assert place.is_dir()
        assert not other.place.exists()


def test_what_a_run_uses_is_left_to_it_however_long_it_takes(other):
    age(other.place)
    with scratch():
        assert (other.place / "rows").read_text() == "rows"
    other.communicate("")
    assert not other.place.exists(), "its own folder is gone when it ends"


def test_a_folder_that_was_just_made_may_not_be_locked_yet(other):
    other.send_signal(signal.SIGKILL)
    other.wait()
    with scratch():
        assert other.place.exists()


def test_folders_of_other_programs_are_left(base):
    for name in (f"{PREFIX}without-a-lock", "other-program"):
        (base / name).mkdir()
    (base / "other-program" / "lock").touch()
    age(base / "other-program")
    with scratch():
        pass
    assert sorted(path.name for path in base.iterdir()) == [f"{PREFIX}without-a-lock", "other-program"]


@pytest.mark.skipif(os.getuid() == 0, reason="root may do everything")
def test_what_may_not_be_removed_is_left(base, other):
    other.send_signal(signal.SIGKILL)
    other.wait()
    age(other.place)
    (other.place / "lock").chmod(0)
    with scratch() as place:
        assert place.is_dir()


def test_a_lock_that_vanishes_meanwhile_is_no_error(base, monkeypatch):
    gone = base / f"{PREFIX}gone" / "lock"
    monkeypatch.setattr(module.Path, "glob", lambda self, pattern: iter([gone]))
    with scratch() as place:
        assert place.is_dir()
