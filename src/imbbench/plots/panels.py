"""Which panels a figure has, and what is in each: one for a data set's protocol and a model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from imbbench.aggregate import clean
from imbbench.errors import ImbbenchError
from imbbench.fit_scores import FitScores, fit_scores
from imbbench.plots.canvas import SIDE, wrapped
from imbbench.tabulation import Line, by_protocol, lines

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from imbbench.result import Result
    from imbbench.results import Results

NOTHING = "there is nothing to draw"
#: Size of a title in points, and how many of its characters fit into an inch.
_SIZE, _PER_INCH = 9, 14
#: How many strategies and models a line on what is missing names.
_NAMED = 3


@dataclass(frozen=True, eq=False)
class Panel:
    """One picture.

    Parameters
    ----------
    protocol : title of the table that has its rows, in parts.
    row, column : place in the grid.
    model : spec.
    lines : those of the table that are drawn in it.
    """

    protocol: tuple[str, ...]
    row: int
    column: int
    model: str
    lines: tuple[Line, ...]

    @property
    def strategies(self) -> list[str]:
        """The spec of each line's strategy."""
        return [line.fits[0].cell.strategy for line in self.lines]


def put_title(ax: Axes, *parts: str, width: float = SIDE) -> None:
    """A title, each part on a line of its own, or several, that fits above axes of so many inches."""
    text = "\n".join(wrapped(part, int(width * _PER_INCH)) for part in parts)
    ax.set_title(text, fontsize=_SIZE)


def panels_of(results: Results, missing: Missing) -> list[Panel]:
    """The panels of a run's rows, in the order of its tables; rows and columns without any fit that ended ok
    are left out."""
    once = replace(results, thresholds=results.thresholds[:1])
    found: list[tuple[tuple[str, ...], str, list[Line]]] = []
    for protocol, rows in by_protocol(results).items():
        missing.note_failures(protocol, rows)
        by_model: dict[str, list[Line]] = {}
        for line in lines(rows, once)[0]:
            if line.scored:
                by_model.setdefault(line.scored[0].cell.model, []).append(line)
        found += [(protocol, model, own) for model, own in by_model.items()]
    if not found:
        raise ImbbenchError("; ".join((NOTHING, *missing.notes)))
    order = [row.cell.model for row in results]
    places = {
        protocol: place for place, protocol in enumerate(dict.fromkeys(protocol for protocol, _, _ in found))
    }
    models = sorted({model for _, model, _ in found}, key=order.index)
    return [
        Panel(protocol, places[protocol], models.index(model), model, tuple(own))
        for protocol, model, own in found
    ]


@dataclass(eq=False)
class Missing:
    """What is not drawn, and why."""

    found: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def note(self, protocol: Iterable[str], why: str, row: Result) -> None:
        """A fit is not drawn."""
        where = " · ".join(protocol)
        self.found.setdefault((where, why), []).append(f"{row.cell.strategy} with {row.cell.model}")

    def note_failures(self, protocol: Iterable[str], rows: Iterable[Result]) -> None:
        """Those of these fits that did not end ok."""
        for row in rows:
            if row.status != "ok":
                self.note(protocol, ": ".join(filter(None, (row.status, row.reason))), row)

    @property
    def notes(self) -> tuple[str, ...]:
        """A line for each reason."""
        return tuple(_told(where, why, names) for (where, why), names in self.found.items())


def _told(where: str, why: str, names: Sequence[str]) -> str:
    each = list(dict.fromkeys(names))
    more = f" and {len(each) - _NAMED} more" if len(each) > _NAMED else ""
    return clean(f"not drawn of {where}: {', '.join(each[:_NAMED])}{more}: {why}")


def scores_of(
    results: Results, panels: Sequence[Panel], missing: Missing
) -> Iterator[tuple[Panel, int, FitScores]]:
    """(panel, place of its line, scores) of every fit in the panels, each once; those without are noted.

    Raises ImbbenchError where none has.
    """
    left = {
        row.cell: (panel, place)
        for panel in panels
        for place, line in enumerate(panel.lines)
        for row in line.scored
    }
    rows = tuple(row for row in results if row.cell in left)
    for fit in fit_scores(replace(results, rows=rows)):
        yield *left.pop(fit.result.cell), fit
    for row in rows:
        if row.cell in left:
            missing.note(left[row.cell][0].protocol, "no scores are stored of it (--no-scores)", row)
    if len(left) == len(rows):
        raise ImbbenchError("; ".join((NOTHING, *missing.notes)))
