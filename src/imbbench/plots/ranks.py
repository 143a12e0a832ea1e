"""Critical-difference diagrams of a run's strategies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from imbbench.diagram import draw_diagrams
from imbbench.plots.canvas import Canvas
from imbbench.plots.metrics import metrics_of, readings_of

if TYPE_CHECKING:
    from imbbench.palette import Style
    from imbbench.results import Results


def draw_ranks(
    results: Results,
    canvas: Canvas,
    metric: str | Sequence[str] | None,
    calibrate: str,
    known: Mapping[str, Style],
) -> tuple[str, ...]:
    """Draw a diagram for each metric and model; returns what could not be compared."""
    read = replace(results, thresholds=readings_of(results, calibrate))
    names = dict.fromkeys(row.cell.strategy for row in read)
    against = "none" if "none" in names else next(iter(names))
    comparison = read.compare(against, metrics_of(read, metric))
    draw_diagrams(comparison, canvas, known)
    return ()
