"""The cells of one dataset: taken from the store, or loaded, prepared and fitted."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from imbbench import facts, keys
from imbbench.errors import ImbbenchError
from imbbench.estimate import Estimates
from imbbench.folders import Folder
from imbbench.job import Job, Row
from imbbench.lookup import Lookup
from imbbench.orders import AboutData, Answer, Fit, Fitted, Load, Order, Prepare, rescoring
from imbbench.records import ScoreRecord
from imbbench.registry import Bound
from imbbench.result import Cell, Result
from imbbench.slots import Slot, Slots
from imbbench.store_rows import Stored
from imbbench.store_schema import StoreError
from imbbench.tasks import Task

_SHORT = 16  # hex digits of a hash that is only compared with those of a few other runs


class Lot:
    """The cells of one dataset that have no result yet.

    Parameters
    ----------
    number : place of the dataset among those of the run.
    cells : in the order of the plan.
    place : folder for its files.
    """

    def __init__(
        self, number: int, cells: Sequence[Cell], lookup: Lookup, estimates: Estimates, place: Path
    ) -> None:
        self.number, self.place = number, place
        self.spec = cells[0].dataset
        self.dataset = lookup.registry.resolve("dataset", self.spec)
        self.waiting = dict.fromkeys(cells, "")  # cell -> the key that it is asked for under
        self._position = {cell: position for position, cell in enumerate(cells)}
        self.fingerprint = ""
        self.slots = Slots(place)
        self._lookup, self._estimates = lookup, estimates
        self.data = Folder(str(place / "data"))
        self._about = AboutData("", "")
        self._notes: tuple[str, ...] = ()
        self._before: str | None = None
        self._dropping = lookup.settings.drop_duplicates
        self._rescoring: set[Cell] = set()

    def seconds(self, cells: Iterable[Cell]) -> float:
        """Estimate for cells; where nothing is known they count as nothing."""
        return sum(self._estimates.seconds(cell) or 0.0 for cell in cells)

    def missing(self) -> Iterator[Row]:
        """Rows of cells for which a package is missing."""
        for cell in list(self.waiting):
            if why := self._lookup.missing(cell):
                yield self.failed(cell, Answer("missing-dependency", why))

    def remembered(self) -> str | None:
        """The fingerprint that the data had when they were last loaded, if nothing has changed since."""
        store = self._lookup.store
        return facts.recall_fingerprint(store, self.dataset, drop_duplicates=self._dropping)

    def to_fit(self) -> list[Cell]:
        """Cells that wait for a fit."""
        return [cell for cell in self.waiting if cell not in self._rescoring]

    def in_order(self, cells: Iterable[Cell]) -> list[Cell]:
        """Cells as they are fitted: fold by fold, in each those first that take longest."""
        folds: dict[tuple[str, int, str, int], int] = {}

        def rank(cell: Cell) -> tuple[float, ...]:
            fold = folds.setdefault((cell.split, cell.random_state, cell.scale, cell.fold), len(folds))
            return fold, -self.seconds([cell]), self._position[cell]

        ranks = {cell: rank(cell) for cell in cells}  # folds are numbered in the order of the plan
        return sorted(ranks, key=ranks.__getitem__)

    def find(self, fingerprint: str) -> Iterator[Row | Job]:
        """Rows of the cells that the store has for these data, or jobs that compute their metrics."""
        self.fingerprint = fingerprint
        requests = {cell: self._lookup.request(cell, fingerprint) for cell in self.to_fit()}
        self.waiting |= requests
        for cell, stored in self._lookup.find(requests).items():
            if stored.has_scores and not self._lookup.complete(stored):
                self._rescoring.add(cell)
                order = partial(self._rescore, cell, stored)
                yield Job(self.spec, order, (), (self.number, -1), (cell,), stored=stored)
            else:
                yield self.cached(cell, stored)

    def cached(self, cell: Cell, stored: Stored) -> Row:
        """The row of a cell that was found in the store."""
        request = self.waiting.pop(cell)
        renamed = stored.result.cell != cell
        return Row(self._lookup.cached(cell, stored), request, stored=stored.cell_id, renamed=renamed)

    # -- jobs

    def load(self) -> Job:
        """Loads the dataset."""
        self._before = facts.data_identity(self.dataset, drop_duplicates=self._dropping)
        order = Load(self.dataset.spec, self._lookup.promise(self.dataset))
        return Job(self.spec, order, (self.data,), (self.number, -1), tuple(self.waiting))

    def prepare(self, slot: Slot) -> Job:
        """Prepares a fold."""
        bounds = self._bounds(slot.cell, "dataset", "split")
        order = Prepare(slot.cell, self._notes, self._lookup.promise(*bounds))
        return Job(self.spec, order, (self.data, slot.folder), (self.number, slot.number), (slot.cell,))

    def fit(self, task: Task, why: str = "") -> Job:
        """Fits cells, together if there are several, once their folds are prepared."""
        slots = self.slots.among(task)
        folds = tuple(slots.index(self.slots.of(cell)) for cell in task)
        used = (bound for cell in task for bound in self._bounds(cell, "strategy", "model"))
        bounds = {(bound.kind, bound.spec): bound for bound in used}
        device, seconds = self._lookup.device_of(task[0].model), self.seconds(task)
        order = Fit(task, folds, device, promise=self._lookup.promise(*bounds.values()))
        rank = (self.number, max(slot.number for slot in slots), 1, -seconds, self._position[task[0]])
        parallel = self._bounds(task[0], "model")[0].component.parallel
        folders = tuple(slot.folder for slot in slots)
        job = Job(self.spec, order, folders, rank, task, seconds, device, parallel, why=why)
        job.blocked = sum(slot.about is None for slot in slots)
        for slot in slots:
            slot.users.append(job)
        return job

    def _rescore(self, cell: Cell, stored: Stored) -> Order:
        found = self._lookup.store.scores_of(stored.cell_id)
        if found is None:
            raise ImbbenchError(f"the store has lost the scores of {cell}; run it again with --fresh")
        return rescoring(stored.result, found)

    def _bounds(self, cell: Cell, *kinds: str) -> list[Bound]:
        return [self._lookup.registry.resolve(kind, getattr(cell, kind)) for kind in kinds]

    # -- answers

    def loaded(self, answer: Answer) -> Iterator[Row | Job]:
        """What is known now: rows and jobs as of `find`, if the data are not what was remembered."""
        self._about, self._notes = answer.value, answer.notes
        with contextlib.suppress(StoreError):  # whoever writes the next row tells of it
            if self._about.fingerprint != self.fingerprint:
                yield from self.find(self._about.fingerprint)
            store, known = self._lookup.store, (self.dataset, self._before, self._about)
            facts.remember_fingerprint(store, *known, drop_duplicates=self._dropping)

    def fitted(self, fitted: Fitted, why: str = "") -> Row:
        """The row of a cell that a worker was through with."""
        result = fitted.result
        request = self.waiting.pop(result.cell)
        identity = self._lookup.identity(result.cell, self.fingerprint, result.numerics)
        notes = (*result.notes, why) if why else result.notes
        about = self.slots.of(result.cell).about
        known = {"data": self.fingerprint, "test": about.digest, "train": about.parts} if about else {}
        hashes = {part: digest[:_SHORT] for part, digest in known.items()}
        key, positive = keys.cell_key(identity), self._about.positive
        result = replace(result, key=key, notes=notes, hashes=hashes, positive=positive)
        scores = None
        if about is not None and about.rows is not None and fitted.scores is not None:
            scores = ScoreRecord(fitted.scores, about.rows, fitted.inner, fitted.surface)
        return Row(result, request, identity, scores)

    def rescored(self, cell: Cell, stored: Stored, answer: Answer) -> Row:
        """The row of a stored cell whose metrics were computed anew."""
        request = self.waiting.pop(cell)
        notes = tuple(dict.fromkeys((*stored.result.notes, *answer.notes)))
        result = replace(stored.result, cell=cell, metrics=answer.value, notes=notes, cached=True)
        renamed = stored.result.cell != cell
        return Row(result, request, stored=stored.cell_id, renamed=renamed, rescored=True)

    def twin(self, cell: Cell, result: Result) -> Row:
        """The row of a cell that has the key of another one."""
        request = self.waiting.pop(cell)
        return Row(replace(result, cell=cell, cached=result.status == "ok"), request, renamed=True, twin=True)

    def failed(self, cell: Cell, answer: Answer) -> Row:
        """The row of a cell that no worker came through with."""
        request, about = self.waiting.pop(cell), self.slots.of(cell).about
        result = Result(
            cell,
            answer.status,
            answer.reason,
            source=self._about.source,
            counts=about.counts if about is not None else {},
            threads=self._lookup.settings.threads,
            notes=tuple(dict.fromkeys((*self._notes, *answer.notes))),
        )
        return Row(result, request if self._about.fingerprint else "")
