"""The page in sentences: what ran, what is best, what is undecided, what failed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from imbbench.aggregate import clean
from imbbench.builtin.report_text import footer
from imbbench.comparison import Comparison
from imbbench.labels import places
from imbbench.page.best import best, listed
from imbbench.page.evidence import told
from imbbench.page.names import Names
from imbbench.result import Result
from imbbench.results import Results

#: How many of many sentences on differences are told, and how many reasons.
_SENTENCES, _REASONS = 12, 12


@dataclass(frozen=True)
class Summary:
    """Sentences, under their headings.

    Parameters
    ----------
    ran : which cells there are, and how they ended.
    best : which strategy and model has the best figure on each data set, and which differences are real.
    undecided : which differences may be luck.
    failed : why cells have no figures, and which.
    """

    ran: tuple[str, ...]
    best: tuple[str, ...]
    undecided: tuple[str, ...]
    failed: tuple[str, ...]

    @property
    def parts(self) -> list[tuple[str, tuple[str, ...]]]:
        """(heading, sentences) of those that say anything."""
        told = {
            "What ran": self.ran,
            "What is best": self.best,
            "What is undecided": self.undecided,
            "What failed": self.failed,
        }
        return [(heading, sentences) for heading, sentences in told.items() if sentences]


def summary_of(results: Results, comparison: Comparison | None) -> Summary:
    """What a person would say of the results; figures and names are those of the tables.

    Parameters
    ----------
    comparison : of `comparison_of`.
    """
    decided, undecided = told(comparison) if comparison else ((), ())
    names = Names.of(results)
    leading = (*best(results, names), *_first(decided, _SENTENCES, "sentences; imbbench compare has all"))
    undecided = _first(undecided, _SENTENCES, "sentences; imbbench compare has all")
    failed = _first(tuple(_failed(results)), _REASONS, "reasons; the table of all cells has them")
    told_of = (tuple(_ran(results, names)), leading, undecided, failed)
    return Summary(*(tuple(map(names.plain, sentences)) for sentences in told_of))


def _ran(results: Results, names: Names) -> Iterator[str]:
    yield f"{footer(results)}."
    cells = [row.cell for row in results]
    axes = {
        "data set": dict.fromkeys(row.dataset for row in results),
        "strategy": names.strategies.values(),
        "model": names.models.values(),
    }
    for axis, labels in axes.items() if cells else ():
        plural = axis.removesuffix("y") + "ies" if axis.endswith("y") else f"{axis}s"
        yield f"{len(labels):,} {axis if len(labels) == 1 else plural}: {listed(labels)}."
    for split in dict.fromkeys(cell.split for cell in cells):
        fits = places({cell for cell in cells if cell.split == split}) or "one fold"
        yield f"Split by {clean(split)}: {fits}."
    for label in dict.fromkeys(row.dataset for row in results if row.source):
        yield f"{clean(label)} stands in for the real rows."


def _failed(results: Results) -> Iterator[str]:
    """Each reason once, with the cells that it concerns; one for those that differ in numbers only."""
    alike: dict[tuple[str, str], list[Result]] = {}
    for row in results:
        if row.status != "ok":
            alike.setdefault((row.status, re.sub(r"\d+", "0", row.reason)), []).append(row)
    for (status, _), rows in alike.items():
        reasons = dict.fromkeys(row.reason for row in rows)
        where = dict.fromkeys(f"{row.cell.strategy} with {row.cell.model} on {row.dataset}" for row in rows)
        others = "; others with other numbers" if len(reasons) > 1 else ""
        count = f"{len(rows):,} cell{'' if len(rows) == 1 else 's'} ended with status {status}"
        yield clean(f"{count} ({listed(where)}): {next(iter(reasons)) or 'no reason is stored'}{others}")


def _first(sentences: Sequence[str], most: int, what: str) -> tuple[str, ...]:
    """The first sentences of many, and how many more there are."""
    more = len(sentences) - most
    return (*sentences[:most], f"And {more:,} more {what}.") if more > 0 else tuple(sentences)
