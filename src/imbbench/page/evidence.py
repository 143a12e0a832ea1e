"""What the page says of differences: whether folds and data sets tell that they are real."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from imbbench.errors import NothingToCompare
from imbbench.evidence import UNCLEAR
from imbbench.results import COMPARED

if TYPE_CHECKING:
    from imbbench.comparison import Comparison
    from imbbench.page.names import Names
    from imbbench.results import Results
    from imbbench.table import Table


def comparison_of(results: Results) -> Comparison | None:
    """Strategies compared with none, each with each where that is not among them; None where there is nothing
    to compare."""
    there = {name for row in results for figures in row.metrics.values() for name in figures}
    metrics = [name for name in COMPARED if name in there]
    plain = any(row.cell.strategy == "none" for row in results)
    try:
        return results.compare("none" if plain else "all", metrics) if metrics else None
    except NothingToCompare:
        return None


def comparison_tables(comparison: Comparison | None, names: Names) -> tuple[Table, ...]:
    """Strategies compared over data sets, a table for each metric, how to read them below the last; none
    for one data set, nor without a comparison."""
    from imbbench.comparison_report import legend
    from imbbench.comparison_table import overall_tables

    if comparison is None or not comparison.overall:
        return ()
    *others, last = overall_tables(replace(comparison, rankings=()))  # the page draws the ranks
    last = replace(last, notes=(*last.notes, *legend(comparison, datasets=False)))
    return tuple(_plain(table, names) for table in (*others, last))


def _plain(table: Table, names: Names) -> Table:
    """The table, its texts without folders."""
    return replace(
        table,
        title=names.plain(table.title),
        caption=tuple(map(names.plain, table.caption)),
        rows=tuple(tuple(replace(one, text=names.plain(one.text)) for one in row) for row in table.rows),
        notes=tuple(map(names.plain, table.notes)),
        footnotes=tuple(map(names.plain, table.footnotes)),
    )


def told(comparison: Comparison) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(sentences on the differences that folds, or data sets, tell, sentences on those that they do not).

    They speak of what was found over data sets where that was tested, else of each data set.
    """
    from imbbench.comparison_text import sentences

    tested = any(one.verdict for one in comparison.overall)
    overall = [one for one in comparison.overall if one.verdict]
    differences = [] if tested else [one for one in comparison.differences if one.folds]
    said = []
    for undecided in (False, True):
        part = replace(
            comparison,
            overall=tuple(one for one in overall if (one.verdict == UNCLEAR) is undecided),
            differences=tuple(one for one in differences if (one.verdict in ("", UNCLEAR)) is undecided),
        )
        said.append(sentences(part, comparison))
    return said[0], said[1]
