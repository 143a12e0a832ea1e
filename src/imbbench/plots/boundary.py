"""Decision boundaries of data with two features: a panel for each strategy and model."""

from __future__ import annotations

import inspect
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from imbbench.errors import ImbbenchError
from imbbench.fit_scores import calibrations
from imbbench.labels import place
from imbbench.plots.canvas import SIDE, Canvas, leave_out_inner_labels, plain
from imbbench.plots.legend import height, put_legend
from imbbench.plots.panels import NOTHING, Missing, Panel, panels_of, put_title, scores_of
from imbbench.readings import reading

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from imbbench.fit_scores import FitScores
    from imbbench.results import Results

#: Inches of what is beside a panel, and above and below it.
_BESIDE, _ABOVE = 0.55, 0.95
_OLD = "or an older imbbench fitted it (imbbench run --fresh fits it anew)"
_NO_PLANE = f"its features are not two numbers, {_OLD}"
_NO_SURFACE = f"its model failed on a grid of points, {_OLD}"
_NO_FIRST = "only fold 0 is drawn, and it has no figures"
#: Points that are drawn one by one in svg and pdf; more are an image, a tenth of the bytes.
_MANY = 1000
#: Blue where negatives are likely, red where positives are; and how points of both look.
_COLOURS = "RdBu_r"
_POINTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("negative", {"marker": ".", "markersize": 2.5, "color": "#053061", "alpha": 0.5}),
    (
        "positive",
        {"marker": "o", "markersize": 4, "color": "#67001f", "markeredgecolor": "w", "markeredgewidth": 0.4},
    ),
)


def draw_boundaries(results: Results, canvas: Canvas) -> tuple[str, ...]:
    """Draw the probabilities that each fit's model gives to the plane, the line where they cross the run's
    first fixed threshold, and the test part; of several folds and seeds the first.

    Returns lines on what is not drawn.
    """
    missing = Missing()
    panels = [panel for whole in panels_of(results, missing) for panel in _first_fits(whole)]
    found = _with_surface(results, panels, missing)
    rows = list(dict.fromkeys(_row_of(panel) for panel in panels if panel in found))
    columns = sorted({panel.column for panel in found})
    around = _BESIDE * len(columns), _ABOVE * len(rows) + height(["", ""])
    what = f"{len(rows)} strategies on data sets x {len(columns)} models"
    axes = canvas.grid([SIDE] * len(columns), [SIDE] * len(rows), around, what)
    for ax in axes.flat:
        ax.set_visible(False)
    fixed = (reading(key).values["p"] for key in results.thresholds if reading(key).rule == "fixed")
    threshold = next(fixed, 0.5)
    raw = " of scores as they are" if set(calibrations(results)) != {"none"} else ""
    several = any(row.cell.fold or row.cell.seed for row in results)
    for panel, fit in found.items():
        ax = axes[rows.index(_row_of(panel)), columns.index(panel.column)]
        ax.set_visible(True)
        entries = _draw_one(ax, fit, threshold, f"threshold {threshold:g}{raw}")
        which = (*panel.protocol, place(fit.result.cell)) if several else panel.protocol
        put_title(ax, " · ".join(which), f"{panel.strategies[0]} · {panel.model}")
        if ax in axes[-1]:
            put_legend(ax, entries, "" if canvas.is_own else "best")
    leave_out_inner_labels(axes)
    return missing.notes


def _row_of(panel: Panel) -> tuple[int, str, str]:
    """What the panels of a row share: fits in groups stand apart, as in the tables."""
    return panel.row, panel.strategies[0], panel.lines[0].fits[0].numerics


def _first_fits(panel: Panel) -> list[Panel]:
    """A panel for each line of a panel, with its first fit only."""
    first = [min(line.scored, key=lambda row: (row.cell.fold, row.cell.seed)) for line in panel.lines]
    return [
        replace(panel, lines=(replace(line, fits=[row]),))
        for line, row in zip(panel.lines, first, strict=True)
    ]


def _with_surface(results: Results, panels: list[Panel], missing: Missing) -> dict[Panel, FitScores]:
    """The fits that can be drawn; ImbbenchError where none can."""
    found = {}
    for panel, _, fit in scores_of(results, panels, missing):
        if fit.plane is None or fit.surface is None:
            why = _NO_FIRST if fit.result.cell.fold else _NO_PLANE if fit.plane is None else _NO_SURFACE
            missing.note(panel.protocol, why, fit.result)
        else:
            found[panel] = fit
    if not found:
        raise ImbbenchError("; ".join((NOTHING, *missing.notes)))
    return found


def _draw_one(ax: Axes, fit: FitScores, threshold: float, name: str) -> list[tuple[Artist, str]]:
    """What is in a panel, with its labels for the legend, `name` that of the threshold."""
    import numpy as np
    from matplotlib.lines import Line2D
    from scipy.special import expit, logit
    from sklearn.inspection import DecisionBoundaryDisplay

    plane, surface = fit.plane, fit.surface
    assert plane is not None
    assert surface is not None
    x, y = np.meshgrid(*(np.linspace(*limits, plane.size) for limits in (plane.x, plane.y)))
    axes = dict(zip(("xlabel", "ylabel"), map(plain, plane.axes), strict=True))
    # What scikit-learn 1.9 must be told, 1.8 does not take.
    new = {"n_classes": 2} if "n_classes" in inspect.signature(DecisionBoundaryDisplay).parameters else {}
    DecisionBoundaryDisplay(xx0=x, xx1=y, response=expit(surface), **new, **axes).plot(
        "contourf", ax=ax, levels=np.linspace(0, 1, 11), cmap=_COLOURS, alpha=0.5
    )
    cut = logit(threshold)
    if surface.min() < cut < surface.max():
        DecisionBoundaryDisplay(xx0=x, xx1=y, response=surface, **new, **axes).plot(
            "contour", ax=ax, levels=[cut], colors="black", linestyles="solid", linewidths=1.4, zorder=3
        )
    entries: list[tuple[Artist, str]] = [(Line2D([], [], color="black", linewidth=1.4), name)]
    for label, (class_name, look) in enumerate(_POINTS):
        own = plane.points[fit.scored.y == label]
        (points,) = ax.plot(*own.T, linestyle="", rasterized=len(own) > _MANY, **look)
        entries.append((points, class_name))
    ax.set(xlim=plane.x, ylim=plane.y, box_aspect=1)
    return entries
