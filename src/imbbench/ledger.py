"""Where the rows of a run go: to the store, to observers, and, dataset by dataset, to who follows it."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from imbbench.job import Row
from imbbench.lookup import Lookup
from imbbench.observers import notify
from imbbench.result import Cell, Result
from imbbench.results import Results
from imbbench.store_schema import StoreError


class Ledger:
    """Keeps every row at once.

    Parameters
    ----------
    empty : results of the run, without rows.
    cells : the plan.
    lookup : of the run.
    """

    def __init__(
        self,
        empty: Results,
        cells: Sequence[Cell],
        lookup: Lookup,
    ) -> None:
        self._rows: dict[Cell, Result] = {}
        self._empty, self._cells = empty, cells
        self._untold: list[str] = []
        self._dataset_done: Callable[[Results], None] | None = None
        self._left = Counter(cell.dataset for cell in cells)
        self._registry, self._store, self._scoring = lookup.registry, lookup.store, lookup.scoring
        self._components = lookup.components(cells)
        self._position = {cell: number for number, cell in enumerate(cells)}
        self._links: list[tuple[int, int, Cell | None]] = []
        self._number: dict[str, int] = {}  # key that was asked for -> stored cell
        self._stores = True
        self._run = lookup.store.begin(
            empty.environment, empty.thresholds, empty.columns, empty.lower_is_better, len(cells),
            empty.undirected,
        )  # fmt: skip

    @property
    def run(self) -> int:
        """The number of the run in the store."""
        return self._run

    def keep(self, row: Row) -> None:
        """Commit a row, then tell of it."""
        if self._stores:
            self._try(lambda: self._write(row))
        self._tell(row.result)

    def follow(self, datasets: Sequence[str], dataset_done: Callable[[Results], None]) -> None:
        """From now on tell the rows of each dataset when they are complete, in the order given."""
        self._untold, self._dataset_done = list(datasets), dataset_done
        self._tell_datasets()

    def _tell(self, result: Result) -> None:
        self._rows[result.cell] = result
        notify(self._registry, "imbbench_cell_done", result=result)
        self._left[result.cell.dataset] -= 1
        self._tell_datasets()

    def _tell_datasets(self) -> None:
        while self._dataset_done and self._untold and not self._left[self._untold[0]]:
            dataset = self._untold.pop(0)
            results = self._results(cell for cell in self._cells if cell.dataset == dataset)
            if any(row.status != "interrupted" for row in results):  # else there is nothing to show
                self._dataset_done(results)

    def _results(self, cells: Iterable[Cell]) -> Results:
        return replace(self._empty, rows=tuple(self._rows[cell] for cell in cells))

    def _write(self, row: Row) -> None:
        position, cell = self._position[row.result.cell], row.result.cell
        number = self._number.get(row.request) if row.twin and row.result.cached else row.stored
        if number is not None:
            if row.rescored:
                self._store.update_metrics(
                    number, row.result.metrics, self._scored(row.result), row.result.notes
                )
            self._links.append((position, number, cell if row.renamed else None))
            return
        self._flush()
        self._remember_components()
        kept = row.identity, row.result, self._scored(row.result), row.scores
        self._number[row.request] = self._store.put(self._run, position, row.request or None, *kept)

    def _scored(self, result: Result) -> dict[str, str]:
        """The code of the metrics that a row has. One that raised is not among them: it is tried again, and
        an error where it is asked for."""
        said = " ".join((*result.notes, result.reason))
        return {spec: code for spec, code in self._scoring.items() if f"metric {spec!r}" not in said}

    def _remember_components(self) -> None:
        """So that it can be told later which part of one has changed."""
        while self._components:
            digest, part = self._components.popitem()
            if self._store.recall("component", digest) is None:
                self._store.remember("component", digest, part)

    def _flush(self) -> None:
        """Write the rows that were found in the store: many at once."""
        links, self._links = self._links, []
        if links:
            self._store.link(self._run, links)

    def close(self, why: str) -> Results:
        """All rows there are, in the order of the plan; those of the cells that are left say why."""
        left = [cell for cell in self._cells if cell not in self._rows]
        if self._stores:
            self._try(self._flush)
        if self._stores and not left:
            self._try(lambda: self._store.finish(self._run))
        for cell in left:
            self._tell(Result(cell, "interrupted", why))
        return self._results(self._cells)

    def _try(self, write: Callable[[], None]) -> None:
        """Go on without a store that fails: what was computed is shown all the same."""
        try:
            write()
        except StoreError as error:
            self._stores = False
            warnings.warn(f"{error}. The run goes on, but from here nothing of it is kept", stacklevel=2)
