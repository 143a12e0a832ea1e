"""Files that one task writes and others map: a loaded dataset, a prepared fold."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Folder:
    """A folder of files that travels by its path.

    Among the arguments of a task, a folder that was not there before is one that the task writes; any
    other it reads. Where tasks do not share a file system, the executor brings the files along and
    passes the folder under the path that they have there.
    """

    path: str

    def file(self, name: str) -> Path:
        """The path of one of its files."""
        return Path(self.path) / name
