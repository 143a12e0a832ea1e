"""What one process does of a run's orders, and what it keeps at hand for the next one."""

from __future__ import annotations

import json
import platform
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from imbbench import folds, keys
from imbbench.arrays import pack
from imbbench.cell import Worker
from imbbench.differences import differences
from imbbench.environment import resolve_device
from imbbench.errors import ImbbenchError
from imbbench.fingerprint import fingerprint
from imbbench.fold_files import read_data, read_fold, row_files, write_data, write_fold
from imbbench.folders import Folder
from imbbench.folds import Fold, Loaded
from imbbench.group import run_group
from imbbench.kept import Kept
from imbbench.orders import (
    AboutData,
    AboutFold,
    Alone,
    Answer,
    FindDevice,
    Fit,
    Fitted,
    Load,
    Order,
    Prepare,
    Promise,
    Rescore,
)
from imbbench.outcome import Failure, blame, recorded
from imbbench.records import FoldRecord
from imbbench.registry import Bound, Registry
from imbbench.scoring import all_metrics, unpacked
from imbbench.settings import Settings
from imbbench.surface import Plane, plane_of

if TYPE_CHECKING:
    from imbbench.components import IntArray


class Desk:
    """Does orders, one after another."""

    def __init__(self, registry: Registry, settings: Settings) -> None:
        self.registry = registry
        self.settings = settings
        self._worker = Worker(registry, settings)
        self._kept = Kept()
        self._folds: dict[Folder, Fold] = {}

    def do(self, order: Order, *folders: Folder) -> Answer:
        """What became of an order. Whatever a component raises is its status and reason; the folders of
        each order are told in `orders`."""
        notes: list[str] = []
        try:
            with recorded(notes):
                self._keep(order.promise)
                value = self._done(order, folders)
        except Failure as failure:
            return Answer(failure.status, str(failure), tuple(notes))
        return Answer(notes=tuple(dict.fromkeys(notes)), value=value)

    def _done(self, order: Order, folders: tuple[Folder, ...]) -> Any:
        match order:
            case Load():
                return self._load(self._bound("dataset", order.dataset), *folders)
            case Prepare():
                return self._prepare(order, *folders)
            case Fit():
                return self._fit(order, folders)
            case Rescore():
                return self._rescore(order)
            case FindDevice():
                with blame("--device"):
                    return resolve_device(order.asked)

    def _load(self, dataset: Bound, into: Folder) -> AboutData:
        self._kept.forget("data", "split")  # of the dataset before: its memory goes first
        self._folds = {}
        with blame(dataset.who, debug=self.settings.debug):
            data = folds.load(dataset, drop_duplicates=self.settings.drop_duplicates)
            write_data(into, data)
            return AboutData(fingerprint(data), data.source, data.positive)

    def _prepare(self, order: Prepare, where: Folder, into: Folder) -> AboutFold:
        cell, debug = order.cell, self.settings.debug
        dataset, split = self._bound("dataset", cell.dataset), self._bound("split", cell.split)

        def rows() -> Any:
            with blame(split.who, debug=debug):
                division = folds.split_rows(cell, split, loaded.data)
            folds.warn_of_leaks(loaded, division)
            return division

        notes = [*order.notes]
        with recorded(notes):
            loaded = self._kept.get("data", where, lambda: Loaded.of(read_data(where)))
            division = self._kept.get("split", (where, cell.split, cell.random_state), rows)
            train, test = division.pairs[cell.fold]
            used = loaded.only(division.features)
            drawn = self.settings.scores and cell.fold == 0  # pictures of a plane show the first fold
            with blame(dataset.who, debug=debug):
                plane = plane_of(used.columns, test) if drawn else None
                fold = folds.prepare(used, train, test, cell.scale, plane)
        fold = replace(fold, notes=tuple(notes))
        write_fold(into, fold)
        self._folds = {into: fold}  # most likely this process fits on it next
        digest, parts = folds.rows_digest(test, fold.test.y), folds.parts_digest(train, test)
        return AboutFold(fold.counts, digest, self._record(fold, test, plane), parts)

    def _record(self, fold: Fold, test: IntArray, plane: Plane | None) -> FoldRecord | None:
        """The rows that scores will be of, where they are stored."""
        if not self.settings.scores:
            return None
        arrays = test, fold.test.y, fold.test.amount, fold.train.y if self.settings.inner else None
        packed: Any = (None if array is None else pack(array) for array in arrays)
        rows = FoldRecord(*packed)
        return replace(rows, plane=plane.about, points=pack(plane.points)) if plane else rows

    def _fit(self, order: Fit, folders: tuple[Folder, ...]) -> list[Fitted | Alone]:
        self._folds = {folder: self._folds.get(folder) or read_fold(folder) for folder in folders}
        self._worker.off_limits = row_files(self._bound("dataset", order.cells[0].dataset), folders)
        ready = [self._folds[folders[number]] for number in order.folds]
        if len(order.cells) == 1:
            return [self._worker.run(order, ready[0])]
        return run_group(self._worker, order, ready)

    def _rescore(self, order: Rescore) -> Any:
        scored = unpacked(order.record, order.prevalence, order.shift)
        metrics, failures = all_metrics(self.registry, self.settings, scored)
        if failures:
            raise Failure("error", "; ".join(failures))
        return metrics

    def _keep(self, promise: Promise) -> None:
        """Refuse to work with other code or versions than the run was planned with: its keys would lie."""
        for kind, spec, expected in promise:
            bound = self._bound(kind, spec)
            if not keys.holds(bound, expected):
                changed = differences(json.loads(expected), keys.component_part(bound))
                found = f"the worker on {platform.node()} has another one than the run was planned with"
                advice = "edit no code while a run goes on, and install the same versions on every worker"
                raise Failure("error", f"{bound.who}: {found}: {changed}; {advice}")

    def _bound(self, kind: str, spec: str) -> Bound:
        try:
            return self.registry.resolve(kind, spec)
        except ImbbenchError as error:
            raise Failure("error", f"worker on {platform.node()}: {error}") from error
