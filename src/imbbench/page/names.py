"""How the page calls strategies, models and files: the same wherever it shows them, no two alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from imbbench.aggregate import clean
from imbbench.labels import shorten
from imbbench.page.folders import paths_in, without_folders
from imbbench.palette import Style, styles
from imbbench.result import Result
from imbbench.results import Results
from imbbench.tabulation import Line, lines


@dataclass(frozen=True)
class Names:
    """What is called how on the page of a run.

    Parameters
    ----------
    strategies, models : spec -> label, without parameters that all the run's specs of one name share.
    styles : strategy spec -> how it is drawn, in the order of their slots.
    numbers : absolute path -> number behind its last name, of those that would be told apart by nothing else.
    """

    strategies: Mapping[str, str]
    models: Mapping[str, str]
    styles: Mapping[str, Style]
    numbers: Mapping[str, int]

    @classmethod
    def of(cls, results: Results) -> Names:
        """The names of a run's page."""
        cells = [row.cell for row in results]
        strategies, models = (
            shorten(getattr(cell, kind) for cell in cells)[0] for kind in ("strategy", "model")
        )
        known = dict.fromkeys(
            text
            for row in results
            for text in (row.dataset, row.cell.split, row.cell.strategy, row.cell.model)
        )
        return cls(strategies, models, styles(cell.strategy for cell in cells), _numbers(known))

    def plain(self, text: str) -> str:
        """Text of one line without folders, which are nobody else's business."""
        return without_folders(text, self.numbers)

    def of_line(self, line: Line) -> dict[str, Any]:
        """How a line's strategy and model are called, and the slot of the strategy's style."""
        slot = [*self.styles].index(line.fits[0].cell.strategy)
        return {"strategy": self.plain(line.strategy), "model": self.plain(line.model), "slot": slot}

    def lines(self, rows: Iterable[Result], results: Results) -> list[Line]:
        """The lines of a protocol's table, called as on the page."""
        return [
            replace(
                line,
                strategy=clean(self.strategies[line.fits[0].cell.strategy]),
                model=clean(self.models[line.fits[0].cell.model]),
            )
            for line in lines(rows, results)[0]
        ]


def _numbers(specs: Iterable[str]) -> dict[str, int]:
    """A number for each path without whose folders a spec would be another one."""
    numbers: dict[str, int] = {}
    taken: set[str] = set()
    for spec in sorted(specs, key=lambda spec: bool(paths_in(spec))):  # those that stay as they are first
        paths = paths_in(spec)
        while paths and without_folders(spec, numbers) in taken:
            numbers |= {path: numbers.get(path, 1) + 1 for path in paths}
        taken.add(without_folders(spec, numbers))
    return numbers
