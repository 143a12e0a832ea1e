"""Critical-difference diagrams of a run's strategies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from imbbench.aggregate import clean
from imbbench.diagram import draw_diagrams
from imbbench.plots.canvas import Canvas
from imbbench.plots.metrics import metrics_of, readings_of
from imbbench.plots.panels import Missing
from imbbench.tabulation import by_protocol

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
    """Draw a diagram for each metric and model; returns lines on what could not be compared."""
    missing = Missing()
    for protocol, rows in by_protocol(results).items():
        missing.note_failures(protocol, rows)
    read = replace(results, thresholds=readings_of(results, calibrate))
    names = dict.fromkeys(row.cell.strategy for row in read)
    against = "none" if "none" in names else next(iter(names))
    comparison = read.compare(against, metrics_of(read, metric))
    draw_diagrams(comparison, canvas, known)
    for title in (ax.title for ax in canvas.axes.flat):
        if calibrate != "none" and calibrate not in title.get_text():
            title.set_text(f"{title.get_text()} · {calibrate}")
    told = (note for note in comparison.notes if ": a rope of " not in note)  # no rank depends on it
    return (*missing.notes, *map(clean, told))
