"""All that is to be done for a plan: what can be done now, what waits for what, and what became of it."""

from __future__ import annotations

import heapq
import math
import shutil
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from imbbench.estimate import Estimates
from imbbench.folders import Folder
from imbbench.job import Job, Row
from imbbench.lookup import Lookup
from imbbench.lot import Lot
from imbbench.orders import Alone, Answer, Fit, Fitted, Load, Prepare
from imbbench.result import Cell, Result
from imbbench.slots import Slot
from imbbench.tasks import grouped, single


class Board:
    """Jobs and rows of a plan.

    Parameters
    ----------
    cells : the plan.
    place : folder for the files of datasets and folds.
    release : told of each folder that nobody needs any more, before its files go.
    """

    def __init__(
        self,
        cells: Sequence[Cell],
        lookup: Lookup,
        estimates: Estimates,
        place: Path,
        release: Callable[[Folder], None],
    ) -> None:
        self._lookup, self._estimates, self._release = lookup, estimates, release
        by_dataset: dict[str, list[Cell]] = {}
        for cell in cells:
            by_dataset.setdefault(cell.dataset, []).append(cell)
        self._lots = {
            name: Lot(number, group, lookup, estimates, place / str(number))
            for number, (name, group) in enumerate(by_dataset.items())
        }
        #: In the order in which they are done.
        self.datasets = list(by_dataset)
        self._ready: defaultdict[str, list[Job]] = defaultdict(list)  # by device, each a heap
        self._with_files: list[Lot] = []
        self._followers: dict[str, list[Cell]] = {}  # of the cell that is fitted under a key
        self._fitted: dict[str, Result] = {}
        self.seconds_left = sum(lot.seconds(lot.waiting) for lot in self._lots.values())

    def open(self) -> Iterator[Row]:
        """Rows that need no fit; jobs for all others are ready afterwards, those of datasets that take
        least first, so that the first tables are there soon."""
        for lot in self._lots.values():
            yield from self._out(lot.missing())
            if lot.waiting and (fingerprint := lot.remembered()):
                yield from self._out(lot.find(fingerprint))
        ordered = sorted(self._lots.values(), key=lambda lot: lot.seconds(lot.to_fit()))
        self._lots = {lot.spec: lot for lot in ordered}
        self.datasets = list(self._lots)
        for number, lot in enumerate(ordered):
            lot.number = number
            if lot.to_fit():
                self._add(lot.load())

    def left(self) -> list[Cell]:
        """Cells without a row."""
        return [cell for lot in self._lots.values() for cell in lot.waiting]

    def to_fit(self) -> list[Cell]:
        """Cells that need a fit, in the order in which they are begun."""
        return [cell for lot in self._lots.values() for cell in lot.in_order(lot.to_fit())]

    def take(self, busy: Collection[str], longest: float = math.inf) -> Job | None:
        """The next job of those that can be done now on a device that is not busy; none if it is thought
        to take more than `longest` seconds, or if nobody knows, as of what is no fit."""
        queues = [queue for device, queue in self._ready.items() if queue and device not in busy]
        if not queues:
            return None
        queue = min(queues, key=lambda queue: queue[0])
        seconds = queue[0].seconds if isinstance(queue[0].order, Fit) else math.inf
        return heapq.heappop(queue) if seconds <= longest else None

    def _add(self, job: Job) -> None:
        heapq.heappush(self._ready[job.device], job)

    def again(self, job: Job) -> None:
        """The job was lost on the way."""
        job.tries += 1
        self._add(job)

    def done(self, job: Job, answer: Answer) -> Iterator[Row]:
        """What follows from the end of a job."""
        lot = self._lots[job.dataset]
        if job.stored is not None:
            (cell,) = job.cells
            ok = answer.status == "ok"
            yield from self._out([lot.rescored(cell, job.stored, answer) if ok else lot.failed(cell, answer)])
        elif isinstance(job.order, Load):
            self._with_files.append(lot)
            yield from self._loaded(lot, answer)
        elif isinstance(job.order, Prepare):
            yield from self._prepared(lot, lot.slots.of(job.order.cell), answer)
        else:
            yield from self._fits_done(lot, job, answer)
        for over in [lot for lot in self._with_files if not lot.waiting]:
            self._with_files.remove(over)
            self._release(over.data)
            shutil.rmtree(over.place, ignore_errors=True)

    def _loaded(self, lot: Lot, answer: Answer) -> Iterator[Row]:
        if answer.status != "ok":
            answer = _while("loading", lot, answer)
            yield from self._out([lot.failed(cell, answer) for cell in lot.to_fit()])
            return
        yield from self._out(lot.loaded(answer))
        leaders = []
        for cell in lot.to_fit():
            request = lot.waiting[cell]
            if request in self._fitted:
                yield from self._out([lot.twin(cell, self._fitted[request])])
            elif request in self._followers:
                self._followers[request].append(cell)
            else:
                self._followers[request] = []
                leaders.append(cell)
        group = self._lookup.group
        tasks = grouped(leaders, self._lookup.registry, jobs=1) if group else single(leaders)
        self._wait_for_folds(lot, [lot.fit(task) for task in tasks])

    def _wait_for_folds(self, lot: Lot, jobs: Sequence[Job]) -> None:
        for job in jobs:
            if not job.blocked:
                self._add(job)
        for slot in lot.slots.not_asked(jobs):
            self._add(lot.prepare(slot))

    def _prepared(self, lot: Lot, slot: Slot, answer: Answer) -> Iterator[Row]:
        if answer.status == "ok":
            slot.about = answer.value
            for job in slot.users:
                job.blocked -= 1
                if not job.blocked:
                    self._add(job)
            return
        answer = _while("preparing a fold of", lot, answer)
        for job in list(slot.users):
            lost = [cell for cell in job.cells if lot.slots.of(cell) is slot]
            kept = tuple(cell for cell in job.cells if cell not in lost)
            if kept:
                self._wait_for_folds(lot, [lot.fit(kept)])
            self._free(lot, job)
            yield from self._out([lot.failed(cell, answer) for cell in lost])

    def _fits_done(self, lot: Lot, job: Job, answer: Answer) -> Iterator[Row]:
        things: list[Row] = []
        if answer.status == "ok":
            alone = [(item.cell, item.why) for item in answer.value if isinstance(item, Alone)]
            things = [lot.fitted(item, job.why) for item in answer.value if isinstance(item, Fitted)]
        elif len(job.cells) > 1:
            alone = [(cell, f"fitted alone: {answer.reason}") for cell in job.cells]
        else:
            alone, things = [], [lot.failed(job.cells[0], answer)]
        self._wait_for_folds(lot, [lot.fit((cell,), why) for cell, why in alone])
        self._free(lot, job)
        yield from self._out(things)

    def _free(self, lot: Lot, job: Job) -> None:
        for folder in lot.slots.leave(job):
            self._release(folder)
            shutil.rmtree(folder.path, ignore_errors=True)

    def _out(self, things: Iterable[Row | Job]) -> Iterator[Row]:
        """Jobs become ready; rows go out, followed by those of equal cells."""
        for thing in things:
            if isinstance(thing, Job):
                self._add(thing)
                continue
            yield thing
            result, request = thing.result, thing.request
            self.seconds_left -= self._estimates.seconds(result.cell) or 0.0
            if request and thing.stored is None:
                self._fitted[request] = result
            for cell in self._followers.pop(request, ()):
                yield from self._out([self._lots[cell.dataset].twin(cell, result)])


def _while(doing: str, lot: Lot, answer: Answer) -> Answer:
    """The answer of a task that was killed or died, which could not say what it was doing."""
    if answer.status not in ("timeout", "crashed"):
        return answer
    return replace(answer, reason=f"{doing} {lot.dataset.who}: {answer.reason}")
