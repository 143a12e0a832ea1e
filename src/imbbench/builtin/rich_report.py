"""The report for a terminal: tables that fit its width without ever cutting a number."""

from __future__ import annotations

import re
import textwrap
from itertools import product
from typing import IO, TYPE_CHECKING

from imbbench.builtin.report_text import (
    BEST,
    PAD,
    figures,
    is_left,
    is_marked,
    remarks,
    speller,
    starred,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from rich.console import Console
    from rich.table import Table as Grid

    from imbbench import Results, Table

_UNBOUNDED = 100_000  # columns: wide enough for any line, so that nothing is wrapped
_NARROWEST = (12, 5)  # columns into which a name may be folded, the second if need be
#: Words of headings where there is no room for them.
_SHORT = {
    "threshold": "thr.", "precision": "prec.", "specificity": "spec.", "balanced": "bal.",
    "accuracy": "acc.", "trapezoid": "trap.",
    "baseline": "before", "difference": "diff.", "tolerance": "tol.",
}  # fmt: skip
BEST_STYLED = "bold: best of its column"
#: What goes first, second and third when a terminal is too narrow; and then with intervals below figures.
_HIDDEN = ((), ("seconds",), ("seconds", "status"), ("seconds", "status", "spread"))
_STEPS = (*_HIDDEN, *(("inline", *hidden) for hidden in _HIDDEN))


def rich_tables(results: Results, stream: IO[str]) -> None:
    """The results' tables for a terminal, the best of each column in bold green."""
    from imbbench import tables

    print_tables(tables(results), stream)


def print_tables(tables: Iterable[Table], stream: IO[str], width: int | None = None) -> None:
    """Tables for a terminal.

    Where there are no styles (a pipe, a dumb terminal) the best carries a star; a pipe also gets
    lines as long as they need to be, unless `width` says how many columns there are.
    """
    from rich.console import Console

    terminal = stream.isatty()
    console = Console(
        file=stream,
        force_terminal=terminal,  # whatever FORCE_COLOR says, a pipe gets plain text
        force_jupyter=False,
        width=width or (None if terminal else _UNBOUNDED),
        highlight=False,
    )
    if console.color_system is not None:
        _print(tables, console, speller(stream), styled=True)
        return
    with console.capture() as capture:
        _print(tables, console, speller(stream), styled=False)
    lines = capture.get().replace(PAD, " ").splitlines()
    stream.write("".join(f"{line.rstrip()}\n" for line in lines))


def _print(tables: Iterable[Table], console: Console, spell: Callable[[str], str], *, styled: bool) -> None:
    from rich.text import Text

    for table in tables:
        shown, grid = _fitting(table, console.width, spell, styled)
        console.print(Text(spell(table.title), style="bold"))
        for line in shown.caption:
            console.print(Text(spell(line)))
        if shown.caption:
            console.print()
        console.print(grid, crop=False)
        legend = BEST_STYLED if styled else BEST
        for line in ([legend] if is_marked(table) else []) + list(remarks(table)):
            console.print(Text(spell(line)))
        console.print("\n")


def _fitting(table: Table, width: int, spell: Callable[[str], str], styled: bool) -> tuple[Table, Grid]:
    """The table in the most complete form that fits; wider than the terminal if none does."""
    for hidden in _STEPS:
        shown = table.without(hidden)
        rows = figures(shown, spell) if styled else starred(shown, spell)
        heads = [spell(column.heading) for column in shown.columns]
        folded = ["\n".join(_fold(head, max(map(len, head.split(" "))))) for head in heads]
        for headings, gap in ((heads, 2), (folded, 2), (folded, 1)):
            if _width(headings, rows, gap) <= width:
                return shown, _grid(shown, headings, rows, gap, spell)
    if shown.columns[2].heading == "threshold":  # a calibration above its rule
        rows = [[*row[:2], row[2].replace(" ", "\n"), *row[3:]] for row in rows]
    sizes = _widths([""] * len(heads), rows)
    loose, tight = (_broken(heads, [max(size, least) for size in sizes]) for least in (7, 1))
    for narrowest, headings in product(_NARROWEST, (folded, loose, tight)):
        narrow, *narrowed = _fold_names([headings, *rows], width, narrowest)
        if _width(narrow, narrowed, 1) <= width:
            break
    return shown, _grid(shown, narrow, narrowed, 1, spell)


def _grid(
    table: Table, headings: list[str], rows: list[list[str]], gap: int, spell: Callable[[str], str]
) -> Grid:
    """A rich table of exactly the width its cells need, so that rich has nothing to cut."""
    from rich.box import Box
    from rich.table import Table as Grid
    from rich.text import Text

    rule = Box(
        "\n".join(["    ", "    ", f" {spell('─') * 2} ", *["    "] * 5]), ascii=True
    )  # safe on this stream
    width = _width(headings, rows, gap)
    grid = Grid(box=rule, show_edge=False, pad_edge=False, padding=(0, gap - 1, 0, 0), width=width)
    for column, heading in zip(table.columns, headings, strict=True):
        grid.add_column(Text(heading), justify="left" if is_left(column.kind) else "right", no_wrap=True)
    for entries, cells in zip(table.rows, rows, strict=True):
        styles = ("bold green" if entry.best else "" for entry in entries)
        grid.add_row(*(Text(cell, style=style) for cell, style in zip(cells, styles, strict=True)))
    return grid


def _widths(headings: list[str], rows: list[list[str]]) -> list[int]:
    from rich.cells import cell_len

    return [
        max(cell_len(line) for cell in column for line in cell.split("\n"))
        for column in zip(headings, *rows, strict=True)
    ]


def _width(headings: list[str], rows: list[list[str]], gap: int) -> int:
    return sum(_widths(headings, rows)) + gap * (len(headings) - 1)


def _broken(headings: list[str], sizes: list[int]) -> list[str]:
    """The headings of figures folded to these sizes, within a word where need be."""
    short = [" ".join(_SHORT.get(word, word) for word in heading.split(" ")) for heading in headings[2:]]
    figures = zip(short, sizes[2:], strict=True)
    return [*headings[:2], *("\n".join(_fold(heading, size)) for heading, size in figures)]


def _fold_names(rows: list[list[str]], width: int, narrowest: int) -> list[list[str]]:
    """The rows with strategy and model folded into what the numbers leave of `width`, or so far as
    `narrowest` allows."""
    strategy, model, *others = _widths(rows[0], rows[1:])
    room = width - sum(others) - len(others) - 1
    left = max(min(narrowest, strategy), min(strategy, max(room - model, room * 3 // 5)))
    right = max(narrowest, room - left)
    return [["\n".join(_fold(row[0], left)), "\n".join(_fold(row[1], right)), *row[2:]] for row in rows]


def _fold(name: str, width: int) -> Iterator[str]:
    """Pieces of at most `width` characters, broken behind punctuation where possible."""
    line = ""
    for token in re.split(r"(?<=[-_,=/ ])|(?=\[)", name):
        if len((line + token).rstrip()) <= width:
            line += token
            continue
        if line:
            yield line.rstrip()
        *pieces, line = textwrap.wrap(token.rstrip(), width)
        yield from pieces
        line += " " * token.endswith(" ")
    yield line.rstrip()
