"""The folds of a dataset: where their files are, who waits for them, and when they can go."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from imbbench.folders import Folder
from imbbench.job import Job
from imbbench.orders import AboutFold
from imbbench.result import Cell


@dataclass(eq=False)
class Slot:
    """A fold.

    Parameters
    ----------
    number : its place among those of the dataset.
    cell : one that uses it.
    folder : of its files.
    users : the jobs that need it and are not done.
    about : what is known of it once it is prepared.
    asked : whether it is being prepared.
    """

    number: int
    cell: Cell
    folder: Folder
    users: list[Job] = field(default_factory=list)
    about: AboutFold | None = None
    asked: bool = False


class Slots:
    """The folds of one dataset; their folders are below `place`."""

    def __init__(self, place: Path) -> None:
        self._place = place
        self._slots: dict[tuple[str, int, str, int], Slot] = {}

    def of(self, cell: Cell) -> Slot:
        """The cell's fold."""
        which = (cell.split, cell.random_state, cell.scale, cell.fold)
        if which not in self._slots:
            number = len(self._slots)
            self._slots[which] = Slot(number, cell, Folder(str(self._place / f"fold-{number}")))
        return self._slots[which]

    def among(self, cells: Iterable[Cell]) -> list[Slot]:
        """The folds of the cells, each once."""
        return list(dict.fromkeys(map(self.of, cells)))

    def not_asked(self, jobs: Iterable[Job]) -> list[Slot]:
        """Folds that these jobs need and that nobody prepares yet; from now on somebody does."""
        needed = self.among(cell for job in jobs for cell in job.cells)
        found = [slot for slot in needed if not slot.asked]
        for slot in found:
            slot.asked = True
        return found

    def leave(self, job: Job) -> list[Folder]:
        """The job needs its folds no more; returns the folders that nobody needs any more."""
        free = []
        for slot in self.among(job.cells):
            slot.users.remove(job)
            if not slot.users:
                free.append(slot.folder)
                slot.asked, slot.about = False, None
        return free
