"""Strategies x models: the figures of a metric as colours, written in."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from imbbench.aggregate import DASH
from imbbench.comparison_figures import label_of
from imbbench.errors import ImbbenchError
from imbbench.plots.canvas import Canvas, wrapped
from imbbench.plots.metrics import metrics_of, readings_of
from imbbench.plots.panels import NOTHING, Missing, put_title
from imbbench.table import Entry
from imbbench.tabulation import Line, by_protocol, entries, lines

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from imbbench.results import Results

    #: A strategy, and its number among those of one name: fits in groups stand apart.
    Row = tuple[str, int]

#: Inches of a panel that has room for a title.
_LEAST = 2.0
#: Inches of a cell, of a character of a name, of a title, and between panels.
_WIDTH, _HEIGHT, _CHARACTER, _TITLE, _GAP = 0.85, 0.4, 0.085, 0.6, 0.2
#: Characters of a line of a name.
_NAME = 24
#: Luminance at which black and white have the same contrast (Web Content Accessibility Guidelines 2.2).
_MIDDLE = 0.179


@dataclass(frozen=True, eq=False)
class _Grid:
    """The lines of a table, by strategy and model."""

    protocol: tuple[str, ...]
    lines: Sequence[Line]

    @property
    def places(self) -> list[tuple[Row, str]]:
        """(row, model) of each line."""
        seen: dict[tuple[str, str], int] = {}
        found = []
        for line in self.lines:
            names = line.fits[0].cell.strategy, line.fits[0].cell.model
            seen[names] = number = seen.get(names, -1) + 1
            found.append(((names[0], number), names[1]))
        return found

    @property
    def rows(self) -> list[Row]:
        """In order of first appearance."""
        return list(dict.fromkeys(row for row, _ in self.places))

    @property
    def columns(self) -> list[str]:
        """The models, in order of first appearance."""
        return list(dict.fromkeys(model for _, model in self.places))


def draw_heatmaps(
    results: Results, canvas: Canvas, metric: str | Sequence[str] | None, calibrate: str
) -> tuple[str, ...]:
    """Draw the figures of the tables, a panel for each protocol and metric, at the run's first threshold that
    is read with this calibration. Yellow is the best, blue the worst; the best is bold, as in the tables.

    Returns lines on fits that have no figures.
    """
    import numpy as np

    key, missing = readings_of(results, calibrate)[0], Missing()
    metrics = metrics_of(results, metric)
    read = replace(results, thresholds=(key,))
    grids = []
    for protocol, rows in by_protocol(results).items():
        missing.note_failures(protocol, rows)
        found = _Grid(protocol, lines(rows, read)[0])
        if any(line.scored for line in found.lines):
            grids.append(found)
    if not grids:
        raise ImbbenchError("; ".join((NOTHING, *missing.notes)))
    widths = [max(_LEAST, *(_WIDTH * len(grid.columns) for grid in grids))] * len(metrics)
    axes = _axes(canvas, grids, widths)
    for (row, column), ax in np.ndenumerate(axes):
        told = (*results.thresholds, 0.5)  # where it is not the usual one
        name = label_of({(metrics[column], each) for each in told}, metrics[column], key)
        shown = entries(grids[row].lines, metrics[column], read)
        falling = metrics[column] in results.lower_is_better
        _draw_one(ax, grids[row], shown, "viridis_r" if falling else "viridis")
        put_title(ax, " · ".join(grids[row].protocol), name, width=widths[column])
        if column:
            ax.tick_params(axis="y", labelleft=False)
    return missing.notes


def _axes(canvas: Canvas, grids: Sequence[_Grid], widths: Sequence[float]) -> NDArray[Any]:
    names = max(min(len(name), _NAME) for grid in grids for name, _ in grid.rows)
    below = [max(min(len(name), _NAME) for name in grid.columns) for grid in grids]
    around = (
        _CHARACTER * names + _GAP * len(widths),
        _CHARACTER / 2 * sum(below) + _TITLE * len(grids),
    )
    heights = [_HEIGHT * len(grid.rows) for grid in grids]
    return canvas.grid(widths, heights, around, f"{len(grids)} data sets x {len(widths)} metrics")


def _draw_one(ax: Axes, grid: _Grid, shown: Sequence[Entry], colours: str) -> None:
    import numpy as np

    rows, columns = grid.rows, grid.columns
    places = [(rows.index(row), columns.index(model)) for row, model in grid.places]
    values = np.full((len(rows), len(columns)), math.nan)
    for place, entry in zip(places, shown, strict=True):
        values[place] = math.nan if entry.text == DASH else float(entry.text)
    known = values[np.isfinite(values)]
    limits = (known.min(), known.max()) if len(known) else (0, 1)
    mesh = ax.pcolormesh(
        np.ma.masked_invalid(values),
        cmap=colours,
        vmin=limits[0],
        vmax=limits[1],
        edgecolors="white",
        linewidth=2,
    )
    for (row, column), entry in zip(places, shown, strict=True):
        value = values[row, column]
        ground: Any = mesh.cmap(mesh.norm(value))[:3] if math.isfinite(value) else (1, 1, 1)
        ax.text(
            column + 0.5, row + 0.5, _text(entry), ha="center", va="center", fontsize="small",
            color=_ink(ground), weight="bold" if entry.best else "normal",
        )  # fmt: skip
    ax.set_xticks(
        [place + 0.5 for place in range(len(columns))], [wrapped(name, _NAME) for name in columns],
        rotation=30, ha="right", rotation_mode="anchor",
    )  # fmt: skip
    ax.set_yticks([place + 0.5 for place in range(len(rows))], [wrapped(name, _NAME) for name, _ in rows])
    ax.invert_yaxis()
    ax.tick_params(length=0, labelsize="small")
    ax.spines[:].set_visible(False)


def _text(entry: Entry) -> str:
    """A figure, and its spread or its interval below."""
    below = f"± {entry.spread}" if entry.spread else entry.interval
    return f"{entry.text}\n{below}" if below else entry.text


def _ink(ground: Sequence[float]) -> str:
    """Black or white, which is read better on an sRGB colour, by its relative luminance (IEC 61966-2-1)."""
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in ground]
    luminance = sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    return "black" if luminance > _MIDDLE else "white"
