"""Cores that a fit keeps busy, told from those that something before it does."""

import subprocess
import sys
import time

import pytest

from imbbench.testing import Nonconforming, cores

pytestmark = pytest.mark.skipif(not cores.can_watch(), reason="needs Linux's /proc")


def busy(seconds: float) -> None:
    """One thread at work."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass


def child(seconds: float) -> "subprocess.Popen[bytes]":
    """Another process at work."""
    script = f"import time\nend = time.monotonic() + {seconds}\nwhile time.monotonic() < end: pass"
    return subprocess.Popen([sys.executable, "-I", "-S", "-c", script])


def test_what_an_earlier_fit_left_behind_is_not_held_against_this_one():
    with child(3 * cores.WATCHED):
        cores.check_cores(lambda: busy(0.002))


def test_a_fit_that_is_on_several_cores_every_time_is_found():
    def run() -> None:
        with child(0.2), child(0.2), child(0.2):
            pass

    with pytest.raises(Nonconforming, match=r"threads running at a time on average"):
        cores.check_cores(run)
