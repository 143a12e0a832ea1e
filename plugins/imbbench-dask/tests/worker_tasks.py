"""Functions that tests run on workers, which import them from here."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import time
from pathlib import Path

from imbbench import Folder


def add(a: int, b: int) -> int:
    return a + b


def wrong() -> None:
    raise ValueError("wrong")


def leave(code: int) -> None:
    os._exit(code)


def system_exit() -> None:
    sys.exit(3)


def segfault() -> None:
    signal.raise_signal(signal.SIGSEGV)


def hang() -> None:
    while True:
        signal.pause()


def nap(seconds: float, value: int) -> int:
    time.sleep(seconds)
    return value


def child_of() -> tuple[int, int]:
    """Process ids of the Dask worker and of its child that runs this."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    return int(parent.pid or 0), os.getpid()


def kill_worker() -> None:
    os.kill(child_of()[0], signal.SIGKILL)
    time.sleep(60)


def announce(file: str) -> None:
    """Tell the process id, then never return."""
    Path(file).write_text(str(os.getpid()))
    time.sleep(600)


def write(content: bytes, into: Folder) -> int:
    (Path(into.path) / "sub").mkdir(parents=True)
    into.file("a.bin").write_bytes(content)
    into.file("sub/b.bin").write_bytes(content[::-1])
    return len(content)


def write_and_fail(into: Folder) -> None:
    Path(into.path).mkdir()
    into.file("half.bin").write_bytes(b"half")
    os._exit(1)


def read(folder: Folder) -> tuple[bytes, bytes]:
    return folder.file("a.bin").read_bytes(), folder.file("sub/b.bin").read_bytes()


def found(seconds: float, folder: Folder) -> tuple[int, str, int]:
    """Which worker this runs on, where the folder is there, and number of its file's inode."""
    time.sleep(seconds)
    return child_of()[0], folder.path, folder.file("a.bin").stat().st_ino


def slow_read(seconds: float, folder: Folder) -> tuple[bytes, bytes]:
    time.sleep(seconds)
    return read(folder)


def join(first: Folder, second: Folder, into: Folder) -> None:
    Path(into.path).mkdir()
    into.file("a.bin").write_bytes(read(first)[0] + read(second)[0])
