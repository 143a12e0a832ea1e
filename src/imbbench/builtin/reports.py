"""The built-in output formats."""

from __future__ import annotations

import json
import re
from typing import IO, TYPE_CHECKING

from imbbench import Report, Results, hookimpl
from imbbench.builtin.csv_report import write_csv
from imbbench.builtin.report_text import (
    BEST,
    PAD,
    figures,
    footer,
    is_left,
    is_marked,
    remarks,
    speller,
    starred,
)
from imbbench.builtin.rich_report import rich_tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from imbbench import Table

#: Private-use characters stand for LaTeX commands until the text around them is escaped.
_BEGIN, _END = "\ue001", "\ue002"
_LATEX = str.maketrans(
    {
        _BEGIN: r"\textbf{",
        _END: "}",
        "|": r"\textbar{}",
        "±": r"$\pm$",
        "–": "--",
        "·": r"$\cdot$",
        "`": r"\textasciigrave{}",
    }
)
#: What would be markup: underscores inside words are not, nor are brackets without a link behind.
_MARKDOWN = re.compile(r"[\\`*<|&~$]|\](?=[(:])|(?<![^\W_])_|_(?![^\W_])")
_LINE_START = re.compile(r"^[#>+-]")


@hookimpl
def imbbench_reports() -> list[Report]:
    """Tables for terminals and documents; every row and figure for programs."""
    return [
        Report("rich", write_rich, write_tables=rich_tables, write_footer=write_footer),
        Report("plain", write_plain, write_tables=plain_tables, write_footer=write_footer),
        Report("markdown", write_markdown, write_tables=markdown_tables, write_footer=write_footer),
        Report("latex", write_latex),
        Report("csv", write_csv),
        Report("json", write_json),
    ]


def write_footer(results: Results, stream: IO[str]) -> None:
    """How the cells ended."""
    stream.write(footer(results) + "\n")


def write_rich(results: Results, stream: IO[str]) -> None:
    """Tables for a terminal, the best of each column in bold green, or with a star in a pipe."""
    rich_tables(results, stream)
    write_footer(results, stream)


def write_plain(results: Results, stream: IO[str]) -> None:
    """Tables in plain text, a star behind the best of each column."""
    plain_tables(results, stream)
    write_footer(results, stream)


def plain_tables(results: Results, stream: IO[str]) -> None:
    """The tables of `write_plain`."""
    from imbbench import tables

    spell = speller(stream)
    for table in tables(results):
        legend = [BEST] if is_marked(table) else []
        body = _tabulate(table, starred(table, spell), "simple").replace(PAD, " ")
        above = [*map(spell, (table.title, *table.caption)), ""]
        lines = [*above, *map(str.rstrip, body.splitlines()), *legend, *map(spell, remarks(table))]
        stream.write("\n".join(lines) + "\n\n\n")


def write_markdown(results: Results, stream: IO[str]) -> None:
    """Markdown tables, the best of each column in bold."""
    markdown_tables(results, stream)
    write_footer(results, stream)


def markdown_tables(results: Results, stream: IO[str]) -> None:
    """The tables of `write_markdown`."""
    from imbbench import tables

    as_markdown(tables(results), stream)


def as_markdown(tables: Iterable[Table], stream: IO[str]) -> None:
    """Tables in Markdown; nothing in a name is markup."""
    spell = speller(stream)

    def escape(text: str) -> str:
        return _escaped(spell(text))

    for table in tables:
        body = _tabulate(table, figures(table, escape, "**", "**"), "pipe", escape)
        title, *lines = (in_markdown(spell(line)) for line in (table.title, *table.caption))
        below = (in_markdown(spell(line)) for line in remarks(table))
        stream.write("\n\n".join([f"### {title}", *lines, body, *below]) + "\n\n")


def in_markdown(line: str) -> str:
    """A line of text as a paragraph of Markdown: nothing in it is markup."""
    return _LINE_START.sub(r"\\\g<0>", _escaped(line))


def _escaped(text: str) -> str:
    return _MARKDOWN.sub(r"\\\g<0>", text)


def write_latex(results: Results, stream: IO[str]) -> None:
    """LaTeX tables for the booktabs package, the best of each column in bold."""
    from tabulate import LATEX_ESCAPE_RULES

    from imbbench import tables

    spell = speller(stream)
    rules = str.maketrans(LATEX_ESCAPE_RULES)

    def escape(text: str) -> str:
        return spell(text.translate(rules).translate(_LATEX))

    stream.write("% needs \\usepackage{booktabs}\n")
    for table in tables(results):
        body = _tabulate(table, figures(table, str, _BEGIN, _END), "latex_booktabs")
        caption = escape("; ".join((table.title, *table.caption)))
        notes = [f"\\par{{\\footnotesize {escape(text)}}}" for text in remarks(table)]
        lines = ["\\begin{table}", "\\centering", f"\\caption{{{caption}.}}", spell(body.translate(_LATEX))]
        stream.write("\n".join([*lines, *notes, "\\end{table}"]) + "\n\n")
    stream.write(f"% {footer(results)}\n")


def _tabulate(table: Table, rows: list[list[str]], form: str, escape: Callable[[str], str] = str) -> str:
    from tabulate import tabulate

    return tabulate(
        rows,
        headers=[escape(column.heading) for column in table.columns],
        tablefmt=form,
        colalign=["left" if is_left(column.kind) else "right" for column in table.columns],
        disable_numparse=True,  # figures are text already: none may be rounded again
    )


def write_json(results: Results, stream: IO[str]) -> None:
    """The JSON form, which reads back to the same results."""
    from imbbench import to_json

    text = to_json(results)
    try:
        text.encode(getattr(stream, "encoding", None) or "utf-8")
    except UnicodeEncodeError:  # only strings hold such characters, so their JSON escapes are safe
        text = "".join(char if char.isascii() else json.dumps(char)[1:-1] for char in text)
    stream.write(text + "\n")
