"""A folder for the files of one run, gone afterwards; what killed runs have left behind goes too."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

PREFIX = "imbbench-"
#: Seconds after which a folder must have been locked by the run that made it.
YOUNG = 60


@contextlib.contextmanager
def scratch() -> Iterator[Path]:
    """A new folder in the system's place for temporary files.

    It is locked, and a lock ends with its process, however that ends: a folder whose lock can be had
    belongs to nobody.
    """
    from filelock import FileLock

    place = Path(tempfile.mkdtemp(prefix=PREFIX))
    try:
        with FileLock(place / "lock"):
            _sweep(place.parent)
            yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _sweep(base: Path) -> None:
    from filelock import FileLock, Timeout

    for lock in base.glob(f"{PREFIX}*/lock"):
        with contextlib.suppress(OSError, Timeout):  # somebody else's, or in use
            if lock.stat().st_mtime < time.time() - YOUNG:
                with FileLock(lock, timeout=0):
                    shutil.rmtree(lock.parent, ignore_errors=True)
