"""Plain columns, as `imbbench list`, `plugins` and `runs` show them."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import IO

#: Columns of characters of what is piped.
WIDE = 100_000
#: Columns of a terminal that names, parameters and providers need side by side.
NARROW = 100
NUMBERS = ("rows", "ratio")


def print_columns(headings: Sequence[str], rows: Iterable[Sequence[str]], stream: IO[str]) -> None:
    """Columns that wrap on a terminal and never when piped; names are text, not markup.

    Columns without a single entry are left out, and so is the provider on a terminal narrower than NARROW.
    """
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    rows = list(rows)
    console = Console(file=stream)
    if not stream.isatty():
        console = Console(file=io.StringIO(), force_terminal=False, width=WIDE)  # whatever FORCE_COLOR says
    shown = [i for i, _ in enumerate(headings) if not rows or any(row[i] for row in rows)]
    if console.width < NARROW and len(shown) > 2:
        shown = [i for i in shown if headings[i] != "provider"]
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for i in shown:
        right = headings[i] in NUMBERS
        table.add_column(
            headings[i], overflow="fold", no_wrap=headings[i] == "name", justify="right" if right else "left"
        )
    for row in rows:
        table.add_row(*(Text(row[i]) for i in shown))
    if stream.isatty():
        console.print(table)
        return
    with console.capture() as capture:
        console.print(table)
    stream.write("".join(f"{line.rstrip()}\n" for line in capture.get().splitlines()))
