"""The data of the page: what its tables show, and what its pictures are drawn from."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from imbbench.aggregate import DASH, clean, heading, seconds, status
from imbbench.comparison_figures import label_of, labels
from imbbench.page.drawn import grid_of
from imbbench.page.fits import Piece, fits_of, pieces_of, plane_of
from imbbench.page.names import Names
from imbbench.readings import USED, reading, threshold_text
from imbbench.results import Results
from imbbench.tabulation import Line, by_protocol, entries, tables, used

if TYPE_CHECKING:
    from imbbench.comparison import Comparison
    from imbbench.result import Cell, Result
    from imbbench.table import Entry, Table


def page_data(results: Results, comparison: Comparison | None) -> dict[str, Any]:
    """All that the page shows of the rows, in JSON's types; text is plain text.

    Tables have the figures of the text reports, for all metrics that rows have. Pictures are of every fit
    that is ok and has stored scores; a protocol's notes say what is not drawn. One fit's scores are in memory
    at a time.

    Parameters
    ----------
    comparison : of `comparison_of`.

    Raises StoreError where the store cannot be read.
    """
    grid = grid_of(results.thresholds)
    names = Names.of(results)
    metrics = list(dict.fromkeys((*results.columns, *defined(results))))
    pieces = pieces_of(results, grid)
    protocols = zip(by_protocol(results).values(), tables(results), strict=True)
    fixed = (reading(key).values["p"] for key in results.thresholds if reading(key).rule == "fixed")
    return {
        "grid": list(grid),
        "start": grid.index(next(fixed, 0.5)),
        "styles": [[style.light, style.dark, list(style.dash)] for style in names.styles.values()],
        "metrics": [_about(metric, results) for metric in metrics],
        "columns": list(map(clean, results.columns)),
        "protocols": [_protocol(rows, table, results, metrics, names, pieces) for rows, table in protocols],
        "rankings": _rankings(comparison, names),
    }


def defined(results: Results) -> dict[str, None]:
    """All metrics of which any row has a finite figure."""
    named = (figures.items() for row in results for figures in row.metrics.values())
    return dict.fromkeys(name for items in named for name, value in items if math.isfinite(value))


def _about(metric: str, results: Results) -> dict[str, Any]:
    better = "lower" if metric in results.lower_is_better else "higher"
    return {
        "name": clean(metric),
        "heading": heading(metric),
        "better": None if metric in results.undirected else better,
    }


def _protocol(
    rows: Sequence[Result],
    table: Table,
    results: Results,
    metrics: Sequence[str],
    names: Names,
    pieces: Mapping[Cell, Piece],
) -> dict[str, Any]:
    found = names.lines(rows, results)
    figures = {
        metric: [used(line) for line in found] if metric == USED else entries(found, metric, results)
        for metric in metrics
    }
    fits, undrawn = fits_of(found, figures, results, names, pieces)
    return {
        "title": names.plain(table.title),
        "caption": [*map(names.plain, table.caption)],
        "notes": [*map(names.plain, (*table.notes, *undrawn))],
        "rows": [
            {
                **names.of_line(line),
                "reading": threshold_text(line.threshold),
                "status": status(line.fits),
                "remarks": [*map(names.plain, _remarks(line, table, table.rows[place][-1].marks))],
                "seconds": _number(seconds(line.scored)),
                "figures": {clean(metric): _figure(column[place]) for metric, column in figures.items()},
            }
            for place, line in enumerate(found)
        ],
        "fits": fits,
        "plane": plane_of(found, pieces),
    }


def _remarks(line: Line, table: Table, marks: Sequence[int]) -> list[str]:
    """A row's footnotes, and before them why it failed, where all rows of its table failed so."""
    reasons = {
        clean(": ".join(filter(None, (fit.status, fit.reason)))) for fit in line.fits if fit.status != "ok"
    }
    return [
        *(note for note in table.notes if note in reasons),
        *(table.footnotes[mark - 1] for mark in marks),
    ]


def _figure(entry: Entry) -> list[Any]:
    return [_number(entry.text), entry.text, entry.spread, entry.interval, int(entry.best)]


def _number(text: str) -> float | None:
    """The number that is shown; a bound, such as "<0.0001", is a number for one who sorts."""
    return None if text == DASH else float(text.lstrip("<>"))


def _rankings(comparison: Comparison | None, names: Names) -> list[dict[str, Any]]:
    """Mean ranks of the strategies over data sets; empty where there are too few."""
    if comparison is None:
        return []
    known = labels(comparison)
    places = {one.where for one in comparison.differences}
    slots = {spec: slot for slot, spec in enumerate(names.styles)}
    return [
        {
            "title": " · ".join(
                map(names.plain, (label_of(known, one.metric, one.threshold), one.beside, *one.protocol))
            ),
            "datasets": one.datasets,
            "of": sum(not one.protocol or where[1:] == one.protocol for where in places),
            "unranked": [*map(names.plain, one.unranked)],
            "ranks": [[names.plain(name), slots[name], rank] for name, rank in one.ranks.items()],
            "critical_difference": _finite(one.critical_difference),
            "p": _finite(one.p),
        }
        for one in comparison.rankings
    ]


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
