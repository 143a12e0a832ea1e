"""What the page draws of each strategy and model: the scores of all their folds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from imbbench.fit_scores import calibrations, fit_scores
from imbbench.page.boundary import plane_data, surface_data
from imbbench.page.drawn import drawn
from imbbench.page.origin import without_folders
from imbbench.readings import reading

if TYPE_CHECKING:
    from imbbench.result import Cell
    from imbbench.results import Results
    from imbbench.table import Entry
    from imbbench.tabulation import Line

#: Metrics whose figures stand in the legends of the pictures.
_IN_LEGENDS = ("average_precision", "roc_auc", "ece", "brier")


@dataclass(frozen=True)
class Piece:
    """What is drawn of one cell.

    Parameters
    ----------
    read : calibration -> `drawn`, of those with which it can be read.
    surface, plane : `surface_data`, `plane_data`; cells of one fold share their plane.
    """

    read: Mapping[str, dict[str, Any]]
    surface: list[int] | None
    plane: dict[str, Any] | None


def pieces_of(results: Results, grid: Sequence[float]) -> dict[Cell, Piece]:
    """What is drawn of every cell that has stored scores; none for results without a store.

    Parameters
    ----------
    grid : probabilities at which a threshold can be set, rising.
    """
    from scipy.special import logit

    cuts = logit(grid)
    ways = calibrations(results)
    planes: dict[str, dict[str, Any] | None] = {}
    pieces: dict[Cell, Piece] = {}
    for fit in fit_scores(results) if results.store else ():
        seen = {way: predictions for way in ways if (predictions := fit.predictions(way)) is not None}
        fold = fit.record.fold.digest
        if fold not in planes:
            planes[fold] = plane_data(fit)
        read = {way: drawn(predictions, cuts) for way, predictions in seen.items()}
        pieces[fit.result.cell] = Piece(read, surface_data(fit), planes[fold])
    return pieces


def fits_of(
    lines: Sequence[Line],
    figures: Mapping[str, Sequence[Entry]],
    results: Results,
    slots: Mapping[str, int],
    pieces: Mapping[Cell, Piece],
) -> tuple[list[dict[str, Any]], list[str]]:
    """(what is drawn of each strategy and model, calibrated in each way; sentences on what is not).

    Those of which some scores are not stored, or cannot be calibrated so, are left out: their counts would
    not be those of the table.

    Parameters
    ----------
    figures : metric -> what stands in its column, for each of the lines.
    slots : strategy -> place of its style.
    """
    fits = []
    undrawn: dict[str, None] = {}
    for way in calibrations(results):
        first = next(key for key in results.thresholds if reading(key).calibrate == way)
        for place, line in enumerate(lines):
            cells = [row.cell for row in line.scored if line.threshold == first]
            missing = sum(cell not in pieces for cell in cells)
            if missing:
                names = f"{line.strategy} with {line.model}"
                undrawn[f"no pictures of {names}: of {missing} of {len(cells)} fits no scores are stored"] = (
                    None
                )
            elif cells and all(way in pieces[cell].read for cell in cells):
                legends = {name: str(figures[name][place]) for name in _IN_LEGENDS if name in figures}
                fits.append(
                    {
                        **names_of(line, slots),
                        "calibrate": way,
                        "figure": legends,
                        **_folds(cells, way, pieces),
                    }
                )
    return fits, list(undrawn)


def _folds(cells: Sequence[Cell], way: str, pieces: Mapping[Cell, Piece]) -> dict[str, Any]:
    """The folds, and the surface of the first that has one: of scores as they are, hence not calibrated."""
    surfaces = (pieces[cell].surface for cell in cells if way == "none")
    return {
        "folds": [{"fold": cell.fold, "seed": cell.seed, **pieces[cell].read[way]} for cell in cells],
        "surface": next(filter(None, surfaces), None),
    }


def names_of(line: Line, slots: Mapping[str, int]) -> dict[str, Any]:
    """How a line's strategy and model are called, and the slot of the strategy."""
    slot = slots[line.fits[0].cell.strategy]
    return {"strategy": without_folders(line.strategy), "model": without_folders(line.model), "slot": slot}
