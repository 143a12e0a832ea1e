"""Ctrl-C during a run: once, it stops and keeps what was done; twice, the process ends at once."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from types import FrameType, TracebackType
from typing import Any, Self

from imbbench.crew import Crew


class Interrupts:
    """Handles SIGINT while it is entered, also where it was inherited as ignored (a job in a shell's
    background). Outside the main thread Python allows no handlers, and there is none."""

    def __init__(self, crew: Crew) -> None:
        self._crew = crew
        self._before: Any = None
        self.asked = False

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGINT, self._handle)
        return self

    def _handle(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002
        if self.asked:
            _end()
        self.asked = True
        self._crew.wake()
        if self._crew.submitting:  # a cell may be running in this very process
            raise KeyboardInterrupt

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)


def _end() -> None:
    """Kill the children and exit with 130, waiting for nobody."""
    for process in multiprocessing.active_children():
        process.kill()
    if sys.stderr.isatty():
        os.write(2, b"\x1b[?25h\r\n")  # a progress bar hides the cursor
    os._exit(130)
