"""Pictures of a run through matplotlib and scikit-learn's displays."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from imbbench.errors import UsageError
from imbbench.fit_scores import calibrations
from imbbench.palette import styles
from imbbench.plots.canvas import Canvas, require, write_figure
from imbbench.plots.chosen import Items, chosen
from imbbench.suggest import did_you_mean

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from imbbench.results import Results

#: Drawn from scores, one line for each fit.
CURVES = ("pr", "roc", "calibration", "scores")
KINDS = (*CURVES, "boundary", "heatmap", "ranks")
#: Those of figures, not of scores.
OF_METRICS = ("heatmap", "ranks")


def plot(
    results: Results,
    kind: str,
    *,
    dataset: Items = None,
    strategy: Items = None,
    model: Items = None,
    metric: str | Sequence[str] | None = None,
    calibrate: str | None = None,
    ax: Axes | None = None,
) -> Axes | NDArray[Any]:
    """Draw into `ax`, or into a new figure of pyplot's; see `Results.plot`."""
    check(kind, metric=metric, calibrate=calibrate)
    import matplotlib.pyplot as plt
    from matplotlib.axes import Axes

    if ax is not None and not isinstance(ax, Axes):
        raise UsageError(f"ax is of type {type(ax).__name__}; expected one matplotlib Axes, for one panel")

    canvas = Canvas(lambda size: plt.figure(figsize=size, layout="compressed"), ax)
    try:
        notes = _draw(results, kind, canvas, (dataset, strategy, model), metric, calibrate)
    except BaseException:
        if canvas.figure is not None:
            plt.close(canvas.figure)
        raise
    for note in notes:
        warnings.warn(note, stacklevel=3)  # where the user called Results.plot
    return canvas.axes[0, 0] if canvas.axes.size == 1 else canvas.axes


def save(
    results: Results,
    kind: str,
    output: Path,
    *,
    dataset: Items = None,
    strategy: Items = None,
    model: Items = None,
    metric: str | Sequence[str] | None = None,
    calibrate: str | None = None,
) -> tuple[str, ...]:
    """Draw into a file, svg, png or pdf by its suffix, and return lines on what is not in it."""
    check(kind, metric=metric, calibrate=calibrate)
    from matplotlib.figure import Figure

    canvas = Canvas(lambda size: Figure(figsize=size, layout="compressed"))
    notes = _draw(results, kind, canvas, (dataset, strategy, model), metric, calibrate)
    write_figure(canvas.figure, output)
    return notes


def check(kind: str, **given: Any) -> None:
    """UsageError for a kind there is none of, or what it has no use for; MissingDependency where a library is
    not installed."""
    if kind not in KINDS:
        raise UsageError(
            f"no plot is named {kind!r}{did_you_mean(str(kind), KINDS)}; there are {', '.join(KINDS)}"
        )
    of_metrics = kind in OF_METRICS
    if given["metric"] is not None and not of_metrics:
        raise UsageError(f"plot {kind} is of scores, not of a metric; leave metric out")
    if given["calibrate"] not in (None, "none") and kind == "boundary":
        raise UsageError("plot boundary is of scores as they are; leave calibrate out")
    require("matplotlib", *(["scikit_posthocs"] if kind == "ranks" else []))


def _draw(
    results: Results,
    kind: str,
    canvas: Canvas,
    items: tuple[Items, Items, Items],
    metric: str | Sequence[str] | None,
    calibrate: str | None,
) -> tuple[str, ...]:
    """Draw the chosen rows and return lines on what could not be drawn. Of the same run, a strategy has the
    same style whichever rows are chosen."""
    known = styles(row.cell.strategy for row in results)
    rows = chosen(results, *items)
    calibrate = calibrate or calibrations(results)[0]
    if kind == "heatmap":
        from imbbench.plots.heatmap import draw_heatmaps

        return draw_heatmaps(rows, canvas, metric, calibrate)
    if kind == "ranks":
        from imbbench.plots.ranks import draw_ranks

        return draw_ranks(rows, canvas, metric, calibrate, known)
    if kind == "boundary":
        from imbbench.plots.boundary import draw_boundaries

        return draw_boundaries(rows, canvas)
    from imbbench.plots.curves import draw_curves

    return draw_curves(rows, canvas, kind, calibrate, known)
