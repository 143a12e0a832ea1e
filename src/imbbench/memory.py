"""Keeping the memory of a process that runs cells near what its arrays need."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import sys
from collections.abc import Iterator

#: glibc's M_MMAP_THRESHOLD, and the size from which a block is one of its own: well above what a
#: training step allocates, below the arrays of a dataset that memory matters for.
_MMAP_THRESHOLD, _LARGE = -3, 4 * 2**20


def trim() -> None:
    """Give all freed memory back to the system: small blocks of a large model are kept else, tens of MB
    after a forest. Takes milliseconds. Only glibc is told."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).malloc_trim(0)


def return_large_blocks() -> None:
    """Give large blocks back to the system as soon as they are freed.

    glibc gives fewer back the larger the blocks that were freed before, up to 32 MiB: a fold's arrays
    then come from its heap, which any small object behind them keeps from shrinking. A fixed limit
    changes that for the whole process. Other C libraries are left as they are.
    """
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).mallopt(_MMAP_THRESHOLD, _LARGE)


@contextlib.contextmanager
def no_collection() -> Iterator[None]:
    """Make many objects, all of which stay, without Python looking again and again through those that are
    there already for garbage; with 100,000 that is half the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
