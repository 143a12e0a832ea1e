"""Tables of text: what stands in them, and how footnotes are numbered. The reports only lay them out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from imbbench.aggregate import NO_ROOM, SPREAD

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence


@dataclass(frozen=True)
class Column:
    """A column of a table; its `kind` is name (folded where there is no room), text, number, seconds or
    status."""

    heading: str
    kind: str = "number"


@dataclass(frozen=True)
class Entry:
    """What stands in one column of one row.

    Parameters
    ----------
    text : a name or a figure; a dash where there is none.
    spread : standard deviation over folds and seeds, as text; empty where there is none.
    interval : "[low, high]", as text; empty where there is none.
    best : no comparable figure of the column is better, and some are worse.
    marks : numbers of the footnotes that are about this row.
    """

    text: str
    spread: str = ""
    interval: str = ""
    best: bool = False
    marks: tuple[int, ...] = ()

    def __str__(self) -> str:
        spread = f" ± {self.spread}" if self.spread else ""
        interval = f" {self.interval}" if self.interval else ""
        marks = "".join(f"[{number}]" for number in self.marks)
        return f"{self.text}{spread}{interval}{' ' if marks else ''}{marks}"

    def stacked(self) -> Entry:
        """With the ends of the interval below the figure: as narrow as they can be."""
        below = self.interval.replace(", ", ",\n")
        return replace(self, text=f"{self.text}\n{below}", interval="") if below else self


@dataclass(frozen=True)
class Table:
    """The rows of one protocol: one dataset, split, preprocessing and random_state.

    Parameters
    ----------
    title : the dataset as it must be shown, and the protocol.
    caption : lines on class counts, on folds, and on parameters that a component's rows share.
    columns, rows : strategy, model, the threshold if there are several, metrics, seconds, status.
    notes : what holds for every row.
    footnotes : what holds for the rows that carry its number; the first is number 1.
    """

    title: str
    caption: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: tuple[tuple[Entry, ...], ...]
    notes: tuple[str, ...]
    footnotes: tuple[str, ...]

    def without(self, kinds: Collection[str]) -> Table:
        """The table less columns of these kinds; "spread" takes the standard deviations off, "inline" puts
        intervals below their figures.

        Without its status column, the model carries the marks of the row's footnotes.
        """
        marked = self.columns[-1].kind in kinds
        kept = [index for index, column in enumerate(self.columns) if column.kind not in kinds]
        rows = []
        for row in self.rows:
            entries = [replace(entry, spread="") if "spread" in kinds else entry for entry in row]
            if "inline" in kinds:
                entries = [entry.stacked() for entry in entries]
            if marked:
                entries[1] = replace(entries[1], marks=row[-1].marks)
            rows.append(tuple(entries[index] for index in kept))
        lines = tuple(line.replace(SPREAD, NO_ROOM) if "spread" in kinds else line for line in self.caption)
        columns = tuple(self.columns[index] for index in kept)
        return replace(self, caption=lines, columns=columns, rows=tuple(rows))


def numbered(rows: list[list[Entry]], said: Sequence[list[str]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Remarks made on every row become notes; the others are numbered and marked at their rows."""
    every = list(dict.fromkeys(remark for own in said for remark in own))
    notes = [remark for remark in every if all(remark in own for own in said)]
    footnotes = [remark for remark in every if remark not in notes]
    for row, own in zip(rows, said, strict=True):
        marks = sorted(footnotes.index(remark) + 1 for remark in own if remark in footnotes)
        row[-1] = replace(row[-1], marks=tuple(marks))
    return tuple(notes), tuple(footnotes)
