"""Why a cell would, or would not, be fitted again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any, cast

from imbbench import facts
from imbbench.bench import settings_of
from imbbench.differences import differences
from imbbench.keys import component_part, is_drawn
from imbbench.labels import place
from imbbench.lookup import Lookup
from imbbench.options_given import options_of
from imbbench.plan import plan
from imbbench.result import Cell
from imbbench.selection import selected
from imbbench.store import DEFAULT, Store
from imbbench.store_read import Earlier

#: What a part of an identity is called.
_WORDS = {
    "data": "the rows of the data",
    "scale": "scale",
    "random_state": "random_state",
    "seed": "seed",
    "device": "device",
    "threads": "threads",
    "numerics": "whether cells are fitted together (--group)",
    "core": "imbbench's own code for folds and fits",
    "libraries": "what every fold passes through",
}


def explain_selection(
    file: Path | None, plugin: tuple[str, ...], given: Mapping[str, Any], stream: IO[str]
) -> None:
    """Write a line for each selected cell."""
    grids, said, registry = selected(file, plugin, given)
    cells, options = plan(registry, grids), options_of(said)
    with Store.read(options.store or DEFAULT) as store:
        device = _device(store, options.device)
        read_only = cast("Store", store)  # nothing is written to explain
        lookup = Lookup(registry, read_only, settings_of(registry, options), device, options.group)
        for cell in cells:
            several = cell.fold or cell.seed or cell.split != "holdout"
            which = f"{cell.split} · {place(cell)}" if several else cell.split
            name = f"{cell.dataset} · {which} · {cell.strategy} · {cell.model}"
            stream.write(f"{name}: {why(lookup, cell)}\n")


def _device(store: Any, asked: str) -> str:
    """What the name stood for when a run last asked; the name itself where none did."""
    known = store.recall("device", facts.device_identity(asked)) or {}
    return str(known.get("device", "cpu" if asked == "auto" else asked))


def why(lookup: Lookup, cell: Cell) -> str:
    """What a run would do with a cell, and for which reason."""
    store, parts = lookup.store, lookup.parts(cell)
    if cell.seed and not is_drawn(parts):
        return "as seed 0, since nothing is drawn"
    dataset = parts["dataset"]
    drop_duplicates = lookup.settings.drop_duplicates
    fingerprint = facts.recall_fingerprint(store, dataset, drop_duplicates=drop_duplicates)
    if fingerprint is not None:
        request = lookup.request(cell, fingerprint)
        if stored := store.find([request]).get(request):
            if not lookup.find({cell: request}):
                return "fitted again: stored without what a metric, threshold or calibration asked for needs"
            return f"stored, not fitted again (key {(stored.result.key or '')[:12]})"
    earlier = store.last_like(cell)
    if earlier is None:
        return "fitted, since no cell of that name is stored"
    if earlier.result.status != "ok":
        return f"fitted again, since it ended {earlier.result.status} {_when(earlier)}"
    changes = list(_changes(lookup, cell, fingerprint, earlier))
    if changes:
        return f"fitted again: {'; '.join(changes)} ({_when(earlier)})"
    if dataset.component.files is None:
        cause = "its dataset does not say which files it reads"
    else:
        cause = "a file of the dataset, imbbench or its surroundings changed, or other rows stood in for it"
    return f"fitted again if the rows are not those {_when(earlier)}; they are loaded to see, since {cause}"


def _when(earlier: Earlier) -> str:
    return f"in run {earlier.run}, {earlier.finished.astimezone():%Y-%m-%d %H:%M}"


def _changes(lookup: Lookup, cell: Cell, fingerprint: str | None, earlier: Earlier) -> Iterator[str]:
    """The parts of the identity that are not what they were, in words."""
    before = _lines(earlier.identity)
    numerics = before.get("numerics", "single") if not lookup.group else "grouped"
    now = _lines(lookup.identity(cell, fingerprint or before.get("data", ""), numerics))
    parts = lookup.parts(cell)
    for name in now:
        if now[name] == before.get(name):
            continue
        if name in parts:
            known = lookup.store.recall("component", before.get(name, ""))
            changed = differences(known, component_part(parts[name])) if known else "changed"
            yield f"{name} {getattr(cell, name)!r}: {changed}"
        else:
            was = f" was {before.get(name)}, is {now[name]}" if name not in ("data", "core") else " changed"
            yield f"{_WORDS.get(name, name)}{was}"


def _lines(identity: str) -> dict[str, str]:
    return dict(line.split("=", 1) for line in identity.splitlines() if "=" in line)
