"""How worker processes are launched: from the forkserver (spawned where there is none), and unlike
multiprocessing's own without running the caller's script again."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing import spawn
from typing import Any

_METHODS = multiprocessing.get_all_start_methods()
_BASE = multiprocessing.get_context("forkserver" if "forkserver" in _METHODS else "spawn")
_LAUNCHING = threading.Lock()
NO_ERROR = 256  # stands for exit code 0, which pebble takes for a worker that had nothing left to do


class Process(_BASE.Process):  # type: ignore[name-defined, misc, unused-ignore]
    """A process that never imports `__main__`, and that is killed with the processes it started."""

    @staticmethod
    def _Popen(process: Any) -> Any:  # noqa: N802
        with _main_hidden():
            return _BASE.Process._Popen(process)  # type: ignore[attr-defined]

    def start(self) -> None:
        """Start it, and leave looking after it to its pool.

        An exit code arrives once, through a pipe. Whichever thread starts a process looks at all that
        multiprocessing knows of, and of two threads that look at the same one the second finds the
        pipe empty and reports 255.
        """
        super().start()
        multiprocessing.process._children.discard(self)  # type: ignore[attr-defined]

    @property
    def exitcode(self) -> int | None:
        """As in multiprocessing, but `NO_ERROR` for 0: no worker of ours ends by itself."""
        code = super().exitcode
        return NO_ERROR if code == 0 else code

    def terminate(self) -> None:
        """Kill it at once, and the group it leads: a worker has nothing to tidy up that outlives it,
        and what ignores SIGTERM would run on for seconds."""
        super().kill()
        kill_group(self.pid)


class Context(type(_BASE)):  # type: ignore[misc]
    """multiprocessing's context with our `Process`."""

    Process = Process


def kill_group(leader: int | None) -> None:
    """Kill the processes that worker `leader`, alive or not, started."""
    if leader and hasattr(os, "killpg"):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(leader, signal.SIGKILL)


@contextmanager
def _main_hidden() -> Iterator[None]:
    """Launch without telling the child where `__main__` is.

    A child that is told runs the script once more, to unpickle what may be defined there. A script
    that calls `imbbench.run()` without `if __name__ == "__main__"` would so start a run in each
    worker. All that workers are sent can be imported, so nothing is lost. multiprocessing has no
    switch for it; other threads' launches are left as they are.
    """
    with _LAUNCHING:
        ours, prepare = threading.get_ident(), spawn.get_preparation_data

        def without_main(name: str) -> dict[str, Any]:
            data = prepare(name)
            if threading.get_ident() == ours:
                data = {key: value for key, value in data.items() if not key.startswith("init_main")}
            return data

        spawn.get_preparation_data = without_main
        try:
            yield
        finally:
            spawn.get_preparation_data = prepare
