"""What a notebook shows of results and of a comparison: the tables of the text reports, as HTML."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from imbbench.builtin.report_text import footer
from imbbench.page.rendering import environment

if TYPE_CHECKING:
    from imbbench.comparison import Comparison
    from imbbench.results import Results
    from imbbench.table import Table

#: Rows of all tables that an output shows.
MOST_ROWS = 200


def results_html(results: Results) -> str:
    """The tables of the results, and how the cells ended."""
    from imbbench.tabulation import tables

    return _html([(tables(results), [footer(results)])])


def comparison_html(comparison: Comparison) -> str:
    """The tables of the comparison, how to read them, and its sentences."""
    from imbbench.comparison_report import parts

    return _html(parts(comparison, verbose=False))


def _html(parts: Iterable[tuple[Sequence[Table], Sequence[str]]]) -> str:
    left, shown = MOST_ROWS, []
    for tables, lines in parts:
        rows = sum(len(table.rows) for table in tables)
        kept = _first(tables, left)
        cut = [f"the first {left:,} of {rows:,} rows; to_frame() has all"] if rows > left else []
        left = max(0, left - rows)
        shown.append((kept, [*cut, *lines]))
    return environment().get_template("notebook.html.j2").render(parts=shown)


def _first(tables: Sequence[Table], rows: int) -> list[Table]:
    """The tables as far as this number of rows goes."""
    kept: list[Table] = []
    for table in tables:
        if rows > 0:
            shown = table.rows[:rows]
            told = max((mark for row in shown for entry in row for mark in entry.marks), default=0)
            kept.append(replace(table, rows=shown, footnotes=table.footnotes[:told]))
        rows -= len(table.rows)
    return kept
