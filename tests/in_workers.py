"""Functions that tests have worker processes run: each does to its process what a bad model would do."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from imbbench.child import is_out_of_memory, limit_memory

HOUR = 3600


class Rebuilt(Exception):
    """Pickles, but cannot be unpickled: it is rebuilt with one argument."""

    def __init__(self, one: int, two: int) -> None:
        super().__init__(one)


class Spoilt:
    """Pickles, but raises something else than pickle's errors when it is unpickled."""

    def __reduce__(self):
        return int, ("spoilt",)


def surroundings(*names: str) -> tuple[list[str | None], str, list[str], int]:
    return [os.environ.get(name) for name in names], str(Path.cwd()), sys.path, os.getpid()


def main_file() -> str | None:
    return getattr(sys.modules["__main__"], "__file__", None)


def loaded(*modules: str) -> list[bool]:
    return [module in sys.modules for module in modules]


def divide(a: float, b: float) -> float:
    return a / b


def raise_rebuilt() -> None:
    raise Rebuilt(1, 2)


def make_spoilt() -> Spoilt:
    return Spoilt()


def hang(*_: object) -> None:
    time.sleep(HOUR)


def hang_deaf() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    hang()


def hang_native() -> None:
    ctypes.PyDLL(None).sleep(HOUR)  # unlike CDLL, keeps the interpreter locked


def segfault() -> None:
    ctypes.string_at(0)


def meet(folder: str, mine: str, other: str) -> bool:
    """Whether another function, that waits for this one, runs at the same time."""
    (Path(folder) / mine).touch()
    for _ in range(1000):
        if (Path(folder) / other).exists():
            return True
        time.sleep(0.01)
    return False


def start_process(note: str, then: str) -> None:
    """Start a process that would outlive this one, note its id, then hang or abort."""
    process = subprocess.Popen([sys.executable, "-c", f"import time; time.sleep({HOUR})"])
    Path(note).write_text(str(process.pid))
    os.abort() if then == "abort" else hang()


def allocate_arrays(limit: int | None) -> None:
    import numpy as np

    limit_memory(limit)
    kept = []
    while True:
        kept.append(np.ones(2**17))


def allocate_tensors(limit: int | None) -> str:
    """What torch says at the limit, if it is recognised."""
    import torch

    limit_memory(limit)
    kept = []
    try:
        while True:
            kept.append(torch.ones(2**17))
    except Exception as error:
        kept.clear()
        return type(error).__name__ if is_out_of_memory(error) else f"not recognised: {error!r}"


def allocate(limit: int | None, size: int) -> int:
    """The length of a block, if it could be had under a limit."""
    limit_memory(limit)
    return len(bytearray(size))


def soft_limit(limit: int | None) -> int:
    import resource

    limit_memory(limit)
    return resource.getrlimit(resource.RLIMIT_DATA)[0]
