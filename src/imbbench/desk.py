"""What one process does of a run's orders, and what it keeps at hand for the next one."""

from __future__ import annotations

import json
import platform
from dataclasses import replace
from typing import Any

from imbbench import folds, keys
from imbbench.arrays import pack, unpack
from imbbench.cell import Worker
from imbbench.data import Predictions, read_only
from imbbench.differences import differences
from imbbench.environment import resolve_device
from imbbench.errors import ImbbenchError
from imbbench.fingerprint import fingerprint
from imbbench.fold_files import read_data, read_fold, write_data, write_fold
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
from imbbench.registry import Bound, Registry
from imbbench.scoring import all_metrics
from imbbench.settings import Settings


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
            data = folds.load(dataset)
            write_data(into, data)
            return AboutData(fingerprint(data), data.source, data.positive)

    def _prepare(self, order: Prepare, where: Folder, into: Folder) -> AboutFold:
        cell, debug = order.cell, self.settings.debug
        dataset, split = self._bound("dataset", cell.dataset), self._bound("split", cell.split)

        def rows() -> Any:
            with blame(split.who, debug=debug):
                return folds.split_rows(cell, split, loaded.data)

        notes = [*order.notes]
        with recorded(notes):
            loaded = self._kept.get("data", where, lambda: Loaded.of(read_data(where)))
            train, test = self._kept.get("split", (where, cell.split, cell.random_state), rows)[cell.fold]
            with blame(dataset.who, debug=debug):
                fold = folds.prepare(loaded, train, test, cell.scale)
        fold = replace(fold, notes=tuple(notes))
        write_fold(into, fold)
        self._folds = {into: fold}  # most likely this process fits on it next
        held_out = fold.test
        record = (test, held_out.y, held_out.amount) if self.settings.scores else (None, None, None)
        return AboutFold(
            fold.counts,
            folds.rows_digest(test, held_out.y),
            *(None if array is None else pack(array) for array in record),
        )

    def _fit(self, order: Fit, folders: tuple[Folder, ...]) -> list[Fitted | Alone]:
        self._folds = {folder: self._folds.get(folder) or read_fold(folder) for folder in folders}
        ready = [self._folds[folders[number]] for number in order.folds]
        if len(order.cells) == 1:
            return [self._worker.run(order, ready[0])]
        return run_group(self._worker, order, ready)

    def _rescore(self, order: Rescore) -> Any:
        import numpy as np

        score = read_only(unpack(order.scores).astype(np.float64))
        amount = None if order.amount is None else read_only(unpack(order.amount))
        y = read_only(unpack(order.y))
        predictions = Predictions(y, score, prevalence=order.prevalence, amount=amount)
        metrics, failures = all_metrics(self.registry, self.settings, predictions)
        if failures:
            raise Failure("error", "; ".join(failures))
        return metrics

    def _keep(self, promise: Promise) -> None:
        """Refuse to work with other code or versions than the run was planned with: its keys would lie."""
        for kind, spec, expected in promise:
            bound = self._bound(kind, spec)
            if keys.provenance(bound) != expected:
                changed = differences(json.loads(expected), keys.component_part(bound))
                found = f"the worker on {platform.node()} has another one than the run was planned with"
                advice = "edit no code while a run goes on, and install the same versions on every worker"
                raise Failure("error", f"{bound.who}: {found}: {changed}; {advice}")

    def _bound(self, kind: str, spec: str) -> Bound:
        try:
            return self.registry.resolve(kind, spec)
        except ImbbenchError as error:
            raise Failure("error", f"worker on {platform.node()}: {error}") from error
