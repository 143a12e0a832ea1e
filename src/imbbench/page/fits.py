"""What the page draws of each strategy and model: the scores of all their folds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from imbbench.fit_scores import calibrations, fit_scores
from imbbench.page.boundary import plane_data, surface_data
from imbbench.page.drawn import drawn
from imbbench.page.names import Names
from imbbench.readings import reading

if TYPE_CHECKING:
    from imbbench.result import Cell
    from imbbench.results import Results
    from imbbench.table import Entry
    from imbbench.tabulation import Line

#: Metrics whose figures stand in the legends of the pictures.
_IN_LEGENDS = ("average_precision", "roc_auc", "ece")


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
        pieces[fit.result.cell] = Piece(read, surface_data(fit, cuts), planes[fold])
    return pieces


def fits_of(
    lines: Sequence[Line],
    figures: Mapping[str, Sequence[Entry]],
    results: Results,
    names: Names,
    pieces: Mapping[Cell, Piece],
) -> tuple[list[dict[str, Any]], list[str]]:
    """(what is drawn of each strategy and model, calibrated in each way; sentences on what is not).

    Left out are those of which some scores are not stored, or cannot be calibrated so, as their counts would
    not be those of the table, and boundaries on another plane than that of `plane_of`.

    Parameters
    ----------
    figures : metric -> what stands in its column, for each of the lines.
    """
    fits = []
    undrawn: dict[str, None] = {}
    plane = plane_of(lines, pieces)
    for way in calibrations(results):
        first = next(key for key in results.thresholds if reading(key).calibrate == way)
        for place, line in enumerate(lines):
            cells = [row.cell for row in line.scored if line.threshold == first]
            missing = sum(cell not in pieces for cell in cells)
            who = f"{line.strategy} with {line.model}"
            if missing:
                lost = f"of {missing} of {len(cells)} fits no scores are stored"
                undrawn[f"no pictures of {who}: {lost}"] = None
            elif cells and all(way in pieces[cell].read for cell in cells):
                legends = {name: str(figures[name][place]) for name in _IN_LEGENDS if name in figures}
                if any(pieces[cell].surface and pieces[cell].plane != plane for cell in cells):
                    undrawn[f"no boundary of {who}: its test part is another one"] = None
                own = _folds(cells, way, pieces, plane)
                fits.append({**names.of_line(line), "calibrate": way, "figure": legends, **own})
    return fits, list(undrawn)


def _folds(
    cells: Sequence[Cell], way: str, pieces: Mapping[Cell, Piece], plane: dict[str, Any] | None
) -> dict[str, Any]:
    """The folds, and the surface of the first that has one on this plane: of scores as they are, hence not
    calibrated."""
    own = [pieces[cell] for cell in cells] if way == "none" else []
    return {
        "folds": [{"fold": cell.fold, "seed": cell.seed, **pieces[cell].read[way]} for cell in cells],
        "surface": next((piece.surface for piece in own if piece.surface and piece.plane == plane), None),
    }


def plane_of(lines: Sequence[Line], pieces: Mapping[Cell, Piece]) -> dict[str, Any] | None:
    """The first plane that a fit of these lines has: all boundaries of a protocol are drawn on one."""
    there = (pieces[row.cell].plane for line in lines for row in line.scored if row.cell in pieces)
    return next(filter(None, there), None)
