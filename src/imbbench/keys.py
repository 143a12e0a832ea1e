"""A cell's key: a hash of everything its scores depend on. Same key, same scores."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

from imbbench.components import main_callable
from imbbench.provenance import core_hash, source_hash, version
from imbbench.registry import Bound
from imbbench.results import Cell
from imbbench.spec import format_value

_core = cache(core_hash)
_source = cache(source_hash)


def key_parts(
    cell: Cell,
    components: Mapping[str, Bound],
    fingerprint: str,
    device: str,
    threads: int,
    numerics: str = "single",
) -> dict[str, Any]:
    """The named parts of a key, plain data: two keys differ exactly when one of these does.

    Parameters
    ----------
    components : the cell's, by kind.
    fingerprint : of the dataset.
    device : torch device string; only its kind counts.
    threads : for BLAS and torch.
    numerics : as in `Result`.
    """
    own = _own_parts(cell, fingerprint, device, threads, numerics)
    return own | {kind: _component_part(bound) for kind, bound in components.items()}


def cell_key(
    cell: Cell,
    components: Mapping[str, Bound],
    fingerprint: str,
    device: str,
    threads: int,
    numerics: str = "single",
) -> str:
    """SHA-256 (64 hex digits) of `key_parts`, those of components by their own SHA-256."""
    parts = _own_parts(cell, fingerprint, device, threads, numerics)
    for kind in sorted(components):
        parts[kind] = _component_digest(components[kind])
    # Numbers, hashes and plain words: no value holds a line break, so no two sets of parts run together.
    return _sha256("\n".join([f"{name}={value}" for name, value in parts.items()]))


def _own_parts(cell: Cell, fingerprint: str, device: str, threads: int, numerics: str) -> dict[str, Any]:
    return {
        "data": fingerprint,
        "fold": cell.fold,
        "scale": cell.scale,
        "random_state": cell.random_state,
        "device": device.partition(":")[0],
        "threads": threads,
        "numerics": numerics,
        "core": _core(),
    }


def _component_part(bound: Bound) -> dict[str, Any]:
    """What a component contributes. A dataset counts by its name, its code and the fingerprint of its
    rows: parameters and paths that lead to the same rows do not matter. The others count with all
    parameters, defaults included."""
    params = {} if bound.kind == "dataset" else bound.params
    return {
        "name": bound.name,
        "params": {name: format_value(value) for name, value in params.items()},
        "provider": [bound.provider.distribution, bound.provider.version],
        "source": _source(main_callable(bound.component).__module__, wrapped=bound.kind == "model"),
        "requires": {name: version(name) for name in sorted(bound.component.requires)},
    }


@lru_cache(maxsize=4096)
def _component_digest(bound: Bound) -> str:
    return _sha256(json.dumps(_component_part(bound), sort_keys=True))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
