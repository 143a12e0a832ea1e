"""The stored scores of a run's rows, one fit after another: what pictures are drawn from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from imbbench.arrays import unpack
from imbbench.data import Predictions
from imbbench.errors import ImbbenchError
from imbbench.orders import rescoring
from imbbench.outcome import recorded
from imbbench.readings import key_of, reading
from imbbench.records import ScoreRecord
from imbbench.result import Cell, Result
from imbbench.results import Results
from imbbench.scoring import Scored, unpacked
from imbbench.store_read import Reader
from imbbench.surface import Plane, stored_plane

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class FitScores:
    """A row that is ok, and its stored scores."""

    result: Result
    record: ScoreRecord

    @cached_property
    def scored(self) -> Scored:
        """The scores, unpacked."""
        order = rescoring(self.result, self.record)
        return unpacked(order.record, order.prevalence, order.shift)

    def predictions(self, calibrate: str = "none") -> Predictions | None:
        """What the scores say at 0.5, calibrated in this way; None where they cannot be calibrated so."""
        with recorded([]):  # the table of the run has the note
            return self.scored.read(key_of(0.5, calibrate))

    @property
    def plane(self) -> Plane | None:
        """The test part in the plane of its features; None where these are not two numbers, in folds but the
        first, and in cells that an older imbbench fitted."""
        return stored_plane(self.record.fold)

    @property
    def surface(self) -> NDArray[np.float32] | None:
        """Log-odds on the grid of the plane, (size, size): rows are y, columns x, both rising. None without a
        plane, and where the model failed on the grid."""
        return None if self.record.surface is None else unpack(self.record.surface)


def calibrations(results: Results) -> tuple[str, ...]:
    """The ways in which the run's readings calibrate scores, "none" among them if one does not."""
    return tuple(dict.fromkeys(reading(key).calibrate for key in results.thresholds))


def fit_scores(results: Results) -> Iterator[FitScores]:
    """Every row that is ok and has stored scores, one fit's scores in memory at a time.

    Scores belong to a row if they are of its cell and its key: another run may have fitted the same cell on
    other data.

    Raises ImbbenchError where nothing of the run was kept, StoreError where the file cannot be read.
    """
    if results.store is None:
        raise ImbbenchError(
            "pictures are drawn from stored scores, and these results have none: run(..., "
            "store='results.sqlite') keeps them, imbbench run does"
        )
    left: dict[Cell, Result] = {row.cell: row for row in results if row.status == "ok"}

    def is_left(stored: Result) -> bool:
        row = left.get(stored.cell)
        return row is not None and row.key == stored.key

    with Reader.read(results.store) as store:
        for run in reversed(results.runs):
            for _, stored, record in store.scored_rows(run, is_left):
                yield FitScores(left.pop(stored.cell), record)
