"""A child made by `os.fork()` starts workers of its own."""

from __future__ import annotations

import os
from functools import cache
from multiprocessing import forkserver
from threading import Lock
from typing import Any

from imbbench.launch import _LAUNCHING


@cache
def part_at_fork(starting: Lock) -> None:
    """Have children that this process forks later start a forkserver of their own.

    multiprocessing would have them wait for that of their parent, which is no child of theirs. No process
    forks while a thread starts the forkserver or launches a worker, so the child finds neither a lock that
    nobody releases nor variables that were meant for another.

    Parameters
    ----------
    starting : held by whoever starts the forkserver, also now: so that this happens once.
    """
    server: Any = forkserver._forkserver  # type: ignore[attr-defined, unused-ignore]

    def hold() -> None:
        starting.acquire()
        _LAUNCHING.acquire()

    def go_on() -> None:
        _LAUNCHING.release()
        starting.release()

    def part() -> None:
        go_on()
        if server._forkserver_alive_fd is not None:
            os.close(server._forkserver_alive_fd)  # the parent's forkserver ends with the parent alone
        server.__init__()  # as multiprocessing makes it; its functions are bound to this very object

    os.register_at_fork(before=hold, after_in_parent=go_on, after_in_child=part)
