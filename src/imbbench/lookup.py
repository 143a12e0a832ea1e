"""Which cells of a plan are in the store, and what of them can be used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from imbbench import keys
from imbbench.orders import Promise
from imbbench.provenance import version
from imbbench.readings import reading
from imbbench.registry import Bound, Registry
from imbbench.result import Cell, Result
from imbbench.settings import Settings
from imbbench.store import Store
from imbbench.store_rows import Stored

KINDS = ("dataset", "split", "strategy", "model")


@dataclass(frozen=True, eq=False)
class Lookup:
    """Identities of cells, and what the store has under them.

    Parameters
    ----------
    device : resolved; offered to models that require torch, others are told "cpu".
    group : whether models that can fit replicates together are asked to.
    fresh : take nothing from the store.
    """

    registry: Registry
    store: Store
    settings: Settings
    device: str = "cpu"
    group: bool = False
    fresh: bool = False
    _devices: dict[str, str] = field(default_factory=dict)
    _missing: dict[tuple[str, ...], str] = field(default_factory=dict)
    _shared: dict[tuple[str, ...], str] = field(default_factory=dict)

    def parts(self, cell: Cell) -> dict[str, Bound]:
        """The cell's components, by kind."""
        return {kind: self.registry.resolve(kind, getattr(cell, kind)) for kind in KINDS}

    def device_of(self, model: str) -> str:
        """The device that a model is offered."""
        if model not in self._devices:
            needs = self.registry.resolve("model", model).component.requires
            self._devices[model] = self.device if "torch" in needs else "cpu"
        return self._devices[model]

    def identity(self, cell: Cell, fingerprint: str, numerics: str = "single") -> str:
        """What the cell's scores depend on, given the fingerprint of its dataset."""
        which = cell.dataset, cell.split, cell.strategy, cell.model, numerics
        if which not in self._shared:
            surroundings = self.device_of(cell.model), self.settings.threads, numerics
            self._shared[which] = keys.of_run(self.parts(cell), *surroundings)
        drawn = cell.seed > 0 and keys.is_drawn(self.parts(cell))
        return keys.of_cell(cell, fingerprint, drawn=drawn) + self._shared[which]

    def request(self, cell: Cell, fingerprint: str) -> str:
        """The key that a cell is asked for under; its result's is another where it was to be grouped and
        was fitted alone."""
        grouped = self.group and self.registry.resolve("model", cell.model).component.fit_many
        return keys.cell_key(self.identity(cell, fingerprint, "grouped" if grouped else "single"))

    def promise(self, *bounds: Bound) -> Promise:
        """What a task must find on its worker."""
        return tuple((bound.kind, bound.spec, keys.provenance(bound)) for bound in bounds)

    def find(self, requests: Mapping[Cell, str]) -> dict[Cell, Stored]:
        """What the store has of these cells, as far as it is enough: it has the metrics asked for, or
        scores to compute them from."""
        if self.fresh:
            return {}
        found = self.store.find(list(requests.values()))
        usable = {}
        for cell, request in requests.items():
            stored = found.get(request)
            if stored is None:
                continue
            if self._readable(stored) or self.complete(stored, self.settings.columns):
                usable[cell] = stored
        return usable

    def _readable(self, stored: Stored) -> bool:
        """Whether every reading of the run can be computed from what is stored."""
        shift = stored.result.shift
        return stored.has_scores and all(
            reading(key).is_there(has_inner=stored.has_inner, has_shift=shift is not None)
            for key in self.settings.thresholds
        )

    def complete(self, stored: Stored, metrics: Sequence[str] | None = None) -> bool:
        """Whether it has these metrics (default: all that are computed), by the code that is installed,
        at every threshold."""
        wanted = self.settings.metrics if metrics is None else metrics
        known, there = stored.scoring, stored.result.metrics
        return all(known.get(spec) == self.scoring[spec] for spec in wanted) and all(
            there.get(threshold, {}).keys() >= {*wanted} for threshold in self.settings.thresholds
        )

    @cached_property
    def scoring(self) -> dict[str, str]:
        """Metric spec -> digest of its code, of all that are computed."""
        bounds = (self.registry.resolve("metric", spec) for spec in self.settings.metrics)
        return {bound.spec: keys.scoring_digest(bound) for bound in bounds}

    def cached(self, cell: Cell, stored: Stored) -> Result:
        """The stored result as this run's row."""
        if stored.result.cell == cell and tuple(stored.result.metrics) == self.settings.thresholds:
            return stored.result
        metrics = {threshold: stored.result.metrics[threshold] for threshold in self.settings.thresholds}
        return replace(stored.result, cell=cell, metrics=metrics, cached=True)

    def components(self, cells: Sequence[Cell]) -> dict[str, dict[str, Any]]:
        """Digest -> part of the identity, of all components of the cells."""
        named = {(kind, getattr(cell, kind)) for cell in cells for kind in KINDS}
        bounds = [self.registry.resolve(kind, spec) for kind, spec in named]
        return {keys.component_digest(bound): keys.component_part(bound) for bound in bounds}

    def missing(self, cell: Cell) -> str:
        """What the cell's components need and is not installed, in words; empty if all is there."""
        which = cell.dataset, cell.split, cell.strategy, cell.model
        if which not in self._missing:
            self._missing[which] = self._absent(self.parts(cell).values())
        return self._missing[which]

    def _absent(self, bounds: Iterable[Bound]) -> str:
        for bound in bounds:
            absent = [name for name in bound.component.requires if version(name) is None]
            if absent:
                needs = f"{bound.who} needs {', '.join(absent)}, not installed"
                return f"{needs}; run pip install {' '.join(absent)}"
        return ""
