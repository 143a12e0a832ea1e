"""Imported by the forkserver alone, before it forks: it imports what every worker would import.

`imbbench.processes.preload` says what, in an environment variable that is gone afterwards. Whatever
fails here fails again in the worker that needs it, and is reported there: here it only must not end
the forkserver, which shields itself from ImportError alone.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module

from imbbench.processes import PRELOAD

_ALWAYS = ("pebble", "imbbench.launch", "imbbench.child")


@contextmanager
def _silence() -> Iterator[None]:
    """Nothing on stdout or stderr, by descriptor: a handler made meanwhile keeps a stream that works."""
    kept = [os.dup(1), os.dup(2)]
    with open(os.devnull, "w") as nowhere:  # noqa: PTH123
        for number in (1, 2):
            os.dup2(nowhere.fileno(), number)
    try:
        with warnings.catch_warnings(action="ignore"):
            yield
    finally:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        for number, copy in zip((1, 2), kept, strict=True):
            os.dup2(copy, number)
            os.close(copy)


def _import(modules: list[str]) -> None:
    for module in modules:
        with suppress(Exception, SystemExit):
            import_module(module)


if PRELOAD in os.environ:
    wanted = json.loads(os.environ.pop(PRELOAD))
    sys.path[:] = wanted["path"]
    with suppress(Exception), _silence():
        _import([*_ALWAYS, *wanted["modules"]])
    gc.freeze()  # the collector of a worker leaves alone what it shares with the others
