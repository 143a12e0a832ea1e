"""Folders as they travel, and where a worker keeps those that it has."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Collection
from pathlib import Path
from threading import Lock
from typing import NamedTuple
from uuid import uuid4


class Packed(NamedTuple):
    """A folder and what is in it.

    Parameters
    ----------
    path : of the folder in the coordinating process.
    version : a name that nothing else has; the path may have other content later.
    files : relative path -> content.
    """

    path: str
    version: str
    files: dict[str, bytes]


def pack(folder: Path, path: str, version: str) -> Packed:
    """All files of a folder."""
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    return Packed(path, version, {file.relative_to(folder).as_posix(): file.read_bytes() for file in files})


def unpack(packed: Packed, folder: Path) -> None:
    """Write the files; the folder is there with all of them or not at all."""
    part = folder.with_name(f"{folder.name}.{packed.version}.part")
    part.mkdir(parents=True)
    for name, content in packed.files.items():
        file = part / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    part.rename(folder)


class Shelf:
    """The folders that a worker has, by version: each unpacked once, for all tasks that read it."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._lock = Lock()
        self._there: set[str] = set()
        self._readers: Counter[str] = Counter()

    def new(self) -> Path:
        """Where a task may write a folder; it is not there yet."""
        self._root.mkdir(parents=True, exist_ok=True)
        return self._root / f"new-{uuid4().hex}"

    def keep(self, written: Path, path: str) -> Packed:
        """Put a folder that a task wrote on the shelf, so that it need not be sent back here."""
        packed = pack(written, path, uuid4().hex)
        with self._lock:
            written.rename(self._root / packed.version)
            self._there.add(packed.version)
        return packed

    def take(self, version: str, packed: Packed | None) -> Path | None:
        """Where a folder is, which stays there until `give_back`; None if it is not on the shelf and
        does not come along."""
        with self._lock:
            if version not in self._there:
                if packed is None:
                    return None
                unpack(packed, self._root / version)
                self._there.add(version)
            self._readers[version] += 1
            return self._root / version

    def give_back(self, version: str) -> None:
        """A task is done with a folder that it took."""
        with self._lock:
            self._readers[version] -= 1

    def tidy(self, wanted: Collection[str]) -> None:
        """Remove all folders but the wanted ones and those that a task reads."""
        with self._lock:
            for version in [each for each in self._there if each not in wanted and not self._readers[each]]:
                self._there.remove(version)
                shutil.rmtree(self._root / version, ignore_errors=True)
