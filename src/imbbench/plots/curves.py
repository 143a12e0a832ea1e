"""Precision-recall and ROC curves, reliability diagrams and distributions of scores: a line for each fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from imbbench.aggregate import figure
from imbbench.errors import ImbbenchError
from imbbench.plots.canvas import SIDE, Canvas, leave_out_inner_labels, plain
from imbbench.plots.forms import FORMS, Form
from imbbench.plots.legend import entry, height, put_legend
from imbbench.plots.panels import NOTHING, Missing, Panel, panels_of, put_title, scores_of
from imbbench.table import Entry

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from numpy.typing import NDArray

    from imbbench.data import Predictions
    from imbbench.palette import Style
    from imbbench.result import Result
    from imbbench.results import Results

#: Inches of what is beside a panel, and above and below it without its legend.
_BESIDE, _ABOVE = 0.6, 1.05

_UNREAD = "{0} cannot calibrate it (imbbench run --calibrate {0} stores what it takes, where it can)"


@dataclass(eq=False)
class _Drawn:
    """What is in a panel.

    Parameters
    ----------
    artists : place of a line of the table -> what stands for it in the legend.
    rows : place -> its fits, each with the figure that the legend shows.
    prevalences : fold -> share of positives of its test part.
    """

    artists: dict[int, Artist] = field(default_factory=dict)
    rows: dict[int, list[Result]] = field(default_factory=dict)
    prevalences: dict[int, float] = field(default_factory=dict)


def draw_curves(
    results: Results, canvas: Canvas, kind: str, calibrate: str, known: Mapping[str, Style]
) -> tuple[str, ...]:
    """Draw one of `FORMS` of every row, a panel for each protocol and model.

    Parameters
    ----------
    calibrate : what makes the scores probabilities.
    known : strategy spec -> style.

    Returns lines on what is not drawn.
    """
    form, missing = FORMS[kind], Missing()
    panels = panels_of(results, missing)
    axes = _axes(canvas, panels)
    drawn: dict[Panel, _Drawn] = {}
    for panel, place, fit in scores_of(results, panels, missing):
        seen = fit.predictions(calibrate)
        why = _UNREAD.format(calibrate) if seen is None else form.lacks(seen)
        if seen is None or why:
            missing.note(panel.protocol, why, fit.result)
            continue
        look = _look(known[panel.strategies[place]], single=len(panel.lines[place].scored) == 1)
        artist = form.draw(axes[panel.row, panel.column], seen, look, plain(fit.result.positive or "1"))
        own = drawn.setdefault(panel, _Drawn())
        own.artists.setdefault(place, artist)
        own.rows.setdefault(place, []).append(_measured(fit.result, seen, form))
        own.prevalences[fit.result.cell.fold] = float(seen.y.mean())
    if not drawn:
        raise ImbbenchError("; ".join((NOTHING, *missing.notes)))
    _finish(axes, drawn, form, canvas, calibrate)
    return missing.notes


def _axes(canvas: Canvas, panels: Sequence[Panel]) -> NDArray[Any]:
    rows, columns = (1 + max(places) for places in zip(*((p.row, p.column) for p in panels), strict=True))
    legends = [0.0] * rows
    for panel in panels:
        labels = [entry(name, "AUC = 0.0000 ± 0.0000") for name in panel.strategies]
        legends[panel.row] = max(legends[panel.row], height(labels))
    around = _BESIDE * columns, _ABOVE * rows + sum(legends)
    return canvas.grid([SIDE] * columns, [SIDE] * rows, around, f"{rows} data sets x {columns} models")


def _look(style: Style, *, single: bool) -> dict[str, Any]:
    """How the line of a strategy's only fit looks, or of one of several, as matplotlib's keywords."""
    dash = (0, style.dash) if style.dash else "-"
    return {"color": style.light, "linestyle": dash, "linewidth": 1.6 if single else 0.8}


def _measured(result: Result, seen: Predictions, form: Form) -> Result:
    """The result with no other metric than the legend's."""
    return replace(result, metrics={0.5: {form.metric: form.figure(seen)} if form.figure else {}})


def _finish(
    axes: NDArray[Any], drawn: Mapping[Panel, _Drawn], form: Form, canvas: Canvas, calibrate: str
) -> None:
    """Titles, legends and references; panels without any line are hidden."""
    for ax in axes.flat:
        ax.set_visible(False)
    for panel, own in drawn.items():
        ax = axes[panel.row, panel.column]
        ax.set_visible(True)
        way = () if calibrate == "none" else (calibrate,)
        put_title(ax, " · ".join(panel.protocol), " · ".join((panel.model, *way)))
        references = form.references(ax, own.prevalences)
        entries = [
            (artist, _label(panel.strategies[place], own.rows[place], form))
            for place, artist in sorted(own.artists.items())
        ]
        put_legend(ax, [*entries, *references], "" if canvas.is_own else form.corner)
    leave_out_inner_labels(axes)


def _label(strategy: str, rows: Sequence[Result], form: Form) -> str:
    """What the legend says of a strategy: the figure as the tables have it."""
    if not form.metric:
        return entry(strategy)
    return entry(strategy, f"{form.short} = {Entry(*figure(rows, 0.5, form.metric))}")
