"""Curves drawn with characters: what `imbbench show --plot` prints in a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import cycle, islice
from string import ascii_letters
from typing import IO, TYPE_CHECKING

from imbbench.aggregate import clean, figure
from imbbench.builtin.report_text import speller
from imbbench.errors import ImbbenchError
from imbbench.fit_scores import calibrations
from imbbench.labels import shorten
from imbbench.palette import LIGHT
from imbbench.plots.canvas import require
from imbbench.plots.forms import FORMS
from imbbench.plots.panels import NOTHING, Missing, Panel, panels_of, scores_of
from imbbench.table import Entry
from imbbench.terminal_curves import VIEWS, View

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from imbbench.palette import Style
    from imbbench.result import Result
    from imbbench.results import Results
    from imbbench.terminal_curves import Lines, Points

#: A character for each strategy: curves are told apart without colours.
MARKERS = "ox+*#@%&=" + ascii_letters.replace("o", "").replace("x", "")
REFERENCE = "."
#: The nearest of a terminal's own 16 colours to each of the palette's, so that its theme makes them readable.
_COLOURS = (None, 4, 3, 2, 5, 1, 13, 6)
#: Columns and lines of what is piped; of a terminal, no more are used than the second.
_PIPE, _MOST = (80, 24), (110, 40)
_FEWEST_LINES = 10
#: For streams that cannot hold the characters of a frame.
_PLAIN = str.maketrans("│─┤├┬┴└┘┌┐┼", "|-+++++++++")


@dataclass(eq=False)
class _Drawn:
    """What is drawn of a strategy in one picture: a curve for each fit, and the fits with their figure."""

    marker: str
    colour: int | None
    name: str
    curves: list[Points] = field(default_factory=list)
    rows: list[Result] = field(default_factory=list)


def print_plots(results: Results, kind: str, stream: IO[str], known: Mapping[str, Style]) -> None:
    """Print a picture for each protocol and model, a character for each strategy, and what is not drawn.

    Parameters
    ----------
    kind : pr, roc, calibration or scores.
    known : strategy spec -> style, of the whole run.

    A terminal gets pictures of its size, in colours unless NO_COLOR is set; a pipe plain text. Raises
    MissingDependency without plotext, ImbbenchError where there is nothing to draw.
    """
    require("plotext")
    console = _console(stream)
    for way in calibrations(results):
        missing = Missing()
        for panel, drawn, prevalences in _drawn(results, kind, way, known, missing):
            title = [*panel.protocol, panel.model, *([way] if way != "none" else [])]
            _print(console, stream, " · ".join(map(clean, title)), kind, drawn, prevalences)
        for note in missing.notes:
            console.print(_text(note, stream), soft_wrap=not console.is_terminal)


def _console(stream: IO[str]) -> Console:
    from rich.console import Console

    if not stream.isatty():  # whatever FORCE_COLOR says
        return Console(file=stream, force_terminal=False, width=_PIPE[0], height=_PIPE[1], highlight=False)
    return Console(file=stream, highlight=False)


def _drawn(
    results: Results, kind: str, way: str, known: Mapping[str, Style], missing: Missing
) -> list[tuple[Panel, list[_Drawn], dict[int, float]]]:
    """(panel, what is drawn in it, fold -> share of positives of its test part); one fit's scores are in
    memory at a time."""
    form = FORMS[kind]
    panels = panels_of(results, missing)
    marks = dict(zip(known, islice(cycle(MARKERS), len(known)), strict=True))
    names, _ = shorten(known)  # the same in every picture
    drawn = {
        panel: [
            _Drawn(marks[spec], _COLOURS[LIGHT.index(known[spec].light)], clean(names[spec]))
            for spec in panel.strategies
        ]
        for panel in panels
    }
    shares: dict[Panel, dict[int, float]] = {panel: {} for panel in panels}
    for panel, place, fit in scores_of(results, panels, missing):
        seen = fit.predictions(way)
        why = f"its scores cannot be calibrated by {way}" if seen is None else form.lacks(seen)
        if seen is None or why:
            missing.note(panel.protocol, why, fit.result)
            continue
        own = drawn[panel][place]
        own.curves += VIEWS[kind].points(seen)
        figures = {form.metric: form.figure(seen)} if form.figure else {}
        own.rows.append(replace(fit.result, metrics={0.5: figures}))
        shares[panel][fit.result.cell.fold] = float(seen.y.mean())
    if not any(shares.values()):
        raise ImbbenchError("; ".join((NOTHING, *missing.notes)))
    return [(panel, [one for one in drawn[panel] if one.rows], own) for panel, own in shares.items() if own]


def _print(
    console: Console,
    stream: IO[str],
    title: str,
    kind: str,
    drawn: Sequence[_Drawn],
    prevalences: Mapping[int, float],
) -> None:
    from rich.text import Text

    view, width = VIEWS[kind], min(console.width, _MOST[0])
    entries = [_entry(one, kind, stream) for one in drawn]
    name, lines = view.reference(prevalences) if view.reference else ("", [])
    if name:
        entries.append(Text(f"{REFERENCE} {name}"))
    above = _text(title, stream).wrap(console, width)
    for line in above:
        line.stylize("bold")
    above.append(Text(view.y))  # beside the other's name there may be no room
    below = [line for entry in _packed(entries, width) for line in entry.wrap(console, width)]
    room = min(console.height, _MOST[1]) - len(above) - len(below) - 2  # a line between pictures, the prompt
    picture = _picture(view, drawn, lines, (width, max(room, _FEWEST_LINES)))
    for line in (*above, *_text(picture, stream).split(), *below, Text()):
        line.rstrip()
        console.print(line, crop=False)


def _entry(one: _Drawn, kind: str, stream: IO[str]) -> Text:
    from rich.text import Text

    form = FORMS[kind]
    shown = f" ({form.short} = {Entry(*figure(one.rows, 0.5, form.metric))})" if form.figure else ""
    marker = Text(one.marker, style="" if one.colour is None else f"color({one.colour})")
    return Text.assemble(marker, " ", _text(f"{one.name}{shown}", stream))


def _text(text: str, stream: IO[str]) -> Text:
    """As the stream can hold it; escape codes become styles, which a terminal gets as it can show them."""
    from rich.text import Text

    spell = speller(stream)
    lines = (line if spell(line) == line else spell(line.translate(_PLAIN)) for line in text.splitlines())
    return Text.from_ansi("\n".join(lines), no_wrap=False)


def _packed(entries: Sequence[Text], width: int) -> list[Text]:
    """As many entries in a line as fit."""
    lines: list[Text] = []
    for entry in entries:
        if lines and lines[-1].cell_len + 3 + entry.cell_len <= width:
            lines[-1] = lines[-1] + "   " + entry
        else:
            lines.append(entry)
    return lines


def _picture(view: View, drawn: Sequence[_Drawn], reference: Lines, size: tuple[int, int]) -> str:
    """The curves on axes; where those of several strategies meet, their characters take turns."""
    import numpy as np
    import plotext

    plotext.terminal.limit(False, False)
    chart = plotext.figure.clear().theme("colorless").plot_size(*size)
    ticks = view.ticks([curve for one in drawn for curve in one.curves])
    for side, shown in zip("xy", ticks, strict=True):
        chart.ruler(side, 0).lim(shown[0], shown[-1]).ticks(shown, [f"{number:.3g}" for number in shown])
        chart.axes(False, axis=side, side=1)
    chart.label(view.x, "x")
    for line in reference:
        chart.draw(chart.signal(*line, marker=REFERENCE).lines(True))
    markers = [plotext.marker(one.marker, plotext.pixel(one.colour)) for one in drawn]
    for one, marker in zip(drawn, markers, strict=True):
        for x, y in one.curves:
            chart.draw(chart.signal(x.tolist(), y.tolist(), marker=marker).lines(True))
    columns = np.linspace(ticks[0][0], ticks[0][-1], size[0])
    for place, (one, marker) in enumerate(zip(drawn, markers, strict=True)):
        for x, y in one.curves:
            own = columns[place :: len(drawn)]
            own = own[(own >= x[0]) & (own <= x[-1])]
            chart.draw(chart.signal(own.tolist(), np.interp(own, x, y).tolist(), marker=marker))
    return str(chart.build().string())
